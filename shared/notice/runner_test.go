package notice_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/inbox"
	"frontdesk/shared/notice"
	"frontdesk/shared/record"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/table"
)

func deskTurn(r record.TeamNotice) record.Turn {
	head := conversation.Head{ID: r.Conversation, Home: r.Conversation, Channel: r.Channel, HandedOff: r.At, LastInbound: r.At}
	return record.Turn{Head: head, Notices: []record.TeamNotice{r}}
}

func TestAHandOffIsToldAndForgotten(t *testing.T) {
	w := newWorld(t, nil)
	r := w.process(w.db)
	ids := w.handOffs(3)
	w.must(w.run(r))
	w.must(w.run(r)) // a repeat of the errand
	if !slices.Equal(w.told, ids) || w.left() != 0 {
		t.Errorf("got %v and %d left, want each once, in order: %v", w.told, w.left(), ids)
	}
	if texts := w.texts(); len(texts) != 3 || !strings.Contains(texts[0], "Sales: please answer a customer") || !strings.Contains(texts[0], "conversation00001") {
		t.Errorf("the group sees %q", texts)
	}
}

func TestManyAtOnceAreSummedUp(t *testing.T) {
	w := newWorld(t, nil)
	r := w.process(w.db)
	ids := w.handOffs(200)
	w.minutes(r, 2)
	if texts := w.texts(); len(texts) != 1 || !strings.Contains(texts[0], "Sales: 200 conversations were handed off") {
		t.Errorf("the group sees %q, want one notice that counts 200", texts)
	}
	if !slices.Equal(w.told, ids) || w.left() != 0 || len(w.refused) != 0 {
		t.Errorf("told %d, %d left, refused %v", len(w.told), w.left(), w.refused)
	}
}

// TestTheRobotsMinuteIsKept: one hand-off every second, and an errand for each. The
// robot never says 45009, and everything is told in order.
func TestTheRobotsMinuteIsKept(t *testing.T) {
	w := newWorld(t, nil)
	processes := []*notice.Runner{w.process(w.db), w.process(w.db)}
	var ids []string
	for second := range 300 {
		ids = append(ids, w.handOffs(1)...)
		w.must(w.run(processes[second%2]))
		w.pass(time.Second)
	}
	w.minutes(processes[0], 3)
	if len(w.refused) != 0 || !slices.Equal(w.told, ids) || w.left() != 0 {
		t.Errorf("refused %v, told %d of %d, %d left", w.refused, len(w.told), len(ids), w.left())
	}
	if n := len(w.sandbox.Sent()); n < 95 || n > 105 {
		t.Errorf("got %d notices in five minutes, want most of the 20 a minute used", n)
	}
}

// TestTheMinuteCountsFromTheEndOfACall: the robot counts a call when it arrives, which may
// be long after it was begun.
func TestTheMinuteCountsFromTheEndOfACall(t *testing.T) {
	var w *world
	w = newWorld(t, func(c *qyapi.Config) {
		c.Fault = func(r qyapi.Request) *qyapi.Fault {
			if r.Number == 1 {
				w.pass(10 * time.Second)
			}
			return nil
		}
	})
	r := w.process(w.db)
	for range 100 {
		w.handOffs(1)
		w.must(w.run(r))
		w.pass(time.Second)
	}
	if len(w.refused) != 0 || len(w.sandbox.Sent()) < 25 {
		t.Errorf("got %d notices, refused: %v", len(w.sandbox.Sent()), w.refused)
	}
}

func TestARobotThatIsGone(t *testing.T) {
	w := newWorld(t, nil)
	w.channels[0].RobotKey = "removed-key"
	r := w.process(w.db)
	w.handOffs(40)
	w.minutes(r, 1)
	if w.logged.with("alarm=notice_refused") != 1 || w.logged.with("notices=40") != 1 || w.left() != 0 {
		t.Errorf("%d left, log %v; want one alarm and a line that counts 40", w.left(), w.logged.all)
	}
	for range 60 {
		w.handOffs(2)
		w.minutes(r, 1)
	}
	if calls := len(w.refused); w.logged.with("alarm=") != 1 || calls > 7 || w.logged.with(robotKey) != 0 || w.logged.with("removed-key") != 0 {
		t.Errorf("got %d calls in an hour, log %v; want a look every ten minutes, one alarm and no key", calls, w.logged.all)
	}
	r.Channels[0].RobotKey = robotKey
	w.handOffs(7)
	w.minutes(r, 12)
	if w.logged.with("takes notices again") != 1 || w.left() != 0 || len(w.sandbox.Sent()) != 1 {
		t.Errorf("got %q, log %v; want the rest in one notice when the robot is back", w.texts(), w.logged.all)
	}
}

func TestAChannelThatIsNotConfigured(t *testing.T) {
	w := newWorld(t, nil)
	r := w.process(w.db)
	r.Channels = nil
	w.handOffs(2)
	w.minutes(r, 3)
	if w.left() != 0 || w.logged.with("alarm=notice_refused") != 1 {
		t.Errorf("%d left, log %v; want them dropped with one alarm", w.left(), w.logged.all)
	}
}

