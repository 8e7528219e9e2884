// Package record keeps what happened: it turns heads, messages, receipts,
// playbooks, KPI rows and the rest into items of the table and back. Every key
// is made in keys.go; nobody else builds one.
//
// It decides nothing. Each function is one read or one write of the table
// (a transaction counts as one), which its comment says, so that the cost of a
// step can be read off the code that calls it.
package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"frontdesk/shared/table"
)

// Keep is how long messages, receipts, heads and dead letters are kept after
// they were last written, unless [Store.Keep] says otherwise.
const Keep = 365 * 24 * time.Hour

// Store reads and writes records.
type Store struct {
	Table table.Table
	// Keep is the retention of personal data.
	Keep time.Duration
}

// New returns a store with the default retention.
func New(t table.Table) *Store { return &Store{Table: t, Keep: Keep} }

// ErrDuplicate says that a record with this id exists already.
var ErrDuplicate = errors.New("already recorded")

// ErrStale says that a record has changed since it was read; read it again.
var ErrStale = errors.New("changed since it was read")

// ErrNotFound says that there is no such record.
var ErrNotFound = table.ErrNotFound

// item encodes v under a key. Only values of this package's own types come
// here, and they all have a JSON form.
func item(key table.Key, v any, expires time.Time) (table.Item, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return table.Item{}, fmt.Errorf("encode %s: %w", key, err)
	}
	// What a channel sent may hold bytes that are no text; the table takes text only.
	text := strings.ToValidUTF8(string(body), "\ufffd")
	return table.Item{Key: key, Body: text, Expires: expires}, nil
}

func decode(it table.Item, v any) error {
	if err := json.Unmarshal([]byte(it.Body), v); err != nil {
		return fmt.Errorf("decode %s: %w", it.Key, err)
	}
	return nil
}

// put writes v under a condition; a condition that fails becomes stale.
func (s *Store) put(ctx context.Context, key table.Key, v any, cond table.Condition, expires time.Time) error {
	it, err := item(key, v, expires)
	if err != nil {
		return err
	}
	return stale(s.Table.Put(ctx, it, cond))
}

func stale(err error) error {
	if errors.Is(err, table.ErrConflict) {
		return fmt.Errorf("%w: %w", ErrStale, err)
	}
	return err
}

// get reads one record into v and returns its version.
func (s *Store) get(ctx context.Context, key table.Key, v any) (int64, error) {
	it, err := table.GetOne(ctx, s.Table, key)
	if err != nil {
		return 0, err
	}
	return it.Version, decode(it, v)
}

// each decodes every item of a query and hands it on with its version.
func each[T any](ctx context.Context, s *Store, q table.Query, yield func(it table.Item, v T) bool) error {
	var bad error
	err := table.All(ctx, s.Table, q, func(it table.Item) bool {
		var v T
		if bad = decode(it, &v); bad != nil {
			return false
		}
		return yield(it, v)
	})
	return errors.Join(err, bad)
}

// page reads the items of one query and makes a row of each. With an error come the rows
// before it. One read.
func page[T any](ctx context.Context, s *Store, q table.Query, row func(table.Item) (T, error)) ([]T, error) {
	got, err := s.Table.Query(ctx, q)
	if err != nil {
		return nil, err
	}
	rows := make([]T, 0, len(got.Items))
	for _, it := range got.Items {
		r, err := row(it)
		if err != nil {
			return rows, err
		}
		rows = append(rows, r)
	}
	return rows, nil
}
