package due

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/record"
	"frontdesk/shared/sla"
)

// Promises tells supervisors when a promise of their team is about to be broken, and when
// it is.
type Promises struct {
	Store *record.Store
	// Clock returns the promise of a team as the live playbook has it; the zero one for a
	// team that promises nothing.
	Clock func(ctx context.Context, team string) (sla.Clock, error)
	// Tell makes what is told of events. It is written with the note that it was told.
	Tell func(ctx context.Context, h conversation.Head, events []sla.Event) ([]record.TeamNotice, error)
	Now  func() time.Time
}

// Look looks at the promises to the contact of a row: a handler of [Timer]. A row that the
// head knows nothing of is one too many. One read and a write.
func (p *Promises) Look(ctx context.Context, row record.Due) error {
	h, err := p.Store.Head(ctx, row.Conversation)
	if errors.Is(err, record.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the conversation of a promise: %w", err)
	}
	if h.ID != row.Conversation || !h.Watch.Row.Equal(row.For) {
		return nil
	}
	clock, err := p.Clock(ctx, h.Team)
	if err != nil {
		return err
	}
	now := p.Now()
	h.Watch = clock.Follow(h, time.Time{}) // an end that nobody noted counts as no wait
	events, watch := clock.Due(h.Watch, now)
	watch.Row = time.Time{} // its row was claimed and ends: even the same time needs a new one
	h.Watch = watch
	turn := record.Turn{Head: h}
	if len(events) > 0 {
		if turn.Notices, err = p.Tell(ctx, h, events); err != nil {
			return err
		}
	}
	return p.Store.Record(ctx, turn)
}
