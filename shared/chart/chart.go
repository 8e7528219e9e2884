// Package chart draws the charts of reports, once for every place: [Chart.HTML] as a table
// for mail, [Chart.SVG] as a picture for the API and the console, and package line draws
// [Columns] as a PNG. It is pure: the same values give the same bytes.
//
// A chart is plain values: labels, whole numbers with their unit, and a language. There is
// a kind for each question: [Columns] (how did it develop), [Stacks] (how much a day, and
// of what), [Heat] (when), [Bars] (which most), [Times] (how long).
//
// What holds for all of them:
//
//   - Every number that is drawn stands in text, too: beside its bar, or as the title of
//     its mark. Nothing is told by colour alone.
//   - What has no figures is a gap and never a zero.
//   - Any values can be drawn: below zero counts as zero, and no sum runs over.
//   - What people typed is escaped; see [sheet.put].
//
// Fonts: a table and an SVG hold real text, which can be read aloud, searched and copied.
// A PNG holds no text at all, so no machine that makes a chart needs a font.
package chart

import (
	"fmt"
	"html"
	"math"
	"strings"

	"frontdesk/shared/unit"
)

// Chart is one chart, however it is drawn.
type Chart interface {
	// HTML is a table for mail: cells with colours, no image, no style that mail
	// clients drop. The dark colours are in [DarkCSS]. It has no heading.
	HTML() string
	// SVG is a picture with its title, and with a description for those who cannot see it.
	SVG(Canvas) string
	// Head is what the chart is called.
	Head() Frame
	// Words is the whole chart as one line of text.
	Words() string
	// Blank reports whether there is nothing to draw.
	Blank() bool
}

// Frame is what every chart has.
type Frame struct {
	Name  string // small letters: the chart's name in addresses
	Title string
	Note  string // one line below the title; may be empty
	Lang  string // en or zh-CN
	Unit  Unit
	// Missing is what is written where there are no figures.
	Missing string
}

// Head is the frame itself.
func (f Frame) Head() Frame { return f }

// Unit is what the values of a chart are.
type Unit int

// The units: things that were counted, shares in [Millionths], milliseconds.
const (
	Count Unit = iota
	Share
	Duration
)

// Millionths is a share (0 to 1) as a value of a chart.
func Millionths(share float64) int64 {
	if math.IsNaN(share) {
		return 0
	}
	return int64(math.Round(min(max(share, 0), 1e6) * 1e6))
}

// Write is a value as people read it.
func (f Frame) Write(v int64) string {
	p := unit.In(f.Lang)
	switch f.Unit {
	case Share:
		return p.Percent(float64(max(v, 0)) / 1e6)
	case Duration:
		return p.Duration(max(v, 0))
	}
	return p.Number(max(v, 0))
}

// tight is a value for a narrow place: 12,345 stays, 1234567 is 1.2M or 123万. The exact
// number stands in the title beside it.
func (f Frame) tight(v int64) string {
	if f.Unit != Count {
		return f.Write(v)
	}
	return unit.In(f.Lang).Short(max(v, 0))
}

// exact is the title with the exact number, where a narrow one stands for it.
func (f Frame) exact(v int64) markup {
	if f.tight(v) == f.Write(v) {
		return ""
	}
	return markup(` title="` + f.Write(v) + `"`)
}

// percent is a part of a whole; empty when there is no whole.
func (f Frame) percent(part, whole int64) string {
	if whole <= 0 {
		return ""
	}
	return unit.In(f.Lang).Percent(float64(max(part, 0)) / float64(whole))
}

// sheet is markup being written.
type sheet struct{ strings.Builder }

// markup is what we wrote ourselves.
type markup string

// put writes markup; every string among the values is escaped, so that what somebody
// typed can only ever be text or the value of an attribute.
func (s *sheet) put(format markup, values ...any) {
	for i, v := range values {
		if text, ok := v.(string); ok {
			values[i] = html.EscapeString(text)
		}
	}
	fmt.Fprintf(s, string(format), values...)
}

// ratio is n of most, from 0 to 1.
func ratio(n, most int64) float64 {
	if n <= 0 || most <= 0 {
		return 0
	}
	return min(float64(n)/float64(most), 1)
}

// percentOf is n in percent of most, at least 1 when there is any.
func percentOf(n, most int64) int {
	r := ratio(n, most)
	if r == 0 {
		return 0
	}
	return max(int(r*100), 1)
}

// sum adds what is above zero, and stays at the largest number there is.
func sum(values []int64) (total int64) {
	for _, v := range values {
		if v = max(v, 0); total > math.MaxInt64-v {
			return math.MaxInt64
		}
		total += max(v, 0)
	}
	return total
}

// widths are parts in whole percent that add up to 100, none of the parts that
// are there below 1; all zero when there is nothing.
func widths(parts []int64) []int {
	total := sum(parts)
	out := make([]int, len(parts))
	if total == 0 {
		return out
	}
	rest, largest := 100, 0
	for i, n := range parts {
		out[i] = percentOf(n, total)
		rest -= out[i]
		if n > parts[largest] {
			largest = i
		}
	}
	out[largest] += rest
	return out
}

// level is 0 for none and 1 to heatLevels for some.
func level(n, most int64) int {
	return int(math.Ceil(ratio(n, most) * heatLevels))
}
