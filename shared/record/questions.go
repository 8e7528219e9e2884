package record

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/table"
)

// What no template answered is kept beside the KPI rows, in the same form, and only as long
// as the messages of its day: its rows name messages as samples. The body belongs to package
// questions.

// Questions reads what no template answered in a week. One read per page of 1 MB.
func (s *Store) Questions(ctx context.Context, week string) ([]KPIRow, error) {
	return s.kpiRows(ctx, table.Query{PK: askedPK(week)})
}

// ReplaceQuestions makes rows the only ones of a day that began at from. Repeating it
// changes nothing. One read, and one write for each row.
func (s *Store) ReplaceQuestions(ctx context.Context, week, day string, rows []KPIRow, from time.Time) error {
	old, err := s.kpiRows(ctx, table.Query{PK: askedPK(week), From: day + "#", To: day + "$"})
	if err != nil {
		return err
	}
	keep := map[string]bool{}
	for _, r := range rows {
		key := table.Key{PK: askedPK(week), SK: r.key(week).SK}
		keep[key.SK] = true
		it := table.Item{Key: key, Body: string(r.Body), Expires: s.expiry(from)}
		if err := s.Table.Put(ctx, it, table.Condition{}); err != nil {
			return fmt.Errorf("write unanswered questions of %s: %w", day, err)
		}
	}
	for _, r := range old {
		key := table.Key{PK: askedPK(week), SK: r.key(week).SK}
		if keep[key.SK] {
			continue
		}
		if err := s.Table.Delete(ctx, key, table.Condition{}); err != nil {
			return fmt.Errorf("delete unanswered questions of %s: %w", day, err)
		}
	}
	return nil
}

// Place is where a message is kept.
type Place struct{ Home, ID string }

// Texts reads messages and the heads of their conversations: those that are still there, by
// place and by home. One read for each [table.MaxKeys] of both, and for heads that have moved.
func (s *Store) Texts(ctx context.Context, places []Place) (map[Place]conversation.Message, map[string]conversation.Head, error) {
	t := texts{map[Place]conversation.Message{}, map[string]conversation.Head{}}
	var keys []table.Key
	for _, p := range places {
		keys = append(keys, messageKey(p.Home, p.ID), headKey(p.Home))
	}
	if err := s.texts(ctx, keys, &t); err != nil {
		return nil, nil, err
	}
	var moved []table.Key
	for _, h := range t.heads {
		if h.Moved != "" {
			moved = append(moved, headKey(h.Moved))
		}
	}
	if err := s.texts(ctx, moved, &t); err != nil {
		return nil, nil, err
	}
	for home, h := range t.heads {
		if now, ok := t.heads[h.Moved]; ok {
			t.heads[home] = now
		}
	}
	return t.messages, t.heads, nil
}

// texts are messages, and heads by the id that they were read under.
type texts struct {
	messages map[Place]conversation.Message
	heads    map[string]conversation.Head
}

func (s *Store) texts(ctx context.Context, keys []table.Key, t *texts) error {
	slices.SortFunc(keys, func(a, b table.Key) int {
		return cmp.Or(cmp.Compare(a.PK, b.PK), cmp.Compare(a.SK, b.SK))
	})
	for some := range slices.Chunk(slices.Compact(keys), table.MaxKeys) {
		items, err := s.Table.Get(ctx, some...)
		if err != nil {
			return fmt.Errorf("read messages that nobody answered: %w", err)
		}
		for _, it := range items {
			if err := t.add(it); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *texts) add(it table.Item) error {
	home := strings.TrimPrefix(it.PK, "C#")
	if it.SK == skHead {
		var h conversation.Head
		err := decode(it, &h)
		t.heads[home] = h
		return err
	}
	m, err := decodeMessage(it)
	t.messages[Place{home, m.ID}] = m
	return err
}
