// Package conversation holds what we know of a conversation: its [Head] (the
// state) and its [Message]s (what happened, with the [Facts] that the figures
// are made of). All of it is plain values and pure functions; package record
// stores them.
package conversation

import (
	"encoding/json"
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
	// Session is what we know of the contact's session, where people answer in the
	// channel's own client.
	Session Session `json:"session,omitzero"`
	// Rota is the member whom the rota gave the conversation to, as long as they have it.
	Rota string `json:"rota,omitempty"`
	// Seat is where the conversation stood in a team when the head was last written.
	Seat Seat `json:"seat,omitzero"`
	// Watch is what is kept of what a team promises the contact (see package sla).
	Watch Watch `json:"watch,omitzero"`
	// Version is the stored version, 0 when the head is new. Not part of the body.
	Version int64 `json:"-"`
}

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
	Stopped bool      `json:"stopped,omitempty"`
	At      time.Time `json:"at,omitzero"`
}

// Contact is the person of a conversation.
type Contact struct {
	message.Person
	// Language is the one the contact last wrote in, as far as it could be told
	// (BCP 47: en, zh-CN, zh-TW).
	Language string `json:"language,omitempty"`
	// Attributes are what the company's own systems have told us of the contact, by name: numbers as 12.5, dates as 2026-10-01 or RFC 3339, everything else as it is.
	Attributes map[string]string `json:"attributes,omitempty"`
}

// New reports whether the contact has never written to us alone before.
func (h Head) New() bool { return h.First.IsZero() }

// Direction of a message.
type Direction string

// The directions.
const (
	In  Direction = "in"
	Out Direction = "out"
)

// Source of an outbound message.
type Source string

// The sources.
const (
	ByFilter   Source = "filter" // a template reply: filter, welcome, away or fallback
	ByAgent    Source = "agent"
	ByCalendar Source = "calendar"
	BySystem   Source = "system"
)

// Message is one stored message.
type Message struct {
	// ID is ours, and sorts by time inside a conversation (see [NewID]).
	ID           string    `json:"id,omitempty"`
	Conversation string    `json:"conversation,omitempty"` // the home
	Channel      string    `json:"channel"`
	Direction    Direction `json:"direction"`
	Source       Source    `json:"source,omitempty"`
	// ChannelID is the channel's id (wamid): of the inbound message, or what the
	// channel answered to our send. Empty on an outbound one whose answer was
	// lost and which a receipt proved.
	ChannelID string                     `json:"channel_id,omitempty"`
	At        time.Time                  `json:"at"`
	Type      string                     `json:"type"`
	Text      string                     `json:"text,omitempty"`
	Choice    string                     `json:"choice,omitempty"`
	Body      json.RawMessage            `json:"body,omitempty"`
	Extra     map[string]json.RawMessage `json:"extra,omitempty"`
	// ReplyTo is the channel's id of the message that an inbound one answers,
	// Group the group that it was written in.
	ReplyTo string `json:"reply_to,omitempty"`
	Group   string `json:"group,omitempty"`
	// Content is what was sent. A template reply is stored without it: it stands
	// in the claim of the message it answers, and readers put it back.
	Content *message.Content `json:"content,omitempty"`
	// InReplyTo is the ID of the inbound message that this one answers.
	InReplyTo string `json:"in_reply_to,omitempty"`
	// Outcome is what deciding an inbound message came to.
	Outcome  Outcome `json:"outcome,omitempty"`
	Filter   string  `json:"filter,omitempty"`
	Template string  `json:"template,omitempty"`
	Language string  `json:"language,omitempty"`
	Playbook int64   `json:"playbook,omitempty"`
	Effects  Effects `json:"effects,omitzero"`
	Facts    Facts   `json:"facts"`
	// Claim is set on an inbound message that is to be answered: it says who is
	// sending which reply until when. On an agent's message it is set while nobody
	// knows whether it went out.
	Claim *Claim `json:"claim,omitempty"`
	// Unproven counts sends of this outbound message that may have gone out
	// twice because the channel left no trace of the first.
	Unproven int `json:"unproven,omitempty"`

	Version int64 `json:"-"`
}