func TestTooManyCallsWait(t *testing.T) {
	w := newWorld(t, nil)
	r := w.process(w.db)
	for range 20 { // somebody else uses the same robot
		w.must(w.sender.Push(context.Background(), w.channels[0], noticeOf("someone else's")))
	}
	w.handOffs(2)
	w.minutes(r, 1)
	if len(w.refused) != 1 || w.left() != 2 {
		t.Errorf("refused %v, %d left; want one refusal and both kept", w.refused, w.left())
	}
	w.minutes(r, 2)
	if len(w.refused) != 1 || w.left() != 0 || w.logged.with("alarm=") != 0 {
		t.Errorf("refused %v, %d left, log %v; want them told a minute later, without an alarm", w.refused, w.left(), w.logged.all)
	}
}

func TestAnOutage(t *testing.T) {
	var down bool
	w := newWorld(t, func(c *qyapi.Config) {
		c.Fault = func(qyapi.Request) *qyapi.Fault {
			if down {
				return &qyapi.Fault{Code: -1}
			}
			return nil
		}
	})
	r := w.process(w.db)
	down = true
	ids := w.handOffs(3)
	w.minutes(r, 7*60)
	if w.logged.with("alarm=notice_refused") != 1 {
		t.Errorf("log %v, want one alarm in seven hours", w.logged.all)
	}
	down = false
	w.minutes(r, 2)
	if texts := w.texts(); len(texts) != 1 || !strings.Contains(texts[0], "Sales: 3 conversations were handed off") {
		t.Errorf("the group sees %q, want what is stale in one notice", texts)
	}
	if !slices.Equal(w.told, ids) {
		t.Errorf("told %v, want %v once", w.told, ids)
	}
}

func TestNobodyKnowsWhetherItWentOut(t *testing.T) {
	for name, c := range map[string]struct {
		lost int // answers
		want int // how often the group sees it
		warn int
	}{
		"one answer is lost: told once more":                 {1, 2, 0},
		"two answers are lost: not told a third time":        {2, 2, 1},
		"every answer is lost: the others are told the same": {100, 2, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(cfg *qyapi.Config) {
				cfg.Fault = func(r qyapi.Request) *qyapi.Fault {
					if r.Number <= int64(c.lost) {
						return &qyapi.Fault{Accept: true}
					}
					return nil
				}
			})
			w.handOffs(1)
			w.minutes(w.process(w.db), 8)
			if n := len(w.sandbox.Sent()); n != c.want || w.left() != 0 || w.logged.with("nobody knows") != c.warn {
				t.Errorf("the group saw it %d times, %d left, log %v; want %d times", n, w.left(), w.logged.all, c.want)
			}
		})
	}
}

func TestAnAddressThatIsNotTrusted(t *testing.T) {
	w := newWorld(t, func(c *qyapi.Config) {
		c.Fault = func(r qyapi.Request) *qyapi.Fault {
			if r.Number <= 3 {
				return &qyapi.Fault{Code: 60020}
			}
			return nil
		}
	})
	ids := w.handOffs(2)
	w.minutes(w.process(w.db), 40)
	if !slices.Equal(w.told, ids) || w.logged.with("alarm=notice_refused") != 1 || len(w.refused) != 3 {
		t.Errorf("told %v, refused %v, log %v; want both kept until it works, and one alarm", w.told, w.refused, w.logged.all)
	}
}

// TestTwoProcessesAtOnce: however many run errands of one channel at the same time, each
// row is told once.
func TestTwoProcessesAtOnce(t *testing.T) {
	w := newWorld(t, nil)
	ids := w.handOffs(4)
	for range 3 {
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				if err := w.run(w.process(w.db)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	if !slices.Equal(w.told, ids) || w.left() != 0 {
		t.Errorf("told %v, %d left, want each once: %v", w.told, w.left(), ids)
	}
}

func TestAWeekIsToldByItself(t *testing.T) {
	w := newWorld(t, nil)
	card := w.row(robot)
	card.Event, card.Title, card.Lines = notice.Weekly, "Week 47", [][2]string{{"Conversations", "48"}}
	rows := []record.TeamNotice{w.row(robot), w.row(robot)}
	w.handOff(append(rows, card)...)
	w.handOffs(7)
	w.minutes(w.process(w.db), 3)
	texts := w.texts()
	if len(texts) != 2 || strings.Count(strings.Join(texts, ""), "Week 47") != 1 || !strings.Contains(strings.Join(texts, ""), "9 conversations") {
		t.Errorf("the group sees %q, want the week and the sum of the nine", texts)
	}
}

// broken fails as a table does.
type broken struct {
	table.Table
	err error
}

func (b broken) Query(context.Context, table.Query) (table.Page, error)  { return table.Page{}, b.err }
func (b broken) Transact(context.Context, ...table.Write) error          { return b.err }
func (b broken) Get(context.Context, ...table.Key) ([]table.Item, error) { return nil, b.err }

func TestATableThatTakesNothing(t *testing.T) {
	w := newWorld(t, nil)
	if err := w.run(w.process(broken{w.db, table.ErrBusy})); !inbox.Waits(err) {
		t.Errorf("got %v, want the errand to wait", err)
	}
	denied := errors.New("access denied")
	if err := w.run(w.process(broken{w.db, denied})); !errors.Is(err, denied) {
		t.Errorf("got %v, want the fault", err)
	}
	timer := notice.Timer{Store: record.New(broken{w.db, denied}), Now: w.clock}
	if _, err := timer.Due(context.Background(), 10); !errors.Is(err, denied) {
		t.Errorf("got %v from the timer, want the fault", err)
	}
}
