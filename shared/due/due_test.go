package due_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/due"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// world is a timer with everything around it in the test's hands.
type world struct {
	t     *testing.T
	store *record.Store
	table *breaking
	timer *due.Timer
	log   bytes.Buffer
	mu    sync.Mutex
	now   time.Time
}

// breaking is a table whose next writes can fail.
type breaking struct {
	table.Table
	fail func(writes []table.Write) error
}

func (b *breaking) Transact(ctx context.Context, writes ...table.Write) error {
	if b.fail != nil {
		if err := b.fail(writes); err != nil {
			return err
		}
	}
	return b.Table.Transact(ctx, writes...)
}

func (b *breaking) Delete(ctx context.Context, key table.Key, cond table.Condition) error {
	return b.Transact(ctx, table.Write{Item: table.Item{Key: key}, If: cond, Delete: true})
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: noon}
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{Now: w.clock, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w.table = &breaking{Table: db}
	w.store = record.New(w.table)
	w.timer = w.newTimer(due.Handlers{})
	return w
}

func (w *world) newTimer(h due.Handlers) *due.Timer {
	return &due.Timer{Store: w.store, Handlers: h, Now: w.clock, Log: slog.New(slog.NewJSONHandler(&w.log, nil))}
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) at(minute int) time.Time { return noon.Add(time.Duration(minute) * time.Minute) }

// run lets it be some minute after noon, and the timer run.
func (w *world) run(minute, want int) {
	w.t.Helper()
	w.mu.Lock()
	w.now = w.at(minute)
	w.mu.Unlock()
	got, err := w.timer.Due(context.Background(), 100)
	if err != nil || got != want {
		w.t.Fatalf("minute %d: got %d, %v, want %d", minute, got, err, want)
	}
}

var sheena = conversation.ID("wa-main", message.Person{Phone: "16505551234"})

// followUp sets one for some minute after noon.
func (w *world) followUp(id string, minute int, condition string) record.FollowUp {
	w.t.Helper()
	f, err := w.store.SetFollowUp(w.t.Context(), record.FollowUp{
		ID: id, Home: sheena, Conversation: sheena, At: w.at(minute), If: condition, Note: "call back", Set: noon, By: "zhang"})
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// head writes the conversation as it is now.
func (w *world) head(how func(h *conversation.Head)) {
	w.t.Helper()
	o, err := w.store.Open(w.t.Context(), "", sheena)
	if err != nil {
		w.t.Fatal(err)
	}
	h, is := o.Heads[sheena]
	if !is {
		h = conversation.Head{ID: sheena, Home: sheena, Channel: "wa-main", Status: conversation.Open, Team: "care",
			HandedOff: noon, Opened: noon, WaitingSince: noon, LastInbound: noon}
	}
	how(&h)
	if err := w.store.Record(w.t.Context(), record.Turn{Head: h}); err != nil {
		w.t.Fatal(err)
	}
}

func same(*conversation.Head) {}

// notices are what teams have been told.
func (w *world) notices() []string {
	w.t.Helper()
	rows, err := w.store.Waiting(w.t.Context(), "robot", 100)
	if err != nil {
		w.t.Fatal(err)
	}
	var all []string
	for _, n := range rows {
		all = append(all, n.Event+" "+n.ID)
	}
	return all
}

// sendNotices takes the notices away, as sending does, and returns them.
func (w *world) sendNotices() []string {
	w.t.Helper()
	sent := w.notices()
	box, err := w.store.Outbox(w.t.Context(), "robot")
	if err != nil {
		w.t.Fatal(err)
	}
	var ids []string
	for _, n := range sent {
		_, id, _ := strings.Cut(n, " ")
		ids = append(ids, id)
	}
	if _, err := w.store.SetOutbox(w.t.Context(), "robot", box, ids...); err != nil {
		w.t.Fatal(err)
	}
	return sent
}

// rows lists what is due at any time.
func (w *world) rows() []string {
	w.t.Helper()
	found, err := w.store.DueBy(w.t.Context(), noon.AddDate(1, 0, 0), 100)
	if err != nil {
		w.t.Fatal(err)
	}
	var all []string
	for _, row := range found {
		all = append(all, fmt.Sprintf("%s %s %d", row.Kind, row.At.UTC().Format(time.TimeOnly), row.Tries))
	}
	return all
}

func (w *world) want(what string, got []string, want ...string) {
	w.t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		w.t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestEachRowIsLookedAtOnceWhenItIsTime(t *testing.T) {
	w := newWorld(t)
	var looked []string
	w.timer = w.newTimer(due.Handlers{record.DueFollowUp: func(_ context.Context, row record.Due) error {
		looked = append(looked, row.ID)
		return nil
	}})
	w.followUp("b", 2, due.Always)
	w.followUp("a", 3, due.Always)
	w.followUp("c", 9, due.Always)
	w.run(1, 0)
	w.run(3, 2)
	w.run(8, 0)
	w.run(60, 1)
	w.want("looked at", looked, "b", "a", "c")
	w.want("left", w.rows())
}

func TestOfSeveralProcessesOneLooks(t *testing.T) {
	w := newWorld(t)
	var looked atomic.Int64
	for n := range 30 {
		w.followUp(fmt.Sprintf("f%02d", n), 1, due.Always)
	}
	w.now = w.at(1)
	var all sync.WaitGroup
	for range 4 {
		timer := w.newTimer(due.Handlers{record.DueFollowUp: func(context.Context, record.Due) error {
			looked.Add(1)
			return nil
		}})
		all.Go(func() {
			if _, err := timer.Due(context.Background(), 100); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if looked.Load() != 30 {
		t.Errorf("got %d looks, want 30", looked.Load())
	}
	w.want("left", w.rows())
}

func TestWhatFailsComesBackLaterAndLater(t *testing.T) {
	w := newWorld(t)
	failed := errors.New("not now")
	tries := 0
	w.timer = w.newTimer(due.Handlers{record.DueFollowUp: func(_ context.Context, row record.Due) error {
		if row.ID == "bad" {
			tries++
			return failed
		}
		return nil
	}})
	w.followUp("bad", 1, due.Always)
	w.followUp("good", 1, due.Always)
	w.run(1, 1)
	w.want("left", w.rows(), "follow-up 12:03:01 1")
	for minute := 2; minute < 300; minute++ {
		w.run(minute, 0)
	}
	if tries != 9 { // after 2, 4, 8, 16, 32, 60, 60, 60 minutes
		t.Errorf("got %d tries in five hours, want 9", tries)
	}
	if n := strings.Count(w.log.String(), `"alarm"`); n != 1 {
		t.Errorf("got %d alarms, want one", n)
	}
}

func TestAKindThatNobodyLooksAtStays(t *testing.T) {
	w := newWorld(t)
	w.followUp("f", 1, due.Always)
	w.run(1, 0)
	w.want("left", w.rows(), "follow-up 12:03:01 1")
}

func TestATableThatTakesNothingEndsTheRound(t *testing.T) {
	w := newWorld(t)
	w.followUp("a", 1, due.Always)
	w.followUp("b", 1, due.Always)
	calls := 0
	w.table.fail = func([]table.Write) error { calls++; return table.ErrBusy }
	w.now = w.at(1)
	if n, err := w.timer.Due(t.Context(), 100); n != 0 || !errors.Is(err, table.ErrBusy) || calls != 1 {
		t.Errorf("got %d, %v after %d calls, want ErrBusy after one", n, err, calls)
	}
	w.table.fail = nil
	w.want("left", w.rows(), "follow-up 12:01:00 0", "follow-up 12:01:00 0")
}
