// Package machine tests the real one-machine program: it builds cmd/frontdesk, starts
// `frontdesk serve` with a channel that this process plays, does to it what happens
// to programs (kill -9, SIGTERM, a full disk, rude senders), and then counts what
// customers sent, what the channel accepted and what the store says.
package machine

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// binary is the program under test, built once for all tests.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "frontdesk-machine-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "frontdesk")
	out, err := exec.Command("go", "build", "-o", path, "frontdesk/cmd/frontdesk").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

// sideBySide is how many of these tests run at once: most of the time they wait.
const sideBySide = "4"

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", sideBySide); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	code := m.Run()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// patience is how long anything may take before a test gives up. It only guards against
// hanging: on a busy machine everything takes long.
const patience = 5 * time.Minute

// machine is one data folder and the program that runs on it, if one does.
type machine struct {
	t      *testing.T
	binary string
	data   string
	env    []string
	// limit, when set, is how many KB a file may have (ulimit -f).
	limit int
	log   lines

	mu    sync.Mutex
	url   string        // empty while nothing runs
	up    chan struct{} // closed when a program opens
	cmd   *exec.Cmd
	ended chan error
}

// lines is a log that can be read while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newMachine returns an empty machine whose channels are played by g.
func newMachine(t *testing.T, g *graph) *machine {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{t: t, binary: path, data: filepath.Join(folder(t), "data"), up: make(chan struct{})}
	m.env = append(os.Environ(), "PORT=0", "FRONTDESK_HOST=127.0.0.1", "FRONTDESK_DEMO=off",
		"FRONTDESK_DATA="+m.data, "FRONTDESK_CHANNELS="+g.channels())
	t.Cleanup(func() {
		if m.address() != "" {
			_ = m.end(syscall.SIGKILL)
		}
	})
	return m
}

// roomy is how much a folder in memory must have free for all that runs side by side:
// containers often have 64 MB.
const roomy = 1 << 30

// folder is in memory where there is such a place: what is done to the program here does
// not reach the disk, and the tests of other people do.
func folder(t *testing.T) string {
	t.Helper()
	const memory = "/dev/shm"
	var room syscall.Statfs_t
	if err := syscall.Statfs(memory, &room); err != nil || room.Bavail*uint64(room.Bsize) < roomy {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(memory, "frontdesk-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

var opened = regexp.MustCompile(`WhatsApp webhook\s+(http://\S+)/webhooks/whatsapp`)

// start runs the program and waits until it says where it is.
func (m *machine) start() {
	m.t.Helper()
	if err := m.tryStart(); err != nil {
		m.t.Fatalf("start: %v\n%s", err, tail(m.log.String()))
	}
}

func (m *machine) tryStart() error {
	cmd := exec.Command(m.binary, "serve")
	if m.limit > 0 {
		cmd = exec.Command("sh", "-c", fmt.Sprintf(`ulimit -f %d; exec "$0" serve`, m.limit*2), m.binary) // in blocks of 512 bytes
	}
	cmd.Env, cmd.Stderr = m.env, &m.log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	ended, found := make(chan error, 1), make(chan string, 1)
	go func() {
		for s := bufio.NewScanner(out); s.Scan(); {
			if at := opened.FindStringSubmatch(s.Text()); at != nil {
				found <- at[1]
			}
		}
		ended <- cmd.Wait()
	}()
	select {
	case url := <-found:
		m.opened(url, cmd, ended)
		return nil
	case err := <-ended:
		return fmt.Errorf("it ended: %w", err)
	case <-time.After(patience):
		return errors.Join(fmt.Errorf("it did not open within %s", patience), cmd.Process.Kill())
	}
}

func (m *machine) opened(url string, cmd *exec.Cmd, ended chan error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.url, m.cmd, m.ended = url, cmd, ended
	close(m.up)
}

func (m *machine) closed() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.url, m.up = "", make(chan struct{})
}

// address is where the program listens, empty while none runs.
func (m *machine) address() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.url
}

// opening is closed once a program runs.
func (m *machine) opening() <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.up
}

// signal sends a signal and does not wait.
func (m *machine) signal(s syscall.Signal) {
	m.t.Helper()
	if err := m.cmd.Process.Signal(s); err != nil {
		m.t.Fatalf("signal %s: %v", s, err)
	}
}

// end sends a signal and returns how the program ended.
func (m *machine) end(s syscall.Signal) error {
	m.t.Helper()
	m.signal(s)
	return m.wait()
}

// wait returns how the program ended.
func (m *machine) wait() error {
	m.t.Helper()
	select {
	case err := <-m.ended:
		m.closed()
		return err
	case <-time.After(patience):
		m.t.Fatalf("the program did not end within %s\n%s", patience, tail(m.log.String()))
		return nil
	}
}

// echo answers every text with its words, so that each reply names its question.
const echo = `{"languages":["en"],"templates":[{"id":"echo","name":"Echo","variants":[
	{"language":"en","shape":"text","text":"You wrote: {{ message.text | truncate: 40 }}"}]}],
	"filters":[{"id":"all","name":"All","when":{"type":["text"]},"then":{"reply":"echo"}}],"hours":[],"teams":[]}`

// publish makes a playbook live, as an admin does.
func (m *machine) publish(playbook string) {
	m.t.Helper()
	file := filepath.Join(m.t.TempDir(), "playbook.json")
	if err := os.WriteFile(file, []byte(playbook), 0o600); err != nil {
		m.t.Fatal(err)
	}
	cmd := exec.Command(m.binary, "playbook", "push", file, "--publish")
	cmd.Env = append(m.env, "FRONTDESK_URL="+m.address())
	if out, err := cmd.CombinedOutput(); err != nil {
		m.t.Fatalf("publish: %v\n%s", err, out)
	}
}

// health returns the status and the text of GET /healthz.
func (m *machine) health() (int, string) {
	m.t.Helper()
	res, err := http.Get(m.address() + "/healthz")
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// alarms counts the lines of the log by their alarm.
func (m *machine) alarms() map[string]int {
	found := map[string]int{}
	for line := range strings.Lines(m.log.String()) {
		var entry struct{ Alarm string }
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Alarm != "" {
			found[entry.Alarm]++
		}
	}
	return found
}

// crashed is the part of the log where a program broke down, if one did.
func (m *machine) crashed() string {
	text := m.log.String()
	for _, mark := range []string{"panic:", "fatal error:", "unexpected fault", "SIGXFSZ"} {
		if at := strings.Index(text, mark); at >= 0 {
			return text[at:min(len(text), at+2000)]
		}
	}
	return ""
}

func tail(s string) string { return s[max(0, len(s)-4000):] }
