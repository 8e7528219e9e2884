package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"

	"go.etcd.io/bbolt"
)

// sweepStep is how many items one commit removes, so that a sweep never holds up
// the writes that share it.
const sweepStep = 256

// Sweep removes up to limit expired items from the file and returns how many. Expired
// items are invisible without it; it gives their space back. It reads only what has
// expired.
func (db *DB) Sweep(ctx context.Context, limit int) (int, error) {
	swept := 0
	for swept < limit {
		n, want := 0, min(limit-swept, sweepStep)
		err := db.Do(ctx, func(tx *bbolt.Tx) (err error) {
			n, err = openSpace(tx, db.now()).sweep(want)
			return err
		})
		if err != nil {
			return swept, fmt.Errorf("sweep expired items: %w", err)
		}
		swept += n
		if n < want {
			break
		}
	}
	return swept, nil
}

func (s space) sweep(limit int) (int, error) {
	due := s.due(limit)
	for _, entry := range due {
		if err := s.items.Delete(entry[8:]); err != nil {
			return 0, err
		}
		if err := s.expiry.Delete(entry); err != nil {
			return 0, err
		}
	}
	return len(due), s.count(-len(due))
}

// due lists what has expired, the oldest first.
func (s space) due(limit int) [][]byte {
	var due [][]byte
	c := s.expiry.Cursor()
	for entry, _ := c.First(); entry != nil && len(due) < limit; entry, _ = c.Next() {
		if int64(binary.BigEndian.Uint64(entry)) > s.now {
			break
		}
		due = append(due, bytes.Clone(entry))
	}
	return due
}
