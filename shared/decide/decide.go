package decide

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/text"
)

// Decide says what becomes of a message of the conversation that h is the head
// of, at a time. It changes nothing and cannot fail. The package comment is its
// manual.
func Decide(b *Book, h conversation.Head, m message.Inbound, now time.Time) Decision {
	r := run{book: b, head: &h, message: &m, now: now, decision: Decision{Playbook: b.version, By: ByNone, Detected: text.Language(m.Text)}}
	if r.settled() {
		return r.decision
	}
	r.view = b.view(&h, &m, now)
	defer r.view.release()
	r.tryCandidates()
	r.finish()
	return r.decision
}

// run is the deciding of one message. What acted last in each role is kept
// until the end says who decided.
type run struct {
	book     *Book
	head     *conversation.Head
	message  *message.Inbound
	now      time.Time
	view     *view
	decision Decision

	replied, handed, ignored, held, assigned *filter

	// steps, when not nil, receives what Explain returns.
	steps *[]Step
}

// settled answers what no filter is asked about.
func (r *run) settled() bool {
	switch {
	case !r.head.HandedOff.IsZero():
		r.decision.Outcome, r.decision.By = conversation.Silent, ByPeople
		r.note(ByPeople, true, "people are in charge of the conversation, so templates stay silent")
	case r.message.Group != "":
		r.decision.Outcome = conversation.Ignored
		r.note(ByNone, true, "the message was written in a group, where templates do not answer")
	default:
		return false
	}
	return true
}

// tryCandidates tries, in order, the filters whose condition can hold.
func (r *run) tryCandidates() {
	for w, word := range r.view.maybe {
		for ; word != 0; word &= word - 1 {
			f := &r.book.filters[w<<6+bits.TrailingZeros64(word)]
			if r.tries(f) && f.when.holds(r.view) && r.act(f) {
				return
			}
		}
	}
}

// quiet are the message types that need no answer.
func quiet(kind string) bool {
	switch kind {
	case "reaction", "system", "edit", "revoke":
		return true
	}
	return false
}

// tries reports whether a filter is asked about messages of this type.
func (r *run) tries(f *filter) bool {
	return !quiet(r.message.Type) || slices.Contains(f.types, r.message.Type)
}

// act does what a filter says and reports whether it ends the trying.
func (r *run) act(f *filter) (stop bool) {
	why := f.when.why(r.view)
	step := Step{Filter: f.ID, Name: f.Name, Matched: true, Why: why + r.ignore(f) + r.reply(f)}
	r.decision.Matched = append(r.decision.Matched, step)
	for _, tag := range f.Then.Tag {
		if !slices.Contains(r.decision.Tags, tag) {
			r.decision.Tags = append(r.decision.Tags, tag)
		}
	}
	if f.Then.Assign != "" && r.decision.Team == "" {
		r.decision.Team, r.assigned = f.Then.Assign, f
	}
	if f.Then.HandOff && r.handed == nil {
		r.handed = f
		r.handOff(label(f) + ": " + why)
	}
	return !f.Continue || f.Then.Ignore
}

func (r *run) handOff(reason string) {
	r.decision.HandOff, r.decision.Reason = true, reason
}

func label(f *filter) string {
	if f.Name != "" {
		return f.Name
	}
	return f.ID
}

// ignore does the ignoring of a filter and returns what the trace says of it.
func (r *run) ignore(f *filter) string {
	switch {
	case !f.Then.Ignore:
		return ""
	case r.replied != nil || r.handed != nil:
		return "; not ignored: an earlier filter has answered"
	}
	r.ignored = f
	return "; ignored on purpose"
}

// reply takes the reply of a filter, unless there is one already or its cooldown
// keeps it back, and returns what the trace says of that.
func (r *run) reply(f *filter) string {
	switch {
	case f.Then.Reply == "" || f.Then.Ignore:
		return ""
	case r.replied != nil:
		return "; no reply: filter " + r.replied.ID + " has replied already"
	case r.held != nil:
		return "; no reply: filter " + r.held.ID + " has the reply and is in its cooldown"
	}
	if since := r.now.Sub(r.head.Replied[f.ID]); f.cooldown > 0 && f.cooldown > since {
		r.held = f
		return fmt.Sprintf("; no reply: it answered this contact %v ago and waits %v", since.Round(time.Second), f.cooldown)
	}
	r.replied = f
	r.decision.Reply, r.decision.Cooldown = f.Then.Reply, f.cooldown
	return ""
}

