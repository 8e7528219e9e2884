package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"frontdesk/shared/conversation"
	"frontdesk/shared/record"
)

// Resolve closes a conversation: nobody waits, and templates answer again. A session that
// people have in the channel's own client is ended first, and who was answered by a
// person is asked how it was. When the contact writes at the same moment the error is
// [record.ErrStale]: whoever resolves has not seen that message.
func (d *Desk) Resolve(ctx context.Context, id string) (conversation.Head, error) {
	seen, err := d.Store.Head(ctx, id)
	if err != nil {
		return seen, fmt.Errorf("read conversation: %w", err)
	}
	h, code := seen, ""
	for range recordTries {
		var got string
		if h, got, err = d.endSession(ctx, h); err != nil { // also one that was moved meanwhile
			return h, err
		}
		code = cmp.Or(code, got)
		if h.LastInbound.After(seen.LastInbound) {
			return h, record.ErrStale
		}
		before := h
		if h, err = d.close(ctx, h); err == nil {
			d.askResolved(ctx, before, h, code)
			return h, nil
		}
		if !errors.Is(err, record.ErrStale) {
			return h, err
		}
		if h, err = d.Store.Head(ctx, id); err != nil {
			return h, fmt.Errorf("read conversation: %w", err)
		}
	}
	return h, record.ErrStale
}

// close writes that people have left a conversation.
func (d *Desk) close(ctx context.Context, h conversation.Head) (conversation.Head, error) {
	w, err := d.moment(ctx)
	if err != nil {
		return h, err
	}
	id, err := d.newID(w.now)
	if err != nil {
		return h, err
	}
	turn := w.ends(record.Turn{Head: h.Closed()}, h, w.now, id)
	if err := d.Store.Record(ctx, turn); err != nil {
		return h, err
	}
	d.seated(ctx, h.Seat, turn.Head)
	return turn.Head.Written(), nil
}
