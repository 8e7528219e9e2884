package conversation

import "time"

// Watch is what is kept of what a team promises a contact: when to answer, when to be
// done. Package sla works with it.
type Watch struct {
	// Opened is the spell that the rest is of (see [Head.Opened]).
	Opened time.Time `json:"opened,omitzero"`
	// Waiting is since when the contact waits for a person; zero when they wait for nobody.
	Waiting time.Time `json:"waiting,omitzero"`
	// Answered says that a person has answered in the spell.
	Answered bool `json:"answered,omitempty"`
	// Spent is for how long of the team's hours the contact waited earlier in the spell, in
	// milliseconds.
	Spent int64 `json:"spent_ms,omitempty"`
	// What has been told of each promise.
	First   Told `json:"first,omitempty"`
	Next    Told `json:"next,omitempty"`
	Resolve Told `json:"resolve,omitempty"`
	// Look is when to look again, to the second; zero for never. Row is the time under which
	// the table reminds of that now.
	Look time.Time `json:"look,omitzero"`
	Row  time.Time `json:"row,omitzero"`
}

// Told is how much has been told of one promise.
type Told uint8

// What is told: first that it is about to be broken, then that it is.
const (
	Nothing Told = iota
	Warned
	Broken
)
