package rollup

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
)

// Outcome says how a conversation's day went.
type Outcome string

// The outcomes; the first that fits counts.
const (
	// HandedOff: people were in charge or answered, whatever templates did.
	HandedOff Outcome = "handed_off"
	// Unanswered: at least one message that needed an answer got none, or only
	// one that the channel failed to deliver.
	Unanswered Outcome = "unanswered"
	// Contained: templates answered every message that needed an answer.
	Contained Outcome = "contained"
	// Quiet: the contact wrote nothing that needed an answer.
	Quiet Outcome = "quiet"
)

// Day is what one conversation did on one day. It names the conversation, so it
// is never kept; the rows that it adds up to are.
type Day struct {
	Conversation string
	Day          string
	Channel      string
	// Team, Outcome: of the conversation as a whole, at its last message.
	Team    string
	Outcome Outcome
	// First and Last are the times of the first and the last message.
	First, Last time.Time
	// Wrote says that the contact wrote; a conversation in which only we wrote is
	// in no count of conversations.
	Wrote bool
	// Waiting: it was handed off, and the contact still waited for a person at
	// the end of the day.
	Waiting bool
	// Waited is the longest that the contact waited for an answer of this day, in ms.
	Waited int64
	// FirstBot and FirstPeople are the first first reply of the day by a
	// template and by a person, in ms; nil when there was none.
	FirstBot, FirstPeople *int64
	// New: the contact had never written before.
	New bool
	// Tags are those of the conversation after its last inbound message, Language the one
	// of that message.
	Tags     []string
	Language string
	// Resolved counts the spells that people ended.
	Resolved int64
	// Rating is the last one that the contact gave on this day, 1 (worst) to 5 (best); 0
	// for none.
	Rating int
	// Teams are the messages' counts, a part for each team, in order of team.
	Teams []Part
}

// DeskDay says what a conversation did on a day. Messages of other days and
// repeated ones are left out; receipts may be in any order, repeated, and of any
// day: the furthest status of a message counts. Of the day before, messages and receipts are
// looked at for what followed them on this day (see [HandedOffWithin]).
//
// An inbound message needs an answer unless it was ignored or answers the survey. Replied counts as
// answered unless the channel failed to deliver the reply. The away reply and the
// fallback only put off: without a template that answers later the same day the
// conversation is unanswered. A reply that is not among the messages may have
// gone out after midnight, so in the last hour of the day its absence is no failure.
func DeskDay(conversationID, day string, messages []conversation.Message, receipts []conversation.Receipt) Day {
	d := dayMaker{
		Day:   Day{Conversation: conversationID, Day: day},
		fates: fatesOf(receipts),
		parts: map[string]*Part{},
	}
	known := until(day, messages)
	for _, m := range known {
		if m.Facts.Day == day {
			d.add(m)
		}
	}
	d.effects(known)
	d.waits(known)
	d.ends(receipts)
	return d.finish()
}

// until are the messages of a day and of days before, in order of time, each once. Those
// of test contacts are none.
func until(day string, messages []conversation.Message) []conversation.Message {
	out := make([]conversation.Message, 0, len(messages))
	for _, m := range messages {
		if m.Facts.Day <= day && m.Direction != conversation.Note && !m.Facts.Test {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b conversation.Message) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return cmp.Or(strings.Compare(a.ID, b.ID), cmp.Compare(b.Version, a.Version))
	})
	return slices.CompactFunc(out, func(a, b conversation.Message) bool { return a.ID == b.ID })
}

// dayMaker makes a Day, message by message in order of time.
type dayMaker struct {
	Day
	fates map[string]fate
	parts map[string]*Part
	// inbound waits for its verdict: its replies come later.
	inbound []conversation.Message
	// replies maps an inbound message to whether a recorded reply went well.
	replies map[string]bool
	people  bool
	// heard: something of ours followed the contact's first message; again: and then they
	// wrote once more.
	heard, again bool
}

func (d *dayMaker) add(m conversation.Message) {
	if d.First.IsZero() {
		d.First = m.At
	}
	d.Last, d.Channel, d.Team = m.At, m.Channel, m.Facts.Team
	p := d.part(m.Facts.Team)
	switch m.Direction {
	case conversation.In:
		d.in(p, m)
	case conversation.Out:
		d.out(p, m)
	}
}

func (d *dayMaker) part(team string) *Part {
	p := d.parts[team]
	if p == nil {
		p = &Part{Team: team}
		d.parts[team] = p
	}
	return p
}

