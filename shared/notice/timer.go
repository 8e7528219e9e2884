package notice

import (
	"context"
	"log/slog"
	"time"

	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/record"
)

// Timer asks for what waits to be sent.
type Timer struct {
	Store *record.Store
	Inbox inbox.Queue
	Now   func() time.Time
}

// Due puts an errand for up to limit channels with notices that wait, and says for how
// many: a job of clockwork's timers. One read, and for each channel one more and a put.
func (t *Timer) Due(ctx context.Context, limit int) (int, error) {
	channels, err := t.Store.WaitingChannels(ctx, limit)
	if err != nil {
		return 0, err
	}
	for i, to := range channels {
		if err := ask(ctx, t.Inbox, errand.Errand{Channel: to, At: t.Now()}); err != nil {
			return i, err
		}
	}
	return len(channels), nil
}

// Bell asks for notices to be sent at once.
type Bell struct {
	Inbox inbox.Queue
	Now   func() time.Time
	Log   *slog.Logger
}

// Ring puts an errand for the channel of each row, which must be recorded by now. When
// that fails the [Timer] does it within a minute.
func (b *Bell) Ring(ctx context.Context, rows []record.TeamNotice) {
	for _, n := range rows {
		if err := ask(ctx, b.Inbox, errand.Errand{Channel: n.To, Key: n.ID, At: b.Now()}); err != nil {
			b.Log.Warn("a notice waits for the next minute", "channel", n.To, "error", err)
		}
	}
}

func ask(ctx context.Context, queue inbox.Queue, e errand.Errand) error {
	e.Kind = errand.Notice
	job, err := e.Job()
	if err != nil {
		return err
	}
	return queue.Put(ctx, job)
}
