package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/desk"
	"frontdesk/shared/message"
)

// deskHours is the calendar of the agents.
const deskHours = "service_hours"

// call gets an agent when the customer waits. Now and then nobody answers; most
// of those are closed some time later.
func (t *talk) call() {
	if t.called || t.head.WaitingSince.IsZero() {
		return
	}
	keen := 0.97
	if t.head.HandedOff.IsZero() { // only in the list of open conversations
		keen = 0.55
	}
	if !t.regular && !t.chance(keen) {
		if t.chance(0.85) {
			t.at(t.working(3*time.Hour), t.resolve)
		}
		return
	}
	t.called = true
	pace := 9 * time.Minute
	if t.head.AgentReplied {
		pace = 4 * time.Minute
	}
	t.at(t.working(pace), t.answer)
}

// working is when an agent gets round to something: after a while, and if nobody
// is in then, some time after they are back.
func (t *talk) working(pace time.Duration) time.Time {
	at := t.now.Add(t.about(pace))
	if t.hours.Open(deskHours, at) {
		return at
	}
	return t.hours.NextChange(deskHours, at).Add(t.about(18 * time.Minute))
}

// answer lets an agent answer. Who has waited for more than a day cannot be
// answered any more: the agent closes it, or the customer asks again.
func (t *talk) answer(ctx context.Context) error {
	t.called = false
	if err := t.reload(ctx); err != nil || t.head.WaitingSince.IsZero() {
		return err
	}
	again := t.head.AgentReplied
	_, err := t.desk.Answer(ctx, t.head.ID, pick(t.draw, agents(t.head.Team)), t.reply(again))
	if errors.Is(err, desk.ErrWindow) {
		if t.chance(0.8) {
			t.after(time.Minute, 40*time.Minute, t.resolve)
			return nil
		}
		t.after(time.Hour, 5*time.Hour, t.nudge)
		return nil
	}
	if err != nil {
		return err
	}
	t.done.Answers++
	if t.regular && !again || !t.regular && t.chance(followUp(again)) {
		t.after(time.Minute, 14*time.Minute, t.detail)
	}
	t.at(t.working(35*time.Minute), t.resolve)
	return nil
}

func followUp(again bool) float64 {
	if again {
		return 0.12
	}
	return 0.5
}

// reply words an agent's answer.
func (t *talk) reply(again bool) string {
	if again {
		return t.say(t.script.Closers)
	}
	return t.say(t.topic.People)
}

// detail is what the customer says to an agent's answer.
func (t *talk) detail(ctx context.Context) error {
	return t.write(ctx, t.text(t.script.Details))
}

// nudge asks why nobody has answered.
func (t *talk) nudge(ctx context.Context) error {
	return t.write(ctx, t.text(t.script.Nudges))
}

// resolve closes the conversation unless an answer is still to come.
func (t *talk) resolve(ctx context.Context) error {
	if err := t.reload(ctx); err != nil || t.called || t.head.HandedOff.IsZero() && t.head.WaitingSince.IsZero() {
		return err
	}
	before := t.sent
	h, err := t.desk.Resolve(ctx, t.head.ID)
	t.head = h
	if t.sent > before {
		t.done.Surveys++
		t.asked()
	}
	return err
}

// asked lets the customer rate us, as about half of them do.
func (t *talk) asked() {
	offered := choices(t.shown) // the best first
	grade := 0
	switch point := t.draw.Float64(); {
	case t.regular:
	case t.chance(0.45):
		return
	case point < 0.1:
		grade = 2
	case point < 0.35:
		grade = 1
	}
	m := message.Inbound{Type: "interactive", Choice: offered[grade].ID, Text: offered[grade].Title, ReplyTo: t.shownID}
	t.after(time.Minute, 25*time.Minute, func(ctx context.Context) error { return t.write(ctx, m) })
}

// reload reads the head as it is now.
func (t *talk) reload(ctx context.Context) error {
	h, err := t.Store.Head(ctx, t.head.ID)
	if err != nil {
		return fmt.Errorf("read the head: %w", err)
	}
	t.head = h
	return nil
}
