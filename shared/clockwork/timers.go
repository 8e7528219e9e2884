package clockwork

import (
	"context"
	"errors"
	"time"
)

// Event is what EventBridge Scheduler sends; both fields are optional and make a
// job run for another time than now.
type Event struct {
	// At is RFC 3339.
	At time.Time `json:"at,omitzero"`
	// Week is an ISO week: 2026-W47.
	Week string `json:"week,omitempty"`
	// From, To and All ask the rollup to make days again: those from one to another, or
	// all whose messages are kept.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	All  bool   `json:"all,omitempty"`
	// Mails asks for the mails whose hour has come, and nothing else.
	Mails bool `json:"mails,omitempty"`
}

// Time returns when the job should believe to run.
func (e Event) Time(now time.Time) time.Time {
	if e.At.IsZero() {
		return now
	}
	return e.At
}

// batch is how many things a timer does in one run at most; the rest waits for
// the next minute.
const batch = 500

// Timers are the jobs of every minute. Each does at most limit things and says
// how many it did.
type Timers []func(ctx context.Context, limit int) (done int, err error)

// Minute runs every timer; one that fails does not keep the others from running.
func (t Timers) Minute(ctx context.Context) error {
	var failed error
	for _, timer := range t {
		_, err := timer(ctx, batch)
		failed = errors.Join(failed, err)
	}
	return failed
}
