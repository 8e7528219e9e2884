package bolt_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"frontdesk/shared/inbox"
	"frontdesk/shared/inbox/inboxtest"
	"frontdesk/shared/inbox/local"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
)

// A disk writes sectors, in any order, until it is told to finish. bbolt promises: a
// commit writes pages that nothing reaches yet, finishes them, and only then writes one
// of the two first pages, with a checksum. So whatever a power cut leaves, the store
// is as it was before the commit or after it. These tests build what can be left of
// real commits of ours and look.

const (
	sector   = 512
	pageSize = 4096
	// metas is the length of the two first pages.
	metas = 2 * pageSize
)

// image is a store file at one moment: what is written of it, and its size with the
// room to grow behind that.
type image struct {
	data []byte
	size int64
}

func readImage(t *testing.T, path string) image {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return image{bytes.TrimRight(data, "\x00"), int64(len(data))}
}

// put makes the image a file. Behind what is written it has no bytes on the disk.
func (i image) put(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, i.data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, i.size); err != nil {
		t.Fatal(err)
	}
}

// step is one commit: the file and the contents before and after it.
type step struct {
	name          string
	before, after image
	was, is       string
}

// sectors lists where the sectors lie that the commit changed: of the first two pages, and of all others.
func (s step) sectors() (meta, data []int) {
	length := max(len(s.before.data), len(s.after.data))
	for at := 0; at < length; at += sector {
		switch {
		case bytes.Equal(s.before.at(at, sector), s.after.at(at, sector)):
		case at < metas:
			meta = append(meta, at)
		default:
			data = append(data, at)
		}
	}
	return meta, data
}

// at returns n bytes from a place on, zeros behind the end.
func (i image) at(from, n int) []byte {
	out := make([]byte, n)
	if from < len(i.data) {
		copy(out, i.data[from:])
	}
	return out
}

// torn is the file with these sectors of the commit written, one of them perhaps only
// in part: its first bytes are new, or its last ones.
func (s step) torn(written []int, half int, newFirst bool) image {
	length := max(len(s.before.data), len(s.after.data)) + sector // the last sector is whole, whichever file it is of
	out := image{s.before.at(0, length), s.after.size}
	for i, from := range written {
		fresh := s.after.at(from, sector)
		switch {
		case i > 0 || half == 0:
			copy(out.data[from:], fresh)
		case newFirst:
			copy(out.data[from:], fresh[:half])
		default:
			copy(out.data[from+half:from+sector], fresh[half:])
		}
	}
	return out
}

