package record

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/table"
)

// Receipts are facts of their own, one item per reply and status: writing one
// needs no reading, repeats change nothing, and no order of arrival can lower a
// state, because readers take the highest.

func (s *Store) receipt(home string, r conversation.Receipt) (table.Item, error) {
	key := receiptKey(home, r.ReplyID, r.Status, r.Participant)
	r.Ref = "" // the key holds it
	return item(key, r, s.expiry(r.Time))
}

// Receive stores a receipt. When redo names a day, that day's figures are
// marked as out of date in the same transaction. One write.
func (s *Store) Receive(ctx context.Context, home string, r conversation.Receipt, redo string) error {
	it, err := s.receipt(home, r)
	if err != nil {
		return err
	}
	if redo == "" {
		return s.Table.Put(ctx, it, table.Condition{})
	}
	mark, err := item(redoKey(redo, home), struct{}{}, time.Time{})
	if err != nil {
		return err
	}
	return s.Table.Transact(ctx, table.Write{Item: it}, table.Write{Item: mark})
}

// Receipts reads every receipt of one reply. One read.
func (s *Store) Receipts(ctx context.Context, home, replyID string) ([]conversation.Receipt, error) {
	return s.receipts(ctx, home, "R#"+replyID+"#", "R#"+replyID+"$")
}

// ReceiptsBetween reads the receipts of all replies whose ids were made between
// two moments. One read per page.
func (s *Store) ReceiptsBetween(ctx context.Context, home string, from, to time.Time) ([]conversation.Receipt, error) {
	return s.receipts(ctx, home, "R#"+conversation.IDBound(from), "R#"+conversation.IDBound(to))
}

func (s *Store) receipts(ctx context.Context, home, from, to string) ([]conversation.Receipt, error) {
	var out []conversation.Receipt
	err := each(ctx, s, table.Query{PK: "C#" + home, From: from, To: to}, func(it table.Item, r conversation.Receipt) bool {
		r.ReplyID, _, _ = strings.Cut(strings.TrimPrefix(it.SK, "R#"), "#")
		out = append(out, r)
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("read receipts: %w", err)
	}
	return out, nil
}

// Redo lists the marks of days whose figures are out of date, in order of day; a
// day may have several. One read.
func (s *Store) Redo(ctx context.Context) ([]Mark, error) {
	var marks []Mark
	err := table.All(ctx, s.Table, table.Query{PK: pkRedo}, func(it table.Item) bool {
		day, _, _ := strings.Cut(it.SK, "#")
		marks = append(marks, Mark{Day: day, sk: it.SK, version: it.Version})
		return true
	})
	return marks, err
}

// Mark says that a day has changed since it was rolled up.
type Mark struct {
	Day     string
	sk      string
	version int64
}

// Done takes a mark away unless the day has been marked again meanwhile. One write.
func (s *Store) Done(ctx context.Context, m Mark) error {
	err := s.Table.Delete(ctx, table.Key{PK: pkRedo, SK: m.sk}, table.AtVersion(m.version))
	if errors.Is(err, table.ErrConflict) {
		return nil // marked again: the next pass takes it
	}
	return err
}

// MarkDay marks a day of a conversation as out of date. One write.
func (s *Store) MarkDay(ctx context.Context, day, home string) error {
	return s.put(ctx, redoKey(day, home), struct{}{}, table.Condition{}, time.Time{})
}
