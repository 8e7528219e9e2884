package rollup

import (
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
)

// What counts as the effect of a template: the contact wrote again within AskedWithin, or
// was handed to people within HandedOffWithin and in the same spell.
const (
	AskedWithin     = time.Hour
	HandedOffWithin = 24 * time.Hour
)

// told is a template's message that something may follow.
type told struct {
	team, template string
	at             time.Time
}

// effects counts what followed templates' messages, on the day on which it followed: so a
// template of late last night is counted, too, and every message at most once. before are
// the messages of the days before, as far as they are known, and those of the day, in order
// of time.
func (d *dayMaker) effects(messages []conversation.Message) {
	var asked, handed []told
	for _, m := range messages {
		switch {
		case m.Direction == conversation.Out:
			if t, ok := d.told(m); ok {
				asked, handed = append(asked, t), append(handed, t)
			}
			continue
		case m.Facts.Opened:
			handed = nil // another spell
		}
		if needsAnswer(m) {
			asked = d.follows(asked, m, AskedWithin, Use{Asked: 1})
		}
		if m.Outcome == conversation.HandedOff {
			handed = d.follows(handed, m, HandedOffWithin, Use{HandedOff: 1})
		}
	}
}

// told is what a message is for the effects; not ok for one without a template and for one
// that did not arrive.
func (d *dayMaker) told(m conversation.Message) (t told, ok bool) {
	arrived := d.fates[m.ID].status != message.Failed
	return told{m.Facts.Team, m.Template, m.At}, arrived && m.Template != "" && !m.OfSurvey()
}

// follows counts m as what followed the templates, and returns those that are not before it.
func (d *dayMaker) follows(all []told, m conversation.Message, within time.Duration, use Use) []told {
	rest := all[:0:0]
	for _, t := range all {
		switch after := m.At.Sub(t.at); {
		case after <= 0:
			rest = append(rest, t)
		case after <= within && m.Facts.Day == d.Day.Day:
			p := d.part(t.team)
			p.Templates = joined(p.Templates, map[string]Use{t.template: use})
		}
	}
	return rest
}

// needsAnswer reports whether an inbound message is one that somebody has to answer.
func needsAnswer(m conversation.Message) bool {
	return wants(m) && m.Outcome != conversation.Ignored
}

// Wait is how long contacts waited for people's answers, by the hour in which the contact
// wrote what was answered.
type Wait struct {
	Answers int64 `json:"n,omitempty"`
	// Waited and WaitedOpen are sums, by the clock and in business hours, in ms.
	Waited     int64 `json:"ms,omitempty"`
	WaitedOpen int64 `json:"open_ms,omitempty"`
}

func (w Wait) plus(o Wait) Wait {
	return Wait{w.Answers + o.Answers, w.Waited + o.Waited, w.WaitedOpen + o.WaitedOpen}
}

// waits counts the day's answers of people by the hour in which the wait began. A wait whose
// beginning is not among the messages is left out.
func (d *dayMaker) waits(messages []conversation.Message) {
	began := map[int64]int{}
	for _, m := range messages {
		if m.Direction == conversation.In {
			began[m.At.UnixMilli()] = hour(m)
			continue
		}
		f := m.Facts
		if f.Day != d.Day.Day || !f.Answers || f.ByBot || d.fates[m.ID].status == message.Failed {
			continue
		}
		if h, ok := began[m.At.UnixMilli()-f.Waited]; ok {
			p := d.part(f.Team)
			p.WaitHours[h] = p.WaitHours[h].plus(Wait{1, f.Waited, f.WaitedOpen})
		}
	}
}
