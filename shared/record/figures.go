package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"frontdesk/shared/table"
)

// ChannelDay is what a channel counted itself on one day. The body belongs to package
// rollup.
type ChannelDay struct {
	Day     string
	Channel string
	Body    json.RawMessage
}

func (d ChannelDay) key(week string) table.Key {
	return table.Key{PK: "FIGURES#" + week, SK: d.Day + "#" + d.Channel}
}

// ChannelDays reads what channels counted themselves in an ISO week, in order of day and
// channel. One read per page of 1 MB.
func (s *Store) ChannelDays(ctx context.Context, week string) ([]ChannelDay, error) {
	var all []ChannelDay
	err := table.All(ctx, s.Table, table.Query{PK: "FIGURES#" + week}, func(it table.Item) bool {
		day, channel, _ := strings.Cut(it.SK, "#")
		all = append(all, ChannelDay{day, channel, json.RawMessage(it.Body)})
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("read the channels' own figures: %w", err)
	}
	return all, nil
}

// ChannelDay reads one day of one channel; false when there is none. One read.
func (s *Store) ChannelDay(ctx context.Context, week string, of ChannelDay) (ChannelDay, bool, error) {
	it, err := table.GetOne(ctx, s.Table, of.key(week))
	if errors.Is(err, ErrNotFound) {
		return of, false, nil
	}
	if err != nil {
		return of, false, fmt.Errorf("read a channel's own figures: %w", err)
	}
	of.Body = json.RawMessage(it.Body)
	return of, true, nil
}

// SaveChannelDay writes one day of one channel over what was there. It is kept for ever.
// One write.
func (s *Store) SaveChannelDay(ctx context.Context, week string, d ChannelDay) error {
	err := s.Table.Put(ctx, table.Item{Key: d.key(week), Body: string(d.Body)}, table.Condition{})
	if err != nil {
		return fmt.Errorf("write a channel's own figures: %w", err)
	}
	return nil
}

// Asked is when a channel was last asked for its own figures, by days of China.
type Asked struct {
	Channel string `json:"-"`
	// On is the last day on which its days were asked for.
	On string `json:"on"`
}

// Barred is a channel that does not give its own figures.
type Barred struct {
	Channel string `json:"-"`
	// On is the last day on which it refused them, empty when it gives them again; Code
	// with which code, 0 when there was nothing to ask for.
	On   string `json:"on,omitempty"`
	Code int    `json:"code,omitempty"`
}

const (
	asked  = "ASKED#"
	barred = "BARRED#"
)

// Askings reads of every channel when it was last asked for its own figures, and which
// channels refused them. One read.
func (s *Store) Askings(ctx context.Context) (askedOn map[string]Asked, refused map[string]Barred, err error) {
	askedOn, refused = map[string]Asked{}, map[string]Barred{}
	var bad error
	err = table.All(ctx, s.Table, table.Query{PK: pkFigures}, func(it table.Item) bool {
		if channel, ok := strings.CutPrefix(it.SK, asked); ok {
			a := Asked{Channel: channel}
			bad = errors.Join(bad, decode(it, &a))
			askedOn[channel] = a
		}
		if channel, ok := strings.CutPrefix(it.SK, barred); ok {
			b := Barred{Channel: channel}
			bad = errors.Join(bad, decode(it, &b))
			if b.On != "" {
				refused[channel] = b
			}
		}
		return true
	})
	if err = errors.Join(err, bad); err != nil {
		return nil, nil, fmt.Errorf("list when channels were asked for figures: %w", err)
	}
	return askedOn, refused, nil
}

// SetAsked notes that a channel was asked. One write.
func (s *Store) SetAsked(ctx context.Context, a Asked) error {
	return s.put(ctx, table.Key{PK: pkFigures, SK: asked + a.Channel}, a, table.Condition{}, time.Time{})
}

// Barred reads whether a channel refused its figures; the zero value when it did not.
// One read.
func (s *Store) Barred(ctx context.Context, channel string) (Barred, error) {
	b := Barred{Channel: channel}
	_, err := s.get(ctx, table.Key{PK: pkFigures, SK: barred + channel}, &b)
	if errors.Is(err, ErrNotFound) {
		return b, nil
	}
	return b, err
}

// SetBarred notes that a channel refused its figures. One write.
func (s *Store) SetBarred(ctx context.Context, b Barred) error {
	return s.put(ctx, table.Key{PK: pkFigures, SK: barred + b.Channel}, b, table.Condition{}, time.Time{})
}

// Unbar notes that a channel gives its figures again. One write: whoever fetches may not
// delete.
func (s *Store) Unbar(ctx context.Context, channel string) error {
	return s.SetBarred(ctx, Barred{Channel: channel})
}
