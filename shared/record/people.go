package record

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/table"
)

// Where a conversation stands in its team is a row that is written in the transaction
// that writes its head, and made from that head alone ([conversation.Head.Sits]). So there
// is no counter that could drift.
// The board of a team is written with each conversation that is given to somebody: of two
// who give at once, one is stale and looks again, so nobody is given more than their
// capacity. The head's version sees to it that no conversation is given to two.

// standing keeps the rows of a head in step with it: its seat in the team, and the time to
// look at it again. It returns the writes and notes in the head what they are for. A head
// that neither stands anywhere nor did costs nothing. A new head has no rows yet, though
// it may be a copy of one that had: the contact came back under another id.
func (s *Store) standing(h *conversation.Head, expires time.Time) ([]table.Write, error) {
	if h.Version == 0 {
		h.Seat, h.Watch.Row = conversation.Seat{}, time.Time{}
	}
	if h.Moved != "" {
		h.Watch.Look = time.Time{}
	}
	was, now := h.Seat, h.Sits()
	h.Seat = now
	var writes []table.Write
	if !was.Is(now) {
		moved, err := reseat(h.ID, was, now, expires)
		if err != nil {
			return nil, err
		}
		writes = moved
	}
	row, look := h.Watch.Row, h.Watch.Look
	if h.Watch.Row = look; row.Equal(look) {
		return writes, nil
	}
	reminded, err := reminder(h.ID, row, look)
	return append(writes, reminded...), err
}

func reseat(id string, was, now conversation.Seat, expires time.Time) ([]table.Write, error) {
	var writes []table.Write
	if was.Team != "" && !was.Row(now) {
		writes = append(writes, table.Write{Item: table.Item{Key: seatKey(id, was)}, Delete: true})
	}
	if now.Team == "" {
		return writes, nil
	}
	it, err := item(seatKey(id, now), now, expires)
	return append(writes, table.Write{Item: it}), err
}

// reminder moves the row that reminds of a promise.
func reminder(id string, was, now time.Time) ([]table.Write, error) {
	var writes []table.Write
	if !was.IsZero() {
		writes = append(writes, table.Write{Item: table.Item{Key: dueKey(Due{At: was, Kind: DuePromise, Conversation: id})}, Delete: true})
	}
	if now.IsZero() {
		return writes, nil
	}
	it, err := Due{At: now, For: now, Kind: DuePromise, Conversation: id}.item()
	return append(writes, table.Write{Item: it}), err
}

// Board is who of a team got a conversation in which turn.
type Board struct {
	Team string `json:"-"`
	// Turn counts the conversations that were given to somebody, Last says for each member
	// which one was their last.
	Turn    int64            `json:"turn"`
	Last    map[string]int64 `json:"last,omitempty"`
	Version int64            `json:"-"`
}

// Seated is a conversation and where it stands.
type Seated struct {
	Conversation string
	conversation.Seat
}

// TeamBoard reads the board of a team and what its members have. One read, and one more
// for each MB.
func (s *Store) TeamBoard(ctx context.Context, team string) (Board, []Seated, error) {
	board := Board{Team: team}
	var held []Seated
	var bad error
	err := table.All(ctx, s.Table, table.Query{PK: teamPK(team), To: "WAIT#"}, func(it table.Item) bool {
		if it.SK == skBoard {
			bad = decode(it, &board)
			board.Version = it.Version
			return bad == nil
		}
		var row Seated
		row, bad = decodeSeat(it)
		held = append(held, row)
		return bad == nil
	})
	if err = errors.Join(err, bad); err != nil {
		return board, nil, fmt.Errorf("read who of a team has what: %w", err)
	}
	return board, held, nil
}

// Queue reads up to limit conversations that wait for a member of a team, the longest wait
// first. One read.
func (s *Store) Queue(ctx context.Context, team string, limit int) ([]Seated, error) {
	rows, err := page(ctx, s, table.Query{PK: teamPK(team), From: "WAIT#", To: "WAIT$", Limit: limit}, decodeSeat)
	if err != nil {
		return nil, fmt.Errorf("read a team's queue: %w", err)
	}
	return rows, nil
}

func decodeSeat(it table.Item) (Seated, error) {
	row := Seated{Conversation: it.SK[strings.LastIndexByte(it.SK, '#')+1:]}
	return row, decode(it, &row.Seat)
}

// Give writes a turn in which a conversation goes to a member of its team, or with an empty
// member back to the queue, and returns the board for the next one. [ErrStale]: the board
// or the head has changed; nothing was written. One write.
func (s *Store) Give(ctx context.Context, b Board, t Turn, member string) (Board, error) {
	t.Head.Assignee, t.Head.Rota = member, member
	writes, err := s.writes(t)
	if err != nil {
		return b, err
	}
	next := b
	if next.Last = maps.Clone(b.Last); next.Last == nil {
		next.Last = map[string]int64{}
	}
	if member != "" {
		next.Turn++
		next.Last[member] = next.Turn
	}
	it, err := item(boardKey(b.Team), next, time.Time{})
	if err != nil {
		return b, err
	}
	writes = append(writes, table.Write{Item: it, If: table.AtVersion(b.Version)})
	if err := stale(s.Table.Transact(ctx, writes...)); err != nil {
		return b, fmt.Errorf("give a conversation to a member: %w", err)
	}
	next.Version++
	return next, nil
}

// copied is a head that may be changed: the turn's may be written again.
func copied(h *conversation.Head) *conversation.Head {
	if h == nil {
		return nil
	}
	c := *h
	return &c
}

// Unseat removes a row in which the conversation does not sit, as its head says that was
// read with this version (0: there is no head). [ErrStale]: the head has changed. One write.
func (s *Store) Unseat(ctx context.Context, row Seated, version int64) error {
	err := s.Table.Transact(ctx,
		table.Write{Item: table.Item{Key: headKey(row.Conversation)}, If: table.AtVersion(version), Check: true},
		table.Write{Item: table.Item{Key: seatKey(row.Conversation, row.Seat)}, Delete: true})
	if err != nil {
		return fmt.Errorf("remove a seat that nobody sits in: %w", stale(err))
	}
	return nil
}

// Away is a member who takes no conversations for now, whatever their hours.
type Away struct {
	Member string    `json:"member"`
	At     time.Time `json:"at"`
	// By is who said so.
	By string `json:"by"`
}

// SetAway notes that a member is away, or back. One write.
func (s *Store) SetAway(ctx context.Context, a Away, away bool) error {
	key := awayKey(a.Member)
	err := error(nil)
	if away {
		err = s.put(ctx, key, a, table.Condition{}, time.Time{})
	} else {
		err = s.Table.Delete(ctx, key, table.Condition{})
	}
	if err != nil {
		return fmt.Errorf("note that a member is away or back: %w", err)
	}
	return nil
}

// AllAway reads who is away. One read.
func (s *Store) AllAway(ctx context.Context) (map[string]Away, error) {
	all := map[string]Away{}
	err := each(ctx, s, table.Query{PK: pkAway}, func(_ table.Item, a Away) bool {
		all[a.Member] = a
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("read who is away: %w", err)
	}
	return all, nil
}
