// Package dryrun answers "which of the last days' real messages would be answered
// differently?": it takes what customers wrote, lets the live playbook and another one
// decide about each message again, and counts where they differ. Nothing is sent or
// stored.
//
// In this order: the days are gone through from the latest to the earliest, each
// conversation once with all its messages ([Runner]); each conversation is replayed from its
// first message on (pure); the differences are counted by kind and by what decided before and
// after, with samples, the newest first.
//
// Each message is judged by both playbooks, as they are now, on one and the same state: the
// conversation as it really stood when the message came. What is stored with the messages
// brings it on: tags, team, priority, assignee, status, hand-off, muting, blocking and wishes
// as they were decided then, and what people did. What a draft would have tagged, routed or
// handed off is told of that message and changes nothing for the next: else one difference
// would drag all later messages of the conversation along, most of which would never have
// been written like that. So a message that came while people were in charge is counted and
// decided by nobody, whoever would have got it by the draft; and what the draft decides by a
// tag of its own shows only where that tag was there.
//
// What a playbook's own replies bring about, it brings about for itself: cooldowns, the away
// reply, and how many replies a contact gets or answers too fast. They are about what that
// playbook has sent, and wear off by themselves.
//
// Where it begins is read from the head as it is now, less what the messages of the span
// changed in it. What cannot be known is said with the answer ([Unknown]).
package dryrun

import (
	"time"

	"frontdesk/shared/conversation"
)

// Kind is one way in which a message would be treated differently. Several can apply to
// one message.
type Kind string

// The kinds. A message counts as answered when a filter or the welcome answers it: the
// away reply and the fallback only put it off.
const (
	// NewlyAnswered: nothing answered it, now something does.
	NewlyAnswered Kind = "newly_answered"
	// NoLongerAnswered: something answered it, now nothing does.
	NoLongerAnswered Kind = "no_longer_answered"
	// AnsweredDifferently: with another template, or in another language.
	AnsweredDifferently Kind = "answered_differently"
	// Reworded: with the same template, whose text is another one.
	Reworded Kind = "reworded"
	// PutOffDifferently: still not answered, with another away reply or fallback, with
	// none, or with one for the first time.
	PutOffDifferently Kind = "put_off_differently"
	// OtherTeam: routed to another team, or to one at all, or to none.
	OtherTeam Kind = "other_team"
	// NewlyHandedOff and NoLongerHandedOff: to people, or not.
	NewlyHandedOff    Kind = "newly_handed_off"
	NoLongerHandedOff Kind = "no_longer_handed_off"
)

// Result is what was found. What two parts of one span found adds up ([Merge]).
type Result struct {
	// From and Until bound the span, Until not in it.
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	// Done of Total are the conversations that were gone through. Full says that the
	// limit of messages was reached: the rest of the conversations was left out.
	Done  int  `json:"done"`
	Total int  `json:"total"`
	Full  bool `json:"full"`
	// Next, when set, says that time ran out, and where to continue.
	Next string `json:"next,omitempty"`
	// Messages were judged, Changed of them would be treated differently. Silent came while
	// people were in charge; they are not among Messages.
	Messages int `json:"messages"`
	Changed  int `json:"changed"`
	Silent   int `json:"silent"`
	// Kinds counts messages by what would be different.
	Kinds map[Kind]int `json:"kinds"`
	// Moves are what decided before and after, most frequent first, at most [MaxMoves].
	Moves []Move `json:"moves"`
	// Samples are at most [MaxSamples] of each kind, the newest first.
	Samples []Sample `json:"samples"`
	// Unknown is what a replay cannot know, in words.
	Unknown []Words `json:"unknown"`
}

// The bounds of a result.
const (
	MaxMoves   = 100
	MaxSamples = 10
	// maxText is how many characters of a message stand in a sample.
	maxText = 200
)

// Move is one way from what decides now to what would decide.
type Move struct {
	Before Verdict `json:"before"`
	After  Verdict `json:"after"`
	Count  int     `json:"count"`
}

// Verdict is what came of a message, as far as it is compared.
type Verdict struct {
	// By is the filter that decided, or welcome, away, fallback, none.
	By       string               `json:"by"`
	Outcome  conversation.Outcome `json:"outcome"`
	Template string               `json:"template,omitempty"`
	Language string               `json:"language,omitempty"`
	Team     string               `json:"team,omitempty"`
	HandOff  bool                 `json:"hand_off,omitempty"`
}

// Sample is one message that would be treated differently.
type Sample struct {
	Kinds []Kind `json:"kinds"`
	// Conversation and Message are ids of ours.
	Conversation string    `json:"conversation"`
	Message      string    `json:"message"`
	Channel      string    `json:"channel"`
	At           time.Time `json:"at"`
	Type         string    `json:"type"`
	// Text is what the customer wrote, cut after 200 characters.
	Text   string  `json:"text,omitempty"`
	Choice string  `json:"choice,omitempty"`
	Before Verdict `json:"before"`
	After  Verdict `json:"after"`
}
