package world

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"frontdesk/shared/deadletter"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/week"
	"frontdesk/soak/audit"
	"frontdesk/soak/fault"
	"frontdesk/soak/sim"
)

// patienceOfRest bounds how long after the last message a world may need to come
// to rest; the last repeats come a week later.
const patienceOfRest = 30 * 24 * time.Hour

// Run lives one world from its seed and returns what was seen.
func Run(cfg Config) (*Outcome, error) {
	w, err := newWorld(cfg)
	if err != nil {
		return nil, err
	}
	began := w.sim.Now()
	w.customersWrite()
	w.sim.Run(func() bool { return w.sim.Now().Before(w.ends.Add(patienceOfRest)) })
	out := &Outcome{
		Config: w.cfg, Faults: w.faults, Leaks: w.leaks, Steps: w.steps, Fingerprint: w.print.Sum64(),
		Alarms: w.ledger.alarms, Took: w.sim.Now().Sub(began),
		Input: audit.Input{Table: w.raw, Wrote: w.ledger.messages(), Traces: w.ledger.traces, Acts: w.ledger.acts, Tags: w.ledger.tags, Days: w.days(began), Jumps: w.jumps()},
	}
	w.side.seen(&out.Input)
	if !w.host.idle() || w.sim.Now().After(w.ends.Add(patienceOfRest)) {
		out.Stuck = "there is still work in a queue"
	} else {
		w.side.close() // which waits for deliveries on their way
	}
	return out, w.listDeadLetters()
}

// over reports whether the clockwork may stop: everybody has written, the last
// repeats have come, and nothing is left to do.
func (w *World) over() bool {
	return w.sim.Now().After(w.ends.Add(w.rest())) && w.host.idle() || w.sim.Now().After(w.ends.Add(patienceOfRest))
}

// rest is how long after the last message something may still come by itself: repeats of
// webhooks a week later; what customer service reports of a message, hours later.
func (w *World) rest() time.Duration {
	if w.cfg.Channel.Served() {
		return 12 * time.Hour
	}
	return 8 * 24 * time.Hour
}

// jumps are when our clock was put forward or back.
func (w *World) jumps() []time.Time {
	var all []time.Time
	for _, s := range w.skews {
		all = append(all, s.From, s.To)
	}
	return all
}

// days are the company's days of the run, with those around it.
func (w *World) days(from time.Time) []string {
	var all []string
	for at := from.Add(-48 * time.Hour); at.Before(w.sim.Now().Add(48 * time.Hour)); at = at.Add(24 * time.Hour) {
		all = append(all, week.Day(at, w.zone))
	}
	return slices.Compact(all)
}

// listDeadLetters shows the watch what an operator would see, without the bodies.
func (w *World) listDeadLetters() error {
	st := record.New(w.raw)
	for after := ""; ; {
		page, err := st.DeadLetters(context.Background(), after, 100)
		if err != nil {
			return fmt.Errorf("list dead letters: %w", err)
		}
		for _, d := range page {
			after = d.ID
			d.Text = record.DeadLetter{}.Text
			line, err := json.Marshal(d)
			if err != nil {
				return fmt.Errorf("encode a dead letter: %w", err)
			}
			w.leaks.See("the list of dead letters", string(line))
		}
		if len(page) == 0 {
			return nil
		}
	}
}

// subjectOf is what a job of a queue is about.
func (w *World) subjectOf(queue string, body []byte) string {
	switch {
	case queue != deadletter.Inbox:
		var r message.Report
		if err := json.Unmarshal(body, &r); err != nil || r.Receipt == nil {
			return ""
		}
		return r.Receipt.Ref
	case message.IsElsewhere(body):
		e, _ := message.DecodeElsewhere(body) // what cannot be read has no subject
		return e.ID
	}
	var m message.Inbound
	_ = json.Unmarshal(body, &m)
	return m.ID
}

// sorted puts tasks into an order that is the same in every run.
func sorted(tasks map[*sim.Task]bool) []*sim.Task {
	var all []*sim.Task
	for t := range tasks {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *sim.Task) int { return cmp.Compare(a.Serial, b.Serial) })
	return all
}

// Kinds lists for every message what happened to it and to its replies.
func (o *Outcome) Kinds() map[string][]fault.Kind {
	refs := map[string][]string{}
	for _, s := range o.Sent {
		if word := mark.FindString(s.Text); word != "" {
			refs[word] = append(refs[word], s.Ref)
		}
	}
	all := make(map[string][]fault.Kind, len(o.Wrote))
	for _, w := range o.Wrote {
		kinds := slices.Clone(o.Faults.Touched(w.ID))
		for _, ref := range refs[w.Mark] {
			kinds = append(kinds, o.Faults.Touched(ref)...)
		}
		slices.Sort(kinds)
		all[w.ID] = slices.Compact(kinds)
	}
	return all
}
