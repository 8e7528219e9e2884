package machine

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// written is one message that a customer wrote.
type written struct {
	n              int
	number         int
	from, id, text string
	// webhook is the body of every delivery of it: repeats are the same byte for byte.
	webhook []byte
	// taken: a delivery of it was answered 200.
	taken bool
}

// perCustomer is how many messages one customer writes at most: below what a pair may get.
const perCustomer = 4

func message(n, numbers, pad int) *written {
	customer := n / perCustomer
	w := &written{
		n: n, number: customer % numbers, from: fmt.Sprintf("1650555%04d", customer), id: fmt.Sprintf("wamid.IN%06d", n),
		text: fmt.Sprintf("order %06d", n),
	}
	update := map[string]any{
		"from": w.from, "id": w.id, "timestamp": fmt.Sprint(time.Now().Unix()), "type": "text", "text": map[string]any{"body": w.text},
	}
	if pad > 0 { // a field that nobody knows is kept with the message
		update["weather"] = strings.Repeat("x", pad)
	}
	w.webhook = envelope(numberID(w.number), "messages", update)
	return w
}

// customers write to a machine, and whatever is not answered 200 is delivered again.
type customers struct {
	machine *machine
	client  *http.Client
	numbers int
	pad     int // bytes that each message carries besides its text
	// acknowledged gets a value when a delivery was just answered 200 and somebody listens.
	acknowledged chan struct{}

	mu   sync.Mutex
	all  []*written
	seen map[int]int // answers by status, 0 for none
}

func newCustomers(m *machine, g *graph) *customers {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	m.t.Cleanup(transport.CloseIdleConnections)
	c := &customers{
		machine: m, numbers: g.numbers, seen: map[int]int{}, acknowledged: make(chan struct{}),
		client: &http.Client{Transport: transport, Timeout: patience},
	}
	g.tell = c.deliver
	return c
}

// post makes one delivery and returns the status, 0 when there was no answer.
func (c *customers) post(ctx context.Context, body []byte) int {
	status := c.ask(ctx, body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[status]++
	return status
}

func (c *customers) ask(ctx context.Context, body []byte) int {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.machine.address()+"/webhooks/whatsapp", bytes.NewReader(body))
	if err != nil {
		return 0
	}
	r.Header.Set("X-Hub-Signature-256", sign(body))
	res, err := c.client.Do(r)
	if err != nil {
		return 0
	}
	if res.StatusCode == http.StatusOK {
		select {
		case c.acknowledged <- struct{}{}:
		default:
		}
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// insist makes a delivery again while the machine is too busy to read it in time (503),
// and returns the first other status.
func (c *customers) insist(ctx context.Context, body []byte) (status int) {
	for range 20 {
		if status = c.post(ctx, body); status != http.StatusServiceUnavailable {
			break
		}
	}
	return status
}

// again is how long a delivery that was not taken rests at first: Meta repeats at once,
// and then ever more rarely.
const again = 20 * time.Millisecond

// deliver posts a webhook until it is answered 200.
func (c *customers) deliver(ctx context.Context, body []byte) bool {
	for try := 0; ; try++ {
		select {
		case <-c.machine.opening():
		case <-ctx.Done():
			return false
		}
		if c.post(ctx, body) == http.StatusOK {
			return true
		}
		if pause(ctx, again<<min(try, 5)) != nil {
			return false
		}
	}
}

// write adds n messages and delivers them side by side, from so many senders, one in
// three up to three times. It returns when all are delivered or ctx has ended.
func (c *customers) write(ctx context.Context, n, senders int, seed uint64) {
	work := c.mixed(n, seed)
	var all sync.WaitGroup
	for range senders {
		all.Go(func() {
			for w := range work {
				if ctx.Err() == nil && c.deliver(ctx, w.webhook) {
					c.mu.Lock()
					w.taken = true
					c.mu.Unlock()
				}
			}
		})
	}
	all.Wait()
}

// mixed returns n new messages, some of them up to three times, in any order within a stretch.
func (c *customers) mixed(n int, seed uint64) <-chan *written {
	chance := rand.New(rand.NewPCG(seed, 2))
	c.mu.Lock()
	defer c.mu.Unlock()
	var line []*written
	for range n {
		w := message(len(c.all), c.numbers, c.pad)
		c.all = append(c.all, w)
		for range max(1, chance.IntN(6)-2) { // a repeat heals what was lost, so most come once
			line = append(line, w)
		}
	}
	const stretch = 200
	for from := 0; from < len(line); from += stretch {
		part := line[from:min(len(line), from+stretch)]
		chance.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
	}
	work := make(chan *written, len(line))
	for _, w := range line {
		work <- w
	}
	close(work)
	return work
}

func (c *customers) list() []written {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]written, 0, len(c.all))
	for _, w := range c.all {
		out = append(out, *w)
	}
	return out
}

func (c *customers) answers(status int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seen[status]
}
