package record

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/table"
)

// TeamNotice is a notice to a team that waits to be sent. It tells nothing of a customer
// but the id of their conversation.
type TeamNotice struct {
	// ID sorts by the time at which it was written.
	ID string `json:"-"`
	// To is the channel of the team.
	To string `json:"-"`
	// Event is hand_off, failed, promise_warning, promise_broken, follow_up, weekly or filter
	// (one has named the notice).
	Event string    `json:"event"`
	At    time.Time `json:"at"`
	// Language is en or zh-CN.
	Language string   `json:"language"`
	Mention  []string `json:"mention,omitempty"`

	// Channel is where the customer is.
	Channel      string    `json:"channel,omitempty"`
	Conversation string    `json:"conversation,omitempty"`
	Team         string    `json:"team,omitempty"` // its name
	Reason       string    `json:"reason,omitempty"`
	Filter       string    `json:"filter,omitempty"` // its name
	Since        time.Time `json:"since,omitzero"`
	Deadline     time.Time `json:"deadline,omitzero"` // when a promise is broken, or was

	// Until is when quiet hours end that keep it back, whole seconds; 0 for none. The ID of a
	// row that is kept back begins with that time, so that it comes behind all that may go
	// before. Programs says that webhooks are kept back too.
	Until    int64 `json:"until,omitempty"`
	Programs bool  `json:"programs,omitempty"`

	// Title and Lines are a card whose words are known already: the week's figures.
	Title string      `json:"title,omitempty"`
	Lines [][2]string `json:"lines,omitempty"`
}

// waitsFor is how long a notice that cannot be sent is kept.
const waitsFor = 7 * 24 * time.Hour

func (n TeamNotice) item() (table.Item, error) {
	return item(outboxKey(n.To, n.ID), n, n.from().Add(waitsFor).Truncate(time.Second))
}

// from is when a notice may first be sent.
func (n TeamNotice) from() time.Time {
	if until := time.Unix(n.Until, 0); until.After(n.At) {
		return until
	}
	return n.At
}

// Waiting reads up to limit notices to a channel, oldest first. One read.
func (s *Store) Waiting(ctx context.Context, channel string, limit int) ([]TeamNotice, error) {
	from, to := outboxRange(channel)
	all, err := page(ctx, s, table.Query{PK: pkOutbox, From: from, To: to, Limit: limit}, func(it table.Item) (TeamNotice, error) {
		n := TeamNotice{To: channel, ID: strings.TrimPrefix(it.SK, from)}
		err := decode(it, &n)
		return n, err
	})
	if err != nil {
		return nil, fmt.Errorf("list notices that wait: %w", err)
	}
	return all, nil
}

// WaitingChannels lists up to limit channels for which notices wait. One read, and one
// more for each of them.
func (s *Store) WaitingChannels(ctx context.Context, limit int) ([]string, error) {
	var all []string
	from := ""
	for len(all) < limit {
		found := ""
		err := table.All(ctx, s.Table, table.Query{PK: pkOutbox, From: from, Limit: 1}, func(it table.Item) bool {
			found = it.SK
			return false
		})
		if err != nil {
			return all, fmt.Errorf("look for notices that wait: %w", err)
		}
		if found == "" {
			return all, nil
		}
		channel, _, _ := strings.Cut(found, "#")
		all = append(all, channel)
		_, from = outboxRange(channel)
	}
	return all, nil
}

// Outbox is how far sending the notices of one channel is.
type Outbox struct {
	// Sent is when notices went out lately, oldest first.
	Sent []time.Time `json:"sent,omitempty"`
	// IDs are the notices that are being sent as one, or of which nobody knows whether they
	// went out; Tries is how often they may have been sent. Done says that they were, and
	// are yet to be removed.
	IDs   []string `json:"ids,omitempty"`
	Tries int      `json:"tries,omitempty"`
	Done  bool     `json:"done,omitempty"`
	// Until is how long whoever is sending may take.
	Until time.Time `json:"until,omitzero"`
	// Rest is how long nothing is sent.
	Rest time.Time `json:"rest,omitzero"`
	// Failing is since when the channel has taken nothing; Told says that an operator was
	// told of it.
	Failing time.Time `json:"failing,omitzero"`
	Told    bool      `json:"told,omitempty"`
	Version int64     `json:"-"`
}

// Outbox reads how far a channel is; the zero one when nothing was ever sent. One read.
func (s *Store) Outbox(ctx context.Context, channel string) (Outbox, error) {
	var o Outbox
	version, err := s.get(ctx, outboxStateKey(channel), &o)
	o.Version = version
	if errors.Is(err, ErrNotFound) {
		return Outbox{}, nil
	}
	if err != nil {
		return o, fmt.Errorf("read how far notices are: %w", err)
	}
	return o, nil
}

// AtOnce is how many notices [Store.SetOutbox] removes in the step in which it writes.
const AtOnce = table.MaxWrites - 1

// SetOutbox writes how far a channel is, at the version it was read with, and removes
// these notices: up to [AtOnce] of them in the same step, the others after it. It returns
// the outbox with its new version. [ErrStale]: somebody else sends to the channel. One
// write, and one more for each hundred notices.
func (s *Store) SetOutbox(ctx context.Context, channel string, o Outbox, done ...string) (Outbox, error) {
	it, err := item(outboxStateKey(channel), o, time.Time{})
	if err != nil {
		return o, err
	}
	writes := []table.Write{{Item: it, If: table.AtVersion(o.Version)}}
	for _, id := range done {
		writes = append(writes, table.Write{Item: table.Item{Key: outboxKey(channel, id)}, Delete: true})
	}
	for chunk := range slices.Chunk(writes, table.MaxWrites) {
		if err := stale(s.Table.Transact(ctx, chunk...)); err != nil {
			return o, fmt.Errorf("write how far notices are: %w", err)
		}
	}
	o.Version++
	return o, nil
}

// AnnounceWeek puts the card of a week into the outbox, once for each channel.
// [ErrDuplicate]: it was put there before. One write.
func (s *Store) AnnounceWeek(ctx context.Context, week string, n TeamNotice) error {
	card, err := n.item()
	if err != nil {
		return err
	}
	mark, err := item(weekCardKey(week, n.To), struct{}{}, time.Time{})
	if err != nil {
		return err
	}
	err = s.Table.Transact(ctx, table.Write{Item: mark, If: table.Absent()}, table.Write{Item: card})
	if errors.Is(err, table.ErrConflict) {
		return ErrDuplicate
	}
	if err != nil {
		return fmt.Errorf("put the card of %s into the outbox: %w", week, err)
	}
	return nil
}
