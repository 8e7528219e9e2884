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
	"frontdesk/shared/render"
)

// deliver sends a claimed reply and records what came of it.
func (d *Desk) deliver(ctx context.Context, t turn) error {
	t.asked = d.Now()
	id, err := d.send(ctx, t)
	refused, ok := errors.AsType[*message.SendError](err)
	if err == nil || !ok {
		return d.settleSend(ctx, t, id, err)
	}
	switch refused.Class {
	case message.Unknown:
		return inbox.Wait(until(t.inbound.Claim.Since.Add(Prove), d.Now()), err)
	case message.Stop, message.Slow, message.Retry, message.RetryPair:
		if refused.Class == message.Stop && !refused.Shared { // else whoever knows the channel has told
			d.alarm(t, "channel_stopped", err)
		}
		return d.release(ctx, t, refused)
	case message.SwitchForm:
		return d.switchForm(ctx, t, refused)
	}
	return d.refuse(ctx, t, refused)
}

// settleSend records a reply that went out. An error that is no SendError is a
// fault of ours before anything was sent.
func (d *Desk) settleSend(ctx context.Context, t turn, id string, err error) error {
	if err != nil {
		return errors.Join(err, d.free(ctx, t))
	}
	return d.sent(ctx, t, id)
}

func (d *Desk) send(ctx context.Context, t turn) (string, error) {
	to := merge(t.head.Contact.Person, t.who.From)
	return d.Send(ctx, message.Outgoing{
		Channel: t.inbound.Channel, To: to, Content: t.inbound.Claim.Content,
		Ref: conversation.Ref(t.head.Home, t.inbound.Claim.ReplyID),
	})
}

// sent records a reply that the channel has accepted.
func (d *Desk) sent(ctx context.Context, t turn, channelID string) error {
	now := d.Now()
	if t.asked.IsZero() {
		t.asked = now
	}
	err := d.record(ctx, t, func(t turn) record.Turn { return t.replied(t.asked, now, channelID) })
	if err != nil && !errors.Is(err, record.ErrDuplicate) {
		return fmt.Errorf("record a sent reply: %w", err)
	}
	d.Log.Info("replied", "channel", t.inbound.Channel, "conversation", t.head.ID,
		"filter", t.inbound.Filter, "template", t.inbound.Template, "reply_ms", max(now.Sub(t.inbound.At).Milliseconds(), 0))
	return nil
}

// errExhausted says that a channel has refused one message too often.
var errExhausted = errors.New("refused too often")

// release gives the lease back after the channel surely sent nothing, so that
// the next attempt may send at once. What concerns the whole channel does not count
// against the message, however long it lasts.
func (d *Desk) release(ctx context.Context, t turn, refused *message.SendError) error {
	attempt := t.inbound.Claim.Attempt
	if refused.Shared {
		t.inbound.Claim = attempted(t.inbound.Claim, attempt-1)
	}
	if err := d.free(ctx, t); err != nil {
		return errors.Join(refused, err)
	}
	switch {
	case !refused.Shared && attempt >= d.Attempts:
		return fmt.Errorf("%w: %w", errExhausted, refused)
	case refused.After > 0:
		return inbox.Wait(refused.After, refused)
	case refused.Class == message.RetryPair:
		// Meta, error 131056: wait 4^X seconds, X the failures so far.
		return inbox.Wait(power(4, attempt-1), refused)
	}
	return inbox.Wait(inbox.Default.Pause(attempt, nil), refused)
}

func attempted(c *conversation.Claim, n int) *conversation.Claim {
	claim := *c
	claim.Attempt = n
	return &claim
}

func power(base, n int) time.Duration {
	pause := time.Second
	for range min(n, 5) {
		pause *= time.Duration(base)
	}
	return pause
}

func (d *Desk) free(ctx context.Context, t turn) error {
	claim := *t.inbound.Claim
	claim.Asked, claim.Until = false, d.Now()
	t.inbound.Claim = &claim
	_, err := d.Store.Reclaim(ctx, t.inbound)
	return err
}

// switchForm sends the approved variant after the channel said that the window
// is shut. It is the last resort: plan keeps the window itself.
func (d *Desk) switchForm(ctx context.Context, t turn, refused *message.SendError) error {
	if t.inbound.Claim.Content.Shape == message.ShapeApproved {
		return d.refuse(ctx, t, refused)
	}
	t, barred, err := d.approve(ctx, t)
	if err != nil {
		return err
	}
	if barred != nil {
		return d.refuse(ctx, t, barred)
	}
	if t.inbound, err = d.Store.Reclaim(ctx, t.inbound); err != nil {
		return fmt.Errorf("change a claimed reply: %w", err)
	}
	return d.deliver(ctx, t)
}

