package qyapi

import (
	"maps"
	"time"
)

// EventKind says what happened.
type EventKind string

// What a feed tells.
const (
	MemberWrote     EventKind = "member_wrote"
	CustomerWrote   EventKind = "customer_wrote"
	ServicerWrote   EventKind = "servicer_wrote"
	EventTold       EventKind = "event" // Type is WeCom's name of it
	MessageAccepted EventKind = "accepted"
	MessageDropped  EventKind = "dropped"    // silently, for a member: over the limit
	MessageTwice    EventKind = "suppressed" // silently: the duplicate check or a repeated msgid
	MessageRecalled EventKind = "recalled"
	CallRefused     EventKind = "refused"
	TokenGiven      EventKind = "token"
	Pulled          EventKind = "pulled" // Count is how many
	StateChanged    EventKind = "state"  // Code is the new service_state
	MenuChanged     EventKind = "menu"
	CallbackFailed  EventKind = "callback_failed"
	ReplyRefused    EventKind = "reply_refused" // a passive reply that nobody can read
)

// Event is one thing that happened.
type Event struct {
	Seq  int64     `json:"seq"` // 1, 2, 3, …
	At   time.Time `json:"at"`
	Kind EventKind `json:"kind"`
	// Where is the AgentID, the open_kfid, the chat's id, or empty; Who the member or
	// customer.
	Where string `json:"where,omitempty"`
	Who   string `json:"who,omitempty"`
	// By is the servicer of ServicerWrote.
	By string `json:"by,omitempty"`
	// Call is the API's path below /cgi-bin/.
	Call string `json:"call,omitempty"`
	ID   string `json:"id,omitempty"`
	Type string `json:"type,omitempty"`
	// Sent is set on MessageAccepted.
	Sent *SentMessage `json:"sent,omitempty"`
	// Options are those chosen on a card, by question_key.
	Options map[string][]string `json:"options,omitempty"`
	// Text is what somebody wrote, Count how many were pulled.
	Text   string `json:"text,omitempty"`
	Count  int    `json:"count,omitempty"`
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

// ledger holds what runs out at a time. It forgets in bulk, which is cheap on average.
type ledger[V any] struct {
	items map[string]V
	left  int // after it last forgot
}

// add keeps an item and, when there are many, forgets those that are over.
func (l *ledger[V]) add(name string, item V, over func(V) bool) {
	if l.items == nil {
		l.items = map[string]V{}
	}
	if len(l.items) > 2*l.left+1024 {
		maps.DeleteFunc(l.items, func(_ string, v V) bool { return over(v) })
		l.left = len(l.items)
	}
	l.items[name] = item
}
