package machine

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// TestSIGTERMFinishesWhatItBegan stops and starts the real program under load. No
// receipt ever comes, so a reply that went out and was not recorded could not be
// proven: it would go out twice.
func TestSIGTERMFinishesWhatItBegan(t *testing.T) {
	t.Parallel()
	g := newGraph(t, 8, 2)
	g.before, g.after, g.mute = 30*time.Millisecond, 80*time.Millisecond, 1
	m := newMachine(t, g)
	m.start()
	m.publish(echo)
	c := newCustomers(m, g)
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.write(t.Context(), 500, 6, 2)
	}()
	for range 20 {
		_ = pause(t.Context(), 120*time.Millisecond)
		if err := m.end(syscall.SIGTERM); err != nil {
			t.Fatalf("SIGTERM under load: got %v, want a clean end\n%s", err, tail(m.log.String()))
		}
		m.start()
	}
	<-done
	if err := m.end(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	finish(t, m, g)
	if f := verdict(t, m, c, g); f.answered != f.taken {
		t.Errorf("got %s, want every message answered once", f)
	}
}

// hanging makes a channel that accepts and never answers, and returns when it has the first send.
func hanging(t *testing.T, g *graph) (began <-chan struct{}, heal func()) {
	t.Helper()
	sent, ill := make(chan struct{}, 1000), &atomic.Bool{}
	ill.Store(true)
	g.hold = func(ctx context.Context) {
		if ill.Load() {
			sent <- struct{}{}
			<-ctx.Done()
		}
	}
	return sent, func() { ill.Store(false) }
}

func TestAHangingChannelDoesNotHoldTheEnd(t *testing.T) {
	for _, tt := range []struct {
		name  string
		twice bool
		ends  string
	}{
		{"one SIGTERM waits for the send's own limit", false, ""},
		{"a second SIGTERM ends it at once", true, "signal: terminated"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGraph(t, 1, 3)
			began, heal := hanging(t, g)
			m := newMachine(t, g)
			m.start()
			m.publish(echo)
			c := newCustomers(m, g)
			c.write(t.Context(), 3, 1, 3)
			<-began
			m.signal(syscall.SIGTERM)
			if tt.twice {
				m.closing()
				m.signal(syscall.SIGTERM)
			}
			err := m.wait()
			if got := errorText(err); got != tt.ends {
				t.Errorf("got %q, want %q\n%s", got, tt.ends, tail(m.log.String()))
			}
			heal()
			finish(t, m, g)
			if f := verdict(t, m, c, g); f.answered != f.taken {
				t.Errorf("got %s, want every message answered once: there were receipts", f)
			}
		})
	}
}

// closing waits until the program takes no new connections, so that a signal is the second one.
func (m *machine) closing() {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for end := time.Now().Add(patience); time.Now().Before(end); {
		res, err := client.Get(m.address() + "/healthz")
		if err != nil {
			return
		}
		_ = res.Body.Close()
		_ = pause(m.t.Context(), 10*time.Millisecond)
	}
	m.t.Error("after SIGTERM the program still takes connections")
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return strings.TrimSpace(err.Error())
}
