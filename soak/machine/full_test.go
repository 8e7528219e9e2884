package machine

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// roomKB is what a file may have: the store grows by 16 MB at a time, so the second step fails.
const roomKB = 20 << 10

// TestAFullDiskIsA503AndNothingAcknowledgedIsLost fills the store of the real program
// until it cannot grow, looks at it, kills it, and gives it room again.
func TestAFullDiskIsA503AndNothingAcknowledgedIsLost(t *testing.T) {
	t.Parallel()
	g := newGraph(t, 4, 1)
	g.after = 20 * time.Millisecond
	m := newMachine(t, g)
	m.limit = roomKB
	m.start()
	m.publish(echo)
	c := newCustomers(m, g)
	c.pad = 30_000

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	written := make(chan struct{})
	go func() {
		defer close(written)
		c.write(ctx, 700, 8, 1) // 21 MB, and each is stored twice while it is worked on
	}()
	full, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for c.answers(503) < 50 { // long enough that sends, records and receipts meet the full disk too
		if pause(full, 10*time.Millisecond) != nil {
			t.Fatalf("the disk does not get full: got %d webhooks refused", c.answers(503))
		}
	}
	checkFull(t, m)

	// The program dies, and comes back while the disk is still full.
	if err := m.end(syscall.SIGKILL); err == nil {
		t.Error("kill -9 ended the program without an error")
	}
	if err := m.tryStart(); err != nil {
		if !strings.Contains(m.log.String(), "the disk is full, make room for") {
			t.Errorf("a start on a full disk: got %v, want it said\n%s", err, tail(m.log.String()))
		}
	} else {
		_ = m.end(syscall.SIGTERM) // it cannot note a clean end, and says so
	}

	m.limit = 0
	m.start()
	select {
	case <-written:
	case <-time.After(patience):
		t.Fatalf("with room again the customers' messages are not taken\n%s", tail(m.log.String()))
	}
	if status, text := m.health(); status != 200 {
		t.Errorf("health with room again: got %d %s", status, text)
	}
	if err := m.end(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: %v", err)
	}
	finish(t, m, g)
	if f := verdict(t, m, c, g); f.unproven > 0 {
		t.Errorf("got %d replies sent twice, want none: every one had a receipt", f.unproven)
	}
}

// checkFull looks at a program whose store cannot grow.
func checkFull(t *testing.T, m *machine) {
	t.Helper()
	log := m.log.String()
	if m.alarms()["webhook_unavailable"] == 0 || !strings.Contains(log, "the disk is full, make room for "+filepath.Join(m.data, "frontdesk.db")) {
		t.Errorf("the log does not say that the disk is full and what to do\n%s", tail(log))
	}
	if status, text := m.health(); status != 503 || !strings.Contains(text, "refused a write") {
		t.Errorf("health: got %d %q, want 503 and that the store refuses writes", status, text)
	}
	cmd := exec.Command(m.binary, "playbook", "pull", filepath.Join(t.TempDir(), "playbook.json"))
	cmd.Env = append(m.env, "FRONTDESK_URL="+m.address())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("reading while the disk is full: %v\n%s", err, out)
	}
}
