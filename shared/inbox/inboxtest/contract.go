// Package inboxtest holds the contract that both engines of the inbox must pass
// ([Contract]), and what tests of a queue need: a graveyard in memory, a FIFO queue
// with AWS's documented rules and a Lambda event source mapping in front of it.
package inboxtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/shared/inbox"
)

// Setup is what an engine is opened with.
type Setup struct {
	Policy    inbox.Policy
	Graveyard inbox.Graveyard
}

// Engine is a queue under test and the way to work on it, until ctx ends and what was begun is finished.
type Engine struct {
	inbox.Queue
	Run func(ctx context.Context, handler inbox.Handler, workers int) error
}

// Open opens an empty engine. It is called inside a synctest bubble and leaves
// nothing running when the test ends.
type Open func(t *testing.T, s Setup) Engine

// Name is the name of the queue that engines are opened with.
const Name = "inbox"

var errChannel = errors.New("the channel is busy")

// Contract runs the promises of package inbox against an engine.
func Contract(t *testing.T, open Open) {
	cases := []struct {
		name string
		test func(t *testing.T, open Open)
	}{
		{"a job comes out as it was put", testWhole},
		{"one put may hold many jobs", testMany},
		{"groups go side by side, jobs of one group one at a time", testSideBySide},
		{"a failed job comes back after a growing pause", testPauses},
		{"a job comes back after the pause that it asks for", testLater},
		{"a failed job holds its group and no other", testHolds},
		{"a dead job is buried with its reason and its group goes on", testDead},
		{"a job is given up after the last attempt", testGivenUp},
		{"a job stays until the graveyard takes it", testGraveyardFails},
		{"a panic is a failure of one job", testPanic},
		{"a bad job is refused and nothing of the put is kept", testBadJob},
		{"a shutdown finishes what it began and begins no more", testShutdown},
		{"a put under an ended context keeps nothing", testEndedContext},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { c.test(t, open) })
		})
	}
	t.Run("order holds under any failures", func(t *testing.T) { testRandom(t, open) })
}

// policy pauses 1 s, 2 s, 4 s, 8 s, 8 s … and never gives up in a test that does not want it to.
var policy = inbox.Policy{MaxAttempts: 40, First: time.Second, Max: 8 * time.Second}

// rig is an engine at work, and what has happened so far.
type rig struct {
	t       *testing.T
	engine  Engine
	grave   *Graveyard
	start   time.Time
	settled chan struct{} // one for each job done or buried
	stop    context.CancelFunc
	ended   chan error

	mu  sync.Mutex
	log []event
}

// event is one call of the handler.
type event struct {
	job  inbox.Job
	at   time.Duration
	done bool
}

func newRig(t *testing.T, open Open, p inbox.Policy) *rig {
	r := &rig{t: t, grave: &Graveyard{}, start: time.Now(), settled: make(chan struct{}, 10_000), ended: make(chan error, 1)}
	r.engine = open(t, Setup{Policy: p, Graveyard: buriedSignal{r}})
	return r
}

// buriedSignal tells the rig of dead letters.
type buriedSignal struct{ r *rig }

func (b buriedSignal) Bury(ctx context.Context, queue string, job inbox.Job, reason string) error {
	if err := b.r.grave.Bury(ctx, queue, job, reason); err != nil {
		return err
	}
	b.r.settled <- struct{}{}
	return nil
}

func (r *rig) put(jobs ...inbox.Job) {
	r.t.Helper()
	if err := r.engine.Put(r.t.Context(), jobs...); err != nil {
		r.t.Fatalf("put %d jobs: %v", len(jobs), err)
	}
}

// run begins to work with the handler and writes down each call.
func (r *rig) run(workers int, handler inbox.Handler) {
	ctx, stop := context.WithCancel(context.Background())
	r.stop = stop
	go func() { r.ended <- r.engine.Run(ctx, r.logged(handler), workers) }()
}

func (r *rig) logged(handler inbox.Handler) inbox.Handler {
	return func(ctx context.Context, job inbox.Job) error {
		at := time.Since(r.start)
		done := false
		defer func() {
			r.mu.Lock()
			r.log = append(r.log, event{job: job, at: at, done: done})
			r.mu.Unlock()
			if done {
				r.settled <- struct{}{}
			}
		}()
		err := handler(ctx, job)
		done = err == nil
		return err
	}
}

// finish waits until n jobs are done or buried, then shuts down.
func (r *rig) finish(n int) {
	r.t.Helper()
	limit := time.NewTimer(24 * time.Hour) // of the bubble's time
	defer limit.Stop()
	for i := range n {
		select {
		case <-r.settled:
		case <-limit.C:
			r.shutDown()
			r.t.Fatalf("after a day %d of %d jobs are done or buried", i, n)
		}
	}
	r.shutDown()
}

func (r *rig) shutDown() {
	r.t.Helper()
	r.stop()
	if err := <-r.ended; err != nil {
		r.t.Errorf("run: got %v, want no error", err)
	}
}

// events returns the handler's calls; call it after finish.
func (r *rig) events() []event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.log
}

// times returns when the handler was called for a job.
func (r *rig) times(id string) []time.Duration {
	var at []time.Duration
	for _, e := range r.events() {
		if e.job.ID == id {
			at = append(at, e.at)
		}
	}
	return at
}

func job(id, group string) inbox.Job {
	return inbox.Job{ID: id, Group: group, Body: fmt.Appendf(nil, `{"id":%q}`, id)}
}

func succeed(context.Context, inbox.Job) error { return nil }

// failFirst fails the first n deliveries of one job and succeeds otherwise.
func failFirst(id string, n int, err error) inbox.Handler {
	return func(_ context.Context, j inbox.Job) error {
		if j.ID == id && j.Attempt <= n {
			return err
		}
		return nil
	}
}
