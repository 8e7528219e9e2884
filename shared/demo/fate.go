package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
)

// faults are why messages fail (Meta, error-codes page), the usual one first.
var faults = []message.Fault{
	{Code: 131026, Title: "Message undeliverable"},
	{Code: 131026, Title: "Message undeliverable"},
	{Code: 131026, Title: "Message undeliverable"},
	{Code: 131000, Title: "Something went wrong"},
	{Code: 131000, Title: "Something went wrong"},
	{Code: 130472, Title: "User's number is part of an experiment"},
}

// foretell decides what becomes of a message that the channel has accepted, and
// when it says so: sent within a second or two, delivered soon or when the phone
// is on again, read at once, later or never. One in a hundred fails.
func (t *talk) foretell(r message.Receipt) {
	at := t.now.Add(t.between(300*time.Millisecond, 1500*time.Millisecond))
	if !t.regular && t.chance(0.011) {
		r.Faults = []message.Fault{pick(t.draw, faults)}
		t.tell(r, message.Failed, at.Add(t.between(time.Second, 20*time.Second)))
		return
	}
	r.Pricing = &message.Pricing{Model: "PMP", Type: "free_customer_service", Category: "service"}
	t.tell(r, message.Sent, at)
	if at = t.later(at, 0.95, 0.035); at.IsZero() {
		return
	}
	t.tell(r, message.Delivered, at)
	if at = t.later(at, 0.72, 0.17); at.IsZero() {
		return
	}
	r.Pricing = nil
	t.tell(r, message.Read, at)
}

// later is a time soon after another one, or hours after it, or never (zero).
func (t *talk) later(at time.Time, soon, hours float64) time.Time {
	switch p := t.draw.Float64(); {
	case p < soon:
		return at.Add(t.about(6 * time.Second))
	case p < soon+hours:
		return at.Add(t.about(50 * time.Minute))
	}
	return time.Time{}
}

// tell lets the channel say it at its time.
func (t *talk) tell(r message.Receipt, status message.Status, at time.Time) {
	r.Status, r.Time = status, at.Truncate(time.Second)
	t.at(at, func(ctx context.Context) error { return t.receive(ctx, r) })
}

func (t *talk) receive(ctx context.Context, r message.Receipt) error {
	body, err := json.Marshal(message.Report{Receipt: &r})
	if err != nil {
		return fmt.Errorf("encode a receipt: %w", err)
	}
	if err := t.receiver.Handle(ctx, inbox.Job{ID: r.ID + "/" + string(r.Status), Body: body, Attempt: 1}); err != nil {
		return err
	}
	t.done.Receipts++
	if r.Status != message.Failed {
		return nil
	}
	t.done.Failures++
	return t.look(ctx)
}
