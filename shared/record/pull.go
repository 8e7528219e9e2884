package record

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/table"
)

// Cursor is how far a channel that must be asked has been fetched.
type Cursor struct {
	Channel string `json:"-"`
	// Next is the channel's own mark behind what was fetched; empty at the beginning.
	Next string `json:"next"`
	// Began is when the last fetch began that fetched everything there was.
	Began   time.Time `json:"began,omitzero"`
	Version int64     `json:"-"`
}

// Cursor reads how far a channel has been fetched; the zero cursor when it never was.
// One read.
func (s *Store) Cursor(ctx context.Context, channel string) (Cursor, error) {
	it, err := table.GetOne(ctx, s.Table, table.Key{PK: pkPulls, SK: channel})
	if errors.Is(err, ErrNotFound) {
		return Cursor{Channel: channel}, nil
	}
	if err != nil {
		return Cursor{}, fmt.Errorf("read how far a channel was fetched: %w", err)
	}
	return decodeCursor(it)
}

func decodeCursor(it table.Item) (Cursor, error) {
	c := Cursor{Channel: it.SK}
	err := decode(it, &c)
	c.Version = it.Version
	return c, err
}

// SetCursor writes a cursor at the version it was read with and returns it with the new
// one. [ErrStale]: somebody else fetches the same channel. One write.
func (s *Store) SetCursor(ctx context.Context, c Cursor) (Cursor, error) {
	err := s.put(ctx, table.Key{PK: pkPulls, SK: c.Channel}, c, table.AtVersion(c.Version), time.Time{})
	if err != nil {
		return c, fmt.Errorf("write how far a channel was fetched: %w", err)
	}
	c.Version++
	return c, nil
}

// Cursors reads up to limit cursors in the order of their channels. One read.
func (s *Store) Cursors(ctx context.Context, limit int) ([]Cursor, error) {
	all, err := page(ctx, s, table.Query{PK: pkPulls, Limit: limit}, decodeCursor)
	if err != nil {
		return nil, fmt.Errorf("list how far channels were fetched: %w", err)
	}
	return all, nil
}

// Welcome is one welcome that was sent to somebody who opened a chat.
type Welcome struct {
	Channel      string    `json:"channel"`
	Conversation string    `json:"conversation"`
	Template     string    `json:"template"`
	At           time.Time `json:"at"`
}

// welcomed is how long it is remembered that a code was used, which is good for
// seconds only.
const welcomed = 7 * 24 * time.Hour

// ClaimWelcome notes that a welcome is about to be sent, by a hash of its code.
// [ErrDuplicate]: it was, or somebody is at it. One write.
func (s *Store) ClaimWelcome(ctx context.Context, hash string, w Welcome) error {
	expires := w.At.Add(welcomed).Truncate(time.Second)
	err := s.put(ctx, table.Key{PK: pkWelcomed, SK: hash}, w, table.Absent(), expires)
	if errors.Is(err, ErrStale) {
		return ErrDuplicate
	}
	return err
}
