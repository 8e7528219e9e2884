// Package conversation holds what we know of a conversation: its [Head] (the
// state) and its [Message]s (what happened, with the [Facts] that the figures
// are made of). All of it is plain values and pure functions; package record
// stores them.
package conversation

import (
	"time"

	"frontdesk/shared/budget"
	"frontdesk/shared/message"
)

// Status of a conversation.
type Status string

// A conversation is open while somebody waits or people are in charge, else resolved.
const (
	Open     Status = "open"
	Resolved Status = "resolved"
)

// Head is the state of one conversation: everything between one contact and one
// channel. The id of a contact is the id of its conversation.
type Head struct {
	ID string `json:"id"`
	// Home is the conversation id under which the messages are kept. It differs
	// from ID only when the contact came back under another id.
	Home string `json:"home"`
	// Moved is the id under which the contact writes now; this head is then only
	// a signpost.
	Moved   string  `json:"moved,omitempty"`
	Channel string  `json:"channel"`
	Contact Contact `json:"contact"`
	Status  Status  `json:"status"`
	Team    string  `json:"team,omitempty"`
	// Assignee is the agent in charge.
	Assignee string   `json:"assignee,omitempty"`
	Tags     []string `json:"tags,omitempty"`
	// Priority is low, high or urgent; normal when empty.
	Priority string `json:"priority,omitempty"`
	// StartedBy says who wrote first in the current spell: customer (also when empty), bot
	// or agent. Count is how many messages the contact has written in it so far.
	StartedBy string `json:"started_by,omitempty"`
	Count     int    `json:"count,omitempty"`
	// HandedOff is when people took over; while it is set templates stay silent.
	HandedOff time.Time `json:"handed_off,omitzero"`
	// Reason says why it was handed off.
	Reason string `json:"reason,omitempty"`
	// Opened is when the current spell began: the first message ever, the first
	// after people resolved the conversation, or the first after 24 quiet hours.
	// BotReplied and AgentReplied say who has answered in it so far.
	Opened       time.Time `json:"opened,omitzero"`
	BotReplied   bool      `json:"bot_replied,omitempty"`
	AgentReplied bool      `json:"agent_replied,omitempty"`
	// Ended is when people last ended a spell (milliseconds since 1970).
	Ended int64 `json:"ended,omitempty"`
	// First is when the contact first wrote.
	First time.Time `json:"first,omitzero"`
	// LastInbound opens the service window (WhatsApp: 24 h from here).
	LastInbound time.Time `json:"last_inbound,omitzero"`
	// WaitingSince is the time of the first message that nobody has answered yet.
	WaitingSince time.Time `json:"waiting_since,omitzero"`
	// Day is the latest company day on whose list of active conversations this
	// one has been put.
	Day string `json:"day,omitempty"`
	// Replied says when each filter last answered here (for cooldowns). Only
	// filters that have a cooldown are kept.
	Replied map[string]time.Time `json:"replied,omitempty"`
	// AwayUntil is the end of the closed period in which the away reply has been
	// sent; it is not sent again before.
	AwayUntil time.Time `json:"away_until,omitzero"`
	// Failed is the latest of our replies that turned out not to have arrived.
	Failed string `json:"failed,omitempty"`
	// Pair is what was lately sent to this person.
	Pair budget.Pair `json:"pair,omitzero"`
	// Since counts our messages after their last one, where the channel limits them, and
	// Sent is when we last sent one there (milliseconds since 1970). What the contact wrote
	// before it resets nothing.
	Since int   `json:"since,omitempty"`
	Sent  int64 `json:"sent,omitempty"`
	// Rated says that the contact has answered the latest question how it was: of several
	// answers the first counts.
	Rated bool `json:"rated,omitempty"`
	// Reached is when they last got a message outside a service window.
	Reached time.Time `json:"reached,omitzero"`
	// Marketing is what the contact last said of marketing messages.
	Marketing Marketing `json:"marketing,omitzero"`
	// Auto is what is remembered of automatic replies, so that they stay within bounds.
	Auto Automatic `json:"auto,omitzero"`
	// Tended is when a person last wrote or took the conversation (milliseconds since 1970).
	Tended int64 `json:"tended,omitempty"`
	// Session is what we know of the contact's session, where people answer in the
	// channel's own client.
	Session Session `json:"session,omitzero"`
	// Rota is the member whom the rota gave the conversation to, as long as they have it.
	Rota string `json:"rota,omitempty"`
	// Listed says that the contact was on the list of the blocked when the head was last
	// written.
	Listed bool `json:"listed,omitempty"`
	// Seat is where the conversation stood in a team when the head was last written.
	Seat Seat `json:"seat,omitzero"`
	// Watch is what is kept of what a team promises the contact (see package sla).
	Watch Watch `json:"watch,omitzero"`
	// Version is the stored version, 0 when the head is new. Not part of the body.
	Version int64 `json:"-"`
}

