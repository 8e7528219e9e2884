// Package sla watches what a team promises its customers: when a person answers first,
// when they answer next, and when they are done, in the hours of the team's calendar. It
// is pure. What it remembers of a conversation stands in [conversation.Watch].
//
//	Follow  takes over what has changed in the head, whenever the head is written
//	Due     says what is to be told now, each thing once, whenever it is looked at
//
// Time runs only while the customer waits for a person, from the first message that nobody
// has answered. An answer stops it, further messages before it do not start it anew, and
// a message after it begins the next wait. So it never runs against somebody who has
// answered (zammad#3140, zammad#5177). Of the time until it is done the waits add up. A new spell
// (see [conversation.Head.Opened]) starts everything anew.
package sla

import (
	"time"

	"frontdesk/shared/conversation"
)

// Promise is what a team promises, in time of its calendar. What is 0 is not promised.
type Promise struct {
	// First is until a person answers for the first time in a spell, Next until they answer
	// any later message.
	First, Next time.Duration
	// Resolve is how long the customer waits in a spell, all waits together.
	Resolve time.Duration
	// Warn is how long before a promise is broken it is told. A promise that is no longer
	// than that has no warning.
	Warn time.Duration
	// Calendar holds the hours; empty for every hour.
	Calendar string
}

// Hours tells when calendars are open.
type Hours interface {
	Open(calendar string, at time.Time) bool
	NextChange(calendar string, at time.Time) time.Time
	OpenTime(calendar string, from, to time.Time) time.Duration
}

// Kind is which promise.
type Kind string

// The kinds.
const (
	First   Kind = "first_reply"
	Next    Kind = "next_reply"
	Resolve Kind = "resolution"
)

// Event is one thing to tell.
type Event struct {
	Kind Kind
	// Broken says that the promise is broken, else it is about to be.
	Broken bool
	// At is when it is broken or was.
	At time.Time
}

// Clock counts with a team's promise and hours.
type Clock struct {
	Promise
	Hours Hours
}

// Follow returns the watch of a head that has changed at a time. Where a wait ended
// without anybody knowing when, it counts as none. Where nothing is promised nothing is
// watched.
func (c Clock) Follow(h conversation.Head, at time.Time) conversation.Watch {
	w, row := h.Watch, h.Watch.Row
	if c.Empty() || h.Moved != "" || h.Status != conversation.Open || h.HandedOff.IsZero() {
		return conversation.Watch{Row: row}
	}
	if !w.Opened.Equal(h.Opened) {
		w = conversation.Watch{Opened: h.Opened, Row: row}
	}
	if h.WaitingSince.IsZero() && !w.Waiting.IsZero() {
		w.Spent += c.open(w.Waiting, at).Milliseconds()
	}
	if h.WaitingSince.IsZero() || h.WaitingSince.After(w.Waiting) {
		w.Next = conversation.Nothing
	}
	w.Waiting, w.Answered = h.WaitingSince, h.AgentReplied
	w.Look = c.look(w)
	return w
}

// Due returns what is to be told at a time, and the watch that knows that it was. A
// warning that comes no earlier than what it warns of is left out.
func (c Clock) Due(w conversation.Watch, now time.Time) ([]Event, conversation.Watch) {
	var events []Event
	for _, t := range c.targets(&w) {
		switch {
		case *t.told < conversation.Broken && !now.Before(t.broken):
			*t.told = conversation.Broken
			events = append(events, Event{t.kind, true, t.broken})
		case *t.told < conversation.Warned && !t.warn.IsZero() && !now.Before(t.warn):
			*t.told = conversation.Warned
			events = append(events, Event{t.kind, false, t.broken})
		}
	}
	w.Look = c.look(w)
	return events, w
}

// target is one promise that is running.
type target struct {
	kind Kind
	told *conversation.Told
	// warn is zero when there is no warning.
	warn, broken time.Time
}

// targets are the promises that run now.
func (c Clock) targets(w *conversation.Watch) []target {
	if w.Waiting.IsZero() {
		return nil
	}
	var all []target
	add := func(kind Kind, told *conversation.Told, whole, left time.Duration) {
		t := target{kind: kind, told: told, broken: Deadline(c.Hours, c.Calendar, w.Waiting, max(left, 0))}
		if whole <= 0 || t.broken.IsZero() {
			return
		}
		if c.Warn > 0 && whole > c.Warn {
			t.warn = Deadline(c.Hours, c.Calendar, w.Waiting, max(left-c.Warn, 0))
		}
		all = append(all, t)
	}
	if w.Answered {
		add(Next, &w.Next, c.Promise.Next, c.Promise.Next)
	} else {
		add(First, &w.First, c.Promise.First, c.Promise.First)
	}
	add(Resolve, &w.Resolve, c.Promise.Resolve, c.Promise.Resolve-time.Duration(w.Spent)*time.Millisecond)
	return all
}

// look is when the next thing is to be told, up to the second after it.
func (c Clock) look(w conversation.Watch) time.Time {
	var first time.Time
	for _, t := range c.targets(&w) {
		at := t.broken
		if *t.told < conversation.Warned && !t.warn.IsZero() {
			at = t.warn
		}
		if *t.told < conversation.Broken && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	if whole := first.Truncate(time.Second); whole.Before(first) {
		return whole.Add(time.Second)
	}
	return first
}

func (c Clock) open(from, to time.Time) time.Duration {
	if c.Calendar == "" {
		return max(to.Sub(from), 0)
	}
	return c.Hours.OpenTime(c.Calendar, from, to)
}
