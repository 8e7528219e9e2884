package bench

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/table"
)

// bill is a table that counts what AWS would: DynamoDB Local is kinder. It reports
// nothing for reading what is not there, where AWS takes a unit, and rounds a
// transaction up as a whole, where AWS rounds each of its items.
//
// Source: AWS, "DynamoDB read and write operations" and "Item sizes and formats".
type bill struct {
	table.Table
	mu  sync.Mutex
	sum items
}

// items is what a bill lists: units, and the KPI rows that queries returned.
type items struct{ read, write, rows int }

// take returns the bill since it was asked for last.
func (b *bill) take() items {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := b.sum
	b.sum = items{}
	return i
}

func (b *bill) add(i items) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sum.read, b.sum.write, b.sum.rows = b.sum.read+i.read, b.sum.write+i.write, b.sum.rows+i.rows
}

// How many bytes a unit holds, and what a transaction's units cost.
const (
	readUnit  = 4096
	writeUnit = 1024
	twice     = 2
)

func (b *bill) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	found, err := b.Table.Get(ctx, keys...)
	n := len(keys) - len(found)
	for _, it := range found {
		n += rounded(size(it), readUnit)
	}
	b.add(items{read: n})
	return found, err
}

func (b *bill) Query(ctx context.Context, q table.Query) (table.Page, error) {
	page, err := b.Table.Query(ctx, q)
	sum := 0
	for _, it := range page.Items {
		sum += size(it)
	}
	i := items{read: rounded(sum, readUnit)}
	if strings.HasPrefix(q.PK, "KPI#") {
		i.rows = len(page.Items)
	}
	b.add(i)
	return page, err
}

func (b *bill) Put(ctx context.Context, item table.Item, cond table.Condition) error {
	b.add(items{write: rounded(size(item), writeUnit)})
	return b.Table.Put(ctx, item, cond)
}

func (b *bill) Transact(ctx context.Context, writes ...table.Write) error {
	times, n := twice, 0
	if len(writes) == 1 {
		times = 1 // an ordinary write
	}
	for _, w := range writes {
		n += times * rounded(size(w.Item), writeUnit)
	}
	b.add(items{write: n})
	return b.Table.Transact(ctx, writes...)
}

// rounded is how many units hold so many bytes; an empty call takes one too.
func rounded(bytes, unit int) int { return max((bytes+unit-1)/unit, 1) }

// size is what DynamoDB counts of an item: the names and the values of its
// attributes, a number as about half a byte a digit.
func size(it table.Item) int {
	n := len("pk") + len(it.PK) + len("sk") + len(it.SK) + len("body") + len(it.Body) + len("v") + 2
	if !it.Expires.IsZero() {
		n += len("ttl") + 6
	}
	return n
}

func TestTheBillRoundsAsAWSDoes(t *testing.T) {
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	small := table.Item{Key: table.Key{PK: "a", SK: "b"}, Body: strings.Repeat("x", 100), Expires: at}
	large := table.Item{Key: table.Key{PK: "a", SK: "c"}, Body: strings.Repeat("x", 1024)}
	b := &bill{Table: nothing{}}
	check := func(what string, read, write int) {
		t.Helper()
		if got := b.take(); got.read != read || got.write != write {
			t.Errorf("%s: got %d read and %d write units, want %d and %d", what, got.read, got.write, read, write)
		}
	}
	_ = b.Put(t.Context(), small, table.Absent())
	check("a small item", 0, 1)
	_ = b.Put(t.Context(), large, table.Absent())
	check("just over 1 KB", 0, 2)
	_ = b.Transact(t.Context(), table.Write{Item: small}, table.Write{Item: large})
	check("both in a transaction", 0, 6)
	_, _ = b.Get(t.Context(), small.Key, large.Key)
	check("two items that are not there", 2, 0)
	_, _ = b.Query(t.Context(), table.Query{PK: "a"})
	check("a query that finds nothing", 1, 0)
}

// nothing is a table that holds nothing and keeps nothing.
type nothing struct{ table.Table }

func (nothing) Get(context.Context, ...table.Key) ([]table.Item, error) { return nil, nil }
func (nothing) Query(context.Context, table.Query) (table.Page, error)  { return table.Page{}, nil }
func (nothing) Put(context.Context, table.Item, table.Condition) error  { return nil }
func (nothing) Transact(context.Context, ...table.Write) error          { return nil }
