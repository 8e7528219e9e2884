package bolt

import (
	"testing"

	"frontdesk/shared/table"
)

// Pages that are let go while somebody writes are read again as they were.
func TestWhatIsLetGoCanBeReadAgain(t *testing.T) {
	db := openTest(t, Options{NoSync: true})
	for n := range int64(300) {
		if err := db.Put(t.Context(), benchItem(n, "a"), table.Absent()); err != nil {
			t.Fatal(err)
		}
		db.read.Store(keepRead - 1)
		for back := range min(n+1, 3) {
			want := benchItem(n-back, "a")
			page, err := db.Query(t.Context(), table.Query{PK: want.PK})
			if err != nil || len(page.Items) != 1 || page.Items[0].Body != want.Body {
				t.Fatalf("got %v, %v, want item %d", page.Items, err, n-back)
			}
			if back == 0 && db.read.Load() != 0 {
				t.Fatal("nothing was let go")
			}
		}
	}
}
