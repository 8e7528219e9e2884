package bolt

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"frontdesk/shared/table"
)

func openTest(t testing.TB, o Options) *DB {
	t.Helper()
	db, err := Open(filepath.Join(t.TempDir(), "frontdesk.db"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// hold keeps the writer busy until release is called.
func hold(t *testing.T, db *DB) (release func()) {
	t.Helper()
	begun, end, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		if err := db.Do(context.Background(), func(*bbolt.Tx) error {
			close(begun)
			<-end
			return nil
		}); err != nil {
			t.Errorf("the holding write: %v", err)
		}
	}()
	<-begun
	return func() { close(end); <-done }
}

// awaitWaiting returns when n calls wait for the next group.
func awaitWaiting(db *DB, n int) {
	for {
		db.mu.Lock()
		waiting := len(db.waiting)
		db.mu.Unlock()
		if waiting == n {
			return
		}
		runtime.Gosched()
	}
}

// inOneGroup runs all functions as one group and returns their errors.
func inOneGroup(t *testing.T, db *DB, fns ...func(*bbolt.Tx) error) []error {
	t.Helper()
	release := hold(t, db)
	errs := make([]error, len(fns))
	var all sync.WaitGroup
	for i, fn := range fns {
		all.Go(func() { errs[i] = db.Do(context.Background(), fn) })
		awaitWaiting(db, i+1)
	}
	release()
	all.Wait()
	return errs
}

// mark writes one key into a bucket of its own.
func mark(name string) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists([]byte("marks"))
		if err != nil {
			return err
		}
		return b.Put([]byte(name), []byte("1"))
	}
}

func wantMarks(t *testing.T, db *DB, want ...string) {
	t.Helper()
	var got []string
	if err := db.View(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte("marks"))
		if b == nil {
			return nil
		}
		return b.ForEach(func(k, _ []byte) error { got = append(got, string(k)); return nil })
	}); err != nil {
		t.Fatal(err)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("got marks %q, want %q", got, want)
	}
}

func TestWhatWaitsIsCommittedTogether(t *testing.T) {
	db := openTest(t, Options{NoSync: true})
	ids := make([]int, 20)
	var fns []func(*bbolt.Tx) error
	for i := range ids {
		fns = append(fns, func(tx *bbolt.Tx) error { ids[i] = tx.ID(); return nil })
	}
	for i, err := range inOneGroup(t, db, fns...) {
		if err != nil || ids[i] != ids[0] || ids[i] == 0 {
			t.Errorf("call %d: transaction %d and error %v, want transaction %d", i, ids[i], err, ids[0])
		}
	}
}

func TestAnErrorIsItsCallersAlone(t *testing.T) {
	db := openTest(t, Options{NoSync: true})
	refused := errors.New("refused")
	errs := inOneGroup(t, db, mark("a"), func(*bbolt.Tx) error { return refused }, mark("b"))
	if errs[0] != nil || errs[1] != refused || errs[2] != nil {
		t.Errorf("got errors %v, want only the second", errs)
	}
	wantMarks(t, db, "a", "b")
}

func TestAPanicIsItsCallersAloneAndKeepsNothing(t *testing.T) {
	db := openTest(t, Options{NoSync: true})
	errs := inOneGroup(t, db, mark("a"), func(tx *bbolt.Tx) error {
		if err := mark("half")(tx); err != nil {
			return err
		}
		panic("lost my way")
	}, mark("b"))
	var panicked *PanicError
	if !errors.As(errs[1], &panicked) || panicked.Value != "lost my way" || len(panicked.Stack) == 0 {
		t.Errorf("got %v, want the panic with its stack", errs[1])
	}
	if errs[0] != nil || errs[2] != nil {
		t.Errorf("the others got %v and %v", errs[0], errs[2])
	}
	wantMarks(t, db, "a", "b")
	if err := db.Do(t.Context(), mark("c")); err != nil {
		t.Errorf("the writer after a panic: %v", err)
	}
	wantMarks(t, db, "a", "b", "c")
}

