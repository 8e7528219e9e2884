package world

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"frontdesk/shared/deadletter"
	"frontdesk/shared/inbox"
	inboxsqs "frontdesk/shared/inbox/sqs"
	"frontdesk/soak/fault"
	"frontdesk/soak/queue"
	"frontdesk/soak/sim"
)

// functions is the program as functions: the door puts on SQS through the real
// client code, batches go through the real consumer, and each invocation may be
// dropped at any point.
type functions struct {
	w              *World
	inbox, reports *source
	doors          []*process
	deadline       map[*sim.Task]time.Time
}

// The functions' settings, as template.yaml has them; a test compares the two.
const (
	DeskTimeout      = 60 * time.Second
	ReceiptsTimeout  = 10 * time.Second
	DoorTimeout      = 10 * time.Second
	InboxVisibility  = 360 * time.Second
	ReceiptsVisible  = 60 * time.Second
	InboxReceives    = 132
	ReceiptsReceives = 32
)

// What package cloud sets.
const (
	deskReserve     = 24 * time.Second
	receiptsReserve = 4 * time.Second
	waits           = 100
	deskConcurrency = 8
	queueURL        = "https://sqs.example/queue.fifo"
)

// source is a queue with the mapping that calls a function for its batches.
type source struct {
	f           *functions
	name        string
	queue       *queue.FIFO
	handler     func(*process) inbox.Handler
	timeout     time.Duration
	reserve     time.Duration
	concurrency int
	running     int
	idle        []*process
}

func newFunctions(w *World) *functions {
	f := &functions{w: w, deadline: map[*sim.Task]time.Time{}}
	f.inbox = f.source(source{name: deadletter.Inbox, handler: w.answer, timeout: DeskTimeout, reserve: deskReserve, concurrency: deskConcurrency}, InboxVisibility, InboxReceives)
	f.reports = f.source(source{name: deadletter.Receipts, handler: w.report, timeout: ReceiptsTimeout, reserve: receiptsReserve, concurrency: 4}, ReceiptsVisible, ReceiptsReceives)
	f.w.sim.After(time.Minute, f.minute)
	return f
}

func (f *functions) source(s source, visibility time.Duration, receives int) *source {
	s.f = f
	p := &s
	p.queue = &queue.FIFO{Sim: f.w.sim, Visibility: visibility, MaxReceive: receives, Visible: p.pump, Step: f.step}
	return p
}

// step is a call of SQS, before or after it.
func (f *functions) step(call string, after bool) error {
	w := f.w
	if w.sim.Current() == nil {
		return nil
	}
	if after {
		w.step("after "+call, w.between(time.Millisecond, 5*time.Millisecond))
		if w.faults.Strike(fault.QueueLost, w.subject()) {
			return context.DeadlineExceeded
		}
		return nil
	}
	w.step("before "+call, w.between(time.Millisecond, 5*time.Millisecond))
	if w.faults.Strike(fault.QueueBusy, w.subject()) {
		return queue.Throttled()
	}
	return nil
}

func (f *functions) boot() *process {
	return f.w.start(inboxsqs.New(f.inbox.queue, queueURL), inboxsqs.New(f.reports.queue, queueURL))
}

// invoke runs something in a process of its own until its deadline.
func (f *functions) invoke(name, subject string, timeout time.Duration, run func()) *sim.Task {
	t := f.w.sim.Go(name, run)
	t.Subject = subject
	f.deadline[t] = f.w.sim.Now().Add(timeout)
	return t
}

func (f *functions) door(l letter) (status int) {
	p := f.take(&f.doors)
	t := f.invoke("door", l.subject, DoorTimeout, func() {
		if status = f.w.serve(p, l); status == http.StatusOK {
			l.acked(f.w.sim.Now())
		}
	})
	f.w.sim.Join(t)
	delete(f.deadline, t)
	if t.Killed() {
		return 0
	}
	f.doors = append(f.doors, p)
	return status
}

// take uses a process that waits, or starts one.
func (f *functions) take(idle *[]*process) *process {
	if n := len(*idle); n > 0 {
		p := (*idle)[n-1]
		*idle = (*idle)[:n-1]
		return p
	}
	return f.boot()
}

