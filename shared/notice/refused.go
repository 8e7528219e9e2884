package notice

import (
	"context"
	"time"

	"frontdesk/shared/message"
	"frontdesk/shared/record"
)

const (
	// rest is how long a channel is left alone that an operator must look at.
	rest = 10 * time.Minute
	// longestRest bounds what a channel can ask for.
	longestRest = time.Hour
	// patience is how long a channel may take nothing before an operator is told.
	patience = 15 * time.Minute
)

// refused writes what becomes of a notice that did not go out, or of which that is not
// known. What was surely not sent does not count as a try.
func (r *Runner) refused(ctx context.Context, to string, box record.Outbox, failed *message.SendError) (bool, error) {
	now := r.Now()
	if box.Failing.IsZero() {
		box.Failing = now
	}
	switch failed.Class {
	case message.Unknown:
		box.Rest = now.Add(minute)
	case message.Retry, message.Slow, message.RetryPair, message.RetryLong:
		box = untried(box)
		box.Rest = now.Add(min(max(minute, failed.After), longestRest))
	case message.Stop:
		if gone(failed.Code) {
			return r.drop(ctx, to, box, failed)
		}
		box = untried(box)
		box.Rest = now.Add(rest)
	default:
		return r.drop(ctx, to, box, failed)
	}
	if failed.Class == message.Stop || now.Sub(box.Failing) >= patience {
		box = r.tell(to, box, failed)
	}
	_, err := r.Store.SetOutbox(ctx, to, box)
	return false, err
}

// untried gives a try back. With the first one the claim goes, too.
func untried(box record.Outbox) record.Outbox {
	if box.Tries--; box.Tries <= 0 {
		box.IDs, box.Tries = nil, 0
	}
	return box
}

// gone reports the codes of a robot that is no more: nothing will ever go out through it
// (W:90313).
func gone(code int) bool {
	switch code {
	case 93000, 93004, 93006, 93008:
		return true
	}
	return false
}

// tell raises one alarm for as long as the channel takes nothing.
func (r *Runner) tell(to string, box record.Outbox, failed *message.SendError) record.Outbox {
	if !box.Told {
		r.Log.Error("a channel takes no notices", "alarm", "notice_refused", "channel", to, "code", failed.Code, "error", failed)
	}
	box.Told = true
	return box
}

// drop removes what will never go out: all that waits, or, when our own request was
// wrong, what was in it.
func (r *Runner) drop(ctx context.Context, to string, box record.Outbox, failed *message.SendError) (bool, error) {
	box = r.tell(to, box, failed)
	box.Rest = r.Now().Add(rest)
	if failed.Class != message.Bug {
		rows, err := r.Store.Waiting(ctx, to, atMost)
		if err != nil {
			return false, err
		}
		box.IDs = ids(rows)
	}
	r.Log.Warn("notices were dropped", "channel", to, "notices", len(box.IDs), "code", failed.Code)
	return false, r.remove(ctx, to, box)
}
