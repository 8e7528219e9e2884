package record

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"frontdesk/shared/table"
)

// The kinds of things that are looked at again.
const (
	// DuePromise is what a team promised a contact (see package sla).
	DuePromise = "sla"
	// DueFollowUp is a [FollowUp].
	DueFollowUp = "follow-up"
)

// Due reminds of something: look at it at that time. It is no more than that. What there is
// to do is found where it looks, so a row too many does no harm, and one that is too early
// neither.
type Due struct {
	// At is when, to the second.
	At           time.Time `json:"-"`
	Kind         string    `json:"-"`
	Conversation string    `json:"-"`
	// ID says which one, where a conversation can have several of a kind.
	ID string `json:"-"`
	// For is the time that was asked for: At is later while somebody is at it.
	For time.Time `json:"for"`
	// Tries is how often somebody has begun.
	Tries   int   `json:"tries,omitempty"`
	version int64 // as it was read
}

func (d Due) item() (table.Item, error) { return item(dueKey(d), d, time.Time{}) }

func decodeDue(it table.Item) (Due, error) {
	var d Due
	if err := decode(it, &d); err != nil {
		return d, err
	}
	parts := strings.SplitN(it.SK, "#", 4)
	if len(parts) != 4 {
		return d, fmt.Errorf("read the key %s of what is due: it has no four parts", it.Key)
	}
	at, err := time.Parse(secondForm, parts[0])
	if err != nil {
		return d, fmt.Errorf("read the key %s of what is due: %w", it.Key, err)
	}
	d.At, d.Kind, d.Conversation, d.ID, d.version = at, parts[1], parts[2], parts[3], it.Version
	return d, nil
}

// DueBy reads up to limit things that are due at a time, the oldest first. One read.
func (s *Store) DueBy(ctx context.Context, now time.Time, limit int) ([]Due, error) {
	rows, err := page(ctx, s, table.Query{PK: pkDue, To: now.UTC().Format(secondForm) + "$", Limit: limit}, decodeDue)
	if err != nil {
		return rows, fmt.Errorf("read what is due: %w", err)
	}
	return rows, nil
}

// ClaimDue puts a row off until a time, before which whoever called has done it: when they
// die it is due again then. [ErrStale]: somebody else has claimed, moved or removed it. One
// write.
func (s *Store) ClaimDue(ctx context.Context, d Due, until time.Time) (Due, error) {
	claimed := d
	claimed.At, claimed.version = until.Truncate(time.Second).Add(time.Second), 1
	claimed.Tries++
	it, err := claimed.item()
	if err != nil {
		return d, err
	}
	err = s.Table.Transact(ctx,
		table.Write{Item: table.Item{Key: dueKey(d)}, If: table.AtVersion(d.version), Delete: true},
		table.Write{Item: it, If: table.Absent()})
	if err != nil {
		return d, fmt.Errorf("claim what is due: %w", stale(err))
	}
	return claimed, nil
}

// EndDue removes a claimed row: it was looked at. One write.
func (s *Store) EndDue(ctx context.Context, d Due) error {
	err := s.Table.Delete(ctx, dueKey(d), table.AtVersion(d.version))
	if err != nil && !errors.Is(err, table.ErrConflict) { // moved meanwhile: it stands there
		return fmt.Errorf("remove what was due: %w", err)
	}
	return nil
}

// FollowUp is something to be checked again at a time.
type FollowUp struct {
	ID string `json:"-"`
	// Home is where it is kept: the home of the conversation's messages.
	Home         string `json:"-"`
	Conversation string `json:"conversation"`
	// At is when, to the second.
	At time.Time `json:"at"`
	// If says under which condition it still applies (see package due).
	If   string `json:"if"`
	Note string `json:"note,omitempty"`
	// Then is what is done: hand_off, or when empty telling. Notify are the notices that
	// are told besides those on follow_up.
	Then   string   `json:"then,omitempty"`
	Notify []string `json:"notify,omitempty"`
	// Set is when it was written, By who did: a person, or a filter, which Filter names as
	// well.
	Set    time.Time `json:"set"`
	By     string    `json:"by"`
	Filter string    `json:"filter,omitempty"`
	// Ended is when it was checked or called off, Outcome what came of it.
	Ended   time.Time `json:"ended,omitzero"`
	Outcome string    `json:"outcome,omitempty"`
	Version int64     `json:"-"`

	row time.Time // where its row stands
}

