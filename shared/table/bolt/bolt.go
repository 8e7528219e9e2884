// Package bolt keeps the table in one file on one machine, with bbolt. It lends
// the same file and the same commits to others that must be durable, such as
// the inbox, through [DB.Do] and [DB.View].
//
// Writes go through one writer that commits in groups: it takes everything that
// waits, applies it in one transaction, forces it to disk once and answers all of
// it; meanwhile the next group gathers. Nobody waits for a timer, but for those who
// ask to: what is written through [DB.Patient] goes into a group of its own kind now
// and then, so that much of it never slows the rest.
//
// Opening refuses a file that another process uses and a file that is damaged, and
// leaves both as they are. After a clean Close the start is fast; after a crash,
// or when the file was changed from outside, every page and item is checked first.
package bolt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"frontdesk/shared/table"
)

// The errors of [Open] that callers compare with [errors.Is].
var (
	// ErrInUse: another process holds the file.
	ErrInUse = errors.New("another frontdesk is using the store")
	// ErrDamaged: the file is not a whole store. From reads: the item is not what was written.
	ErrDamaged = errors.New("the store file is damaged")
)

// Options say how a store is opened. The zero value is right for production.
type Options struct {
	// Now tells the time, for expiry; time.Now when nil.
	Now func() time.Time
	// NoSync leaves the forcing to disk to the operating system: a power cut may
	// then cost everything. For tests and for seeding a store that can be made again.
	NoSync bool

	maxSize  int           // bytes the file may have, 0 for no limit: how tests fill the disk
	patience time.Duration // how long patient writes gather, patience when 0
}

// DB is an open store. It is safe for concurrent use.
type DB struct {
	bolt *bbolt.DB
	path string
	now  func() time.Time
	read atomic.Int64 // bytes of bodies read by queries since pages were last let go

	mu      sync.Mutex
	more    *sync.Cond // tells the writer that waiting or closing changed
	waiting []*job
	patient patient
	closing bool
	broken  error         // set once the file can no longer be trusted
	refused refusal       // the last commit that was refused
	stopped chan struct{} // closed when the writer has ended
}

var _ table.Table = (*DB)(nil)

// lockPatience is how long Open waits for a file that another process holds.
const lockPatience = 700 * time.Millisecond

// Open opens the store in the file at path, and creates it (mode 0600) with its
// folder (mode 0700) when there is none. An empty file is no store: a new one is
// put in place only when it is whole, so an empty file means that data was lost.
func Open(path string, o Options) (*DB, error) {
	if err := create(path); err != nil {
		return nil, fmt.Errorf("create the store: %w", err)
	}
	if !closedCleanly(path) {
		if err := verify(path); err != nil {
			return nil, err
		}
	}
	b, err := openFile(path, o)
	if err != nil {
		return nil, advise(path, err)
	}
	if err := forgetClean(path); err != nil {
		return nil, errors.Join(fmt.Errorf("open the store: %w", err), b.Close())
	}
	db := &DB{bolt: b, path: path, now: o.Now, stopped: make(chan struct{})}
	if db.now == nil {
		db.now = time.Now
	}
	db.more = sync.NewCond(&db.mu)
	db.patient.pause = cmp.Or(o.patience, patience)
	go db.write()
	return db, nil
}

// create puts a whole, empty store in place when there is no file yet.
func create(path string) error {
	if _, err := os.Stat(path); err == nil || !errors.Is(err, os.ErrNotExist) {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(dir, ".new-store-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	fresh := filepath.Join(tmp, "store")
	if err := writeEmpty(fresh); err != nil {
		return err
	}
	// A link, unlike a rename, never replaces what another process put there.
	if err := os.Link(fresh, path); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	if err := syncFolder(dir); err != nil {
		return err
	}
	// The folder may be new too. Who may not look into the one above did not make it.
	if err := syncFolder(filepath.Dir(dir)); !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

func writeEmpty(path string) error {
	b, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		return err
	}
	err = b.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{itemsBucket, expiryBucket} {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, b.Close())
}

func boltOptions(o Options) *bbolt.Options {
	return &bbolt.Options{
		Timeout:         lockPatience,
		NoSync:          o.NoSync,
		FreelistType:    bbolt.FreelistMapType,
		PreLoadFreelist: true,
		// Address space, not memory: with less, a growing file would stop all reads to map anew.
		InitialMmapSize: 1 << 28,
		MaxSize:         o.maxSize,
		NoStatistics:    true,
	}
}

func openFile(path string, o Options) (b *bbolt.DB, err error) {
	err = guarded(func() (err error) {
		b, err = bbolt.Open(path, 0o600, boltOptions(o))
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := b.View(hasBuckets); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// Close waits for the writes that were begun, refuses new ones with
// [table.ErrBusy] and closes the file. Closing twice is no error.
func (db *DB) Close() error {
	db.mu.Lock()
	first := !db.closing
	db.closing = true
	db.more.Broadcast()
	db.mu.Unlock()
	<-db.stopped
	if !first {
		return nil
	}
	return db.closeFile()
}

// closeFile commits once more before closing, so that both of bbolt's first pages
// describe the same data and losing either loses nothing.
func (db *DB) closeFile() error {
	err := db.broken
	if err == nil {
		err = db.bolt.Update(func(*bbolt.Tx) error { return nil })
	}
	if err == nil && db.bolt.NoSync {
		err = db.bolt.Sync()
	}
	if err := errors.Join(err, db.bolt.Close()); err != nil {
		return fmt.Errorf("close the store: %w", err)
	}
	return rememberClean(db.path)
}

// View runs fn in a read-only transaction that sees every write that was answered
// before. What fn reads is valid only until it returns.
func (db *DB) View(fn func(tx *bbolt.Tx) error) error {
	err := db.bolt.View(fn)
	if errors.Is(err, bolterrors.ErrDatabaseNotOpen) {
		return errClosed()
	}
	return err
}

func errClosed() error { return fmt.Errorf("the store is closed: %w", table.ErrBusy) }

// Do runs fn inside the next group commit and returns when what it wrote is on disk.
//
// fn must make all its checks before its first write: when it returns an error, its
// caller gets that error while the rest of the group is committed, together with
// whatever fn had already written. fn may run more than once, when another member
// of its group panics, so it must set its results and not add to them. It must not
// block, nor keep anything of tx.
//
// A panic in fn comes back as a [*PanicError] and keeps nothing. When the commit
// itself fails (the disk is full), every caller of the group gets [table.ErrBusy]
// and nothing of theirs is kept. When ctx ends before the group is taken, nothing
// runs and ctx's error is returned; afterwards Do waits for the commit.
func (db *DB) Do(ctx context.Context, fn func(tx *bbolt.Tx) error) error {
	return db.do(ctx, db.hurry, fn)
}

func (db *DB) do(ctx context.Context, join func(*job), fn func(tx *bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("write to the store: %w", err)
	}
	j := &job{fn: fn, answer: make(chan error, 1)}
	if err := db.enqueue(j, join); err != nil {
		return err
	}
	select {
	case err := <-j.answer:
		return err
	case <-ctx.Done():
		if db.withdraw(j) {
			return fmt.Errorf("write to the store: %w", ctx.Err())
		}
		return <-j.answer
	}
}
