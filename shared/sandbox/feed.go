package sandbox

import (
	"time"
)

// EventKind says what happened.
type EventKind string

// What a feed tells.
const (
	CustomerWrote   EventKind = "wrote"
	CustomerPrefers EventKind = "prefers" // Status is stop or resume
	MessageAccepted EventKind = "accepted"
	RequestRefused  EventKind = "refused"
	MarkedRead      EventKind = "marked_read"
	TypingShown     EventKind = "typing"
	ReceiptEmitted  EventKind = "receipt"
	WebhookFailed   EventKind = "webhook_failed"
	NoticeSent      EventKind = "notice" // Status is the field
)

// Event is one thing that happened.
type Event struct {
	Seq    int64     `json:"seq"` // 1, 2, 3, …
	At     time.Time `json:"at"`
	Kind   EventKind `json:"kind"`
	Number string    `json:"number"`
	// Customer is who it concerns; unknown (zero) in some refusals.
	Customer Customer `json:"customer,omitzero"`
	// ID is the wamid of the message concerned, if there is one.
	ID string `json:"id,omitempty"`
	// Wrote is set on CustomerWrote, Sent on MessageAccepted.
	Wrote *Message     `json:"wrote,omitempty"`
	Sent  *SentMessage `json:"sent,omitempty"`
	// Status is the receipt's; Code and Reason tell of refusals and failures.
	Status string `json:"status,omitempty"`
	Code   int    `json:"code,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Watch returns everything that happens from now on. The channel is closed by
// cancel, by [Sandbox.Close], and when the watcher falls more than 1,024 events
// behind; [Sandbox.Events] tells what was missed.
func (s *Sandbox) Watch() (<-chan Event, func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.feed.Watch()
	if s.closed {
		s.feed.Drop(ch)
	}
	return ch, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.feed.Drop(ch)
	}
}

// Events returns what happened after an event's Seq, oldest first, as far as it
// is kept; after 0 everything.
func (s *Sandbox) Events(after int64) []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.feed.After(after)
}

// tell records an event. The caller holds the lock.
func (s *Sandbox) tell(e Event) {
	e.Seq = s.feed.Next()
	if e.At.IsZero() {
		e.At = s.cfg.Now()
	}
	s.feed.Tell(e, s.cfg.Keep)
}
