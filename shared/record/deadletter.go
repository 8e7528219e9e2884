package record

import (
	"context"
	"fmt"
	"strings"
	"time"

	"frontdesk/shared/table"
)

// DeadLetter is a job, or a delivery, that could not be worked on.
type DeadLetter struct {
	// ID is the job's: the same trouble twice is one dead letter.
	ID string    `json:"id"`
	At time.Time `json:"at"`
	// Queue is where it came from and goes back to: inbox, receipts or webhook.
	Queue  string `json:"queue"`
	Group  string `json:"group,omitempty"`
	JobID  string `json:"job_id,omitempty"`
	Reason string `json:"reason"`
	Size   int    `json:"size"`
	Text   packed `json:"text"`
}

// Bury keeps a dead letter with its body. One write, and one more per part of a
// large body.
func (s *Store) Bury(ctx context.Context, d DeadLetter, body []byte) error {
	text, err := s.pack(ctx, body, s.expiry(d.At))
	if err != nil {
		return fmt.Errorf("keep dead letter: %w", err)
	}
	d.Text, d.Size = text, len(body)
	d.Reason = strings.ToValidUTF8(d.Reason, "?")
	return s.put(ctx, table.Key{PK: pkDead, SK: d.ID}, d, table.Condition{}, s.expiry(d.At))
}

// DeadLetters lists dead letters in order of id, which says nothing of time, behind an id. One read.
func (s *Store) DeadLetters(ctx context.Context, after string, limit int) ([]DeadLetter, error) {
	out, err := page(ctx, s, table.Query{PK: pkDead, After: after, Limit: limit}, func(it table.Item) (d DeadLetter, err error) {
		err = decode(it, &d)
		return d, err
	})
	if err != nil {
		return nil, fmt.Errorf("list dead letters: %w", err)
	}
	return out, nil
}

// DeadLetter reads one dead letter with its body.
func (s *Store) DeadLetter(ctx context.Context, id string) (DeadLetter, []byte, error) {
	var d DeadLetter
	if _, err := s.get(ctx, table.Key{PK: pkDead, SK: id}, &d); err != nil {
		return d, nil, err
	}
	body, err := s.unpack(ctx, d.Text)
	return d, body, err
}

// Exhume removes a dead letter: it was put back, or dropped on purpose.
func (s *Store) Exhume(ctx context.Context, d DeadLetter) error {
	if err := s.Table.Delete(ctx, table.Key{PK: pkDead, SK: d.ID}, table.Condition{}); err != nil {
		return fmt.Errorf("remove dead letter: %w", err)
	}
	return s.unpart(ctx, d.Text)
}