// finish settles outcome, who decided, and the language of a reply.
func (r *run) finish() {
	d := &r.decision
	switch {
	case r.replied != nil:
		d.Outcome, d.By = conversation.Replied, r.replied.ID
	case r.handed != nil:
		d.By = r.handed.ID
	case r.ignored != nil:
		d.Outcome, d.By = conversation.Ignored, r.ignored.ID
	case r.held != nil:
		d.Outcome, d.By = conversation.Unanswered, r.held.ID
	case quiet(r.message.Type):
		d.Outcome = conversation.Ignored
		r.note(ByNone, true, "messages of type "+r.message.Type+" need no answer")
	default:
		r.moment()
	}
	if d.HandOff {
		d.Outcome = conversation.HandedOff
	}
	if d.Reply != "" {
		d.Language = r.book.language(d.Detected, r.head.Contact.Language)
	}
}

// moment is what happens when no filter answered.
func (r *run) moment() {
	p := r.book.playbook
	switch {
	case r.away(p.Away):
	case r.welcome(p.Welcome):
	case p.Fallback != nil:
		r.note(ByFallback, true, "no filter answered")
		r.apply(p.Fallback, ByFallback)
	}
	d := &r.decision
	switch {
	case d.Reply != "":
		d.Outcome = conversation.Replied
	case d.HandOff:
		d.Outcome = conversation.HandedOff
	case r.assigned != nil:
		d.Outcome, d.By = conversation.Unanswered, r.assigned.ID
	default:
		d.Outcome = conversation.Unanswered
	}
}

// apply replies and routes as a moment says.
func (r *run) apply(m *playbook.Moment, by string) {
	if m.Reply != "" {
		r.decision.Reply, r.decision.By = m.Reply, by
	}
	r.route(m, by)
}

// decided returns who has decided so far; empty for nobody.
func (r *run) decided() string {
	if r.decision.By == ByNone {
		return ""
	}
	return r.decision.By
}

// route assigns and hands off as a moment says. A team that a filter named stays.
func (r *run) route(m *playbook.Moment, by string) {
	d := &r.decision
	if d.Team == "" && m.Assign != "" {
		d.Team = m.Assign
		d.By = cmp.Or(r.decided(), by)
	}
	if m.HandOff && !d.HandOff {
		d.By = cmp.Or(r.decided(), by)
		r.handOff(by + ": no filter answered")
	}
}

func (r *run) welcome(m *playbook.Moment) bool {
	if m == nil {
		return false
	}
	if !r.head.New() {
		r.note(ByWelcome, false, "the contact has written before")
		return false
	}
	r.note(ByWelcome, true, "no filter answered, and the contact has never written before")
	r.apply(m, ByWelcome)
	return true
}

// away answers out of hours: the first message of a closed period with the away
// reply, a later one with the fallback's routing and no reply.
func (r *run) away(m *playbook.Moment) bool {
	if m == nil {
		return false
	}
	if r.view.open(r.book.numbers[m.Calendar]) {
		r.note(ByAway, false, "calendar "+m.Calendar+" is open")
		return false
	}
	fallback := r.book.playbook.Fallback
	if fallback == nil {
		fallback = &playbook.Moment{}
	}
	if r.head.AwayUntil.After(r.now) {
		r.note(ByAway, true, "calendar "+m.Calendar+" is closed; no reply: the away reply has been sent in this closed period")
		r.route(m, ByAway)
		r.note(ByFallback, fallback.HandOff || fallback.Assign != "", "routes what nobody answers out of hours, without its reply")
		r.route(fallback, ByFallback)
		return true
	}
	r.note(ByAway, true, "no filter answered, and calendar "+m.Calendar+" is closed")
	r.apply(m, ByAway)
	r.route(&playbook.Moment{Assign: fallback.Assign}, ByAway)
	r.decision.AwayUntil = r.book.NextChange(m.Calendar, r.now)
	if r.decision.AwayUntil.IsZero() { // closed for good
		r.decision.AwayUntil = r.now.Add(horizon)
	}
	return true
}

func (r *run) note(by string, matched bool, why string) {
	if r.steps != nil {
		*r.steps = append(*r.steps, Step{Filter: by, Matched: matched, Why: why})
	}
}
