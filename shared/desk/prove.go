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
)

// resume takes up a message that is stored already: it is done, somebody is at
// it, or it was cut off between the claim and the record.
func (d *Desk) resume(ctx context.Context, t turn) error {
	claim := t.inbound.Claim
	if claim == nil || t.inbound.Outcome == conversation.Silent {
		return nil
	}
	_, err := d.Store.Message(ctx, t.home(), claim.ReplyID)
	if err == nil {
		return nil // recorded: this delivery is a repeat
	}
	if !errors.Is(err, record.ErrNotFound) {
		return fmt.Errorf("look for a recorded reply: %w", err)
	}
	now := d.Now()
	if left := claim.Until.Sub(now); left > 0 && left <= Lease { // more is a clock that was set back
		return inbox.Wait(until(claim.Until, now), errors.New("somebody else is answering this message"))
	}
	return d.prove(ctx, t, now)
}

// prove looks for a trace of a reply that was not recorded, before it is sent
// again. A receipt that it failed is a trace too.
func (d *Desk) prove(ctx context.Context, t turn, now time.Time) error {
	claim := *t.inbound.Claim
	receipts, err := d.Store.Receipts(ctx, t.home(), claim.ReplyID)
	if err != nil {
		return err
	}
	if len(receipts) > 0 {
		return d.proven(ctx, t, receipts)
	}
	if !claim.Asked && claim.First == nil || t.limits.Known(claim.FirstAsked(), now) {
		return d.again(ctx, t, now)
	}
	if claim.Again.IsZero() || claim.Again.Sub(now) > Prove { // more is a clock that was set back
		return d.doubt(ctx, t, nil)
	}
	if now.Before(claim.Again) {
		return inbox.Wait(until(claim.Again, now), errNoTrace)
	}
	if d.Behind != nil && d.Behind(t.home(), claim.ReplyID) {
		return inbox.Wait(busyPause, errNoTrace)
	}
	if claim.Unproven > 0 { // asked for twice, and nothing was heard of either
		return d.refuse(ctx, t, &message.SendError{Class: message.Unknown, Reason: "sent twice without a trace"})
	}
	return d.again(ctx, t, now)
}

var errNoTrace = errors.New("waiting for a receipt of a reply whose fate is unknown")

// doubt notes when a reply whose fate is unknown may be asked for again: [Prove] after
// it was asked for, and never at the first look. cause is why it is unknown, if that
// was just seen.
func (d *Desk) doubt(ctx context.Context, t turn, cause error) error {
	now := d.Now()
	if t.limits.Known(t.inbound.Claim.FirstAsked(), now) {
		return d.soon(ctx, t, cause)
	}
	wait := Prove
	if left := t.inbound.Claim.Since.Add(Prove).Sub(now); left > 0 && left < Prove {
		wait = left
	}
	claim := *t.inbound.Claim
	claim.Again = now.Add(wait)
	t.inbound.Claim = &claim
	if cause == nil {
		cause = errNoTrace
	}
	if err := d.reclaim(ctx, t.inbound); err != nil {
		return errors.Join(fmt.Errorf("note that the fate of a reply is unknown: %w", err), cause)
	}
	return inbox.Wait(max(wait, time.Second), cause)
}

// soon gives the lease back so that a reply of unknown fate is asked for again within
// seconds: the channel knows it again, so nobody gets it twice.
func (d *Desk) soon(ctx context.Context, t turn, cause error) error {
	claim := *t.inbound.Claim
	attempt, pause := claim.Attempt, time.Duration(0)
	if refused, ok := errors.AsType[*message.SendError](cause); ok {
		pause = refused.After
		if refused.Shared { // the whole channel, however long it lasts
			claim.Attempt--
		}
	}
	if claim.Attempt >= d.Attempts {
		return d.refuse(ctx, t, &message.SendError{Class: message.Unknown, Reason: "asked for again and again without an answer"})
	}
	claim.Until, claim.First = d.Now(), new(claim.FirstAsked())
	t.inbound.Claim = &claim
	if err := d.reclaim(ctx, t.inbound); err != nil {
		return errors.Join(fmt.Errorf("give back a reply whose fate is unknown: %w", err), cause)
	}
	return inbox.Wait(max(pause, inbox.Default.Pause(attempt, nil)), cause)
}

