// Package line draws a development as a small PNG line without any text. It is pure, and a
// package of its own because image/png, wherever it is imported, adds 130 KB to a program.
package line

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"

	"frontdesk/shared/chart"
)

// The size of a PNG in pixels, which are half a pixel of the page each, and how thick the
// line and its last point are.
const (
	lineWidth, lineHeight = 480, 96
	thick, dot            = 2.5, 7.0
	shades                = 15
)

// PNG is the columns as a line, 240 by 48 pixels of a page at double density: transparent,
// in a colour that shows on light and on dark ground, with a dot on the present week and
// a gap where there are no figures. It shows the shape alone, from the lowest value to
// the highest. It holds no text, so no font is needed to draw it: what it says belongs
// beside it and in its alternative text, see [chart.Columns.Words].
func PNG(c chart.Columns) ([]byte, error) {
	picture := image.NewPaletted(image.Rect(0, 0, lineWidth, lineHeight), ink())
	runs := runsOf(c)
	for y := range lineHeight {
		for x := range lineWidth {
			picture.Pix[y*picture.Stride+x] = uint8(math.Round(shades * cover(runs, float64(x)+0.5, float64(y)+0.5)))
		}
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, picture); err != nil {
		return nil, fmt.Errorf("encode a chart: %w", err)
	}
	return out.Bytes(), nil
}

// ink is one colour from invisible to full.
func ink() color.Palette {
	out := make(color.Palette, shades+1)
	for i := range out {
		out[i] = color.NRGBA{0x1f, 0x93, 0x7f, uint8(i * 255 / shades)}
	}
	return out
}

// point is where a value stands.
type point struct {
	x, y float64
	now  bool
}

// runsOf are the points between gaps.
func runsOf(c chart.Columns) [][]point {
	low, high := bounds(c)
	runs := [][]point{nil}
	for i, v := range c.Columns {
		if v.Missing {
			runs = append(runs, nil)
			continue
		}
		at := 0.5
		if high > low {
			at = (float64(v.Value) - low) / (high - low)
		}
		p := point{x: dot + 1, y: lineHeight - dot - 1 - at*(lineHeight-2*dot-2), now: v.Now}
		if len(c.Columns) > 1 {
			p.x += float64(i) * (lineWidth - 2*dot - 2) / float64(len(c.Columns)-1)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], p)
	}
	return runs
}

func bounds(c chart.Columns) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, v := range c.Columns {
		if !v.Missing {
			low, high = min(low, float64(v.Value)), max(high, float64(v.Value))
		}
	}
	return low, high
}

// cover is how much of a pixel is painted, from 0 to 1: by the nearest part of the line, or
// by a dot.
func cover(runs [][]point, x, y float64) (most float64) {
	for _, run := range runs {
		for i, p := range run {
			if x < run[max(i-1, 0)].x-dot-1 || x > p.x+dot+1 {
				continue // too far for anything of it
			}
			radius := thick
			if p.now {
				radius = dot
			}
			most = max(most, radius+0.5-math.Hypot(x-p.x, y-p.y))
			if i > 0 {
				most = max(most, thick+0.5-distance(run[i-1], p, x, y))
			}
		}
	}
	return min(max(most, 0), 1)
}

// distance is that of a place to the line between two points.
func distance(a, b point, x, y float64) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	along := min(max(((x-a.x)*dx+(y-a.y)*dy)/(dx*dx+dy*dy), 0), 1)
	return math.Hypot(x-a.x-along*dx, y-a.y-along*dy)
}
