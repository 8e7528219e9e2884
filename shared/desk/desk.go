// Package desk answers. For each inbound message, in this order:
//
//	open    read the head of the conversation (and, when due, which playbook is live)
//	plan    decide and render: pure, nothing happens yet
//	allow   choose the way out: as planned, later, or people with the reason
//	claim   write the message with the intent to send this reply, unless it is there already
//	send    ask the channel, with our own id of the reply as its reference
//	record  write the head and the reply in one transaction
//	move    where people answer in the channel's own client: move the session of whoever
//	        is theirs now ([Sessions]); behind the reply, because nothing can be sent then
//
// One message of a conversation is worked on at a time (the inbox sees to it),
// and deliveries may repeat at any point. What was claimed and not recorded is
// taken up again: when a receipt proves that the reply went out it is only
// recorded; when nothing proves it after [Prove], it is sent once more, counted
// and logged. A message that needs no reply is recorded without a claim.
//
// Where the channel knows a message again (budget.Limits.Repeat) it is asked for again
// within seconds instead, which does no harm.
//
// Being handed off is the wish to have the session moved: it is written in the same
// transaction, and a redelivered message or the next one finds what a crash has left
// undone. [Desk.Resolve] ends the session, and the bot is back.
//
// Who was answered by a person is asked how it was when people have finished (the
// playbook's survey), once: with the code of the ended session, else with a free message.
// Answers to that (choices survey:1 to survey:5) are asked no filter; of several the first
// counts.
//
// A reply that cannot be sent for good hands the conversation to people with the
// reason; nothing is dropped in silence.
package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

const (
	// Lease is how long a claim keeps others away. A send takes at most 10 s, and waits
	// at most 5 s for its turn.
	Lease = 20 * time.Second
	// Prove is how long we wait for a receipt before a reply whose fate is
	// unknown is sent again. Receipts come within seconds as a rule.
	Prove = 90 * time.Second
)

// Sender sends one message through its channel. Errors are [*message.SendError].
type Sender func(ctx context.Context, out message.Outgoing) (channelID string, err error)

// Desk answers inbound messages.
type Desk struct {
	Store *record.Store
	Live  *live.Cache
	// Draft answers test contacts; nil for none.
	Draft *live.Draft
	Send  Sender
	// Zone is the company's: days and weeks are counted in it.
	Zone    *time.Location
	Now     func() time.Time
	Entropy io.Reader
	Log     *slog.Logger
	// Attempts is after how many deliveries a message is given up.
	Attempts int
	// Waits is after how many more deliveries it is given up although it only waited,
	// where the queue counts these too; 0 for never.
	Waits int
	// Sleep waits between two tries of a write; nil waits by the machine's clock.
	Sleep func(ctx context.Context, d time.Duration)
	// Behind, when set, reports that receipts of a reply may have been taken, or refused,
	// and not stored yet: without them nothing is sent again.
	Behind func(home, replyID string) bool
	// Guard knows what each channel allows; nil allows everything.
	Guard Guard
	// Sessions moves sessions to people and ends them, where a channel has any; nil for
	// none. OnEvent answers an event with its code.
	Sessions Sessions
	OnEvent  OnEvent
	// Ring, when set, is told of what teams are to be told, Give of teams whose
	// conversations are to be given out.
	Ring Ring
	Give Give
	// Decided, when set, is told of every decision (the playground shows them).
	Decided func(Explanation)
}

// Explanation is a decision with its trace.
type Explanation struct {
	Channel, Conversation, MessageID string
	Decision                         decide.Decision
	Steps                            []decide.Step
}

// Handle works on one job of the inbox: the JSON of a [message.Inbound].
func (d *Desk) Handle(ctx context.Context, job inbox.Job) error {
	var m message.Inbound
	if err := json.Unmarshal(job.Body, &m); err != nil {
		return inbox.Dead("the job is not a message", nil) // err may quote it
	}
	err := d.answer(ctx, job, m)
	if _, dead := errors.AsType[*inbox.Death](err); err != nil && !dead {
		return err
	}
	if left := d.handOver(ctx, m); left != nil {
		if err == nil && !d.tired(job, left) {
			return left
		}
		d.Log.Warn("a session was not moved to people; the next message tries again", "channel", m.Channel, "error", left)
	}
	return err
}

// answer takes one message through the steps, and gives it up when it was tried too often.
func (d *Desk) answer(ctx context.Context, job inbox.Job, m message.Inbound) error {
	if job.Attempt > d.Attempts+d.Waits { // whatever ended it each time, somebody must be told
		return d.giveUp(ctx, m, errors.New("tried too often"))
	}
	err := d.receive(ctx, m)
	if errors.Is(err, table.ErrBusy) && !inbox.Waits(err) { // that is no message's fault
		err = inbox.Wait(max(busyPause, inbox.Default.Pause(job.Attempt, nil)), err)
	}
	if errors.Is(err, errExhausted) || err != nil && d.tired(job, err) {
		return d.giveUp(ctx, m, err)
	}
	return err
}

// busyPause is how long a message waits at least for a table that takes nothing; longer
// each time where the queue counts its deliveries.
const busyPause = 5 * time.Second

// tired reports whether a message has been tried, or has waited, as often as it may.
func (d *Desk) tired(job inbox.Job, err error) bool {
	if inbox.Waits(err) {
		return d.Waits > 0 && job.Attempt >= d.Attempts+d.Waits
	}
	return job.Attempt >= d.Attempts
}

