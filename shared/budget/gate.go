package budget

import "time"

const (
	// gateFirst is how long a channel that has just gone down is left alone, GateMost
	// how long at most between two tries: it is asked a few times a minute.
	gateFirst = 10 * time.Second
	GateMost  = 30 * time.Second
)

// Gate is what is known of a channel that is down. The zero value is an open gate.
// It is shut by failures that concern the whole channel, lets one message through
// after each pause to see whether the channel is back, and opens when one is answered.
type Gate struct {
	// Since is when it was shut; zero means open.
	Since time.Time `json:"since,omitzero"`
	// Until is when the next message may try.
	Until time.Time `json:"until,omitzero"`
	// Stopped says that only an operator can help (token, permission, account).
	Stopped bool `json:"stopped,omitempty"`
	// Code and Reason are of the refusal that shut it.
	Code   int    `json:"code,omitempty"`
	Reason string `json:"reason,omitempty"`

	Version int64 `json:"-"`
}

// Shut reports whether the channel is held to be down.
func (g Gate) Shut() bool { return !g.Since.IsZero() }

// Hold returns how long a message must wait; 0 when the gate is open or the next
// one may try.
func (g Gate) Hold(now time.Time) time.Duration {
	if !g.Shut() || g.ahead(now) {
		return 0
	}
	return max(g.Until.Sub(now), 0)
}

// ahead reports whether the gate was shut by a clock that has since been set back: it
// must not keep the gate shut.
func (g Gate) ahead(now time.Time) bool { return g.Since.Sub(now) > time.Minute }

// Next is the gate while a message tries, or after it has failed: nobody else does
// for a while, the longer the channel has been down, but never sooner than it
// asked for. chance, from 0 up to 1, spreads the pauses.
func (g Gate) Next(now time.Time, after time.Duration, chance float64) Gate {
	if !g.Shut() || g.ahead(now) {
		g.Since = now
	}
	pause := g.pause(now)
	g.Until = now.Add(max(pause+time.Duration(float64(pause)/2*chance), after))
	return g
}

// pause grows with the time that the channel has been down.
func (g Gate) pause(now time.Time) time.Duration {
	return min(max(now.Sub(g.Since), gateFirst), GateMost)
}

// Later spreads the jobs that a shut gate keeps waiting: up to a quarter of the time
// that the channel has been down, at most GateMost, or longest where looking again
// has a price.
func (g Gate) Later(now time.Time, longest time.Duration, chance float64) time.Duration {
	hold := g.Hold(now)
	if !g.Shut() {
		return hold
	}
	spread := min(max(now.Sub(g.Since)/4, gateFirst), max(longest, GateMost))
	return hold + time.Duration(float64(spread)*chance)
}
