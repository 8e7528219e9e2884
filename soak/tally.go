package soak

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/soak/audit"
	"frontdesk/soak/fault"
	"frontdesk/soak/world"
)

// Tally adds up worlds.
type Tally struct {
	Engine                     string
	Channel                    world.Channel
	Worlds, Sent, Acked        int
	Replies, Steps, LinesShown int
	Virtual                    time.Duration
	Classes                    map[audit.Class]int
	Oddities                   map[audit.Oddity]int
	Faults                     map[fault.Kind]*Row
	Alarms                     map[string]int
	// Failures say what must not be, each with how to see it again.
	Failures []string
}

// Name is the engine, with the channel where it is not WhatsApp.
func (t *Tally) Name() string {
	if t.Channel == world.WhatsApp {
		return t.Engine
	}
	return t.Engine + ", " + string(t.Channel)
}

// Row is what happened around one kind of fault. A message counts in every row
// whose fault touched it.
type Row struct {
	// Times is how often the fault struck, Messages how many messages it touched.
	Times, Messages int
	Classes         map[audit.Class]int
	Oddities        map[audit.Oddity]int
}

func newRow() *Row {
	return &Row{Classes: map[audit.Class]int{}, Oddities: map[audit.Oddity]int{}}
}

// NewTally returns an empty tally of an engine.
func NewTally(engine string, ch world.Channel) *Tally {
	t := &Tally{Engine: engine, Channel: ch, Classes: map[audit.Class]int{}, Oddities: map[audit.Oddity]int{},
		Faults: map[fault.Kind]*Row{}, Alarms: map[string]int{}}
	for _, k := range fault.Kinds() {
		t.Faults[k] = newRow()
	}
	return t
}

// Add adds one world.
func (t *Tally) Add(out *world.Outcome, r audit.Report) {
	t.Worlds++
	t.Sent += r.Sent
	t.Acked += r.Acked
	t.Replies += r.Replies
	t.Steps += out.Steps
	t.LinesShown += out.Leaks.Seen()
	t.Virtual += out.Took
	for name, n := range out.Alarms {
		t.Alarms[name] += n
	}
	t.told(out, r)
	kinds := out.Kinds()
	t.classes(out, r, kinds)
	t.findings(out, r, kinds)
	for _, l := range out.Leaks.Found() {
		t.fail(out, "", "LEAK: "+l.String())
	}
	if out.Stuck != "" {
		t.fail(out, "", out.Stuck)
	}
}

// told holds the doubles against the alarms: of each an operator must know.
func (t *Tally) told(out *world.Outcome, r audit.Report) {
	doubles := 0
	for _, f := range r.Findings {
		if f.Oddity == audit.Explained || f.Oddity == audit.Hurried {
			doubles++
		}
	}
	if n := out.Alarms["unproven"]; n < doubles {
		t.fail(out, "", fmt.Sprintf("%d doubles and %d alarms of them", doubles, n))
	}
}

func (t *Tally) classes(out *world.Outcome, r audit.Report, kinds map[string][]fault.Kind) {
	for c, n := range r.Classes {
		t.Classes[c] += n
	}
	for k, n := range out.Faults.Counts() {
		t.Faults[k].Times += n
	}
	for id, class := range r.Of {
		for _, k := range kinds[id] {
			t.Faults[k].Messages++
			t.Faults[k].Classes[class]++
		}
	}
}

func (t *Tally) findings(out *world.Outcome, r audit.Report, kinds map[string][]fault.Kind) {
	marks := make(map[string]string, len(out.Wrote))
	for _, w := range out.Wrote {
		marks[w.ID] = w.Mark
	}
	for _, f := range r.Findings {
		t.Oddities[f.Oddity]++
		for _, k := range kinds[f.Message] {
			t.Faults[k].Oddities[f.Oddity]++
		}
		if !f.Oddity.Accepted() {
			t.fail(out, marks[f.Message], fmt.Sprintf("%s: message %s, reply %s: %s; faults: %v", f.Oddity, marks[f.Message], f.Ref, f.Detail, kinds[f.Message]))
		}
	}
}

// mostShown is how many failures are told in full.
const mostShown = 25

func (t *Tally) fail(out *world.Outcome, mark, what string) {
	if len(t.Failures) == mostShown {
		t.Failures = append(t.Failures, "and more of the kind")
	}
	if len(t.Failures) > mostShown {
		return
	}
	t.Failures = append(t.Failures, what+"\n    see it again: "+Replay(t.Engine, out.Config, mark))
}

// Replay is the command that runs one world again and prints every step about one
// message.
func Replay(engine string, cfg world.Config, mark string) string {
	return fmt.Sprintf("FRONTDESK_SOAK_ENGINE=%s FRONTDESK_SOAK_CHANNEL=%s FRONTDESK_SOAK_WORLD=%d FRONTDESK_SOAK_MESSAGES=%d FRONTDESK_SOAK_TRACE=%s go test ./soak -run '^TestReplay$' -v",
		engine, cfg.Channel, cfg.Seed, cfg.Messages, mark)
}

// disorder are the oddities of order.
func disorder(m map[audit.Oddity]int) (bad, explained int) {
	return m[audit.OutOfOrder], m[audit.Overtaken] + m[audit.Revived]
}

// doubled are the oddities of doubles.
func doubled(m map[audit.Oddity]int) (bad, explained int) {
	return m[audit.Unexplained] + m[audit.TooSoon] + m[audit.Unmarked] + m[audit.TwoReplies] + m[audit.KeyedTwice], m[audit.Explained] + m[audit.Hurried]
}

// Markdown is the tally as a table for docs/reliability.md.
func (t *Tally) Markdown() string {
	var b strings.Builder
	bad, explained := doubled(t.Oddities)
	late, moved := disorder(t.Oddities)
	fmt.Fprintf(&b, "%d messages in %d worlds, %d steps, %.0f days of their time. %d acknowledged, %d replies accepted by the channel.\n\n",
		t.Sent, t.Worlds, t.Steps, t.Virtual.Hours()/24, t.Acked, t.Replies)
	fmt.Fprintf(&b, "| what became of an acknowledged message | messages |\n|---|---:|\n")
	for _, c := range audit.Classes() {
		fmt.Fprintf(&b, "| %s | %d |\n", c, t.Classes[c])
	}
	fmt.Fprintf(&b, "\n| what must not be, and what may | times |\n|---|---:|\n")
	for _, o := range audit.Oddities() {
		fmt.Fprintf(&b, "| %s | %d |\n", o, t.Oddities[o])
	}
	fmt.Fprintf(&b, "\n| fault | struck | messages touched | lost | doubled, unexplained | doubled, explained | out of order | out of order, explained | dead letters |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, k := range fault.Kinds() {
		r := t.Faults[k]
		if r.Times == 0 {
			continue
		}
		d, e := doubled(r.Oddities)
		o, m := disorder(r.Oddities)
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d | %d | %d | %d |\n", k, r.Times, r.Messages, r.Classes[audit.Lost], d, e, o, m, r.Classes[audit.Dead])
	}
	fmt.Fprintf(&b, "| **all messages** | | %d | %d | %d | %d | %d | %d | %d |\n", t.Acked, t.Classes[audit.Lost], bad, explained, late, moved, t.Classes[audit.Dead])
	fmt.Fprintf(&b, "\nAlarms: %s. %d lines of logs, errors and listings were searched for secrets and persons.\n", t.alarms(), t.LinesShown)
	return b.String()
}

func (t *Tally) alarms() string {
	var all []string
	for name, n := range t.Alarms {
		all = append(all, fmt.Sprintf("%s %d", name, n))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}
