package send

import (
	"sync"
	"time"
)

// second is the second of a throughput, with a margin for the way to the channel.
const second = time.Second + 50*time.Millisecond

const (
	// slowest is the lowest guess of a throughput, in messages a second.
	slowest = 10
	// bolder is after how long without a complaint a guess is raised by a quarter.
	bolder = time.Minute
)

// pace keeps what we send on one channel below its throughput. WhatsApp counts in
// and out together (Meta, throughput page: 80 messages a second, 1,000 after the
// automatic rise, 20 for numbers shared with the Business app). A desk sends as much
// as it hears, so half of it is ours, shared by all processes that send.
//
// When the settings do not say the throughput, there is no limit until the channel
// complains; then it is guessed from what was sent, and the guess grows again.
type pace struct {
	mu sync.Mutex
	// sent are the times of the last second's messages, oldest first.
	sent []time.Time
	// limit is how many of them there may be; 0 for any number. known says that it is
	// set, not guessed; raised is when a guess was last changed.
	limit  int
	known  bool
	raised time.Time
	// span is the time in which limit messages may be sent.
	span time.Duration
	// slow is until when the channel wants to be left alone, refused how often in a row
	// it has said so.
	slow    time.Time
	refused int
}

func newPace(throughput, processes int) *pace {
	if throughput <= 0 {
		return &pace{span: second}
	}
	processes = max(processes, 1)
	if share := throughput / 2 / processes; share > 0 {
		return &pace{known: true, limit: share, span: second}
	}
	return &pace{known: true, limit: 1, span: second * time.Duration(2*processes) / time.Duration(throughput)}
}

// wait returns how long nothing may be sent.
func (p *pace) wait(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.free(now)
}

func (p *pace) free(now time.Time) time.Duration {
	p.forget(now)
	free := p.slow
	if n := len(p.sent); p.limit > 0 && n >= p.limit {
		if next := p.sent[n-p.limit].Add(p.span); next.After(free) {
			free = next
		}
	}
	return min(max(free.Sub(now), 0), time.Minute) // a clock that was set back holds nobody for longer
}

// forget drops what is older than the span, and raises a guess whose time has come.
func (p *pace) forget(now time.Time) {
	old := 0
	for old < len(p.sent) && now.Sub(p.sent[old]) >= p.span {
		old++
	}
	p.sent = p.sent[old:]
	if !p.known && p.limit > 0 && now.Sub(p.raised) >= bolder {
		p.limit, p.raised = p.limit+p.limit/4+1, now
	}
}

// paused returns how long the channel wants to be left alone.
func (p *pace) paused(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return min(max(p.slow.Sub(now), 0), time.Minute)
}

// take counts one message to send, or says how long it must wait.
func (p *pace) take(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if wait := p.free(now); wait > 0 {
		return wait
	}
	p.sent = append(p.sent, now)
	return 0
}

// tooFast notes that the channel asked for less. It returns how long to pause, which
// is longer each time and never less than the channel asked for, and whether it has
// asked so often that every process should know.
func (p *pace) tooFast(now time.Time, after time.Duration, chance float64) (pause time.Duration, often bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pause = time.Second << min(p.refused, 5)
	p.refused++
	pause = max(pause+time.Duration(float64(pause)/2*chance), after)
	p.slow = now.Add(pause)
	if !p.known {
		p.forget(now)
		p.limit, p.raised = max(len(p.sent)*3/4, slowest), now
	}
	return pause, p.refused >= failures
}

func (p *pace) fine() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = 0
}
