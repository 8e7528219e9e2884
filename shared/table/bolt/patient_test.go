package bolt

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/shared/table"
	"frontdesk/shared/table/tabletest"
)

// TestContractOfPatientWrites holds them to the contract, with hardly any patience.
func TestContractOfPatientWrites(t *testing.T) {
	tabletest.Run(t, func(t *testing.T, now func() time.Time) table.Table {
		return openTest(t, Options{Now: now, NoSync: true, patience: time.Microsecond}).Patient()
	})
}

// inBackground puts n items with patience and counts those that are answered.
func inBackground(t *testing.T, db *DB, n int) *atomic.Int64 {
	t.Helper()
	var answered atomic.Int64
	for i := range n {
		go func() {
			if err := db.Patient().Put(t.Context(), benchItem(int64(i), "patient"), table.Absent()); err != nil {
				t.Errorf("a patient put: %v", err)
			}
			answered.Add(1)
		}()
	}
	synctest.Wait()
	return &answered
}

func TestPatientWritesGatherAndTheOthersPassThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openTest(t, Options{NoSync: true})
		answered := inBackground(t, db, 10)
		start := time.Now()
		if err := db.Put(t.Context(), benchItem(0, "hurried"), table.Absent()); err != nil || time.Since(start) != 0 {
			t.Errorf("a put in a hurry: got %v after %v, want it at once", err, time.Since(start))
		}
		if n := answered.Load(); n != 0 {
			t.Errorf("got %d of 10 patient puts answered beside it, want none", n)
		}
		time.Sleep(patience - 1)
		if n := answered.Load(); n != 0 {
			t.Errorf("got %d of 10 patient puts answered before their time, want none", n)
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if n := answered.Load(); n != 10 {
			t.Errorf("got %d of 10 patient puts answered after %v, want all", n, patience)
		}
	})
}

func TestManyPatientWritesGoInSeveralCommits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openTest(t, Options{NoSync: true})
		answered := inBackground(t, db, 2*patientMost+1)
		for _, want := range []int64{0, patientMost, 2 * patientMost, 2*patientMost + 1} {
			if n := answered.Load(); n != want {
				t.Errorf("got %d patient puts answered, want %d", n, want)
			}
			time.Sleep(patience)
			synctest.Wait()
		}
	})
}

func TestClosingAnswersPatientWritesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openTest(t, Options{NoSync: true})
		answered := inBackground(t, db, 2*patientMost+1)
		start := time.Now()
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n, took := answered.Load(), time.Since(start); n != 2*patientMost+1 || took != 0 {
			t.Errorf("got %d patient puts answered after %v, want all at once", n, took)
		}
		if err := db.Patient().Put(t.Context(), benchItem(1, "late"), table.Absent()); !errors.Is(err, table.ErrBusy) {
			t.Errorf("a patient put after closing: got %v, want ErrBusy", err)
		}
	})
}

func TestWithdrawnPatientWritesLeaveNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openTest(t, Options{NoSync: true})
		ctx, cancel := context.WithCancel(t.Context())
		failed := make(chan error, 1)
		go func() { failed <- db.Patient().Put(ctx, benchItem(1, "patient"), table.Absent()) }()
		synctest.Wait()
		cancel()
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want the context's error", err)
		}
		time.Sleep(2 * patience)
		answered := inBackground(t, db, 1)
		time.Sleep(patience)
		synctest.Wait()
		if items, err := db.Get(t.Context(), benchItem(1, "patient").Key); err != nil || len(items) != 0 || answered.Load() != 1 {
			t.Errorf("got %d items, %v, and %d of 1 later puts answered, want nothing of the first and the later one", len(items), err, answered.Load())
		}
	})
}

// BenchmarkHurriedBesideMany is how long a put takes that somebody waits for while
// receipts come in from 512 writers: in the same commits, and with patience.
func BenchmarkHurriedBesideMany(b *testing.B) {
	for _, way := range []struct {
		name string
		of   func(*DB) table.Table
	}{
		{"same commits", func(db *DB) table.Table { return db }},
		{"patient", func(db *DB) table.Table { return db.Patient() }},
	} {
		b.Run(way.name, func(b *testing.B) {
			db := openTest(b, Options{})
			stop := background(b, way.of(db))
			times := make([]time.Duration, 0, b.N)
			for n := int64(0); b.Loop(); n++ {
				began := time.Now()
				if err := db.Put(b.Context(), benchItem(n, "hurried"), table.Absent()); err != nil {
					b.Fatal(err)
				}
				times = append(times, time.Since(began))
			}
			written := stop()
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(times[len(times)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(written)/b.Elapsed().Seconds(), "receipts/s")
		})
	}
}

// background keeps 512 writers at work until stop, which returns how much they wrote.
func background(b *testing.B, t table.Table) (stop func() int64) {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	var n atomic.Int64
	var all sync.WaitGroup
	for w := range 512 {
		all.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				home := fmt.Sprintf("%016x", uint64(w*1_000_003+i)*0x9E3779B97F4A7C15) // spread over the table
				item := table.Item{Key: table.Key{PK: home, SK: "R#delivered"}, Body: benchBody, Expires: time.Now().Add(time.Hour)}
				if err := t.Put(ctx, item, table.Condition{}); err != nil && ctx.Err() == nil {
					b.Error(err)
				}
				n.Add(1)
			}
		})
	}
	return func() int64 { cancel(); all.Wait(); return n.Load() }
}
