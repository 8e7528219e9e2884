package inboxtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/inbox"
)

func testWhole(t *testing.T, open Open) {
	jobs := []inbox.Job{
		{ID: "wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQz==", Group: "a-1_B", Body: []byte(`{"text":"请问多少钱? 👋"}`)},
		{ID: strings.Repeat("long", 100), Group: "b", Body: []byte(`{}`)},
		{ID: "with a space, 中文 and \x00", Group: "c", Body: []byte(`"` + strings.Repeat("x", inbox.MaxBody-2) + `"`)},
	}
	r := newRig(t, open, policy)
	r.put(jobs...)
	r.run(1, succeed)
	r.finish(len(jobs))
	got := make(map[string]inbox.Job)
	for _, e := range r.events() {
		got[e.job.Group] = e.job
	}
	for _, want := range jobs {
		want.Attempt = 1
		if diff := cmp.Diff(want, got[want.Group]); diff != "" {
			t.Errorf("job of group %s (-want +got):\n%.500s", want.Group, diff)
		}
	}
}

func testMany(t *testing.T, open Open) {
	const n = 1000
	var jobs []inbox.Job
	for i := range n {
		jobs = append(jobs, job(fmt.Sprintf("j%04d", i), fmt.Sprintf("g%02d", i*7%30)))
	}
	r := newRig(t, open, policy)
	r.put(jobs...)
	r.run(4, succeed)
	r.finish(n)
	checkOrder(t, jobs, r.events())
}

func testSideBySide(t *testing.T, open Open) {
	var now, most, inA, mostInA atomic.Int32
	r := newRig(t, open, policy)
	r.put(job("a1", "a"), job("b1", "b"), job("a2", "a"), job("c1", "c"))
	r.run(3, func(_ context.Context, j inbox.Job) error {
		most.Store(max(most.Load(), now.Add(1)))
		defer now.Add(-1)
		if j.Group == "a" {
			mostInA.Store(max(mostInA.Load(), inA.Add(1)))
			defer inA.Add(-1)
		}
		time.Sleep(time.Second) // work, in the bubble's time
		return nil
	})
	r.finish(4)
	if got := most.Load(); got != 3 {
		t.Errorf("at once: got %d jobs, want 3", got)
	}
	if got := mostInA.Load(); got != 1 {
		t.Errorf("at once in group a: got %d jobs, want 1", got)
	}
}

func testPauses(t *testing.T, open Open) {
	r := newRig(t, open, policy)
	r.put(job("a1", "a"))
	r.run(1, failFirst("a1", 5, errChannel))
	r.finish(1)
	want := []time.Duration{0, 1 * time.Second, 3 * time.Second, 7 * time.Second, 15 * time.Second, 23 * time.Second}
	if diff := cmp.Diff(want, r.times("a1")); diff != "" {
		t.Errorf("times of the attempts (-want +got):\n%s", diff)
	}
	for i, e := range r.events() {
		if e.job.Attempt != i+1 {
			t.Errorf("delivery %d: got attempt %d, want %d", i+1, e.job.Attempt, i+1)
		}
	}
}

func testLater(t *testing.T, open Open) {
	r := newRig(t, open, policy)
	r.put(job("a1", "a"))
	r.run(1, failFirst("a1", 1, fmt.Errorf("send: %w", inbox.Later(90*time.Second, errChannel))))
	r.finish(1)
	if diff := cmp.Diff([]time.Duration{0, 90 * time.Second}, r.times("a1")); diff != "" {
		t.Errorf("times of the attempts (-want +got):\n%s", diff)
	}
}

func testHolds(t *testing.T, open Open) {
	r := newRig(t, open, policy)
	jobs := []inbox.Job{job("a1", "a"), job("a2", "a"), job("b1", "b"), job("b2", "b")}
	r.put(jobs...)
	r.run(2, failFirst("a1", 2, errChannel))
	r.finish(4)
	checkOrder(t, jobs, r.events())
	for id, want := range map[string]time.Duration{"a2": 3 * time.Second, "b1": 0, "b2": 0} {
		if got := r.times(id); len(got) != 1 || got[0] != want {
			t.Errorf("%s: got worked on at %v, want once at %v", id, got, want)
		}
	}
}

func testDead(t *testing.T, open Open) {
	r := newRig(t, open, policy)
	r.put(job("a1", "a"), job("a2", "a"))
	r.run(1, failFirst("a1", 1, inbox.Dead("the number is not on WhatsApp", nil)))
	r.finish(2)
	want := []Grave{{Queue: Name, Job: job("a1", "a"), Reason: "the number is not on WhatsApp"}}
	want[0].Job.Attempt = 1
	if diff := cmp.Diff(want, r.grave.Graves()); diff != "" {
		t.Errorf("dead letters (-want +got):\n%s", diff)
	}
	if got := r.times("a2"); len(got) != 1 || got[0] != 0 {
		t.Errorf("a2: got worked on at %v, want at once", got)
	}
}

