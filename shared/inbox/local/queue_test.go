package local_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/inbox"
	"frontdesk/shared/inbox/inboxtest"
	"frontdesk/shared/inbox/local"
	"frontdesk/shared/table/bolt"
)

var errChannel = errors.New("the channel is busy")

func newQueue(t testing.TB, db *bolt.DB, o local.Options) *local.Queue {
	t.Helper()
	o.Name = "inbox"
	if o.Graveyard == nil {
		o.Graveyard = &inboxtest.Graveyard{}
	}
	queue, err := local.New(db, o)
	if err != nil {
		t.Fatal(err)
	}
	return queue
}

func put(t testing.TB, queue *local.Queue, jobs ...inbox.Job) {
	t.Helper()
	if err := queue.Put(context.Background(), jobs...); err != nil {
		t.Fatal(err)
	}
}

func job(id, group string) inbox.Job {
	return inbox.Job{ID: id, Group: group, Body: fmt.Appendf(nil, `{"id":%q}`, id)}
}

// runUntil works on the queue and shuts down during the handler's nth call.
func runUntil(t testing.TB, queue *local.Queue, n int64, workers int, handler inbox.Handler) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var calls atomic.Int64
	err := queue.Run(ctx, func(ctx context.Context, job inbox.Job) error {
		err := handler(ctx, job)
		if calls.Add(1) == n {
			stop()
		}
		return err
	}, workers)
	if err != nil {
		t.Fatalf("run: %v", err)
	}
}

func TestStats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := newQueue(t, openStore(t, filepath.Join(t.TempDir(), "store.db")), local.Options{})
		check := func(when string, want local.Stats) {
			t.Helper()
			if got := queue.Stats(); got != want {
				t.Errorf("%s: got %+v, want %+v", when, got, want)
			}
		}
		check("empty", local.Stats{})
		put(t, queue, job("a1", "a"))
		time.Sleep(time.Minute)
		put(t, queue, job("b1", "b"), job("b2", "b"))
		check("three put, the first a minute ago", local.Stats{Waiting: 3, Oldest: time.Minute})
		runUntil(t, queue, 1, 1, func(_ context.Context, j inbox.Job) error {
			check("during the first", local.Stats{Waiting: 2, InFlight: 1, Oldest: time.Minute})
			return nil
		})
		time.Sleep(time.Second)
		check("the first done", local.Stats{Waiting: 2, Oldest: time.Second})
		runUntil(t, queue, 2, 1, func(_ context.Context, j inbox.Job) error {
			if j.ID == "b2" {
				check("the last in work, those done not yet removed", local.Stats{InFlight: 1, Oldest: time.Second})
			}
			return nil
		})
		check("all done", local.Stats{})
	})
}

func TestAGroupWithManyJobsTakesTurnsWithTheOthers(t *testing.T) {
	queue := newQueue(t, openStore(t, filepath.Join(t.TempDir(), "store.db")), local.Options{})
	put(t, queue, job("a1", "a"), job("a2", "a"), job("a3", "a"), job("b1", "b"), job("b2", "b"), job("c1", "c"))
	var got []string
	runUntil(t, queue, 6, 1, func(_ context.Context, j inbox.Job) error { got = append(got, j.ID); return nil })
	if diff := cmp.Diff([]string{"a1", "b1", "c1", "a2", "b2", "a3"}, got); diff != "" {
		t.Errorf("order of work (-want +got):\n%s", diff)
	}
}

func TestPutWakesAWaitingWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := newQueue(t, openStore(t, filepath.Join(t.TempDir(), "store.db")), local.Options{})
		start := time.Now()
		go func() {
			time.Sleep(time.Hour)
			put(t, queue, job("a1", "a"))
		}()
		runUntil(t, queue, 1, 4, func(context.Context, inbox.Job) error { return nil })
		if got := time.Since(start); got != time.Hour {
			t.Errorf("got the job after %v, want at once when it was put after 1h", got)
		}
	})
}

