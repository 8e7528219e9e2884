package record

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/table"
)

// Audit is one entry of who changed what.
type Audit struct {
	// ID sorts by time; see conversation.NewID.
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Who    string    `json:"who"`
	Where  string    `json:"where,omitempty"` // the address the change came from
	Action string    `json:"action"`          // playbook.publish, template.save, …
	Target string    `json:"target,omitempty"`
	// Old and New are the values before and after, when they are small enough to keep.
	Old json.RawMessage `json:"old,omitempty"`
	New json.RawMessage `json:"new,omitempty"`
}

// maxAuditValue is the largest old or new value that an entry keeps; a larger
// one stands in the version history.
const maxAuditValue = 100_000

// audit makes the item of an entry. It is the one place where entries are made, so what
// must not be in any is taken out here; see [Clean].
func (s *Store) audit(a Audit) (table.Item, error) {
	a.Who, a.Target = Clean(a.Who), Clean(a.Target)
	for _, v := range []*json.RawMessage{&a.Old, &a.New} {
		var err error
		if *v, err = cleanValue(*v); err != nil {
			return table.Item{}, fmt.Errorf("clean an audit entry: %w", err)
		}
		if len(*v) > maxAuditValue {
			*v, _ = json.Marshal(fmt.Sprintf("%d bytes, see the version history", len(*v)))
		}
	}
	return item(table.Key{PK: monthPK("AUDIT", a.At), SK: a.ID}, a, time.Time{})
}

// Log writes one audit entry on its own. One write.
func (s *Store) Log(ctx context.Context, a Audit) error {
	it, err := s.audit(a)
	if err != nil {
		return err
	}
	return stale(s.Table.Put(ctx, it, table.Absent()))
}

// AuditSearch says which entries are looked for. Empty fields let all pass.
type AuditSearch struct {
	// Who is the whole name, Target the whole target, Action the whole action.
	Who, Target, Action string
	// Before continues behind the entry with this id.
	Before string
	// From bounds how far back is looked, in whole months.
	From time.Time
}

func (q AuditSearch) wants(a Audit) bool {
	return (q.Who == "" || Clean(q.Who) == a.Who) && (q.Target == "" || Clean(q.Target) == a.Target) && (q.Action == "" || q.Action == a.Action)
}

// auditReads bounds the reads of one search and auditBatch the entries of one of them.
const (
	auditReads = 20
	auditBatch = 200
)

// AuditPage reads up to limit entries that a search wants, newest first, from the month of
// a moment back. next is the id behind which the next page begins, empty when there
// is none; there may be one behind a page that is short or empty, because a search ends
// after 20 reads. One read when nothing is searched for and one month is enough.
func (s *Store) AuditPage(ctx context.Context, at time.Time, q AuditSearch, limit int) (page []Audit, next string, err error) {
	month := monthOf(at)
	if q.Before != "" {
		month = monthOf(conversation.IDTime(q.Before))
	}
	batch := limit + 1 // one more tells whether there is a page behind
	if q.Who+q.Target+q.Action != "" {
		batch = auditBatch
	}
	after := q.Before
	for range auditReads {
		got, err := s.Table.Query(ctx, table.Query{PK: monthPK("AUDIT", month), Descending: true, Limit: batch, After: after})
		if err != nil {
			return nil, "", fmt.Errorf("read audit: %w", err)
		}
		for _, it := range got.Items {
			var a Audit
			if err := decode(it, &a); err != nil {
				return nil, "", err
			}
			if len(page) == limit {
				return page, after, nil
			}
			if after = a.ID; q.wants(a) {
				page = append(page, a)
			}
		}
		if got.Next != "" {
			continue
		}
		if month = month.AddDate(0, -1, 0); month.Before(monthOf(q.From)) {
			return page, "", nil
		}
		// Ids sort by time, so every entry of the month before comes behind this one.
		after = conversation.IDBound(month.AddDate(0, 1, 0))
	}
	return page, after, nil
}

func monthOf(at time.Time) time.Time {
	at = at.UTC()
	return time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
}
