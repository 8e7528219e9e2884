package local_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"frontdesk/shared/inbox"
	"frontdesk/shared/inbox/inboxtest"
	"frontdesk/shared/inbox/local"
	"frontdesk/shared/table/bolt"
)

// crashed returns a copy of the store as a crash at this moment would leave it.
func crashed(t testing.TB, db *bolt.DB) *bolt.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := db.View(func(tx *bbolt.Tx) error { return tx.CopyFile(path, 0o600) }); err != nil {
		t.Fatal(err)
	}
	return openStore(t, path)
}

func TestPutIsOnDiskWhenItReturns(t *testing.T) {
	db := openStore(t, filepath.Join(t.TempDir(), "store.db"))
	queue := newQueue(t, db, local.Options{})
	for i := 1; i <= 3; i++ {
		put(t, queue, job(fmt.Sprint(i), "a"))
		if got := newQueue(t, crashed(t, db), local.Options{}).Stats().Waiting; got != i {
			t.Errorf("after put %d and a crash: got %d jobs, want %d", i, got, i)
		}
	}
}

// Whatever was done by the time of a crash, all the rest is there again, in order.
func TestEverythingNotDoneSurvivesACrash(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		groups := rapid.SliceOfN(rapid.IntRange(0, 7), 1, 60).Draw(rt, "group of each job")
		finish := rapid.IntRange(1, len(groups)).Draw(rt, "jobs begun before the crash")
		lingers := rapid.Bool().Draw(rt, "the crash comes before finished jobs have left the disk")
		var jobs []inbox.Job
		for i, group := range groups {
			jobs = append(jobs, job(fmt.Sprintf("j%02d", i), fmt.Sprint(group)))
		}
		var done map[string]bool
		var again map[string][]string
		synctest.Test(t, func(t *testing.T) { done, again = crashDuring(t, jobs, finish, lingers) })
		if diff := cmp.Diff(perGroup(jobs, done, lingers), again); diff != "" {
			rt.Errorf("jobs per group after the crash (-want +got):\n%s", diff)
		}
	})
}

// crashDuring crashes in the middle of the nth job. It returns which jobs were done by
// then, and what the process that starts afterwards works on, per group.
func crashDuring(t *testing.T, jobs []inbox.Job, n int, lingers bool) (done map[string]bool, again map[string][]string) {
	db := openStore(t, filepath.Join(t.TempDir(), "store.db"))
	queue := newQueue(t, db, local.Options{})
	put(t, queue, jobs...)
	done = make(map[string]bool)
	var left *bolt.DB
	begun := 0
	runUntil(t, queue, int64(n), 1, func(_ context.Context, j inbox.Job) error {
		if begun++; begun < n {
			done[j.ID] = true
			return nil
		}
		if !lingers {
			time.Sleep(time.Second) // of the bubble's time: longer than finished jobs linger
		}
		left = crashed(t, db)
		return nil
	})
	again = make(map[string][]string)
	next := newQueue(t, left, local.Options{})
	runUntil(t, next, int64(next.Stats().Waiting), 1, func(_ context.Context, j inbox.Job) error {
		again[j.Group] = append(again[j.Group], j.ID)
		return nil
	})
	return done, again
}

// perGroup returns what must come again: all that is not done, and what is done
// too when it has not left the disk.
func perGroup(jobs []inbox.Job, done map[string]bool, all bool) map[string][]string {
	ids := make(map[string][]string)
	for _, j := range jobs {
		if all || !done[j.ID] {
			ids[j.Group] = append(ids[j.Group], j.ID)
		}
	}
	return ids
}

func TestAttemptsAndPauseSurviveARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openStore(t, filepath.Join(t.TempDir(), "store.db"))
		policy := inbox.Policy{MaxAttempts: 4, First: time.Minute, Max: time.Hour}
		queue := newQueue(t, db, local.Options{Policy: policy})
		put(t, queue, job("a1", "a"))
		fail := func(context.Context, inbox.Job) error { return errChannel }
		runUntil(t, queue, 2, 1, fail)
		time.Sleep(30 * time.Second) // of a pause of two minutes, in the bubble's time

		grave := &inboxtest.Graveyard{}
		next := newQueue(t, crashed(t, db), local.Options{Policy: policy, Graveyard: grave})
		start := time.Now()
		var attempts []int
		var at []time.Duration
		runUntil(t, next, 2, 1, func(_ context.Context, j inbox.Job) error {
			attempts, at = append(attempts, j.Attempt), append(at, time.Since(start))
			return errChannel
		})
		if diff := cmp.Diff([]int{3, 4}, attempts); diff != "" {
			t.Errorf("attempts after the restart (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]time.Duration{90 * time.Second, 330 * time.Second}, at); diff != "" {
			t.Errorf("times after the restart (-want +got):\n%s", diff)
		}
		if graves := grave.Graves(); len(graves) != 1 || graves[0].Reason != "gave up after 4 attempts: the channel is busy" {
			t.Errorf("got dead letters %v, want one given up after 4 attempts", graves)
		}
	})
}

