// Package local runs DynamoDB Local, AWS's own emulator, for tests. Nothing that is
// deployed imports it.
//
// A test package declares one [Server] as a variable of its tests; the first use
// starts one Java process on a free port, which ends with the test binary, however
// that ends. Without Java or the emulator a test is skipped, with the command
// that fetches it; in CI (CI=true) it fails.
package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"frontdesk/shared/table/dynamo"
)

// Server is one DynamoDB Local. The zero value starts at its first use.
type Server struct {
	once     sync.Once
	endpoint string
	err      error
	tables   atomic.Int64
	lifeline io.WriteCloser // the process ends when this closes, at the latest with ours
}

// What signs the calls: DynamoDB Local takes anything, and knows no region.
const (
	AccessKey = "local"
	SecretKey = "local"
	Region    = "local"
)

// Endpoint returns the address of the running emulator, such as http://127.0.0.1:40123.
// It skips t, or fails it in CI, when the emulator is not there.
func (s *Server) Endpoint(t testing.TB) string {
	t.Helper()
	s.once.Do(func() { s.err = s.start() })
	var missing *missingError
	switch {
	case errors.As(s.err, &missing) && os.Getenv("CI") != "true":
		t.Skip(s.err)
	case s.err != nil:
		t.Fatal(s.err)
	}
	return s.endpoint
}

// Client returns a client of the running emulator.
func (s *Server) Client(t testing.TB) *dynamodb.Client {
	t.Helper()
	return newClient(s.Endpoint(t))
}

// Table returns a new, empty table on the emulator.
func (s *Server) Table(t testing.TB, o dynamo.Options) *dynamo.Table {
	t.Helper()
	client := s.Client(t)
	name := fmt.Sprintf("test-%d", s.tables.Add(1))
	if err := dynamo.CreateTable(t.Context(), client, name); err != nil {
		t.Fatal(err)
	}
	return dynamo.New(client, name, o)
}

func newClient(endpoint string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		BaseEndpoint: &endpoint,
		Region:       Region,
		Credentials:  credentials.NewStaticCredentialsProvider(AccessKey, SecretKey, ""),
	})
}

// missingError: the machine lacks what the emulator needs.
type missingError struct{ what string }

func (e *missingError) Error() string {
	return e.what + ": this test needs Java 17 and DynamoDB Local; fetch it with: make dynamodb-local"
}

// jarName is the program inside the emulator's folder; its libraries lie beside it.
const jarName = "DynamoDBLocal.jar"

// folder finds the emulator: FRONTDESK_DYNAMODB_LOCAL, or build/dynamodb-local of the module.
func folder() (string, error) {
	dir := os.Getenv("FRONTDESK_DYNAMODB_LOCAL")
	if dir == "" {
		root, err := moduleRoot()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(root, "build", "dynamodb-local")
	}
	if _, err := os.Stat(filepath.Join(dir, jarName)); err != nil {
		return "", &missingError{"no " + jarName + " in " + dir}
	}
	return filepath.Abs(dir)
}

func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no go.mod above the working folder")
		}
		dir = parent
	}
}

// ports is how many ports are tried: on a busy machine somebody else may take one that was
// free before Java does.
const ports = 3

func (s *Server) start() error {
	dir, err := folder()
	if err != nil {
		return err
	}
	java, err := exec.LookPath("java")
	if err != nil {
		return &missingError{"no java"}
	}
	for range ports {
		if err = s.startOn(java, dir); !errors.Is(err, errEnded) {
			break
		}
	}
	return err
}

// startOn starts the emulator on a free port and waits until it answers. The error is
// errEnded when it ended before.
func (s *Server) startOn(java, dir string) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	cmd := command(java, dir, port)
	if s.lifeline, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start DynamoDB Local: %w", err)
	}
	s.endpoint = "http://127.0.0.1:" + strconv.Itoa(port)
	return awaitReady(s.endpoint, cmd)
}

// untilStdinCloses runs a program and kills it when standard input ends, which happens
// when the process at its other end dies, in whatever way; it also ends by itself
// when the program does.
const untilStdinCloses = `exec 3<&0
"$@" <&- 3<&- &
program=$!
{ cat <&3 >/dev/null; kill -9 $program; } 2>/dev/null &
watcher=$!
wait $program
code=$?
kill $watcher 2>/dev/null
exit $code`

func command(java, dir string, port int) *exec.Cmd {
	libraries := filepath.Join(dir, "DynamoDBLocal_lib")
	cmd := exec.Command("sh", "-c", untilStdinCloses, "sh",
		java, "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
		"-Djava.library.path="+libraries, "-jar", filepath.Join(dir, jarName),
		"-inMemory", "-sharedDb", "-disableTelemetry", "-port", strconv.Itoa(port))
	cmd.Dir = dir
	return cmd
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// errEnded: the emulator ended before it answered.
var errEnded = errors.New("it ended at once")

// How long the emulator may take to answer, and how often it is asked.
const (
	startPatience = 5 * time.Minute
	startPoll     = 20 * time.Millisecond
)

// awaitReady asks until the emulator answers, has ended, or took too long.
func awaitReady(endpoint string, cmd *exec.Cmd) error {
	ctx, cancel := context.WithTimeout(context.Background(), startPatience)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	client := newClient(endpoint)
	poll := time.NewTicker(startPoll)
	defer poll.Stop()
	for {
		_, err := client.ListTables(ctx, &dynamodb.ListTablesInput{}, once)
		if err == nil {
			return nil
		}
		select {
		case exit := <-ended:
			return fmt.Errorf("start DynamoDB Local: %w: %w", errEnded, errors.Join(exit, err))
		case <-ctx.Done():
			return fmt.Errorf("start DynamoDB Local: no answer in %v: %w", startPatience, err)
		case <-poll.C:
		}
	}
}

func once(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }
