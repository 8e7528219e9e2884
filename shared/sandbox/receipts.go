package sandbox

import (
	"strconv"
	"time"

	"frontdesk/shared/message"
)

// status is one element of statuses (Meta, webhooks/reference/messages/status).
// The conversation object is left out, as from v24.0 on.
type status struct {
	ID              string      `json:"id"`
	Status          string      `json:"status"`
	Timestamp       string      `json:"timestamp"`
	RecipientID     string      `json:"recipient_id,omitempty"`
	RecipientUserID string      `json:"recipient_user_id,omitempty"`
	Ref             string      `json:"biz_opaque_callback_data,omitempty"`
	Pricing         *pricing    `json:"pricing,omitempty"`
	Errors          []wireError `json:"errors,omitempty"`

	of *SentMessage
}

type pricing struct {
	Billable bool   `json:"billable"`
	Model    string `json:"pricing_model"`
	Type     string `json:"type"`
	Category string `json:"category"`
}

type wireError struct {
	Code    int    `json:"code"`
	Title   string `json:"title"`
	Message string `json:"message"`
	Data    struct {
		Details string `json:"details"`
	} `json:"error_data"`
	Href string `json:"href"`
}

// schedule plans the receipts of an accepted message.
func (s *Sandbox) schedule(l *line, m *SentMessage) {
	priced := false
	twin := ""
	for _, r := range s.plan(m) {
		st := newStatus(m, r)
		if r.Twin {
			twin = orElse(twin, s.twin())
			st.ID = twin
		}
		// on sent, and on one of delivered and read
		if r.Status == message.Sent || !priced && (r.Status == message.Delivered || r.Status == message.Read) {
			st.Pricing = &m.pricing
			priced = priced || r.Status != message.Sent
		}
		for i := range max(r.Deliver.Times, 1) {
			s.cfg.After(r.After+r.Deliver.After+time.Duration(i)*r.Deliver.Every, func() { s.emit(l, st) })
		}
	}
}

// twin makes a second wamid, or none when there is no randomness.
func (s *Sandbox) twin() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, err := s.wamid()
	if err != nil {
		return ""
	}
	return id
}

func newStatus(m *SentMessage, r Receipt) status {
	st := status{
		ID: m.ID, Status: string(r.Status), Timestamp: seconds(m.At.Add(r.After)),
		RecipientID: m.To.Phone, RecipientUserID: m.To.UserID, Ref: m.Ref, of: m,
	}
	if r.Code != 0 {
		title, _ := titleAndStatus(r.Code)
		e := wireError{Code: r.Code, Title: title, Message: title,
			Href: "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"}
		e.Data.Details = title + "."
		st.Errors = []wireError{e}
	}
	return st
}

// emit sends a status off, alone or with others.
func (s *Sandbox) emit(l *line, st status) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.tell(receiptEvent(l, st))
	l.due = append(l.due, st)
	full := len(l.due) >= s.cfg.Batch
	wait := !full && !l.flushes
	l.flushes = l.flushes || wait
	s.mu.Unlock()
	switch {
	case full:
		s.flush(l)
	case wait:
		s.cfg.After(s.cfg.Linger, func() { s.flush(l) })
	}
}

func receiptEvent(l *line, st status) Event {
	e := Event{Kind: ReceiptEmitted, Number: l.PhoneNumberID, Customer: st.of.To, ID: st.ID, Status: st.Status}
	if len(st.Errors) > 0 {
		e.Code, e.Reason = st.Errors[0].Code, st.Errors[0].Title
	}
	return e
}

func (s *Sandbox) flush(l *line) {
	s.mu.Lock()
	due := l.due
	l.due, l.flushes = nil, false
	s.mu.Unlock()
	if len(due) == 0 {
		return
	}
	v := value{Statuses: due}
	seen := map[string]bool{}
	for _, st := range due {
		if key := st.of.To.UserID + "+" + st.of.To.Phone; !seen[key] {
			seen[key] = true
			v.Contacts = append(v.Contacts, contactOf(st.of.To))
		}
	}
	_ = s.deliver(s.ctx, l, v) // deliver tries again by itself
}

func seconds(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
