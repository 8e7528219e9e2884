package qyapi

import (
	"maps"
	"sort"
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
	// Call is the API's path below /cgi-bin/.
	Call string `json:"call,omitempty"`
	ID   string `json:"id,omitempty"`
	Type string `json:"type,omitempty"`
	// Sent is set on MessageAccepted.
	Sent *SentMessage `json:"sent,omitempty"`
	// Text is what somebody wrote, Count how many were pulled.
	Text   string `json:"text,omitempty"`
	Count  int    `json:"count,omitempty"`
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

// journal keeps the newest entries; forgetting is cheap on average.
type journal[T any] struct{ items []T }

// add appends and returns what is forgotten.
func (j *journal[T]) add(item T, keep int) []T {
	j.items = append(j.items, item)
	if len(j.items) <= keep+keep/4 {
		return nil
	}
	old := j.items[:len(j.items)-keep]
	j.items = append([]T(nil), j.items[len(j.items)-keep:]...)
	return old
}
