package pull

import (
	"context"

	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/intake"
	"frontdesk/shared/message"
)

// Desk works on everything of the inbox that is no call to pull and no errand.
type Desk interface {
	Handle(ctx context.Context, job inbox.Job) error
	HandleElsewhere(ctx context.Context, job inbox.Job) error
}

// Dispatch hands each job of the inbox to whom it is for.
func Dispatch(p *Puller, d Desk, errands errand.Handlers) inbox.Handler {
	return func(ctx context.Context, job inbox.Job) error {
		switch {
		case intake.IsPull(job):
			return p.Handle(ctx, job)
		case errand.Is(job):
			return errands.Handle(ctx, job)
		case message.IsElsewhere(job.Body):
			return d.HandleElsewhere(ctx, job)
		}
		return d.Handle(ctx, job)
	}
}