// approved renders the claimed reply's variant for a shut window.
func (t turn) approved() (message.Content, error) {
	return t.book.Templates.Reply(t.inbound.Template, t.inbound.Language, false, render.Values{
		ContactName: t.who.From.Name, FirstContact: t.inbound.Facts.FirstEver, Text: t.inbound.Text,
		Team: t.inbound.Effects.Team, Now: t.now.In(t.zone), Channel: t.inbound.Channel,
	})
}

// refuse records that the reply cannot be sent and hands over to people.
func (d *Desk) refuse(ctx context.Context, t turn, refused *message.SendError) error {
	if refused.Class == message.Bug {
		d.alarm(t, ReasonSend, refused)
	} else {
		d.Log.Warn("the channel refused a reply", "channel", t.inbound.Channel, "conversation", t.head.ID, "error", refused)
	}
	now := d.Now()
	err := d.record(ctx, t, func(t turn) record.Turn { return t.refused(now, refused) })
	if errors.Is(err, record.ErrDuplicate) {
		return nil
	}
	return err
}

// resume takes up a message that is stored already: it is done, somebody is at
// it, or it was cut off between the claim and the record.
func (d *Desk) resume(ctx context.Context, t turn) error {
	claim := t.inbound.Claim
	if claim == nil {
		return nil
	}
	_, err := d.Store.Message(ctx, t.head.Home, claim.ReplyID)
	if err == nil {
		return nil // recorded: this delivery is a repeat
	}
	if !errors.Is(err, record.ErrNotFound) {
		return fmt.Errorf("look for a recorded reply: %w", err)
	}
	now := d.Now()
	if now.Before(claim.Until) {
		return inbox.Wait(until(claim.Until, now), errors.New("somebody else is answering this message"))
	}
	return d.prove(ctx, t, now)
}

// prove looks for a trace of a reply that was not recorded, before it is sent
// again. A receipt that it failed is a trace too.
func (d *Desk) prove(ctx context.Context, t turn, now time.Time) error {
	claim := *t.inbound.Claim
	receipts, err := d.Store.Receipts(ctx, t.head.Home, claim.ReplyID)
	if err != nil {
		return err
	}
	if len(receipts) > 0 {
		return d.proven(ctx, t, receipts)
	}
	if !claim.Asked {
		return d.again(ctx, t, now)
	}
	if deadline := claim.Since.Add(Prove); now.Before(deadline) {
		return inbox.Wait(until(deadline, now), errors.New("waiting for a receipt of a reply whose fate is unknown"))
	}
	if claim.Unproven > 0 { // asked for twice, and nothing was heard of either
		return d.refuse(ctx, t, &message.SendError{Class: message.Unknown, Reason: "sent twice without a trace"})
	}
	claim.Unproven++
	claim.Since = now
	t.inbound.Claim = &claim
	d.Log.Warn("sending again without proof", "alarm", "unproven", "channel", t.inbound.Channel, "conversation", t.head.ID)
	return d.again(ctx, t, now)
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
// taken over meanwhile or the window has shut.
func (d *Desk) again(ctx context.Context, t turn, now time.Time) error {
	if peopleAnswer(t.head) {
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
	claim := *t.inbound.Claim
	by, err := d.newID(now)
	if err != nil {
		return err
	}
	claim.By, claim.Until, claim.Asked = by, now.Add(Lease), true
	claim.Attempt++
	t.inbound.Claim = &claim
	if t.inbound, err = d.Store.Reclaim(ctx, t.inbound); err != nil {
		return fmt.Errorf("take up a claimed message: %w", err)
	}
	return d.deliver(ctx, t)
}

// peopleAnswer reports whether people have taken over. A conversation that went to
// them only because this reply could not be sent is still to be answered, until
// one of them has.
func peopleAnswer(h conversation.Head) bool {
	return !h.HandedOff.IsZero() && (h.Reason != ReasonGaveUp || h.Assignee != "")
}

// silence gives a claimed reply up because people answer now.
func (d *Desk) silence(ctx context.Context, t turn, now time.Time) error {
	t.inbound.Outcome, t.inbound.Claim = conversation.Silent, nil
	t.inbound.Effects = conversation.Effects{}
	stored, err := d.Store.Reclaim(ctx, t.inbound)
	if err != nil {
		return fmt.Errorf("give a claimed reply up: %w", err)
	}
	t.inbound = stored
	return d.record(ctx, t, func(t turn) record.Turn { return t.silenced(now) })
}

func until(deadline, now time.Time) time.Duration {
	return max(deadline.Sub(now), time.Second)
}
