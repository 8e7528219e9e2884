package send

import (
	"sync"
	"time"
)

// Throughputs of a number, in messages a second, in and out together (Meta,
// throughput page): the usual one, after the automatic rise, and of numbers that
// are shared with the Business app.
const (
	usual  = 80
	raised = 1000
	shared = 20
)

// pace keeps one channel below its throughput. It remembers the last messages of
// one second, in and out.
type pace struct {
	mu sync.Mutex
	// times is a ring of the last len(times) messages.
	times []time.Time
	next  int
	// known says that the limit is set, not guessed; share is our part of it.
	known bool
	share int
	// slow is until when the channel wants to be left alone, and how often in a row
	// it has said so.
	slow    time.Time
	refused int
}

// span is the second of the limit with a margin for the way to the channel.
const span = time.Second + 50*time.Millisecond

// newPace returns the pace of a number. Without a setting the highest throughput
// is assumed, and lowered when the channel says that it is too much. Where several
// processes send side by side each takes its part of the half that is for sending.
func newPace(throughput, processes int) *pace {
	p := &pace{known: throughput > 0, share: 1}
	if processes > 1 {
		p.share = 2 * processes
	}
	if !p.known {
		throughput = raised
	}
	p.limit(throughput)
	return p
}

func (p *pace) limit(throughput int) {
	p.times, p.next = make([]time.Time, max(throughput/p.share, 1)), 0
}

// wait returns how long nothing may be sent.
func (p *pace) wait(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.free(now)
}

func (p *pace) free(now time.Time) time.Duration {
	free := p.times[p.next].Add(span)
	if p.slow.After(free) {
		free = p.slow
	}
	return min(max(free.Sub(now), 0), time.Minute) // a clock that was set back holds nobody for longer
}

// take counts one message to send, or says how long it must wait.
func (p *pace) take(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if wait := p.free(now); wait > 0 {
		return wait
	}
	p.count(now)
	return 0
}

// heard counts one message that came in.
func (p *pace) heard(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count(now)
}

func (p *pace) count(now time.Time) {
	p.times[p.next] = now
	p.next = (p.next + 1) % len(p.times)
}

// tooFast notes that the channel asked for less: a pause, longer each time, and a
// guessed limit goes down to the next that Meta documents.
func (p *pace) tooFast(now time.Time, after time.Duration, chance float64) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	pause := time.Second << min(p.refused, 5)
	p.refused++
	pause = max(pause+time.Duration(float64(pause)/2*chance), after)
	p.slow = now.Add(pause)
	if size := len(p.times) * p.share; !p.known && size > shared {
		p.limit(next(size))
	}
	return pause
}

func next(throughput int) int {
	if throughput > usual {
		return usual
	}
	return shared
}

func (p *pace) fine() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = 0
}
