package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"frontdesk/bench/bare"
	"frontdesk/shared/lambdatest"
	"frontdesk/shared/record"
	"frontdesk/shared/table/dynamo"
)

// How functions are measured: in pairs of ours and bare, taken in turns.
const (
	functionPairs  = 7
	functionStarts = 4
	// conversations is how many the nightly job finds.
	conversations = 12
	// maxSize is the target of an arm64 bootstrap in bytes.
	maxSize = 14_000_000
)

// function says how one is called, and what a call must have done.
type function struct {
	name string
	// calls is how many warm ones a measurement takes.
	calls int
	// event makes the n-th event, and prepares what it will find.
	event func(s *side, n int) []byte
	right func(answer []byte) bool
	// effects counts what was done so far, outside the table.
	effects func(s *side) int
}

// side is ours or bare, each with its own cloud and table of the same content.
type side struct {
	tb    testing.TB
	cloud *lambdatest.Cloud
	table string
	db    *dynamodb.Client
	calls int
}

func newSide(tb testing.TB, name string) *side {
	tb.Helper()
	s := &side{tb: tb, table: name, db: emulator.Client(tb)}
	if err := dynamo.CreateTable(tb.Context(), s.db, name); err != nil {
		tb.Fatal(err)
	}
	company(tb, record.New(dynamo.New(s.db, name, dynamo.Options{})), conversations)
	s.cloud = lambdatest.NewCloud(tb, []byte(channels("http://127.0.0.1:9")), emulator.Endpoint(tb), name)
	return s
}

func list() []function {
	return []function{
		{"webhook", 300, webhookEvent, answered200, func(s *side) int { return len(s.cloud.SQS.Sent(lambdatest.InboxURL)) }},
		{"desk", 300, deskEvent, allDone, func(s *side) int { return len(s.cloud.Graph.Sent()) }},
		{"receipts", 300, receiptsEvent, allDone, nil},
		{"timers", 60, timersEvent, done, func(s *side) int { return s.calls - s.cloud.SQS.Left(lambdatest.InboxDeadURL) }},
		{"rollup", 8, rollupEvent, done, nil},
		{"weekly-kpi", 30, weekEvent, done, func(s *side) int { return len(s.cloud.SES.Mails()) }},
		{"admin", 100, adminEvent, answered200, nil},
	}
}

// functions measures every function beside its bare one.
func functions(tb testing.TB, s *sheet) {
	emulator.Endpoint(tb) // skips without it
	ours, plain := newSide(tb, "ours"), newSide(tb, "bare")
	rows := [][]string{{"function", "arm64 MB", "bare", "target", "cold", "bare", "ratio", "target", "CPU a call", "bare", "ratio", "target"}}
	for _, f := range list() {
		rows = append(rows, compare(tb, s, f, ours, plain))
	}
	s.table(fmt.Sprintf("Functions beside bare ones that make the same AWS calls (arm64 size; built for this machine: cold start to first answer,\n"+
		"processor time of a warm call); median of %d pairs", functionPairs), rows)
}

func compare(tb testing.TB, s *sheet, f function, ours, plain *side) []string {
	pairs := [2]struct {
		side    *side
		path    string
		figures []lambdatest.Figures
	}{
		{side: ours, path: lambdatest.Build(tb, "frontdesk/functions/"+f.name)},
		{side: plain, path: lambdatest.Build(tb, "frontdesk/bench/bare/"+f.name)},
	}
	var cold, cpu []float64
	for i := range functionPairs {
		for k := range pairs {
			p := &pairs[(i+k)%2]
			p.figures = append(p.figures, p.side.measure(f, p.path))
		}
		o, b := pairs[0].figures[i], pairs[1].figures[i]
		cold = append(cold, float64(o.Cold)/float64(b.Cold))
		cpu = append(cpu, float64(o.CPU)/float64(b.CPU))
	}
	size, bareSize := armSize(tb, "functions/"+f.name), armSize(tb, "bench/bare/"+f.name)
	o, b := medians(pairs[0].figures), medians(pairs[1].figures)
	return []string{f.name, megabytes(size), megabytes(bareSize), s.most(float64(size), maxSize, "14"),
		millis(o.Cold), millis(b.Cold), fmt.Sprintf("%.2f", middle(cold)), s.most(middle(cold), 1.5, "1.5"),
		millis(o.CPU), millis(b.CPU), fmt.Sprintf("%.2f", middle(cpu)), s.most(middle(cpu), 1.25, "1.25")}
}

// measure takes one set of figures and checks that every call did its work.
func (s *side) measure(f function, path string) lambdatest.Figures {
	before, called := 0, s.calls
	if f.effects != nil {
		before = f.effects(s)
	}
	figures := lambdatest.Measure(s.tb, lambdatest.Load{
		Bootstrap: path, Env: s.cloud.Env(), Right: f.right, Starts: functionStarts, Calls: f.calls,
		Event: func(int) []byte { s.calls++; return f.event(s, s.calls) },
	})
	if f.effects != nil {
		if got, want := f.effects(s)-before, s.calls-called; got != want {
			s.tb.Fatalf("%s %s: got %d things done in %d calls", s.table, f.name, got, want)
		}
	}
	return figures
}

func medians(all []lambdatest.Figures) lambdatest.Figures {
	var cold, cpu []time.Duration
	for _, f := range all {
		cold, cpu = append(cold, f.Cold), append(cpu, f.CPU)
	}
	return lambdatest.Figures{Cold: middle(cold), CPU: middle(cpu)}
}

// armSize builds a function as for AWS and returns its size in bytes.
func armSize(tb testing.TB, pkg string) int64 {
	tb.Helper()
	out := filepath.Join(tb.TempDir(), "bootstrap")
	args := append([]string{"build"}, lambdatest.Flags(tb)...)
	cmd := exec.Command("go", append(args, "-o", out, "frontdesk/"+pkg)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64")
	if text, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("build %s: %v\n%s", pkg, err, text)
	}
	info, err := os.Stat(out)
	if err != nil {
		tb.Fatal(err)
	}
	return info.Size()
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f", float64(n)/1e6) }

// What answers must be.

func answered200(answer []byte) bool {
	var r events.APIGatewayV2HTTPResponse
	return json.Unmarshal(answer, &r) == nil && r.StatusCode == 200
}

func allDone(answer []byte) bool {
	var r events.SQSEventResponse
	return json.Unmarshal(answer, &r) == nil && len(r.BatchItemFailures) == 0
}

func done(answer []byte) bool { return strings.TrimSpace(string(answer)) == "null" }

// encode is the JSON of an event, which always has one.
func encode(s *side, event any) []byte {
	raw, err := json.Marshal(event)
	if err != nil {
		s.tb.Fatal(err)
	}
	return raw
}

// sample reads one of the sample events.
func sample(s *side, name string, into any) {
	raw, err := os.ReadFile(filepath.Join("..", "events", name))
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		s.tb.Fatal(err)
	}
}

// clean removes an item, so that the next call finds its work undone.
func (s *side) clean(pk, sk string) {
	if _, err := s.db.DeleteItem(s.tb.Context(), &dynamodb.DeleteItemInput{TableName: &s.table, Key: bare.Key(pk, sk)}); err != nil {
		s.tb.Fatal(err)
	}
}