// What became of a follow-up.
const (
	FollowedUp = "told"
	HandedOver = "handed_off"
	NotNeeded  = "not_needed"
	CalledOff  = "called_off"
)

// SetFollowUp writes a follow-up at the version it was read with, and its row, with what
// teams are told of it. An ended one has no row. Times are cut to the second. [ErrStale]:
// it has changed, or exists. One write.
func (s *Store) SetFollowUp(ctx context.Context, f FollowUp, told ...TeamNotice) (FollowUp, error) {
	f.At = f.At.Truncate(time.Second)
	writes, err := s.followUp(f)
	if err != nil {
		return f, err
	}
	for _, n := range told {
		it, err := n.item()
		if err != nil {
			return f, err
		}
		writes = append(writes, table.Write{Item: it})
	}
	if err := stale(s.Table.Transact(ctx, writes...)); err != nil {
		return f, fmt.Errorf("write a follow-up: %w", err)
	}
	f.Version++
	f.row = f.due().At
	return f, nil
}

// EndFollowUp is [Store.SetFollowUp] for one that changes its conversation as well.
func (s *Store) EndFollowUp(ctx context.Context, f FollowUp, t Turn) error {
	writes, err := s.followUp(f)
	if err != nil {
		return err
	}
	more, err := s.writes(t)
	if err != nil {
		return err
	}
	if err := stale(s.Table.Transact(ctx, append(writes, more...)...)); err != nil {
		return fmt.Errorf("end a follow-up: %w", err)
	}
	return nil
}

// due is the row of a follow-up; its time is zero when there is none.
func (f FollowUp) due() Due {
	d := Due{Kind: DueFollowUp, Conversation: f.Home, ID: f.ID}
	if f.Ended.IsZero() {
		d.At, d.For = f.At, f.At
	}
	return d
}

func (s *Store) followUp(f FollowUp) ([]table.Write, error) {
	it, err := item(followUpKey(f.Home, f.ID), f, s.expiry(f.At))
	if err != nil {
		return nil, err
	}
	writes := []table.Write{{Item: it, If: table.AtVersion(f.Version)}}
	was, now := f.due(), f.due()
	was.At = f.row
	if was.At.Equal(now.At) {
		return writes, nil
	}
	if !was.At.IsZero() {
		writes = append(writes, table.Write{Item: table.Item{Key: dueKey(was)}, Delete: true})
	}
	if now.At.IsZero() {
		return writes, nil
	}
	row, err := now.item()
	return append(writes, table.Write{Item: row}), err
}

// wished are the writes of a new follow-up that a turn sets, whether or not they were made
// before.
func (s *Store) wished(f FollowUp) ([]table.Write, error) {
	f.At = f.At.Truncate(time.Second)
	writes, err := s.followUp(f)
	if len(writes) > 0 {
		writes[0].If = table.Condition{}
	}
	return writes, err
}

// FollowUp reads one follow-up. One read.
func (s *Store) FollowUp(ctx context.Context, home, id string) (FollowUp, error) {
	it, err := table.GetOne(ctx, s.Table, followUpKey(home, id))
	if err != nil {
		return FollowUp{}, fmt.Errorf("read a follow-up: %w", err)
	}
	return decodeFollowUp(it)
}

// FollowUps lists the follow-ups of a conversation in the order of their ids, those that
// have ended too. One read for each MB.
func (s *Store) FollowUps(ctx context.Context, home string) ([]FollowUp, error) {
	var all []FollowUp
	var bad error
	err := table.All(ctx, s.Table, table.Query{PK: "C#" + home, From: "F#", To: "F$"}, func(it table.Item) bool {
		var f FollowUp
		f, bad = decodeFollowUp(it)
		all = append(all, f)
		return bad == nil
	})
	if err = errors.Join(err, bad); err != nil {
		return nil, fmt.Errorf("list follow-ups: %w", err)
	}
	return all, nil
}

func decodeFollowUp(it table.Item) (FollowUp, error) {
	var f FollowUp
	err := decode(it, &f)
	f.Home, f.ID, f.Version = strings.TrimPrefix(it.PK, "C#"), strings.TrimPrefix(it.SK, "F#"), it.Version
	f.row = f.due().At
	return f, err
}
