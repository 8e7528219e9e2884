package feed_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"frontdesk/shared/sandbox/feed"
)

// Whatever is forgotten, After gives the events behind a number, in order, and never an
// older one.
func TestAfter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var f feed.Feed[int64]
		keep := rapid.IntRange(1, 20).Draw(t, "keep")
		n := rapid.Int64Range(0, 100).Draw(t, "events")
		for range n {
			f.Tell(f.Next(), keep)
		}
		after := rapid.Int64Range(-1, 120).Draw(t, "after")
		got := f.After(after)
		var want []int64
		for seq := max(after, 0) + 1; seq <= n; seq++ {
			want = append(want, seq)
		}
		want = want[max(len(want)-len(f.After(0)), 0):]
		if !slices.Equal(got, want) || len(f.After(0)) < min(keep, int(n)) {
			t.Fatalf("after %d of %d, keeping %d: got %v, want %v", after, n, keep, got, want)
		}
	})
}

func TestAWatcherThatFallsBehindIsDropped(t *testing.T) {
	var f feed.Feed[int]
	slow, quick := f.Watch(), f.Watch()
	for i := range feed.Buffer + 1 {
		f.Tell(i, 10)
		<-quick
	}
	n := 0
	for range slow {
		n++
	}
	if n != feed.Buffer {
		t.Errorf("got %d events before the end, want %d", n, feed.Buffer)
	}
	f.Close()
	if _, open := <-quick; open {
		t.Error("the other watcher is still open after Close")
	}
}
