package record

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/budget"
	"frontdesk/shared/conversation"
	"frontdesk/shared/table"
)

// Opened is what the desk needs to know before it decides.
type Opened struct {
	// Heads holds the heads found, by conversation id.
	Heads map[string]conversation.Head
	// Live is the number of the live playbook; 0 when it was not asked for or
	// none has been published.
	Live int64
	// Gate is the state of the channel; the zero one when it was not asked for or
	// the channel has never been down.
	Gate budget.Gate
}

// Open reads the heads with these ids and, when a channel is named, the number of
// the live playbook and the gate of that channel. One read however many.
func (s *Store) Open(ctx context.Context, channel string, ids ...string) (Opened, error) {
	keys := make([]table.Key, 0, len(ids)+1)
	for _, id := range ids {
		keys = append(keys, headKey(id))
	}
	if channel != "" {
		keys = append(keys, table.Key{PK: pkPlaybook, SK: skLive}, gateKey(channel))
	}
	items, err := s.Table.Get(ctx, keys...)
	if err != nil {
		return Opened{}, fmt.Errorf("open conversation: %w", err)
	}
	return opened(items)
}

func opened(items []table.Item) (Opened, error) {
	o := Opened{Heads: make(map[string]conversation.Head, len(items))}
	for _, it := range items {
		switch it.PK {
		case pkPlaybook:
			var p pointer
			if err := decode(it, &p); err != nil {
				return o, err
			}
			o.Live = p.Version
			continue
		case pkGates:
			gate, err := decodeGate(it)
			if err != nil {
				return o, err
			}
			o.Gate = gate
			continue
		}
		h, err := decodeHead(it)
		if err != nil {
			return o, err
		}
		o.Heads[strings.TrimPrefix(it.PK, "C#")] = h
	}
	return o, nil
}

func decodeHead(it table.Item) (conversation.Head, error) {
	var h conversation.Head
	if err := decode(it, &h); err != nil {
		return h, err
	}
	h.Version = it.Version
	return h, nil
}

// hops is how many changes of number or id are followed from one old id.
const hops = 16

// Head reads one head and follows it to where the contact writes now. One read,
// and one more for each time that the contact has changed number or id.
func (s *Store) Head(ctx context.Context, id string) (conversation.Head, error) {
	for range hops {
		it, err := table.GetOne(ctx, s.Table, headKey(id))
		if err != nil {
			return conversation.Head{}, err
		}
		h, err := decodeHead(it)
		if err != nil || h.Moved == "" {
			return h, err
		}
		id = h.Moved
	}
	return conversation.Head{}, fmt.Errorf("conversation %s moved too often: %w", id, ErrNotFound)
}

// Claim stores an inbound message with the intent to answer it, unless it is
// there already: then the error is [ErrDuplicate] and the stored message is
// returned. One write.
func (s *Store) Claim(ctx context.Context, m conversation.Message) (conversation.Message, error) {
	it, err := s.message(m)
	if err != nil {
		return m, err
	}
	err = s.Table.Put(ctx, it, table.Absent())
	var taken *table.Conflict
	if errors.As(err, &taken) && taken.Current != nil {
		stored, err := decodeMessage(*taken.Current)
		return stored, errors.Join(ErrDuplicate, err)
	}
	m.Version = 1
	return m, err
}

// Reclaim writes a claimed message back at the version it was read with: to
// take over a lease, to give it back, or to change the reply. When the answer to
// the write was lost and the repeat meets its own result, that is success. One write.
func (s *Store) Reclaim(ctx context.Context, m conversation.Message) (conversation.Message, error) {
	it, err := s.message(m)
	if err != nil {
		return m, err
	}
	err = s.Table.Put(ctx, it, table.AtVersion(m.Version))
	m.Version++
	if met, ok := errors.AsType[*table.Conflict](err); ok && met.Current != nil &&
		met.Current.Version == m.Version && met.Current.Body == it.Body {
		return m, nil
	}
	return m, stale(err)
}

// Intend stores an agent's message before it is sent, and puts the conversation on
// the list of its day. One write.
func (s *Store) Intend(ctx context.Context, m conversation.Message) error {
	it, err := s.message(m)
	if err != nil {
		return err
	}
	day, err := item(dayKey(m.Facts.Day, m.Conversation), struct{}{}, s.expiry(m.At))
	if err != nil {
		return err
	}
	return s.Table.Transact(ctx, table.Write{Item: it, If: table.Absent()}, table.Write{Item: day})
}

// Turn is everything that one message changes, written at once or not at all.
type Turn struct {
	// Head is written at the version it was read with.
	Head conversation.Head
	// Left is the head that the contact has moved away from, if any.
	Left *conversation.Head
	// Home is where the messages are kept; empty for with the head.
	Home string
	// New are messages that must not exist yet, except for private notes.
	New []conversation.Message
	// Changed are messages that are written at the version they were read with.
	Changed []conversation.Message
	// Receipts are ours: a send that surely failed is kept like a channel's receipt.
	Receipts []conversation.Receipt
	// Days are those on whose lists the conversation must be put.
	Days []string
	// Redo are past days whose figures this turn changes.
	Redo []string
	// Notices are what teams are told of it.
	Notices []TeamNotice
	// FollowUps are what is looked at again because of it. Writing one again does no harm.
	FollowUps []FollowUp
}

