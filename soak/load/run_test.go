package load

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// connections is how many deliveries may be under way; Meta opens as many as it needs.
const connections = 256

// arrival is one webhook and the moment at which it is due.
type arrival struct {
	at      time.Time
	message int // the customer who writes, -1 for a receipt
	tidings
}

func (a arrival) body() []byte {
	if a.message >= 0 {
		return written(a.message, a.at)
	}
	return told(a.at, a.tidings)
}

// run is one load: what is posted, and what came of it so far.
type run struct {
	host  string
	time  time.Duration
	older []reply
	due   due

	mu      sync.Mutex
	sent    map[int]reply     // by customer, the first reply of this run
	reached map[int]time.Time // when it reached the channel
	doubled int
	strange []string // lines of the stand-in that were not understood
	more    chan struct{}
}

func newRun(took time.Duration, older []reply) *run {
	return &run{time: took, older: older, sent: map[int]reply{}, reached: map[int]time.Time{}, more: make(chan struct{}, 1)}
}

// heard takes a line of the stand-in for the channel.
func (r *run) heard(text string) {
	f := strings.Fields(text)
	if len(f) != 4 || len(f[1]) < 7 {
		r.misheard(text)
		return
	}
	at, err1 := strconv.ParseInt(f[0], 10, 64)
	n, err2 := strconv.Atoi(f[1][7:])
	if err1 != nil || err2 != nil {
		r.misheard(text)
		return
	}
	if first := r.note(n, time.Unix(0, at), reply{n, f[2], f[3]}); first {
		r.due.add(reply{n, f[2], f[3]}, time.Unix(0, at))
	}
	select {
	case r.more <- struct{}{}:
	default:
	}
}

func (r *run) misheard(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.strange = append(r.strange, text)
}

func (r *run) note(n int, at time.Time, sent reply) (first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, again := r.sent[n]; again {
		r.doubled++
		return false
	}
	r.sent[n], r.reached[n] = sent, at
	return true
}

func (r *run) replies() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.sent)
}

// posted is what one connection did.
type posted struct {
	times    []time.Duration // from the moment when it was due
	messages []arrival
	receipts []arrival
	refused  int
	err      error
}

// drive posts everything at its moment and waits for the last answer.
func (r *run) drive(began time.Time) posted {
	work := make(chan arrival, perSecond*int(r.time/time.Second+1))
	parts := make([]posted, connections)
	var all sync.WaitGroup
	for i := range parts {
		all.Go(func() { parts[i] = r.work(work) })
	}
	r.schedule(began, work)
	close(work)
	all.Wait()
	return join(parts)
}

// schedule hands out each arrival when it is due.
func (r *run) schedule(began time.Time, work chan<- arrival) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	total := int(r.time.Seconds() * perSecond)
	told := 0
	for k := 0; k < total; {
		<-tick.C
		for now := time.Now(); k < total; k++ {
			a := arrival{at: began.Add(time.Duration(k) * time.Second / perSecond), message: -1}
			if a.at.After(now) {
				break
			}
			told = r.choose(&a, k, told, now)
			work <- a
		}
	}
}

// choose says what the k-th arrival is and returns how many older receipts have been told.
func (r *run) choose(a *arrival, k, toldOlder int, now time.Time) int {
	place := k % cycle
	if place == cycle-1 {
		a.message = k / cycle
		return toldOlder
	}
	if fresh(place) {
		var ok bool
		if a.tidings, ok = r.due.take(now); ok {
			return toldOlder
		}
	}
	a.tidings = older(r.older, toldOlder)
	return toldOlder + 1
}

// work posts what comes until there is no more.
func (r *run) work(work <-chan arrival) (p posted) {
	l, err := dial(r.host)
	if err != nil {
		p.err = err
		return p
	}
	defer l.conn.Close()
	for a := range work {
		status, err := l.post(request(a.body()))
		if err != nil {
			p.err = err
			return p
		}
		p.times = append(p.times, time.Since(a.at))
		switch {
		case status != 200:
			p.refused++
		case a.message >= 0:
			p.messages = append(p.messages, a)
		default:
			p.receipts = append(p.receipts, a)
		}
	}
	return p
}

func join(parts []posted) (sum posted) {
	for _, p := range parts {
		sum.times = append(sum.times, p.times...)
		sum.messages = append(sum.messages, p.messages...)
		sum.receipts = append(sum.receipts, p.receipts...)
		sum.refused += p.refused
		if p.err != nil {
			sum.err = fmt.Errorf("post a delivery: %w", p.err)
		}
	}
	slices.SortFunc(sum.receipts, func(a, b arrival) int { return a.at.Compare(b.at) })
	return sum
}

// settle waits until so many replies have reached the channel, or for as long as patience.
func (r *run) settle(want int, patience time.Duration) {
	late := time.After(patience)
	for r.replies() < want {
		select {
		case <-r.more:
		case <-late:
			return
		}
	}
}
