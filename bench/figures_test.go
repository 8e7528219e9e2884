package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// resultPath is where the printed figures are kept, under the module's root.
const resultPath = "../build/bench.txt"

// BenchmarkFigures is one run over everything. It is not a benchmark of b.N
// rounds: each part says itself how long it takes.
func BenchmarkFigures(b *testing.B) {
	if b.N > 1 {
		b.Skip("one run is all: use -benchtime 1x")
	}
	began := time.Now()
	s := &sheet{out: os.Stdout}
	s.line("Frontdesk, %s, %s/%s, %d cores, %s", began.UTC().Format(time.DateTime+" MST"),
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	for _, part := range []struct {
		name    string
		measure func(testing.TB, *sheet)
	}{
		{"acknowledge", acknowledge}, {"answer", answer}, {"decide", deciding},
		{"functions", functions}, {"capacity", capacity}, {"week", weekly},
	} {
		b.Run(part.name, func(b *testing.B) {
			defer func() {
				if b.Skipped() {
					s.line("\n%s: skipped, it needs Java 17 and DynamoDB Local (make dynamodb-local)", part.name)
				}
			}()
			part.measure(b, s)
		})
	}
	s.line("\n%d of %d targets reached, %.0f s", s.reached, s.targets, time.Since(began).Seconds())
	keep(b, s)
}

// keep writes the sheet to its file.
func keep(tb testing.TB, s *sheet) {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(resultPath), 0o755); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(resultPath, []byte(s.text.String()), 0o644); err != nil {
		tb.Fatal(fmt.Errorf("keep the figures: %w", err))
	}
}
