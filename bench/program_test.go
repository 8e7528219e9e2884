package bench

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// compile builds a main package of this module and returns the program's path.
func compile(tb testing.TB, pkg string) string {
	tb.Helper()
	out := filepath.Join(tb.TempDir(), filepath.Base(pkg))
	cmd := exec.Command("go", "build", "-trimpath", "-o", out, "frontdesk/"+pkg)
	if text, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("build %s: %v\n%s", pkg, err, text)
	}
	return out
}

// address is what a program prints of where it listens.
var address = regexp.MustCompile(`http://([^/\s]+)`)

// startPatience is how long a program may take to say where it listens.
const startPatience = 5 * time.Minute

// start runs a program until the test ends and returns the host and port that
// it prints. Its log goes to a file.
func start(tb testing.TB, cmd *exec.Cmd) string {
	tb.Helper()
	log, err := os.Create(filepath.Join(tb.TempDir(), "log"))
	if err != nil {
		tb.Fatal(err)
	}
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = log.Close()
	})
	found := make(chan string, 1)
	go listen(out, found)
	select {
	case host := <-found:
		if host != "" {
			return host
		}
	case <-time.After(startPatience):
	}
	text, _ := os.ReadFile(log.Name())
	tb.Fatalf("%s said nothing of where it listens\n%s", cmd.Path, text)
	return ""
}

// listen looks for the address and then lets the program print what it likes.
func listen(out io.Reader, found chan<- string) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := address.FindStringSubmatch(lines.Text()); m != nil {
			found <- m[1]
			break
		}
	}
	close(found)
	_, _ = io.Copy(io.Discard, out)
}
