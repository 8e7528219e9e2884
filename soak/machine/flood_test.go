package machine

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	// megabytes is what the program may take at its worst: 60 at rest, 25 for long
	// bodies and as much again for what the collector has not yet seen, the rest for connections,
	// of which a busy machine holds more and where the collector comes late. The bodies of all
	// who send much would be 350 alone, and as much again for the collector.
	megabytes = 450
	// largest is the largest body that the door takes.
	largest = 3<<20 + 64<<10
	// buffers is what two kernels may hold of a connection that nobody reads.
	buffers = 8 << 20
)

// forged looks like a signature and is none.
var forged = "sha256=" + strings.Repeat("ab", 32)

// A sender speaks on one connection and reads what is said to it.
type sender struct {
	t    *testing.T
	conn net.Conn
}

func (m *machine) dial(t *testing.T) sender {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(m.address(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(patience))
	return sender{t, conn}
}

func (s sender) say(text string) { _, _ = io.WriteString(s.conn, text) }

// post begins a delivery; headers end with the empty line.
func (s sender) post(headers ...string) {
	s.say("POST /webhooks/whatsapp HTTP/1.1\r\nHost: desk\r\n" + strings.Join(headers, "\r\n") + "\r\n\r\n")
}

// Outcomes that are no status.
const (
	cutOff  = 0
	waiting = -1
)

// status reads an answer: cutOff when the connection was closed without one, waiting
// when nothing came as long as the test listened.
func (s sender) status() int {
	res, err := http.ReadResponse(bufio.NewReader(s.conn), nil)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return waiting
	}
	if err != nil {
		return cutOff
	}
	_ = res.Body.Close()
	return res.StatusCode
}

// dribble says a text again and again, slowly, until nobody listens.
func (s sender) dribble(text string) {
	for {
		if _, err := io.WriteString(s.conn, text); err != nil {
			return
		}
		if pause(s.t.Context(), 100*time.Millisecond) != nil {
			return
		}
	}
}

// pour sends up to n bytes as fast as they are taken and returns how many went.
func (s sender) pour(n int, chunked bool) (sent int) {
	piece := bytes.Repeat([]byte(" "), 32<<10)
	wire := piece
	if chunked {
		wire = fmt.Appendf(nil, "%x\r\n%s\r\n", len(piece), piece)
	}
	for sent < n {
		if _, err := s.conn.Write(wire); err != nil {
			break
		}
		sent += len(piece)
	}
	return sent
}

// rude is a kind of sender, and how many of them come at once.
type rude struct {
	name string
	n    int
	do   func(t *testing.T, s sender)
}

// slow are those who take their time, greedy those who send much.
func slow() []rude {
	return []rude{
		{"idle connections", 2500, func(t *testing.T, s sender) { want(t, s) }},
		{"headers a byte at a time", 100, func(t *testing.T, s sender) {
			s.say("POST /webhooks/whatsapp HTTP/1.1\r\nX-Long: ")
			go s.dribble("x")
			want(t, s, 408, 400)
		}},
		{"a header without an end", 20, func(t *testing.T, s sender) {
			s.say("POST /webhooks/whatsapp HTTP/1.1\r\nX-Long: ")
			go s.pour(1<<20, false)
			want(t, s, 431)
		}},
		{"a body a byte at a time", 100, func(t *testing.T, s sender) {
			s.post("X-Hub-Signature-256: "+forged, "Content-Length: 100000")
			go s.dribble("x")
			want(t, s, 400)
		}},
		{"3 MB announced and never sent", 100, func(t *testing.T, s sender) {
			s.post("X-Hub-Signature-256: "+forged, "Content-Length: 3000000")
			want(t, s, 400)
		}},
	}
}

func greedy() []rude {
	return []rude{
		{"3 MB half sent", 64, func(t *testing.T, s sender) {
			s.post("X-Hub-Signature-256: "+forged, "Content-Length: 3000000")
			s.pour(1_500_000, false)
			want(t, s, 400, 503)
		}},
		{"3 MB unsigned", 64, func(t *testing.T, s sender) {
			s.post("Content-Length: 3000000")
			s.pour(3_000_000, false)
			want(t, s, 401)
		}},
		{"3 MB with a forged signature", 64, func(t *testing.T, s sender) {
			s.post("X-Hub-Signature-256: "+forged, "Content-Length: 3014656")
			s.pour(3014656, false)
			want(t, s, 400, 401, 503) // 400: on a busy machine it came too slowly
		}},
		{"4 MB announced", 20, func(t *testing.T, s sender) {
			s.post("X-Hub-Signature-256: "+forged, "Content-Length: 4000000")
			want(t, s, 413)
		}},
		{"a body without an end", 20, func(t *testing.T, s sender) {
			s.post("X-Hub-Signature-256: "+forged, "Transfer-Encoding: chunked")
			if sent := s.pour(1<<30, true); sent > largest+buffers {
				t.Errorf("%d bytes were taken, want at most %d and what the kernels hold", sent, largest)
			}
			want(t, s, 400, 413, 503)
		}},
		{"two lengths", 5, func(t *testing.T, s sender) {
			s.post("X-Hub-Signature-256: "+forged, "Content-Length: 2", "Content-Length: 3")
			want(t, s, 400)
		}},
	}
}