func TestWhenNothingHoldsNothingIsCommitted(t *testing.T) {
	db := openTest(t, Options{NoSync: true})
	item := table.Item{Key: table.Key{PK: "shop", SK: "a"}, Body: "1"}
	if err := db.Put(t.Context(), item, table.Absent()); err != nil {
		t.Fatal(err)
	}
	last := func() (id int) {
		db.View(func(tx *bbolt.Tx) error { id = tx.ID(); return nil })
		return id
	}
	before := last()
	if err := db.Put(t.Context(), item, table.Absent()); !errors.Is(err, table.ErrConflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	if after := last(); after != before {
		t.Errorf("transaction %d became %d, want no commit", before, after)
	}
}

func TestACallCancelledWhileWaitingNeverRuns(t *testing.T) {
	db := openTest(t, Options{NoSync: true})
	release := hold(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	go func() { result <- db.Do(ctx, mark("never")) }()
	awaitWaiting(db, 1)
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	release()
	wantMarks(t, db)
}

func TestAFullDiskKeepsNothingAndStopsNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	db, err := Open(path, Options{NoSync: true, maxSize: 33 << 20})
	if err != nil {
		t.Fatal(err)
	}
	body := strings.Repeat("x", table.MaxBody)
	stored := 0
	put := func(name, body string) error {
		return db.Put(t.Context(), table.Item{Key: table.Key{PK: "shop", SK: name}, Body: body}, table.Absent())
	}
	for err == nil && stored < 200 {
		if err = put(fmt.Sprintf("%03d", stored), body); err == nil {
			stored++
		}
	}
	if !errors.Is(err, table.ErrBusy) || !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), "make room for "+path) || stored == 0 {
		t.Fatalf("after %d items got %v, want ErrBusy, ErrFull and what to do", stored, err)
	}
	if err := db.Refused(time.Minute); !errors.Is(err, ErrFull) {
		t.Errorf("refused in the last minute: got %v, want ErrFull", err)
	}
	if err := db.Refused(-time.Second); err != nil {
		t.Errorf("refused in no time: got %v, want nothing", err)
	}
	errs := inOneGroup(t, db, mark("a"), func(tx *bbolt.Tx) error {
		return openSpace(tx, time.Now()).transact([]table.Write{{Item: table.Item{Key: table.Key{PK: "shop", SK: "big"}, Body: body}}})
	})
	for i, err := range errs {
		if !errors.Is(err, table.ErrBusy) {
			t.Errorf("call %d of a group that does not fit: got %v, want ErrBusy", i, err)
		}
	}
	wantMarks(t, db)
	if err := db.Close(); err != nil && !errors.Is(err, bolterrors.ErrMaxSizeReached) {
		t.Fatal(err)
	}
	if db, err = Open(path, Options{NoSync: true}); err != nil {
		t.Fatalf("opening again: %v", err)
	}
	defer db.Close()
	if n := countItems(t, db); n != stored {
		t.Errorf("got %d items, want the %d that were answered", n, stored)
	}
	if err := put("more", body); err != nil {
		t.Errorf("a write when there is room again: %v", err)
	}
}

func TestCloseFinishesWhatBeganAndRefusesTheRest(t *testing.T) {
	db := openTest(t, Options{NoSync: true})
	path := db.path
	release := hold(t, db)
	result := make(chan error)
	go func() { result <- db.Do(context.Background(), mark("begun")) }()
	awaitWaiting(db, 1)
	closed := make(chan error, 2)
	for range 2 {
		go func() { closed <- db.Close() }()
	}
	for !db.isClosing() {
		runtime.Gosched()
	}
	if err := db.Do(t.Context(), mark("late")); !errors.Is(err, table.ErrBusy) {
		t.Errorf("a write while closing: got %v, want ErrBusy", err)
	}
	release()
	if err := errors.Join(<-result, <-closed, <-closed); err != nil {
		t.Errorf("closing: %v", err)
	}
	if _, err := db.Get(t.Context(), table.Key{PK: "shop", SK: "a"}); !errors.Is(err, table.ErrBusy) {
		t.Errorf("a read after closing: got %v, want ErrBusy", err)
	}
	again, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	wantMarks(t, again, "begun")
}

func (db *DB) isClosing() bool {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.closing
}

func TestAStoreThatCannotBeTrustedTakesNoMoreWrites(t *testing.T) {
	db := openTest(t, Options{NoSync: true})
	path := db.path
	db.fail(errors.New("input/output error"))
	err := db.Do(t.Context(), mark("a"))
	if !errors.Is(err, table.ErrBusy) || !strings.Contains(err.Error(), "restart") {
		t.Errorf("got %v, want ErrBusy and to restart", err)
	}
	if err := db.Close(); err == nil {
		t.Error("closing hides the failure")
	}
	if closedCleanly(path) {
		t.Error("the store counts as cleanly closed, want it checked at the next start")
	}
}

func TestSweepRemovesOnlyWhatHasExpired(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	db := openTest(t, Options{NoSync: true, Now: func() time.Time { return now }})
	var writes []table.Write
	flush := func() {
		if err := db.Transact(t.Context(), writes...); err != nil {
			t.Fatal(err)
		}
		writes = nil
	}
	for i := range 900 {
		item := table.Item{Key: table.Key{PK: "shop", SK: fmt.Sprintf("%03d", i)}, Body: "1"}
		if i%3 > 0 {
			item.Expires = now.Add(time.Duration(i%3) * time.Minute)
		}
		writes = append(writes, table.Write{Item: item})
		if len(writes) == table.MaxWrites {
			flush()
		}
	}
	for _, step := range []struct {
		advance            time.Duration
		limit, swept, left int
	}{
		{0, 1000, 0, 900},
		{time.Minute, 20, 20, 880},
		{0, 1000, 280, 600},
		{time.Minute, 1000, 300, 300},
		{time.Hour, 1000, 0, 300},
	} {
		now = now.Add(step.advance)
		swept, err := db.Sweep(t.Context(), step.limit)
		if err != nil || swept != step.swept {
			t.Errorf("swept %d, error %v, want %d", swept, err, step.swept)
		}
		if left := countItems(t, db); left != step.left {
			t.Errorf("%d items are left in the file, want %d", left, step.left)
		}
	}
	if err := db.View(checkItems); err != nil {
		t.Errorf("after sweeping: %v", err)
	}
}

func countItems(t *testing.T, db *DB) (n int) {
	t.Helper()
	if err := db.View(func(tx *bbolt.Tx) error {
		n = tx.Bucket(itemsBucket).Stats().KeyN
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n
}
