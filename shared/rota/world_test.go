package rota_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/assign"
	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/rota"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// world is a rota with everything around it in the test's hands.
type world struct {
	t     *testing.T
	rota  *rota.Rota
	store *record.Store
	table *counted
	log   bytes.Buffer
	team  rota.Team
	now   time.Time
}

// counted counts the calls of a table and can fail them.
type counted struct {
	table.Table
	mu    sync.Mutex
	calls map[string]int
	fail  error
}

func (c *counted) note(op string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[op]++
	return c.fail
}

func (c *counted) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	if err := c.note("get"); err != nil {
		return nil, err
	}
	return c.Table.Get(ctx, keys...)
}

func (c *counted) Query(ctx context.Context, q table.Query) (table.Page, error) {
	if err := c.note("query"); err != nil {
		return table.Page{}, err
	}
	return c.Table.Query(ctx, q)
}

func (c *counted) Transact(ctx context.Context, writes ...table.Write) error {
	if err := c.note("transact"); err != nil {
		return err
	}
	return c.Table.Transact(ctx, writes...)
}

// always is a calendar that is always open, whatever its name.
type always struct{}

func (always) Open(string, time.Time) bool            { return true }
func (always) NextChange(string, time.Time) time.Time { return time.Time{} }

func newWorld(t *testing.T, members ...rota.Member) *world {
	t.Helper()
	w := &world{t: t, now: noon, team: rota.Team{ID: "care", Way: assign.RoundRobin, Members: members}}
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{Now: func() time.Time { return noon }, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w.table = &counted{Table: db, calls: map[string]int{}}
	w.store = record.New(w.table)
	w.rota = &rota.Rota{
		Store: w.store, Now: func() time.Time { return w.now }, Log: slog.New(slog.NewJSONHandler(&w.log, nil)),
		Teams: func(context.Context) ([]rota.Team, assign.Hours, error) { return []rota.Team{w.team}, always{}, nil },
	}
	return w
}

func member(id string, capacity int) rota.Member { return rota.Member{ID: id, Capacity: capacity} }

func id(n int) string {
	return conversation.ID("wa-main", message.Person{Phone: fmt.Sprint("1650555", 1000+n)})
}

// handOff is a conversation that people must answer; the higher n, the shorter it waits.
func (w *world) handOff(n int) {
	w.t.Helper()
	at := noon.Add(time.Duration(n) * time.Second)
	h := conversation.Head{ID: id(n), Home: id(n), Status: conversation.Open, Team: "care", HandedOff: at, WaitingSince: at, LastInbound: at}
	if err := w.store.Record(context.Background(), record.Turn{Head: h}); err != nil {
		w.t.Fatal(err)
	}
}

// change writes a head, again when somebody else was first.
func change(s *record.Store, n int, how func(h *conversation.Head)) error {
	for {
		h, err := s.Head(context.Background(), id(n))
		if err != nil {
			return err
		}
		how(&h)
		if err = s.Record(context.Background(), record.Turn{Head: h}); !errors.Is(err, record.ErrStale) {
			return err
		}
	}
}

func (w *world) change(n int, how func(h *conversation.Head)) {
	w.t.Helper()
	if err := change(w.store, n, how); err != nil {
		w.t.Fatal(err)
	}
}

func resolve(h *conversation.Head) {
	h.Status, h.HandedOff, h.Assignee, h.WaitingSince = conversation.Resolved, time.Time{}, "", time.Time{}
}

func (w *world) settle(want int) {
	w.t.Helper()
	got, err := w.rota.Settle(context.Background(), "care")
	if err != nil || got != want {
		w.t.Fatalf("got %d moves, %v, want %d", got, err, want)
	}
}

// has lists who has which conversation, by number; "-" for the queue.
func (w *world) has(n int) string {
	w.t.Helper()
	var all []string
	for i := range n {
		h, err := w.store.Head(context.Background(), id(i))
		if err != nil {
			w.t.Fatal(err)
		}
		who := h.Assignee
		if who == "" {
			who = "-"
		}
		if h.Status != conversation.Open {
			who = "."
		}
		all = append(all, who)
	}
	return strings.Join(all, " ")
}

func (w *world) want(has string) {
	w.t.Helper()
	if got := w.has(len(strings.Fields(has))); got != has {
		w.t.Fatalf("got %q, want %q", got, has)
	}
}