func (f *functions) act(subject string, run func(*process)) {
	p := f.take(&f.doors)
	f.invoke("agent", subject, DoorTimeout*3, func() { run(p) })
}

func (f *functions) kill() {
	f.w.faults.Note(fault.Killed, f.w.subject())
	f.w.note("killed")
	f.w.end(f.w.sim.Current())
}

// overdue reports whether Lambda ends an invocation now.
func (f *functions) overdue(t *sim.Task) bool {
	at, ok := f.deadline[t]
	return ok && f.w.sim.Now().After(at)
}

func (f *functions) idle() bool {
	return f.inbox.queue.Len()+f.reports.queue.Len()+f.inbox.running+f.reports.running+
		len(f.inbox.queue.Dead)+len(f.reports.queue.Dead) == 0
}

// pump calls the function for everything that is visible.
func (s *source) pump() {
	for s.running < s.concurrency {
		records := s.queue.Receive(1 + s.f.w.faults.Pick(10))
		if len(records) == 0 {
			return
		}
		s.call(records)
		if s.f.w.faults.Strike(fault.Parallel, "") {
			s.touch(fault.Parallel, records)
			s.call(records)
		}
	}
}

// touch notes a fault on every message of a batch.
func (s *source) touch(k fault.Kind, records []events.SQSMessage) {
	for _, r := range records {
		s.f.w.faults.Touch(k, s.subject(r))
	}
}

func (s *source) subject(r events.SQSMessage) string { return s.f.w.subjectOf(s.name, []byte(r.Body)) }

// call is one invocation, and what Lambda does after it.
func (s *source) call(records []events.SQSMessage) {
	f := s.f
	s.running++
	p := f.take(&s.idle)
	var response events.SQSEventResponse
	failed := true
	t := f.invoke(s.name, "", s.timeout, func() {
		var err error
		response, err = s.handle(p, events.SQSEvent{Records: records})
		failed = err != nil
	})
	f.w.sim.Go(outside, func() {
		f.w.sim.Join(t)
		delete(f.deadline, t)
		s.running--
		if !t.Killed() {
			s.idle = append(s.idle, p)
			if !failed {
				s.finish(records, response)
			}
		}
		f.w.sim.After(0, s.pump)
	})
}

func (s *source) handle(p *process, event events.SQSEvent) (events.SQSEventResponse, error) {
	w := s.f.w
	c, err := inboxsqs.NewConsumer(s.queue, queueURL, inboxsqs.Options{
		Name: s.name, Graveyard: p.keeper, Chance: w.faults.Float, Groups: 1, Reserve: s.reserve, Waits: waits, Now: w.ourTime, Log: w.log,
	})
	if err != nil {
		return events.SQSEventResponse{}, err
	}
	ctx := deadline{context.Background(), w.ourTime().Add(s.timeout)}
	return c.Handle(ctx, event, s.handler(p))
}

// finish deletes what is done. Sometimes the deletion is lost.
func (s *source) finish(records []events.SQSMessage, response events.SQSEventResponse) {
	undone := map[string]bool{}
	for _, item := range response.BatchItemFailures {
		undone[item.ItemIdentifier] = true
	}
	for _, r := range records {
		if !undone[r.MessageId] && !s.f.w.faults.Strike(fault.Redelivered, s.subject(r)) {
			s.queue.Done(r.MessageId)
		}
	}
}

// minute is the timers' function: it empties the dead-letter queues.
func (f *functions) minute() {
	if !f.w.over() {
		f.w.sim.After(time.Minute, f.minute)
	}
	f.invoke("timers", "", time.Minute, func() {
		p := f.boot()
		for _, s := range []*source{f.inbox, f.reports} {
			r := inboxsqs.Redrive{Client: s.queue, URL: queueURL, Queue: s.name, Graveyard: p.keeper}
			if _, err := r.Drain(context.Background(), 100); err != nil {
				f.w.leaks.See("an error of the timers", fmt.Sprint(err))
			}
		}
		f.w.fetch(p)
	})
}

// deadline is a context that ends at a time of the world. It is never done by
// itself: the world ends invocations that take too long.
type deadline struct {
	context.Context
	at time.Time
}

func (d deadline) Deadline() (time.Time, bool) { return d.at, true }
