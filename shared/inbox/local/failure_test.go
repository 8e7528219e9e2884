package local_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/shared/inbox"
	"frontdesk/shared/inbox/local"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
)

// A store that fails: what Put answers, and that nothing is lost or shown.
func TestWhenTheStoreIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "store.db")
		db, err := bolt.Open(path, bolt.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		queue := newQueue(t, db, local.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
		secret := func(id string) inbox.Job {
			return inbox.Job{ID: id + "+16505551234", Group: id, Body: []byte(`"my name is Ada"`)}
		}
		put(t, queue, secret("a"), secret("b"), secret("c"))
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- queue.Run(ctx, func(_ context.Context, j inbox.Job) error {
				if err := db.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
				if j.Group == "a" {
					return errChannel
				}
				return nil
			}, 1)
		}()
		time.Sleep(10*time.Second + 300*time.Millisecond) // of the bubble's time, between two tries
		putErr := queue.Put(t.Context(), secret("d"))
		if !errors.Is(putErr, table.ErrBusy) {
			t.Errorf("put: got %v, want table.ErrBusy", putErr)
		}
		if got := queue.Stats(); got.Waiting+got.InFlight != 3 {
			t.Errorf("got %+v, want all three still there", got)
		}
		stop()
		runErr := <-ended
		for _, want := range []string{"job not begun", "attempt not counted", "age of the oldest job not read"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("got no line %q in the log, want one", want)
			}
		}
		said := fmt.Sprint(putErr, runErr, log.String())
		if strings.Contains(said, "Ada") || strings.Contains(said, "16505551234") {
			t.Errorf("an error or the log shows what a job holds:\n%s", said)
		}
		again := newQueue(t, openStore(t, path), local.Options{})
		if got := again.Stats().Waiting; got != 3 {
			t.Errorf("after opening again: got %d jobs waiting, want 3", got)
		}
	})
}

func TestRunSaysThatFinishedJobsWillComeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db, err := bolt.Open(filepath.Join(t.TempDir(), "store.db"), bolt.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		queue := newQueue(t, db, local.Options{})
		put(t, queue, job("a1", "a"))
		ctx, stop := context.WithCancel(t.Context())
		err = queue.Run(ctx, func(context.Context, inbox.Job) error {
			stop()
			return db.Close()
		}, 1)
		if !errors.Is(err, table.ErrBusy) || !strings.Contains(err.Error(), "they will come again") {
			t.Errorf("got %v, want table.ErrBusy and that the jobs will come again", err)
		}
	})
}
