package lambdatest

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
)

// Figures are what one function costs.
type Figures struct {
	// Size of the bootstrap in bytes.
	Size int64
	// Cold is the median time from process start to first answer.
	Cold time.Duration
	// CPU is the processor time per call once warm, Wall the median time of one.
	CPU, Wall time.Duration
}

// Load says how a function is measured.
type Load struct {
	Bootstrap string
	Env       []string
	// Event returns the event of a call; each number is asked for once.
	Event func(n int) []byte
	// Right says whether an answer is what the call should give: a function that
	// refuses its work is fast. Nil takes any answer.
	Right func(answer []byte) bool
	// Starts is how many cold starts are taken, Calls how many warm calls.
	Starts, Calls int
}

// Measure runs the function and returns its figures. The first twentieth of the
// calls warms up and does not count. An error of the function, or a wrong answer,
// ends the test.
func Measure(t testing.TB, l Load) Figures {
	t.Helper()
	info, err := os.Stat(l.Bootstrap)
	if err != nil {
		t.Fatal(err)
	}
	m := &measurement{t: t, load: l}
	figures := Figures{Size: info.Size(), Cold: m.cold()}
	figures.CPU, figures.Wall = m.warm()
	return figures
}

type measurement struct {
	t    testing.TB
	load Load
	next int
}

func (m *measurement) call(f *Function) time.Duration {
	event := m.load.Event(m.next)
	m.next++
	start := time.Now()
	answer, err := f.Invoke(event)
	took := time.Since(start)
	if err != nil || (m.load.Right != nil && !m.load.Right(answer)) {
		m.t.Fatalf("call %d: got %s, %v\n%s", m.next, answer, err, f.Log())
	}
	return took
}

func (m *measurement) cold() time.Duration {
	times := make([]time.Duration, 0, m.load.Starts)
	for range m.load.Starts {
		f := Start(m.t, m.load.Bootstrap, m.load.Env)
		m.call(f)
		times = append(times, f.Cold())
		f.Stop()
	}
	return median(times)
}

// warm counts the processor time between two moments of one process.
func (m *measurement) warm() (cpu, wall time.Duration) {
	f := Start(m.t, m.load.Bootstrap, m.load.Env)
	defer f.Stop()
	for range m.load.Calls/20 + 1 {
		m.call(f)
	}
	before := m.clock(f)
	times := make([]time.Duration, 0, m.load.Calls)
	for range m.load.Calls {
		times = append(times, m.call(f))
	}
	return (m.clock(f) - before) / time.Duration(max(m.load.Calls, 1)), median(times)
}

func (m *measurement) clock(f *Function) time.Duration {
	used, err := f.CPU()
	if err != nil {
		m.t.Fatal(fmt.Errorf("measure a function: %w", err))
	}
	return used
}

func median(times []time.Duration) time.Duration {
	if len(times) == 0 {
		return 0
	}
	slices.Sort(times)
	return times[len(times)/2]
}