func TestRudeSendersAreRefusedCheaply(t *testing.T) {
	t.Parallel()
	g := newGraph(t, 4, 4)
	m := newMachine(t, g)
	m.start()
	m.publish(echo)
	c := newCustomers(m, g)
	var all sync.WaitGroup
	var over sync.Map // when the last of a kind was got rid of
	begun := time.Now()
	for _, r := range append(slow(), greedy()...) {
		senders := make([]sender, r.n)
		for i := range senders {
			senders[i] = m.dial(t)
		}
		for _, s := range senders {
			all.Go(func() {
				r.do(t, s)
				over.Store(r.name, time.Since(begun).Round(time.Second/10))
			})
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c.write(ctx, 200, 4, 4)
	for _, w := range c.list() {
		if !w.taken {
			t.Fatal("beside rude senders, ordinary webhooks were not taken")
		}
	}
	all.Wait() // every one of them was answered or cut off
	over.Range(func(name, at any) bool {
		t.Logf("%s: the last was refused after %s", name, at)
		return true
	})
	if peak := m.peak(); peak > megabytes {
		t.Errorf("got a peak of %d MB, want at most %d", peak, megabytes)
	} else {
		t.Logf("peak %d MB; %d of %d deliveries were answered 200", peak, c.answers(200), c.answers(200)+c.answers(0)+c.answers(503))
	}
	if err := m.end(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	finish(t, m, g)
	verdict(t, m, c, g)
}

// want checks how a sender is answered. Being cut off is always right.
func want(t *testing.T, s sender, statuses ...int) {
	got := s.status()
	_ = s.conn.Close() // ends who dribbles
	if got != cutOff && !slices.Contains(statuses, got) {
		t.Errorf("got %d, want %v or to be cut off", got, statuses)
	}
}

// peak is the most memory that the program has had, in MB.
func (m *machine) peak() int {
	m.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", m.cmd.Process.Pid))
	if err != nil {
		m.t.Skip("there is no /proc to read the peak from")
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")))
			if err != nil {
				m.t.Fatal(err)
			}
			return kb >> 10
		}
	}
	return 0
}

// Signed nonsense costs little: it is kept aside with its reason, and answered.
func TestSignedNonsenseIsKeptAside(t *testing.T) {
	t.Parallel()
	g := newGraph(t, 1, 5)
	m := newMachine(t, g)
	m.start()
	c := newCustomers(m, g)
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for name, body := range map[string]string{
		"nested 100,000 deep":         deep(100_000),
		"nested in the right place":   `{"object":"whatsapp_business_account","entry":` + deep(100_000) + `}`,
		"nested a million deep":       `{"object":` + deep(1_000_000) + `}`,
		"brackets that never close":   strings.Repeat("[", 3<<20),
		"a text of 3 MB":              `{"object":"` + strings.Repeat("x", 3<<20-100) + `"}`,
		"a million keys":              `{` + strings.Repeat(`"":0,`, 600_000) + `"x":0}`,
		"a number of 3 MB":            strings.Repeat("9", 3<<20),
		"3 MB of one update":          string(envelope(numberID(0), "messages", map[string]any{"from": "16505551234", "id": "wamid.BIG", "timestamp": "1", "type": "text", "text": map[string]any{"body": strings.Repeat("x", 3_000_000)}})),
		"escapes that are cut in two": `{"object":"\ud8`,
	} {
		if status := c.insist(t.Context(), []byte(body)); status != http.StatusOK {
			t.Errorf("%s: got %d, want 200", name, status)
		}
	}
	longer := m.dial(t)
	body := `{"object":"whatsapp_business_account","entry":[]}`
	longer.post("X-Hub-Signature-256: "+sign([]byte(body)), fmt.Sprint("Content-Length: ", len(body)))
	longer.say(body + "and more than was announced\r\n\r\n")
	in := bufio.NewReader(longer.conn)
	for _, want := range []int{200, 400} {
		res, err := http.ReadResponse(in, nil)
		if err != nil || res.StatusCode != want {
			t.Fatalf("a body longer than announced: got %v, %v, want 200 for it and 400 for the rest", res, err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
	}
	if peak := m.peak(); peak > megabytes {
		t.Errorf("got a peak of %d MB, want at most %d", peak, megabytes)
	}
	if status, text := m.health(); status != 200 {
		t.Errorf("afterwards: got %d %s", status, text)
	}
	if text := m.crashed(); text != "" {
		t.Errorf("the program broke down:\n%s", text)
	}
}
