package inboxtest

import (
	"context"
	"sync"

	"frontdesk/shared/inbox"
)

// Grave is one dead letter.
type Grave struct {
	Queue  string
	Job    inbox.Job
	Reason string
}

// Graveyard keeps dead letters in memory.
type Graveyard struct {
	// Fail, when set, may refuse a dead letter.
	Fail func(job inbox.Job) error

	mu     sync.Mutex
	graves []Grave
}

// Bury keeps the job.
func (g *Graveyard) Bury(_ context.Context, queue string, job inbox.Job, reason string) error {
	if g.Fail != nil {
		if err := g.Fail(job); err != nil {
			return err
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.graves = append(g.graves, Grave{Queue: queue, Job: job, Reason: reason})
	return nil
}

// Graves returns what was buried so far, in order.
func (g *Graveyard) Graves() []Grave {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]Grave(nil), g.graves...)
}
