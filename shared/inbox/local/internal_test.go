package local

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/shared/inbox"
	"frontdesk/shared/table/bolt"
)

// removals notes the commits that finished asks for.
type removals struct {
	mu      sync.Mutex
	commits [][]uint64
	fail    int // so many commits
	block   chan struct{}
}

var errFull = errors.New("the disk is full")

func (r *removals) remove(seqs []uint64) error {
	if r.block != nil {
		<-r.block
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail > 0 {
		r.fail--
		return errFull
	}
	r.commits = append(r.commits, seqs)
	return nil
}

// startFinished runs f until the test ends.
func startFinished(t *testing.T, r *removals, failed func(error)) *finished {
	f := newFinished(r.remove)
	stop := make(chan struct{})
	go f.run(stop, failed)
	t.Cleanup(func() { close(stop) })
	return f
}

func TestFinishedJobsLeaveInOneCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &removals{}
		f := startFinished(t, r, nil)
		f.add(t.Context(), 3)
		time.Sleep(linger / 2)
		f.add(t.Context(), 1)
		f.add(t.Context(), 2)
		if !f.has(1) || f.has(4) {
			t.Errorf("has: got %v for a finished job and %v for another, want true and false", f.has(1), f.has(4))
		}
		time.Sleep(linger)
		synctest.Wait()
		if want := [][]uint64{{1, 2, 3}}; !reflect.DeepEqual(r.commits, want) {
			t.Errorf("got commits %v, want %v", r.commits, want)
		}
		if f.has(1) {
			t.Error("has: got true for a removed job, want false")
		}
	})
}

func TestManyFinishedJobsDoNotLinger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &removals{}
		f := startFinished(t, r, nil)
		for seq := range uint64(removeAt) {
			f.add(t.Context(), seq)
		}
		synctest.Wait()
		if len(r.commits) != 1 || len(r.commits[0]) != removeAt {
			t.Errorf("got %d commits, want one with %d jobs at once", len(r.commits), removeAt)
		}
	})
}

func TestFinishedJobsAreTriedAgainWhenTheStoreRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &removals{fail: 2}
		var failures []error
		f := startFinished(t, r, func(err error) { failures = append(failures, err) })
		f.add(t.Context(), 1)
		time.Sleep(linger + retryRemove + retryRemove/2)
		f.add(t.Context(), 2)
		time.Sleep(retryRemove)
		synctest.Wait()
		if len(failures) != 2 || !errors.Is(failures[0], errFull) {
			t.Errorf("got failures %v, want two of a full disk", failures)
		}
		if want := [][]uint64{{1, 2}}; !reflect.DeepEqual(r.commits, want) {
			t.Errorf("got commits %v, want %v", r.commits, want)
		}
	})
}

func TestWorkersWaitWhenTooManyFinishedJobsAreOnDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &removals{block: make(chan struct{})}
		f := startFinished(t, r, nil)
		for seq := range uint64(maxUnremoved) {
			f.add(t.Context(), seq)
		}
		var added, left bool
		go func() { f.add(t.Context(), maxUnremoved); added = true }()
		ctx, cancel := context.WithCancel(t.Context())
		defer context.AfterFunc(ctx, f.wake)()
		go func() { f.add(ctx, maxUnremoved+1); left = true }()
		synctest.Wait()
		if added || left {
			t.Fatalf("got a job beyond %d taken without waiting, want its worker to wait", maxUnremoved)
		}
		cancel()
		synctest.Wait()
		if added || !left {
			t.Fatalf("at shutdown: got added %v, left %v, want only the one that shuts down to go on", added, left)
		}
		close(r.block)
		synctest.Wait()
		if !added {
			t.Error("got the worker still waiting after a commit, want it to go on")
		}
	})
}

func TestRecordKeepsEverything(t *testing.T) {
	want := record{
		job: inbox.Job{ID: "消息 1", Group: "g-1", Body: []byte(`{"text":"hello"}`), Attempt: 7},
		put: time.UnixMilli(1_790_000_000_123), due: time.UnixMilli(1_790_000_060_456),
	}
	got, err := decode(want.encode())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestRecordNoticesEveryChangedByte(t *testing.T) {
	good := record{job: inbox.Job{ID: "1", Group: "g", Body: []byte(`"x"`)}, put: time.UnixMilli(1)}.encode()
	for i := range good {
		bad := slices.Clone(good)
		bad[i] ^= 1
		if _, err := decode(bad); !errors.Is(err, bolt.ErrDamaged) {
			t.Errorf("byte %d changed: got %v, want bolt.ErrDamaged", i, err)
		}
		if _, err := decode(good[:i]); !errors.Is(err, bolt.ErrDamaged) {
			t.Errorf("cut after %d bytes: got %v, want bolt.ErrDamaged", i, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(record{job: inbox.Job{ID: "1", Group: "g", Body: []byte("{}"), Attempt: 3}, put: time.UnixMilli(5)}.encode(), true)
	f.Add([]byte("not a record"), false)
	f.Add(make([]byte, headSize), true)
	f.Fuzz(func(t *testing.T, value []byte, sign bool) {
		if sign && len(value) >= 4 { // so that the checksum is not all that is tested
			sum := checksum(value)
			value = append([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}, value[4:]...)
		}
		r, err := decode(value)
		if err != nil {
			if !errors.Is(err, bolt.ErrDamaged) {
				t.Errorf("got %v, want bolt.ErrDamaged", err)
			}
			return
		}
		if again := r.encode(); !slices.Equal(again, value) {
			t.Errorf("got %x when encoded again, want %x", again, value)
		}
	})
}
