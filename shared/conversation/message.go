package conversation

import (
	"encoding/json"
	"time"

	"frontdesk/shared/message"
)

// Direction of a message.
type Direction string

// The directions. A note went nowhere: people at the desk alone see it, and it is in no
// figure.
const (
	In   Direction = "in"
	Out  Direction = "out"
	Note Direction = "note"
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
	Outcome Outcome `json:"outcome,omitempty"`
	// Withheld says why the reply that was decided did not go out: cap, loop or quick.
	Withheld string `json:"withheld,omitempty"`
	// By is who wrote a note: the agent's name; empty when a filter left it.
	By       string `json:"by,omitempty"`
	Filter   string `json:"filter,omitempty"`
	Template string `json:"template,omitempty"`
	Language string `json:"language,omitempty"`
	// Playbook is the version that decided; 0 when it was the draft, whose stored version
	// is then Draft.
	Playbook int64   `json:"playbook,omitempty"`
	Draft    int64   `json:"draft,omitempty"`
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
	Untag   []string `json:"untag,omitempty"`
	HandOff bool     `json:"hand_off,omitempty"`
	Reason  string   `json:"reason,omitempty"`
	// Assignee, Priority and Status are set; empty for none.
	Assignee string `json:"assignee,omitempty"`
	Priority string `json:"priority,omitempty"`
	Status   Status `json:"status,omitempty"`
	// Opt is out or in: the contact wants to be left alone, or not any more.
	Opt string `json:"opt,omitempty"`
	// Returned ends the hand-off that people have left alone since then (see
	// [Head.Attended]).
	Returned int64 `json:"returned,omitempty"`
	// FollowUps are what is looked at again, and when.
	FollowUps []FollowUp `json:"follow_ups,omitempty"`
	// Remember is the filter whose reply starts its cooldown.
	Remember  string    `json:"remember,omitempty"`
	AwayUntil time.Time `json:"away_until,omitzero"`
	// Notes are left in the conversation, and Notify are notices that are sent, when the
	// message is recorded.
	Notes  []FilterText `json:"notes,omitempty"`
	Notify []FilterText `json:"notify,omitempty"`
	// MutedUntil (milliseconds since 1970) and Block silence the contact.
	MutedUntil int64 `json:"muted_until,omitempty"`
	Block      bool  `json:"block,omitempty"`
}

// FilterText is what a filter (its id) brings about: the text of a note, as people will
// see it, or the id of a notice.
type FilterText struct {
	Filter string `json:"filter"`
	Text   string `json:"text"`
}

// FollowUp is a wish of a filter to look at the conversation again (see package due).
type FollowUp struct {
	Filter string    `json:"filter"`
	At     time.Time `json:"at"`
	// If is what must be so then, Then what is done, Notify whom it is told.
	If     string   `json:"if"`
	Then   string   `json:"then"`
	Notify []string `json:"notify,omitempty"`
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

// What decides a message with which a contact opts out or in.
const (
	ByOptOut = "opt_out"
	ByOptIn  = "opt_in"
)

// The wishes in [Effects].Opt.
const (
	OptOut = "out"
	OptIn  = "in"
)

// OfWish reports whether this message opts out or in, or confirms that. It answers nothing
// that somebody waits for.
func (m Message) OfWish() bool { return m.Filter == ByOptOut || m.Filter == ByOptIn }

// Why a reply was withheld.
const (
	WithheldCap   = "cap"   // the contact has had as many automatic replies as they get
	WithheldLoop  = "loop"  // the contact answers like a program
	WithheldQuick = "quick" // a reply went out moments before
)

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
	// Covered: the reply that went out moments before answers this message as well.
	Covered Outcome = "covered"
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
	// Test: by or to a test contact (see [Contact]), so it counts in no figure.
	Test bool `json:"test,omitempty"`
	// Inbound: the contact's first message ever / of the ISO week / of the day.
	FirstEver   bool `json:"first_ever,omitempty"`
	FirstOfWeek bool `json:"first_of_week,omitempty"`
	FirstOfDay  bool `json:"first_of_day,omitempty"`
	// FirstOfMonth is of the calendar month.
	FirstOfMonth bool `json:"first_of_month,omitempty"`
	// Opened: this inbound message began a spell (see [Head.Opened]). Reopened: it began
	// within [ReopenedWithin] after people had ended the one before, and needs an answer.
	Opened   bool `json:"opened,omitempty"`
	Reopened bool `json:"reopened,omitempty"`
	// Tags are those that the conversation had after this inbound message, Language the one
	// that the contact then last wrote in.
	Tags     []string `json:"tags,omitempty"`
	Language string   `json:"language,omitempty"`
	// OptedOut and OptedIn: with this inbound message the contact said that they want no
	// more messages, or want them again.
	OptedOut bool `json:"opted_out,omitempty"`
	OptedIn  bool `json:"opted_in,omitempty"`
	// Outbound: Answers says that somebody was waiting for it; Waited is how
	// long, by the clock; WaitedOpen counts business hours only. First says that
	// it is the first answer of its kind (bot, person) in the spell.
	Answers    bool  `json:"answers,omitempty"`
	First      bool  `json:"first,omitempty"`
	Waited     int64 `json:"waited_ms,omitempty"`
	WaitedOpen int64 `json:"waited_open_ms,omitempty"`
	// ByBot: a template, not a person. Agent is the person, by the id that the playbook
	// has for them; empty for somebody whom it does not name.
	ByBot bool   `json:"by_bot,omitempty"`
	Agent string `json:"agent,omitempty"`
	// Promise says of a person's answer whether it came in the time that the team
	// promises; empty when it promises none.
	Promise Promise `json:"promise,omitempty"`
	// Survey: outbound, it asked how satisfied the contact was. Rating: inbound, what the
	// contact answered, 1 (worst) to 5 (best); 0 when it is no answer to that question.
	Survey bool `json:"survey,omitempty"`
	Rating int  `json:"rating,omitempty"`
}

// Promise is what became of a team's promise (package sla).
type Promise string

// What becomes of a promise.
const (
	PromiseMet    Promise = "met"
	PromiseBroken Promise = "broken"
)

// Receipt is a stored receipt of one of our messages.
type Receipt struct {
	ReplyID string `json:"reply_id"`
	message.Receipt
	// Ended is set when this is no receipt but says that people ended a spell. It is kept
	// among the receipts, under an id of its own, so that one read gives both.
	Ended *Ended `json:"ended,omitempty"`
}
