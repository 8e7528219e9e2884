package record

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

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

func (s *Store) audit(a Audit) (table.Item, error) {
	for _, v := range []*json.RawMessage{&a.Old, &a.New} {
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

// AuditPage reads up to limit entries of the month of a moment, newest first,
// older than before (an id, or empty). One read.
func (s *Store) AuditPage(ctx context.Context, month time.Time, before string, limit int) ([]Audit, error) {
	page, err := s.Table.Query(ctx, table.Query{PK: monthPK("AUDIT", month), Descending: true, Limit: limit, After: before})
	if err != nil {
		return nil, fmt.Errorf("read audit: %w", err)
	}
	out := make([]Audit, 0, len(page.Items))
	for _, it := range page.Items {
		var a Audit
		if err := decode(it, &a); err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}
