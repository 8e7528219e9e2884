package world

import (
	"bytes"
	"fmt"
	"regexp"
	"time"

	"frontdesk/soak/audit"
	"frontdesk/soak/sim"
)

// ledger is what was seen from outside: what customers sent, what the door
// acknowledged, what people did.
type ledger struct {
	wrote  map[string]*audit.Wrote // by the channel's id
	order  []string
	traces []audit.Trace
	acts   []audit.Act
	tags   []audit.Tag
	marks  map[string]string // mark by the channel's id, and by reference of the reply
	alarms map[string]int
	// asked is the reference of the reply that a task sends now; refs finds it by the id
	// that WeCom gave, which carries none of an app's.
	asked map[*sim.Task]string
	refs  map[string]string
	said  int
	// failed are the messages of ours of which the channel says that they did not arrive.
	failed map[string]bool
}

func newLedger() *ledger {
	return &ledger{wrote: map[string]*audit.Wrote{}, marks: map[string]string{}, alarms: map[string]int{},
		asked: map[*sim.Task]string{}, refs: map[string]string{}, failed: map[string]bool{}}
}

// mark is the word in a text that no other message has.
var mark = regexp.MustCompile(`Q[0-9]{6}`)

// posted notes the messages of a delivery that goes to the door.
func (l *ledger) posted(d delivery, now time.Time) {
	for _, e := range d.Entry {
		for _, c := range e.Changes {
			for _, m := range c.Value.Messages {
				l.enter(audit.Wrote{ID: m.ID, Mark: mark.FindString(m.Text.Body), Customer: m.From, Identity: m.From + "/" + m.User, Posted: now})
			}
		}
	}
}

// enter notes a message of a customer, once.
func (l *ledger) enter(w audit.Wrote) {
	if l.wrote[w.ID] == nil {
		l.wrote[w.ID], l.marks[w.ID] = &w, w.Mark
		l.order = append(l.order, w.ID)
	}
}

// ack notes that our door has a message.
func (l *ledger) ack(id string, now time.Time) {
	if w := l.wrote[id]; w != nil && w.Acked.IsZero() {
		w.Acked = now
	}
}

// acknowledged notes what the door has answered 200 to.
func (l *ledger) acknowledged(d delivery, now time.Time) {
	for _, e := range d.Entry {
		for _, c := range e.Changes {
			for _, m := range c.Value.Messages {
				l.ack(m.ID, now)
			}
			for _, s := range c.Value.Statuses {
				l.traces = append(l.traces, audit.Trace{ID: s.ID, Ref: s.Ref, At: now})
			}
		}
	}
}

// words are what a person answers, never the same twice: WeCom may take a repeated text
// for a repeated message.
func (l *ledger) words() string {
	l.said++
	return fmt.Sprintf("A person answers, for the %d. time.", l.said)
}

// markOf is the mark of what a task is about.
func (l *ledger) markOf(subject string) string { return l.marks[subject] }

// messages are the customers' messages in the order in which they were posted.
func (l *ledger) messages() []audit.Wrote {
	all := make([]audit.Wrote, len(l.order))
	for i, id := range l.order {
		all[i] = *l.wrote[id]
	}
	return all
}

// alarms counts the alarms in a log.
type alarms struct{ ledger *ledger }

var alarm = regexp.MustCompile(`"alarm":"([^"]*)"`)

func (a alarms) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte(`"alarm"`)) {
		for _, found := range alarm.FindAllSubmatch(line, -1) {
			a.ledger.alarms[string(found[1])]++
		}
	}
	return len(line), nil
}