// Effects are what deciding a message changes in the head, besides the reply.
type Effects struct {
	Team    string   `json:"team,omitempty"`
	Tags    []string `json:"tags,omitempty"`
	HandOff bool     `json:"hand_off,omitempty"`
	Reason  string   `json:"reason,omitempty"`
	// Remember is the filter whose reply starts its cooldown.
	Remember  string    `json:"remember,omitempty"`
	AwayUntil time.Time `json:"away_until,omitzero"`
}

// PutsOff reports whether the away reply or the fallback decided this message (see
// package decide). They answer nobody's question: they say when or where it will
// be answered.
func (m Message) PutsOff() bool { return m.Filter == "away" || m.Filter == "fallback" }

// BySurvey is what decides an answer to the question how it was, and the thanks for it.
const BySurvey = "survey"

// OfSurvey reports whether this message asks how it was, answers that, or says thanks for
// the answer. Nobody waits because of one, and none calls people.
func (m Message) OfSurvey() bool { return m.Facts.Survey || m.Filter == BySurvey }

// Personal reports whether the contact wrote to us alone and in their own words or
// taps: that opens the service window and makes a contact. What is written in a
// group, a reaction, and what the channel itself says (a changed number, an edited
// or deleted message) does not.
func (m Message) Personal() bool {
	switch m.Type {
	case "system", "edit", "revoke", "reaction":
		return false
	}
	return m.Group == ""
}

// Outcome says what became of an inbound message.
type Outcome string

// The outcomes of deciding.
const (
	// Replied: a template answered.
	Replied Outcome = "replied"
	// HandedOff: it was routed to people, perhaps with a template that says so.
	HandedOff Outcome = "handed_off"
	// Silent: people are in charge of the conversation, so templates stay silent.
	Silent Outcome = "silent"
	// Ignored: a filter said so, or the type needs no answer (reactions, system).
	Ignored Outcome = "ignored"
	// Unanswered: no filter matched and no fallback exists, or a cooldown kept
	// the reply back.
	Unanswered Outcome = "unanswered"
)

// Facts are what a message means for the figures, decided once when it is
// recorded and never changed. All durations are whole milliseconds.
type Facts struct {
	// Day (2026-11-22), Week (2026-W47) and Hour (0–23) are the message's own
	// time in the company's zone.
	Day  string `json:"day"`
	Week string `json:"week"`
	Hour int    `json:"hour"`
	Team string `json:"team,omitempty"`
	// Inbound: the contact's first message ever / of the ISO week / of the day.
	FirstEver   bool `json:"first_ever,omitempty"`
	FirstOfWeek bool `json:"first_of_week,omitempty"`
	FirstOfDay  bool `json:"first_of_day,omitempty"`
	// Opened: this inbound message began a spell (see [Head.Opened]).
	Opened bool `json:"opened,omitempty"`
	// Outbound: Answers says that somebody was waiting for it; Waited is how
	// long, by the clock; WaitedOpen counts business hours only. First says that
	// it is the first answer of its kind (bot, person) in the spell.
	Answers    bool  `json:"answers,omitempty"`
	First      bool  `json:"first,omitempty"`
	Waited     int64 `json:"waited_ms,omitempty"`
	WaitedOpen int64 `json:"waited_open_ms,omitempty"`
	// ByBot: a template, not a person.
	ByBot bool `json:"by_bot,omitempty"`
	// Survey: outbound, it asked how satisfied the contact was. Rating: inbound, what the
	// contact answered, 1 (worst) to 5 (best); 0 when it is no answer to that question.
	Survey bool `json:"survey,omitempty"`
	Rating int  `json:"rating,omitempty"`
}

// Receipt is a stored receipt of one of our messages.
type Receipt struct {
	ReplyID string `json:"reply_id"`
	message.Receipt
}
