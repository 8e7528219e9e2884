// Package world is Frontdesk with everything around it, in a time of its own: the
// real door, desk, receipts and dead letters, the real sender against the sandbox,
// a real table, and between each two of them something that breaks what it can.
// [Run] lets customers write until everything has come to rest, and hands the
// auditor what it saw from outside. One seed is one run.
//
// A [Host] says what is between the parts: one machine (its own queue, and a kill
// ends everything at once) or functions (SQS FIFO, and a kill ends one invocation).
package world

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"log/slog"
	"math/rand/v2"
	"time"

	"frontdesk/shared/desk"
	"frontdesk/shared/table"
	"frontdesk/soak/audit"
	"frontdesk/soak/fault"
	"frontdesk/soak/marks"
	"frontdesk/soak/sim"
)

// Host says where the program runs.
type Host string

// The hosts.
const (
	Machine   Host = "machine"   // one process, the queue of the embedded store
	Functions Host = "functions" // one process per invocation, SQS FIFO
)

// Config of one run.
type Config struct {
	Seed uint64
	Host Host
	// Channel is WhatsApp when empty.
	Channel Channel
	// Messages is how many customers' messages there are.
	Messages int
	// Chances of the faults; fault.Usual when nil.
	Chances fault.Chances
	// Open makes the empty table, whose clock is the given one.
	Open func(now func() time.Time) (table.Table, error)
	// Sender, when set, stands before the sender: for tests that plant something.
	Sender func(desk.Sender) desk.Sender
	// Still lets the clockwork stand still, which calls for what no callback called for:
	// for tests, too.
	Still bool
	// Trace gets a line per step, of one message only when Only is its mark.
	Trace io.Writer
	Only  string
}

// Outcome is what a run came to.
type Outcome struct {
	audit.Input
	Config Config
	Faults *fault.Faults
	Leaks  *marks.Watch
	// Steps is how many effects there were; Fingerprint is the same for runs that
	// did the same.
	Steps       int
	Fingerprint uint64
	// Alarms are counted by name.
	Alarms map[string]int
	// Took is virtual time.
	Took time.Duration
	// Stuck says that something never came to rest.
	Stuck string
}

// begins is later than any machine's clock, so that deadlines of this time never
// fire by themselves. It is a Monday morning in Shanghai.
func begins() time.Time { return time.Date(2040, 11, 19, 1, 0, 0, 0, time.UTC) }

// Marked secrets and persons: wherever one of them shows, something leaks. The
// numbers are of Meta's documentation.
const (
	token       = "EAAMARKED/token+4711=secret"
	appSecret   = "MARKED-app-secret-0815"
	verifyToken = "MARKED verify token"
	phonePrefix = "1650555"
	nameMark    = "Zoë Zanzibar"
	textMark    = "Quokka “smiles”"
	userMark    = "MARKEDuser"
)

// World is one run while it goes on.
type World struct {
	cfg     Config
	sim     *sim.Sim
	faults  *fault.Faults
	chance  *rand.Rand // of latencies and customers
	entropy *entropy
	raw     table.Table // without faults
	zone    *time.Location
	side    side
	leaks   *marks.Watch
	log     *slog.Logger
	host    host
	ledger  *ledger

	skews, downs, expired []fault.Span
	ends                  time.Time // when the last customer writes
	customers             []*customer
	steps                 int
	stuck                 map[string]bool         // messages that the table does not take
	bounds                map[*sim.Task]time.Time // until when what a task asks the channel may take
	print                 interface {
		io.Writer
		Sum64() uint64
	}
}

// host is what differs between one machine and functions.
type host interface {
	// door takes one delivery and answers with a status, 0 for no answer.
	door(l letter) int
	// act runs something that an agent does, in a process.
	act(subject string, f func(*process))
	// kill ends what the current task belongs to.
	kill()
	// overdue reports whether a task has taken longer than it may.
	overdue(*sim.Task) bool
	// idle reports whether nothing is left to do.
	idle() bool
}

// entropy is a reader of seeded chance.
type entropy struct{ chance *rand.Rand }

