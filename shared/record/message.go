package record

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/table"
)

// Message reads one message. One read.
func (s *Store) Message(ctx context.Context, home, id string) (conversation.Message, error) {
	it, err := table.GetOne(ctx, s.Table, messageKey(home, id))
	if err != nil {
		return conversation.Message{}, err
	}
	return decodeMessage(it)
}

// Messages reads the messages of a conversation from one moment up to another,
// oldest first, with replies' contents put back. As many reads as there are
// pages of 1 MB.
func (s *Store) Messages(ctx context.Context, home string, from, to time.Time) ([]conversation.Message, error) {
	lo, hi := messageRange(from, to)
	var out []conversation.Message
	err := each(ctx, s, table.Query{PK: "C#" + home, From: lo, To: hi}, func(it table.Item, m conversation.Message) bool {
		fillMessage(&m, it)
		out = append(out, m)
		return true
	})
	restore(out)
	return out, err
}

// KeepNote stores a message that changes nothing else. One write.
func (s *Store) KeepNote(ctx context.Context, m conversation.Message) error {
	it, err := s.message(m)
	if err != nil {
		return err
	}
	if err := s.Table.Put(ctx, it, table.Absent()); err != nil {
		return fmt.Errorf("keep a note: %w", err)
	}
	return nil
}

// MessagePage reads up to limit messages older than before (an id, or empty for
// the newest), newest first. next continues.
func (s *Store) MessagePage(ctx context.Context, home, before string, limit int) (page []conversation.Message, next string, err error) {
	q := table.Query{PK: "C#" + home, From: "M#", To: "M$", Descending: true, Limit: limit}
	if before != "" {
		q.After = "M#" + before
	}
	got, err := s.Table.Query(ctx, q)
	if err != nil {
		return nil, "", err
	}
	for _, it := range got.Items {
		m, err := decodeMessage(it)
		if err != nil {
			return nil, "", err
		}
		page = append(page, m)
	}
	return page, strings.TrimPrefix(got.Next, "M#"), s.restorePage(ctx, home, page)
}

// restorePage puts contents back on a page whose questions may stand on the next
// one. One read, and only when that is so.
func (s *Store) restorePage(ctx context.Context, home string, page []conversation.Message) error {
	restore(page)
	var missing []table.Key
	for _, m := range page {
		if m.Direction == conversation.Out && m.Content == nil && m.InReplyTo != "" {
			missing = append(missing, messageKey(home, m.InReplyTo))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	items, err := s.Table.Get(ctx, missing[:min(len(missing), table.MaxKeys)]...)
	if err != nil {
		return fmt.Errorf("read what was answered: %w", err)
	}
	questions := slices.Clone(page)
	for _, it := range items {
		m, err := decodeMessage(it)
		if err != nil {
			return err
		}
		questions = append(questions, m)
	}
	restore(questions)
	copy(page, questions)
	return nil
}

// restore puts the content of template replies back from the claims of the
// messages that they answer, as far as these are among the messages.
func restore(messages []conversation.Message) {
	claims := map[string]*conversation.Claim{}
	for _, m := range messages {
		if m.Claim != nil {
			claims[m.ID] = m.Claim
		}
	}
	for i := range messages {
		if m := &messages[i]; m.Content == nil && claims[m.InReplyTo] != nil {
			content := claims[m.InReplyTo].Content
			m.Content = &content
		}
	}
}

func (s *Store) message(m conversation.Message) (table.Item, error) {
	key := messageKey(m.Conversation, m.ID)
	m.ID, m.Conversation = "", "" // the key holds them
	return item(key, m, s.expiry(m.At))
}

func decodeMessage(it table.Item) (conversation.Message, error) {
	var m conversation.Message
	err := decode(it, &m)
	fillMessage(&m, it)
	return m, err
}

func fillMessage(m *conversation.Message, it table.Item) {
	m.ID = strings.TrimPrefix(it.SK, "M#")
	m.Conversation = strings.TrimPrefix(it.PK, "C#")
	m.Version = it.Version
}
