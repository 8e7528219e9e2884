package lambdatest

import (
	"fmt"
	"runtime"
	"testing"
)

func TestMeasureCountsEveryCallOnce(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("processor time of a running process: only Linux tells it")
	}
	seen := map[int]bool{}
	got := Measure(t, Load{
		Bootstrap: Build(t, "./testdata/echo"), Starts: 2, Calls: 40,
		Event: func(n int) []byte {
			if seen[n] {
				t.Errorf("event %d was asked for twice", n)
			}
			seen[n] = true
			return fmt.Appendf(nil, `{"say":"%d"}`, n)
		},
	})
	if want := 2 + 3 + 40; len(seen) != want {
		t.Errorf("got %d calls, want %d", len(seen), want)
	}
	if got.Size < 1<<20 || got.Cold <= 0 || got.CPU <= 0 || got.Wall <= 0 {
		t.Errorf("got %+v, want all figures", got)
	}
}
