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
	"frontdesk/shared/table"
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
		return d.doubt(ctx, t, err)
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
		Ref:    conversation.Ref(t.home(), t.inbound.Claim.ReplyID),
		Return: t.who.Return, Group: t.inbound.Group, Heard: t.inbound.At, Again: t.again,
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
	return d.reclaim(ctx, t.inbound)
}

// reclaim writes what became of a send. A busy table is asked again a few times, and the
// write goes on when the caller is gone: without it nobody would know.
func (d *Desk) reclaim(ctx context.Context, m conversation.Message) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	var err error
	for try := range recordTries {
		if _, err = d.Store.Reclaim(ctx, m); !errors.Is(err, table.ErrBusy) {
			return err
		}
		d.sleep(ctx, recordPause<<try)
	}
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
		Team: t.inbound.Effects.Team, Now: t.now.In(t.zone), Channel: t.inbound.Channel, Kind: message.Kind(t.limits.Kind),
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

func until(deadline, now time.Time) time.Duration {
	return max(deadline.Sub(now), time.Second)
}
