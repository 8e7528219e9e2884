package record

import (
	"context"
	"encoding/json"
	"time"

	"frontdesk/shared/table"
)

// Notice is what a channel told us besides messages and receipts.
type Notice struct {
	ID      string          `json:"id"`
	At      time.Time       `json:"at"`
	Account string          `json:"account"`
	Channel string          `json:"channel,omitempty"`
	Field   string          `json:"field"`
	Value   json.RawMessage `json:"value"`
}

// Note keeps a notice; the same id twice is kept once. One write.
func (s *Store) Note(ctx context.Context, n Notice) error {
	return s.put(ctx, table.Key{PK: monthPK("NOTICE", n.At), SK: n.ID}, n, table.Condition{}, s.expiry(n.At))
}