func (e *entropy) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e.chance.Uint32())
	}
	return len(p), nil
}

func newWorld(cfg Config) (*World, error) {
	source := func(n uint64) *rand.Rand { return rand.New(rand.NewPCG(cfg.Seed, n)) }
	if cfg.Chances == nil {
		cfg.Chances = fault.Usual()
	}
	if cfg.Channel = cmp.Or(cfg.Channel, WhatsApp); !cfg.Channel.known() {
		return nil, fmt.Errorf("no channel is called %q", cfg.Channel)
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return nil, fmt.Errorf("load the company's zone: %w", err)
	}
	w := &World{
		cfg: cfg, sim: sim.New(begins(), source(1)), faults: fault.New(source(2), cfg.Chances), chance: source(3),
		entropy: &entropy{source(4)}, zone: zone, ledger: newLedger(), print: fnv.New64a(), stuck: map[string]bool{},
		bounds: map[*sim.Task]time.Time{},
	}
	w.side = newSide(w)
	secrets := w.side.secrets()
	secrets["a name"], secrets["a text"], secrets["a user id"] = nameMark, textMark, userMark
	w.leaks = marks.New(secrets)
	w.log = slog.New(slog.NewJSONHandler(io.MultiWriter(w.leaks, alarms{w.ledger}), &slog.HandlerOptions{Level: slog.LevelDebug}))
	if w.raw, err = cfg.Open(w.ourTime); err != nil {
		return nil, err
	}
	return w, w.open()
}

// open wires what stands outside: the sandbox and the host.
func (w *World) open() error {
	if err := w.publish(); err != nil {
		return err
	}
	if err := w.side.open(); err != nil {
		return err
	}
	if w.cfg.Host == Machine {
		w.host = newMachine(w)
	} else {
		w.host = newFunctions(w)
	}
	return nil
}

// ourTime is the clock of our side, which is sometimes off.
func (w *World) ourTime() time.Time { return w.sim.Now().Add(w.skew()) }

func (w *World) skew() time.Duration {
	i := fault.In(w.skews, w.sim.Now())
	switch {
	case i < 0:
		return 0
	case i%2 == 0:
		return time.Hour
	}
	return -time.Hour
}

// step is a point between two effects: time passes, others go on, and whoever is
// at work may be killed here.
func (w *World) step(what string, latency time.Duration) {
	t := w.sim.Current()
	if t == nil {
		return
	}
	if w.faults.Strike(fault.Slow, t.Subject) {
		latency += w.faults.Between(100*time.Millisecond, 15*time.Second)
	}
	w.sim.Sleep(latency)
	w.note(what)
	if w.host.overdue(t) {
		w.note("timed out")
		w.end(t)
	}
	if t.Name != outside && w.faults.Chance(fault.Killed) {
		w.host.kill()
	}
}

// end kills a task.
func (w *World) end(t *sim.Task) {
	w.side.killed(t)
	w.sim.Kill(t)
}

// outside names tasks that are not ours: the channel and the customers.
const outside = "channel"

// note counts an effect into the fingerprint and the trace.
func (w *World) note(what string) {
	w.steps++
	t := w.sim.Current()
	var at [8]byte
	binary.LittleEndian.PutUint64(at[:], uint64(w.sim.Now().UnixNano()))
	_, _ = w.print.Write(at[:])
	_, _ = io.WriteString(w.print, what+t.Subject)
	if w.cfg.Trace == nil || w.cfg.Only != "" && w.ledger.markOf(t.Subject) != w.cfg.Only {
		return
	}
	fmt.Fprintf(w.cfg.Trace, "%s %-8s %-8s %s\n", w.sim.Now().Format("02 15:04:05.000"), t.Name, w.ledger.markOf(t.Subject), what)
}

// subject is the message that the current task is about.
func (w *World) subject() string {
	if t := w.sim.Current(); t != nil {
		return t.Subject
	}
	return ""
}

// between is a latency.
func (w *World) between(from, to time.Duration) time.Duration {
	return from + time.Duration(w.chance.Int64N(int64(to-from)))
}
