package demo

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/receipts"
)

// talk is one conversation while it is lived: a clock of its own, a list of
// what happens next, and the real desk. Nothing in it is shared.
type talk struct {
	*shop
	*contact
	source *rand.ChaCha8
	draw   *rand.Rand
	now    time.Time
	due    []event

	desk     *desk.Desk
	receiver *receipts.Receiver
	head     conversation.Head
	// shown is our last message and shownID its id on the channel.
	shown   message.Content
	shownID string
	// topic is what the customer last asked about.
	topic *scene
	// called says that an agent is going to answer.
	called bool
	// wrote and sent count messages, for their ids.
	wrote, sent int
	done        Result
}

// event is something that happens at a time.
type event struct {
	at time.Time
	do func(context.Context) error
}

func (s *shop) talk(c *contact) *talk {
	var seed [32]byte
	binary.LittleEndian.PutUint64(seed[:], s.Seed)
	binary.LittleEndian.PutUint64(seed[8:], uint64(c.number))
	source := rand.NewChaCha8(seed)
	t := &talk{shop: s, contact: c, source: source, draw: rand.New(source), done: Result{Contacts: 1}}
	log := slog.New(slog.DiscardHandler)
	clock := func() time.Time { return t.now }
	t.desk = &desk.Desk{
		Store: s.Store, Live: s.cache, Send: t.accept, Zone: s.Zone, Now: clock, Entropy: source, Log: log,
		Attempts: inbox.Default.MaxAttempts,
	}
	t.receiver = &receipts.Receiver{Store: s.Store, Zone: s.Zone, Now: clock, Log: log}
	for _, at := range c.visits {
		t.at(at, t.visit)
	}
	return t
}

// live does what is due, in order of time, until the demo's end.
func (t *talk) live(ctx context.Context) error {
	for len(t.due) > 0 && t.due[0].at.Before(t.end) {
		next := t.due[0]
		t.due = t.due[1:]
		if t.now.Before(next.at) {
			t.now = next.at
		}
		if err := next.do(ctx); err != nil {
			return fmt.Errorf("live conversation %d of the demo: %w", t.number, err)
		}
	}
	return nil
}

// at makes something happen, behind what is due at the same time.
func (t *talk) at(when time.Time, do func(context.Context) error) {
	i, _ := slices.BinarySearchFunc(t.due, when, func(e event, at time.Time) int {
		if e.at.After(at) {
			return 1
		}
		return -1
	})
	t.due = slices.Insert(t.due, i, event{when, do})
}

func (t *talk) after(from, to time.Duration, do func(context.Context) error) {
	t.at(t.now.Add(t.between(from, to)), do)
}

func (t *talk) between(from, to time.Duration) time.Duration {
	return from + time.Duration(t.draw.Int64N(int64(to-from)))
}

// about is a duration whose median is given: half of them are shorter, one in
// ten is three times as long.
func (t *talk) about(median time.Duration) time.Duration {
	return time.Duration(float64(median) * math.Exp(0.86*t.draw.NormFloat64()))
}

func (t *talk) chance(p float64) bool { return t.draw.Float64() < p }

// write lets the customer send a message, which reaches the desk a moment later,
// and calls an agent when it takes one.
func (t *talk) write(ctx context.Context, m message.Inbound) error {
	t.wrote++
	m.Channel, m.From, m.Time = t.Channel, t.Person, t.now.Truncate(time.Second)
	m.ID = fmt.Sprintf("wamid.DEMO-IN-%04d-%04d", t.number, t.wrote)
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode a message: %w", err)
	}
	t.now = t.now.Add(t.between(350*time.Millisecond, 1700*time.Millisecond))
	before := t.sent
	if err := t.desk.Handle(ctx, inbox.Job{ID: m.ID, Body: body, Attempt: 1}); err != nil {
		return err
	}
	t.done.Inbound++
	t.done.Replies += t.sent - before
	return t.look(ctx)
}

// look reads the head and calls an agent when somebody waits.
func (t *talk) look(ctx context.Context) error {
	h, err := t.Store.Head(ctx, conversation.ID(t.Channel, t.Person))
	if err != nil {
		return fmt.Errorf("read the head: %w", err)
	}
	t.head = h
	t.call()
	return nil
}

// accept is the channel: it takes every message and tells later what came of it.
func (t *talk) accept(_ context.Context, out message.Outgoing) (string, error) {
	t.sent++
	id := fmt.Sprintf("wamid.DEMO-OUT-%04d-%04d", t.number, t.sent)
	t.now = t.now.Add(t.between(120*time.Millisecond, 700*time.Millisecond))
	t.shown, t.shownID = out.Content, id
	t.foretell(message.Receipt{Channel: t.Channel, ID: id, Ref: out.Ref, Recipient: message.Person{UserID: t.UserID, Phone: t.Phone}})
	return id, nil
}
