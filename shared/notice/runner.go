package notice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/errand"
	"frontdesk/shared/hook"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
	"frontdesk/shared/wecom"
)

// Runner sends the notices that wait for a channel.
type Runner struct {
	Store    *record.Store
	Channels []channel.Channel
	// Push sends one notice (see [wecom.Sender.Push]).
	Push func(ctx context.Context, ch channel.Channel, n wecom.Notice) error
	// Post sends one webhook (see [hook.Sender.Post]).
	Post func(ctx context.Context, to hook.Endpoint, m hook.Message) error
	Zone *time.Location
	Now  func() time.Time
	Log  *slog.Logger
}

const (
	// each is how many notices one errand sends at most to a group, and spell after how long
	// it sends no more, so that it ends well within the time of a function; the next
	// minute's errand sends more. To a program it sends up to [perMinute].
	each  = 4
	spell = 20 * time.Second
	// busyPause is how long an errand waits for a table that takes nothing.
	busyPause = 5 * time.Second
	// settleTime bounds the write after a send, which goes on when the caller is gone.
	settleTime = 5 * time.Second
)

// Run sends what waits for the errand's channel. What cannot go out now stays, and the
// errand is done: there is another one every minute. An error is the table's.
func (r *Runner) Run(ctx context.Context, e errand.Errand, _ int) error {
	start, most := r.Now(), each
	if r.program(e.Channel) {
		most = perMinute
	}
	for range most {
		more, err := r.one(ctx, e.Channel)
		if errors.Is(err, table.ErrBusy) {
			return inbox.Wait(busyPause, err)
		}
		if errors.Is(err, record.ErrStale) { // another process is at it
			return nil
		}
		if err != nil || !more || r.Now().Sub(start) > spell {
			return err
		}
	}
	return nil
}

// one takes one notice through the steps and says whether to go on.
func (r *Runner) one(ctx context.Context, to string) (more bool, err error) {
	box, err := r.Store.Outbox(ctx, to)
	if err != nil {
		return false, err
	}
	rows, err := r.Store.Waiting(ctx, to, atMost)
	if err != nil {
		return false, err
	}
	now := r.Now()
	s := choose(box, rows, now, r.program(to))
	switch {
	case len(s.rows) == 0:
		return false, nil
	case s.over:
		return r.over(ctx, to, box, s.rows)
	}
	box.IDs, box.Done, box.Tries = ids(s.rows), false, taken(box, s.rows)+1
	box.Until = now.Add(lease)
	box.Sent = append(lately(box.Sent, now), box.Until) // until it is known better
	if box, err = r.Store.SetOutbox(ctx, to, box); err != nil {
		return false, err
	}
	failed := r.push(ctx, to, s.rows)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	box.Until, box.Sent[len(box.Sent)-1] = time.Time{}, r.Now()
	if failed == nil {
		return r.sent(ctx, to, box)
	}
	return r.refused(ctx, to, box, failed)
}

func (r *Runner) channel(id string) (channel.Channel, bool) {
	at := slices.IndexFunc(r.Channels, func(ch channel.Channel) bool { return ch.ID == id })
	if at < 0 {
		return channel.Channel{}, false
	}
	return r.Channels[at], true
}

// program reports whether a channel is a webhook.
func (r *Runner) program(id string) bool {
	ch, _ := r.channel(id)
	return ch.Kind == message.Webhook
}

// taken is how often these rows were tried before.
func taken(box record.Outbox, rows []record.TeamNotice) int {
	if slices.Contains(box.IDs, rows[0].ID) {
		return box.Tries
	}
	return 0
}

func (r *Runner) push(ctx context.Context, to string, rows []record.TeamNotice) *message.SendError {
	ch, known := r.channel(to)
	if !known {
		return &message.SendError{Class: message.Drop, Reason: fmt.Sprintf("channel %s is not in FRONTDESK_CHANNELS", to)}
	}
	var err error
	if r.program(to) {
		err = r.post(ctx, ch, rows[0])
	} else {
		err = r.Push(ctx, ch, compose(rows, r.Zone, r.Now()))
	}
	failed, ok := errors.AsType[*message.SendError](err)
	if err != nil && !ok {
		failed = &message.SendError{Class: message.Unknown, Reason: "the notice was not sent in a known way"}
	}
	return failed
}

// sent removes what went out.
func (r *Runner) sent(ctx context.Context, to string, box record.Outbox) (bool, error) {
	if box.Told {
		r.Log.Info("a channel takes notices again", "channel", to)
	}
	box.Rest, box.Failing, box.Told = time.Time{}, time.Time{}, false
	return true, r.remove(ctx, to, box)
}

// remove takes the claimed rows out of the outbox. What does not fit into one step is
// marked, so that it is never sent again.
func (r *Runner) remove(ctx context.Context, to string, box record.Outbox) error {
	done := box.IDs
	box.Done = len(done) > record.AtOnce
	if !box.Done {
		box.IDs, box.Tries = nil, 0
	}
	_, err := r.Store.SetOutbox(ctx, to, box, done...)
	return err
}

// over removes rows that went out, or of which nobody knows it although they were sent
// as often as they may be.
func (r *Runner) over(ctx context.Context, to string, box record.Outbox, rows []record.TeamNotice) (bool, error) {
	if !box.Done {
		r.Log.Warn("nobody knows whether notices went out; they are not sent a third time", "channel", to, "notices", len(rows))
	}
	box.IDs = ids(rows)
	return true, r.remove(ctx, to, box)
}
