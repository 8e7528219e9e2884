package bolt_test

import (
	"path/filepath"
	"testing"
	"time"

	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/table/tabletest"
)

func TestContract(t *testing.T) {
	tabletest.Run(t, func(t *testing.T, now func() time.Time) table.Table {
		db, err := bolt.Open(filepath.Join(t.TempDir(), "data", "frontdesk.db"), bolt.Options{Now: now, NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
		return db
	})
}
