package local

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"frontdesk/shared/inbox"
)

// storePause is the pause of a group whose job could not be read or counted.
const storePause = time.Second

// maxInterrupted bounds the pause of a job in whose middle the process ended: far below
// what a desk waits for a receipt that may be among them.
const maxInterrupted = 5 * time.Second

// Run hands jobs to the handler: one at a time and in order within a group, at
// most workers at once. It returns when ctx has ended, everything begun is
// finished and what is done has left the disk. The handler's context does not end with ctx, only
// by the timeout, so that a shutdown interrupts nothing.
//
// The error is ErrRunning when the queue runs already, or says how many finished
// jobs could not be removed and so will be delivered again.
func (q *Queue) Run(ctx context.Context, handler inbox.Handler, workers int) error {
	if workers < 1 {
		return fmt.Errorf("run queue %s: %d workers", q.o.Name, workers)
	}
	if !q.running.CompareAndSwap(false, true) {
		return fmt.Errorf("run queue %s: %w", q.o.Name, ErrRunning)
	}
	defer q.running.Store(false)
	defer context.AfterFunc(ctx, q.wake)()
	stopRemoving := q.startRemoving()
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() { q.work(ctx, handler) })
	}
	wg.Wait()
	stopRemoving()
	if err := q.finished.flushBy(q.disk.remove); err != nil {
		return fmt.Errorf("run queue %s: finished jobs not removed, they will come again: %w", q.o.Name, err)
	}
	return nil
}

func (q *Queue) wake() {
	q.lanes.wake()
	q.finished.wake()
}

func (q *Queue) startRemoving() (stop func()) {
	ended := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		q.finished.run(ended, func(err error) {
			q.o.Log.Error("finished jobs not removed", "queue", q.o.Name, "error", err)
		})
	})
	return func() {
		close(ended)
		wg.Wait()
	}
}

// work does one job after the other until ctx ends.
func (q *Queue) work(ctx context.Context, handler inbox.Handler) {
	for {
		lane, seq, ok := q.lanes.take(ctx)
		if !ok {
			return
		}
		if pause, done := q.deliver(context.WithoutCancel(ctx), seq, handler); !done {
			q.lanes.pause(lane, q.o.Now().Add(pause))
			continue
		}
		q.finished.add(ctx, seq)
		q.lanes.done(lane)
	}
}

// deliver brings one job to the handler. When the job is neither done nor
// buried, pause is how long its group is held.
func (q *Queue) deliver(ctx context.Context, seq uint64, handler inbox.Handler) (pause time.Duration, done bool) {
	r, err := q.begin(ctx, seq)
	if errors.Is(err, errGone) {
		return 0, true
	}
	if err != nil {
		q.o.Log.ErrorContext(ctx, "job not begun", "queue", q.o.Name, "error", err)
		return storePause, false
	}
	if r.job.Attempt > q.o.Policy.MaxAttempts && seq <= q.found {
		reason := fmt.Sprintf("gave up after %d attempts: the process ended during the last", r.job.Attempt-1)
		return q.bury(ctx, seq, r, reason)
	}
	err = q.try(ctx, r.job, handler)
	if err == nil {
		return 0, true
	}
	if reason, dead := q.o.Policy.Verdict(r.job.Attempt, err); dead {
		return q.bury(ctx, seq, r, reason)
	}
	return q.hold(ctx, seq, r, err), false
}

// begin reads a job and counts the attempt. The count is forced to disk first
// when the job was found at the start, since it may be what ended the process before.
func (q *Queue) begin(ctx context.Context, seq uint64) (record, error) {
	r, err := q.disk.read(seq)
	if err != nil {
		return record{}, err
	}
	r.job.Attempt++
	if seq <= q.found {
		// Should the process end now, the job comes back after a pause: a process that ends
		// again and again right after its start must not use up the attempts of jobs that
		// have nothing to do with it.
		r.due = q.o.Now().Add(min(q.o.Policy.Pause(r.job.Attempt, nil), maxInterrupted))
		err = q.disk.count(ctx, seq, r)
	}
	return r, err
}

func (q *Queue) try(ctx context.Context, job inbox.Job, handler inbox.Handler) error {
	ctx, cancel := context.WithTimeout(ctx, q.o.Timeout)
	defer cancel()
	return inbox.Try(ctx, handler, job)
}

// bury makes the job a dead letter. When that fails the job stays, held like a failed one.
func (q *Queue) bury(ctx context.Context, seq uint64, r record, reason string) (pause time.Duration, done bool) {
	if err := q.o.Graveyard.Bury(ctx, q.o.Name, r.job, reason); err != nil {
		return q.hold(ctx, seq, r, fmt.Errorf("bury dead letter: %w", err)), false
	}
	q.o.Log.ErrorContext(ctx, "job given up", "queue", q.o.Name, "attempt", r.job.Attempt, "reason", reason)
	return 0, true
}

// hold keeps the attempt and the pause on disk. When that fails the pause holds
// all the same, and the attempt is not counted.
func (q *Queue) hold(ctx context.Context, seq uint64, r record, cause error) time.Duration {
	pause := inbox.Jitter(q.o.Policy.Pause(r.job.Attempt, cause), q.o.Chance())
	if inbox.Waits(cause) {
		return q.wait(ctx, seq, r, pause)
	}
	r.due = q.o.Now().Add(pause)
	q.o.Log.WarnContext(ctx, "job failed", "queue", q.o.Name, "attempt", r.job.Attempt, "pause", pause, "error", cause)
	if err := q.disk.count(ctx, seq, r); err != nil {
		q.o.Log.ErrorContext(ctx, "attempt not counted", "queue", q.o.Name, "error", err)
	}
	return pause
}

// wait holds a job whose turn has not come. The attempt does not count; only when a
// restart would count it is the disk told.
func (q *Queue) wait(ctx context.Context, seq uint64, r record, pause time.Duration) time.Duration {
	if seq <= q.found {
		r.job.Attempt--
		if err := q.disk.count(ctx, seq, r); err != nil {
			q.o.Log.ErrorContext(ctx, "attempt not given back", "queue", q.o.Name, "error", err)
		}
	}
	return pause
}
