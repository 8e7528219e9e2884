package inboxtest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/inbox"
)

// plan is what is going to happen to some jobs.
type plan struct {
	jobs    []inbox.Job
	fate    map[string]fate // by job ID
	workers int
	puts    int // jobs per put
}

// fate of a job: it fails, panics or asks for a pause so often, then it ends.
type fate struct {
	failures []failure
	dead     bool
	work     time.Duration
}

type failure int

const (
	plainly failure = iota
	panicking
	asking
)

func drawPlan(t *rapid.T) plan {
	p := plan{fate: make(map[string]fate)}
	p.workers = rapid.IntRange(1, 16).Draw(t, "workers")
	p.puts = rapid.IntRange(1, 40).Draw(t, "jobs per put")
	n := rapid.IntRange(1, 250).Draw(t, "jobs")
	groups := rapid.SliceOfN(rapid.IntRange(0, 63), n, n).Draw(t, "group of each job")
	for i, group := range groups {
		id := fmt.Sprintf("j%03d", i)
		p.jobs = append(p.jobs, job(id, fmt.Sprintf("g%02d", group)))
		p.fate[id] = fate{
			failures: rapid.SliceOfN(rapid.SampledFrom([]failure{plainly, panicking, asking}), 0, 2).Draw(t, "failures"),
			dead:     rapid.IntRange(0, 9).Draw(t, "dead if 0") == 0,
			work:     time.Duration(rapid.IntRange(0, 300).Draw(t, "work")) * time.Millisecond,
		}
	}
	return p
}

// testRandom draws plans and runs each in a bubble of its own.
func testRandom(t *testing.T, open Open) {
	rapid.Check(t, func(rt *rapid.T) {
		p := drawPlan(rt)
		var problems []string
		synctest.Test(t, func(t *testing.T) { problems = follow(t, open, p) })
		if len(problems) > 0 {
			rt.Fatalf("%s", problems[0])
		}
	})
}

// follow lets a plan happen and returns what broke the promises.
func follow(t *testing.T, open Open, p plan) []string {
	watch := &watch{plan: p, tries: make(map[string]int), busy: make(map[string]bool)}
	r := newRig(t, open, inbox.Policy{MaxAttempts: 1000, First: time.Second, Max: 4 * time.Second})
	r.run(p.workers, watch.handle)
	for rest := p.jobs; len(rest) > 0; {
		n := min(p.puts, len(rest))
		r.put(rest[:n]...)
		rest = rest[n:]
	}
	r.finish(len(p.jobs))
	watch.checkEnds(r)
	return watch.problems
}

// watch plays the handler of a plan and notes what breaks the promises.
type watch struct {
	plan plan

	mu       sync.Mutex
	tries    map[string]int
	busy     map[string]bool // groups in work
	ended    []inbox.Job
	problems []string
}

func (w *watch) handle(_ context.Context, j inbox.Job) error {
	try := w.begin(j)
	defer w.leave(j)
	fate := w.plan.fate[j.ID]
	time.Sleep(fate.work) // in the bubble's time
	if try <= len(fate.failures) {
		switch fate.failures[try-1] {
		case panicking:
			panic("planned")
		case asking:
			return inbox.Later(3*time.Second, errChannel)
		}
		return errChannel
	}
	w.end(j)
	if fate.dead {
		return inbox.Dead("planned", nil)
	}
	return nil
}

func (w *watch) begin(j inbox.Job) (try int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.busy[j.Group] {
		w.problems = append(w.problems, fmt.Sprintf("%s began while its group %s was in work", j.ID, j.Group))
	}
	w.busy[j.Group] = true
	w.tries[j.ID]++
	if j.Attempt < w.tries[j.ID] {
		w.problems = append(w.problems, fmt.Sprintf("%s: got attempt %d at delivery %d", j.ID, j.Attempt, w.tries[j.ID]))
	}
	return w.tries[j.ID]
}

func (w *watch) leave(j inbox.Job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy[j.Group] = false
}

func (w *watch) end(j inbox.Job) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = append(w.ended, j)
}

// checkEnds compares how the jobs ended with the plan.
func (w *watch) checkEnds(r *rig) {
	ended := make([]event, 0, len(w.ended))
	for _, j := range w.ended {
		ended = append(ended, event{job: j, done: true})
	}
	checkOrder(w, w.plan.jobs, ended)
	buried := make(map[string]bool)
	for _, grave := range r.grave.Graves() {
		buried[grave.Job.ID] = true
	}
	for id, fate := range w.plan.fate {
		if buried[id] != fate.dead {
			w.Errorf("%s: got buried %v, want %v", id, buried[id], fate.dead)
		}
	}
}

// Helper and Errorf let checkOrder report to the watch.
func (w *watch) Helper() {}

// Errorf notes a problem.
func (w *watch) Errorf(format string, args ...any) {
	w.problems = append(w.problems, fmt.Sprintf(format, args...))
}
