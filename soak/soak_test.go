package soak_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
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
//	FRONTDESK_SOAK_CHANNEL   only this channel (world.Channels)
//	FRONTDESK_SOAK_DOCS      the file whose figures are written anew
//	FRONTDESK_SOAK_WORLD     for TestReplay: the seed of one world
//	FRONTDESK_SOAK_TRACE     for TestReplay: the mark of the message to follow; all without it
const (
	messagesVar = "FRONTDESK_SOAK_MESSAGES"
	seedVar     = "FRONTDESK_SOAK_SEED"
	engineVar   = "FRONTDESK_SOAK_ENGINE"
	channelVar  = "FRONTDESK_SOAK_CHANNEL"
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

// short is how many messages the short form has.
func short(engine string, ch world.Channel) int {
	switch {
	case engine == "dynamodb" && ch == world.WhatsApp:
		return 40
	case engine == "dynamodb":
		return 16
	case ch == world.WhatsApp:
		return 300
	}
	return 160
}

// left reports a run that this call leaves out: without a word the long form runs the
// two engines, and no channel twice on account of a setting that changes little.
func left(long bool, engine string, ch world.Channel) bool {
	only, channel := os.Getenv(engineVar), os.Getenv(channelVar)
	if only != "" && only != engine || channel != "" && channel != string(ch) {
		return true
	}
	switch {
	case long:
		return only == "" && engine == "functions" || channel == "" && ch == world.KFRefused
	case engine == "dynamodb":
		return ch != world.WhatsApp && ch != world.KFUnknown && ch != world.AppChecked
	}
	return false
}

func TestEveryMessageGetsExactlyOneReply(t *testing.T) {
	long := os.Getenv(messagesVar) != ""
	for _, ch := range world.Channels() {
		for _, name := range []string{"bolt", "functions", "dynamodb"} {
			if left(long, name, ch) {
				continue
			}
			t.Run(name+"/"+string(ch), func(t *testing.T) {
				e := engines(t)[name]
				if name == "dynamodb" {
					emulator.Endpoint(t)
				}
				messages := number(t, messagesVar, short(name, ch))
				tally, err := soak.Run(t.Context(), soak.Plan{
					Engine: e, Channel: ch, Seed: uint64(number(t, seedVar, 1)), Messages: messages, World: min(worldSize, (messages+1)/2),
					Workers: 2, Progress: progress(long),
				})
				if err != nil {
					t.Fatal(err)
				}
				judge(t, tally, messages)
				write(t, tally)
			})
		}
	}
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
	if tally.Sent != messages || tally.Acked < messages*90/100 || tally.Replies < messages/4 {
		t.Errorf("of %d messages %d were sent and %d acknowledged, with %d replies: that is no test", messages, tally.Sent, tally.Acked, tally.Replies)
	}
	t.Log("\n" + tally.Markdown())
}

// write puts the figures into the document, between the marks of their run.
func write(t *testing.T, tally *soak.Tally) {
	path := os.Getenv(docsVar)
	if path == "" || t.Failed() {
		return
	}
	text := fmt.Sprintf("\n### %s\n\n%s", tally.Name(), tally.Markdown())
	if err := soak.WriteFigures(path, tally.Name(), text); err != nil {
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
		Seed: uint64(number(t, worldVar, 1)), Channel: world.Channel(os.Getenv(channelVar)), Host: e.Host, Open: e.Open, Messages: messages, Trace: trace, Only: os.Getenv(traceVar),
	}
	out, report, err := soak.One(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	tally := soak.NewTally(e.Name, out.Config.Channel)
	tally.Add(out, report)
	judge(t, tally, cfg.Messages)
}

func TestTheSameSeedIsTheSameRun(t *testing.T) {
	for _, ch := range world.Channels() {
		for _, host := range []world.Host{world.Machine, world.Functions} {
			run := func(seed uint64) (uint64, string) {
				var trace bytes.Buffer
				out, _, err := soak.One(t.Context(), world.Config{Seed: seed, Host: host, Channel: ch, Messages: 25, Open: onDisk(t), Trace: &trace})
				if err != nil {
					t.Fatal(err)
				}
				return out.Fingerprint, trace.String()
			}
			a, first := run(7)
			b, second := run(7)
			if a != b || first != second {
				t.Errorf("%s on %s: two runs of one seed differ", ch, host)
			}
			if c, _ := run(8); c == a {
				t.Errorf("%s on %s: another seed did the same", ch, host)
			}
		}
	}
}
