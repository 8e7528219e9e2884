package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/record"
	"frontdesk/shared/table/bolt"
)

const (
	// calmRate is how many customers a second write in the calm measurement.
	calmRate = 50
	calmTime = 5 * time.Second
	// busyTime is how long 64 customers at once keep writing.
	busyTime     = 5 * time.Second
	busyInFlight = 64
	busyMost     = 60_000
	// patience is how long the last replies may take; quiet is how long we listen
	// for a second one afterwards.
	patience = 20 * time.Second
	quiet    = time.Second
)

// answer measures the whole desk: frontdesk serve with a fake Graph API.
func answer(tb testing.TB, s *sheet) {
	path := compile(tb, "cmd/frontdesk")
	graph := newGraph()
	server := httptest.NewServer(graph)
	tb.Cleanup(server.Close)
	d := running{tb: tb, graph: graph, host: serve(tb, path, server.URL)}
	calm, busy := d.calm(), d.busy()
	rows := [][]string{{"load", "messages", "answered/s", "p50", "p99", "lost", "doubled", "target"}}
	for _, m := range []way{calm, busy} {
		rows = append(rows, []string{m.name, fmt.Sprint(m.sent), fmt.Sprintf("%.0f", m.rate), millis(quantile(m.times, 0.5)),
			millis(quantile(m.times, 0.99)), fmt.Sprint(m.lost), fmt.Sprint(m.doubled),
			s.verdict("0 lost, 0 doubled", m.lost == 0 && m.doubled == 0)})
	}
	s.table("Customer message posted to Graph call received, frontdesk serve on this machine, a new customer each", rows)
	s.table("Webhook acknowledged while the desk answers", d.acks())
}