// ReasonAgent is why people are in charge when one of them has taken a conversation.
const ReasonAgent = "agent"

// Session is where a contact's session stands. A conversation that is handed off, with a
// session that is neither with People nor Stays, is one whose session is still to be moved.
type Session struct {
	// At and ID are of its latest change: the channel's own, or the time at which we made it.
	At time.Time `json:"at,omitzero"`
	ID string    `json:"id,omitempty"`
	// People says that it is in the channel's client: somebody has it, or it waits there.
	People bool `json:"people,omitempty"`
	// Stays says that the channel refused for good to move it there.
	Stays bool `json:"stays,omitempty"`
	// Ended is when it last ended. Nothing can be sent until the contact writes again.
	Ended time.Time `json:"ended,omitzero"`
	// Looked is when the channel last said that people have it.
	Looked time.Time `json:"looked,omitzero"`
	// Greeted is when the contact was last welcomed on opening the chat.
	Greeted time.Time `json:"greeted,omitzero"`
}

// Marketing is whether a contact wants marketing messages; the zero value is yes.
type Marketing struct {
	Stopped bool `json:"stopped,omitempty"`
	// Everything says that they want nothing at all that is no answer to what they wrote:
	// they have said so in a word (STOP, 退订). It goes with Stopped.
	Everything bool      `json:"everything,omitempty"`
	At         time.Time `json:"at,omitzero"`
}

// Contact is the person of a conversation.
type Contact struct {
	message.Person
	// Language is the one the contact last wrote in, as far as it could be told
	// (BCP 47: en, zh-CN, zh-TW).
	Language string `json:"language,omitempty"`
	// Attributes are what the company's own systems have told us of the contact, by name:
	// numbers as 12.5, dates as 2026-10-01 or RFC 3339, everything else as it is.
	Attributes map[string]string `json:"attributes,omitempty"`
	// Blocked is since when nothing that they write is answered or wakes anybody, and
	// MutedUntil until when no template answers them: milliseconds since 1970, 0 for not.
	Blocked    int64 `json:"blocked,omitempty"`
	MutedUntil int64 `json:"muted_until,omitempty"`
	// Tester says that the draft of the playbook answers them, as far as it could go live,
	// and that nothing of theirs counts in the figures.
	Tester bool `json:"tester,omitempty"`
}

// Muted reports whether no template answers the contact at a time.
func (c Contact) Muted(at time.Time) bool { return at.UnixMilli() < c.MutedUntil }

// Silent reports whether no template of any kind reaches the contact at a time: they are
// muted or blocked.
func (c Contact) Silent(at time.Time) bool { return c.Blocked > 0 || c.Muted(at) }

// Silenced is what of blocking and muting is left of a contact who was known under two ids:
// whatever was said of either, for the longer time.
func (c Contact) Silenced(o Contact) Contact {
	switch {
	case c.Blocked == 0 || o.Blocked == 0:
		c.Blocked = max(c.Blocked, o.Blocked)
	default:
		c.Blocked = min(c.Blocked, o.Blocked)
	}
	c.MutedUntil = max(c.MutedUntil, o.MutedUntil)
	return c
}

// New reports whether the contact has never written to us alone before.
func (h Head) New() bool { return h.First.IsZero() }
