package desk

import (
	"context"
	"errors"

	"frontdesk/shared/conversation"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// giveUp hands the conversation to people and lets the job become a dead letter,
// from which an operator can put it back.
func (d *Desk) giveUp(ctx context.Context, m message.Inbound, cause error) error {
	if _, dead := errors.AsType[*inbox.Death](cause); dead {
		return cause
	}
	w, at, err := d.open(ctx, m)
	if err == nil {
		t := turn{moment: w, place: at, who: identity(m)}
		t.inbound, err = d.stored(ctx, at, m)
		switch {
		case err == nil && d.finished(ctx, t): // this delivery was a repeat
		case err == nil && d.proof(ctx, t): // its reply is out after all
			return d.resume(ctx, t)
		case err == nil: // claimed: the message is stored, its day and its head are not
			t.inbound = givenUp(t.inbound)
			err = d.record(ctx, t, func(t turn) record.Turn { return t.silenced(w.now) })
		case errors.Is(err, record.ErrNotFound):
			t.inbound = conversation.Message{At: m.Time, Channel: m.Channel}
			err = d.record(ctx, t, turn.abandoned)
		}
	}
	if errors.Is(err, table.ErrBusy) || errors.Is(err, record.ErrStale) { // nobody has been told yet
		return inbox.Wait(busyPause, errors.Join(cause, err))
	}
	d.Log.Error("gave up a message", "alarm", ReasonGaveUp, "channel", m.Channel, "conversation", at.head.ID, "error", errors.Join(cause, err))
	return inbox.Dead("the desk gave up", cause)
}

// givenUp is a stored message whose reply is not sent any more: people are told, unless
// it only said how it was.
func givenUp(m conversation.Message) conversation.Message {
	if m.OfSurvey() || m.OfWish() {
		return m
	}
	m.Outcome, m.Effects = conversation.HandedOff, handOff(m.Effects, ReasonGaveUp)
	return m
}

// finished reports whether a stored message needs nothing any more.
func (d *Desk) finished(ctx context.Context, t turn) bool {
	if t.inbound.Claim == nil || t.inbound.Outcome == conversation.Silent {
		return true
	}
	_, err := d.Store.Message(ctx, t.home(), t.inbound.Claim.ReplyID)
	return err == nil
}

// proof reports whether receipts tell of the reply to a claimed message.
func (d *Desk) proof(ctx context.Context, t turn) bool {
	receipts, err := d.Store.Receipts(ctx, t.home(), t.inbound.Claim.ReplyID)
	return err == nil && len(receipts) > 0
}