// Record writes a turn in one transaction. [ErrDuplicate]: one of the new
// messages exists already. [ErrStale]: a head has changed.
func (s *Store) Record(ctx context.Context, t Turn) error {
	writes, err := s.writes(t)
	if err != nil {
		return err
	}
	err = s.Table.Transact(ctx, writes...)
	var conflict *table.Conflict
	if errors.As(err, &conflict) {
		if strings.HasPrefix(conflict.Key.SK, "M#") && len(t.Changed) == 0 {
			return fmt.Errorf("%w: %w", ErrDuplicate, err)
		}
		return stale(err)
	}
	return err
}

// at is the latest thing that a turn knows of: retention counts from it.
func (t Turn) at() time.Time {
	at := t.Head.LastInbound
	if at.IsZero() { // who has only said what they want
		at = t.Head.Marketing.At
	}
	if greeted := t.Head.Session.Greeted; greeted.After(at) {
		at = greeted
	}
	for _, m := range slices.Concat(t.New, t.Changed) {
		if m.At.After(at) {
			at = m.At
		}
	}
	return at
}

func (s *Store) writes(t Turn) ([]table.Write, error) {
	var writes []table.Write
	var failed error
	home := cmp.Or(t.Home, t.Head.Home)
	add := func(it table.Item, err error, cond table.Condition) {
		failed = errors.Join(failed, err)
		writes = append(writes, table.Write{Item: it, If: cond})
	}
	for _, m := range t.New {
		it, err := s.message(m)
		add(it, err, unwritten(m))
	}
	for _, m := range t.Changed {
		it, err := s.message(m)
		add(it, err, table.AtVersion(m.Version))
	}
	for _, h := range []*conversation.Head{&t.Head, copied(t.Left)} {
		if h != nil {
			rows, expires, err := s.rows(h, t.at())
			failed = errors.Join(failed, err)
			writes = append(writes, rows...)
			it, err := item(headKey(h.ID), h, expires)
			add(it, err, table.AtVersion(h.Version))
		}
	}
	for _, r := range t.Receipts {
		it, err := s.receipt(home, r)
		add(it, err, table.Condition{})
	}
	for _, day := range t.Days {
		it, err := item(dayKey(day, home), struct{}{}, s.expiry(t.at()))
		add(it, err, table.Condition{})
	}
	for _, day := range t.Redo {
		it, err := item(redoKey(day, home), struct{}{}, time.Time{})
		add(it, err, table.Condition{})
	}
	for _, n := range t.Notices {
		it, err := n.item()
		add(it, err, table.Condition{})
	}
	for _, f := range t.FollowUps {
		more, err := s.wished(f)
		failed = errors.Join(failed, err)
		writes = append(writes, more...)
	}
	return writes, failed
}

// unwritten is the condition on which a new message is written: it must not exist yet. A
// private note may: whatever is done again leaves the same one.
func unwritten(m conversation.Message) table.Condition {
	if m.Direction == conversation.Note {
		return table.Condition{}
	}
	return table.Absent()
}

func (s *Store) expiry(from time.Time) time.Time {
	if s.Keep <= 0 || from.IsZero() {
		return time.Time{}
	}
	return from.Add(s.Keep).Truncate(time.Second)
}

// Busy reports whether a day has more than about so many conversations: their ids are hashes,
// so each of the lists has the same share. One read.
func (s *Store) Busy(ctx context.Context, day string, most int) (bool, error) {
	share := most/Shards + 1
	page, err := s.Table.Query(ctx, table.Query{PK: dayPK(day, 0), Limit: share})
	if err != nil {
		return false, fmt.Errorf("look how busy %s is: %w", day, err)
	}
	return len(page.Items) == share && page.Next != "", nil
}

// ActiveDay returns the homes of the conversations that were active on a day.
// One read per shard and page.
func (s *Store) ActiveDay(ctx context.Context, day string) ([]string, error) {
	var homes []string
	for shard := range Shards {
		some, err := s.ActiveShard(ctx, day, shard)
		if err != nil {
			return nil, err
		}
		homes = append(homes, some...)
	}
	slices.Sort(homes)
	return homes, nil
}

// ActiveShard returns those of one shard (0 to [Shards]-1), in order. One read per page.
func (s *Store) ActiveShard(ctx context.Context, day string, shard int) ([]string, error) {
	var homes []string
	err := table.All(ctx, s.Table, table.Query{PK: dayPK(day, shard)}, func(it table.Item) bool {
		homes = append(homes, it.SK)
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("list active conversations of %s: %w", day, err)
	}
	return homes, nil
}
