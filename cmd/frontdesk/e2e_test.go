package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
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

// patience is how long anything may take before a test gives up. It only guards against
// hanging: on a busy machine everything takes long.
const patience = 5 * time.Minute

// machine is the real program, started as a person would, and its data folder.
type machine struct {
	t      *testing.T
	binary string
	data   string
	cmd    *exec.Cmd
	url    string
	log    logBuffer
	ended  chan error
}

type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "frontdesk")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, binary: build(t), data: filepath.Join(t.TempDir(), "data")}
	t.Cleanup(func() {
		if m.cmd != nil {
			_ = m.cmd.Process.Kill()
			<-m.ended
		}
	})
	return m
}

var opened = regexp.MustCompile(`start here\s+(http://\S+)/`)

// start runs `frontdesk serve` on a free port and waits until it says where it is.
func (m *machine) start() {
	m.t.Helper()
	m.cmd = exec.Command(m.binary, "serve")
	m.cmd.Env = append(os.Environ(), "PORT=0", "FRONTDESK_DATA="+m.data)
	m.cmd.Stderr = &m.log
	out, err := m.cmd.StdoutPipe()
	if err != nil {
		m.t.Fatal(err)
	}
	if err := m.cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	m.ended = make(chan error, 1)
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if url := opened.FindStringSubmatch(lines.Text()); url != nil {
				found <- url[1]
			}
		}
		m.ended <- m.cmd.Wait()
	}()
	select {
	case m.url = <-found:
	case err := <-m.ended:
		m.ended <- err
		m.t.Fatalf("the program ended: %v\n%s", err, m.log.String())
	case <-time.After(patience):
		m.t.Fatalf("the program did not open\n%s", m.log.String())
	}
}

// stop ends the program with a signal and returns how it ended.
func (m *machine) stop(s syscall.Signal) error {
	m.t.Helper()
	if err := m.cmd.Process.Signal(s); err != nil {
		m.t.Fatal(err)
	}
	select {
	case err := <-m.ended:
		m.cmd = nil
		return err
	case <-time.After(patience):
		m.t.Fatalf("the program did not end after %s\n%s", s, m.log.String())
		return nil
	}
}

