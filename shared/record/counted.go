package record

import (
	"context"
	"errors"
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
	receipts, err := s.countedReceipts(ctx, table.Query{PK: "C#" + home, From: "R#" + conversation.IDBound(from), To: "R#" + conversation.IDBound(to)})
	if err != nil {
		return nil, nil, fmt.Errorf("read receipts: %w", err)
	}
	return messages, receipts, nil
}

func (s *Store) countedReceipts(ctx context.Context, q table.Query) ([]conversation.Receipt, error) {
	var receipts []conversation.Receipt
	var bad error
	err := table.All(ctx, s.Table, q, func(it table.Item) bool {
		var r conversation.Receipt
		if r, bad = counted(it); bad != nil {
			return false
		}
		receipts = append(receipts, r)
		return true
	})
	return receipts, errors.Join(err, bad)
}

// counted reads what counts of a receipt. Most hold no more than their key says.
func counted(it table.Item) (conversation.Receipt, error) {
	id, rest, _ := strings.Cut(strings.TrimPrefix(it.SK, "R#"), "#")
	status, _, _ := strings.Cut(rest, "#")
	c := countedReceipt{Status: message.Status(status)}
	if strings.Contains(it.Body, `"faults"`) || strings.Contains(it.Body, `"pricing"`) || strings.Contains(it.Body, `"ended"`) {
		if err := decode(it, &c); err != nil {
			return conversation.Receipt{}, err
		}
	}
	return conversation.Receipt{
		ReplyID: id, Receipt: message.Receipt{Status: c.Status, Faults: c.Faults, Pricing: c.Pricing}, Ended: c.Ended,
	}, nil
}
