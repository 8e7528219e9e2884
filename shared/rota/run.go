package rota

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"frontdesk/shared/assign"
	"frontdesk/shared/conversation"
	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// New is a rota of the live playbook's teams.
func New(store *record.Store, book *live.Cache, now func() time.Time, log *slog.Logger) *Rota {
	return &Rota{Store: store, Now: now, Log: log, Teams: func(ctx context.Context) ([]Team, assign.Hours, error) {
		b, err := book.Book(ctx, now())
		if err != nil {
			return nil, nil, err
		}
		return TeamsOf(b.Playbook()), b, nil
	}}
}

// busyPause is how long an errand waits for a table that takes nothing.
const busyPause = 5 * time.Second

// Run is the errand of a team: it settles it. What is left when others were always first is
// done within a minute.
func (r *Rota) Run(ctx context.Context, e errand.Errand, _ int) error {
	_, err := r.Settle(ctx, e.Channel)
	if errors.Is(err, table.ErrBusy) {
		return inbox.Wait(busyPause, err)
	}
	return left(err)
}

// Bell asks for a team to be settled at once.
type Bell struct {
	Inbox inbox.Queue
	Live  *live.Cache
	Now   func() time.Time
	Log   *slog.Logger
}

// Ring puts the errand of a team that gives out its conversations, because of one of them,
// which must be recorded by now. When that fails the timers do it within a minute.
func (b *Bell) Ring(ctx context.Context, team, about string) {
	book, err := b.Live.Book(ctx, b.Now())
	if err == nil {
		for _, t := range book.Playbook().Teams {
			if t.ID == team && t.Assign != "" {
				err = b.ask(ctx, team, about)
			}
		}
	}
	if err != nil {
		b.Log.Warn("a team is settled with the next minute", "team", team, "error", err)
	}
}

func (b *Bell) ask(ctx context.Context, team, about string) error {
	job, err := errand.Errand{Kind: errand.Assign, Channel: team, Key: about, At: b.Now()}.Job()
	if err != nil {
		return err
	}
	return b.Inbox.Put(ctx, job)
}

// Calling lets the desk bring sessions to people where their channel has any: to whom a
// conversation is given, or who must answer from now on. It goes through the inbox, so it
// stays in order with what the customer writes.
func Calling(queue inbox.Queue, log *slog.Logger) func(ctx context.Context, h conversation.Head) {
	return func(ctx context.Context, h conversation.Head) {
		if h.Session.People || h.Session.Stays {
			return
		}
		id := "given-" + h.ID + "-" + strconv.FormatInt(h.Version, 10)
		body, err := message.EncodeElsewhere(message.Elsewhere{Channel: h.Channel, ID: id, To: h.Contact.Person, Time: h.HandedOff, Did: message.Called})
		if err == nil {
			err = queue.Put(ctx, inbox.Job{ID: h.Channel + "/" + id, Group: h.ID, Body: body})
		}
		if err != nil {
			log.Warn("a session is brought to people with the customer's next message", "conversation", h.ID, "error", err)
		}
	}
}
