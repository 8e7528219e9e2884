// Package fault decides, by chance from a seed, what goes wrong and when, and keeps
// a list of what it did to which message. It breaks nothing itself: whoever stands
// between two parts asks it and does what it says.
package fault

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Kind is one way in which something goes wrong.
type Kind string

// What can go wrong. The comment says where.
const (
	Repeated      Kind = "webhook repeated"                 // the same delivery up to five times, side by side
	Disorder      Kind = "webhook out of order"             // the first delivery comes late
	WeekLater     Kind = "webhook again after 7 days"       // once more, long after
	DoorLost      Kind = "answer of the door lost"          // 200 was meant, the sender saw nothing
	Killed        Kind = "killed between two effects"       // an invocation, or the whole one-machine program
	Redelivered   Kind = "queue delivered again"            // after the job was done
	Parallel      Kind = "two functions at once"            // the same jobs in two invocations
	QueueBusy     Kind = "queue refused"                    // the door cannot put
	QueueLost     Kind = "answer of the queue lost"         // kept, but the door does not know
	TableBusy     Kind = "table throttled"                  // nothing done
	TableLost     Kind = "answer of the table lost"         // done, but the caller sees an error
	TableTwice    Kind = "table write repeated"             // done, answer lost, and repeated by the client
	TableStuck    Kind = "table takes nothing of a message" // for good, so that it must be given up
	Rival         Kind = "a rival wrote first"              // so that the condition fails
	Slow          Kind = "a long pause between two steps"   // others go first
	NoConnection  Kind = "no connection to the channel"     // refused
	ResetBefore   Kind = "connection reset before writing"  // the request was not whole
	ResetUnread   Kind = "connection reset, not accepted"   // written, never read
	ResetAccepted Kind = "connection reset, accepted"       // the answer is lost
	TimeoutUnread Kind = "time-out, not accepted"           //
	TimeoutTaken  Kind = "time-out, accepted"               //
	BareServer    Kind = "5xx without words, not accepted"  // a proxy's answer
	BareTaken     Kind = "5xx without words, accepted"      //
	Limit         Kind = "channel limit (429 and codes)"    // every code of class retry and retry_pair
	Refused       Kind = "channel refused for good"         // every other code but those that stop it
	Expired       Kind = "token expired for a while"        // 190 over a span
	Down          Kind = "channel down for a while"         // nothing answers over a span
	ReceiptLate   Kind = "receipt late (under 90 s)"        //
	ReceiptOver90 Kind = "receipt over 90 s late"           //
	ReceiptGone   Kind = "receipt missing"                  //
	ReceiptTwice  Kind = "receipt twice"                    //
	ReceiptTurned Kind = "receipts reversed"                //
	ReceiptFailed Kind = "receipt of failure"               //
	Clock         Kind = "clock off by an hour"             // ours, over a span
	Moved         Kind = "contact came under another id"    // phone first, user id later
	Person        Kind = "an agent wrote at the same time"  //

	// Only WeCom has these.
	CallbackGone Kind = "callback lost for ever"                  // WeCom believes that it was answered
	StaleToken   Kind = "token of a callback run out (95007)"     //
	BadCursor    Kind = "cursor refused (50100)"                  // all of the last 3 days comes again
	HollowPage   Kind = "page without items, more to come"        //
	TokenEnded   Kind = "access token ended early (40014, 42001)" // for all processes at once
	Untrusted    Kind = "our address not trusted (60020)"         // over a span
	NobodyThere  Kind = "success with invaliduser"                // and nothing was sent
	FailEarly    Kind = "msg_send_fail before the answer"         //
	FailLate     Kind = "msg_send_fail late"                      // up to three hours
	Servicer     Kind = "a servicer took over in the client"      // while we answer
	SessionOver  Kind = "session ended by somebody else"          // so that we may not send
	Entered      Kind = "welcome within 20 s"                     // no fault, but in the way of one
	Burst        Kind = "many messages in a row"                  //
)

// Kinds are all of them, in the order of a report.
func Kinds() []Kind {
	return []Kind{Repeated, Disorder, WeekLater, DoorLost, Killed, Redelivered, Parallel, QueueBusy, QueueLost,
		TableBusy, TableLost, TableTwice, TableStuck, Rival, Slow, NoConnection, ResetBefore, ResetUnread, ResetAccepted,
		TimeoutUnread, TimeoutTaken, BareServer, BareTaken, Limit, Refused, Expired, Down,
		ReceiptLate, ReceiptOver90, ReceiptGone, ReceiptTwice, ReceiptTurned, ReceiptFailed, Clock, Moved, Person,
		CallbackGone, StaleToken, BadCursor, HollowPage, TokenEnded, Untrusted, NobodyThere, FailEarly, FailLate,
		Servicer, SessionOver, Entered, Burst}
}

