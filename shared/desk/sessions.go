package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// Sessions moves customers between us and the people who answer in a channel's own
// client. Errors are [*message.SendError].
type Sessions interface {
	// Move brings a session to the first of the servicers who is on duty, else to those
	// who wait for anybody. It looks first, and leaves alone whom somebody has already, so
	// it may be repeated. people is false when the session has ended.
	Move(ctx context.Context, channel, customer string, servicers []string) (people bool, err error)
	// End ends a session. The code, when there is one, is good for one message within
	// [CodeLife].
	End(ctx context.Context, channel, customer string) (code string, err error)
	// Ours reports whether we may write in the session.
	Ours(ctx context.Context, channel, customer string) (bool, error)
}

// clocks is how far our clock and the channel's may differ.
const clocks = 2 * time.Second

// handOver moves the session of a conversation that people have here and not yet in
// the channel's client. That is the wish: being handed off, and it stands in the table
// before anything moves. So a redelivered message, or the next one, finds what a crash
// has left undone. It is called when a message is done with, behind its reply: nothing
// can be sent from the pool on.
func (d *Desk) handOver(ctx context.Context, m message.Inbound) error {
	if d.Sessions == nil || !d.guard().Limits(m.Channel).Client {
		return nil
	}
	h, err := d.Store.Head(ctx, conversation.ID(m.Channel, m.From))
	switch {
	case errors.Is(err, record.ErrNotFound):
		return nil
	case errors.Is(err, table.ErrBusy):
		return inbox.Wait(busyPause, err)
	case err != nil:
		return fmt.Errorf("read whether a session is to be moved: %w", err)
	}
	return d.moveSession(ctx, h)
}

// waitsToMove reports whether the session of a conversation is to be moved to people. That
// they have it is believed for a day: the news of an end can get lost, and nobody would look
// after the session that the customer's next message opens.
func waitsToMove(h conversation.Head, now time.Time) bool {
	known := h.Session.People && now.Sub(latest(h.Session.At, h.Session.Looked)) < quiet
	return !h.HandedOff.IsZero() && !known && !h.Session.Stays
}

// moveSession moves one session and notes where it is. An error means that it can be
// tried again.
func (d *Desk) moveSession(ctx context.Context, h conversation.Head) error {
	if !waitsToMove(h, d.Now()) {
		return nil
	}
	if wait := d.guard().Hold(h.Channel); wait > 0 {
		return inbox.Wait(wait, errNotYet)
	}
	servicers, wait, err := d.servicers(ctx, h)
	if err != nil || wait {
		return err
	}
	people, err := d.Sessions.Move(ctx, h.Channel, h.Contact.UserID, servicers)
	refused, _ := errors.AsType[*message.SendError](err)
	switch {
	case err == nil && !people:
		return nil // it has ended: what the customer writes next opens another
	case err == nil:
		d.Log.Info("people have a session", "channel", h.Channel, "conversation", h.ID, "team", h.Team)
		return d.noteMoved(ctx, h)
	case refused == nil || passes(refused.Class):
		return fmt.Errorf("move a session to people: %w", err)
	}
	d.Log.Error("people have a conversation here, and its session cannot be moved to them", "alarm", "session_stays",
		"channel", h.Channel, "conversation", h.ID, "code", refused.Code, "error", refused.Reason)
	if refused.Class == message.Stop { // until an operator has acted: the next message tries again
		return nil
	}
	_, err = d.change(ctx, h, func(h conversation.Head) conversation.Head {
		h.Session.Stays = !h.HandedOff.IsZero()
		return h
	})
	return err
}

// passes reports whether a refusal may be over in a moment.
func passes(c message.Class) bool {
	return c == message.Unknown || c == message.Retry || c == message.Slow || c == message.RetryPair
}

// servicers are the people of a conversation's team whom its customer is handed to.
func (d *Desk) servicers(ctx context.Context, h conversation.Head) (servicers []string, wait bool, err error) {
	book, err := d.Live.Book(ctx, d.Now())
	if err != nil {
		return nil, false, fmt.Errorf("look who answers for a team: %w", err)
	}
	for _, t := range book.Playbook().Teams {
		if t.ID == h.Team {
			servicers, wait = servicersOf(t, h.Assignee)
		}
	}
	return servicers, wait, nil
}

// noteMoved notes that people have a session. When somebody has resolved the conversation
// meanwhile, it is ended.
func (d *Desk) noteMoved(ctx context.Context, h conversation.Head) error {
	h, err := d.change(ctx, h, func(h conversation.Head) conversation.Head {
		h.Session.People, h.Session.Looked = true, d.Now()
		return h
	})
	if err == nil && h.HandedOff.IsZero() {
		_, _, err = d.endSession(ctx, h)
	}
	return err
}

// change writes a head that differs from the one that was read, built anew when
// somebody else was first.
func (d *Desk) change(ctx context.Context, h conversation.Head, build func(conversation.Head) conversation.Head) (conversation.Head, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	var err error
	for try := range recordTries {
		changed := build(h)
		err = d.Store.Record(ctx, record.Turn{Head: changed})
		switch {
		case errors.Is(err, table.ErrBusy):
			d.sleep(ctx, recordPause<<try)
		case errors.Is(err, record.ErrStale):
			if h, err = d.Store.Head(ctx, h.ID); err != nil {
				return h, fmt.Errorf("read a conversation again: %w", err)
			}
			err = record.ErrStale
		default:
			return changed.Written(), err
		}
	}
	return h, err
}

// endSession ends a session that people have, and notes it before anything else
// happens: when the process dies in between, the conversation is still theirs here.
func (d *Desk) endSession(ctx context.Context, h conversation.Head) (conversation.Head, string, error) {
	if !h.Session.People || d.Sessions == nil {
		return h, "", nil
	}
	code, err := d.Sessions.End(ctx, h.Channel, h.Contact.UserID)
	refused, _ := errors.AsType[*message.SendError](err)
	switch {
	case err != nil && (refused == nil || passes(refused.Class) || refused.Class == message.Stop):
		return h, "", fmt.Errorf("end a session: %w", err)
	case err != nil:
		d.Log.Error("a conversation was resolved here, and its session cannot be ended", "alarm", "session_stays",
			"channel", h.Channel, "conversation", h.ID, "code", refused.Code, "error", refused.Reason)
	}
	ended := d.Now().Add(clocks) // whatever the channel tells of the time before is older
	h, err = d.change(ctx, h, func(h conversation.Head) conversation.Head {
		h.Session = conversation.Session{At: ended, ID: h.Session.ID, Ended: ended, Greeted: h.Session.Greeted}
		return h
	})
	return h, code, err
}

// over reports whether nothing can be sent to a customer who last wrote then, because
// their session is over. The channel is asked only when the times leave it open: what a
// customer writes after an end opens another session.
func (d *Desk) over(ctx context.Context, h conversation.Head, wrote time.Time) bool {
	if d.Sessions == nil || h.Session.Ended.IsZero() || latest(h.LastInbound, wrote).After(h.Session.Ended) {
		return false
	}
	ours, err := d.Sessions.Ours(ctx, h.Channel, h.Contact.UserID)
	return err == nil && !ours // without an answer the send itself will tell (95018)
}
