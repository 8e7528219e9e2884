// Package inbox is the durable queue between the door and the desk. Jobs of one
// group are handed out one at a time and in order; groups go side by side. Two
// engines keep the same promises: sqs (SQS FIFO) and local (the embedded store).
//
// Delivery is at least once. A job that fails comes back after a pause and holds
// its group meanwhile; one that fails for good is kept as a dead letter with its
// reason, and its group goes on.
package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// MaxBody is the largest job in bytes. SQS takes 1 MiB; we stay well below so
// that a batch of ten fits.
const MaxBody = 100_000

// Job is one piece of work.
type Job struct {
	// ID is the same for every delivery of the same thing: the queue may drop a
	// repeat that comes soon, and must not be relied upon to.
	ID string
	// Group orders: jobs of one group are worked on one at a time, in the order
	// in which they were put. At most 128 letters, digits and -_.
	Group string
	// Body is JSON.
	Body []byte
	// Attempt counts deliveries, 1 for the first. Set on the way out.
	Attempt int
}

// Queue takes jobs in.
type Queue interface {
	// Put keeps all jobs durably or returns an error, after which some may have
	// been kept: the caller repeats the whole call, and repeats are recognised later.
	Put(ctx context.Context, jobs ...Job) error
}

// Handler does one job. A nil error means done. [Later] and [Dead] say what to
// do about a failure; any other error is tried again with growing pauses.
type Handler func(ctx context.Context, job Job) error

// Retry asks for another try after a pause.
type Retry struct {
	After time.Duration
	Err   error
	// Free says that nothing was tried, so that this delivery counts as none.
	Free bool
}

func (r *Retry) Error() string { return fmt.Sprintf("try again in %s: %v", r.After, r.Err) }

// Unwrap returns the cause.
func (r *Retry) Unwrap() error { return r.Err }

// Later wraps err so that the job comes back after the pause.
func Later(after time.Duration, err error) error { return &Retry{After: after, Err: err} }

// Wait is [Later] for a job whose turn has not come: nothing was tried, so however
// often it happens, the job is not given up for it.
func Wait(after time.Duration, err error) error { return &Retry{After: after, Err: err, Free: true} }

// Waits reports whether err says that nothing was tried.
func Waits(err error) bool {
	r, ok := errors.AsType[*Retry](err)
	return ok && r.Free
}

// Death says that trying again cannot help.
type Death struct {
	Reason string
	Err    error
}

func (d *Death) Error() string {
	if d.Err == nil {
		return d.Reason
	}
	return fmt.Sprintf("%s: %v", d.Reason, d.Err)
}

// Unwrap returns the cause.
func (d *Death) Unwrap() error { return d.Err }

// Dead wraps err so that the job is kept as a dead letter with this reason.
func Dead(reason string, err error) error { return &Death{Reason: reason, Err: err} }

// Graveyard keeps dead letters. Bury must be durable when it returns nil.
type Graveyard interface {
	Bury(ctx context.Context, queue string, job Job, reason string) error
}

// Policy says how often and with which pauses a job is tried.
type Policy struct {
	// MaxAttempts is how many deliveries a job gets before it is a dead letter.
	MaxAttempts int
	// First and Max bound the pause, which doubles with each attempt.
	First, Max time.Duration
}

// Default is the policy of both queues.
var Default = Policy{MaxAttempts: 12, First: time.Second, Max: 5 * time.Minute}

// Pause returns how long to wait after the given attempt failed with err: what
// the error asks for, else First doubled per attempt up to Max.
func (p Policy) Pause(attempt int, err error) time.Duration {
	if r, ok := errors.AsType[*Retry](err); ok && r.After > 0 {
		return r.After
	}
	pause := p.First
	for i := 1; i < attempt && pause < p.Max; i++ {
		pause *= 2
	}
	return min(pause, p.Max)
}

// Jitter makes a pause up to half as long again, by a chance from 0 up to 1, so that
// jobs that failed together do not come back together. It never shortens: a channel
// that says how long to wait means it.
func Jitter(pause time.Duration, chance float64) time.Duration {
	return pause + time.Duration(float64(pause)/2*chance)
}

// Verdict says whether the job is finished as a dead letter, and why. A job that
// only waited lives on.
func (p Policy) Verdict(attempt int, err error) (reason string, dead bool) {
	if d, ok := errors.AsType[*Death](err); ok {
		return d.Error(), true
	}
	if attempt >= p.MaxAttempts && !Waits(err) {
		return fmt.Sprintf("gave up after %d attempts: %v", attempt, err), true
	}
	return "", false
}
