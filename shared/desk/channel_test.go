package desk_test

import (
	"bytes"
	"container/heap"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/receipts"
	"frontdesk/shared/sandbox"
	"frontdesk/shared/send"
	"frontdesk/shared/webhook"
	"frontdesk/shared/whatsapp"
)

const number = "106540352242922"

// town is a desk, the channel with all its rules, and customers, in a time of its own.
type town struct {
	*world
	agenda  agenda
	planned int
	sandbox *sandbox.Sandbox
	door    *webhook.Door
	box     box
	// spoil answers a call in the channel's place, unless it returns nothing.
	spoil func() (*http.Response, error)
	// delay is how long webhooks are on their way.
	delay func() time.Duration
}

// agenda is what will happen, in order of time.
type agenda []entry

type entry struct {
	at time.Time
	n  int // keeps the order of what happens at once
	do func()
}

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at.Before(a[j].at) || a[i].at.Equal(a[j].at) && a[i].n < a[j].n
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(entry)) }
func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	*a = old[:len(old)-1]
	return last
}

func (c *town) after(d time.Duration, do func()) {
	c.planned++
	heap.Push(&c.agenda, entry{c.clock().Add(max(d, 0)), c.planned, do})
}

// run lives until nothing is left to happen.
func (c *town) run() {
	for c.agenda.Len() > 0 {
		next := heap.Pop(&c.agenda).(entry)
		c.mu.Lock()
		if next.at.After(c.now) {
			c.now = next.at
		}
		c.mu.Unlock()
		next.do()
	}
}

// box is both queues: jobs of one group one at a time and in order.
type box struct {
	town   *town
	groups map[string][]inbox.Job
	dead   []string
}

func (b *box) Put(_ context.Context, jobs ...inbox.Job) error {
	for _, j := range jobs {
		b.groups[j.Group] = append(b.groups[j.Group], j)
		if len(b.groups[j.Group]) == 1 {
			b.town.after(0, func() { b.next(j.Group) })
		}
	}
	return nil
}

func (b *box) Bury(_ context.Context, _ string, _ inbox.Job, reason string) error {
	b.dead = append(b.dead, reason)
	return nil
}

func (b *box) next(group string) {
	job := &b.groups[group][0]
	job.Attempt++
	err := b.town.work(*job)
	if inbox.Waits(err) {
		job.Attempt--
	}
	if reason, dead := inbox.Default.Verdict(job.Attempt, err); err != nil && !dead {
		b.town.after(inbox.Default.Pause(job.Attempt, err), func() { b.next(group) })
		return
	} else if dead {
		b.dead = append(b.dead, reason)
	}
	b.groups[group] = b.groups[group][1:]
	if len(b.groups[group]) > 0 {
		b.town.after(0, func() { b.next(group) })
	}
}

func (c *town) work(job inbox.Job) error {
	var r message.Report
	if json.Unmarshal(job.Body, &r) == nil && (r.Receipt != nil || r.Notice != nil) {
		receiver := receipts.Receiver{Store: c.store, Zone: c.desk.Zone, Now: c.clock, Log: c.desk.Log}
		return receiver.Handle(context.Background(), job)
	}
	return c.desk.Handle(context.Background(), job)
}

// RoundTrip calls the sandbox without a network.
func (c *town) RoundTrip(r *http.Request) (*http.Response, error) {
	if c.spoil != nil {
		if answer, err := c.spoil(); answer != nil || err != nil {
			return answer, err
		}
	}
	w := httptest.NewRecorder()
	c.sandbox.ServeHTTP(w, r)
	return w.Result(), nil
}

// rules are what the channel allows in one town.
type rules struct{ throughput, people int }

