package conversation

import "time"

// ReopenedWithin is for how long after people have ended a spell the next one counts as
// the same matter.
const ReopenedWithin = 7 * 24 * time.Hour

// StatusEnded is the status under which the end of a spell is kept among the receipts. It
// is no channel's, and has no rank.
const StatusEnded = "ended"

// Ended is what the end of a spell by people means for the figures: decided when it is
// recorded, and never changed. Durations are whole milliseconds.
type Ended struct {
	// Day is when it ended, in the company's zone; Team and Agent are who had it then.
	Day   string `json:"day"`
	Team  string `json:"team,omitempty"`
	Agent string `json:"agent,omitempty"`
	// Channel is the conversation's.
	Channel string `json:"channel"`
	// Took is the time since the spell began, by the clock and in business hours.
	Took     int64 `json:"took_ms"`
	TookOpen int64 `json:"took_open_ms"`
	// Promise says whether the team's promise for a whole spell was kept.
	Promise Promise `json:"promise,omitempty"`
}