// A job that ends the process each time becomes a dead letter in the end, and
// the jobs behind it are done.
func TestAJobThatEndsTheProcessIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		policy := inbox.Policy{MaxAttempts: 3, First: time.Second, Max: time.Second}
		db := openStore(t, filepath.Join(t.TempDir(), "store.db"))
		queue := newQueue(t, db, local.Options{Policy: policy})
		put(t, queue, job("a1", "a"), job("a2", "a"))
		var attempts []int
		for range policy.MaxAttempts + 1 { // the first run counts nothing: the job is new
			runUntil(t, queue, 1, 1, func(_ context.Context, j inbox.Job) error {
				attempts = append(attempts, j.Attempt)
				db = crashed(t, db)
				return nil
			})
			queue = newQueue(t, db, local.Options{Policy: policy})
		}
		if diff := cmp.Diff([]int{1, 1, 2, 3}, attempts); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
		grave := &inboxtest.Graveyard{}
		queue = newQueue(t, db, local.Options{Policy: policy, Graveyard: grave})
		var got []string
		runUntil(t, queue, 1, 1, func(_ context.Context, j inbox.Job) error { got = append(got, j.ID); return nil })
		if diff := cmp.Diff([]string{"a2"}, got); diff != "" {
			t.Errorf("worked on afterwards (-want +got):\n%s", diff)
		}
		graves := grave.Graves()
		if len(graves) != 1 || graves[0].Job.ID != "a1" || graves[0].Reason != "gave up after 3 attempts: the process ended during the last" {
			t.Errorf("got dead letters %v, want a1 with its reason", graves)
		}
	})
}

// A process that ends right after each of its starts, for a reason that has nothing to
// do with the job, does not use up the job's attempts within seconds.
func TestRestartsInARowDoNotGiveAJobUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		policy := inbox.Policy{MaxAttempts: 5, First: time.Second, Max: time.Minute}
		db := openStore(t, filepath.Join(t.TempDir(), "store.db"))
		put(t, newQueue(t, db, local.Options{Policy: policy}), job("a1", "a"))
		grave, begun := &inboxtest.Graveyard{}, 0
		for range 40 {
			db = crashed(t, db)
			queue, left := newQueue(t, db, local.Options{Policy: policy, Graveyard: grave}), db
			ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
			err := queue.Run(ctx, func(context.Context, inbox.Job) error {
				begun++
				left = crashed(t, db)
				return nil
			}, 1)
			stop()
			if db = left; err != nil {
				t.Fatal(err)
			}
		}
		if n := len(grave.Graves()); n != 0 || begun < 2 || begun > 4 {
			t.Errorf("got %d dead letters and %d attempts over 40 restarts in 4 s, want none and 2 to 4", n, begun)
		}
	})
}

func TestADamagedJobStopsTheStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	db := openStore(t, path)
	put(t, newQueue(t, db, local.Options{}), job("a1", "a"))
	err := db.Do(t.Context(), func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte("queue/inbox"))
		k, v := b.Cursor().First()
		v = bytes.Replace(v, []byte("a1"), []byte("a7"), 1)
		return b.Put(k, v)
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = local.New(db, local.Options{Name: "inbox", Graveyard: &inboxtest.Graveyard{}})
	if !errors.Is(err, bolt.ErrDamaged) || !strings.Contains(err.Error(), "open queue inbox: read stored job 0000000000000001") {
		t.Errorf("got %v, want bolt.ErrDamaged and which job", err)
	}
}

const childStore = "FRONTDESK_TEST_QUEUE_STORE"

// TestKilledProcess kills a process with kill -9 while it puts and finishes jobs; then
// every job that was put and not done must be there, in order.
func TestKilledProcess(t *testing.T) {
	if path := os.Getenv(childStore); path != "" {
		putAndFinishForever(t, path)
		return
	}
	path := filepath.Join(t.TempDir(), "store.db")
	put, done := killAfter(t, path, 2000)
	queue := newQueue(t, openStore(t, path), local.Options{})
	again := make(map[string]bool)
	last := make(map[string]string)
	if n := queue.Stats().Waiting; n > 0 {
		runUntil(t, queue, int64(n), 1, func(_ context.Context, j inbox.Job) error {
			if j.ID <= last[j.Group] {
				t.Errorf("group %s: got %s after %s, want them in order", j.Group, j.ID, last[j.Group])
			}
			last[j.Group], again[j.ID] = j.ID, true
			return nil
		})
	}
	lost := 0
	for id := range put {
		if !done[id] && !again[id] {
			lost++
		}
	}
	t.Logf("%d put, %d done, %d there again", len(put), len(done), len(again))
	if lost > 0 || len(put) < 2000 || len(done) == 0 {
		t.Errorf("got %d lost jobs of %d put and %d done, want none lost of at least 2000 put and some done", lost, len(put), len(done))
	}
}

// killAfter starts this test as a process of its own, kills it after n jobs were put,
// and returns which jobs it reported as put and as done.
func killAfter(t *testing.T, path string, n int) (put, done map[string]bool) {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^TestKilledProcess$")
	command.Env = append(os.Environ(), childStore+"="+path)
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	put, done = make(map[string]bool), make(map[string]bool)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		what, id, _ := strings.Cut(lines.Text(), " ")
		switch what {
		case "put":
			put[id] = true
		case "done":
			done[id] = true
		}
		if len(put) == n {
			if err := command.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = command.Wait() // it was killed
	return put, done
}

// putAndFinishForever reports on standard output what is put and done, until the process is killed.
func putAndFinishForever(t *testing.T, path string) {
	db, err := bolt.Open(path, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	queue := newQueue(t, db, local.Options{})
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	for p := range 8 {
		go func() {
			for i := 0; ctx.Err() == nil; i++ {
				j := job(fmt.Sprintf("p%d-%06d", p, i), fmt.Sprint("group-", p))
				if queue.Put(ctx, j) == nil {
					fmt.Fprintln(os.Stdout, "put", j.ID)
				}
			}
		}()
	}
	_ = queue.Run(ctx, func(_ context.Context, j inbox.Job) error {
		fmt.Fprintln(os.Stdout, "done", j.ID)
		return nil
	}, 2)
}
