package bolt

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"frontdesk/shared/table"
)

// storeOfTheVictim names the file that a process under TestKilledWhileWriting writes to.
const storeOfTheVictim = "FRONTDESK_TEST_VICTIM"

// TestKilledWhileWriting starts this test again in a process of its own, which puts items
// from eight writers and prints each one that was answered, and kills it.
// Everything that was answered must be there.
func TestKilledWhileWriting(t *testing.T) {
	if path := os.Getenv(storeOfTheVictim); path != "" {
		writeUntilKilled(t, path)
		return
	}
	path := filepath.Join(t.TempDir(), "frontdesk.db")
	answered := 0
	for range 3 {
		answered += len(killOne(t, path))
		db, err := Open(path, Options{})
		if err != nil {
			t.Fatalf("after %d answered writes: %v", answered, err)
		}
		if n := countItems(t, db); n < answered {
			t.Errorf("%d items are left of %d that were answered", n, answered)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

// killOne runs a victim, kills it after some answers, and returns these.
func killOne(t *testing.T, path string) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilledWhileWriting$")
	cmd.Env = append(os.Environ(), storeOfTheVictim+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var answers []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.HasPrefix(lines.Text(), "answered ") {
			answers = append(answers, lines.Text())
		}
		if len(answers) == 200 {
			cmd.Process.Kill()
		}
	}
	if err := cmd.Wait(); err == nil || len(answers) < 200 {
		t.Fatalf("the victim ended by itself after %d answers: %v", len(answers), err)
	}
	return answers
}

func writeUntilKilled(t *testing.T, path string) {
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var printing sync.Mutex
	for writer := range 8 {
		all.Go(func() {
			for n := range 10_000 {
				key := table.Key{PK: fmt.Sprintf("process %d writer %d", os.Getpid(), writer), SK: fmt.Sprintf("%05d", n)}
				if err := db.Put(context.Background(), table.Item{Key: key, Body: "1"}, table.Absent()); err != nil {
					return
				}
				printing.Lock()
				fmt.Println("answered", key)
				printing.Unlock()
			}
		})
	}
	all.Wait()
}
