package record

import (
	"context"
	"fmt"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/table"
)

// Whose contact is blocked stands in a list of its own, which is written in the transaction
// that writes the head. Neither the head nor its line in the list expires while the block
// lasts: else the contact would be let in again by having been quiet for long.

// listed keeps the line of a head in step with it. A head that is not blocked and was not
// when it was last written costs nothing. A new head has no line yet, though it may be a
// copy of one that had.
func listed(h *conversation.Head) ([]table.Write, error) {
	if h.Version == 0 {
		h.Listed = false
	}
	was, now := h.Listed, h.Contact.Blocked > 0 && h.Moved == ""
	h.Listed = now
	switch {
	case was == now:
		return nil, nil
	case !now:
		return []table.Write{{Item: table.Item{Key: blockedKey(h.ID)}, Delete: true}}, nil
	}
	it, err := item(blockedKey(h.ID), struct{}{}, time.Time{})
	return []table.Write{{Item: it}}, err
}

// rows keeps all rows of a head in step with it, and says when they and the head expire.
func (s *Store) rows(h *conversation.Head, at time.Time) ([]table.Write, time.Time, error) {
	expires := s.expiry(at)
	if h.Contact.Blocked > 0 && h.Moved == "" {
		expires = time.Time{}
	}
	line, err := listed(h)
	if err != nil {
		return nil, expires, fmt.Errorf("write who is blocked: %w", err)
	}
	standing, err := s.standing(h, expires)
	return append(line, standing...), expires, err
}

// Blocked lists up to limit conversations whose contact is blocked, behind after (an id, or
// empty for the first), in order of id. next continues. One read.
func (s *Store) Blocked(ctx context.Context, after string, limit int) (ids []string, next string, err error) {
	page, err := s.Table.Query(ctx, table.Query{PK: pkBlocked, After: after, Limit: limit})
	if err != nil {
		return nil, "", fmt.Errorf("list who is blocked: %w", err)
	}
	for _, it := range page.Items {
		ids = append(ids, it.SK)
	}
	return ids, page.Next, nil
}
