package decide

import (
	"cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/playbook"
)

// moment is what happens when no filter answered.
func (r *run) moment() {
	here := r.book.on(r.message.Channel)
	switch {
	case r.away(here):
	case r.welcome(here.welcome):
	case here.fallback != nil:
		r.note(ByFallback, true, noFilterAnswered)
		r.apply(here.fallback, ByFallback)
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
	if why, known := r.known(); known {
		r.note(ByWelcome, false, why)
		return false
	}
	r.note(ByWelcome, true, newAndUnanswered)
	r.apply(m, ByWelcome)
	return true
}

// known says why somebody is not welcomed, if they are not.
func (r *run) known() (why sentence, known bool) {
	switch {
	case r.message.Group != "":
		return noContactInGroup, true
	case !r.head.New():
		return writtenBefore, true
	case !r.head.Session.Greeted.IsZero():
		return greetedOnOpening, true
	}
	return 0, false
}

// away answers out of hours: the first message of a closed period with the away
// reply, a later one with the fallback's routing and no reply. Whether a new contact is
// greeted instead, or as well, away says itself.
func (r *run) away(here *moments) bool {
	m := here.away
	if m == nil {
		return false
	}
	closed := r.closing(here)
	if r.view.open(r.book.numbers[closed.calendar]) {
		r.tell(false, calendarOpen, closed)
		return false
	}
	fallback := here.fallback
	if fallback == nil {
		fallback = &playbook.Moment{}
	}
	if r.head.AwayUntil.After(r.now) {
		r.tell(true, awayHasBeenSent, closed)
		r.route(m, ByAway)
		r.note(ByFallback, fallback.HandOff || fallback.Assign != "", fallbackRoutes)
		r.route(fallback, ByFallback)
		return true
	}
	if r.greets(here, newGreeting) {
		r.tell(false, closedGreetsNew, closed)
		return false
	}
	r.tell(true, closedAndUnanswered, closed)
	r.apply(m, ByAway)
	if m.Reply != "" && r.greets(here, newBoth) {
		r.decision.Greeting = here.welcome.Reply
		r.note(ByWelcome, true, greetsBefore)
	}
	r.route(&playbook.Moment{Assign: fallback.Assign}, ByAway)
	r.decision.AwayUntil = r.book.NextChange(closed.calendar, r.now)
	if r.decision.AwayUntil.IsZero() { // closed for good
		r.decision.AwayUntil = r.now.Add(horizon)
	}
	return true
}

// greets reports whether away wants new contacts treated so, and this is one.
func (r *run) greets(here *moments, how string) bool {
	if here.away.NewContact != how || here.welcome == nil || here.welcome.Reply == "" {
		return false
	}
	_, known := r.known()
	return !known
}
