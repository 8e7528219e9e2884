// Package erase removes a person: their head, messages, receipts, follow-ups and every row
// that names their conversation. What the days' figures are made of stays, without them.
//
// The order of things: the head is made bare, so that a message that comes meanwhile begins
// anew; then day after day, the latest first, the day's remainder takes the conversation's
// place and what was said on it goes; at last what belongs to no day, and the head. A day is
// reckoned from messages of that day and of days before, so the latest goes first. When it is
// cut off anywhere, doing it again finishes it and counts nothing twice.
//
// Nothing is kept by which the person could be known again: whoever writes again is new. The
// audit knows that somebody was erased, and dead letters and answers to requests that were
// sent with an idempotency key go when they expire.
package erase

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"frontdesk/shared/record"
	"frontdesk/shared/rollup"
)

// Eraser erases people.
type Eraser struct {
	Store   *record.Store
	Entropy io.Reader
}

// attempts is how often it begins again when the person writes meanwhile.
const attempts = 5

// Contact erases the person of a conversation, by the id of now or of before.
// [record.ErrNotFound]: there is no such conversation. [record.ErrStale]: they write so much
// that it could not begin.
func (e Eraser) Contact(ctx context.Context, id string) error {
	var err error
	for range attempts {
		if err = e.once(ctx, id); !errors.Is(err, record.ErrStale) {
			return err
		}
	}
	return err
}

func (e Eraser) once(ctx context.Context, id string) error {
	h, err := e.Store.Head(ctx, id)
	if err != nil {
		return err
	}
	p, err := e.Store.Past(ctx, h.Home)
	if err != nil {
		return err
	}
	// Whatever is written from here on is of a new person, and not in p.
	if h, err = e.Store.Bare(ctx, h); err != nil {
		return err
	}
	for _, day := range p.Days() {
		if err := e.day(ctx, p, day); err != nil {
			return err
		}
	}
	if err := e.Store.EraseRest(ctx, p); err != nil {
		return err
	}
	return e.Store.EraseHeads(ctx, h)
}

func (e Eraser) day(ctx context.Context, p record.Past, day string) error {
	rest, err := remainder(p, day)
	if err != nil {
		return fmt.Errorf("what is left of %s: %w", day, err)
	}
	var chance [16]byte
	if _, err := io.ReadFull(e.Entropy, chance[:]); err != nil {
		return fmt.Errorf("make an id: %w", err)
	}
	return e.Store.EraseDay(ctx, p, day, hex.EncodeToString(chance[:]), rest)
}

// remainder is what a day of a conversation counts for.
func remainder(p record.Past, day string) ([]record.KPIRow, error) {
	rows, err := rollup.Anonymous(rollup.DeskDay(p.Home, day, p.Messages, p.Receipts))
	if err != nil {
		return nil, err
	}
	var out []record.KPIRow
	for _, r := range rows {
		body, err := json.Marshal(r)
		if err != nil {
			return nil, fmt.Errorf("encode a row: %w", err)
		}
		out = append(out, record.KPIRow{Day: day, Channel: r.Channel, Team: r.Team, Body: body})
	}
	return out, nil
}
