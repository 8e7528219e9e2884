package record

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/table"
)

// Who is a test contact stands in their head. The rows here are only where to look for
// them, so one too many does no harm.

// NoteTester puts a conversation on the list of those whose contact may be a test contact.
// One write.
func (s *Store) NoteTester(ctx context.Context, id string) error {
	if err := s.put(ctx, table.Key{PK: pkTesters, SK: id}, struct{}{}, table.Condition{}, time.Time{}); err != nil {
		return fmt.Errorf("note a test contact: %w", err)
	}
	return nil
}

// ForgetTester takes it off the list. One write.
func (s *Store) ForgetTester(ctx context.Context, id string) error {
	if err := s.Table.Delete(ctx, table.Key{PK: pkTesters, SK: id}, table.Condition{}); err != nil {
		return fmt.Errorf("forget a test contact: %w", err)
	}
	return nil
}

// Testers reads the conversations of all test contacts, by the ids under which they were
// noted. Two reads, and one more for each who has changed number or id.
func (s *Store) Testers(ctx context.Context) ([]conversation.Head, error) {
	var ids []string
	err := table.All(ctx, s.Table, table.Query{PK: pkTesters}, func(it table.Item) bool {
		ids = append(ids, it.SK)
		return true
	})
	if err != nil || len(ids) == 0 {
		return nil, wrapTesters(err)
	}
	opened, err := s.Open(ctx, "", ids...)
	if err != nil {
		return nil, wrapTesters(err)
	}
	var heads []conversation.Head
	seen := map[string]bool{}
	for _, id := range ids {
		h := opened.Heads[id]
		if h.Moved != "" {
			h, err = s.Head(ctx, h.Moved)
			if err != nil && !errors.Is(err, ErrNotFound) { // who is erased or expired is none
				return nil, wrapTesters(err)
			}
		}
		if h.Contact.Tester && !seen[h.ID] {
			seen[h.ID] = true
			heads = append(heads, h)
		}
	}
	return heads, nil
}

func wrapTesters(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("read who the test contacts are: %w", err)
}
