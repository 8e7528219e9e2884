// Package budget holds what a channel lets us send, and when: the service window,
// the pair rate, the portfolio limit, and the gate of a channel that is down. All
// of it is plain values and pure functions: heads and the table keep the values,
// the desk asks before it sends. A refusal by the channel is the last resort, not
// the control.
package budget

import "time"

const (
	// Window is how long after a contact's last message WhatsApp lets us answer
	// freely; later only approved templates go out (Meta, "Customer service window").
	Window = 24 * time.Hour
	// windowMargin is what we keep clear of its end: a reply that is decided in the
	// last moment must still arrive inside.
	windowMargin = time.Minute
)

// WindowOpen reports whether a free reply may be sent now to a contact who last wrote then.
func WindowOpen(wrote, now time.Time) bool {
	return !wrote.IsZero() && now.Sub(wrote) < Window-windowMargin
}

const (
	// PairPause and PairBurst are WhatsApp's pair rate (Meta, about-the-platform
	// page): one message per 6 s to the same person; up to 45 inside one span of 6 s
	// are borrowed from the time after, in which nothing may be sent.
	PairPause = 6 * time.Second
	PairBurst = 45
	// pairMargin is kept clear of the span's end, for the way to the channel.
	pairMargin = time.Second
)

// Pair is what one number has lately sent to one person. The zero value is nothing.
type Pair struct {
	// Start is when the span began in which more may be borrowed, Paid when all that
	// was borrowed is paid back: milliseconds since 1970.
	Start int64 `json:"start,omitempty"`
	Paid  int64 `json:"paid,omitempty"`
}

// Wait returns how long nothing may be sent; 0 for not at all.
func (p Pair) Wait(now time.Time) time.Duration {
	paid, start := time.UnixMilli(p.Paid), time.UnixMilli(p.Start)
	if !now.Before(paid) {
		return 0
	}
	if now.Before(start.Add(PairPause-pairMargin)) && p.borrowed() < PairBurst && !now.Before(start) {
		return 0
	}
	// A clock that was set back must not hold anybody for longer than a whole burst.
	return min(paid.Sub(now), PairBurst*PairPause)
}

func (p Pair) borrowed() int { return int((p.Paid - p.Start) / PairPause.Milliseconds()) }

// Spend counts one message that was asked for at one moment and answered at another.
func (p Pair) Spend(asked, answered time.Time) Pair {
	if asked.UnixMilli() >= p.Paid {
		p = Pair{Start: asked.UnixMilli(), Paid: answered.Add(time.Millisecond - 1).UnixMilli()} // rounded to the safe side
	}
	p.Paid += PairPause.Milliseconds()
	return p
}

// NewPortfolio is how many people a new business portfolio may reach outside
// service windows in 24 hours (Meta, messaging-limits page). It rises with good
// use; the channel tells us, or a setting does.
const NewPortfolio = 250

// Unlimited is a limit that is none.
const Unlimited = -1

// Reach is how many people one portfolio wrote to outside a service window.
type Reach struct {
	// Hours counts people by the hour in which they were reached.
	Hours map[time.Time]int
	// Told is the limit that the channel told us last; 0 when it never did.
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
		if hour.Add(time.Hour + Window).After(now) {
			limit -= n
		}
	}
	return max(limit, 0)
}

// Limits are a channel's own limits, as far as the settings name them.
type Limits struct {
	// Portfolio is whose people are counted, People how many there may be (see
	// [Reach.Left]).
	Portfolio string
	People    int
}
