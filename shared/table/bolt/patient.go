package bolt

import (
	"context"
	"time"

	"go.etcd.io/bbolt"

	"frontdesk/shared/table"
)

// Patient is the store for writes that nobody waits for, such as receipts. They
// gather for a moment and share a commit with each other, so that the commits between
// are short for those who are in a hurry, and many writes touch few pages. They are on disk
// when they are answered, like all others; reads are the same.
type Patient struct{ db *DB }

var _ table.Table = Patient{}

const (
	// patience is how long patient writes gather, counted from the first of them or
	// from the end of the commit with those before them.
	patience = 100 * time.Millisecond
	// patientMost is how many of them share a commit at most: all others wait meanwhile.
	patientMost = 1024
)

// Patient returns the store for writes that nobody waits for.
func (db *DB) Patient() Patient { return Patient{db} }

// Do is [DB.Do] in the next commit of patient writes.
func (p Patient) Do(ctx context.Context, fn func(tx *bbolt.Tx) error) error {
	return p.db.do(ctx, p.db.wait, fn)
}

// Get implements [table.Table].
func (p Patient) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	return p.db.Get(ctx, keys...)
}

// Query implements [table.Table].
func (p Patient) Query(ctx context.Context, q table.Query) (table.Page, error) {
	return p.db.Query(ctx, q)
}

// Put implements [table.Table].
func (p Patient) Put(ctx context.Context, item table.Item, cond table.Condition) error {
	return p.Transact(ctx, table.Write{Item: item, If: cond})
}

// Delete implements [table.Table].
func (p Patient) Delete(ctx context.Context, key table.Key, cond table.Condition) error {
	return p.Transact(ctx, table.Write{Item: table.Item{Key: key}, If: cond, Delete: true})
}

// Transact implements [table.Table].
func (p Patient) Transact(ctx context.Context, writes ...table.Write) error {
	return p.db.transact(ctx, p.db.wait, writes)
}

// patient are the jobs that gather.
type patient struct {
	jobs  []*job
	state patientState
	alarm *time.Timer
	pause time.Duration
}

type patientState int

const (
	idle      patientState = iota // there are none
	gathering                     // the alarm is set
	ripe                          // the next group takes them
	going                         // the commit runs; more may gather for the one after
)

// wait has a job go with the next patient ones.
func (db *DB) wait(j *job) {
	db.patient.jobs = append(db.patient.jobs, j)
	if db.patient.state == idle {
		db.gather()
	}
}

func (db *DB) gather() {
	p := &db.patient
	p.state = gathering
	if p.alarm == nil {
		p.alarm = time.AfterFunc(p.pause, db.ripen)
		return
	}
	p.alarm.Reset(p.pause)
}

// ripen ends the gathering.
func (db *DB) ripen() {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.patient.state == gathering {
		db.patient.state = ripe
		db.more.Signal()
	}
}

// take returns the jobs whose time has come, at once when the store closes.
func (p *patient) take(closing bool) []*job {
	if p.state != ripe && !closing {
		return nil
	}
	n := min(len(p.jobs), patientMost)
	taken := p.jobs[:n:n]
	p.jobs, p.state = p.jobs[n:], going
	if n == 0 { // all were withdrawn
		p.jobs, p.state = nil, idle
	}
	return taken
}

// settle lets the next patient jobs gather when the commit of the last has ended.
func (db *DB) settle() {
	db.mu.Lock()
	defer db.mu.Unlock()
	switch {
	case db.patient.state != going:
	case len(db.patient.jobs) == 0:
		db.patient.state = idle
	default:
		db.gather()
	}
}
