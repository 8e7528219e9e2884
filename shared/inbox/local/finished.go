package local

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

const (
	// linger is how long a finished job may stay on disk while others join it
	// in one commit; removeAt is how many do not wait for that.
	linger   = 50 * time.Millisecond
	removeAt = 1024
	// maxUnremoved is how many finished jobs may be on disk before workers wait.
	maxUnremoved = 8192
	// retryRemove is the pause after the store refused.
	retryRemove = time.Second
)

// finished collects jobs that are done and removes them in groups.
type finished struct {
	remove func(seqs []uint64) error

	mu       sync.Mutex
	room     *sync.Cond // jobs were removed, or a context ended
	waiting  map[uint64]struct{}
	removing map[uint64]struct{}
	kick     chan struct{} // asks run for a commit
	alarm    *time.Timer
}

func newFinished(remove func([]uint64) error) *finished {
	f := &finished{remove: remove, waiting: make(map[uint64]struct{}), kick: make(chan struct{}, 1)}
	f.room = sync.NewCond(&f.mu)
	return f
}

// add notes that a job is done. It waits only while too many are on disk, and
// no longer than ctx.
func (f *finished) add(ctx context.Context, seq uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.waiting)+len(f.removing) >= maxUnremoved && ctx.Err() == nil {
		f.room.Wait()
	}
	f.waiting[seq] = struct{}{}
	switch len(f.waiting) {
	case 1:
		f.after(linger)
	case removeAt:
		f.ask()
	}
}

// has reports whether the job is done.
func (f *finished) has(seq uint64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, waits := f.waiting[seq]
	_, goes := f.removing[seq]
	return waits || goes
}

// run removes jobs until stop is closed. failed gets what the store refused;
// those jobs are tried again.
func (f *finished) run(stop <-chan struct{}, failed func(error)) {
	for {
		select {
		case <-stop:
			return
		case <-f.kick:
			if err := f.flush(); err != nil {
				failed(err)
			}
		}
	}
}

// flush removes everything that is done by now, in one commit. When the store
// refuses, the jobs stay and are tried again later.
func (f *finished) flush() error { return f.flushBy(f.remove) }

// flushBy is flush with another way to remove.
func (f *finished) flushBy(remove func(seqs []uint64) error) error {
	seqs := f.begin()
	if len(seqs) == 0 {
		return nil
	}
	err := remove(seqs)
	f.end(err)
	return err
}

func (f *finished) begin() []uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.removing, f.waiting = f.waiting, make(map[uint64]struct{})
	return slices.Sorted(maps.Keys(f.removing))
}

func (f *finished) end(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil {
		maps.Copy(f.waiting, f.removing)
		f.after(retryRemove)
	}
	f.removing = nil
	f.room.Broadcast()
}

// wake lets everybody in add look at their context.
func (f *finished) wake() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.room.Broadcast()
}

func (f *finished) after(pause time.Duration) {
	if f.alarm == nil {
		f.alarm = time.AfterFunc(pause, f.ask)
		return
	}
	f.alarm.Reset(pause)
}

func (f *finished) ask() {
	select {
	case f.kick <- struct{}{}:
	default: // asked already
	}
}
