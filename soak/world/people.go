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
	"frontdesk/shared/sandbox"
	"frontdesk/soak/audit"
	"frontdesk/soak/fault"
)

// customer is one person who writes.
type customer struct {
	sandbox.Customer
	// moves is the message from which on the channel tells the user id too.
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

// customersWrite plans every message of the run.
func (w *World) customersWrite() {
	for i := range max(w.cfg.Messages/20, 3) {
		c := &customer{Customer: sandbox.Customer{Phone: fmt.Sprintf("%s%04d", phonePrefix, i%10000), Name: nameMark}}
		if w.chance.IntN(5) == 0 {
			c.userID, c.moves = fmt.Sprintf("US.%s%d", userMark, i), w.chance.IntN(12)
		}
		w.customers = append(w.customers, c)
	}
	var at time.Duration
	last := w.customers[0]
	for n := range w.cfg.Messages {
		c := w.customers[w.chance.IntN(len(w.customers))]
		if w.chance.IntN(4) == 0 {
			c = last // writes once more
		}
		last = c
		at += time.Duration(w.chance.ExpFloat64() * float64(4*time.Second))
		if w.chance.IntN(700) == 0 {
			at += time.Duration(w.chance.Int64N(int64(20 * time.Hour))) // night
		}
		w.sim.After(at, func() { w.sim.Go(outside, func() { w.writes(c, n) }) })
	}
	w.ends = w.sim.Now().Add(at)
	w.plan()
}

// plan picks the times at which something is wrong for a while.
func (w *World) plan() {
	w.skews = w.faults.Spans(w.sim.Now(), w.ends, 50*time.Minute, 12*time.Minute)
	w.downs = w.faults.Spans(w.sim.Now(), w.ends, 70*time.Minute, 4*time.Minute)
	w.expired = w.faults.Spans(w.sim.Now(), w.ends, 90*time.Minute, 5*time.Minute)
	w.faults.Count(fault.Clock, len(w.skews))
	w.faults.Count(fault.Down, len(w.downs))
	w.faults.Count(fault.Expired, len(w.expired))
}

// writes is one message of a customer, with its repeats.
func (w *World) writes(c *customer, n int) {
	from := c.Customer
	c.wrote++
	moved := c.userID != "" && c.wrote > c.moves
	if moved {
		from.UserID = c.userID
	}
	text := fmt.Sprintf(say[w.chance.IntN(len(say))], fmt.Sprintf("Q%06d", n)) + " " + textMark
	id, err := w.sandbox.Any(context.Background(), phoneNumber, from, sandbox.Text(text))
	if err == nil && moved && c.wrote == c.moves+1 {
		w.faults.Note(fault.Moved, id)
	}
	person, nosy, pause := message.Person{UserID: from.UserID, Phone: from.Phone}, w.chance.IntN(24) == 0, 4*time.Second
	if !nosy && w.chance.IntN(4) > 0 {
		pause = 90 * time.Second
	}
	w.sim.After(w.between(0, pause), func() { w.agent(person, id, nosy) })
}

// post takes a webhook of the channel to the door, and repeats it as told.
func (w *World) post(_ context.Context, body []byte, signature string) error {
	d := parse(body)
	subject := d.subject()
	if t := w.sim.Current(); t != nil && t.Subject == "" {
		t.Subject = subject
	}
	known := w.ledger.wrote[subject] != nil
	if !known && w.faults.Strike(fault.Disorder, subject) {
		w.sim.Sleep(w.faults.Between(0, 20*time.Second))
	}
	w.ledger.posted(d, w.sim.Now())
	if !known {
		w.repeat(body, signature, subject)
	}
	return w.deliver(body, signature, subject)
}

// repeat plans further deliveries of the same webhook.
func (w *World) repeat(body []byte, signature, subject string) {
	again := func(pause time.Duration) {
		w.sim.After(pause, func() {
			t := w.sim.Go(outside, func() { _ = w.deliver(body, signature, subject) }) // whoever repeats does not look at the answer
			t.Subject = subject
		})
	}
	if isReceipt := parse(body).customers() == 0; isReceipt {
		if w.faults.Strike(fault.ReceiptTwice, subject) {
			again(w.faults.Between(0, time.Minute))
		}
		return
	}
	if w.faults.Strike(fault.Repeated, subject) {
		for range 1 + w.faults.Pick(4) {
			pauses := []time.Duration{0, 2 * time.Second, time.Minute, 20 * time.Minute}
			again(w.faults.Between(0, pauses[w.faults.Pick(len(pauses))]))
		}
	}
	if w.faults.Strike(fault.WeekLater, subject) {
		again(7*24*time.Hour + w.faults.Between(0, time.Hour))
	}
}

// customers is how many messages a delivery holds.
func (d delivery) customers() int {
	n := 0
	for _, e := range d.Entry {
		for _, c := range e.Changes {
			n += len(c.Value.Messages)
		}
	}
	return n
}

var errNot200 = errors.New("not answered 200")

// deliver brings one delivery to the door.
func (w *World) deliver(body []byte, signature, subject string) error {
	status := w.host.door(body, signature, subject)
	if status != http.StatusOK || w.faults.Strike(fault.DoorLost, subject) {
		return errNot200
	}
	return nil
}

// receipts plans what follows an accepted message.
func (w *World) receipts(m sandbox.SentMessage) []sandbox.Receipt {
	subject := w.subject()
	plan := sandbox.Usual(m)
	if w.faults.Strike(fault.ReceiptFailed, subject) {
		return []sandbox.Receipt{{Status: message.Failed, After: w.faults.Between(time.Second, 30*time.Second), Code: 131026}}
	}
	if w.faults.Strike(fault.ReceiptTurned, subject) {
		plan[0].After, plan[2].After = plan[2].After, plan[0].After
	}
	var late time.Duration
	switch k, _ := w.faults.First(subject, fault.ReceiptGone, fault.ReceiptOver90, fault.ReceiptLate); k {
	case fault.ReceiptGone:
		return nil
	case fault.ReceiptOver90:
		late = w.faults.Between(91*time.Second, 10*time.Minute)
	case fault.ReceiptLate:
		late = w.faults.Between(2*time.Second, 60*time.Second)
	}
	for i := range plan {
		plan[i].After += late
	}
	return plan
}

// agent looks at a conversation as a person would: who has been handed over is
// answered or resolved. A nosy one sometimes answers anyway.
func (w *World) agent(who message.Person, subject string, nosy bool) {
	id := conversation.ID(channelID, who)
	h, err := record.New(w.raw).Head(context.Background(), id)
	if err != nil || h.HandedOff.IsZero() && !nosy {
		return
	}
	w.host.act(subject, func(p *process) {
		w.faults.Note(fault.Person, subject)
		note := func() { w.ledger.acts = append(w.ledger.acts, audit.Act{Conversation: h.ID, At: w.sim.Now()}) }
		note() // an act takes its time: it counts from its beginning to its end
		defer note()
		if w.chance.IntN(3) == 0 {
			if _, err := p.desk.Answer(context.Background(), h.ID, "ana", "A person answers."); err != nil {
				w.leaks.See("an error of an agent's answer", err.Error())
			}
		} else if _, err := p.desk.Resolve(context.Background(), h.ID); err != nil {
			w.leaks.See("an error of an agent's resolving", err.Error())
		}
	})
	w.sim.After(w.between(5*time.Second, time.Minute), func() { w.agent(who, subject, false) })
}
