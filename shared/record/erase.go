package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"frontdesk/shared/conversation"
	"frontdesk/shared/table"
)

// Erasing a person removes what is stored of them and leaves what the days' figures are made
// of: for each day a remainder, in rows like those of the KPIs, without anybody's id. The
// remainder is written in the transaction that takes the conversation off the day's list, so
// a day has the one or the other whenever it is made again.

// Past is everything that is stored of a conversation besides its head.
type Past struct {
	Home      string
	Messages  []conversation.Message // oldest first, as they are stored
	Receipts  []conversation.Receipt
	FollowUps []FollowUp

	items map[string][]string // sort keys, by day; empty for what belongs to none
}

// Past reads everything of a home. One read for each MB.
func (s *Store) Past(ctx context.Context, home string) (Past, error) {
	p := Past{Home: home, items: map[string][]string{}}
	var rest []table.Item
	var bad error
	err := table.All(ctx, s.Table, table.Query{PK: "C#" + home, From: "I"}, func(it table.Item) bool { // behind HEAD
		rest = append(rest, it)
		return true
	})
	for _, it := range rest {
		bad = errors.Join(bad, p.add(it))
	}
	// What the channel says of a message belongs to the day of the message.
	p.file(rest)
	restore(p.Messages)
	if err = errors.Join(err, bad); err != nil {
		return p, fmt.Errorf("read everything of a conversation: %w", err)
	}
	return p, nil
}

func (p *Past) add(it table.Item) (err error) {
	switch it.SK[0] {
	case 'M':
		var m conversation.Message
		m, err = decodeMessage(it)
		p.Messages = append(p.Messages, m)
	case 'R':
		var r conversation.Receipt
		err = decode(it, &r)
		r.ReplyID, _, _ = strings.Cut(strings.TrimPrefix(it.SK, "R#"), "#")
		p.Receipts = append(p.Receipts, r)
	case 'F':
		var f FollowUp
		f, err = decodeFollowUp(it)
		p.FollowUps = append(p.FollowUps, f)
	}
	return err
}

// file notes which items belong to which day.
func (p *Past) file(items []table.Item) {
	days := map[string]string{}
	for _, m := range p.Messages {
		days[m.ID] = m.Facts.Day
	}
	for _, r := range p.Receipts {
		if r.Ended != nil {
			days[r.ReplyID] = r.Ended.Day
		}
	}
	for _, it := range items {
		id, _, _ := strings.Cut(it.SK[2:], "#")
		p.items[days[id]] = append(p.items[days[id]], it.SK)
	}
}

// Bare takes out of a head everything that is known of the person, and with it where the
// conversation stood and what was to be looked at. A message that comes meanwhile begins
// anew. [ErrStale]: the head has changed. One write.
func (s *Store) Bare(ctx context.Context, h conversation.Head) (conversation.Head, error) {
	bare := conversation.Head{ID: h.ID, Home: h.Home, Channel: h.Channel, Status: conversation.Resolved,
		Seat: h.Seat, Watch: conversation.Watch{Row: h.Watch.Row}, Listed: h.Listed, Version: h.Version}
	if err := s.Record(ctx, Turn{Head: bare}); err != nil {
		return h, fmt.Errorf("forget what is known of a person: %w", err)
	}
	bare.Version++
	bare.Seat, bare.Watch, bare.Listed = conversation.Seat{}, conversation.Watch{}, false
	return bare, nil
}

// EraseDay puts the remainder of a day in the place of a conversation on the day's list and
// deletes what is stored of that day. id is chance: nothing leads from it to the person.
// One read, and a write for each [table.MaxWrites] items. When it is cut off, doing it again
// finishes it.
func (s *Store) EraseDay(ctx context.Context, p Past, day, id string, rest []KPIRow) error {
	var writes []table.Write
	on, err := table.GetOne(ctx, s.Table, dayKey(day, p.Home))
	switch {
	case errors.Is(err, ErrNotFound):
	case err != nil:
		return fmt.Errorf("read the list of %s: %w", day, err)
	default:
		writes = append(writes, table.Write{Item: table.Item{Key: on.Key}, If: table.AtVersion(on.Version), Delete: true})
		for _, r := range rest {
			it := table.Item{Key: table.Key{PK: erasedPK(day), SK: id + "#" + r.Channel + "#" + r.Team}, Body: string(r.Body), Expires: on.Expires}
			writes = append(writes, table.Write{Item: it, If: table.Absent()})
		}
	}
	if err := s.delete(ctx, p.Home, p.items[day], writes); err != nil {
		return fmt.Errorf("erase a day of a conversation: %w", err)
	}
	return nil
}