func TestTheHandlersContextEndsByTheTimeoutAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := newQueue(t, openStore(t, filepath.Join(t.TempDir(), "store.db")), local.Options{Timeout: 20 * time.Second})
		put(t, queue, job("a1", "a"))
		ctx, stop := context.WithCancel(t.Context())
		start := time.Now()
		err := queue.Run(ctx, func(ctx context.Context, _ inbox.Job) error {
			stop()
			<-ctx.Done()
			return ctx.Err()
		}, 1)
		if got := time.Since(start); err != nil || got != 20*time.Second {
			t.Errorf("run: got %v after %v, want no error after 20s", err, got)
		}
		if got := queue.Stats().Waiting; got != 1 {
			t.Errorf("got %d jobs waiting, want the one that ran out of time", got)
		}
	})
}

func TestAFullDayOfBacklogStaysOnDisk(t *testing.T) {
	const n, size = 100_000, 1000
	path := filepath.Join(t.TempDir(), "store.db")
	db, err := bolt.Open(path, bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	before := heap()
	queue := newQueue(t, db, local.Options{})
	jobs := make([]inbox.Job, 1000)
	for i := 0; i < n; i += len(jobs) {
		for k := range jobs {
			jobs[k] = inbox.Job{ID: fmt.Sprintf("j%06d", i+k), Group: fmt.Sprintf("g%05d", (i+k)%5000), Body: bytes.Repeat([]byte("x"), size)}
		}
		put(t, queue, jobs...)
	}
	checkHeap(t, "after 100,000 puts", heap()-before)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	queue = newQueue(t, openStore(t, path), local.Options{})
	checkHeap(t, "after opening again", heap()-before)
	if got := queue.Stats().Waiting; got != n {
		t.Errorf("got %d jobs waiting, want %d", got, n)
	}
	first := make(map[string]string)
	runUntil(t, queue, 5000, 1, func(_ context.Context, j inbox.Job) error {
		if len(j.Body) != size {
			t.Errorf("%s: got a body of %d bytes, want %d", j.ID, len(j.Body), size)
		}
		if first[j.Group] == "" {
			first[j.Group] = j.ID
		}
		return nil
	})
	if got := first["g00042"]; got != "j000042" {
		t.Errorf("first job of group g00042: got %s, want j000042", got)
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// checkHeap allows 50 bytes a job: 5 MB for 100 MB of bodies.
func checkHeap(t *testing.T, when string, got int64) {
	t.Helper()
	t.Logf("%s: %d KB of heap", when, got/1000)
	if got > 5_000_000 {
		t.Errorf("%s: got %d bytes of heap, want at most 5,000,000", when, got)
	}
}

func TestNewAndRunRefuse(t *testing.T) {
	db := openStore(t, filepath.Join(t.TempDir(), "store.db"))
	for name, o := range map[string]local.Options{
		"no name":      {Graveyard: &inboxtest.Graveyard{}},
		"no graveyard": {Name: "inbox"},
	} {
		if _, err := local.New(db, o); err == nil {
			t.Errorf("New with %s: got no error, want one", name)
		}
	}
	queue := newQueue(t, db, local.Options{})
	if err := queue.Run(t.Context(), nil, 0); err == nil {
		t.Error("Run with 0 workers: got no error, want one")
	}
	put(t, queue, job("a1", "a"))
	runUntil(t, queue, 1, 1, func(ctx context.Context, _ inbox.Job) error {
		if err := queue.Run(ctx, nil, 1); !errors.Is(err, local.ErrRunning) {
			t.Errorf("a second Run: got %v, want ErrRunning", err)
		}
		return nil
	})
}

func TestTwoQueuesShareAStore(t *testing.T) {
	db := openStore(t, filepath.Join(t.TempDir(), "store.db"))
	queue := newQueue(t, db, local.Options{})
	other, err := local.New(db, local.Options{Name: "receipts", Graveyard: &inboxtest.Graveyard{}})
	if err != nil {
		t.Fatal(err)
	}
	put(t, queue, job("a1", "a"))
	if got := [2]int{queue.Stats().Waiting, other.Stats().Waiting}; got != [2]int{1, 0} {
		t.Errorf("got %d jobs waiting in the inbox and %d in the receipts, want 1 and 0", got[0], got[1])
	}
}
