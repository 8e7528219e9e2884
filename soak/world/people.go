package world

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/soak/audit"
	"frontdesk/soak/fault"
)

// customer is one person who writes.
type customer struct {
	person message.Person
	// moves is the message from which on WhatsApp tells the user id too.
	moves  int
	userID string
	wrote  int
}

// say are the kinds of messages, the frequent ones more often.
var say = []string{
	"the price of %s", "price %s", "what is your price %s", "price please %s", "prices or price %s", "your price %s", "tell me the price %s",
	"a catalogue %s", "catalogue please %s", "send a catalogue %s", "your catalogue %s", "catalogue %s", "the catalogue %s",
	"an offer %s", "hello %s", "hm %s", "good day %s", "is somebody there %s", "thanks %s",
	"a person please %s", "complaint %s",
}

// people is how many customers there are, and pace how long one message follows another
// on average. Customer service takes five answers to a customer's last message, so there
// nobody writes much more often than we fetch.
func (w *World) people() int {
	if w.cfg.Channel.Served() {
		return max(w.cfg.Messages/10, 3)
	}
	return max(w.cfg.Messages/20, 3)
}

func (w *World) pace() time.Duration {
	if w.cfg.Channel.Served() {
		return 16 * time.Second
	}
	return 4 * time.Second
}

// customersWrite plans every message of the run.
func (w *World) customersWrite() {
	for i := range w.people() {
		w.customers = append(w.customers, w.side.customer(i))
	}
	var at time.Duration
	last := w.customers[0]
	for n := 0; n < w.cfg.Messages; n++ {
		c := w.customers[w.chance.IntN(len(w.customers))]
		if w.chance.IntN(4) == 0 {
			c = last // writes once more
		}
		last = c
		at += time.Duration(w.chance.ExpFloat64() * float64(w.pace()))
		if w.chance.IntN(700) == 0 {
			at += time.Duration(w.chance.Int64N(int64(20 * time.Hour))) // night
		}
		for range min(w.side.burst(), w.cfg.Messages-n-1) {
			w.comes(c, n, at+w.between(0, 10*time.Second))
			n++
		}
		w.comes(c, n, at)
	}
	w.ends = w.sim.Now().Add(at)
	w.plan()
	w.side.begin()
}

// comes plans the n-th message.
func (w *World) comes(c *customer, n int, after time.Duration) {
	w.sim.After(after, func() { w.sim.Go(outside, func() { w.writes(c, n) }) })
}

// plan picks the times at which something is wrong for a while.
func (w *World) plan() {
	w.skews = w.faults.Spans(w.sim.Now(), w.ends, 50*time.Minute, 12*time.Minute)
	w.downs = w.faults.Spans(w.sim.Now(), w.ends, 70*time.Minute, 4*time.Minute)
	w.faults.Count(fault.Clock, len(w.skews))
	w.faults.Count(fault.Down, len(w.downs))
}

// writes is one message of a customer, and people's look at it.
func (w *World) writes(c *customer, n int) {
	c.wrote++
	text := fmt.Sprintf(say[w.chance.IntN(len(say))], fmt.Sprintf("Q%06d", n)) + " " + textMark
	person, id := w.side.write(c, text)
	nosy, pause := w.chance.IntN(24) == 0, 4*time.Second
	if !nosy && w.chance.IntN(4) > 0 {
		pause = 90 * time.Second
	}
	w.sim.After(w.between(0, pause), func() { w.agent(person, id, nosy) })
}

// handled lets people look at what was fetched, which may be long after it was written.
func (w *World) handled(subject string) {
	m := w.ledger.wrote[subject]
	if m == nil || !w.cfg.Channel.Served() {
		return
	}
	w.sim.After(w.between(time.Second, 20*time.Second), func() { w.agent(message.Person{UserID: m.Customer}, subject, false) })
}

// repeat plans further deliveries of a message of a customer.
func (w *World) repeat(l letter) {
	if w.faults.Strike(fault.Repeated, l.subject) {
		for range 1 + w.faults.Pick(4) {
			pauses := []time.Duration{0, 2 * time.Second, time.Minute, 20 * time.Minute}
			w.again(l, w.faults.Between(0, pauses[w.faults.Pick(len(pauses))]))
		}
	}
	if !w.cfg.Channel.Served() && w.faults.Strike(fault.WeekLater, l.subject) { // a call to fetch holds no message
		w.again(l, 7*24*time.Hour+w.faults.Between(0, time.Hour))
	}
}

// again delivers once more after a pause.
func (w *World) again(l letter, pause time.Duration) {
	w.sim.After(pause, func() {
		t := w.sim.Go(outside, func() { w.deliver(l) }) // whoever repeats does not look at the answer
		t.Subject = l.subject
	})
}

var errNot200 = errors.New("not answered 200")

// deliver brings one delivery to the door and returns what the sender sees: a status,
// or 0 for no answer.
func (w *World) deliver(l letter) int {
	status := w.host.door(l)
	if status == http.StatusOK && w.faults.Strike(fault.DoorLost, l.subject) {
		return 0
	}
	return status
}

// agent looks at a conversation as a person would: who has been handed over is
// answered or resolved. A nosy one sometimes answers anyway.
func (w *World) agent(who message.Person, subject string, nosy bool) {
	id := conversation.ID(w.side.channels()[0].ID, who)
	h, err := record.New(w.raw).Head(context.Background(), id)
	if err != nil || h.HandedOff.IsZero() && !nosy {
		return
	}
	if w.side.serve(who, subject, h) {
		w.look(who, subject)
		return
	}
	w.host.act(subject, func(p *process) {
		w.faults.Note(fault.Person, subject)
		note := func() { w.ledger.acts = append(w.ledger.acts, audit.Act{Conversation: h.ID, At: w.sim.Now()}) }
		note() // an act takes its time: it counts from its beginning to its end
		defer note()
		if w.chance.IntN(3) == 0 {
			if _, err := p.desk.Answer(context.Background(), h.ID, "ana", w.ledger.words()); err != nil {
				w.leaks.See("an error of an agent's answer", err.Error())
			}
		} else if _, err := p.desk.Resolve(context.Background(), h.ID); err != nil {
			w.leaks.See("an error of an agent's resolving", err.Error())
		}
	})
	w.look(who, subject)
}

// look lets a person look again before long.
func (w *World) look(who message.Person, subject string) {
	w.sim.After(w.between(5*time.Second, time.Minute), func() { w.agent(who, subject, false) })
}
