package decide

import (
	"time"

	"frontdesk/shared/conversation"
)

// What decided, when it was no filter. [Decision.By] holds a filter's id or one of these.
const (
	ByWelcome  = "welcome"
	ByAway     = "away"
	ByFallback = "fallback"
	ByPeople   = "people" // people are in charge; templates stay silent
	ByBlock    = "block"  // the contact is blocked; nobody is asked
	ByMute     = "mute"   // the contact is muted, and no filter did anything but keep quiet
	ByNone     = "none"
	ByLoop     = "loop" // the contact answers like a program
	ByOptOut   = conversation.ByOptOut
	ByOptIn    = conversation.ByOptIn
)

// What else a step of [Explain] may be about.
const (
	byCap    = conversation.WithheldCap
	byQuick  = conversation.WithheldQuick
	byReturn = "return"
)

// Decision is what deciding returns: what to send, what to change, and why. It
// is a value; nothing has been done yet.
type Decision struct {
	// Playbook is the version that decided.
	Playbook int64                `json:"playbook"`
	Outcome  conversation.Outcome `json:"outcome"`
	// By is the id of the filter whose reply or routing counts, or one of the By constants.
	By string `json:"by"`
	// Reply is the id of the template to send; empty for none.
	Reply string `json:"reply,omitempty"`
	// Greeting is the template whose text goes before that of Reply, in the same message.
	Greeting string `json:"greeting,omitempty"`
	// Text is sent as it is where there is no template: the built-in confirmation of an
	// opt-out word.
	Text string `json:"text,omitempty"`
	// Withheld says why the reply that By would have sent does not go out: cap, loop or
	// quick; empty as a rule.
	Withheld string `json:"withheld,omitempty"`
	// Opt is out when the contact wants to be left alone from now on, in when not any more.
	Opt string `json:"opt,omitempty"`
	// Returned is set when people have left the conversation alone for so long that
	// templates answer again: since when ([conversation.Head.Attended]).
	Returned int64 `json:"returned,omitempty"`
	// Language is the one to reply in (one of the playbook's); Detected is the one
	// the message seems to be in, empty when it gives no hint.
	Language string `json:"language,omitempty"`
	Detected string `json:"detected,omitempty"`
	// Team, Tags and Untag (tags to take away) are changes to the conversation.
	Team  string   `json:"team,omitempty"`
	Tags  []string `json:"tags,omitempty"`
	Untag []string `json:"untag,omitempty"`
	// Assignee, Priority and Status are changes to the conversation; empty for none. A
	// status only counts when the conversation is not handed off.
	Assignee string              `json:"assignee,omitempty"`
	Priority string              `json:"priority,omitempty"`
	Status   conversation.Status `json:"status,omitempty"`
	// Notes are private; Notify are ids of notices to send now.
	Notes     []Note     `json:"notes,omitempty"`
	Notify    []string   `json:"notify,omitempty"`
	FollowUps []FollowUp `json:"follow_ups,omitempty"`
	// MutedUntil and Block keep templates from answering the contact's next messages.
	MutedUntil time.Time `json:"muted_until,omitzero"`
	Block      bool      `json:"block,omitempty"`
	// HandOff puts people in charge; Reason says why, ReasonZH in Chinese.
	HandOff  bool   `json:"hand_off,omitempty"`
	Reason   string `json:"reason,omitempty"`
	ReasonZH string `json:"reason_zh,omitempty"`
	// Cooldown is set when By has one, so that the time of the reply is remembered.
	Cooldown time.Duration `json:"-"`
	// AwayUntil is the end of the closed period when the away reply is sent.
	AwayUntil time.Time `json:"away_until,omitzero"`
	// Matched are the filters that acted, in order, each with its reason.
	Matched []Step `json:"matched,omitempty"`
}

// Step is one filter that was tried.
type Step struct {
	Filter string `json:"filter"`
	Name   string `json:"name,omitempty"`
	// Matched says whether its conditions held.
	Matched bool `json:"matched"`
	// Why is a plain sentence: `text contains "price"`, `type is image, not text`.
	// WhyZH says the same in Chinese.
	Why   string `json:"why"`
	WhyZH string `json:"why_zh"`
}