// proven records a reply that receipts tell of.
func (d *Desk) proven(ctx context.Context, t turn, receipts []conversation.Receipt) error {
	for _, r := range receipts {
		if r.Status != message.Failed {
			continue
		}
		refused := &message.SendError{Class: message.Drop, Reason: "the channel could not deliver it"}
		if len(r.Faults) > 0 {
			refused.Code = r.Faults[0].Code
		}
		return d.refuse(ctx, t, refused)
	}
	return d.sent(ctx, t, receipts[0].ID)
}

// again takes the lease and sends the reply that was claimed, unless people have
// taken over meanwhile, somebody has blocked the contact or the window has shut.
func (d *Desk) again(ctx context.Context, t turn, now time.Time) error {
	if peopleAnswer(t.head.Returned(t.inbound.Effects.Returned)) && !t.inbound.OfWish() || t.head.Contact.Blocked > 0 {
		return d.silence(ctx, t, now)
	}
	if wait := d.hold(t, now); wait > 0 {
		return inbox.Wait(wait, errNotYet)
	}
	t, refused, err := d.reform(ctx, t)
	if err != nil {
		return err
	}
	if refused != nil {
		return d.refuse(ctx, t, refused)
	}
	by, err := d.newID(now)
	if err != nil {
		return err
	}
	t.again = t.inbound.Claim.Asked || t.inbound.Claim.First != nil // the last try may have been refused, and the first not
	doubtful := t.again && !t.limits.Known(t.inbound.Claim.FirstAsked(), now)
	t.inbound.Claim = renewed(t.inbound.Claim, by, now, doubtful)
	if t.inbound, err = d.Store.Reclaim(ctx, t.inbound); err != nil {
		return fmt.Errorf("take up a claimed message: %w", err)
	}
	if doubtful {
		return d.repeat(ctx, t)
	}
	return d.deliver(ctx, t)
}

// repeat sends a reply of unknown fate once more. It looks for a receipt a last time:
// writing the claim may have taken long.
func (d *Desk) repeat(ctx context.Context, t turn) error {
	receipts, err := d.Store.Receipts(ctx, t.home(), t.inbound.Claim.ReplyID)
	if err != nil {
		return err
	}
	if len(receipts) > 0 {
		t.inbound.Claim.Unproven--
		return d.proven(ctx, t, receipts)
	}
	d.Log.Warn("sending again without proof", "alarm", "unproven", "channel", t.inbound.Channel, "conversation", t.head.ID)
	return d.deliver(ctx, t)
}

// renewed is a claim that is taken up again. A doubtful reply was asked for, left no trace,
// and may go out twice.
func renewed(c *conversation.Claim, by string, now time.Time, doubtful bool) *conversation.Claim {
	claim := *c
	if doubtful {
		claim.Unproven++
	} else if claim.Asked || claim.First != nil {
		claim.First = new(claim.FirstAsked())
	}
	claim.By, claim.Until, claim.Asked = by, now.Add(Lease), true
	claim.Since, claim.Again = now, time.Time{}
	claim.Attempt++
	return &claim
}

// peopleAnswer reports whether people have taken over. A conversation that went to
// them only because this reply could not be sent is still to be answered, until
// one of them has, or has the session in the channel's own client.
func peopleAnswer(h conversation.Head) bool {
	return !h.HandedOff.IsZero() && (h.Reason != ReasonGaveUp || h.Assignee != "" || h.Session.People)
}

// silence gives a claimed reply up because people answer now, or the contact is blocked. What
// the contact wants is granted all the same.
func (d *Desk) silence(ctx context.Context, t turn, now time.Time) error {
	t.inbound.Outcome = conversation.Silent
	if !t.inbound.Claim.Asked { // else it may be out, and the claim is the only trace of it
		t.inbound.Claim = nil
	}
	was := t.inbound.Effects
	t.inbound.Effects = conversation.Effects{Opt: was.Opt, Block: was.Block, MutedUntil: was.MutedUntil} // what no reply brings about
	stored, err := d.Store.Reclaim(ctx, t.inbound)
	if err != nil {
		return fmt.Errorf("give a claimed reply up: %w", err)
	}
	t.inbound = stored
	return d.record(ctx, t, func(t turn) record.Turn { return t.silenced(now) })
}
