package bench

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// result is a line of go test -bench.
var result = regexp.MustCompile(`(?m)^(Benchmark\S+?)(?:-\d+)?\s+\d+\s+([\d.]+) ns/op\s+(\d+) B/op\s+(\d+) allocs/op`)

// deciding runs the benchmarks that stand beside the code.
func deciding(tb testing.TB, s *sheet) {
	cmd := exec.Command("go", "test", "-run", "^$", "-bench", "^(BenchmarkDecide|BenchmarkCompile10000)$",
		"-benchtime", "300ms", "-benchmem", "frontdesk/shared/decide")
	text, err := cmd.CombinedOutput()
	if err != nil {
		tb.Fatalf("%v\n%s", err, text)
	}
	found := map[string][]string{}
	for _, m := range result.FindAllStringSubmatch(string(text), -1) {
		found[m[1]] = m[2:]
	}
	rows := [][]string{{"filters", "one matches", "allocations", "none matches", "allocations", "target"}}
	for _, n := range []int{10, 100, 1000, 10_000} {
		match, none := found[fmt.Sprintf("BenchmarkDecide/%d/match", n)], found[fmt.Sprintf("BenchmarkDecide/%d/none", n)]
		if match == nil || none == nil {
			tb.Fatalf("no figures for %d filters in\n%s", n, text)
		}
		limit := 5000.0
		if n > 1000 {
			limit = 10_000
		}
		worst := max(nanoseconds(match), nanoseconds(none))
		rows = append(rows, []string{fmt.Sprint(n), micros(nanoseconds(match)), match[2], micros(nanoseconds(none)), none[2],
			s.most(worst, limit, micros(limit))})
	}
	s.table("Decide, a message of 100 characters, Chinese and English phrases", rows)
	compiled := found["BenchmarkCompile10000"]
	if compiled == nil {
		tb.Fatalf("no figure for compiling in\n%s", text)
	}
	took := nanoseconds(compiled)
	s.table("Compile a playbook", [][]string{{"filters", "time", "target"},
		{"10000", fmt.Sprintf("%.1f ms", took/1e6), s.most(took, 50e6, "50 ms")}})
}

func nanoseconds(figures []string) float64 {
	n, err := strconv.ParseFloat(figures[0], 64)
	if err != nil {
		return 0 // the pattern lets numbers through only
	}
	return n
}

func micros(nanoseconds float64) string { return fmt.Sprintf("%.2f µs", nanoseconds/1000) }
