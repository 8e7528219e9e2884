package machine

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"frontdesk/shared/table/bolt"
)

// Environment of the long form: FRONTDESK_SOAK is how many messages, FRONTDESK_SEED
// which storm; without the first the short form runs.
func soaking() int {
	n, _ := strconv.Atoi(os.Getenv("FRONTDESK_SOAK"))
	return n
}

func seedOf(t *testing.T) uint64 {
	t.Helper()
	seed, err := strconv.ParseUint(os.Getenv("FRONTDESK_SEED"), 10, 64)
	if err != nil {
		seed = 20261122
	}
	t.Logf("FRONTDESK_SEED=%d replays this run", seed)
	return seed
}

// storm is how hard a machine is treated.
type storm struct {
	messages, senders, kills int
	// life bounds how long a program runs between being opened and killed.
	life time.Duration
	mute float64
}

// rage writes to m and kills it until everything is written and it was killed often enough.
func (s storm) rage(t *testing.T, m *machine, g *graph, seed uint64) *customers {
	t.Helper()
	c := newCustomers(m, g)
	g.mute = s.mute
	chance := rand.New(rand.NewPCG(seed, 3))
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.write(t.Context(), s.messages, s.senders, seed)
	}()
	kills := 0
	for {
		life := time.NewTimer(time.Duration((0.1 + 0.9*chance.Float64()) * float64(s.life)))
		written := done
		if kills < s.kills {
			written = nil
		}
		select {
		case <-written:
			t.Logf("%d messages written over %d kills; %d deliveries were cut off", s.messages, kills, c.answers(0))
			return c
		case <-life.C:
		}
		if kills%2 == 0 { // every other time right behind an acknowledgement
			select {
			case <-c.acknowledged:
			case <-done:
			}
		}
		if err := m.end(syscall.SIGKILL); err == nil {
			t.Error("kill -9 ended the program without an error")
		}
		kills++
		m.start()
	}
}

// TestKilledAtAnyMoment kills the real program while customers write, while it sends
// and while receipts come in, and counts afterwards. In the long form it is killed
// hundreds of times, and the real program itself finishes, in real time.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	s, end := storm{messages: 400, senders: 8, kills: 16, life: 250 * time.Millisecond, mute: 0.03}, short
	if n := soaking(); n > 0 {
		s, end = storm{messages: n, senders: 16, kills: max(200, n/100), life: 600 * time.Millisecond, mute: 0.01}, long
	}
	seed := seedOf(t)
	g := newGraph(t, s.senders, seed)
	g.before, g.after = 20*time.Millisecond, 20*time.Millisecond
	m := newMachine(t, g)
	m.start()
	m.publish(echo)
	c := s.rage(t, m, g, seed)
	end(t, m, g)
	verdict(t, m, c, g)
}

// short ends a storm with the desk's own packages and a clock put forward, long with the
// program and in its time.
func short(t *testing.T, m *machine, g *graph) {
	t.Helper()
	if err := m.end(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	finish(t, m, g)
}

func long(t *testing.T, m *machine, _ *graph) {
	t.Helper()
	drained(t, m)
}

// drained lets the program finish: leases and the wait for receipts run out in real time.
func drained(t *testing.T, m *machine) {
	t.Helper()
	left := -1
	for range 8 {
		_ = pause(t.Context(), 45*time.Second)
		if err := m.end(syscall.SIGTERM); err != nil {
			t.Errorf("SIGTERM: %v", err)
		}
		if left = m.left(); left == 0 {
			return
		}
		m.start()
	}
	t.Errorf("%d jobs are left after six minutes", left)
	_ = m.end(syscall.SIGTERM)
}

// left is how many jobs the queues of a stopped machine hold.
func (m *machine) left() int {
	m.t.Helper()
	db, err := bolt.Open(filepath.Join(m.data, "frontdesk.db"), bolt.Options{})
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	return unfinished(m.t, db)
}

// verdict fails the test for everything that must not be.
func verdict(t *testing.T, m *machine, c *customers, g *graph) findings {
	t.Helper()
	f := audit(t, m, c, g)
	t.Log(f)
	t.Log("alarms:", m.alarms())
	for _, list := range [][]string{f.lost, f.doubled, f.strange} {
		for _, line := range list[:min(len(list), 10)] {
			t.Error(line)
		}
	}
	if taken := len(c.list()); f.taken != taken {
		t.Errorf("got %d messages taken, want %d", f.taken, taken)
	}
	for reason, n := range f.dead {
		if strings.HasPrefix(reason, "receipts: ") {
			t.Errorf("got %d receipts given up (%s), want none: they are the proof of replies", n, reason)
		}
	}
	if text := m.crashed(); text != "" {
		t.Errorf("the program broke down:\n%s", text)
	}
	return f
}
