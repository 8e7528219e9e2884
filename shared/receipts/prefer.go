package receipts

import (
	"context"
	"errors"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
)

// prefer keeps whether a contact wants marketing messages. Of two wishes the later
// counts, in whichever order they come. Who has never written gets a head that says
// only this, so that it is known when they do.
func (r *Receiver) prefer(ctx context.Context, channel string, p message.Preference) error {
	if channel == "" {
		return nil // of a number that is not ours
	}
	for range 5 {
		h, err := r.contact(ctx, channel, p.From)
		if err != nil {
			return err
		}
		if !h.Marketing.At.Before(p.Time) {
			return nil
		}
		h.Marketing = conversation.Marketing{Stopped: p.Stop, Everything: p.Stop && h.Marketing.Everything, At: p.Time}
		if err = r.Store.Record(ctx, record.Turn{Head: h}); !errors.Is(err, record.ErrStale) {
			return err
		}
	}
	return record.ErrStale
}

// contact finds the head of a person, under the user id or the phone number, or
// makes one.
func (r *Receiver) contact(ctx context.Context, channel string, p message.Person) (conversation.Head, error) {
	id := conversation.ID(channel, p)
	for _, known := range []string{id, conversation.ID(channel, message.Person{Phone: p.Phone})} {
		h, err := r.Store.Head(ctx, known)
		if !errors.Is(err, record.ErrNotFound) {
			return h, err
		}
		if p.Phone == "" {
			break
		}
	}
	return conversation.Head{
		ID: id, Home: id, Channel: channel, Status: conversation.Resolved, Contact: conversation.Contact{Person: p},
	}, nil
}
