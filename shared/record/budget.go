package record

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/budget"
	"frontdesk/shared/table"
)

// Gate reads the state of a channel; the zero one when it has never been down. One read.
func (s *Store) Gate(ctx context.Context, channel string) (budget.Gate, error) {
	it, err := table.GetOne(ctx, s.Table, gateKey(channel))
	if errors.Is(err, ErrNotFound) {
		return budget.Gate{}, nil
	}
	if err != nil {
		return budget.Gate{}, fmt.Errorf("read the state of a channel: %w", err)
	}
	return decodeGate(it)
}

func decodeGate(it table.Item) (budget.Gate, error) {
	var g budget.Gate
	err := decode(it, &g)
	g.Version = it.Version
	return g, err
}

// SetGate writes the state of a channel at the version it was read with and returns
// it with the new one. When somebody else was first it returns theirs and false. One write.
func (s *Store) SetGate(ctx context.Context, channel string, g budget.Gate) (budget.Gate, bool, error) {
	it, err := item(gateKey(channel), g, time.Time{})
	if err != nil {
		return g, false, err
	}
	cond := table.AtVersion(g.Version)
	if g.Version == 0 {
		cond = table.Absent()
	}
	err = s.Table.Put(ctx, it, cond)
	if theirs, ok := errors.AsType[*table.Conflict](err); ok {
		if theirs.Current == nil {
			return budget.Gate{}, false, nil
		}
		current, err := decodeGate(*theirs.Current)
		ours := current.Version == g.Version+1 && theirs.Current.Body == it.Body // the news of it was lost
		return current, ours, err
	}
	if err != nil {
		return g, false, fmt.Errorf("write the state of a channel: %w", err)
	}
	g.Version++
	return g, true, nil
}

// count is how many people were reached in one hour, or a limit.
type count struct {
	N int `json:"n"`
}

const hourForm = "2006-01-02T15"

// Reach counts one more person of a portfolio, unless its limit is used up: then it
// returns false. set is the limit of the settings (see budget.Reach.Left). One read and one
// write; again when several count at once.
func (s *Store) Reach(ctx context.Context, portfolio string, set int, now time.Time) (bool, error) {
	for range reachTries {
		r, current, err := s.reached(ctx, portfolio, now)
		if err != nil || r.Left(set, now) == 0 {
			return false, err
		}
		err = s.count(ctx, table.Key{PK: reachPK(portfolio), SK: now.UTC().Format(hourForm)}, current, now)
		if !errors.Is(err, ErrStale) {
			return err == nil, err
		}
	}
	return false, fmt.Errorf("count a person reached outside the service window: %w", ErrStale)
}

const reachTries = 8

// reached reads what a portfolio has used of its limit, and the count of this hour.
func (s *Store) reached(ctx context.Context, portfolio string, now time.Time) (budget.Reach, table.Item, error) {
	r := budget.Reach{Hours: map[time.Time]int{}}
	hour := now.UTC().Format(hourForm)
	var current table.Item
	var bad error
	from := now.UTC().Add(-25 * time.Hour).Format(hourForm)
	err := each(ctx, s, table.Query{PK: reachPK(portfolio), From: from}, func(it table.Item, c count) bool {
		if it.SK == hour {
			current = it
		}
		if it.SK == skTold {
			r.Told = c.N
			return true
		}
		at, err := time.Parse(hourForm, it.SK)
		bad = errors.Join(bad, err)
		r.Hours[at] = c.N
		return true
	})
	if err = errors.Join(err, bad); err != nil {
		return r, current, fmt.Errorf("read who was reached outside service windows: %w", err)
	}
	return r, current, nil
}

func (s *Store) count(ctx context.Context, key table.Key, current table.Item, now time.Time) error {
	var c count
	cond := table.Absent()
	if current.Version > 0 {
		if err := decode(current, &c); err != nil {
			return err
		}
		cond = table.AtVersion(current.Version)
	}
	c.N++
	return s.put(ctx, key, c, cond, now.Add(48*time.Hour).Truncate(time.Second))
}

// Told keeps the limit that a channel told us of its portfolio: how many people in 24
// hours, -1 for no limit. One write.
func (s *Store) Told(ctx context.Context, portfolio string, limit int) error {
	return s.put(ctx, table.Key{PK: reachPK(portfolio), SK: skTold}, count{limit}, table.Condition{}, time.Time{})
}
