package rollup

import (
	"encoding/base64"
	"encoding/binary"
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
	if err := s.open(); err != nil {
		return err
	}
	if err := o.into(s.hist); err != nil {
		return fmt.Errorf("merge: %w", err)
	}
	s.n += o.n
	s.sum += o.sum
	return nil
}

// into adds a sketch to a histogram, all or nothing.
func (s *Sketch) into(h *hdrhistogram.Histogram) error {
	if s.hist != nil {
		if dropped := h.Merge(s.hist); dropped > 0 {
			return fmt.Errorf("%d durations out of range: %w", dropped, ErrSketch)
		}
		return nil
	}
	if err := s.check(); err != nil {
		return err
	}
	return s.each(h.RecordValues)
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

// MarshalText writes the count, the sum, and the histogram's steps in base64,
// with spaces between. A step is how much longer it is than the one before, in
// milliseconds, and how many durations it holds, both as unsigned varints.
func (s Sketch) MarshalText() ([]byte, error) {
	if s.n == 0 {
		return nil, nil
	}
	text := s.text
	if s.hist != nil {
		var steps []byte
		last := int64(0)
		for _, bar := range s.hist.Distribution() {
			if bar.Count > 0 {
				steps = binary.AppendUvarint(steps, uint64(bar.From-last))
				steps = binary.AppendUvarint(steps, uint64(bar.Count))
				last = bar.From
			}
		}
		text = base64.RawStdEncoding.EncodeToString(steps)
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

// open makes the histogram of a sketch that was only read so far.
func (s *Sketch) open() error {
	if s.hist != nil {
		return nil
	}
	if err := s.check(); err != nil {
		return err
	}
	h := hdrhistogram.New(1, maxDuration, figures)
	if err := s.each(h.RecordValues); err != nil {
		return err
	}
	s.hist, s.text = h, ""
	return nil
}

// check reports whether the steps are whole and hold as many durations as they should.
func (s *Sketch) check() error {
	n := int64(0)
	err := s.each(func(ms, count int64) error {
		if ms > maxDuration {
			return fmt.Errorf("range of a sketch: %w", ErrSketch)
		}
		n += count
		return nil
	})
	if err == nil && n != s.n {
		err = fmt.Errorf("count of a sketch: %w", ErrSketch)
	}
	return err
}

// each calls yield for every step of a sketch that was only read so far, shortest first.
func (s *Sketch) each(yield func(ms, count int64) error) error {
	steps, err := base64.RawStdEncoding.DecodeString(s.text)
	if err != nil {
		return fmt.Errorf("decode sketch: %w: %w", ErrSketch, err)
	}
	for ms := int64(0); len(steps) > 0; {
		more, k := binary.Uvarint(steps)
		if k <= 0 || more > uint64(maxDuration) {
			return fmt.Errorf("step of a sketch: %w", ErrSketch)
		}
		count, l := binary.Uvarint(steps[k:])
		if l <= 0 || count < 1 || count > uint64(s.n) {
			return fmt.Errorf("step of a sketch: %w", ErrSketch)
		}
		ms, steps = ms+int64(more), steps[k+l:]
		if err := yield(ms, int64(count)); err != nil {
			return err
		}
	}
	return nil
}
