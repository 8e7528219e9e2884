// Package local is the durable queue on one machine. It keeps the jobs in the
// embedded store, beside the table and in the same group commits, and makes the
// same promises as SQS FIFO: see package inbox.
//
// A job is on disk before Put returns and leaves the disk only after it is done
// or buried, so it survives kill -9 and power cuts. Memory holds of every
// pending job its number and of every group its name; bodies are read from disk
// when a job is handed out.
//
// Finished jobs are removed in groups, some 150 ms later, so that no worker waits
// for the disk and nothing else waits for the removal. A crash in between means that a job is delivered again, which
// its handler recognises. Unlike SQS, the queue does not drop a job whose ID it
// has seen: every delivery is claimed by the desk anyway, and a list of seen
// IDs would cost each message a second write.
//
// Failed attempts are counted on disk, as is the end of the pause. A job that
// takes the whole process down cannot be counted when it fails; so the jobs that a start finds on
// disk are counted before they run, and one that keeps ending the process
// becomes a dead letter too.
package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"frontdesk/shared/inbox"
	"frontdesk/shared/table/bolt"
)

// ErrRunning: the queue is being worked on already.
var ErrRunning = errors.New("the queue is running")

// Options of a [Queue].
type Options struct {
	// Name of the queue: its place in the store, and in dead letters and logs. Required.
	Name string
	// Policy says how often and with which pauses jobs are tried; inbox.Default when zero.
	Policy inbox.Policy
	// Graveyard keeps what is given up. Required.
	Graveyard inbox.Graveyard
	// Chance spreads pauses (see inbox.Jitter); default none.
	Chance func() float64
	// Timeout ends the context of a handler, default 1 min.
	Timeout time.Duration
	// Now is the clock, default time.Now.
	Now func() time.Time
	// Log gets each failure; default none.
	Log *slog.Logger
}

// Queue is one durable queue. It is safe for concurrent use. The store must
// hold no other Queue of the same name while this one is in use.
type Queue struct {
	o        Options
	disk     disk
	lanes    *lanes
	finished *finished
	found    uint64 // jobs up to this number were on disk at the start
	running  atomic.Bool
}

var _ inbox.Queue = (*Queue)(nil)

// New returns the queue in the store with everything that is still to be done,
// in the order in which it was put. A stored job that is not what was written
// is an error that wraps bolt.ErrDamaged; the store is left as it is.
func New(db *bolt.DB, o Options) (*Queue, error) {
	if o.Name == "" || o.Graveyard == nil {
		return nil, errors.New("open queue: it needs a name and a graveyard")
	}
	o.Policy = cmp.Or(o.Policy, inbox.Default)
	o.Timeout = cmp.Or(o.Timeout, time.Minute)
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Chance == nil {
		o.Chance = func() float64 { return 0 }
	}
	q := &Queue{o: o, disk: disk{db: db, bucket: []byte("queue/" + o.Name)}, lanes: newLanes(o.Now)}
	q.finished = newFinished(q.disk.removeSoon)
	if err := q.load(); err != nil {
		return nil, fmt.Errorf("open queue %s: %w", o.Name, err)
	}
	return q, nil
}

func (q *Queue) load() error {
	if err := q.disk.create(); err != nil {
		return err
	}
	return q.disk.each(func(seq uint64, r record) {
		q.found = seq
		q.lanes.add(r.job.Group, seq, r.due)
	})
}

// Put keeps all jobs in one commit, all or none, and returns when they are on disk. It
// returns inbox.ErrBadJob when a job breaks the rules, table.ErrBusy when the
// store cannot write, or the error of ctx.
func (q *Queue) Put(ctx context.Context, jobs ...inbox.Job) error {
	if len(jobs) == 0 {
		return nil
	}
	if err := inbox.CheckAll(jobs); err != nil {
		return err
	}
	values := make([][]byte, len(jobs))
	for i, job := range jobs {
		values[i] = record{job: job, put: q.o.Now()}.encode()
	}
	first, err := q.disk.append(ctx, values)
	if err != nil {
		return fmt.Errorf("put %d jobs on queue %s: %w", len(jobs), q.o.Name, err)
	}
	for i, job := range jobs {
		q.lanes.add(job.Group, first+uint64(i), time.Time{})
	}
	return nil
}

// Has reports whether jobs of a group are still to be done.
func (q *Queue) Has(group string) bool { return q.lanes.has(group) }

// Stats is what a queue holds at one moment.
type Stats struct {
	// Waiting counts jobs that are to be done, paused ones included; InFlight those being worked on.
	Waiting, InFlight int
	// Oldest is how long ago the oldest job that is not done was put; 0 when there is none.
	Oldest time.Duration
}

// Stats returns what the queue holds. Oldest is 0 when the store cannot be read.
func (q *Queue) Stats() Stats {
	var s Stats
	s.Waiting, s.InFlight = q.lanes.count()
	put, err := q.disk.oldest(q.finished.has)
	if err != nil {
		q.o.Log.Warn("age of the oldest job not read", "queue", q.o.Name, "error", err)
	} else if !put.IsZero() {
		s.Oldest = max(q.o.Now().Sub(put), 0)
	}
	return s
}
