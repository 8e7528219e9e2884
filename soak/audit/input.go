// Package audit finds out, from outside, what became of every message: it compares
// what customers sent, what the channel's books say, what the door acknowledged,
// and what stands in the table. It shares no code with the program that it audits.
// It reads raw items as JSON by the key design (the list in package record), and
// knows nothing else of it.
//
// Every acknowledged message is put into exactly one class, every reply is looked
// at for doubles and order, and the table and the channel's books are compared in
// both directions.
package audit

import (
	"time"

	"frontdesk/shared/table"
)

// Wrote is one message of a customer.
type Wrote struct {
	// ID is the channel's id, Mark a word of the text that no other message has.
	ID, Mark string
	// Customer is who wrote, in any form that tells them apart; Identity is what the
	// channel said of them then, which may change.
	Customer, Identity string
	// Posted is when its webhook was first sent to the door, Acked when the door
	// first answered that it has it; zero for never.
	Posted, Acked time.Time
}

// Sent is one message that the channel accepted, from its own books.
type Sent struct {
	ID, Ref, Text string
	At            time.Time
	// Welcome answers an event and no message; Claimed says that the table knew of it
	// when it went out. The table forgets it before long.
	Welcome, Claimed bool
	// Unreached has come to nobody; Dropped because the channel drops, without a word,
	// what is above its limit.
	Unreached, Dropped bool
	// Failed: the channel says later that it did not arrive.
	Failed bool
}

// Spoken is what a person wrote in the channel's own client.
type Spoken struct {
	ID string
	At time.Time
}

// TokenKind is what happened to an access token.
type TokenKind string

// What can happen.
const (
	TokenGiven   TokenKind = "given"   // the channel gave one that it had not given before
	TokenAgain   TokenKind = "again"   // the channel gave the one that it had given before
	TokenEnded   TokenKind = "ended"   // before its time
	TokenTrouble TokenKind = "trouble" // what was given was lost, or could not be shared in time
)

// Token is one thing that happened to the access token.
type Token struct {
	Kind TokenKind
	At   time.Time
}

// ForEver is a span that no run outlasts.
const ForEver = 100 * 365 * 24 * time.Hour

// Trace is a receipt that the door acknowledged.
type Trace struct {
	// ID and Ref are the channel's id of our message, and our reference.
	ID, Ref string
	At      time.Time
}

// Act is something that a person did with a conversation.
type Act struct {
	Conversation string
	At           time.Time
}

// Tag is one that somebody put on a conversation while others wrote it.
type Tag struct{ Conversation, Tag string }

// Input is all that the auditor gets.
type Input struct {
	Table  table.Table
	Wrote  []Wrote
	Sent   []Sent
	Traces []Trace
	Acts   []Act
	Tags   []Tag
	// Days are the company's days of the run, as they stand in keys.
	Days []string
	// Jumps are when our own clock was put forward or back.
	Jumps []time.Time
	// Recognised is for how long the channel knows a repeated message of ours by its
	// key, so that it reaches nobody twice; 0 when it has no such key.
	Recognised time.Duration
	// Spoken is what people wrote in the channel's own client.
	Spoken []Spoken
	// Tokens is what happened to the access token, in order.
	Tokens []Token
}

// Class is what became of an acknowledged message.
type Class string

// The classes.
const (
	Answered Class = "answered"          // at least one reply was accepted
	People   Class = "in people's hands" // handed over, with a reason
	Dead     Class = "dead letter"       // given up, with a reason, and people told
	Silent   Class = "silent on purpose" // a cooldown, people in charge, nothing to answer
	Lost     Class = "LOST"
)

// Classes are all of them, in the order of a report.
func Classes() []Class { return []Class{Answered, People, Dead, Silent, Lost} }

// Oddity is one way in which something is not as it should be.
type Oddity string