func newTown(t *testing.T, seed uint64, r rules) *town {
	t.Helper()
	c := &town{world: newWorld(t), delay: func() time.Duration { return 0 }}
	c.box = box{town: c, groups: map[string][]inbox.Job{}}
	ch := channel.Channel{
		ID: "wa-main", Kind: message.WhatsApp, PhoneNumberID: number, BusinessID: "102290129340398", Token: "made-up-token",
		AppSecrets: []channel.Secret{"made-up-secret"}, APIURL: "http://graph.invalid/v26.0", Throughput: r.throughput, PortfolioLimit: r.people,
	}
	c.door = &webhook.Door{WhatsApp: whatsapp.NewDoor([]channel.Channel{ch}), Inbox: &c.box, Receipts: &c.box, Grave: &c.box, Log: slog.New(slog.DiscardHandler)}
	var err error
	c.sandbox, err = sandbox.New(sandbox.Config{
		Numbers: []sandbox.Number{{PhoneNumberID: number, DisplayNumber: "15550783881", BusinessID: "102290129340398",
			Token: "made-up-token", AppSecret: "made-up-secret", Throughput: r.throughput}},
		PortfolioLimit: r.people,
		Templates:      []sandbox.Template{{Name: "prices_en", Language: "en"}, {Name: "offer_en", Language: "en", Category: "marketing"}},
		Post:           c.post, Now: c.clock, After: c.after, Entropy: &entropy{r: rand.New(rand.NewPCG(seed, 3))},
	})
	if err != nil {
		t.Fatal(err)
	}
	adapter := &whatsapp.Sender{HTTP: &http.Client{Transport: c}}
	guard := send.NewGuard([]channel.Channel{ch}, send.Options{
		Send:  func(ctx context.Context, out message.Outgoing) (string, error) { return adapter.Send(ctx, ch, out) },
		Gates: c.store, Now: c.clock, Sleep: func(_ context.Context, d time.Duration) { c.pass(d) },
	})
	c.desk.Guard, c.desk.Send, c.desk.Attempts = guard, guard.Send, inbox.Default.MaxAttempts
	c.desk.Sleep = func(_ context.Context, d time.Duration) { c.pass(d) }
	return c
}

// post brings a webhook to the door, some time later.
func (c *town) post(_ context.Context, body []byte, signature string) error {
	c.after(c.delay(), func() {
		r := httptest.NewRequest("POST", "/webhooks/whatsapp", bytes.NewReader(body))
		r.Header.Set(whatsapp.SignatureHeader, signature)
		w := httptest.NewRecorder()
		mux := http.NewServeMux()
		c.door.Routes(mux)
		if mux.ServeHTTP(w, r); w.Code != 200 {
			c.t.Errorf("the door answered %d", w.Code)
		}
	})
	return nil
}

// offers adds a marketing template to the playbook: its free text becomes an approved
// one of category marketing when the window is shut.
const offers = `{
  "languages": ["en"],
  "templates": [
    {"id": "price", "name": "Prices", "variants": [{"language": "en", "shape": "text", "text": "{{ message.text }}"},
      {"language": "en", "shape": "approved", "approved": {"name": "prices_en", "language": "en"}}]},
    {"id": "offer", "name": "Offers", "variants": [{"language": "en", "shape": "text", "text": "Two for one today."},
      {"language": "en", "shape": "approved", "approved": {"name": "offer_en", "language": "en", "category": "marketing"}}]}
  ],
  "filters": [
    {"id": "offer", "name": "Offer", "when": {"whole_word": ["offer"]}, "then": {"reply": "offer"}},
    {"id": "price", "name": "Price", "when": {"whole_word": ["price"]}, "then": {"reply": "price"}}
  ],
  "hours": [], "teams": []
}`

// Whatever customers write and however late it reaches us, whatever agents answer and
// whatever people want: the channel never has to refuse, and everything is answered or
// with people.
func TestTheChannelNeverHasToRefuse(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := rules{
			throughput: rapid.IntRange(4, 60).Draw(rt, "throughput"), people: rapid.IntRange(1, 4).Draw(rt, "portfolio limit"),
		}
		c := newTown(t, rapid.Uint64().Draw(rt, "seed"), r)
		c.publish(offers)
		c.delay = func() time.Duration {
			return rapid.SampledFrom([]time.Duration{0, 0, 0, 0, time.Second, time.Hour, 25 * time.Hour}).Draw(rt, "on its way")
		}
		c.people(rt, rapid.IntRange(1, 6).Draw(rt, "customers"), r.throughput)
		c.run()
		c.nothingRefused(rt)
	})
}

