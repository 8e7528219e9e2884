package world

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"frontdesk/shared/deadletter"
	"frontdesk/shared/inbox"
	"frontdesk/shared/table"
	"frontdesk/soak/fault"
	"frontdesk/soak/queue"
	"frontdesk/soak/sim"
)

// machine is one program on one machine. A kill ends all of it; a moment later it
// is started again and finds in its store what it had kept.
type machine struct {
	w              *World
	inbox, reports *queue.Group
	process        *process
	tasks          map[*sim.Task]bool
	up             bool
	// calm is until when the program is not killed again: one that never lives for a
	// minute gives everything up, and rightly.
	calm time.Time
}

// workers is how many conversations the program answers at once.
const workers = 32

func newMachine(w *World) *machine {
	m := &machine{w: w, tasks: map[*sim.Task]bool{}, up: true}
	m.inbox = m.queue(deadletter.Inbox, func() inbox.Handler { return w.answer(m.process) })
	m.reports = m.queue(deadletter.Receipts, func() inbox.Handler { return w.report(m.process) })
	m.boot()
	if w.cfg.Channel.Served() {
		w.sim.After(time.Minute, m.minute)
	}
	return m
}

// minute is the clockwork: it calls for channels that nobody has fetched lately.
func (m *machine) minute() {
	if !m.w.over() {
		m.w.sim.After(time.Minute, m.minute)
	}
	if m.up {
		m.run("timers", "", func() { m.w.fetch(m.process) })
	}
}

func (m *machine) queue(name string, handler func() inbox.Handler) *queue.Group {
	return &queue.Group{
		Name: name, Sim: m.w.sim, Policy: inbox.Default, Grave: grave{m}, Chance: m.w.faults.Float, Workers: workers,
		Try: func(job inbox.Job, done func(error)) {
			m.run(name, "", func() { done(inbox.Try(context.Background(), handler(), job)) })
		},
	}
}

// grave buries through the process that runs now.
type grave struct{ m *machine }

func (g grave) Bury(ctx context.Context, name string, job inbox.Job, reason string) error {
	g.m.w.leaks.See("the reason of a dead letter", reason)
	return g.m.process.keeper.Bury(ctx, name, job, reason)
}

func (m *machine) boot() {
	m.process = m.w.start(disk{m.w, m.inbox}, disk{m.w, m.reports})
}

// run begins something in the program.
func (m *machine) run(name, subject string, f func()) *sim.Task {
	var t *sim.Task
	t = m.w.sim.Go(name, func() {
		defer delete(m.tasks, t)
		f()
	})
	t.Subject = subject
	m.tasks[t] = true
	return t
}

func (m *machine) door(l letter) (status int) {
	if !m.up {
		return 0
	}
	t := m.run("door", l.subject, func() {
		if status = m.w.serve(m.process, l); status == http.StatusOK {
			l.acked(m.w.sim.Now())
		}
	})
	m.w.sim.Join(t)
	if t.Killed() {
		return 0
	}
	return status
}

func (m *machine) act(subject string, f func(*process)) {
	if m.up {
		m.run("agent", subject, func() { f(m.process) })
	}
}

// kill ends the program and everything in it, and starts it again soon.
func (m *machine) kill() {
	w := m.w
	if w.sim.Now().Before(m.calm) {
		return
	}
	m.calm = w.sim.Now().Add(w.between(time.Second, 2*time.Minute))
	w.faults.Note(fault.Killed, w.subject())
	w.note("killed")
	m.up = false
	m.inbox.Stop()
	m.reports.Stop()
	w.sim.After(w.between(50*time.Millisecond, 5*time.Second), m.restart)
	self := w.sim.Current()
	for _, t := range sorted(m.tasks) {
		if t != self {
			w.faults.Touch(fault.Killed, t.Subject)
			w.end(t)
		}
	}
	w.end(self)
}

func (m *machine) restart() {
	m.up = true
	m.boot()
	m.inbox.Start()
	m.reports.Start()
}

func (m *machine) overdue(*sim.Task) bool { return false }

func (m *machine) idle() bool { return m.inbox.Len()+m.reports.Len() == 0 }

// disk is the door's way to a queue: a write that may be refused, or whose answer
// may be lost.
type disk struct {
	w     *World
	queue *queue.Group
}

func (d disk) Put(ctx context.Context, jobs ...inbox.Job) error {
	w := d.w
	w.step("before put on "+d.queue.Name, w.between(500*time.Microsecond, 4*time.Millisecond))
	if w.faults.Strike(fault.QueueBusy, w.subject()) {
		return fmt.Errorf("put %d jobs on queue %s: %w", len(jobs), d.queue.Name, table.ErrBusy)
	}
	if err := d.queue.Put(ctx, jobs...); err != nil {
		return err
	}
	w.step("after put on "+d.queue.Name, w.between(500*time.Microsecond, 4*time.Millisecond))
	if w.faults.Strike(fault.QueueLost, w.subject()) {
		return fmt.Errorf("put %d jobs on queue %s: %w", len(jobs), d.queue.Name, context.Canceled)
	}
	return nil
}
