package bolt

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"frontdesk/shared/table"
)

// job is one call of Do that waits for its commit.
type job struct {
	fn     func(*bbolt.Tx) error
	err    error
	answer chan error
}

// PanicError is what Do returns when its function panicked.
type PanicError struct {
	Value any
	// Stack is where it happened, for the log.
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("a write panicked: %v", e.Value) }

// enqueue has a job wait for the writer, where join puts it.
func (db *DB) enqueue(j *job, join func(*job)) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	switch {
	case db.broken != nil:
		return db.broken
	case db.closing:
		return errClosed()
	}
	join(j)
	return nil
}

// hurry has a job go with the next group.
func (db *DB) hurry(j *job) {
	db.waiting = append(db.waiting, j)
	db.more.Signal()
}

// withdraw takes j back and reports whether it was still waiting.
func (db *DB) withdraw(j *job) bool {
	db.mu.Lock()
	defer db.mu.Unlock()
	for _, line := range []*[]*job{&db.waiting, &db.patient.jobs} {
		if i := slices.Index(*line, j); i >= 0 {
			*line = slices.Delete(*line, i, i+1)
			return true
		}
	}
	return false
}

// write is the one writer. It ends when the store closes and nothing waits.
func (db *DB) write() {
	defer close(db.stopped)
	for group := db.next(); len(group) > 0; group = db.next() {
		db.commit(group)
		db.settle()
		// Callers that were just answered may write again at once: let them join the next group.
		runtime.Gosched()
	}
}

// next waits for work and takes all of it; nothing once the store closes and
// nobody waits.
func (db *DB) next() []*job {
	db.mu.Lock()
	defer db.mu.Unlock()
	for {
		group := append(db.waiting, db.patient.take(db.closing)...)
		db.waiting = nil
		if len(group) > 0 || db.closing {
			return group
		}
		db.more.Wait()
	}
}

// What makes bbolt undo a transaction instead of committing it.
var (
	errPanicked = errors.New("a write of the group panicked")
	errNoWrites = errors.New("no write of the group held")
)

// commit applies a group and answers it. A job that panics may have written half of
// what it wanted, so the transaction is undone and the others run again without it.
func (db *DB) commit(group []*job) {
	for len(group) > 0 {
		err := db.update(group)
		if !errors.Is(err, errPanicked) {
			answer(group, err)
			return
		}
		group = slices.DeleteFunc(group, answeredPanic)
	}
}

// update runs a group in one transaction. Its error says that nothing was kept.
func (db *DB) update(group []*job) error {
	if db.broken != nil {
		return db.broken
	}
	var id int
	err := guarded(func() error {
		return db.bolt.Update(func(tx *bbolt.Tx) error {
			id = tx.ID()
			return run(group, tx)
		})
	})
	switch {
	case err == nil || errors.Is(err, errPanicked):
		return err
	case errors.Is(err, errNoWrites):
		return nil
	}
	if errors.Is(err, ErrDamaged) || db.shows(id) {
		return db.fail(err)
	}
	return db.refuse(err)
}

// ErrFull: there is no room for what was to be written. Nothing of it was kept, and
// what is stored can be read.
var ErrFull = errors.New("the disk is full")

// explain says what to do about a commit that the disk refused. Some of bbolt's errors
// carry the cause as text only.
func (db *DB) explain(err error) error {
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG, bolterrors.ErrMaxSizeReached} {
		if errors.Is(err, full) || strings.HasSuffix(err.Error(), full.Error()) {
			return fmt.Errorf("%w, make room for %s: %w", ErrFull, db.path, err)
		}
	}
	return err
}

// refusal is a commit that was refused.
type refusal struct {
	at  time.Time
	err error
}

// Refused returns why a commit was refused not longer than so long ago, nil when none
// was. A full disk may take small writes and refuse others, so a success says little.
func (db *DB) Refused(within time.Duration) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.broken != nil || db.now().Sub(db.refused.at) > within {
		return db.broken
	}
	return db.refused.err
}

func (db *DB) refuse(cause error) error {
	err := fmt.Errorf("commit to the store: %w: %w", table.ErrBusy, db.explain(cause))
	db.mu.Lock()
	defer db.mu.Unlock()
	db.refused = refusal{db.now(), err}
	return err
}

// shows reports whether readers see a transaction that was not confirmed: the disk
// failed at the very last step, so what is there and what was answered may differ.
func (db *DB) shows(id int) bool {
	visible := true
	err := db.bolt.View(func(tx *bbolt.Tx) error {
		visible = tx.ID() >= id
		return nil
	})
	return err != nil || visible
}

// fail stops all further writing: the next start checks the file.
func (db *DB) fail(cause error) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.broken = fmt.Errorf("the disk did not confirm a write, restart to check the store %s: %w: %w", db.path, table.ErrBusy, cause)
	return db.broken
}

func run(group []*job, tx *bbolt.Tx) error {
	result := errNoWrites // spares the disk when every condition failed
	for _, j := range group {
		j.err = call(j.fn, tx)
		if _, panicked := j.err.(*PanicError); panicked {
			return errPanicked
		}
		if j.err == nil {
			result = nil
		}
	}
	return result
}

func call(fn func(*bbolt.Tx) error, tx *bbolt.Tx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &PanicError{Value: r, Stack: debug.Stack()}
		}
	}()
	return fn(tx)
}

func answer(group []*job, err error) {
	for _, j := range group {
		if err != nil {
			j.err = err
		}
		j.answer <- j.err
	}
}

func answeredPanic(j *job) bool {
	_, panicked := j.err.(*PanicError)
	if panicked {
		j.answer <- j.err
	}
	return panicked
}

// guarded turns panics, and reads beyond the end of a mapped file, into ErrDamaged.
func guarded(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	return fn()
}
