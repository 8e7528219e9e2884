package chart

import (
	"testing"

	"pgregory.net/rapid"
)

func TestWidthsAddUpToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.Int64Range(0, 1e12), 1, 6).Draw(t, "parts")
		var total int64
		for _, n := range parts {
			total += n
		}
		sum := 0
		for i, w := range widths(parts) {
			if w < 0 || (w == 0) != (parts[i] == 0) {
				t.Fatalf("%d of %d: got the width %d", parts[i], total, w)
			}
			sum += w
		}
		if total > 0 && sum != 100 {
			t.Fatalf("got widths %v that add up to %d, want 100", widths(parts), sum)
		}
	})
}

func TestLevelsOfTheHeatMap(t *testing.T) {
	for n, want := range map[int64]int{0: 0, 1: 1, 20: 1, 21: 2, 80: 4, 81: 5, 100: 5} {
		if got := level(n, 100); got != want {
			t.Errorf("%d of 100: got %d, want %d", n, got, want)
		}
	}
}