// contents is everything a store holds, in order.
func contents(t *testing.T, db *bolt.DB) string {
	t.Helper()
	var b strings.Builder
	err := db.View(func(tx *bbolt.Tx) error {
		return tx.ForEach(func(name []byte, bucket *bbolt.Bucket) error {
			fmt.Fprintf(&b, "%s %d\n", name, bucket.Sequence())
			return bucket.ForEach(func(k, v []byte) error {
				fmt.Fprintf(&b, "%x=%x\n", k, v)
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// history makes commits of every kind that the desk makes.
func history(t *testing.T) []step {
	t.Helper()
	path := filepath.Join(memory(t), "frontdesk.db")
	now := time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)
	db, err := bolt.Open(path, bolt.Options{NoSync: true, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	queue := openQueue(t, db)
	var steps []step
	commit := func(name string, do func() error) {
		t.Helper()
		s := step{name: name, before: readImage(t, path), was: contents(t, db)}
		if err := do(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s.after, s.is = readImage(t, path), contents(t, db)
		steps = append(steps, s)
	}
	put := func(n, size int) table.Write {
		return table.Write{Item: table.Item{
			Key: table.Key{PK: "C#shop", SK: fmt.Sprintf("M#%04d", n)}, Body: strings.Repeat("x", size), Expires: now.Add(time.Hour),
		}}
	}
	job := func(n int) inbox.Job {
		return inbox.Job{ID: fmt.Sprint(n), Group: fmt.Sprintf("g%d", n%3), Body: bytes.Repeat([]byte("y"), 400)}
	}
	transact := func(w ...table.Write) func() error { return func() error { return db.Transact(t.Context(), w...) } }
	commit("the first item, for which the file grows", transact(put(0, 100)))
	commit("a job is put", func() error { return queue.Put(t.Context(), job(1)) })
	commit("ten jobs are put", func() error {
		var jobs []inbox.Job
		for n := range 10 {
			jobs = append(jobs, job(2+n))
		}
		return queue.Put(t.Context(), jobs...)
	})
	commit("a large item on pages of its own", transact(put(1, 20_000)))
	commit("four items at once", transact(put(2, 300), put(3, 300), put(4, 300), put(5, 300)))
	for n := range 60 { // until the tree has branches
		if err := db.Transact(t.Context(), put(100+n, 900)); err != nil {
			t.Fatal(err)
		}
	}
	commit("an item into a page that splits", transact(put(130, 3000)))
	commit("an item written again", transact(put(131, 901)))
	commit("a large item is deleted", func() error { return db.Delete(t.Context(), put(1, 0).Item.Key, table.Condition{}) })
	now = now.Add(2 * time.Hour)
	commit("expired items are swept", func() error { _, err := db.Sweep(t.Context(), 30); return err })
	commit("a job after the sweep, into free pages", func() error { return queue.Put(t.Context(), job(20)) })
	return steps
}

func openQueue(t *testing.T, db *bolt.DB) *local.Queue {
	t.Helper()
	q, err := local.New(db, local.Options{Name: "inbox", Graveyard: &inboxtest.Graveyard{}})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// memory is a folder in memory where there is one: these tests look at bytes, not at a
// disk, and close a store some hundred times.
func memory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "frontdesk-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// found opens what a power cut left and returns what is in it. The queue opens too.
func found(t *testing.T, i image, path string) string {
	t.Helper()
	i.put(t, path)
	db, err := bolt.Open(path, bolt.Options{NoSync: true})
	if err != nil {
		t.Fatalf("it does not open: %v", err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
		_ = os.Remove(path + ".clean")
	}()
	got := contents(t, db)
	openQueue(t, db)
	return got
}

// Sectors of the data are written in any order, the first pages not yet: whatever is
// there of the commit, the store is as it was before.
func TestAPowerCutBeforeTheLastPageLeavesTheStoreAsItWas(t *testing.T) {
	chance, path := rand.New(rand.NewPCG(1, 1)), filepath.Join(memory(t), "frontdesk.db")
	states := 0
	for _, s := range history(t) {
		_, data := s.sectors()
		for _, written := range subsets(chance, data) {
			states++
			half := chance.IntN(sector)
			if got := found(t, s.torn(written, half, chance.IntN(2) == 0), path); got != s.was {
				t.Fatalf("%s, sectors %v written, the first to byte %d: the store is not as it was before", s.name, written, half)
			}
		}
		grown := image{s.before.data, s.after.size}
		if got := found(t, grown, path); got != s.was {
			t.Errorf("%s: only grown: the store is not as it was before", s.name)
		}
	}
	t.Logf("%d states", states)
}

// subsets are all of them when there are few sectors; else none but one, all but one,
// all, and some by chance.
func subsets(chance *rand.Rand, all []int) [][]int {
	var out [][]int
	if len(all) <= 6 {
		for bits := range 1 << len(all) {
			out = append(out, chosen(all, func(i int) bool { return bits>>i&1 == 1 }))
		}
		return out
	}
	out = append(out, all)
	for n := range min(len(all), 12) {
		out = append(out, chosen(all, func(i int) bool { return i == n }), chosen(all, func(i int) bool { return i != n }))
	}
	for range 24 {
		share := chance.Float64()
		out = append(out, chosen(all, func(int) bool { return chance.Float64() < share }))
	}
	for _, o := range out {
		chance.Shuffle(len(o), func(i, j int) { o[i], o[j] = o[j], o[i] }) // any sector may be the torn one
	}
	return out
}

func chosen(all []int, is func(i int) bool) (out []int) {
	for i, at := range all {
		if is(i) {
			out = append(out, at)
		}
	}
	return out
}

// All data is on the disk and the first page is being written: torn at any byte, from
// either end, the store is as before or as after the commit.
func TestAPowerCutInTheLastPageLeavesBeforeOrAfter(t *testing.T) {
	path := filepath.Join(memory(t), "frontdesk.db")
	before, after := 0, 0
	for _, s := range history(t) {
		meta, data := s.sectors()
		if len(meta) != 1 {
			t.Fatalf("%s: the first pages changed in sectors %v, want one", s.name, meta)
		}
		for half := 1; half <= sector; half++ {
			if !s.differsAt(meta[0] + half - 1) {
				continue // torn here it is the same file as one byte earlier
			}
			for _, newFirst := range []bool{true, false} {
				got := found(t, s.torn(append([]int{meta[0]}, data...), half, newFirst), path)
				switch got {
				case s.was:
					before++
				case s.is:
					after++
				default:
					t.Fatalf("%s, first page torn at byte %d: neither before nor after", s.name, half)
				}
			}
		}
		if got := found(t, s.torn(append(meta, data...), 0, true), path); got != s.is {
			t.Errorf("%s: everything written: the store is not as it is after", s.name)
		}
	}
	t.Logf("%d states as before, %d as after", before, after)
	if before == 0 || after == 0 {
		t.Errorf("got %d states as before and %d as after, want both", before, after)
	}
}

func (s step) differsAt(at int) bool { return s.before.at(at, 1)[0] != s.after.at(at, 1)[0] }
