package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Message is what a customer sends, of any type.
type Message struct {
	// Type is the channel's word, Body the object under that name.
	Type string          `json:"type"`
	Body json.RawMessage `json:"body,omitempty"`
	// Context is the wamid of the message that this one answers.
	Context string `json:"context,omitempty"`
	// Extra are more fields of the message: referral, group_id, errors, …
	Extra map[string]json.RawMessage `json:"extra,omitempty"`
	// At is the channel's time of it; now when zero.
	At time.Time `json:"at,omitzero"`
	// Deliver says how the webhook arrives; the zero value is once and at once.
	Deliver Deliver `json:"-"`
}

// Deliver says how a webhook arrives. Meta repeats and reorders (webhooks
// overview and throughput pages).
type Deliver struct {
	// Times is how often, 1 when 0.
	Times int
	// After delays the first, so that later messages overtake it; Every is the
	// pause between repeats. With both zero the repeats follow at once.
	After, Every time.Duration
}

// Tap is a choice on one of our messages.
type Tap struct {
	// Context is the wamid of the message that offered it.
	Context     string
	ID, Title   string
	Description string // of a list row
	List        bool   // a list row, else a reply button
}

// Letter is one message with its writer, for [Sandbox.Batch].
type Letter struct {
	From    Customer
	Message Message
}

// MaxBatch is how many updates one webhook may hold (Meta, create-webhook-endpoint page).
const MaxBatch = 1000

// ErrBatch is an empty or too large batch, ErrMessage a message that no webhook
// could carry.
var (
	ErrBatch   = errors.New("a batch holds 1 to 1,000 messages")
	ErrMessage = errors.New("a message needs a type and valid JSON")
)

// Text returns a text message.
func Text(body string) Message { return made("text", map[string]string{"body": body}) }

// Media returns an image, video, audio, document or sticker with made-up ids.
func Media(kind, mimeType, caption string) Message {
	fields := map[string]string{"mime_type": mimeType, "id": "1908647269898587", "sha256": "c2FuZGJveA=="}
	if caption != "" {
		fields["caption"] = caption
	}
	return made(kind, fields)
}

func made(kind string, fields any) Message {
	b, err := json.Marshal(fields)
	if err != nil { // strings always marshal
		b = nil
	}
	return Message{Type: kind, Body: b}
}

// Write sends a text from a customer to a business number and returns its wamid.
// It returns after the first delivery of the webhook, answered 200 or not. The
// errors are a wrong number or customer and an ended sandbox.
func (s *Sandbox) Write(ctx context.Context, number string, from Customer, text string) (string, error) {
	return s.Any(ctx, number, from, Text(text))
}

// Tap sends a tap on a reply button or list row.
func (s *Sandbox) Tap(ctx context.Context, number string, from Customer, t Tap) (string, error) {
	kind, reply := "button_reply", map[string]string{"id": t.ID, "title": t.Title}
	if t.List {
		kind = "list_reply"
		if t.Description != "" {
			reply["description"] = t.Description
		}
	}
	m := made("interactive", map[string]any{"type": kind, kind: reply})
	m.Context = t.Context
	return s.Any(ctx, number, from, m)
}

// Any sends a message of any type.
func (s *Sandbox) Any(ctx context.Context, number string, from Customer, m Message) (string, error) {
	ids, err := s.Batch(ctx, number, []Letter{{from, m}})
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// Batch sends messages in one webhook, delivered as the first one says.
func (s *Sandbox) Batch(ctx context.Context, number string, letters []Letter) ([]string, error) {
	if len(letters) == 0 || len(letters) > MaxBatch {
		return nil, ErrBatch
	}
	for _, letter := range letters {
		if err := errors.Join(letter.From.check(), letter.Message.check()); err != nil {
			return nil, err
		}
	}
	l := s.lines[number]
	if l == nil {
		return nil, fmt.Errorf("write to a business: %w", ErrUnknownNumber)
	}
	v, ids, err := s.hear(l, letters)
	if err != nil {
		return nil, err
	}
	return ids, s.hand(ctx, l, v, letters[0].Message.Deliver)
}

func (m Message) check() error {
	ok := m.Type != "" && (m.Body == nil || json.Valid(m.Body))
	for _, raw := range m.Extra {
		ok = ok && json.Valid(raw)
	}
	if !ok {
		return ErrMessage
	}
	return nil
}

// hear enters what customers wrote into the books and makes the webhook's value.
func (s *Sandbox) hear(l *line, letters []Letter) (value, []string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var v value
	if s.closed {
		return v, nil, ErrClosed
	}
	ids := make([]string, len(letters))
	named := map[*person]bool{}
	for i, letter := range letters {
		id, err := s.wamid()
		if err != nil {
			return v, nil, err
		}
		p := s.people.meet(letter.From)
		m := letter.Message
		m.At = orElse(m.At, s.cfg.Now())
		s.note(l, p, id, m)
		ids[i] = id
		v.Messages = append(v.Messages, wireMessage(l.Number, p.Customer, id, m))
		if m.Type != "system" && !named[p] { // system messages come without contacts
			named[p] = true
			v.Contacts = append(v.Contacts, contactOf(p.Customer))
		}
	}
	return v, ids, nil
}

// note counts an inbound message: it opens the window and shares the throughput.
func (s *Sandbox) note(l *line, p *person, id string, m Message) {
	l.rate.spend(s.cfg.Now())
	if m.Type != "system" {
		p.with(l.PhoneNumberID).hear(m.At)
	}
	s.from[id] = p
	for _, old := range s.heard.Add(heard{id, p}, s.cfg.Keep) {
		delete(s.from, old.id)
	}
	s.tell(Event{Kind: CustomerWrote, At: m.At, Number: l.PhoneNumberID, Customer: p.Customer, ID: id, Wrote: &m})
}

// wireMessage is one element of messages (Meta, webhooks/reference/messages).
func wireMessage(n Number, c Customer, id string, m Message) any {
	w := map[string]any{"id": id, "timestamp": seconds(m.At), "type": m.Type}
	for name, raw := range m.Extra {
		w[name] = raw
	}
	if c.Phone != "" {
		w["from"] = c.Phone
	}
	if c.UserID != "" {
		w["from_user_id"] = c.UserID
	}
	if m.Context != "" {
		w["context"] = map[string]string{"from": n.DisplayNumber, "id": m.Context}
	}
	if m.Body != nil {
		w[m.Type] = m.Body
	}
	return w
}

// hand delivers a value as often and as late as told.
func (s *Sandbox) hand(ctx context.Context, l *line, v value, d Deliver) error {
	for i := range max(d.Times, 1) {
		wait := d.After + time.Duration(i)*d.Every
		if wait > 0 {
			s.cfg.After(wait, func() {
				_ = s.deliver(s.ctx, l, v) // deliver tries again by itself
			})
			continue
		}
		if err := s.deliver(ctx, l, v); err != nil {
			return err
		}
	}
	return nil
}
