package soak_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
	"frontdesk/shared/table/dynamo"
	"frontdesk/shared/table/dynamo/local"
	"frontdesk/soak"
	"frontdesk/soak/world"
)

// The settings of these tests, all of them optional:
//
//	FRONTDESK_SOAK_MESSAGES  how many customers' messages per engine; a few without it
//	FRONTDESK_SOAK_SEED      the seed of the first world, 1 without it
//	FRONTDESK_SOAK_ENGINE    only this engine
//	FRONTDESK_SOAK_DOCS      the file whose figures are written anew
//	FRONTDESK_SOAK_WORLD     for TestReplay: the seed of one world
//	FRONTDESK_SOAK_TRACE     for TestReplay: the mark of the message to follow; all without it
const (
	messagesVar = "FRONTDESK_SOAK_MESSAGES"
	seedVar     = "FRONTDESK_SOAK_SEED"
	engineVar   = "FRONTDESK_SOAK_ENGINE"
	docsVar     = "FRONTDESK_SOAK_DOCS"
	worldVar    = "FRONTDESK_SOAK_WORLD"
	traceVar    = "FRONTDESK_SOAK_TRACE"
)

var emulator local.Server

// engines are the ways to run the program. "functions" is the cloud's code on the
// embedded table, so that it runs without Java too.
func engines(t *testing.T) map[string]soak.Engine {
	return map[string]soak.Engine{
		"bolt":      {Name: "bolt", Host: world.Machine, Open: onDisk(t)},
		"functions": {Name: "functions", Host: world.Functions, Open: onDisk(t)},
		"dynamodb": {Name: "dynamodb", Host: world.Functions, Open: func(now func() time.Time) (table.Table, error) {
			return emulator.Table(t, dynamo.Options{Now: now}), nil
		}},
	}
}

func onDisk(t *testing.T) func(func() time.Time) (table.Table, error) {
	var n atomic.Int64
	dir := t.TempDir()
	return func(now func() time.Time) (table.Table, error) {
		return bolt.Open(filepath.Join(dir, strconv.FormatInt(n.Add(1), 10)), bolt.Options{Now: now, NoSync: true})
	}
}

// number is a setting, or what it is without one.
func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s is %q, want a number above 0", name, text)
	}
	return n
}

// worldSize is how many messages one world has in the long form.
const worldSize = 5000

func TestEveryMessageGetsExactlyOneReply(t *testing.T) {
	long := os.Getenv(messagesVar) != ""
	short := map[string]int{"bolt": 300, "functions": 300, "dynamodb": 40}
	var docs []*soak.Tally
	for _, name := range []string{"bolt", "functions", "dynamodb"} {
		if only := os.Getenv(engineVar); only != "" && only != name || long && only == "" && name == "functions" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			e := engines(t)[name]
			if name == "dynamodb" {
				emulator.Endpoint(t)
			}
			messages := number(t, messagesVar, short[name])
			tally, err := soak.Run(t.Context(), soak.Plan{
				Engine: e, Seed: uint64(number(t, seedVar, 1)), Messages: messages, World: min(worldSize, (messages+1)/2),
				Workers: 2, Progress: progress(long),
			})
			if err != nil {
				t.Fatal(err)
			}
			docs = append(docs, tally)
			judge(t, tally, messages)
		})
	}
	write(t, docs)
}

func progress(long bool) io.Writer {
	if long {
		return os.Stdout
	}
	return io.Discard
}

// judge fails the test for everything that must not be, and for a run that tested
// nothing.
func judge(t *testing.T, tally *soak.Tally, messages int) {
	t.Helper()
	for _, f := range tally.Failures {
		t.Error(f)
	}
	if tally.Sent != messages || tally.Acked < messages*95/100 || tally.Replies < messages/2 {
		t.Errorf("of %d messages %d were sent and %d acknowledged, with %d replies: that is no test", messages, tally.Sent, tally.Acked, tally.Replies)
	}
	t.Log("\n" + tally.Markdown())
}

// write puts the figures into the document between their marks.
func write(t *testing.T, tallies []*soak.Tally) {
	path := os.Getenv(docsVar)
	if path == "" || t.Failed() {
		return
	}
	var b strings.Builder
	for _, tally := range tallies {
		fmt.Fprintf(&b, "\n### %s\n\n%s", tally.Engine, tally.Markdown())
	}
	if err := soak.WriteFigures(path, b.String()); err != nil {
		t.Fatal(err)
	}
}

// TestReplay runs one world again, as the message of a failure says. Without one it
// runs a small world, to show that the command works.
func TestReplay(t *testing.T) {
	engine, messages, trace := "bolt", 20, io.Writer(io.Discard)
	if os.Getenv(worldVar) != "" {
		engine, messages, trace = os.Getenv(engineVar), number(t, messagesVar, worldSize), os.Stdout
	}
	e, ok := engines(t)[engine]
	if !ok {
		t.Fatalf("%s names no engine", engineVar)
	}
	cfg := world.Config{
		Seed: uint64(number(t, worldVar, 1)), Host: e.Host, Open: e.Open, Messages: messages, Trace: trace, Only: os.Getenv(traceVar),
	}
	out, report, err := soak.One(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	tally := soak.NewTally(e.Name)
	tally.Add(out, report)
	judge(t, tally, cfg.Messages)
}

func TestTheSameSeedIsTheSameRun(t *testing.T) {
	for name, host := range map[string]world.Host{"one machine": world.Machine, "functions": world.Functions} {
		run := func(seed uint64) (uint64, string) {
			var trace bytes.Buffer
			out, _, err := soak.One(t.Context(), world.Config{Seed: seed, Host: host, Messages: 25, Open: onDisk(t), Trace: &trace})
			if err != nil {
				t.Fatal(err)
			}
			return out.Fingerprint, trace.String()
		}
		a, first := run(7)
		b, second := run(7)
		if a != b || first != second {
			t.Errorf("%s: two runs of one seed differ", name)
		}
		if c, _ := run(8); c == a {
			t.Errorf("%s: another seed did the same", name)
		}
	}
}
