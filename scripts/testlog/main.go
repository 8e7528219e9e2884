// Command testlog reads the JSON lines of go test -json and prints what go test
// prints: one line per package, and the whole output of what failed. At the end it
// lists every skipped test with its reason. It ends with 1 when a test failed, and
// when one was skipped while CI=true, because there nothing may be left out.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

func main() {
	ok, err := report(os.Stdin, os.Stdout, os.Getenv("CI") == "true")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// event is one line of go test -json; see go doc test2json.
type event struct {
	Action, Package, Test, Output, ImportPath string
}

func (e event) key() string { return e.Package + " " + e.Test }

// log gathers the output of each test until it is known whether it matters.
type log struct {
	out     io.Writer
	output  map[string][]string
	skipped []string
	failed  int
}

// report copies what matters from in to out and says whether all is well.
func report(in io.Reader, out io.Writer, strict bool) (bool, error) {
	l := &log{out: out, output: map[string][]string{}}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(out, lines.Text()) // go itself speaks, not a test
			continue
		}
		l.take(e)
	}
	if err := lines.Err(); err != nil {
		return false, fmt.Errorf("read go test's output: %w", err)
	}
	l.summary(strict)
	return l.failed == 0 && (!strict || len(l.skipped) == 0), nil
}

func (l *log) take(e event) {
	switch e.Action {
	case "output":
		l.output[e.key()] = append(l.output[e.key()], e.Output)
	case "build-output":
		fmt.Fprint(l.out, e.Output)
	case "build-fail":
		l.failed++
	case "pass", "fail", "skip":
		l.end(e)
	}
}

func (l *log) end(e event) {
	lines := l.output[e.key()]
	delete(l.output, e.key())
	switch {
	case e.Action == "fail":
		l.failed++
		if e.Test == "" {
			l.unfinished(e.Package)
		}
		l.print(lines)
	case e.Test == "":
		l.print(lastLine(lines))
	case e.Action == "skip":
		l.skipped = append(l.skipped, fmt.Sprintf("%s %s: %s", e.Package, e.Test, reason(lines)))
	}
}

// unfinished shows the output of tests that a panic or a timeout cut short.
func (l *log) unfinished(pkg string) {
	for _, key := range slices.Sorted(maps.Keys(l.output)) {
		if strings.HasPrefix(key, pkg+" ") {
			l.print(l.output[key])
			delete(l.output, key)
		}
	}
}

func (l *log) print(lines []string) {
	for _, line := range lines {
		if !strings.HasPrefix(line, "=== ") {
			fmt.Fprint(l.out, line)
		}
	}
}

func (l *log) summary(strict bool) {
	if len(l.skipped) == 0 {
		return
	}
	fmt.Fprintf(l.out, "\nskipped: %d\n", len(l.skipped))
	for _, s := range l.skipped {
		fmt.Fprintln(l.out, "  "+s)
	}
	if strict {
		fmt.Fprintln(l.out, "CI=true: nothing may be skipped here")
	}
}

// lastLine is the "ok", "FAIL" or "?" line of a package.
func lastLine(lines []string) []string {
	return lines[max(len(lines)-1, 0):]
}

// reason is what t.Skip said, without the file and line before it.
func reason(lines []string) string {
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "===") || strings.HasPrefix(line, "---") {
			continue
		}
		if _, said, ok := strings.Cut(line, ".go:"); ok {
			_, said, _ = strings.Cut(said, ": ")
			return said
		}
	}
	return "no reason given"
}
