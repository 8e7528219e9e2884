package line_test

import (
	"bytes"
	"image/png"
	"math"
	"testing"

	"pgregory.net/rapid"

	"frontdesk/shared/chart"
	"frontdesk/shared/chart/line"
)

// painted says for each of eight weeks whether anything is painted in its column of pixels.
func painted(t *testing.T, raw []byte) (out [8]bool) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != 480 || b.Dy() != 96 {
		t.Fatalf("got %v, want 480 by 96", b)
	}
	for week := range out {
		for y := range 96 {
			if _, _, _, alpha := img.At(8+week*464/7, y).RGBA(); alpha > 0x8000 {
				out[week] = true
			}
		}
	}
	return out
}

func TestALineHasAGapWhereThereAreNoFigures(t *testing.T) {
	c := chart.Columns{}
	for i, n := range []int64{5, 7, 6, 0, 9, 9, 8, 12} {
		c.Columns = append(c.Columns, chart.Column{Value: n, Missing: i == 3, Now: i == 7})
	}
	raw, err := line.PNG(c)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := painted(t, raw), [8]bool{true, true, true, false, true, true, true, true}; got != want {
		t.Errorf("got painted weeks %v, want %v", got, want)
	}
	if len(raw) > 5_000 {
		t.Errorf("got %d bytes, want at most 5,000: it travels with every mail", len(raw))
	}
	t.Logf("%d bytes", len(raw))
	again, err := line.PNG(c)
	if err != nil || !bytes.Equal(raw, again) {
		t.Errorf("got other bytes for the same chart, %v", err)
	}
}

func TestALineOfAnyValues(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := chart.Columns{}
		for _, v := range rapid.SliceOfN(rapid.SampledFrom([]int64{0, 1, 500, -1, math.MaxInt64, math.MinInt64}), 0, 8).Draw(rt, "values") {
			c.Columns = append(c.Columns, chart.Column{Value: v, Missing: v == 500})
		}
		raw, err := line.PNG(c)
		if err != nil || len(raw) > 10_000 {
			rt.Fatalf("got %d bytes, %v", len(raw), err)
		}
	})
}

func BenchmarkPNG(b *testing.B) {
	c := chart.Columns{}
	for i := range 8 {
		c.Columns = append(c.Columns, chart.Column{Value: int64(i * i), Now: i == 7})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := line.PNG(c); err != nil {
			b.Fatal(err)
		}
	}
}
