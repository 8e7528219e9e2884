package bench

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// How the door is measured: in pairs of ours and bare, so that a machine that
// grows slower meanwhile slows both.
const (
	ackPairs = 4
	ackTime  = 1500 * time.Millisecond
	// ackMost is how many deliveries are made for one measurement: more than any
	// door here takes in that time.
	ackMost = 40_000
)

// doors are the two programs that run side by side; only one has load at a time.
type doors struct {
	ours, bare string
	next       int // the next customer
}

func acknowledge(tb testing.TB, s *sheet) {
	d := doors{ours: ourDoor(tb), bare: bareDoor(tb)}
	rows := [][]string{{"connections", "ours/s", "p50", "p99", "bare/s", "p50", "p99", "ratio", "target"}}
	for _, connections := range []int{1, 16, 64} {
		p := d.pairs(tb, connections)
		ratio := middle(p.ratios)
		rows = append(rows, []string{fmt.Sprint(connections), p.ours.speed(), p.ours.at(0.5), p.ours.at(0.99),
			p.bare.speed(), p.bare.at(0.5), p.bare.at(0.99), fmt.Sprintf("%.2f", ratio), s.least(ratio, 0.7, "0.70")})
	}
	s.table(fmt.Sprintf("Webhook acknowledged (signed, decoded, on disk), desk not at work; median of %d pairs of %v", ackPairs, ackTime), rows)
}

func ourDoor(tb testing.TB) string {
	path := compile(tb, "bench/ours/acknowledge")
	return start(tb, exec.Command(path, "-data", filepath.Join(tb.TempDir(), "ours.db"), "-channels", channels("http://127.0.0.1:9")))
}

func bareDoor(tb testing.TB) string {
	path := compile(tb, "bench/bare/acknowledge")
	return start(tb, exec.Command(path, "-data", filepath.Join(tb.TempDir(), "bare.db"), "-secret", secret))
}

// several are the outcomes of one program.
type several struct {
	rates []float64
	times []time.Duration
}

func (s *several) add(o outcome) {
	s.rates = append(s.rates, o.rate)
	s.times = append(s.times, o.times...)
}

func (s *several) speed() string       { return fmt.Sprintf("%.0f", middle(s.rates)) }
func (s *several) at(q float64) string { return millis(quantile(s.times, q)) }

type paired struct {
	ours, bare several
	ratios     []float64
}

// pairs measures both doors in turns, and who is first takes turns too.
func (d *doors) pairs(tb testing.TB, connections int) *paired {
	p := &paired{}
	for i := range ackPairs {
		l := load{connections: connections, time: ackTime, deliveries: deliveries(d.next, ackMost)}
		d.next += ackMost
		var ours, bare outcome
		if i%2 == 0 {
			ours = closedLoop(tb, d.ours, l)
		}
		bare = closedLoop(tb, d.bare, l)
		if i%2 == 1 {
			ours = closedLoop(tb, d.ours, l)
		}
		p.ours.add(ours)
		p.bare.add(bare)
		p.ratios = append(p.ratios, ours.rate/bare.rate)
	}
	return p
}
