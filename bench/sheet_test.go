package bench

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"
)

// sheet is the printed result, section by section.
type sheet struct {
	out              io.Writer
	text             strings.Builder
	reached, targets int
}

func (s *sheet) line(format string, args ...any) {
	fmt.Fprintf(io.MultiWriter(s.out, &s.text), format+"\n", args...)
}

// table prints a title and rows of cells below it, the first row as heads.
func (s *sheet) table(title string, rows [][]string) {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 3, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(w, "  "+strings.Join(row, "\t"))
	}
	_ = w.Flush() // a strings.Builder does not fail
	s.line("\n%s", title)
	for text := range strings.Lines(b.String()) {
		s.line("%s", strings.TrimRight(text, " \n"))
	}
}

// most and least are the cells of a target: what it is, and whether a figure
// reaches it.
func (s *sheet) most(figure, limit float64, shown string) string {
	return s.verdict("≤ "+shown, figure <= limit)
}

func (s *sheet) least(figure, limit float64, shown string) string {
	return s.verdict("≥ "+shown, figure >= limit)
}

func (s *sheet) verdict(target string, ok bool) string {
	s.targets++
	if !ok {
		return target + " MISSED"
	}
	s.reached++
	return target + " ok"
}

// middle is the median; zero of nothing.
func middle[T int64 | float64 | time.Duration](values []T) T {
	return quantile(values, 0.5)
}

// quantile is the value that a share q of the values does not exceed.
func quantile[T int64 | float64 | time.Duration](values []T, q float64) T {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

func millis(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000)
}

func TestQuantile(t *testing.T) {
	hundred := make([]int64, 100)
	for i := range hundred {
		hundred[i] = int64(100 - i)
	}
	for q, want := range map[float64]int64{0.5: 51, 0.99: 100, 1: 100, 0: 1} {
		if got := quantile(hundred, q); got != want {
			t.Errorf("quantile %v of 1 to 100: got %d, want %d", q, got, want)
		}
	}
	if got := middle([]float64{}); got != 0 {
		t.Errorf("median of nothing: got %v, want 0", got)
	}
}

func TestTheSheetCountsTargets(t *testing.T) {
	s := &sheet{out: io.Discard}
	s.table("Speed", [][]string{{"what", "ratio", "target"},
		{"a", "0.80", s.least(0.8, 0.7, "0.7")}, {"b", "1.30", s.most(1.3, 1.25, "1.25")}})
	want := "\nSpeed\n  what   ratio   target\n  a      0.80    ≥ 0.7 ok\n  b      1.30    ≤ 1.25 MISSED\n"
	if got := s.text.String(); got != want || s.reached != 1 || s.targets != 2 {
		t.Errorf("got %q with %d of %d targets, want %q with 1 of 2", got, s.reached, s.targets, want)
	}
}
