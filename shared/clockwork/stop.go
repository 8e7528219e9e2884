package clockwork

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"frontdesk/shared/conversation"
	"frontdesk/shared/record"
	"frontdesk/shared/unsubscribe"
)

// StopAddress stops the mail of every recipient who has an address, and tells the operator.
// Repeating it changes nothing.
func (w *Weekly) StopAddress(ctx context.Context, address, why string) error {
	return w.stopWhere(ctx, why, func(r record.Recipient) bool { return strings.EqualFold(r.Address, address) })
}

// Unsubscribe stops the mail of the recipient to whom a link was given. An error that is
// [unsubscribe.ErrToken] says that no link is like this; somebody who has left the list since,
// or has another address there, has what they want.
func (w *Weekly) Unsubscribe(ctx context.Context, token string) error {
	key, err := w.Store.MailKey(ctx, w.Entropy)
	if err != nil {
		return fmt.Errorf("read the key of links: %w", err)
	}
	if err := unsubscribe.Check(key, token); err != nil {
		return err
	}
	return w.stopWhere(ctx, record.StopUnsubscribed, func(r record.Recipient) bool { return unsubscribe.Token(key, r.ID, r.Address) == token })
}

func (w *Weekly) stopWhere(ctx context.Context, why string, match func(record.Recipient) bool) error {
	recipients, err := w.Store.Recipients(ctx)
	if err != nil {
		return fmt.Errorf("list recipients: %w", err)
	}
	var failed error
	for _, r := range recipients {
		if match(r) {
			failed = errors.Join(failed, w.stop(ctx, r, why))
		}
	}
	return failed
}

// stopTries is how often a stop is repeated when an admin saves the same recipient.
const stopTries = 5

// stop writes down that a recipient gets no more mail, with an entry in the audit. The first
// reason stays.
func (w *Weekly) stop(ctx context.Context, r record.Recipient, why string) error {
	for try := 0; r.Stopped == nil; try++ {
		entry, err := w.stopEntry(r, why)
		if err != nil {
			return err
		}
		stopped := r
		stopped.Stopped = &record.Stop{Why: why, At: w.Now()}
		err = w.Store.SaveRecipient(ctx, stopped, entry)
		if err == nil {
			w.tell(r, why)
			return nil
		}
		if !errors.Is(err, record.ErrStale) || try == stopTries {
			return fmt.Errorf("stop the mail of recipient %s: %w", r.ID, err)
		}
		address := r.Address
		r, err = w.Store.Recipient(ctx, r.ID)
		if errors.Is(err, record.ErrNotFound) || err == nil && !strings.EqualFold(address, r.Address) {
			return nil // taken off the list, or at another address now
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tell tells the operator, unless the recipient wished it.
func (w *Weekly) tell(r record.Recipient, why string) {
	if why == record.StopUnsubscribed {
		w.Log.Info("somebody unsubscribed from the weekly mail", "recipient", r.ID)
		return
	}
	w.Log.Error("the weekly mail of a recipient was stopped", "alarm", "mail_stopped", "recipient", r.ID, "why", why)
}

func (w *Weekly) stopEntry(r record.Recipient, why string) (record.Audit, error) {
	var entropy [6]byte
	if _, err := io.ReadFull(w.Entropy, entropy[:]); err != nil {
		return record.Audit{}, fmt.Errorf("make an id: %w", err)
	}
	now := w.Now()
	return record.Audit{ID: conversation.NewID(now, entropy[:]), At: now, Who: "weekly mail", Action: "recipient.stop", Target: r.ID, New: []byte(fmt.Sprintf("%q", why))}, nil
}
