package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"frontdesk/shared/deadletter"
	"frontdesk/shared/inbox"
)

// Pull is a job of the inbox: a channel has something to fetch. All those of a channel
// are in one group, so that one puller works on a channel at a time.
type Pull struct {
	Channel string `json:"channel"`
	// Token makes fetching cheap for a while; empty without a callback. Never log it.
	Token string `json:"token,omitempty"`
	// At is when we heard of it: whoever began to fetch later has fetched this, too.
	At time.Time `json:"at"`
	// Item, when set, was fetched before and could not be read; it is all there is to do.
	Item json.RawMessage `json:"item,omitempty"`
}

// ErrPull says that a job is no [Pull].
var ErrPull = errors.New("the job does not say what to fetch")

type pullJob struct {
	Pull *Pull `json:"pull"`
}

// pulls begins the group of jobs to fetch. Groups of conversations have no dash.
const pulls = "pull-"

// IsPull reports whether a job of the inbox is to fetch something.
func IsPull(job inbox.Job) bool { return strings.HasPrefix(job.Group, pulls) }

// Job is the job of a pull. The id is the same for every delivery of the same call.
func (p Pull) Job(id string) (inbox.Job, error) {
	body, err := json.Marshal(pullJob{&p})
	if err != nil {
		return inbox.Job{}, fmt.Errorf("encode a pull: %w", err)
	}
	return inbox.Job{ID: p.Channel + "/pull/" + id, Group: pulls + p.Channel, Body: body}, nil
}

// ParsePull reads a job.
func ParsePull(job inbox.Job) (Pull, error) {
	var j pullJob
	if err := json.Unmarshal(job.Body, &j); err != nil || j.Pull == nil {
		return Pull{}, ErrPull // err may quote a token
	}
	return *j.Pull, nil
}

// Call queues a pull.
func (in Intake) Call(ctx context.Context, p Pull, id string) error {
	job, err := p.Job(id)
	if err != nil {
		return err
	}
	return in.put(ctx, in.Inbox, deadletter.Inbox, []inbox.Job{job})
}

// Unfetched is an item that was fetched and cannot be read. A retry reads it again.
func Unfetched(channel string, item json.RawMessage, reason string) (Stray, error) {
	job, err := Pull{Channel: channel, Item: item}.Job(Hash(item))
	return Stray{Queue: deadletter.Inbox, Job: job, Reason: reason}, err
}