func testGivenUp(t *testing.T, open Open) {
	p := policy
	p.MaxAttempts = 3
	r := newRig(t, open, p)
	r.put(job("a1", "a"))
	r.run(1, failFirst("a1", 99, errChannel))
	r.finish(1)
	graves := r.grave.Graves()
	if len(graves) != 1 || graves[0].Reason != "gave up after 3 attempts: the channel is busy" {
		t.Errorf("dead letters: got %v, want one that was given up after 3 attempts", graves)
	}
	if got := len(r.times("a1")); got != 3 {
		t.Errorf("got %d attempts, want 3", got)
	}
}

func testGraveyardFails(t *testing.T, open Open) {
	var refusals int
	r := newRig(t, open, policy)
	r.grave.Fail = func(inbox.Job) error {
		if refusals++; refusals <= 2 {
			return errors.New("the table is busy")
		}
		return nil
	}
	r.put(job("a1", "a"), job("a2", "a"))
	r.run(1, failFirst("a1", 99, inbox.Dead("blocked", nil)))
	r.finish(2)
	if graves := r.grave.Graves(); len(graves) != 1 || graves[0].Job.ID != "a1" || graves[0].Reason != "blocked" {
		t.Errorf("dead letters: got %v, want a1 with its reason", graves)
	}
	if got := r.times("a2"); len(got) != 1 || got[0] != 3*time.Second {
		t.Errorf("a2: got worked on at %v, want once, after the two pauses", got)
	}
}

func testPanic(t *testing.T, open Open) {
	r := newRig(t, open, policy)
	r.put(job("a1", "a"), job("b1", "b"))
	r.run(1, func(_ context.Context, j inbox.Job) error {
		if j.ID == "a1" && j.Attempt == 1 {
			panic("a bug")
		}
		return nil
	})
	r.finish(2)
	if diff := cmp.Diff([]time.Duration{0, time.Second}, r.times("a1")); diff != "" {
		t.Errorf("times of the attempts of the job that panicked (-want +got):\n%s", diff)
	}
}

func testBadJob(t *testing.T, open Open) {
	r := newRig(t, open, policy)
	secret := inbox.Job{ID: "a2", Group: "+16505551234", Body: []byte(`"my name is Ada"`)}
	err := r.engine.Put(t.Context(), job("a1", "a"), secret)
	if !errors.Is(err, inbox.ErrBadJob) {
		t.Fatalf("got %v, want ErrBadJob", err)
	}
	if strings.Contains(err.Error(), "Ada") || strings.Contains(err.Error(), "16505551234") {
		t.Errorf("the error shows what the job holds: %v", err)
	}
	r.run(1, succeed)
	r.put(job("b1", "b"))
	r.finish(1)
	if got := r.times("a1"); got != nil {
		t.Errorf("got a job of the refused put at %v, want none", got)
	}
}

func testShutdown(t *testing.T, open Open) {
	r := newRig(t, open, policy)
	r.put(job("a1", "a"))
	begun := make(chan struct{})
	r.run(1, func(ctx context.Context, _ inbox.Job) error {
		close(begun)
		time.Sleep(2 * time.Second) // work, in the bubble's time
		return ctx.Err()
	})
	<-begun
	r.stop()
	r.put(job("b1", "b"))
	if err := <-r.ended; err != nil {
		t.Errorf("run: got %v, want no error", err)
	}
	if got := r.events(); len(got) != 1 || got[0].job.ID != "a1" || !got[0].done {
		t.Errorf("got calls %v, want a1 finished and nothing else begun", got)
	}
	r.settled = make(chan struct{}, 10)
	r.run(1, succeed)
	r.finish(1)
	if got := r.times("a1"); len(got) != 1 {
		t.Errorf("a1 was finished before the shutdown: got worked on at %v, want once", got)
	}
}

func testEndedContext(t *testing.T, open Open) {
	r := newRig(t, open, policy)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.engine.Put(ctx, job("a1", "a")); !errors.Is(err, context.Canceled) {
		t.Fatalf("put: got %v, want context.Canceled", err)
	}
	r.run(1, succeed)
	time.Sleep(time.Minute) // of the bubble's time
	synctest.Wait()
	r.shutDown()
	if got := r.events(); len(got) != 0 {
		t.Errorf("got calls %v, want none", got)
	}
}

// checkOrder fails unless every job was done or given up once, in each group in
// the order of jobs.
func checkOrder(t interface {
	Helper()
	Errorf(string, ...any)
}, jobs []inbox.Job, events []event) {
	t.Helper()
	want, got := make(map[string][]string), make(map[string][]string)
	for _, j := range jobs {
		want[j.Group] = append(want[j.Group], j.ID)
	}
	for _, e := range events {
		if e.done {
			got[e.job.Group] = append(got[e.job.Group], e.job.ID)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order of the finished jobs per group (-want +got):\n%.2000s", diff)
	}
}
