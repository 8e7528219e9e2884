package sandbox

import (
	"regexp"
	"strings"
	"time"
)

var (
	phoneNumber = regexp.MustCompile(`^\+?[0-9]{7,15}$`)
	// userID: Meta, business-scoped-user-ids page.
	userID = regexp.MustCompile(`^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$`)
	// phoneMarks may stand in a phone number (Meta, send-messages page).
	phoneMarks = strings.NewReplacer(" ", "", "(", "", ")", "", "-", "")
)

// accept holds the rules that need the books and enters what passes.
func (s *Sandbox) accept(l *line, req *request) (*SentMessage, *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	to, refused := s.recipient(l, req)
	if refused != nil {
		return nil, refused
	}
	if refused := s.allowed(l, to, req, now); refused != nil {
		return nil, refused
	}
	id, err := s.wamid()
	if err != nil {
		return nil, refuse(131000, "no message id could be made")
	}
	return s.enter(l, to, req, SentMessage{ID: id, At: now}), nil
}

// recipient finds who is addressed; to wins over recipient (Meta,
// business-scoped-user-ids page). The caller holds the lock.
func (s *Sandbox) recipient(l *line, req *request) (*person, *refusal) {
	if req.To == "" {
		if !userID.MatchString(req.Recipient) {
			return nil, refuse(131009, "recipient is not a business-scoped user id")
		}
		return known(s.people.byUserID(req.Recipient))
	}
	to := phoneMarks.Replace(req.To)
	if !phoneNumber.MatchString(to) {
		return nil, refuse(131009, "to is not a phone number")
	}
	to = strings.TrimPrefix(to, "+")
	if l != nil && to == l.DisplayNumber {
		return nil, refuse(131021, "the recipient is the sender")
	}
	return known(s.people.byPhone(to))
}

func known(p *person) (*person, *refusal) {
	if p == nil {
		return nil, refuse(131026, "the recipient is not on WhatsApp")
	}
	return p, nil
}

// allowed holds template, throughput, pair rate, window and portfolio limit, in
// this order.
func (s *Sandbox) allowed(l *line, to *person, req *request, now time.Time) *refusal {
	p := to.with(l.PhoneNumberID)
	template, isTemplate := req.body.(*templateBody)
	if isTemplate {
		if r := s.templateAllowed(template, req); r != nil {
			return r
		}
	}
	switch {
	case !l.rate.ready(now):
		return refuse(130429, "Cloud API message throughput has been reached.")
	case !l.FreePairs && !p.ready(now):
		return refuse(131056, "Too many messages sent from the sender phone number to the same recipient in a short period.")
	case !isTemplate && !p.open(now):
		return refuse(131047, "More than 24 hours have passed since the recipient last replied to the sender number.")
	case !p.open(now) && !l.portfolio.ready(to, now):
		// No page names the code (?). 131048 has the words of the older code 471, with
		// which a used up limit was answered, and for long pointed at messaging limits.
		return refuse(131048, "Message failed to send because there are restrictions on how many messages can be sent from this phone number.")
	}
	return nil
}

func (s *Sandbox) templateAllowed(t *templateBody, req *request) *refusal {
	if r := t.match(s.templates); r != nil {
		return r
	}
	if t.approved.Category == "authentication" && req.To == "" {
		return refuse(131062, "authentication templates need a phone number")
	}
	return nil
}

// enter writes an accepted message into the books.
func (s *Sandbox) enter(l *line, to *person, req *request, m SentMessage) *SentMessage {
	m.Number, m.To, m.Type, m.Body = l.PhoneNumberID, to.Customer, req.Type, req.raw
	m.Ref, m.byUserID = req.Ref, req.To == ""
	m.Content = req.body.content()
	if req.Context != nil {
		m.Context = req.Context.MessageID
	}
	if t, ok := req.body.(*templateBody); ok {
		m.category = t.approved.Category
	}
	m.Fate = s.fate(l, to, m.category, m.At)
	if m.Fate == 0 {
		m.pricing = l.price(&m, m.At)
	}
	s.charge(l, to, &m)
	s.calls++
	s.byID[m.ID] = &m
	for _, old := range s.sent.Add(&m, s.cfg.Keep) {
		delete(s.byID, old.ID)
	}
	s.tell(Event{At: m.At, Kind: MessageAccepted, Number: m.Number, Customer: m.To, ID: m.ID, Sent: &m})
	return &m
}

// plan is what follows an accepted message.
func (s *Sandbox) plan(m *SentMessage) []Receipt {
	if m.Fate != 0 {
		return Failing(m.Fate)(*m)
	}
	return s.cfg.Receipts(*m)
}
