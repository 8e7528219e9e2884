package world

import (
	"bytes"
	"encoding/json"
	"regexp"
	"time"

	"frontdesk/soak/audit"
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
}

func newLedger() *ledger {
	return &ledger{wrote: map[string]*audit.Wrote{}, marks: map[string]string{}, alarms: map[string]int{}}
}

// delivery is what a webhook holds, as far as the ledger goes.
type delivery struct {
	Entry []struct {
		Changes []struct {
			Value struct {
				Messages []struct {
					ID   string `json:"id"`
					From string `json:"from"`
					User string `json:"from_user_id"`
					Text struct {
						Body string `json:"body"`
					} `json:"text"`
				} `json:"messages"`
				Statuses []struct {
					ID  string `json:"id"`
					Ref string `json:"biz_opaque_callback_data"`
				} `json:"statuses"`
			} `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

func parse(body []byte) delivery {
	var d delivery
	_ = json.Unmarshal(body, &d) // the sandbox wrote it
	return d
}

// subject is what a delivery is about: a message's id, or a reply's reference.
func (d delivery) subject() string {
	for _, e := range d.Entry {
		for _, c := range e.Changes {
			for _, m := range c.Value.Messages {
				return m.ID
			}
			for _, s := range c.Value.Statuses {
				return s.Ref
			}
		}
	}
	return ""
}

// mark is the word in a text that no other message has.
var mark = regexp.MustCompile(`Q[0-9]{6}`)

// posted notes the messages of a delivery that goes to the door.
func (l *ledger) posted(d delivery, now time.Time) {
	for _, e := range d.Entry {
		for _, c := range e.Changes {
			for _, m := range c.Value.Messages {
				if l.wrote[m.ID] == nil {
					w := &audit.Wrote{ID: m.ID, Mark: mark.FindString(m.Text.Body), Customer: m.From, Identity: m.From + "/" + m.User, Posted: now}
					l.wrote[m.ID], l.marks[m.ID] = w, w.Mark
					l.order = append(l.order, m.ID)
				}
			}
		}
	}
}

// acknowledged notes what the door has answered 200 to.
func (l *ledger) acknowledged(d delivery, now time.Time) {
	for _, e := range d.Entry {
		for _, c := range e.Changes {
			for _, m := range c.Value.Messages {
				if w := l.wrote[m.ID]; w != nil && w.Acked.IsZero() {
					w.Acked = now
				}
			}
			for _, s := range c.Value.Statuses {
				l.traces = append(l.traces, audit.Trace{ID: s.ID, Ref: s.Ref, At: now})
			}
		}
	}
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
