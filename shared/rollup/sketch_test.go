package rollup_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"frontdesk/shared/rollup"

	"pgregory.net/rapid"
)

func sketchOf(t testing.TB, ms ...int64) rollup.Sketch {
	t.Helper()
	var s rollup.Sketch
	for _, v := range ms {
		if err := s.Add(v); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

const thirtyDays = 30 * 24 * 3600 * 1000

func TestQuantilesAreWithinOnePercentOfTheNearestRank(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ms := rapid.SliceOfN(rapid.OneOf(rapid.Int64Range(0, 3000), rapid.Int64Range(0, thirtyDays)), 1, 300).Draw(rt, "ms")
		s := sketchOf(t, ms...)
		slices.Sort(ms)
		for _, q := range []float64{0, 0.5, 0.9, 0.99, 1} {
			exact := ms[max(int(math.Ceil(q*float64(len(ms)))), 1)-1]
			got := s.Quantile(q)
			if got < exact || float64(got-exact) > 0.01*float64(exact) {
				rt.Fatalf("quantile %v: got %d, want %d to 1 %% above it", q, got, exact)
			}
		}
	})
}

func TestSketchesMergeWithoutLoss(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		parts := rapid.SliceOfN(rapid.SliceOf(rapid.Int64Range(-5, 2*thirtyDays)), 1, 5).Draw(rt, "parts")
		all := sketchOf(t, slices.Concat(parts...)...)
		var merged rollup.Sketch
		for _, p := range parts {
			part := sketchOf(t, p...)
			if rapid.Bool().Draw(rt, "stored") {
				part = stored(t, part)
			}
			if err := merged.Merge(part); err != nil {
				rt.Fatal(err)
			}
		}
		if got, want := text(t, merged), text(t, all); got != want {
			rt.Fatalf("got %s, want %s", got, want)
		}
		if merged.Count() != all.Count() || merged.Sum() != all.Sum() {
			rt.Fatalf("got %d, %d, want %d, %d", merged.Count(), merged.Sum(), all.Count(), all.Sum())
		}
	})
}

func TestMergingLeavesTheOtherSketchAlone(t *testing.T) {
	a, b := sketchOf(t), sketchOf(t, 1000)
	if err := a.Merge(b); err != nil {
		t.Fatal(err)
	}
	if err := a.Add(9000); err != nil {
		t.Fatal(err)
	}
	if b.Count() != 1 || b.Quantile(1) > 1010 {
		t.Errorf("got %d durations up to %d, want one of 1000", b.Count(), b.Quantile(1))
	}
}

func TestTheMeanIsExact(t *testing.T) {
	if got := sketchOf(t, 1001, 1002, 1006).Mean(); got != 1003 {
		t.Errorf("got %v, want 1003", got)
	}
	var empty rollup.Sketch
	if empty.Mean() != 0 || empty.Quantile(0.5) != 0 || !empty.IsZero() || text(t, empty) != "" {
		t.Errorf("an empty sketch: got %v, %v, %q, want zeros", empty.Mean(), empty.Quantile(0.5), text(t, empty))
	}
}

func TestRefusesWhatIsNoSketch(t *testing.T) {
	for _, bad := range []string{"x", "12", "1 12", "1 12 ", "0 12 HIST", "1 -1 HIST", "one 12 HIST", "1  HIST"} {
		var s rollup.Sketch
		if err := s.UnmarshalText([]byte(bad)); !errors.Is(err, rollup.ErrSketch) {
			t.Errorf("%q: got %v, want ErrSketch", bad, err)
		}
	}
	s := sketchOf(t, 1)
	if err := s.UnmarshalText(nil); err != nil || !s.IsZero() {
		t.Errorf("no text: got %v, %v, want an empty sketch", s, err)
	}
}

func TestADamagedSketchIsToldWhenItIsUsed(t *testing.T) {
	whole := text(t, sketchOf(t, 5, 7))
	for _, bad := range []string{whole[:len(whole)-2], "3" + whole[1:], "2 12 !!", "2 12 HISTFAAAAAN4nJNpmSzMwMAAAA=="} {
		var s rollup.Sketch
		if err := s.UnmarshalText([]byte(bad)); err != nil {
			t.Fatal(err)
		}
		var row, sum rollup.Row
		row.Bot = s
		if err := sum.Merge(row); !errors.Is(err, rollup.ErrSketch) {
			t.Errorf("merge %q: got %v, want ErrSketch", bad, err)
		}
		if err := s.Add(1); !errors.Is(err, rollup.ErrSketch) || s.Quantile(1) != 0 {
			t.Errorf("add to %q: got %v, want ErrSketch", bad, err)
		}
	}
}

func FuzzSketch(f *testing.F) {
	f.Add(text(f, sketchOf(f, 1)))
	f.Add(text(f, sketchOf(f, 1, 1500, 86_400_000, thirtyDays)))
	f.Add("")
	f.Add("1 12 HISTFAAAAA==")
	f.Fuzz(func(t *testing.T, in string) {
		var s rollup.Sketch
		if s.UnmarshalText([]byte(in)) != nil || s.IsZero() {
			return
		}
		more := s
		if errors.Is(more.Add(1), rollup.ErrSketch) {
			return
		}
		if more.Quantile(0.5) > more.Quantile(1) {
			t.Errorf("the median %d is over the maximum %d", more.Quantile(0.5), more.Quantile(1))
		}
		if more.Count() != s.Count()+1 {
			t.Errorf("adding one to what was read: got %d, want %d", more.Count(), s.Count()+1)
		}
		if again := stored(t, more); again.Count() != more.Count() || again.Sum() != more.Sum() {
			t.Errorf("read again: got %d, %d, want %d, %d", again.Count(), again.Sum(), more.Count(), more.Sum())
		}
	})
}

func text(t testing.TB, s rollup.Sketch) string {
	t.Helper()
	b, err := s.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// stored is the sketch after it was written and read.
func stored(t testing.TB, s rollup.Sketch) rollup.Sketch {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var out rollup.Sketch
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
