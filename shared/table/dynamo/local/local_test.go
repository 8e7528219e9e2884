package local

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The program stands in for Java. It holds the end of a pipe open, so the pipe ends
// when it does.
func TestTheProgramEndsWithItsLifeline(t *testing.T) {
	cmd := exec.Command("sh", "-c", untilStdinCloses, "sh", "sh", "-c", "echo up; exec sleep 600")
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); line != "up\n" {
		t.Fatalf("got %q, %v, want the program up", line, err)
	}
	lifeline.Close()
	if rest, err := io.ReadAll(lines); err != nil || len(rest) > 0 {
		t.Errorf("after the end: got %q, %v", rest, err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the program ended in peace, want it killed")
	}
}

func TestAProgramThatEndsIsNoticed(t *testing.T) {
	cmd := exec.Command("sh", "-c", untilStdinCloses, "sh", "sh", "-c", "exit 3")
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer lifeline.Close()
	var exit *exec.ExitError
	if err := cmd.Run(); !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("got %v, want exit code 3", err)
	}
}

func TestWithoutTheEmulatorTheErrorSaysWhatToDo(t *testing.T) {
	t.Setenv("FRONTDESK_DYNAMODB_LOCAL", t.TempDir())
	err := new(Server).start()
	var missing *missingError
	if !errors.As(err, &missing) || !strings.Contains(err.Error(), "make dynamodb-local") {
		t.Errorf("got %v, want what is missing and how to fetch it", err)
	}
}

func TestWithoutJavaTheErrorSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, jarName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("FRONTDESK_DYNAMODB_LOCAL", dir)
	t.Setenv("PATH", dir)
	err := new(Server).start()
	var missing *missingError
	if !errors.As(err, &missing) || !strings.Contains(err.Error(), "Java 17") {
		t.Errorf("got %v, want that Java is missing", err)
	}
}

func TestABrokenEmulatorIsNoticedAtOnce(t *testing.T) {
	if _, err := exec.LookPath("java"); err != nil {
		t.Skip("no java")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, jarName), []byte("not a jar"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("FRONTDESK_DYNAMODB_LOCAL", dir)
	err := new(Server).start()
	var missing *missingError
	if err == nil || errors.As(err, &missing) || !strings.Contains(err.Error(), "ended at once") {
		t.Errorf("got %v, want that it ended at once", err)
	}
}
