package queue_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"frontdesk/shared/inbox"
	inboxsqs "frontdesk/shared/inbox/sqs"
	"frontdesk/soak/queue"
	"frontdesk/soak/sim"
)

func newSim() *sim.Sim {
	return sim.New(time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC), rand.New(rand.NewPCG(1, 2)))
}

func always() bool { return true }

func job(group, id string) inbox.Job {
	return inbox.Job{ID: id, Group: group, Body: []byte(`{}`)}
}

// desk is a handler that notes what it is given.
type desk struct {
	sim    *sim.Sim
	seen   []string
	answer func(inbox.Job) error
	buried []string
}

func (d *desk) handle(j inbox.Job) error {
	d.seen = append(d.seen, fmt.Sprintf("%s#%d@%s", j.ID, j.Attempt, d.sim.Now().Format("4:05")))
	if d.answer == nil {
		return nil
	}
	return d.answer(j)
}

func (d *desk) Bury(_ context.Context, _ string, j inbox.Job, reason string) error {
	d.buried = append(d.buried, j.ID+": "+reason)
	return nil
}

func newGroup(d *desk) *queue.Group {
	q := &queue.Group{Name: "inbox", Sim: d.sim, Policy: inbox.Policy{MaxAttempts: 3, First: time.Second, Max: time.Minute},
		Grave: d, Chance: func() float64 { return 0 }, Workers: 8}
	q.Try = func(j inbox.Job, done func(error)) {
		d.sim.Go("desk", func() {
			d.sim.Sleep(10 * time.Second)
			done(d.handle(j))
		})
	}
	return q
}

func TestTheQueueOfOneMachine(t *testing.T) {
	refused := errors.New("refused")
	for _, c := range []struct {
		name   string
		answer func(inbox.Job) error
		want   string
		buried string
	}{
		{"one of a group at a time, groups side by side", nil, "a1#1@0:10 b1#1@0:10 a2#1@0:20", ""},
		{"a failed job holds its group", func(j inbox.Job) error {
			if j.ID == "a1" && j.Attempt == 1 {
				return refused
			}
			return nil
		}, "a1#1@0:10 b1#1@0:10 a1#2@0:21 a2#1@0:31", ""},
		{"after its attempts it is a dead letter", func(j inbox.Job) error {
			if j.ID == "a1" {
				return inbox.Later(20*time.Second, refused)
			}
			return nil
		}, "a1#1@0:10 b1#1@0:10 a1#2@0:40 a1#3@1:10 a2#1@1:20", "a1: gave up after 3 attempts: try again in 20s: refused"},
		{"waiting is no attempt", func() func(inbox.Job) error {
			n := 0
			return func(j inbox.Job) error {
				if n++; j.ID == "a1" && n < 7 {
					return inbox.Wait(5*time.Second, refused)
				}
				return nil
			}
		}(), "a1#1@0:10 b1#1@0:10 a1#1@0:25 a1#1@0:40 a1#1@0:55 a1#1@1:10 a1#1@1:25 a2#1@1:35", ""},
	} {
		d := &desk{sim: newSim(), answer: c.answer}
		q := newGroup(d)
		_ = q.Put(context.Background(), job("a", "a1"), job("a", "a2"), job("b", "b1"))
		d.sim.Run(always)
		got := strings.Join(d.seen, " ")
		if swapped := strings.Replace(got, "b1#1@0:10 a1#1@0:10", "a1#1@0:10 b1#1@0:10", 1); swapped != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		if b := strings.Join(d.buried, ", "); b != c.buried || q.Len() != 0 {
			t.Errorf("%s: buried %q, want %q; %d left", c.name, b, c.buried, q.Len())
		}
	}
}

func TestAKillLosesNoJob(t *testing.T) {
	d := &desk{sim: newSim()}
	q := newGroup(d)
	_ = q.Put(context.Background(), job("a", "a1"), job("a", "a2"))
	d.sim.After(5*time.Second, q.Stop)
	d.sim.After(7*time.Second, q.Start)
	d.sim.Run(always)
	// Nobody hears of what the first try came to, and it is not counted: the job was not
	// yet one that a start has found.
	if got, want := strings.Join(d.seen, " "), "a1#1@0:10 a1#1@0:17 a2#1@0:27"; got != want || q.Len() != 0 {
		t.Errorf("got %s, want %s", got, want)
	}
}

func newFIFO(s *sim.Sim) *queue.FIFO {
	return &queue.FIFO{Sim: s, Visibility: time.Minute, MaxReceive: 3, Visible: func() {}, Step: func(string, bool) error { return nil }}
}

func ids(records []events.SQSMessage) string {
	var all []string
	for _, r := range records {
		all = append(all, r.Attributes["MessageDeduplicationId"]+"#"+r.Attributes["ApproximateReceiveCount"])
	}
	return strings.Join(all, " ")
}

func TestSQSFIFO(t *testing.T) {
	s := newSim()
	q := newFIFO(s)
	client := inboxsqs.New(q, "https://sqs.example/queue.fifo")
	put := func(jobs ...inbox.Job) {
		if err := client.Put(context.Background(), jobs...); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	look := func(pause time.Duration, n int, then func([]events.SQSMessage)) {
		s.After(pause, func() {
			records := q.Receive(n)
			got = append(got, ids(records))
			if then != nil {
				then(records)
			}
		})
	}
	s.Go("test", func() {
		put(job("a", "a1"), job("a", "a2"), job("b", "b1"))
		put(job("a", "a1")) // seen within five minutes
	})
	look(1*time.Second, 1, func(r []events.SQSMessage) { q.Done(r[0].MessageId) })
	look(2*time.Second, 10, nil)                                                     // the rest, in order
	look(3*time.Second, 10, nil)                                                     // all hidden
	look(63*time.Second, 10, func(r []events.SQSMessage) { q.Done(r[1].MessageId) }) // back after the timeout
	s.After(64*time.Second, func() { s.Go("test", func() { put(job("a", "a3")) }) })
	look(65*time.Second, 10, nil)  // a2 is hidden, so a3 waits
	look(124*time.Second, 10, nil) // its third delivery
	look(190*time.Second, 10, nil) // over its limit: it is dead, and a3 goes on
	s.After(6*time.Minute, func() { s.Go("test", func() { put(job("a", "a1")) }) })
	look(7*time.Minute, 10, nil)
	s.Run(always)
	want := []string{"a1#1", "a2#1 b1#1", "", "a2#2 b1#2", "", "a2#3 a3#1", "a3#2", "a3#3 a1#1"}
	if strings.Join(got, "|") != strings.Join(want, "|") || len(q.Dead) != 1 {
		t.Errorf("got %q and %d dead, want %q and 1", got, len(q.Dead), want)
	}
}
