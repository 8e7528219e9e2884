package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/table"
)

const seedItems = 400

func seedBody(i int) string {
	size := 40
	if i%50 == 0 {
		size = 20_000 // several pages
	}
	return fmt.Sprintf("item %d %s", i, strings.Repeat("x", size))
}

// seed makes a store with branches, large items, expiring items and free pages, and
// returns its bytes after a clean close, without the room to grow at its end. All items
// lie in one partition.
func seed(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	db, err := Open(path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range seedItems {
		item := table.Item{Key: table.Key{PK: "shop", SK: fmt.Sprintf("%04d", i)}, Body: seedBody(i)}
		if i%7 == 0 {
			item.Expires = time.Date(2199, 1, 1, 0, 0, i, 0, time.UTC)
		}
		if err := db.Put(t.Context(), item, table.Condition{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	meta, err := readMeta(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return data[:meta.high*meta.pageSize]
}

// wantWhole checks that every seeded item is as it was.
func wantWhole(t testing.TB, db *DB) {
	t.Helper()
	n := 0
	err := table.All(t.Context(), db, table.Query{PK: "shop"}, func(it table.Item) bool {
		if it.SK != fmt.Sprintf("%04d", n) || it.Body != seedBody(n) || it.Version != 1 {
			t.Errorf("item %d is %s with %.30q", n, it.Key, it.Body)
		}
		n++
		return true
	})
	if err != nil || n != seedItems {
		t.Errorf("got %d items, error %v, want %d", n, err, seedItems)
	}
}

func writeFile(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// wantRefused checks that a file is refused with advice and left as it is.
func wantRefused(t testing.TB, path string) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db, err := Open(path, Options{NoSync: true})
	if err == nil {
		db.Close()
		t.Fatal("a damaged store was opened")
	}
	if !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
	for _, part := range []string{path, "has not been touched", "put a backup in its place", "move it away"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error lacks %q: %v", part, err)
		}
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the file was changed")
	}
}

func TestDamagedFilesAreRefused(t *testing.T) {
	whole := seed(t)
	noise := make([]byte, 64<<10)
	for i := range noise {
		noise[i] = byte(rand.N(256))
	}
	for name, data := range map[string][]byte{
		"empty":                nil,
		"one byte":             {7},
		"text":                 []byte("customers: none\n"),
		"random bytes":         noise,
		"zeros":                make([]byte, 1<<20),
		"cut to the metas":     whole[:8192],
		"cut inside the metas": whole[:6000],
		"cut in the middle":    whole[:len(whole)/2],
		"cut by a page":        whole[:len(whole)-4096],
		"metas gone":           append(make([]byte, 8192), whole[8192:]...),
	} {
		t.Run(name, func(t *testing.T) { wantRefused(t, writeFile(t, data)) })
	}
}

// Any flipped byte is either noticed or lies where nothing is kept.
func TestAFlippedByteIsNoticedOrHarmless(t *testing.T) {
	whole := seed(t)
	refused := 0
	rapid.Check(t, func(rt *rapid.T) {
		data := bytes.Clone(whole)
		for range rapid.IntRange(1, 3).Draw(rt, "flips") {
			at := rapid.IntRange(8192, len(whole)-1).Draw(rt, "at")
			data[at] ^= byte(rapid.IntRange(1, 255).Draw(rt, "by"))
		}
		path := writeFile(t, data)
		db, err := Open(path, Options{NoSync: true})
		if err != nil {
			refused++
			wantRefused(t, path)
			return
		}
		defer db.Close()
		wantWhole(t, db)
	})
	if refused == 0 {
		t.Error("no flip was noticed")
	}
}

func TestLosingOneOfTheFirstPagesLosesNothing(t *testing.T) {
	whole := seed(t)
	for page := range 2 {
		data := bytes.Clone(whole)
		data[page*4096+40] ^= 0xFF
		db, err := Open(writeFile(t, data), Options{NoSync: true})
		if err != nil {
			t.Fatalf("page %d: %v", page, err)
		}
		wantWhole(t, db)
		db.Close()
	}
}

// What happens while the note says that all is well can only be seen at reading.
func TestDamageBehindACleanNoteIsSeenWhenRead(t *testing.T) {
	data := seed(t)
	at := bytes.Index(data, []byte(seedBody(33)))
	data[at] ^= 1
	path := writeFile(t, data)
	if err := rememberClean(path); err != nil {
		t.Fatal(err)
	}
	db, err := Open(path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	key := table.Key{PK: "shop", SK: "0033"}
	_, errGet := db.Get(t.Context(), key)
	_, errQuery := db.Query(t.Context(), table.Query{PK: "shop"})
	errPut := db.Put(t.Context(), table.Item{Key: key, Body: "new"}, table.Condition{})
	for name, err := range map[string]error{"get": errGet, "query": errQuery, "put": errPut} {
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: got %v, want ErrDamaged", name, err)
		}
	}
}

func TestAFileOfAnotherProgramIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	if err := writeEmpty(path); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	wantRefused(t, writeFile(t, bytes.ReplaceAll(data, itemsBucket, []byte("others!"))))
}

func TestAfterACrashEverythingIsThere(t *testing.T) {
	db := openTest(t, Options{})
	for i := range seedItems {
		item := table.Item{Key: table.Key{PK: "shop", SK: fmt.Sprintf("%04d", i)}, Body: seedBody(i)}
		if err := db.Put(t.Context(), item, table.Condition{}); err != nil {
			t.Fatal(err)
		}
		if i%50 > 0 {
			continue
		}
		// The file as a killed process leaves it.
		data, err := os.ReadFile(db.path)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Open(writeFile(t, data), Options{NoSync: true})
		if err != nil {
			t.Fatalf("after %d items: %v", i+1, err)
		}
		if n := countItems(t, again); n != i+1 {
			t.Errorf("got %d items, want %d", n, i+1)
		}
		again.Close()
	}
}

func TestTheNoteOfACleanClose(t *testing.T) {
	path := writeFile(t, seed(t))
	if closedCleanly(path) {
		t.Error("a file without a note counts as clean")
	}
	db, err := Open(path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if !closedCleanly(path) {
		t.Error("after Close the file does not count as clean")
	}
	if db, err = Open(path, Options{NoSync: true}); err != nil {
		t.Fatal(err)
	}
	if closedCleanly(path) {
		t.Error("an open store counts as clean")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	if closedCleanly(path) {
		t.Error("a file changed from outside counts as clean")
	}
}

func TestAStoreInUseIsRefusedQuickly(t *testing.T) {
	db := openTest(t, Options{NoSync: true})
	begin := time.Now()
	_, err := Open(db.path, Options{})
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "FRONTDESK_DATA") || !strings.Contains(err.Error(), db.path) {
		t.Errorf("got %v, want that it is in use and what to do", err)
	}
	if took := time.Since(begin); took > 100*lockPatience { // a busy machine is slow, too
		t.Errorf("took %v, want little more than %v", took, lockPatience)
	}
	if err := db.Do(t.Context(), mark("a")); err != nil {
		t.Errorf("the first one afterwards: %v", err)
	}
}

func TestOnlyTheOwnerCanReadTheStore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "deep", "frontdesk.db")
	db, err := Open(path, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, notePath(path): 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: got mode %v, error %v, want %v", filepath.Base(name), info.Mode().Perm(), err, want)
		}
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 2 {
		t.Errorf("the folder holds %v, %v, want the store and its note", entries, err)
	}
}

func TestAFolderThatCannotBeMadeIsNotDamage(t *testing.T) {
	path := filepath.Join(writeFile(t, nil), "frontdesk.db")
	if _, err := Open(path, Options{}); err == nil || errors.Is(err, ErrDamaged) {
		t.Errorf("got %v, want an error that is not ErrDamaged", err)
	}
}

// The reader of pages must come to an end on any bytes. The checksum of the first page
// is put right, so that what is behind it gets read.
func FuzzWalkPages(f *testing.F) {
	path := filepath.Join(f.TempDir(), "small.db")
	if err := writeEmpty(path); err != nil {
		f.Fatal(err)
	}
	small, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	meta, err := readMeta(bytes.NewReader(small), int64(len(small)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small[:meta.high*meta.pageSize])
	f.Add(small[:9000])
	f.Add([]byte("text"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) >= pageHeader+metaLength {
			sum := fnv.New64a()
			sum.Write(data[pageHeader : pageHeader+56])
			binary.NativeEndian.PutUint64(data[pageHeader+56:], sum.Sum64())
		}
		if err := walkPages(bytes.NewReader(data), int64(len(data))); err == nil && len(data) < 4*1024 {
			t.Errorf("%d bytes count as a store", len(data))
		}
	})
}
