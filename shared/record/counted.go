package record

import (
	"context"
	"fmt"
	"strings"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/table"
)

// countedMessage is what figures are made of in a stored message. Reading nothing else
// halves the work of a night: contents, claims and what channels added are passed over.
type countedMessage struct {
	Channel   string                 `json:"channel"`
	Direction conversation.Direction `json:"direction"`
	Source    conversation.Source    `json:"source"`
	At        time.Time              `json:"at"`
	Type      string                 `json:"type"`
	Text      string                 `json:"text"`
	Group     string                 `json:"group"`
	InReplyTo string                 `json:"in_reply_to"`
	Outcome   conversation.Outcome   `json:"outcome"`
	Filter    string                 `json:"filter"`
	Template  string                 `json:"template"`
	Unproven  int                    `json:"unproven"`
	Facts     conversation.Facts     `json:"facts"`
}

func (m countedMessage) message() conversation.Message {
	return conversation.Message{
		Channel: m.Channel, Direction: m.Direction, Source: m.Source, At: m.At, Type: m.Type, Text: m.Text, Group: m.Group,
		InReplyTo: m.InReplyTo, Outcome: m.Outcome, Filter: m.Filter, Template: m.Template, Unproven: m.Unproven, Facts: m.Facts,
	}
}

// countedReceipt is the same of a stored receipt.
type countedReceipt struct {
	Status  message.Status      `json:"status"`
	Faults  []message.Fault     `json:"faults"`
	Pricing *message.Pricing    `json:"pricing"`
	Ended   *conversation.Ended `json:"ended"`
}

// Counted reads what the figures of a conversation are made of, from one moment up to
// another: its messages, oldest first, without what is in no figure (contents, claims,
// bodies), and the receipts of replies whose ids were made then, without who got them. Two
// reads, and one more for each further page.
func (s *Store) Counted(ctx context.Context, home string, from, to time.Time) ([]conversation.Message, []conversation.Receipt, error) {
	lo, hi := messageRange(from, to)
	var messages []conversation.Message
	err := each(ctx, s, table.Query{PK: "C#" + home, From: lo, To: hi}, func(it table.Item, c countedMessage) bool {
		m := c.message()
		fillMessage(&m, it)
		messages = append(messages, m)
		return true
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read messages: %w", err)
	}
	var receipts []conversation.Receipt
	q := table.Query{PK: "C#" + home, From: "R#" + conversation.IDBound(from), To: "R#" + conversation.IDBound(to)}
	err = each(ctx, s, q, func(it table.Item, c countedReceipt) bool {
		r := conversation.Receipt{Receipt: message.Receipt{Status: c.Status, Faults: c.Faults, Pricing: c.Pricing}, Ended: c.Ended}
		r.ReplyID, _, _ = strings.Cut(strings.TrimPrefix(it.SK, "R#"), "#")
		receipts = append(receipts, r)
		return true
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read receipts: %w", err)
	}
	return messages, receipts, nil
}
