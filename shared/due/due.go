// Package due looks again at conversations when it is time: at follow-ups, and at what a
// team promised.
//
// The table keeps a row for each time at which something must be looked at
// ([record.Due]). Once a minute [Timer] reads those whose time has come, oldest first:
//
//	claim   put the row off for a while, so that nobody else looks at it and it comes
//	        back when this process dies
//	look    the handler of its kind reads what there is now and does what is due
//	end     remove the row
//
// A row says when to look, never what to do, so one too many does no harm. A handler does
// what it does in one transaction with the note that it was done, so however often it is
// called it is done once.
package due

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// Handlers say who looks at which kind of row.
type Handlers map[string]func(ctx context.Context, row record.Due) error

// Timer hands rows to their handlers when their time has come.
type Timer struct {
	Store    *record.Store
	Handlers Handlers
	Now      func() time.Time
	Log      *slog.Logger
}

const (
	// lease is how long the first try may take; each further one has twice as long, up to
	// longest, so that what always fails is not tried every minute.
	lease   = 2 * time.Minute
	longest = time.Hour
	// alarmAt is the try after which an operator is told.
	alarmAt = 8
)

// Due looks at up to limit rows whose time has come and says at how many: a job of
// clockwork's timers. What fails comes back later and does not keep the others waiting;
// while the table takes nothing all wait. One read, and for each row two writes and what
// its handler needs.
func (t *Timer) Due(ctx context.Context, limit int) (int, error) {
	rows, err := t.Store.DueBy(ctx, t.Now(), limit)
	done := 0
	for _, row := range rows {
		if ctx.Err() != nil {
			return done, ctx.Err()
		}
		did, failed := t.one(ctx, row)
		if did {
			done++
		}
		if errors.Is(failed, table.ErrBusy) {
			return done, failed
		}
		err = errors.Join(err, failed)
	}
	return done, err
}

// one takes one row through the steps. An error is the table's; a handler's is logged.
func (t *Timer) one(ctx context.Context, row record.Due) (bool, error) {
	row, err := t.Store.ClaimDue(ctx, row, t.Now().Add(pause(row.Tries)))
	if errors.Is(err, record.ErrStale) { // somebody else is at it
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := t.look(ctx, row); err != nil {
		t.failed(row, err)
		return false, nil
	}
	return true, t.Store.EndDue(ctx, row)
}

func pause(tries int) time.Duration { return min(lease<<min(tries, 10), longest) }

func (t *Timer) look(ctx context.Context, row record.Due) error {
	handle := t.Handlers[row.Kind]
	if handle == nil {
		return errors.New("nobody looks at rows of this kind")
	}
	return handle(ctx, row)
}

// failed tells of a row that could not be dealt with. It stays, and comes back.
func (t *Timer) failed(row record.Due, err error) {
	say := t.Log.With("kind", row.Kind, "conversation", row.Conversation, "try", row.Tries, "error", err)
	if row.Tries == alarmAt {
		say.Error("something that is due fails again and again", "alarm", "due_fails")
		return
	}
	say.Warn("something that is due failed and is tried again")
}
