// Package queue plays the two queues in a world of its own time: [Group] is the
// queue of one machine, by the rules of package inbox (attempts, pauses, one job of
// a group at a time, kept over a kill), and [FIFO] is SQS FIFO, by AWS's.
package queue

import (
	"context"
	"fmt"
	"time"

	"frontdesk/shared/inbox"
	"frontdesk/soak/sim"
)

// linger is how long a finished job may still be on disk: a kill within it brings
// the job back.
const linger = 50 * time.Millisecond

// Group is the queue of one machine.
type Group struct {
	Name   string
	Sim    *sim.Sim
	Policy inbox.Policy
	Grave  inbox.Graveyard
	Chance func() float64
	// Try runs the handler on a job in a new task and calls back with what came
	// of it; never when it is killed.
	Try func(job inbox.Job, done func(error))
	// Workers is how many groups are worked on at once.
	Workers int
	// Failed is told of every error of a handler.
	Failed func(job inbox.Job, err error)

	lanes   map[string]*lane
	order   []*lane // lanes that have jobs, in the order in which they got them
	working int
	epoch   int // counts restarts: what began before one ends in nothing
	stopped bool
}

type lane struct {
	group string
	jobs  []*kept
	busy  bool
	due   time.Time
}

// kept is one job on disk.
type kept struct {
	job      inbox.Job
	attempts int       // as counted on disk
	found    bool      // on disk at the last start
	done     time.Time // finished, and not yet removed
}

// Len is how many jobs are not done.
func (q *Group) Len() int {
	n := 0
	for _, l := range q.order {
		for _, k := range l.jobs {
			if k.done.IsZero() {
				n++
			}
		}
	}
	return n
}

// Put keeps jobs.
func (q *Group) Put(_ context.Context, jobs ...inbox.Job) error {
	if err := inbox.CheckAll(jobs); err != nil {
		return err
	}
	if q.lanes == nil {
		q.lanes = map[string]*lane{}
	}
	for _, job := range jobs {
		l := q.lanes[job.Group]
		if l == nil {
			l = &lane{group: job.Group}
			q.lanes[job.Group] = l
			q.order = append(q.order, l)
		}
		l.jobs = append(l.jobs, &kept{job: job})
	}
	q.Sim.After(0, q.pump)
	return nil
}

// Stop is the end of the process: what is in work is lost, what is on disk stays.
func (q *Group) Stop() {
	q.stopped = true
	q.epoch++
}

// Start is the next process: every job on disk was found there.
func (q *Group) Start() {
	q.stopped, q.working = false, 0
	for _, l := range q.order {
		l.busy, l.due = false, time.Time{}
		for _, k := range l.jobs {
			k.found = true
			k.done = time.Time{} // done, but not yet removed
		}
	}
	q.pump()
}

// pump begins what can begin.
func (q *Group) pump() {
	for _, l := range q.order {
		if q.stopped || q.working >= q.Workers {
			return
		}
		if k := l.next(); k != nil && !l.busy && !q.Sim.Now().Before(l.due) {
			q.begin(l, k)
		}
	}
	if len(q.order) > 64 {
		q.tidy()
	}
}

func (l *lane) next() *kept {
	for _, k := range l.jobs {
		if k.done.IsZero() {
			return k
		}
	}
	return nil
}

// tidy forgets lanes without jobs.
func (q *Group) tidy() {
	left := q.order[:0]
	for _, l := range q.order {
		if len(l.jobs) == 0 && !l.busy {
			delete(q.lanes, l.group)
			continue
		}
		left = append(left, l)
	}
	q.order = left
}

func (q *Group) begin(l *lane, k *kept) {
	l.busy = true
	q.working++
	job := k.job
	job.Attempt = k.attempts + 1
	if k.found {
		k.attempts++ // counted before it runs: it may be what ended the process
	}
	if k.found && job.Attempt > q.Policy.MaxAttempts {
		q.bury(l, k, job, fmt.Sprintf("gave up after %d attempts: the process ended during the last", job.Attempt-1))
		return
	}
	epoch := q.epoch
	q.Try(job, func(err error) {
		if epoch == q.epoch {
			q.settle(l, k, job, err)
		}
	})
}

// settle does what the rules say of a try.
func (q *Group) settle(l *lane, k *kept, job inbox.Job, err error) {
	if err == nil {
		q.finish(l, k)
		return
	}
	if q.Failed != nil {
		q.Failed(job, err)
	}
	if reason, dead := q.Policy.Verdict(job.Attempt, err); dead {
		q.bury(l, k, job, reason)
		return
	}
	q.hold(l, k, job, err)
}

func (q *Group) hold(l *lane, k *kept, job inbox.Job, err error) {
	switch {
	case !inbox.Waits(err):
		k.attempts = job.Attempt
	case k.found:
		k.attempts--
	}
	pause := inbox.Jitter(q.Policy.Pause(job.Attempt, err), q.Chance())
	l.due = q.Sim.Now().Add(pause)
	q.Sim.After(pause, q.pump)
	q.free(l)
}

// bury makes a dead letter, in a task of its own because it writes.
func (q *Group) bury(l *lane, k *kept, job inbox.Job, reason string) {
	epoch := q.epoch
	q.Sim.Go("bury", func() {
		err := q.Grave.Bury(context.Background(), q.Name, job, reason)
		if epoch != q.epoch {
			return
		}
		if err != nil {
			q.hold(l, k, job, err)
			return
		}
		q.finish(l, k)
	})
}

func (q *Group) finish(l *lane, k *kept) {
	k.done = q.Sim.Now()
	epoch := q.epoch
	q.Sim.After(linger, func() {
		if epoch != q.epoch {
			return
		}
		for i, other := range l.jobs {
			if other == k {
				l.jobs = append(l.jobs[:i:i], l.jobs[i+1:]...)
				break
			}
		}
	})
	q.free(l)
}

func (q *Group) free(l *lane) {
	l.busy = false
	q.working--
	q.Sim.After(0, q.pump)
}
