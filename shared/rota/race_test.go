package rota_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/record"
)

// Several processes hand off, take by hand, resolve and settle at once: no conversation is
// with two, nobody has been given more than their capacity, and at the end nobody idles
// while somebody waits.
func TestManyAtOnce(t *testing.T) {
	const conversations, capacity = 60, 3
	w := newWorld(t, member("zhang", capacity), member("li", capacity), member("wang", capacity))
	var all sync.WaitGroup
	stop, done := make(chan struct{}), make(chan struct{})
	for range 3 {
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if _, err := w.rota.Settle(context.Background(), "care"); err != nil && !errors.Is(err, record.ErrStale) {
					t.Error(err)
					return
				}
				w.checkLoads(capacity)
			}
		})
	}
	var desks sync.WaitGroup
	for desk := range 3 {
		desks.Go(func() {
			r := rand.New(rand.NewPCG(uint64(desk), 7))
			for n := desk; n < conversations; n += 3 {
				w.handOff(n)
				if r.IntN(2) == 0 {
					if err := change(w.store, n-n%7, resolve); err != nil && !errors.Is(err, record.ErrNotFound) {
						t.Error(err)
					}
				}
			}
		})
	}
	go func() { desks.Wait(); close(stop); all.Wait(); close(done) }()
	<-done
	if _, err := w.rota.Settle(t.Context(), "care"); err != nil {
		t.Fatal(err)
	}
	w.checkLoads(capacity)
	w.checkHeads(conversations, 3*capacity)
}

// checkLoads reads the board as anybody can at any moment.
func (w *world) checkLoads(capacity int) {
	_, held, err := w.store.TeamBoard(context.Background(), "care")
	if err != nil {
		w.t.Error(err)
	}
	loads := map[string]int{}
	for _, row := range held {
		if loads[row.Member]++; loads[row.Member] > capacity {
			w.t.Errorf("%s has %d conversations, want at most %d", row.Member, loads[row.Member], capacity)
		}
	}
}

// checkHeads compares rows and heads, and that nobody waits while there is room.
func (w *world) checkHeads(conversations, room int) {
	w.t.Helper()
	_, rows, err := w.store.TeamBoard(w.t.Context(), "care")
	if err != nil {
		w.t.Fatal(err)
	}
	queue, err := w.store.Queue(w.t.Context(), "care", 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(queue) > 0 && len(rows) < room {
		w.t.Errorf("%d wait while members have %d of %d", len(queue), len(rows), room)
	}
	want, got := map[string]string{}, map[string]string{}
	for _, row := range append(rows, queue...) {
		got[row.Conversation] = "with " + row.Member
	}
	for n := range conversations {
		h, err := w.store.Head(w.t.Context(), id(n))
		if err != nil {
			w.t.Fatal(err)
		}
		if h.Status == conversation.Open {
			want[h.ID] = "with " + h.Assignee
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		w.t.Errorf("rows are not what heads say (-want +got):\n%s", d)
	}
}