// serve starts the real program with a published playbook.
func serve(tb testing.TB, path, apiURL string) string {
	data := tb.TempDir()
	db, err := bolt.Open(filepath.Join(data, "frontdesk.db"), bolt.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	publish(tb, record.New(db))
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(path, "serve")
	cmd.Env = append(os.Environ(), "PORT=0", "FRONTDESK_HOST=127.0.0.1", "FRONTDESK_DEMO=off",
		"FRONTDESK_DATA="+data, "FRONTDESK_CHANNELS="+channels(apiURL))
	return start(tb, cmd)
}

// graph accepts every message and notes when it came, by the number it is for.
type graph struct {
	mu      sync.Mutex
	arrived map[string]time.Time
	doubled int
	waiting map[string]chan struct{}
}

func newGraph() *graph {
	return &graph{arrived: map[string]time.Time{}, waiting: map[string]chan struct{}{}}
}

func (g *graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now := time.Now()
	var m struct{ To string }
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil || len(m.To) < 2 {
		http.Error(w, "not a message", http.StatusBadRequest)
		return
	}
	n := g.note(m.To[1:], now) // without the plus
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"messaging_product":"whatsapp","contacts":[{"input":%q,"wa_id":%q}],"messages":[{"id":"wamid.out%024d"}]}`, m.To, m.To[1:], n)
}

func (g *graph) note(to string, now time.Time) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if _, again := g.arrived[to]; again {
		g.doubled++
		return len(g.arrived)
	}
	g.arrived[to] = now
	if c := g.waiting[to]; c != nil {
		close(c)
		delete(g.waiting, to)
	}
	return len(g.arrived)
}

// got returns a channel that closes when a number has its answer.
func (g *graph) got(to string) <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := make(chan struct{})
	if _, there := g.arrived[to]; there {
		close(c)
		return c
	}
	g.waiting[to] = c
	return c
}

// running is the program under load.
type running struct {
	tb    testing.TB
	graph *graph
	host  string
	next  int
}

// way is what became of the messages of one measurement.
type way struct {
	name          string
	sent          int
	rate          float64
	times         []time.Duration
	lost, doubled int
}

// customers makes deliveries of customers who have not written before.
func (d *running) customers(n int) []delivery {
	all := deliveries(d.next, n)
	d.next += n
	return all
}

// posting notes when each delivery was posted.
type posting struct {
	mu sync.Mutex
	at map[string]time.Time
}

func (p *posting) note(n int, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at[phone(n)] = at
}

// calm posts at an even rate, whatever the answers do.
func (d *running) calm() way {
	all := d.customers(int(calmRate * calmTime.Seconds()))
	p := &posting{at: map[string]time.Time{}}
	lines := make(chan *line, busyInFlight)
	var posts sync.WaitGroup
	tick := time.NewTicker(time.Second / calmRate)
	defer tick.Stop()
	began := time.Now()
	for _, m := range all {
		<-tick.C
		posts.Go(func() { d.once(lines, p, m) })
	}
	posts.Wait()
	took := time.Since(began)
	w := d.settle(fmt.Sprintf("%d a second", calmRate), p)
	w.rate = float64(w.sent) / took.Seconds()
	return w
}

// once posts one delivery over an idle connection, or a new one.
func (d *running) once(lines chan *line, p *posting, m delivery) {
	var l *line
	select {
	case l = <-lines:
	default:
		var err error
		if l, err = dial(d.host); err != nil {
			d.tb.Error(err)
			return
		}
	}
	p.note(m.n, time.Now())
	if err := l.post(m); err != nil {
		d.tb.Error(err)
		return
	}
	lines <- l
}

// busy keeps 64 messages under way until the time is over: each customer's
// successor writes when the answer has come.
func (d *running) busy() way {
	p := &posting{at: map[string]time.Time{}}
	var failed error
	var once sync.Once
	all := d.customers(busyMost)
	work := make(chan delivery)
	var workers sync.WaitGroup
	began := time.Now()
	for range busyInFlight {
		workers.Go(func() {
			if err := d.converse(work, p); err != nil {
				once.Do(func() { failed = err })
			}
		})
	}
	for i := 0; i < len(all) && time.Since(began) < busyTime; i++ {
		work <- all[i]
	}
	close(work)
	workers.Wait()
	took := time.Since(began)
	if failed != nil {
		d.tb.Fatal(failed)
	}
	w := d.settle(fmt.Sprintf("%d in flight", busyInFlight), p)
	w.rate = float64(w.sent) / took.Seconds()
	return w
}

func (d *running) converse(work <-chan delivery, p *posting) error {
	l, err := dial(d.host)
	if err != nil {
		return err
	}
	defer l.conn.Close()
	for m := range work {
		p.note(m.n, time.Now())
		if err := l.post(m); err != nil {
			return err
		}
		select {
		case <-d.graph.got(phone(m.n)):
		case <-time.After(patience):
			return fmt.Errorf("no answer to customer %d in %v", m.n, patience)
		}
	}
	return nil
}

// settle waits for the last answers and for second ones, and counts.
func (d *running) settle(name string, p *posting) way {
	deadline := time.Now().Add(patience)
	for to := range p.at {
		select {
		case <-d.graph.got(to):
		case <-time.After(time.Until(deadline)):
		}
	}
	time.Sleep(quiet)
	d.graph.mu.Lock()
	defer d.graph.mu.Unlock()
	w := way{name: name, sent: len(p.at), doubled: d.graph.doubled}
	d.graph.doubled = 0
	for to, posted := range p.at {
		if at, ok := d.graph.arrived[to]; ok {
			w.times = append(w.times, at.Sub(posted))
		} else {
			w.lost++
		}
	}
	return w
}

// acks measures the door while the desk answers what comes in.
func (d *running) acks() [][]string {
	rows := [][]string{{"connections", "acknowledged/s", "p50", "p99"}}
	for _, connections := range []int{1, 16, 64} {
		o := closedLoop(d.tb, d.host, load{connections: connections, time: ackTime, deliveries: d.customers(ackMost)})
		rows = append(rows, []string{fmt.Sprint(connections), fmt.Sprintf("%.0f", o.rate),
			millis(quantile(o.times, 0.5)), millis(quantile(o.times, 0.99))})
	}
	return rows
}