func (d *dayMaker) in(p *Part, m conversation.Message) {
	if m.Filter == byBlock {
		p.Counts.Blocked++
		return
	}
	d.inbound = append(d.inbound, m)
	d.Wrote = d.Wrote || !ofSurvey(m)
	d.again = d.again || d.heard && wants(m)
	d.Tags, d.Language = m.Facts.Tags, m.Facts.Language
	d.New = d.New || m.Facts.FirstEver
	p.inbound(m)
	switch {
	case rated(m):
		d.Rating = m.Facts.Rating
		p.Ratings[d.Rating-1]++
	case ofSurvey(m):
	case m.Outcome == conversation.HandedOff, m.Outcome == conversation.Silent:
		d.people, d.Waiting = true, true
	}
}

// wants reports whether a contact wrote something of their own.
func wants(m conversation.Message) bool { return m.Personal() && !ofSurvey(m) }

func rated(m conversation.Message) bool { return m.Facts.Rating >= 1 && m.Facts.Rating <= 5 }

// ofSurvey reports an answer to the question how satisfied somebody was. Whoever gives one
// waits for nobody.
func ofSurvey(m conversation.Message) bool { return rated(m) || m.OfSurvey() }

// What decided a message when it was no filter (package decide).
const byPeople, byNone, byMute, byBlock = "people", "none", "mute", "block"

func (d *dayMaker) out(p *Part, m conversation.Message) {
	f := d.fates[m.ID]
	*p.source(m.Source)++
	p.OutHours[hour(m)]++
	p.Counts.Unproven += int64(m.Unproven)
	p.Counts.Surveys += one(m.Facts.Survey && f.status != message.Failed)
	p.deliver(f)
	p.price(f)
	if m.Template != "" {
		p.template(m.Template, f)
	}
	if m.Source == conversation.ByAgent {
		p.agent(m.Facts.Agent, Agent{Messages: 1})
	}
	failed := f.status == message.Failed
	d.heard = d.heard || d.Wrote && !failed && !m.OfSurvey() && (m.Source == conversation.ByFilter || m.Source == conversation.ByAgent)
	if m.InReplyTo != "" {
		if d.replies == nil {
			d.replies = map[string]bool{}
		}
		d.replies[m.InReplyTo] = d.replies[m.InReplyTo] || !failed
	}
	if m.Facts.Answers && !failed {
		d.answer(p, m.Facts)
	}
}

func (d *dayMaker) answer(p *Part, f conversation.Facts) {
	p.Answers = append(p.Answers, Answer{Waited: f.Waited, WaitedOpen: f.WaitedOpen, First: f.First, ByBot: f.ByBot, Agent: f.Agent})
	d.Waited = max(d.Waited, f.Waited)
	if !f.ByBot {
		d.people, d.Waiting = true, false
		p.agent(f.Agent, Agent{Answers: 1})
		p.promise(f)
	}
	first := &d.FirstPeople
	if f.ByBot {
		first = &d.FirstBot
	}
	if f.First && *first == nil {
		*first = &f.Waited
	}
}

func (d *dayMaker) finish() Day {
	if len(d.parts) == 0 {
		return d.Day
	}
	d.Outcome = d.outcome()
	d.Waiting = d.Waiting && d.Outcome == HandedOff
	for _, p := range d.parts {
		if p.Team == d.Team && d.Wrote {
			p.conversation(d.Outcome, d.Waiting)
			d.slices(p)
		}
		d.Teams = append(d.Teams, *p)
	}
	slices.SortFunc(d.Teams, func(a, b Part) int { return strings.Compare(a.Team, b.Team) })
	return d.Day
}

func (d *dayMaker) outcome() Outcome {
	if d.people {
		return HandedOff
	}
	result := Quiet
	for _, m := range d.inbound {
		switch {
		case m.Outcome == conversation.Ignored, m.Outcome == conversation.Covered, m.OfWish(), ofSurvey(m):
		case !d.answered(m):
			return Unanswered
		case m.PutsOff():
			result = Unanswered
		default: // also answers what was put off before
			result = Contained
		}
	}
	return result
}

func (d *dayMaker) answered(m conversation.Message) bool {
	if m.Outcome != conversation.Replied {
		return false
	}
	well, recorded := d.replies[m.ID]
	return well || !recorded && hour(m) == 23
}

// hour is the hour of a message, and 0 when its facts are out of range.
func hour(m conversation.Message) int {
	if h := m.Facts.Hour; h >= 0 && h < 24 {
		return h
	}
	return 0
}

func one(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