// do makes a request and returns status and body.
func (m *machine) do(method, path string, body any, headers ...string) (int, string) {
	m.t.Helper()
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			m.t.Fatal(err)
		}
		in = bytes.NewReader(b)
	}
	r, err := http.NewRequest(method, m.url+path, in)
	if err != nil {
		m.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", m.url)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		m.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// write is a customer of the playground writing.
func (m *machine) write(customer, text string) {
	m.t.Helper()
	if status, body := m.do("POST", "/playground/messages", map[string]string{"customer": customer, "text": text}); status != 200 {
		m.t.Fatalf("write %q: got %d %s", text, status, body)
	}
}

// replies waits until the playground shows n replies that contain text.
func (m *machine) replies(text string, n int) {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", m.url+"/playground/events", nil)
	if err != nil {
		m.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		m.t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for m.count(text) < n {
		if !lines.Scan() {
			m.t.Fatalf("got %d replies with %q, want %d\n%s\n%s", m.count(text), text, n, m.history(), m.log.String())
		}
	}
}

func (m *machine) history() string {
	m.t.Helper()
	_, body := m.do("GET", "/playground/history", nil)
	return body
}

// count is how many replies with this text the customers have on their phones.
func (m *machine) count(text string) int {
	m.t.Helper()
	return strings.Count(m.history(), text)
}

// frontdesk runs a command of the command line against this machine.
func (m *machine) frontdesk(args ...string) string {
	m.t.Helper()
	cmd := exec.Command(m.binary, args...)
	cmd.Env = append(os.Environ(), "FRONTDESK_DATA="+m.data, "FRONTDESK_URL="+m.url)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		m.t.Fatalf("frontdesk %v: %v\n%s%s", args, err, out, stderr.String())
	}
	return string(out)
}

// TestANewcomersFirstHour starts the real program on an empty folder, writes as a
// customer, changes the reply, reads the mail, pulls the plug and goes on.
func TestANewcomersFirstHour(t *testing.T) {
	m := newMachine(t)
	m.start()
	if status, body := m.do("GET", "/healthz", nil); status != 200 || !strings.Contains(body, `"status":"ok"`) || !strings.Contains(body, `"inbox":{"waiting":`) {
		t.Fatalf("healthz: got %d %s", status, body)
	}

	// A customer writes, in two languages, and gets the price.
	price := m.replyTo("hi what is the price?", "en")
	preis := m.replyTo("请问多少钱?", "zh-CN")
	m.write("c1", "hi what is the price?")
	m.replies(head(price), 1)
	m.write("c2", "请问多少钱?")
	m.replies(head(preis), 1)

	// An admin changes the reply; the next customer gets the new one.
	file := filepath.Join(t.TempDir(), "playbook.json")
	m.frontdesk("playbook", "pull", file)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.ReplaceAll(text, []byte(quote(head(price))), []byte(quote("NEW PRICES: "+head(price))))
	if bytes.Equal(text, changed) {
		t.Fatalf("the playbook does not hold %q", head(price))
	}
	if err := os.WriteFile(file, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	m.frontdesk("playbook", "push", file, "--publish")
	deadline := time.Now().Add(patience)
	m.waitForVersion(2)
	for n := 1; m.count("NEW PRICES") == 0; n++ { // each second another customer
		if time.Now().After(deadline) {
			t.Fatalf("customers still get the old reply\n%s", m.history())
		}
		m.write("c3", "what is the price?")
		m.settled(n + 2)
	}

	// The mailbox has last week's mail.
	if status, body := m.do("GET", "/mailbox", nil); status != 200 || !strings.Contains(body, "/mailbox/") {
		t.Errorf("mailbox: got %d without a mail in %.300s", status, body)
	}

	// The plug is pulled; nothing is lost, and a clean stop is clean.
	if err := m.stop(syscall.SIGKILL); err == nil {
		t.Error("kill -9 ended the program without an error")
	}
	m.start()
	out := m.frontdesk("simulate", "hi what is the price?")
	if !strings.Contains(out, "NEW PRICES") {
		t.Errorf("after the restart: got %s, want the published reply", out)
	}
	if err := m.stop(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: got %v, want a clean end\n%s", err, m.log.String())
	}
	if strings.Contains(m.log.String(), `"level":"ERROR"`) {
		t.Errorf("the log has errors:\n%s", m.log.String())
	}
}

// TestWeChatOverARestart starts the real program with customers on WeChat and members of
// staff on an app, in two languages, pulls the plug and goes on: nobody is answered twice,
// whoever waits for a person still does, and nothing alarms.
func TestWeChatOverARestart(t *testing.T) {
	m := newMachine(t)
	m.start()
	price, preis := head(m.replyTo("hi what is the price?", "en")), head(m.replyTo("请问多少钱?", "zh-CN"))
	m.write("k1", "请问多少钱?")
	m.write("m1", "请问多少钱?")
	m.replies(preis, 2)
	m.write("k2", "hi what is the price?")
	m.write("m2", "hi what is the price?")
	m.replies(price, 2)
	m.write("k2", "I want to talk to a person")
	m.replies(waits, 1)
	guest := m.guest("kf")
	m.write("k3", "hi what is the price?")
	m.replies(price, 3)
	m.calm()

	if err := m.stop(syscall.SIGKILL); err == nil {
		t.Error("kill -9 ended the program without an error")
	}
	m.start()
	if m.count(waits) != 1 {
		t.Errorf("after the restart nobody waits for a person any more: %s", m.history())
	}
	m.replies(`"kind":"menu"`, 1) // of the app
	if status, body := m.do("POST", "/v1/conversations/"+guest+"/messages", map[string]string{"text": "Still there?"}, "Authorization", "Bearer "+m.token("admin")); status != 201 {
		t.Errorf("an agent's message to who wrote before the restart: got %d %s, want it sent", status, body)
	}
	m.write("k1", "hi what is the price?") // in other words than before: the same ones might be covered by that reply
	m.write("m1", "hi what is the price?")
	m.replies(price, 2)
	if status, body := m.do("POST", "/playground/taps", map[string]string{"customer": "m2", "choice": "notices"}); status != 200 {
		t.Errorf("a tap on the app's menu: got %d %s", status, body)
	}
	m.replies(`"shape":"news"`, 1)
	m.serve("k2", "take", "")
	m.serve("k2", "answer", "Here I am")
	m.serve("k2", "end", "")
	m.replies(`"id":"survey:5"`, 1)
	m.write("k2", "hi what is the price?")
	m.replies(price, 3)
	if err := m.stop(syscall.SIGTERM); err != nil {
		t.Errorf("SIGTERM: got %v, want a clean end\n%s", err, m.log.String())
	}
	if log := m.log.String(); strings.Contains(log, `"level":"ERROR"`) || strings.Contains(log, `"alarm"`) || strings.Contains(log, `"level":"WARN"`) {
		t.Errorf("the log has errors:\n%s", log)
	}
	if n := strings.Count(m.log.String(), `"filter":"price"`); n != 8 {
		t.Errorf("got %d replies with the price in all, want one for each of 8 questions\n%s", n, m.log.String())
	}
}

// waits is how the playground shows that the second customer waits for a person.
const waits = `"kind":"state","customer":"k2","code":2`

// calm waits until the queues are empty: what is on the phones is recorded then.
func (m *machine) calm() {
	m.t.Helper()
	const empty = `"waiting":0,`
	for deadline := time.Now().Add(patience); ; {
		status, body := m.do("GET", "/healthz", nil)
		if status == 200 && strings.Count(body, empty) == 2 {
			return
		}
		if time.Now().After(deadline) {
			m.t.Fatalf("the queues do not get empty: %s\n%s", body, m.log.String())
		}
	}
}

// guest makes somebody new on a line and returns the id of their conversation.
func (m *machine) guest(line string) string {
	m.t.Helper()
	var made struct{ Conversation string }
	status, body := m.do("POST", "/playground/customers", map[string]string{"line": line})
	if err := json.Unmarshal([]byte(body), &made); status != 200 || err != nil || made.Conversation == "" {
		m.t.Fatalf("somebody new: got %d %s", status, body)
	}
	return made.Conversation
}

// serve does something as the servicer of the playground.
func (m *machine) serve(customer, what, text string) {
	m.t.Helper()
	if status, body := m.do("POST", "/playground/service", map[string]string{"customer": customer, "do": what, "text": text}); status != 200 {
		m.t.Fatalf("%s as the servicer: got %d %s", what, status, body)
	}
}

// head is the first line of a text.
func head(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// quote is a text as JSON writes it, without the quotation marks.
func quote(text string) string {
	b, _ := json.Marshal(text)
	return string(b[1 : len(b)-1])
}

func (m *machine) token(role string) string {
	return strings.TrimSpace(m.frontdesk("token", "--role", role))
}

// replyTo asks the simulator what a message would get.
func (m *machine) replyTo(text, language string) string {
	m.t.Helper()
	status, body := m.do("POST", "/v1/simulate", map[string]any{"message": map[string]any{"text": text}, "on": "live"}, "Authorization", "Bearer "+m.token("viewer"))
	var got struct {
		Decision struct{ Language, Reply string }
		Reply    struct {
			Content struct{ Text string }
			Text    string
		}
		Content struct{ Text string }
	}
	if err := json.Unmarshal([]byte(body), &got); status != 200 || err != nil {
		m.t.Fatalf("simulate: got %d %s", status, body)
	}
	reply := got.Content.Text + got.Reply.Text + got.Reply.Content.Text
	if got.Decision.Reply != "price" || got.Decision.Language != language || reply == "" {
		m.t.Fatalf("simulate %q: got %s, want template price in %s", text, body, language)
	}
	return reply
}

func (m *machine) waitForVersion(n int) {
	m.t.Helper()
	_, body := m.do("GET", "/v1/playbook/versions", nil, "Authorization", "Bearer "+m.token("viewer"))
	if !strings.Contains(body, fmt.Sprintf(`"number":%d`, n)) {
		m.t.Fatalf("got versions %s, want %d", body, n)
	}
}

// settled waits until customers have n replies in all, or a second has passed.
func (m *machine) settled(n int) {
	m.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", m.url+"/playground/events", nil)
	if err != nil {
		m.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for m.count(`"kind":"out"`) < n && lines.Scan() {
	}
}

func TestItSaysWhatIsWrongBeforeItStarts(t *testing.T) {
	binary := build(t)
	tests := []struct {
		name string
		env  []string
		want string
	}{
		{"a channel without credentials", []string{`FRONTDESK_CHANNELS=[{"id":"wa-main","kind":"whatsapp","phone_number_id":"1"}]`}, "wa-main"},
		{"no channel and no demo", []string{"FRONTDESK_DEMO=off"}, "FRONTDESK_CHANNELS"},
		{"a wrong port", []string{"PORT=web"}, "PORT"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cmd := exec.Command(binary, "serve")
			cmd.Env = append(append(os.Environ(), "PORT=0", "FRONTDESK_DATA="+t.TempDir()), tt.env...)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), tt.want) {
				t.Errorf("got %v: %s, want an error that names %s", err, out, tt.want)
			}
		})
	}
}

func TestADamagedStoreStopsTheStartAndIsLeftAlone(t *testing.T) {
	binary, data := build(t), t.TempDir()
	path := filepath.Join(data, "frontdesk.db")
	damaged := bytes.Repeat([]byte("not a store "), 4096)
	if err := os.WriteFile(path, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, "serve")
	cmd.Env = append(os.Environ(), "PORT=0", "FRONTDESK_DATA="+data)
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), path) || !strings.Contains(string(out), "backup") {
		t.Errorf("got %v: %s, want the file named and advice", err, out)
	}
	if left, _ := os.ReadFile(path); !bytes.Equal(left, damaged) {
		t.Error("the damaged file was changed")
	}
}
