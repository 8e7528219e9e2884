package chart_test

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"frontdesk/shared/chart"
)

// anyValue is what can come: nothing, below zero, the usual, and the largest.
func anyValue() *rapid.Generator[int64] {
	return rapid.OneOf(rapid.Int64Range(0, 2000), rapid.Just(int64(0)), rapid.Int64(), rapid.Just(int64(math.MaxInt64)), rapid.Just(int64(math.MinInt64)))
}

// anyChart is a chart of each kind with any values, and the texts that it must say.
func anyChart(t *rapid.T) (c chart.Chart, says []string) {
	f := chart.Frame{Name: "any", Title: rapid.String().Draw(t, "title"), Lang: rapid.SampledFrom([]string{"en", "zh-CN", ""}).Draw(t, "language"),
		Missing: "nothing", Unit: chart.Unit(rapid.IntRange(0, 2).Draw(t, "unit"))}
	values := rapid.SliceOfN(anyValue(), 0, 12).Draw(t, "values")
	gap := rapid.IntRange(-1, 12).Draw(t, "gap")
	for i, v := range values {
		if i != gap {
			says = append(says, f.Write(v))
		}
	}
	switch rapid.IntRange(0, 4).Draw(t, "kind") {
	case 0:
		out := chart.Columns{Frame: f}
		for i, v := range values {
			out.Columns = append(out.Columns, chart.Column{Label: "x", Value: v, Missing: i == gap, Now: i == 3})
		}
		return out, says
	case 1:
		out := chart.Stacks{Frame: f, Series: []chart.Series{{Name: "a", Tone: chart.Bot}, {Name: "b", Tone: chart.Other}}}
		for i, v := range values {
			out.Stacks = append(out.Stacks, chart.Stack{Label: "x", Values: []int64{v, 0}, Missing: i == gap})
		}
		return out, says
	case 2:
		out := chart.Heat{Frame: f}
		for i, v := range values {
			out.Hours[i%7][i*3%24] = v // three hours apart, so that no cell holds two
		}
		return out, nil
	case 3:
		out := chart.Bars{Frame: f, Of: rapid.Int64().Draw(t, "of")}
		for i, v := range values {
			if i != gap {
				out.Bars = append(out.Bars, chart.Ranked{Label: "x", Value: v})
			}
		}
		return out, says
	}
	out := chart.Times{Frame: f, Half: "half", Most: "most"}
	for i, v := range values {
		out.Times = append(out.Times, chart.Took{Label: "x", Median: v, P90: v, Missing: i == gap})
	}
	return out, says
}

var (
	sizes    = regexp.MustCompile(` (?:x|y|rx|width|height|font-size)="([^"]*)"`)
	percents = regexp.MustCompile(`width="(\d+)%"`)
)

func TestAnyValuesAreDrawnWithinThePicture(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, says := anyChart(t)
		width := rapid.IntRange(-10, 2000).Draw(t, "width")
		svg, table := c.SVG(chart.Canvas{Width: width}), c.HTML()
		for _, m := range sizes.FindAllStringSubmatch(svg, -1) {
			if n, err := strconv.Atoi(m[1]); err != nil || n < 0 || n > 3000 {
				t.Fatalf("got%s, want a whole number within the picture", m[0])
			}
		}
		for _, m := range percents.FindAllStringSubmatch(table, -1) {
			if n, err := strconv.Atoi(m[1]); err != nil || n < 1 || n > 100 {
				t.Fatalf("got %s, want 1 to 100 %%", m[0])
			}
		}
		for name, doc := range map[string]string{"svg": svg, "table": table} {
			text := inText(t, doc)
			for _, s := range says {
				if !strings.Contains(text, s) {
					t.Fatalf("%T as %s does not say %s", c, name, s)
				}
			}
		}
	})
}

func TestEveryHourOfAHeatMapIsSaid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := chart.Heat{Days: [7]string{"a", "b", "c", "d", "e", "f", "g"}, Frame: chart.Frame{Lang: "en"}}
		for d := range h.Hours {
			for hour := range h.Hours[d] {
				h.Hours[d][hour] = rapid.Int64Range(0, 1_000_000).Draw(t, "n")
			}
		}
		svg := h.SVG(chart.Canvas{})
		for d := range h.Hours {
			for hour, n := range h.Hours[d] {
				want := fmt.Sprintf("<title>%s %d–%d: %s</title>", h.Days[d], hour, hour+1, h.Write(n))
				if !strings.Contains(svg, want) {
					t.Fatalf("got no %s", want)
				}
			}
		}
	})
}

func TestSharesOfAnySize(t *testing.T) {
	for share, want := range map[float64]int64{0: 0, 0.5: 500_000, 1: 1_000_000, -1: 0, math.Inf(1): 1_000_000_000_000, math.NaN(): 0} {
		if got := chart.Millionths(share); got != want {
			t.Errorf("%v: got %d, want %d", share, got, want)
		}
	}
}

func FuzzLabels(f *testing.F) {
	f.Add("Price questions", int64(7))
	f.Add("<b>\x00\xff&\"'", int64(-1))
	f.Add("价格咨询\u202e\ufffe", int64(math.MaxInt64))
	f.Fuzz(func(t *testing.T, label string, n int64) {
		for _, c := range []chart.Chart{
			chart.Columns{Columns: []chart.Column{{Label: label, Note: label, Value: n}}},
			chart.Stacks{Series: []chart.Series{{Name: label, Tone: chart.Bot}}, Stacks: []chart.Stack{{Label: label, Values: []int64{n, n}}}},
			chart.Bars{Frame: chart.Frame{Title: label, Note: label}, Of: n, Bars: []chart.Ranked{{Label: label, Note: label, Value: n}}},
			chart.Times{Half: label, Most: label, Times: []chart.Took{{Label: label, Median: n, P90: -n}}},
		} {
			inText(t, c.SVG(chart.Canvas{Width: 340}))
			if table := c.HTML(); strings.Count(table, "<table") != strings.Count(table, "</table>") {
				t.Errorf("%T: tables are left open", c)
			}
		}
	})
}