// receive takes one message through the steps.
func (d *Desk) receive(ctx context.Context, m message.Inbound) error {
	w, at, err := d.open(ctx, m)
	if err != nil {
		return err
	}
	stored, known, err := d.former(ctx, at, m)
	if err != nil {
		return err
	}
	if known {
		return d.resume(ctx, turn{moment: w, place: at, who: identity(m), inbound: stored})
	}
	p := w.plan(at.head, m)
	d.explain(w, at.head, m, p)
	if p.unwritten != nil {
		d.Log.Error("a filter's note could not be filled in", "alarm", "note_failed", "channel", m.Channel, "conversation", at.head.ID, "error", p.unwritten)
	}
	t := turn{moment: w, place: at, who: identity(m), detected: p.decision.Detected, inbound: p.inbound}
	if p, err = d.allow(ctx, t, p); err != nil {
		return err
	}
	if p.content == nil {
		t.inbound = p.inbound
		return d.recordOnly(ctx, t, p)
	}
	t.inbound.Claim, err = d.intent(w.now, p)
	if err != nil {
		return err
	}
	ours := t.inbound.Claim.ReplyID
	t.inbound, err = d.Store.Claim(ctx, t.inbound)
	switch {
	case errors.Is(err, record.ErrDuplicate) && t.claimedAs(ours):
		// Our own write, whose answer was lost and which was then repeated.
	case errors.Is(err, record.ErrDuplicate):
		return d.resume(ctx, t)
	case err != nil:
		return fmt.Errorf("claim message: %w", err)
	}
	return d.deliver(ctx, t)
}

// former finds a message that was stored elsewhere than its conversation is kept now:
// under an id which the contact has left since, when two conversations were joined, or
// under the present id, before the conversation came along to it.
func (d *Desk) former(ctx context.Context, at place, m message.Inbound) (conversation.Message, bool, error) {
	for _, home := range []string{at.former, at.head.ID} {
		if home == "" || home == at.head.Home {
			continue
		}
		stored, err := d.Store.Message(ctx, home, conversation.InboundID(m))
		if err == nil {
			return stored, true, nil
		}
		if !errors.Is(err, record.ErrNotFound) {
			return stored, false, fmt.Errorf("look for a message where it was stored before: %w", err)
		}
	}
	return conversation.Message{}, false, nil
}

// stored reads a message wherever it is kept.
func (d *Desk) stored(ctx context.Context, at place, m message.Inbound) (conversation.Message, error) {
	found, err := d.Store.Message(ctx, at.head.Home, conversation.InboundID(m))
	if !errors.Is(err, record.ErrNotFound) {
		return found, err
	}
	elsewhere, known, err2 := d.former(ctx, at, m)
	if known {
		return elsewhere, nil
	}
	return found, errors.Join(err, err2)
}

func (t turn) claimedAs(replyID string) bool {
	return t.inbound.Claim != nil && t.inbound.Claim.ReplyID == replyID
}

// intent is a fresh claim on a reply, whose id sorts behind the message's.
func (d *Desk) intent(now time.Time, p plan) (*conversation.Claim, error) {
	id, err := d.newID(latest(now, p.inbound.At.Add(time.Millisecond)))
	by, err2 := d.newID(now)
	return &conversation.Claim{
		Until: now.Add(Lease), By: by, Attempt: 1, ReplyID: id, Content: *p.content, Asked: true, Since: now, Counted: p.counted,
	}, errors.Join(err, err2)
}

// identity is what tells a message's conversation and where its answer goes, without its
// contents.
func identity(m message.Inbound) message.Inbound {
	return message.Inbound{Channel: m.Channel, From: m.From, Previous: m.Previous, Return: m.Return, Group: m.Group}
}

func (d *Desk) newID(now time.Time) (string, error) {
	var entropy [6]byte
	if _, err := io.ReadFull(d.Entropy, entropy[:]); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return conversation.NewID(now, entropy[:]), nil
}

// recordOnly finishes a message that gets no reply.
func (d *Desk) recordOnly(ctx context.Context, t turn, p plan) error {
	err := d.record(ctx, t, func(t turn) record.Turn { return t.arrived(d.Now()) })
	if err == nil && p.fault != nil {
		d.alarm(t, cmp.Or(p.inbound.Effects.Reason, ReasonRender), p.fault)
	}
	if !errors.Is(err, record.ErrDuplicate) {
		return err
	}
	stored, err := d.Store.Message(ctx, t.head.Home, t.inbound.ID)
	if err != nil {
		return fmt.Errorf("read a repeated message: %w", err)
	}
	t.inbound = stored
	return d.resume(ctx, t)
}

// explain tells the observer, if there is one, what was decided and why.
func (d *Desk) explain(w moment, h conversation.Head, m message.Inbound, p plan) {
	if d.Decided == nil {
		return
	}
	e := Explanation{Channel: m.Channel, Conversation: h.ID, MessageID: m.ID, Decision: p.decision}
	if p.inbound.OfSurvey() {
		e.Steps = ratedSteps()
	} else {
		e.Steps = decide.Explain(w.book.Book, asked(h, m), m, w.now.In(w.zone))
	}
	d.Decided(e)
}

func (d *Desk) alarm(t turn, name string, err error) {
	d.Log.Error("a reply could not be sent", "alarm", name, "channel", t.inbound.Channel,
		"conversation", t.head.ID, "template", t.inbound.Template, "error", err)
}
