// Package budget holds what a channel lets us send, and when: the service window,
// the pair rate, the portfolio limit, and the gate of a channel that is down. All
// of it is plain values and pure functions: heads and the table keep the values,
// the desk asks before it sends. A refusal by the channel is the last resort, not
// the control.
package budget

import "time"

// windowMargin is what we keep clear of a service window's end: a reply that is decided
// in the last moment must still arrive inside.
const windowMargin = time.Minute

// Limits are what one channel allows.
type Limits struct {
	// Window is how long after a contact's last message we may answer freely; 0 for always.
	Window time.Duration
	// Replies is how many messages may follow one of the contact; 0 for any number.
	Replies int
	// Pair is how fast messages to one person may follow each other.
	Pair Rate
	// Portfolio is whose people outside windows are counted, People how many there may be
	// by the settings (see [Reach.Left]).
	Portfolio string
	People    int
	// Kind is the kind of the channel, as in its settings.
	Kind string
	// ReplyOnly says that nothing but the answer to a message can be sent.
	ReplyOnly bool
	// Client says that people answer in the channel's own client: a conversation that is
	// handed to them has a session, which must be moved there.
	Client bool
	// Repeat is for how long after a message was first asked for the channel knows it
	// again, so that asking once more does no harm; 0 for never.
	Repeat time.Duration
}

// WhatsApp is what every business number is allowed: 24 h from the contact's last
// message, then only approved templates (Meta, "Customer service window"); one message
// per 6 s to the same person, of which up to 45 inside one span of 6 s are borrowed from
// the time after, in which nothing may be sent (Meta, about-the-platform page).
func WhatsApp() Limits {
	return Limits{Window: 24 * time.Hour, Pair: Rate{Pause: 6 * time.Second, Burst: 45, Span: 6 * time.Second}}
}

// KF is what a WeChat customer service account is allowed: 48 h and five messages after
// the customer's last one (WeCom, pages 94699 and 94677).
func KF() Limits { return Limits{Window: 48 * time.Hour, Replies: 5} }

// Bot is what a WeCom AI bot is allowed: one answer to each message, within the hour for
// which its address holds (WeCom, page 101138).
func Bot() Limits { return Limits{Window: time.Hour, ReplyOnly: true} }

// App is what a WeCom app is allowed: 30 messages a minute and 1,000 an hour to one
// member; more are dropped without an error (WeCom, page 90454). One per 4 s with ten
// ahead stays below both.
func App() Limits { return Limits{Pair: Rate{Pause: 4 * time.Second, Burst: 10}} }

// Open reports whether a free reply may be sent now to a contact who last wrote then.
func (l Limits) Open(wrote, now time.Time) bool {
	return l.Window == 0 || !wrote.IsZero() && now.Sub(wrote) < l.Window-windowMargin
}

// Known reports whether the channel still knows a message again that was first asked for
// then. A time that lies ahead is a clock that was set back, and shows nothing.
func (l Limits) Known(first, now time.Time) bool {
	age := now.Sub(first)
	return age >= 0 && age < l.Repeat
}

// Rate is how fast messages to one person may follow each other.
type Rate struct {
	// Pause is the time that each message costs; 0 for no limit. Burst is how many may be
	// sent ahead of it.
	Pause time.Duration
	Burst int
	// Span, when set, is within how much time of the first they may be: afterwards nothing
	// may be sent until all of them are paid back.
	Span time.Duration
}

// spanMargin is kept clear of a span's end, for the way to the channel.
const spanMargin = time.Second

// Pair is what one channel has lately sent to one person. The zero value is nothing.
type Pair struct {
	// Start is when the span began in which more may be sent ahead, Paid when all that
	// was sent is paid back: milliseconds since 1970.
	Start int64 `json:"start,omitempty"`
	Paid  int64 `json:"paid,omitempty"`
}

// Wait returns how long nothing may be sent; 0 for not at all.
func (p Pair) Wait(r Rate, now time.Time) time.Duration {
	paid, burst := time.UnixMilli(p.Paid), time.Duration(r.Burst)*r.Pause
	if r.Pause == 0 || !now.Before(paid) || paid.Sub(now) > 2*burst { // more is a clock that was set back
		return 0
	}
	free := paid.Add(-time.Duration(r.Burst-1) * r.Pause)
	if r.Span > 0 {
		free = p.spanned(r, now)
	}
	return max(free.Sub(now), 0)
}

// spanned is when the next message may go under a rate with a span.
func (p Pair) spanned(r Rate, now time.Time) time.Time {
	start := time.UnixMilli(p.Start)
	ahead := int((p.Paid - p.Start) / r.Pause.Milliseconds())
	if ahead < r.Burst && !now.Before(start) && now.Before(start.Add(r.Span-spanMargin)) {
		return now
	}
	return time.UnixMilli(p.Paid)
}

// Spend counts one message that was asked for at one moment and answered at another.
func (p Pair) Spend(r Rate, asked, answered time.Time) Pair {
	if r.Pause == 0 {
		return p
	}
	if asked.UnixMilli() >= p.Paid {
		p = Pair{Start: asked.UnixMilli(), Paid: answered.Add(time.Millisecond - 1).UnixMilli()} // rounded to the safe side
	}
	p.Paid += r.Pause.Milliseconds()
	return p
}

// day is the rolling span of a portfolio limit.
const day = 24 * time.Hour

// NewPortfolio is how many people a new business portfolio may reach outside
// service windows in 24 hours (Meta, messaging-limits page). It rises with good
// use; the channel tells us, or a setting does.
const NewPortfolio = 250

// Reach is how many people one portfolio wrote to outside a service window.
type Reach struct {
	// Hours counts people by the hour in which they were reached.
	Hours map[time.Time]int
	// Told is the limit that the channel told us last; 0 when it never did, -1 for none.
	Told int
}

// Left returns how many more people may be reached now. set is the limit of the
// settings, which goes before what the channel told; 0 when there is none.
// An hour counts whole until 24 hours after its end.
func (r Reach) Left(set int, now time.Time) int {
	limit := NewPortfolio
	for _, known := range []int{r.Told, set} {
		if known != 0 {
			limit = known
		}
	}
	if limit < 0 {
		return int(^uint(0) >> 1)
	}
	for hour, n := range r.Hours {
		if hour.Add(time.Hour + day).After(now) {
			limit -= n
		}
	}
	return max(limit, 0)
}
