package sandbox

import "time"

const (
	// window is the customer service window (Meta, send-messages page): free-form
	// messages only within 24 h of the customer's last one.
	window = 24 * time.Hour
	// pairPause and pairBurst are the pair rate (Meta, about-the-platform page): 1
	// message per 6 s to the same person; up to 45 inside one span of 6 s are
	// borrowed from the time after.
	pairPause = 6 * time.Second
	pairBurst = 45
	// freeService is how many delivered service messages per number and calendar
	// month are free since 2026-10-01 (Meta, status page, and third parties that
	// cite pricing/non-template-messages).
	freeService = 1000
)

// pair is what one number has sent to one person.
type pair struct {
	wrote time.Time // when the person last wrote to the number; opens the window
	// start begins the span in which bursts are allowed, count is what was sent in
	// it, paid is when the last of it is paid back.
	start, paid time.Time
	count       int
	stopped     bool // the person wants no marketing of the number
}

func (p *pair) open(now time.Time) bool {
	return !p.wrote.IsZero() && now.Before(p.wrote.Add(window))
}

// ready reports whether the pair rate allows one more now.
func (p *pair) ready(now time.Time) bool {
	if !now.Before(p.paid) {
		return true
	}
	return now.Before(p.start.Add(pairPause)) && p.count < pairBurst
}

// spend counts one message that ready allowed.
func (p *pair) spend(now time.Time) {
	if !now.Before(p.paid) {
		p.start, p.paid, p.count = now, now, 0
	}
	p.count++
	p.paid = p.paid.Add(pairPause)
}

// rate counts the messages of one number in a sliding second.
type rate struct {
	times []time.Time // a ring of the last len(times) messages; nil is no limit
	next  int
}

func newRate(limit int) rate {
	if limit < 0 {
		return rate{}
	}
	return rate{times: make([]time.Time, orElse(limit, 80))}
}

func (r *rate) ready(now time.Time) bool {
	return r.times == nil || !now.Before(r.times[r.next].Add(time.Second))
}

func (r *rate) spend(now time.Time) {
	if r.times == nil {
		return
	}
	r.times[r.next] = now
	r.next = (r.next + 1) % len(r.times)
}

// line is one business number and its books.
type line struct {
	Number
	rate      rate
	portfolio *portfolio // shared by the numbers of one business
	// month and served count the service messages of a calendar month (UTC).
	month  string
	served int
	// due are receipts that wait for company.
	due     []status
	flushes bool // a flush is scheduled
}

// price says what a message costs (Meta, status page: pricing).
func (l *line) price(m *SentMessage, now time.Time) pricing {
	if m.category != "" {
		return pricing{Billable: true, Model: "PMP", Type: "regular", Category: m.category}
	}
	if now.Before(time.Date(2026, time.October, 1, 0, 0, 0, 0, time.UTC)) {
		return pricing{Billable: false, Model: "PMP", Type: "free_customer_service", Category: "service"}
	}
	if month := now.UTC().Format("2006-01"); month != l.month {
		l.month, l.served = month, 0
	}
	l.served++
	if l.served <= freeService {
		return pricing{Billable: false, Model: "PMP", Type: "free_customer_service", Category: "service"}
	}
	return pricing{Billable: true, Model: "PMP", Type: "regular", Category: "service"}
}

// person is one customer with what each number has to do with them.
type person struct {
	Customer
	pairs  map[string]*pair // by phone number id
	offers []time.Time      // the marketing of the last day that counts
}

func (p *person) with(number string) *pair {
	if p.pairs[number] == nil {
		p.pairs[number] = new(pair)
	}
	return p.pairs[number]
}

// people finds customers by user id and by phone.
type people map[string]*person

func (all people) byPhone(digits string) *person { return all["+"+digits] }
func (all people) byUserID(id string) *person    { return all["@"+id] }

// meet returns the person, new or known, and notes what is new about them.
func (all people) meet(c Customer) *person {
	p := all.find(c)
	if p == nil {
		p = &person{pairs: map[string]*pair{}}
	}
	p.Phone, p.UserID = orElse(c.Phone, p.Phone), orElse(c.UserID, p.UserID)
	p.Name, p.Username = orElse(c.Name, p.Name), orElse(c.Username, p.Username)
	p.Unreachable = c.Unreachable
	if p.Phone != "" {
		all["+"+p.Phone] = p
	}
	if p.UserID != "" {
		all["@"+p.UserID] = p
	}
	return p
}

func (all people) find(c Customer) *person {
	if c.UserID != "" {
		if p := all.byUserID(c.UserID); p != nil {
			return p
		}
	}
	if c.Phone == "" {
		return nil
	}
	p := all.byPhone(c.Phone)
	if p != nil && p.UserID != "" && c.UserID != "" && p.UserID != c.UserID {
		return nil // somebody else has the phone number now
	}
	return p
}
