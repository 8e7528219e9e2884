package due_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/due"
	"frontdesk/shared/record"
	"frontdesk/shared/sla"
	"frontdesk/shared/table"
)

// clock promises a first answer in 30 minutes, by the clock.
func clock() sla.Clock {
	return sla.Clock{Promise: sla.Promise{First: 30 * time.Minute, Next: time.Hour, Warn: 10 * time.Minute}}
}

func (w *world) promises() *due.Promises {
	p := &due.Promises{Store: w.store, Now: w.clock,
		Clock: func(context.Context, string) (sla.Clock, error) { return clock(), nil },
		Tell: func(_ context.Context, h conversation.Head, events []sla.Event) ([]record.TeamNotice, error) {
			var rows []record.TeamNotice
			for _, e := range events {
				rows = append(rows, record.TeamNotice{ID: fmt.Sprintf("%s %v %s", e.Kind, e.Broken, e.At.Format(time.TimeOnly)), To: "robot", Event: "sla", At: e.At, Conversation: h.ID})
			}
			return rows, nil
		}}
	w.timer = w.newTimer(due.Handlers{record.DuePromise: p.Look})
	return p
}

// waits and answered are what the desk does when a head changes.
func (w *world) waits(minute int) {
	w.head(func(h *conversation.Head) {
		h.WaitingSince = w.at(minute)
		h.Watch = clock().Follow(*h, w.at(minute))
	})
}

func (w *world) answered(minute int) {
	w.head(func(h *conversation.Head) {
		h.WaitingSince, h.AgentReplied = time.Time{}, true
		h.Watch = clock().Follow(*h, w.at(minute))
	})
}

func TestASupervisorIsToldOnce(t *testing.T) {
	w := newWorld(t)
	w.promises()
	w.waits(0)
	w.run(19, 0)
	w.want("told", w.notices())
	w.run(20, 1)
	w.run(21, 0)
	w.want("told", w.notices(), "sla first_reply false 12:30:00")
	w.run(30, 1)
	w.run(99, 0)
	w.want("told", w.notices(), "sla first_reply false 12:30:00", "sla first_reply true 12:30:00")
	w.want("left", w.rows())
}

func TestAnAnswerInTimeTellsNothing(t *testing.T) {
	w := newWorld(t)
	w.promises()
	w.waits(0)
	w.answered(15)
	w.want("left", w.rows())
	w.waits(40)
	w.run(89, 0)
	w.run(90, 1)
	w.want("told", w.notices(), "sla next_reply false 13:40:00")
}

// The row was claimed when the agent answered: what the timer finds is an answer.
func TestAnAnswerWhileATimerIsAtItTellsNothing(t *testing.T) {
	w := newWorld(t)
	w.promises()
	w.waits(0)
	answered := false
	w.table.fail = func([]table.Write) error {
		if !answered {
			answered = true
			return nil
		}
		w.table.fail = nil
		w.answered(20)
		return nil
	}
	w.run(20, 0) // the head is stale
	w.want("told", w.notices())
	for minute := 21; minute < 60; minute++ {
		w.now = w.at(minute)
		if _, err := w.timer.Due(t.Context(), 100); err != nil {
			t.Fatal(err)
		}
	}
	w.want("told", w.notices())
	w.want("left", w.rows())
}

func TestARowTooManyDoesNoHarm(t *testing.T) {
	w := newWorld(t)
	w.promises()
	w.waits(0)
	w.head(func(h *conversation.Head) { h.Watch.Row = time.Time{}; h.Watch.Look = w.at(25) }) // the old row stays
	w.want("two rows", w.rows(), "sla 12:20:00 0", "sla 12:25:00 0")
	w.run(20, 1)
	w.want("told", w.notices())
	w.run(25, 1)
	w.run(30, 1)
	w.want("told", w.notices(), "sla first_reply false 12:30:00", "sla first_reply true 12:30:00")
	w.want("left", w.rows())
}

// The row came due by one machine's clock, and another's is behind.
func TestALookThatIsTooEarlyIsRepeated(t *testing.T) {
	w := newWorld(t)
	p := w.promises()
	w.waits(0)
	p.Now = func() time.Time { return w.at(19) }
	w.run(20, 1)
	w.want("told", w.notices())
	w.want("still to come", w.rows(), "sla 12:20:00 0")
	p.Now = w.clock
	w.run(21, 1)
	w.want("told", w.notices(), "sla first_reply false 12:30:00")
}

// Somebody wrote the head who knows nothing of promises: the wait ended at a time that
// nobody noted.
func TestAWaitThatEndedUnseenIsNotCounted(t *testing.T) {
	w := newWorld(t)
	w.promises()
	w.waits(0)
	w.head(func(h *conversation.Head) { h.WaitingSince, h.AgentReplied = time.Time{}, true })
	w.run(20, 1)
	h, err := w.store.Head(t.Context(), sheena)
	if err != nil || h.Watch.Spent != 0 || !h.Watch.Waiting.IsZero() {
		t.Errorf("got %+v, %v, want nothing spent and nobody waiting", h.Watch, err)
	}
	w.want("left", w.rows())
}

func TestAPromiseOfAConversationThatIsGone(t *testing.T) {
	w := newWorld(t)
	w.promises()
	w.waits(0)
	if err := w.table.Delete(t.Context(), table.Key{PK: "C#" + sheena, SK: "HEAD"}, table.Condition{}); err != nil {
		t.Fatal(err)
	}
	w.run(20, 1)
	w.want("left", w.rows())
}

// However a process dies, or the answer to a write is lost: each thing is told once.
func TestACrashTellsNoPromiseTwiceAndLosesNone(t *testing.T) {
	for crash := range 6 {
		for _, lost := range []bool{false, true} {
			t.Run(fmt.Sprintf("at write %d, carried out %v", crash, lost), func(t *testing.T) {
				w := newWorld(t)
				w.promises()
				w.waits(0)
				var told []string
				calls := 0
				w.table.fail = func(writes []table.Write) error {
					if calls++; calls-1 != crash {
						return nil
					}
					if lost {
						if err := w.table.Table.Transact(context.Background(), writes...); err != nil {
							return err
						}
					}
					return table.ErrBusy
				}
				for minute := 20; minute < 60; minute++ {
					w.now = w.at(minute)
					if _, err := w.timer.Due(t.Context(), 100); err != nil && !errors.Is(err, table.ErrBusy) {
						t.Fatal(err)
					}
					fail := w.table.fail
					w.table.fail = nil
					told = append(told, w.sendNotices()...)
					w.table.fail = fail
				}
				w.want("told", told, "sla first_reply false 12:30:00", "sla first_reply true 12:30:00")
				w.want("left", w.rows())
			})
		}
	}
}
