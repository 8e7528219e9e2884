// Package errand holds what has to be done at a channel besides answering somebody: give
// an app its menu, fetch the channel's own figures, list its message templates, tell a team
// something, give its members their conversations. An [Errand] is a job of the inbox, in a group of its own for each kind and channel, so that one process
// works on it at a time, from the one place whose address the channel knows.
//
// An errand says what to do, never with which words: whoever runs it looks up what
// is live when its turn comes, so that a late or repeated one does no harm.
package errand

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"frontdesk/shared/inbox"
)

// Kind is what has to be done.
type Kind string

// The kinds.
const (
	// Menu gives an app the menu of the live playbook.
	Menu Kind = "menu"
	// Figures fetches what a channel itself counted. Key is the day (2026-11-22).
	Figures Kind = "figures"
	// Notice sends what waits for a team's channel. Key only keeps queues from taking two
	// for one.
	Notice Kind = "notice"
	// Assign gives out the conversations of a team, which stands in the channel's place. Key
	// only keeps queues from taking two for one.
	Assign Kind = "assign"
	// Approved lists the message templates of a channel's business account.
	Approved Kind = "approved"
)

// Errand is one thing to do.
type Errand struct {
	Kind    Kind   `json:"kind"`
	Channel string `json:"channel"`
	// Key says which one, where a channel can have several of a kind.
	Key string `json:"key,omitempty"`
	// At is when it was asked for.
	At time.Time `json:"at"`
}

// ErrErrand says that a job holds no errand.
var ErrErrand = errors.New("the job does not say what to do at which channel")

type errandJob struct {
	Errand *Errand `json:"errand"`
}

// groups begins the group of errands. Groups of conversations have no dash.
const groups = "errand-"

// Is reports whether a job of the inbox is an errand.
func Is(job inbox.Job) bool { return strings.HasPrefix(job.Group, groups) }

// Job is the job of an errand. Its id is the same for what is asked for in one second.
func (e Errand) Job() (inbox.Job, error) {
	body, err := json.Marshal(errandJob{&e})
	if err != nil {
		return inbox.Job{}, fmt.Errorf("encode an errand: %w", err)
	}
	id := fmt.Sprintf("%s/%s/%s/%d", e.Channel, e.Kind, e.Key, e.At.Unix())
	return inbox.Job{ID: id, Group: groups + string(e.Kind) + "-" + e.Channel, Body: body}, nil
}

// Parse reads a job.
func Parse(job inbox.Job) (Errand, error) {
	var j errandJob
	if err := json.Unmarshal(job.Body, &j); err != nil || j.Errand == nil || j.Errand.Kind == "" || j.Errand.Channel == "" {
		return Errand{}, ErrErrand
	}
	return *j.Errand, nil
}

// Handlers say who runs which kind. attempt counts the deliveries of an errand, 1 for the
// first.
type Handlers map[Kind]func(ctx context.Context, e Errand, attempt int) error

// Handle runs one job. What nobody runs becomes a dead letter.
func (h Handlers) Handle(ctx context.Context, job inbox.Job) error {
	e, err := Parse(job)
	if err != nil {
		return inbox.Dead(err.Error(), nil)
	}
	run := h[e.Kind]
	if run == nil {
		return inbox.Dead("nobody runs errands of this kind", nil)
	}
	return run(ctx, e, job.Attempt)
}
