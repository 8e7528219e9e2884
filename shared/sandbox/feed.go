package sandbox

import (
	"sort"
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

// watchBuffer is how far a watcher may fall behind before its channel is closed.
const watchBuffer = 1024

type feed struct {
	seq      int64
	past     journal[Event]
	watchers map[chan Event]bool
}

// Watch returns everything that happens from now on. The channel is closed by
// cancel, by [Sandbox.Close], and when the watcher falls more than 1,024 events
// behind; [Sandbox.Events] tells what was missed.
func (s *Sandbox) Watch() (<-chan Event, func()) {
	ch := make(chan Event, watchBuffer)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		close(ch)
		return ch, func() {}
	}
	s.feed.watchers[ch] = true
	return ch, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.feed.drop(ch)
	}
}

// Events returns what happened after an event's Seq, oldest first, as far as it
// is kept; after 0 everything.
func (s *Sandbox) Events(after int64) []Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	past := s.feed.past.items
	i := sort.Search(len(past), func(i int) bool { return past[i].Seq > after })
	return append([]Event(nil), past[i:]...)
}

// tell records an event. The caller holds the lock.
func (s *Sandbox) tell(e Event) {
	s.feed.seq++
	e.Seq = s.feed.seq
	if e.At.IsZero() {
		e.At = s.cfg.Now()
	}
	s.feed.past.add(e, s.cfg.Keep)
	for ch := range s.feed.watchers {
		select {
		case ch <- e:
		default:
			s.feed.drop(ch)
		}
	}
}

func (f *feed) drop(ch chan Event) {
	if f.watchers[ch] {
		delete(f.watchers, ch)
		close(ch)
	}
}

func (f *feed) close() {
	for ch := range f.watchers {
		f.drop(ch)
	}
}