// Chances are how often each kind happens, of all occasions that it has.
type Chances map[Kind]float64

// Usual breaks about every second message in some way.
func Usual() Chances {
	return Chances{
		Repeated: 0.30, Disorder: 0.10, WeekLater: 0.05, DoorLost: 0.03,
		Killed: 0.002, Redelivered: 0.01, Parallel: 0.05, QueueBusy: 0.02, QueueLost: 0.02,
		TableBusy: 0.01, TableLost: 0.004, TableTwice: 0.006, TableStuck: 0.003, Rival: 0.02, Slow: 0.004,
		NoConnection: 0.02, ResetBefore: 0.01, ResetUnread: 0.01, ResetAccepted: 0.015, TimeoutUnread: 0.01, TimeoutTaken: 0.015,
		BareServer: 0.01, BareTaken: 0.01, Limit: 0.06, Refused: 0.01,
		ReceiptLate: 0.10, ReceiptOver90: 0.05, ReceiptGone: 0.05, ReceiptTwice: 0.15, ReceiptTurned: 0.10, ReceiptFailed: 0.02,
		CallbackGone: 0.03, StaleToken: 0.02, BadCursor: 0.002, NobodyThere: 0.01, FailEarly: 0.01, FailLate: 0.02,
		Servicer: 0.02, SessionOver: 0.01, Entered: 0.05, Burst: 0.002,
	}
}

// Faults decides and remembers.
type Faults struct {
	chance  *rand.Rand
	chances Chances
	counts  map[Kind]int
	touched map[string][]Kind // by subject
}

// New returns faults that follow a source of chance.
func New(chance *rand.Rand, chances Chances) *Faults {
	return &Faults{chance: chance, chances: chances, counts: map[Kind]int{}, touched: map[string][]Kind{}}
}

// Strike reports whether a kind happens now to a subject (the channel's id of a
// message, or the reference of a reply), and notes it.
func (f *Faults) Strike(k Kind, subject string) bool {
	if !f.Chance(k) {
		return false
	}
	f.Note(k, subject)
	return true
}

// Chance is [Faults.Strike] without the note, for what may not come about.
func (f *Faults) Chance(k Kind) bool {
	return f.chances[k] > 0 && f.chance.Float64() < f.chances[k]
}

// First returns the first kind that strikes, or none.
func (f *Faults) First(subject string, kinds ...Kind) (Kind, bool) {
	for _, k := range kinds {
		if f.Strike(k, subject) {
			return k, true
		}
	}
	return "", false
}

// Note remembers that a kind happened to a subject.
func (f *Faults) Note(k Kind, subject string) {
	f.counts[k]++
	f.Touch(k, subject)
}

// Count adds faults that concern no message yet.
func (f *Faults) Count(k Kind, n int) { f.counts[k] += n }

// Touch remembers that something that is counted already concerns this subject too.
func (f *Faults) Touch(k Kind, subject string) {
	if subject != "" && !slices.Contains(f.touched[subject], k) {
		f.touched[subject] = append(f.touched[subject], k)
	}
}

// Counts is how often each kind happened.
func (f *Faults) Counts() map[Kind]int { return f.counts }

// Touched lists what happened to a subject.
func (f *Faults) Touched(subject string) []Kind { return f.touched[subject] }

// Between picks a duration.
func (f *Faults) Between(from, to time.Duration) time.Duration {
	return from + time.Duration(f.chance.Float64()*float64(to-from))
}

// Pick picks one of n.
func (f *Faults) Pick(n int) int { return f.chance.IntN(n) }

// Float is a chance from 0 up to 1.
func (f *Faults) Float() float64 { return f.chance.Float64() }

// Span is a time during which something is so.
type Span struct{ From, To time.Time }

// Spans picks spans within a run: one about every so often, each so long.
func (f *Faults) Spans(from, to time.Time, every, length time.Duration) []Span {
	var spans []Span
	for at := from.Add(f.Between(0, every)); at.Before(to); at = at.Add(f.Between(every/2, every*3/2)) {
		end := at.Add(f.Between(length/2, length*3/2))
		spans = append(spans, Span{at, end})
		at = end
	}
	return spans
}

// In reports which span a time is in, -1 for none.
func In(spans []Span, at time.Time) int {
	for i, s := range spans {
		if !at.Before(s.From) && at.Before(s.To) {
			return i
		}
	}
	return -1
}
