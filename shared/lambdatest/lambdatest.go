// Package lambdatest runs a built Lambda function on this machine, for tests and
// benchmarks: it plays the Lambda Runtime API that the function's bootstrap asks
// for work, and the AWS services that it calls ([SQS], [SES], [Secrets]).
//
// [Build] compiles a function as it is compiled for AWS, but for this machine.
// [Start] runs it; [Function.Invoke] hands it an event and returns its answer.
// Everything is bounded: an invocation by [Limit], the log by [logLimit], the
// process by the end of the test. The caller's own AWS settings never reach the
// process.
//
// Source: AWS, "Lambda runtime API" (2018-06-01).
package lambdatest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Limit is how long one invocation may take, the start included.
const Limit = 5 * time.Minute

// ErrGone: the process ended before it answered. The error that wraps it holds
// the end of its log.
var ErrGone = errors.New("the function ended without an answer")

// FunctionError is what a function reports instead of an answer.
type FunctionError struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
	// Init is set when the function failed before it asked for its first event.
	Init bool `json:"-"`
}

func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }

// Flags are the build flags of every function (functions/build.flags of the module).
func Flags(t testing.TB) []string {
	t.Helper()
	module, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		t.Fatalf("find the module: %v", err)
	}
	text, err := os.ReadFile(filepath.Join(filepath.Dir(string(bytes.TrimSpace(module))), "functions", "build.flags"))
	if err != nil {
		t.Fatal(err)
	}
	var flags []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			flags = append(flags, line)
		}
	}
	return flags
}

// Build compiles the main package (an import path or a folder) and returns the
// path of its bootstrap, which lives as long as the test.
func Build(t testing.TB, pkg string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "bootstrap")
	args := append([]string{"build"}, Flags(t)...)
	cmd := exec.Command("go", append(args, "-o", out, pkg)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", pkg, err, text)
	}
	return out
}

// Function is a running function. Its methods may be called from one goroutine
// at a time, as Lambda gives one event at a time to each instance.
type Function struct {
	cmd     *exec.Cmd
	api     *runtimeAPI
	log     *logBuffer
	ended   chan struct{}
	started time.Time
	cold    time.Duration
	stop    sync.Once
}

// Start runs a bootstrap with these variables ("NAME=value") and nothing else
// but what Lambda itself sets, and made-up credentials. The test's end kills it.
// A function that fails to start says so at the first [Function.Invoke].
func Start(t testing.TB, bootstrap string, env []string) *Function {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &Function{api: newRuntimeAPI(), log: &logBuffer{}, ended: make(chan struct{})}
	server := &http.Server{Handler: f.api, ReadHeaderTimeout: Limit}
	go func() { _ = server.Serve(listener) }()
	f.cmd = exec.Command(bootstrap)
	f.cmd.Env = append(environment(listener.Addr().String(), t.TempDir()), env...)
	f.cmd.Stdout, f.cmd.Stderr = f.log, f.log
	f.started = time.Now()
	if err := f.cmd.Start(); err != nil {
		_ = server.Close()
		t.Fatalf("start %s: %v", bootstrap, err)
	}
	go func() {
		_ = f.cmd.Wait()
		close(f.ended)
	}()
	t.Cleanup(func() {
		f.Stop()
		_ = server.Close()
	})
	return f
}

// environment is what Lambda sets, as far as functions read it.
func environment(api, home string) []string {
	return []string{
		"AWS_LAMBDA_RUNTIME_API=" + api,
		"AWS_LAMBDA_FUNCTION_NAME=frontdesk-test", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512", "AWS_LAMBDA_LOG_FORMAT=JSON",
		"AWS_REGION=eu-central-1", "AWS_DEFAULT_REGION=eu-central-1",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		"AWS_EC2_METADATA_DISABLED=true", "HOME=" + home, "TZ=:UTC",
	}
}

// Invoke hands the event to the function and returns its answer. The error is a
// [*FunctionError] when the function reported one, [ErrGone] when it ended.
func (f *Function) Invoke(event []byte) ([]byte, error) {
	deadline := time.NewTimer(Limit)
	defer deadline.Stop()
	select {
	case f.api.events <- event:
	case err := <-f.api.failed:
		return nil, err
	case <-f.ended:
		return nil, f.gone()
	case <-deadline.C:
		return nil, fmt.Errorf("hand over event: the function did not ask for it in %s", Limit)
	}
	select {
	case a := <-f.api.answers:
		if f.cold == 0 {
			f.cold = a.at.Sub(f.started)
		}
		return a.body, a.err
	case <-f.ended:
		return nil, f.gone()
	case <-deadline.C:
		return nil, fmt.Errorf("wait for an answer: none in %s", Limit)
	}
}

// gone prefers what the function said of its end to the bare fact.
func (f *Function) gone() error {
	select {
	case err := <-f.api.failed:
		return err
	default:
		return fmt.Errorf("%w\n%s", ErrGone, f.log)
	}
}

// Cold returns the time from the start of the process to its first answer; it
// is what Lambda adds to the first call when Invoke follows Start at once. Zero
// before that answer.
func (f *Function) Cold() time.Duration { return f.cold }

// Log returns what the function wrote so far, at most the first megabyte.
func (f *Function) Log() string { return f.log.String() }

// CPU returns the processor time that the process has used so far, in user and
// system together. Only Linux tells it for a running process.
func (f *Function) CPU() (time.Duration, error) { return cpuTime(f.cmd.Process.Pid) }

// Stop ends the process and returns the processor time of its whole life. It
// may be called more than once.
func (f *Function) Stop() time.Duration {
	f.stop.Do(func() {
		_ = f.cmd.Process.Kill()
		<-f.ended
	})
	return f.cmd.ProcessState.UserTime() + f.cmd.ProcessState.SystemTime()
}
