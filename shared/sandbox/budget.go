package sandbox

import (
	"strings"
	"time"
)

// day is the span of the portfolio limit and of the cap on marketing.
const day = 24 * time.Hour

// newPortfolio is the messaging limit of a new business portfolio (Meta,
// messaging-limits page); it grows to 2,000, 10,000, 100,000, and then has no end.
const newPortfolio = 250

// portfolio counts the people whom all numbers of a business reached outside their
// service windows within a day (Meta, messaging-limits page). Meta counts who was
// delivered to; here everybody counts whose message was accepted, which is stricter.
type portfolio struct {
	limit   int // negative is none
	last    map[*person]time.Time
	reached []reach // oldest first; what is older than a day is dropped
}

type reach struct {
	who *person
	at  time.Time
}

// ready reports whether a person may be reached now: they are counted already, or
// there is room for one more.
func (f *portfolio) ready(p *person, now time.Time) bool {
	f.forget(now)
	_, counted := f.last[p]
	return f.limit < 0 || counted || len(f.last) < f.limit
}

func (f *portfolio) spend(p *person, now time.Time) {
	f.last[p] = now
	f.reached = append(f.reached, reach{p, now})
}

func (f *portfolio) forget(now time.Time) {
	for len(f.reached) > 0 && !now.Before(f.reached[0].at.Add(day)) {
		if old := f.reached[0]; f.last[old.who].Equal(old.at) {
			delete(f.last, old.who)
		}
		f.reached = f.reached[1:]
	}
}

// noAmericans is since when people with a number of the United States get no
// marketing templates (Meta, marketing-templates/per-user-limits page).
var noAmericans = time.Date(2025, time.April, 1, 0, 0, 0, 0, time.UTC)

// fate is the code with which an accepted message will fail; 0 when it will not.
// All three of marketing come as a failed status, never as a refusal (Meta,
// marketing-templates page, "stop and resume controls", and per-user-limits page).
func (s *Sandbox) fate(l *line, to *person, category string, now time.Time) int {
	switch p := to.with(l.PhoneNumberID); {
	case to.Unreachable:
		return 131026
	case category != "marketing":
		return 0
	case p.stopped:
		return 131050
	case american(to.Customer) && !now.Before(noAmericans):
		return 131049
	case s.cfg.MarketingCap > 0 && !p.open(now) && to.offered(now) >= s.cfg.MarketingCap:
		return 131049
	}
	return 0
}

// american goes by the country in front of the user id, else by the dialling code.
// Meta means +1 with an area code of the United States; without a user id the
// sandbox takes everybody behind +1 for one, which is stricter.
func american(c Customer) bool {
	if c.UserID != "" {
		return strings.HasPrefix(c.UserID, "US.")
	}
	return len(c.Phone) == 11 && c.Phone[0] == '1'
}

// offered is how many marketing templates reached a person within a day, from any
// number, outside an open window: those inside do not count (Meta, per-user-limits page).
func (p *person) offered(now time.Time) int {
	for len(p.offers) > 0 && !now.Before(p.offers[0].Add(day)) {
		p.offers = p.offers[1:]
	}
	return len(p.offers)
}

// charge writes an accepted message into every budget. The caller holds the lock.
func (s *Sandbox) charge(l *line, to *person, m *SentMessage) {
	p := to.with(l.PhoneNumberID)
	l.rate.spend(m.At)
	p.spend(m.At)
	if p.open(m.At) {
		return
	}
	l.portfolio.spend(to, m.At)
	if m.category == "marketing" && m.Fate == 0 {
		to.offers = append(to.offers, m.At)
	}
}
