package load

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The made-up number of this load.
const (
	number  = "106540352242922"
	account = "102290129340398"
	secret  = "sample-app-secret"
	channel = "wa-main"
)

// channels is FRONTDESK_CHANNELS with one channel whose API is at a URL.
func channels(apiURL string) string {
	return `[{"id":"` + channel + `","kind":"whatsapp","phone_number_id":"` + number + `","business_id":"` + account +
		`","token":"sample-token","app_secret":"` + secret + `","verify_token":"sample-verify-token","throughput":1000,"api_url":"` + apiURL + `"}]`
}

// compile builds a main package of this module and returns the program's path.
func compile(t *testing.T, pkg string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), filepath.Base(pkg))
	cmd := exec.Command("go", "build", "-trimpath", "-o", out, "frontdesk/"+pkg)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", pkg, err, text)
	}
	return out
}

// process is a program that runs.
type process struct {
	t    *testing.T
	cmd  *exec.Cmd
	log  *os.File
	url  string
	done bool
}

var address = regexp.MustCompile(`http://[^/\s]+`)

// startPatience is how long a program may take to say where it listens, and
// stopPatience to end.
const (
	startPatience = 5 * time.Minute
	stopPatience  = 5 * time.Minute
)

// start runs a program until the test ends and waits until it prints where it
// listens. Every further line goes to lines; errors go to a file.
func start(t *testing.T, lines func(string), cmd *exec.Cmd) *process {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: cmd, log: log}
	t.Cleanup(p.kill)
	found := make(chan string, 1)
	go listen(out, found, lines)
	select {
	case p.url = <-found:
	case <-time.After(startPatience):
	}
	if p.url == "" {
		t.Fatalf("%s said nothing of where it listens\n%s", cmd.Path, p.said())
	}
	return p
}

// listen looks for the address and hands every later line on.
func listen(out io.Reader, found chan<- string, lines func(string)) {
	scan := bufio.NewScanner(out)
	known := false
	for scan.Scan() {
		if known {
			lines(scan.Text())
		} else if url := address.FindString(scan.Text()); url != "" {
			known = true
			found <- url
		}
	}
	close(found)
}

func (p *process) host() string { return strings.TrimPrefix(p.url, "http://") }

// said is what the program wrote to its log.
func (p *process) said() string {
	text, err := os.ReadFile(p.log.Name())
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// stop asks the program to end and waits for it.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	late := time.AfterFunc(stopPatience, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	p.done = true
	return p.cmd.Wait()
}

func (p *process) kill() {
	if !p.done {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
	_ = p.log.Close()
}
