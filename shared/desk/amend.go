package desk

import (
	"context"
	"errors"
	"fmt"

	"frontdesk/shared/conversation"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// Amend changes by hand what is kept of a conversation. amend makes the new head of the
// one that is there; it is called again when somebody else has written meanwhile, and its
// error ends it before anything is written. Where people answer in the channel's own
// client, a session that is theirs from now on is moved to them, and the next message
// tries again when that fails. The head that is returned is the one after all that.
func (d *Desk) Amend(ctx context.Context, id string, amend func(conversation.Head) (conversation.Head, error)) (conversation.Head, error) {
	h, err := d.amend(ctx, id, amend)
	if err != nil || d.Sessions == nil || !waitsToMove(h, d.Now()) {
		return h, err
	}
	if gate, err := d.Store.Gate(ctx, h.Channel); err == nil {
		d.guard().Learn(h.Channel, gate)
	}
	if !d.guard().Limits(h.Channel).Client {
		return h, nil
	}
	if left := d.moveSession(ctx, h); left != nil {
		d.Log.Warn("a session was not moved to people; the next message tries again", "channel", h.Channel, "conversation", h.ID, "error", left)
	}
	if moved, err := d.Store.Head(ctx, h.ID); err == nil {
		return moved, nil
	}
	return h, nil // it is written, whatever it looks like now
}

// amend is the write of [Desk.Amend]. It goes on when the caller has left.
func (d *Desk) amend(ctx context.Context, id string, amend func(conversation.Head) (conversation.Head, error)) (conversation.Head, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	var err error
	for try := range recordTries {
		h, failed := d.Store.Head(ctx, id)
		if failed != nil {
			return h, fmt.Errorf("read conversation: %w", failed)
		}
		before := h.Seat
		if h, failed = amend(h); failed != nil {
			return h, failed
		}
		w, failed := d.moment(ctx)
		if failed != nil {
			return h, failed
		}
		h = w.follow(h, w.now)
		err = d.Store.Record(ctx, record.Turn{Head: h})
		switch {
		case err == nil:
			d.seated(ctx, before, h)
			return h.Written(), nil
		case errors.Is(err, table.ErrBusy):
			d.sleep(ctx, recordPause<<try)
		case !errors.Is(err, record.ErrStale):
			return h, err
		}
	}
	return conversation.Head{}, fmt.Errorf("change a conversation: %w", err)
}
