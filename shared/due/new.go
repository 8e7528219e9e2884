package due

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/live"
	"frontdesk/shared/notice"
	"frontdesk/shared/record"
	"frontdesk/shared/sla"
)

// Config is what looking at what is due needs.
type Config struct {
	Store *record.Store
	Live  *live.Cache
	Now   func() time.Time
	Log   *slog.Logger
	// HandedOff, when set, is told of each conversation that a follow-up gave to people.
	HandedOff func(ctx context.Context, h conversation.Head)
}

// New is a timer for all that is looked at again, as the live playbook has it.
func New(c Config) *Timer {
	promises := &Promises{Store: c.Store, Clock: c.clock, Tell: c.promises, Now: c.Now}
	followUps := &FollowUps{Store: c.Store, Tell: c.followUp, HandOff: c.handOff, HandedOff: c.HandedOff, Now: c.Now}
	return &Timer{
		Store: c.Store, Now: c.Now, Log: c.Log,
		Handlers: Handlers{record.DuePromise: promises.Look, record.DueFollowUp: followUps.Look},
	}
}

func (c Config) book(ctx context.Context) (*live.Book, error) {
	book, err := c.Live.Book(ctx, c.Now())
	if err != nil {
		return nil, fmt.Errorf("look up what is promised, and who is told: %w", err)
	}
	return book, nil
}

func (c Config) clock(ctx context.Context, team string) (sla.Clock, error) {
	book, err := c.book(ctx)
	if err != nil {
		return sla.Clock{}, err
	}
	return sla.Of(book.Playbook(), book, team), nil
}

// event is something that happened to a conversation now.
func (c Config) event(book *live.Book, h conversation.Head) notice.Event {
	return notice.Event{
		At: c.Now(), Channel: h.Channel, Conversation: h.ID, Team: h.Team, Since: h.WaitingSince, Urgent: h.Priority == "urgent", Hours: book,
	}
}

// promises makes what is told of promises. Several of one moment are each told. Quiet hours
// keep no broken promise back: the customer waits in hours that the team has named itself.
func (c Config) promises(ctx context.Context, h conversation.Head, events []sla.Event) ([]record.TeamNotice, error) {
	book, err := c.book(ctx)
	if err != nil {
		return nil, err
	}
	var rows []record.TeamNotice
	for _, happened := range events {
		e := c.event(book, h)
		e.Other, e.Reason, e.Deadline = notice.PromiseWarning, string(happened.Kind), happened.At
		if happened.Broken {
			e.Other, e.Urgent = notice.PromiseBroken, true
		}
		rows = append(rows, notice.For(book.Playbook(), e)...)
	}
	return rows, nil
}

// followUp makes what is told of a follow-up that applies. Whoever wrote it down is named
// when it was a filter: a person's name does not go to a group.
func (c Config) followUp(ctx context.Context, f record.FollowUp, h conversation.Head) ([]record.TeamNotice, error) {
	book, err := c.book(ctx)
	if err != nil {
		return nil, err
	}
	e := c.event(book, h)
	e.Other, e.Filter, e.Named = notice.FollowUp, f.Filter, f.Notify
	if f.Then == ThenHandOff {
		e.Other, e.HandedOff, e.Named = "", true, nil
	}
	return notice.For(book.Playbook(), e), nil
}

// handOff is a head that a follow-up gives to people.
func (c Config) handOff(ctx context.Context, f record.FollowUp, h conversation.Head) (conversation.Head, error) {
	book, err := c.book(ctx)
	if err != nil {
		return h, err
	}
	now := c.Now()
	h = h.Taken(now, f.By)
	h.Watch = sla.Of(book.Playbook(), book, h.Team).Follow(h, now)
	return h, nil
}