// The oddities. The first ones have an explanation; nothing else may occur.
const (
	// Explained: sent again after 90 s in which the channel gave no trace of the
	// first, and marked as unproven on the stored message.
	Explained Oddity = "doubled, explained"
	// Overtaken: answered before an older message because the contact came under
	// another id in between, so that they were two conversations.
	Overtaken Oddity = "out of order, other id"
	// CountedApart: two messages both counted as the first of a day, because the
	// contact came under another id in between and both were answered at once.
	CountedApart Oddity = "counted twice in the figures, other id"
	// Hurried: sent again before 90 s had passed, because our clock was put forward
	// in between and no trace had come.
	Hurried Oddity = "doubled, our clock jumped"
	// Revived: an older message had become a dead letter, and a repeat of its
	// webhook, up to a week later, was answered after all.
	Revived Oddity = "out of order, after a dead letter"
	// Overruled: the answer to a send was lost, and what was refused is its repeat.
	Overruled Oddity = "recorded as refused, which only its repeat was"

	LostMessage  Oddity = "LOST"
	Unexplained  Oddity = "doubled, unexplained"
	TooSoon      Oddity = "doubled before 90 s"
	Unmarked     Oddity = "doubled and not marked unproven"
	OutOfOrder   Oddity = "out of order"
	NotRecorded  Oddity = "accepted by the channel, not in the table"
	NeverSent    Oddity = "in the table as sent, never accepted by the channel"
	StoredTwice  Oddity = "an inbound message stored twice"
	CountedTwice Oddity = "counted twice in the figures"
	NoReason     Oddity = "with people or dead, and no reason"
	NotOpen      Oddity = "with people, and the conversation is closed"
	TwoReplies   Oddity = "two recorded replies to one message"
	Overwritten  Oddity = "somebody else's change was overwritten"
	Unreadable   Oddity = "an item that cannot be read"

	// Misreported: the table says that the channel refused it, and the channel took it.
	Misreported Oddity = "recorded as refused, accepted by the channel"
	// KeyedTwice: a reply went out twice although the channel would have known the second
	// by its key.
	KeyedTwice Oddity = "doubled although the channel has a key"
	// Swallowed: sent above a limit over which the channel drops without a word.
	Swallowed Oddity = "dropped by the channel without a word"
	// Unclaimed: a welcome that the table does not know.
	Unclaimed Oddity = "a welcome that nobody claimed"
	// Unheard, HeardTwice: what a person wrote in the channel's client is not in the
	// table, or twice.
	Unheard    Oddity = "a person's message of the client is not in the table"
	HeardTwice Oddity = "a person's message of the client stored twice"
	// Refetched: an access token was fetched although there was a good one.
	Refetched Oddity = "an access token fetched without need"
)

// Accepted reports whether an oddity is one that may occur.
func (o Oddity) Accepted() bool {
	return o == Explained || o == Overtaken || o == Hurried || o == Revived || o == CountedApart || o == Overruled
}

// Oddities are all of them, in the order of a report.
func Oddities() []Oddity {
	return []Oddity{LostMessage, Unexplained, TooSoon, Unmarked, OutOfOrder, NotRecorded, NeverSent, StoredTwice, CountedTwice,
		NoReason, NotOpen, TwoReplies, Overwritten, Unreadable, Misreported, KeyedTwice, Swallowed, Unclaimed, Unheard, HeardTwice, Refetched, Explained, Hurried, Overtaken, Revived, CountedApart, Overruled}
}

// Finding is one oddity of one message.
type Finding struct {
	Oddity Oddity
	// Message is the customers' message concerned, Ref the reply.
	Message, Ref string
	Detail       string
}

// Report is what the auditor found.
type Report struct {
	// Sent counts the customers' messages, Acked those that the door acknowledged.
	Sent, Acked int
	Classes     map[Class]int
	// Of says the class of every acknowledged message by its id.
	Of       map[string]Class
	Replies  int // accepted by the channel
	Findings []Finding
}

// Bad are the findings that may not occur.
func (r Report) Bad() []Finding {
	var bad []Finding
	for _, f := range r.Findings {
		if !f.Oddity.Accepted() {
			bad = append(bad, f)
		}
	}
	return bad
}
