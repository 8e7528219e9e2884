package demo_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/demo"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/week"
)

const channelID = "wa-main"

// world is a seeded store with everything that was ever written to it.
type world struct {
	store  *record.Store
	zone   *time.Location
	now    time.Time
	seed   uint64
	keep   time.Duration
	rollUp func(context.Context, string) error

	mu     sync.Mutex
	bodies []string
	result demo.Result
}

// noted keeps the bodies that are written.
type noted struct {
	table.Table
	w *world
}

func (n noted) Put(ctx context.Context, it table.Item, cond table.Condition) error {
	n.w.note(it.Body)
	return n.Table.Put(ctx, it, cond)
}

func (n noted) Transact(ctx context.Context, writes ...table.Write) error {
	for _, w := range writes {
		n.w.note(w.Item.Body)
	}
	return n.Table.Transact(ctx, writes...)
}

func (w *world) note(body string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.bodies = append(w.bodies, body)
}

func shanghai(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// empty is a store without anything, on a Thursday at half past three.
func empty(t testing.TB) *world {
	t.Helper()
	zone := shanghai(t)
	w := &world{zone: zone, now: time.Date(2026, 11, 19, 15, 30, 0, 0, zone), seed: 1, keep: record.Keep}
	clock := func() time.Time { return w.now }
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{NoSync: true, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	w.store = record.New(noted{db, w})
	w.rollUp = func(ctx context.Context, day string) error {
		r := &clockwork.Rollup{Store: w.store, Zone: w.zone, Now: clock, Log: slog.New(slog.DiscardHandler)}
		return r.Day(ctx, day)
	}
	return w
}

func (w *world) fill() (err error) {
	w.store.Keep = w.keep
	w.result, err = demo.Seed(context.Background(), demo.Config{
		Store: w.store, Channel: channelID, Zone: w.zone, Now: w.now, Seed: w.seed, RollUp: w.rollUp,
	})
	return err
}

func seeded(t testing.TB) *world {
	t.Helper()
	w := empty(t)
	if err := w.fill(); err != nil {
		t.Fatal(err)
	}
	return w
}

// rows are the KPI rows of the eight weeks that end with the one of now.
func (w *world) rows(t testing.TB) []rollup.Row {
	t.Helper()
	var rows []rollup.Row
	for back := range report.Weeks {
		name, err := week.Before(week.Of(w.now, w.zone), back)
		if err != nil {
			t.Fatal(err)
		}
		stored, err := w.store.KPIRows(context.Background(), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range stored {
			var row rollup.Row
			if err := json.Unmarshal(s.Body, &row); err != nil {
				t.Fatal(err)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func (w *world) report(t testing.TB, back int) report.Week {
	t.Helper()
	name, err := week.Before(week.Of(w.now, w.zone), back)
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.Build(name, w.rows(t), report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
