package decide

import (
	"cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/playbook"
)

// moment is what happens when no filter answered.
func (r *run) moment() {
	p := r.book.playbook
	switch {
	case r.away(p.Away):
	case r.welcome(p.Welcome):
	case p.Fallback != nil:
		r.note(ByFallback, true, noFilterAnswered)
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
		r.handOff(nameOf(by), sentences[noFilterAnswered])
	}
}

func (r *run) welcome(m *playbook.Moment) bool {
	if m == nil {
		return false
	}
	if r.message.Group != "" {
		r.note(ByWelcome, false, noContactInGroup)
		return false
	}
	if !r.head.New() {
		r.note(ByWelcome, false, writtenBefore)
		return false
	}
	if !r.head.Session.Greeted.IsZero() {
		r.note(ByWelcome, false, greetedOnOpening)
		return false
	}
	r.note(ByWelcome, true, newAndUnanswered)
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
		r.note(ByAway, false, calendarOpen, plain(m.Calendar))
		return false
	}
	fallback := r.book.playbook.Fallback
	if fallback == nil {
		fallback = &playbook.Moment{}
	}
	if r.head.AwayUntil.After(r.now) {
		r.note(ByAway, true, awayHasBeenSent, plain(m.Calendar))
		r.route(m, ByAway)
		r.note(ByFallback, fallback.HandOff || fallback.Assign != "", fallbackRoutes)
		r.route(fallback, ByFallback)
		return true
	}
	r.note(ByAway, true, closedAndUnanswered, plain(m.Calendar))
	r.apply(m, ByAway)
	r.route(&playbook.Moment{Assign: fallback.Assign}, ByAway)
	r.decision.AwayUntil = r.book.NextChange(m.Calendar, r.now)
	if r.decision.AwayUntil.IsZero() { // closed for good
		r.decision.AwayUntil = r.now.Add(horizon)
	}
	return true
}