// delete deletes items of a home, the first of them in the transaction of other writes.
func (s *Store) delete(ctx context.Context, home string, items []string, writes []table.Write) error {
	for _, sk := range items {
		if len(writes) == table.MaxWrites {
			if err := stale(s.Table.Transact(ctx, writes...)); err != nil {
				return err
			}
			writes = nil
		}
		writes = append(writes, table.Write{Item: table.Item{Key: table.Key{PK: "C#" + home, SK: sk}}, Delete: true})
	}
	if len(writes) == 0 {
		return nil
	}
	return stale(s.Table.Transact(ctx, writes...))
}

// EraseRest deletes what belongs to no day: follow-ups with their rows, and receipts of
// messages that have expired. One write for each [table.MaxWrites].
func (s *Store) EraseRest(ctx context.Context, p Past) error {
	var writes []table.Write
	for _, f := range p.FollowUps {
		if len(writes) < table.MaxWrites/2 && !f.row.IsZero() {
			due := f.due()
			due.At = f.row
			writes = append(writes, table.Write{Item: table.Item{Key: dueKey(due)}, Delete: true})
		}
	}
	if err := s.delete(ctx, p.Home, p.items[""], writes); err != nil {
		return fmt.Errorf("erase the rest of a conversation: %w", err)
	}
	return nil
}

// EraseHeads deletes the head of a conversation as it was left by [Store.Bare], and the
// signposts that lead to it. When the person has written again meanwhile it stays: it is a
// new one. One read for each signpost, one write.
func (s *Store) EraseHeads(ctx context.Context, h conversation.Head) error {
	writes := []table.Write{
		{Item: table.Item{Key: headKey(h.ID)}, If: table.AtVersion(h.Version), Delete: true},
		{Item: table.Item{Key: table.Key{PK: pkTesters, SK: h.ID}}, Delete: true},
	}
	for id := h.Home; id != h.ID && len(writes) <= 2*(hops+1); {
		writes = append(writes, table.Write{Item: table.Item{Key: table.Key{PK: pkTesters, SK: id}}, Delete: true})
		it, err := table.GetOne(ctx, s.Table, headKey(id))
		if errors.Is(err, ErrNotFound) { // it has expired
			break
		}
		if err != nil {
			return fmt.Errorf("read an old id of a conversation: %w", err)
		}
		sign, err := decodeHead(it)
		if err != nil {
			return err
		}
		writes = append(writes, table.Write{Item: table.Item{Key: it.Key}, Delete: true})
		id = sign.Moved
	}
	err := s.Table.Transact(ctx, writes...)
	if err != nil && !errors.Is(err, table.ErrConflict) {
		return fmt.Errorf("erase a head: %w", err)
	}
	return nil
}

// Erased reads what is left of conversations that were erased, of a day. One read for each
// MB.
func (s *Store) Erased(ctx context.Context, day string) ([]json.RawMessage, error) {
	var rows []json.RawMessage
	err := table.All(ctx, s.Table, table.Query{PK: erasedPK(day)}, func(it table.Item) bool {
		rows = append(rows, json.RawMessage(it.Body))
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("read what is left of erased conversations of %s: %w", day, err)
	}
	return rows, nil
}

// Days are those that something of a home belongs to, the latest first.
func (p Past) Days() []string {
	days := slices.Sorted(maps.Keys(p.items))
	days = slices.DeleteFunc(days, func(day string) bool { return day == "" })
	slices.Reverse(days)
	return days
}
