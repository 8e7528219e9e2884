package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func stream(events ...event) string {
	var b strings.Builder
	for _, e := range events {
		line, _ := json.Marshal(e)
		b.Write(append(line, '\n'))
	}
	return b.String()
}

func TestReport(t *testing.T) {
	passed := []event{
		{Action: "output", Package: "p", Test: "TestA", Output: "=== RUN   TestA\n"},
		{Action: "output", Package: "p", Test: "TestA", Output: "--- PASS: TestA (0.00s)\n"},
		{Action: "pass", Package: "p", Test: "TestA"},
		{Action: "output", Package: "p", Output: "PASS\n"},
		{Action: "output", Package: "p", Output: "ok  \tp\t0.01s\n"},
		{Action: "pass", Package: "p"},
	}
	skipped := append([]event{
		{Action: "output", Package: "p", Test: "TestB", Output: "=== RUN   TestB\n"},
		{Action: "output", Package: "p", Test: "TestB", Output: "    b_test.go:7: needs Java: install it\n"},
		{Action: "output", Package: "p", Test: "TestB", Output: "--- SKIP: TestB (0.00s)\n"},
		{Action: "skip", Package: "p", Test: "TestB"},
	}, passed...)
	cases := []struct {
		name   string
		in     string
		strict bool
		want   string
		ok     bool
	}{
		{"a passing package is one line", stream(passed...), true, "ok  \tp\t0.01s\n", true},
		{"a skipped test is listed with its reason", stream(skipped...), false,
			"ok  \tp\t0.01s\n\nskipped: 1\n  p TestB: needs Java: install it\n", true},
		{"in CI a skipped test is a failure", stream(skipped...), true,
			"ok  \tp\t0.01s\n\nskipped: 1\n  p TestB: needs Java: install it\nCI=true: nothing may be skipped here\n", false},
		{"a failure is shown whole", stream(
			event{Action: "output", Package: "p", Test: "TestC", Output: "=== RUN   TestC\n"},
			event{Action: "output", Package: "p", Test: "TestC", Output: "    c_test.go:9: got 1, want 2\n"},
			event{Action: "output", Package: "p", Test: "TestC", Output: "--- FAIL: TestC (0.00s)\n"},
			event{Action: "fail", Package: "p", Test: "TestC"},
			event{Action: "output", Package: "p", Output: "FAIL\tp\t0.01s\n"},
			event{Action: "fail", Package: "p"},
		), false, "    c_test.go:9: got 1, want 2\n--- FAIL: TestC (0.00s)\nFAIL\tp\t0.01s\n", false},
		{"a test that a timeout cut short is shown", stream(
			event{Action: "output", Package: "p", Test: "TestD", Output: "panic: test timed out\n"},
			event{Action: "output", Package: "p", Output: "FAIL\tp\t9.01s\n"},
			event{Action: "fail", Package: "p"},
		), false, "panic: test timed out\nFAIL\tp\t9.01s\n", false},
		{"what does not compile is shown and fails", stream(
			event{Action: "build-output", ImportPath: "p", Output: "p.go:3: undefined: x\n"},
			event{Action: "build-fail", ImportPath: "p"},
		), false, "p.go:3: undefined: x\n", false},
		{"what go says itself passes through", "go: no such package\n", false, "go: no such package\n", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			ok, err := report(strings.NewReader(c.in), &out, c.strict)
			if err != nil || ok != c.ok || out.String() != c.want {
				t.Errorf("got %t, %v, %q, want %t, %q", ok, err, out.String(), c.ok, c.want)
			}
		})
	}
}