// people plans what customers and agents do.
func (c *town) people(rt *rapid.T, customers, throughput int) {
	least := 2100 * time.Millisecond / time.Duration(throughput) // customers fill half of the number's throughput at most
	at := time.Duration(0)
	for range rapid.IntRange(1, 60).Draw(rt, "events") {
		at += least + rapid.SampledFrom([]time.Duration{0, 0, 50 * time.Millisecond, time.Second, 4 * time.Second, time.Minute, 7 * time.Hour}).Draw(rt, "pause")
		who := sandbox.Customer{Phone: fmt.Sprintf("1650555%04d", rapid.IntRange(1, customers).Draw(rt, "who"))}
		what := rapid.SampledFrom([]string{"price", "price", "price", "offer", "hello", "stop", "resume", "agent"}).Draw(rt, "what")
		c.after(at, func() { c.act(who, what) })
	}
}

func (c *town) act(who sandbox.Customer, what string) {
	ctx := context.Background()
	switch what {
	case "stop", "resume":
		_ = c.sandbox.Prefer(ctx, number, who, what == "stop") // who never wrote cannot
	case "agent":
		id := conversation.ID("wa-main", message.Person{Phone: who.Phone})
		if _, err := c.desk.Answer(ctx, id, "ana", "Here I am."); err == nil {
			_, _ = c.desk.Resolve(ctx, id)
		}
	default:
		if _, err := c.sandbox.Write(ctx, number, who, what); err != nil {
			c.t.Error(err)
		}
	}
}

func (c *town) nothingRefused(rt *rapid.T) {
	for _, e := range c.sandbox.Events(0) {
		if e.Kind == sandbox.RequestRefused {
			rt.Errorf("the channel refused with %d: %s", e.Code, e.Reason)
		}
	}
	if len(c.box.dead) > 0 {
		rt.Errorf("got dead letters %q", c.box.dead)
	}
}

// A channel that is down for hours is asked a few times a minute. When it is back, every
// customer gets one answer to each message, in the order in which they wrote.
func TestAQueueDrainsInOrderWhenTheChannelIsBack(t *testing.T) {
	for _, down := range []func() (*http.Response, error){
		func() (*http.Response, error) { return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED} },
		func() (*http.Response, error) { return answer(500, 131016), nil },
		func() (*http.Response, error) { return answer(401, 190), nil },
		func() (*http.Response, error) { return answer(429, 80007), nil },
	} {
		c := newTown(t, 1, rules{throughput: 80, people: 250})
		c.publish(offers)
		from, until := c.now.Add(30*time.Minute), c.now.Add(5*time.Hour)
		perMinute := map[time.Time]int{}
		c.spoil = func() (*http.Response, error) {
			if now := c.clock(); now.Before(from) || now.After(until) {
				return nil, nil
			}
			perMinute[c.clock().Truncate(time.Minute)]++
			return down()
		}
		for i := range 200 {
			who := sandbox.Customer{Phone: fmt.Sprintf("1650555%04d", i%40)}
			c.after(time.Duration(i)*time.Minute, func() { c.act(who, fmt.Sprintf("price %d", i)) })
		}
		c.run()
		for minute, n := range perMinute {
			if n > 6 {
				t.Errorf("got %d calls in the minute of %s, want a few", n, minute.Format("15:04"))
			}
		}
		if len(perMinute) < 100 {
			t.Errorf("got calls in %d minutes of the outage, want it to look whether the channel is back", len(perMinute))
		}
		c.answeredInOrder(200)
	}
}

func answer(status, code int) *http.Response {
	body := fmt.Sprintf(`{"error":{"message":"documented","code":%d}}`, code)
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}
}

// answeredInOrder checks that n messages have one answer each and that every customer
// got theirs in the order of writing.
func (c *town) answeredInOrder(n int) {
	c.t.Helper()
	sent := c.sandbox.Sent()
	if len(sent) != n || len(c.box.dead) > 0 {
		c.t.Errorf("got %d answers and dead letters %q, want %d and none", len(sent), c.box.dead, n)
	}
	last := map[string]int{}
	for _, m := range sent {
		i, err := strconv.Atoi(m.Content.Text[strings.LastIndex(m.Content.Text, " ")+1:])
		if err != nil {
			c.t.Fatal(err)
		}
		if before, ok := last[m.To.Phone]; ok && i <= before {
			c.t.Errorf("answer %d came after %d", i, before)
		}
		last[m.To.Phone] = i
	}
}

var _ desk.Guard = (*send.Guard)(nil)
