package local_test

import (
	"path/filepath"
	"testing"

	"frontdesk/shared/inbox/inboxtest"
	"frontdesk/shared/inbox/local"
	"frontdesk/shared/table/bolt"
)

func TestContract(t *testing.T) {
	inboxtest.Contract(t, func(t *testing.T, s inboxtest.Setup) inboxtest.Engine {
		db := openStore(t, filepath.Join(t.TempDir(), "store.db"))
		queue, err := local.New(db, local.Options{Name: inboxtest.Name, Policy: s.Policy, Graveyard: s.Graveyard})
		if err != nil {
			t.Fatal(err)
		}
		return inboxtest.Engine{Queue: queue, Run: queue.Run}
	})
}

// openStore opens a store that is closed at the end of the test.
func openStore(t testing.TB, path string) *bolt.DB {
	t.Helper()
	db, err := bolt.Open(path, bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return db
}
