// Package sim is a world of its own time. A [Sim] keeps a virtual clock and a heap
// of events; whatever must wait is a [Task], a goroutine of which exactly one runs
// at a time and which gives control back in [Sim.Sleep] and [Sim.Join]. With the
// same seed the same things happen in the same order, so every run can be had again.
//
// A task can be killed wherever it gives control back: its goroutine ends there,
// as when a process is killed. Nothing here waits in real time.
package sim

import (
	"container/heap"
	"math/rand/v2"
	"runtime"
	"time"
)

// Sim is one world's clock and scheduler. It is used from the goroutine that calls
// [Sim.Run] and from the task that it lets run, never from two at once.
type Sim struct {
	now     time.Time
	events  events
	serial  uint64 // of events and tasks
	wakes   uint64
	chance  *rand.Rand
	current *Task
	yielded chan struct{}
}

// New returns a world that begins at a time. chance orders what happens at the
// same moment.
func New(start time.Time, chance *rand.Rand) *Sim {
	return &Sim{now: start, chance: chance, yielded: make(chan struct{})}
}

// Task is one thing that goes on.
type Task struct {
	// Name and Subject are for traces: what runs, and about which message.
	Name, Subject string
	// Serial counts tasks.
	Serial uint64

	resume  chan struct{}
	killed  bool
	ended   bool
	waiting []*Task // those in Join
	wake    uint64  // the wake-up that counts; older ones are void
}

// Ended reports whether the task is over.
func (t *Task) Ended() bool { return t.ended }

// Killed reports whether the task was ended by [Sim.Kill].
func (t *Task) Killed() bool { return t.killed }

// Now is the true time of the world.
func (s *Sim) Now() time.Time { return s.now }

// Current is the task that runs, nil outside of tasks.
func (s *Sim) Current() *Task { return s.current }

// After calls f after a pause, on the scheduler: f must not wait.
func (s *Sim) After(d time.Duration, f func()) {
	s.serial++
	heap.Push(&s.events, event{at: s.now.Add(max(d, 0)), lot: s.chance.Uint64(), serial: s.serial, do: f})
}

// Go begins a task at once, but after the one that runs has given control back.
func (s *Sim) Go(name string, f func()) *Task {
	s.serial++
	t := &Task{Name: name, Serial: s.serial, resume: make(chan struct{})}
	go func() {
		<-t.resume
		defer s.end(t)
		if !t.killed {
			f()
		}
	}()
	s.wakeAfter(t, 0)
	return t
}

// end runs in the task's own goroutine, as the last thing it does.
func (s *Sim) end(t *Task) {
	t.ended = true
	for _, other := range t.waiting {
		s.wakeAfter(other, 0)
	}
	s.yielded <- struct{}{}
}

func (s *Sim) wakeAfter(t *Task, d time.Duration) {
	s.wakes++
	wake := s.wakes
	t.wake = wake
	s.After(d, func() {
		if !t.ended && t.wake == wake { // else something woke it before
			s.let(t)
		}
	})
}

// let gives control to a task until it gives it back.
func (s *Sim) let(t *Task) {
	s.current = t
	t.resume <- struct{}{}
	<-s.yielded
	s.current = nil
}

// Sleep lets everything else go on for a while. A killed task does not return.
func (s *Sim) Sleep(d time.Duration) {
	t := s.current
	if t == nil {
		return
	}
	s.leaveIfKilled(t)
	s.wakeAfter(t, d)
	s.pause(t)
}

// Join waits until another task is over.
func (s *Sim) Join(other *Task) {
	t := s.current
	s.leaveIfKilled(t)
	if other.ended {
		return
	}
	other.waiting = append(other.waiting, t)
	t.wake = 0
	s.pause(t)
}

func (s *Sim) pause(t *Task) {
	s.yielded <- struct{}{}
	<-t.resume
	s.leaveIfKilled(t)
}

func (s *Sim) leaveIfKilled(t *Task) {
	if t.killed {
		runtime.Goexit()
	}
}

// Kill ends a task where it stands. The current task ends at once.
func (s *Sim) Kill(t *Task) {
	if t.ended || t.killed {
		return
	}
	t.killed = true
	if t == s.current {
		runtime.Goexit()
	}
	s.wakeAfter(t, 0)
}

// Run lets events happen until there are none or more returns false.
func (s *Sim) Run(more func() bool) {
	for len(s.events) > 0 && more() {
		e := heap.Pop(&s.events).(event)
		s.now = e.at
		e.do()
	}
}

type event struct {
	at     time.Time
	lot    uint64
	serial uint64
	do     func()
}

type events []event

func (e events) Len() int      { return len(e) }
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e events) Less(i, j int) bool {
	if !e[i].at.Equal(e[j].at) {
		return e[i].at.Before(e[j].at)
	}
	return e[i].lot < e[j].lot || e[i].lot == e[j].lot && e[i].serial < e[j].serial
}
func (e *events) Push(x any) { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	old := *e
	last := old[len(old)-1]
	*e = old[:len(old)-1]
	return last
}
