package bolt

import (
	"os"
	"path/filepath"
	"testing"

	"frontdesk/shared/table"
)

func TestAStoreThatWasMovedIsWholeAndStillClean(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "new.db"), filepath.Join(dir, "desk.db")
	db, err := Open(from, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	key := table.Key{PK: "a", SK: "b"}
	if err := db.Put(t.Context(), table.Item{Key: key, Body: "{}"}, table.Absent()); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Move(from, to); err != nil {
		t.Fatal(err)
	}
	if !closedCleanly(to) {
		t.Error("the moved store counts as not closed in order")
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("got %v left in the folder, want the store and its note", left)
	}
	db, err = Open(to, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := table.GetOne(t.Context(), db, key); err != nil {
		t.Errorf("after moving: got %v, want the item", err)
	}
}
