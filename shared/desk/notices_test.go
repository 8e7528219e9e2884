package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// told is the playbook with notices.
func (w *world) told() {
	w.t.Helper()
	w.publish(strings.Replace(book, `"hours"`, `"notices": [{"on": ["hand_off", "failed"], "to": ["robot"], "mention": ["zhang"]},
	  {"on": ["hand_off"], "teams": ["sales"], "to": ["robot-sales"]}], "hours"`, 1))
	w.pass(4e9) // the desk has the new version
}

// outbox is what waits for a channel, in short.
func (w *world) outbox(to string) (all []string) {
	w.t.Helper()
	rows, err := w.store.Waiting(context.Background(), to, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range rows {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %s %s%s", r.Event, r.Channel, r.Team, r.Filter, r.Reason)))
	}
	return all
}

func refusesWith(class message.Class) func(message.Outgoing) error {
	return func(message.Outgoing) error { return &message.SendError{Class: class, Reason: "no"} }
}

func TestTeamsAreTold(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(w *world)
		want []string
	}{
		{"a template answered: nothing", func(w *world) { w.mustHandle(w.says("1", "price")) }, nil},
		{"a filter handed off", func(w *world) { w.mustHandle(w.says("1", "person")) }, []string{"hand_off wa-main Care Person"}},
		{"and then writes more", func(w *world) { w.mustHandle(w.says("1", "person")); w.mustHandle(w.says("2", "hello?")) }, []string{"hand_off wa-main Care Person"}},
		{"the message is repeated", func(w *world) { m := w.says("1", "person"); w.mustHandle(m); w.mustHandle(m) }, []string{"hand_off wa-main Care Person"}},
		{"a template does not render", func(w *world) { w.mustHandle(w.says("1", "broken")) }, []string{"failed wa-main  render_failed"}},
		{"the channel refuses", func(w *world) {
			w.answer = refusesWith(message.Drop)
			m := w.says("1", "price")
			w.mustHandle(m)
			w.mustHandle(m)
		}, []string{"failed wa-main  send_failed"}},
		{"given up, and delivered again", func(w *world) {
			w.answer = refusesWith(message.Retry)
			m := w.says("1", "price")
			for attempt := range 6 {
				_ = w.handle(m, attempt+1)
				w.pass(3e11)
			}
		}, []string{"failed wa-main  gave_up"}},
		{"an agent answered and so took it", func(w *world) {
			w.mustHandle(w.says("1", "price"))
			if _, err := w.desk.Answer(context.Background(), w.head(sheena).ID, "li", "I am here"); err != nil {
				w.t.Fatal(err)
			}
		}, nil},
		{"resolved, and handed off again", func(w *world) {
			w.mustHandle(w.says("1", "person"))
			if _, err := w.desk.Resolve(context.Background(), w.head(sheena).ID); err != nil {
				w.t.Fatal(err)
			}
			w.pass(1e9)
			w.mustHandle(w.says("2", "person"))
		}, []string{"hand_off wa-main Care Person", "hand_off wa-main Care Person"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.told()
			rung := 0
			w.desk.Ring = func(_ context.Context, rows []record.TeamNotice) { rung += len(rows) }
			c.do(w)
			if got := w.outbox("robot"); !slices.Equal(got, c.want) || rung != len(c.want) || len(w.outbox("robot-sales")) != 0 {
				t.Errorf("got %q, rung %d times, want %q", got, rung, c.want)
			}
		})
	}
}

// TestANoticeIsThereExactlyWhenItsTurnIs: a write that fails leaves neither, and its
// repeat leaves one.
func TestANoticeIsThereExactlyWhenItsTurnIs(t *testing.T) {
	w := newWorld(t)
	w.told()
	w.desk.Store = record.New(refusesTurns{w.table})
	m := w.says("1", "person")
	if err := w.handle(m, 1); err == nil || len(w.outbox("robot")) != 0 {
		t.Errorf("got %v and %q, want the fault and nothing told", err, w.outbox("robot"))
	}
	w.desk.Store = w.store
	w.pass(3e11)
	_ = w.handle(m, 2)
	w.pass(3e11)
	_ = w.handle(m, 2)
	if got := w.outbox("robot"); len(got) != 1 {
		t.Errorf("got %q, want one", got)
	}
}

// refusesTurns is a table that takes no transaction.
type refusesTurns struct{ table.Table }

func (refusesTurns) Transact(context.Context, ...table.Write) error { return errors.New("no") }
