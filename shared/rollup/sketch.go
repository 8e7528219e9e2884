package rollup

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// A Sketch tells durations above this from each other no more; their sum stays exact.
const maxDuration = int64(30 * 24 * time.Hour / time.Millisecond)

// figures is the number of significant decimal figures that a sketch keeps: any
// quantile is at most 1 % off.
const figures = 2

// ErrSketch says that a text is no sketch, or one of another make.
var ErrSketch = errors.New("not a sketch of durations")

// Sketch is a set of durations in milliseconds, of which any quantile can be
// asked to 1 % (an HdrHistogram from 1 ms to 30 days with two significant
// figures), and the mean exactly. Sketches merge without loss. The zero value is
// empty and ready. A copy shares its contents: give a sketch one owner.
type Sketch struct {
	n, sum int64
	hist   *hdrhistogram.Histogram
	// text is the encoded histogram of a sketch that was read and not touched
	// since. Opened it takes 27 KB, so it stays shut until it is needed.
	text string
}

// Add adds one duration in milliseconds. A negative one counts as 0.
func (s *Sketch) Add(ms int64) error {
	if err := s.open(); err != nil {
		return err
	}
	ms = max(ms, 0)
	s.n++
	s.sum += ms
	return s.hist.RecordValue(min(ms, maxDuration))
}

// Merge adds all durations of o, which stays as it is.
func (s *Sketch) Merge(o Sketch) error {
	if o.n == 0 {
		return nil
	}
	if err := errors.Join(s.open(), o.open()); err != nil {
		return err
	}
	if dropped := s.hist.Merge(o.hist); dropped > 0 {
		return fmt.Errorf("merge: %d durations out of range: %w", dropped, ErrSketch)
	}
	s.n += o.n
	s.sum += o.sum
	return nil
}

// Count is the number of durations.
func (s Sketch) Count() int64 { return s.n }

// Sum is the exact sum in milliseconds.
func (s Sketch) Sum() int64 { return s.sum }

// Mean is the exact mean in milliseconds; 0 when empty.
func (s Sketch) Mean() float64 {
	if s.n == 0 {
		return 0
	}
	return float64(s.sum) / float64(s.n)
}

// Quantile returns the duration in milliseconds that the share q (0 to 1) of all
// durations does not exceed, by nearest rank, at most 1 % too high; 0 when empty
// or damaged (merge it to be told).
func (s Sketch) Quantile(q float64) int64 {
	if s.n == 0 || s.open() != nil {
		return 0
	}
	rank := max(math.Ceil(q*float64(s.n)), 1)
	// The histogram rounds its rank to the nearest whole number.
	return s.hist.ValueAtQuantile((rank - 0.25) / float64(s.n) * 100)
}

// IsZero reports whether the sketch is empty, for the JSON tag omitzero.
func (s Sketch) IsZero() bool { return s.n == 0 }

// MarshalText writes the count, the sum, and the histogram in HdrHistogram's
// compressed V2 form in base64, with spaces between.
func (s Sketch) MarshalText() ([]byte, error) {
	if s.n == 0 {
		return nil, nil
	}
	text := s.text
	if s.hist != nil {
		b, err := s.hist.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
		if err != nil {
			return nil, fmt.Errorf("encode sketch: %w", err)
		}
		text = string(b)
	}
	return fmt.Appendf(nil, "%d %d %s", s.n, s.sum, text), nil
}

// UnmarshalText reads what [Sketch.MarshalText] wrote; anything else gives
// [ErrSketch]. The histogram itself is read when the sketch is added to or
// merged, and a damaged one gives ErrSketch then.
func (s *Sketch) UnmarshalText(b []byte) error {
	*s = Sketch{}
	if len(b) == 0 {
		return nil
	}
	count, rest, _ := strings.Cut(string(b), " ")
	sum, text, _ := strings.Cut(rest, " ")
	n, err1 := strconv.ParseInt(count, 10, 64)
	total, err2 := strconv.ParseInt(sum, 10, 64)
	if err1 != nil || err2 != nil || n < 1 || total < 0 || text == "" {
		return fmt.Errorf("count and sum of a sketch: %w", ErrSketch)
	}
	*s = Sketch{n: n, sum: total, text: text}
	return nil
}

func (s *Sketch) open() error {
	if s.hist != nil {
		return nil
	}
	if s.n == 0 {
		s.hist = hdrhistogram.New(1, maxDuration, figures)
		return nil
	}
	h, err := hdrhistogram.Decode([]byte(s.text))
	if err != nil {
		return fmt.Errorf("decode sketch: %w: %w", ErrSketch, err)
	}
	ours := h.SignificantFigures() == figures && h.LowestTrackableValue() == 1 && h.HighestTrackableValue() == maxDuration
	if !ours || h.TotalCount() != s.n {
		return fmt.Errorf("range, precision or count of a sketch: %w", ErrSketch)
	}
	s.hist, s.text = h, ""
	return nil
}
