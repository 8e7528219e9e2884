package bolt

import (
	"bytes"
	"context"
	"fmt"

	"go.etcd.io/bbolt"

	"frontdesk/shared/table"
)

// Get implements [table.Table].
func (db *DB) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	if err := table.CheckKeys(keys); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	found := make([]table.Item, 0, len(keys))
	err := db.View(func(tx *bbolt.Tx) (err error) {
		found, err = openSpace(tx, db.now()).get(found, keys)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	return found, nil
}

func (s space) get(found []table.Item, keys []table.Key) ([]table.Item, error) {
	for i, k := range keys {
		if repeated(keys[:i], k) {
			continue
		}
		key := itemKey(k)
		it, err := decode(key, s.items.Get(key))
		if err != nil {
			return nil, err
		}
		if it.alive(s.now) {
			found = append(found, it.item(k))
		}
	}
	return found, nil
}

func repeated(before []table.Key, k table.Key) bool {
	for _, b := range before {
		if b == k {
			return true
		}
	}
	return false
}

// Put implements [table.Table].
func (db *DB) Put(ctx context.Context, item table.Item, cond table.Condition) error {
	return db.Transact(ctx, table.Write{Item: item, If: cond})
}

// Delete implements [table.Table].
func (db *DB) Delete(ctx context.Context, key table.Key, cond table.Condition) error {
	return db.Transact(ctx, table.Write{Item: table.Item{Key: key}, If: cond, Delete: true})
}

// Transact implements [table.Table].
func (db *DB) Transact(ctx context.Context, writes ...table.Write) error {
	return db.transact(ctx, db.hurry, writes)
}

func (db *DB) transact(ctx context.Context, join func(*job), writes []table.Write) error {
	if err := table.CheckWrites(writes); err != nil {
		return err
	}
	if len(writes) == 0 {
		return nil
	}
	return db.do(ctx, join, func(tx *bbolt.Tx) error {
		return openSpace(tx, db.now()).transact(writes)
	})
}

// transact checks every condition and only then writes.
func (s space) transact(writes []table.Write) error {
	keys, olds := make([][]byte, len(writes)), make([]stored, len(writes))
	for i, w := range writes {
		keys[i] = itemKey(w.Item.Key)
		old, err := decode(keys[i], s.items.Get(keys[i]))
		if err != nil {
			return fmt.Errorf("write: %w", err)
		}
		if !holds(w.If, old, s.now) {
			return s.conflict(w.Item.Key, old)
		}
		olds[i] = old
	}
	for i, w := range writes {
		if err := s.do(w, keys[i], olds[i]); err != nil {
			return fmt.Errorf("write: %w", err)
		}
	}
	return nil
}

func (s space) do(w table.Write, key []byte, old stored) error {
	switch {
	case w.Check:
		return nil
	case w.Delete:
		return s.delete(key, old)
	}
	return s.put(key, old, w.Item)
}

func holds(c table.Condition, old stored, now int64) bool {
	want, named := c.Version()
	if !named {
		return true
	}
	if !old.alive(now) {
		return want == 0
	}
	return want == old.version
}

func (s space) conflict(k table.Key, old stored) error {
	c := &table.Conflict{Key: k}
	if old.alive(s.now) {
		item := old.item(k)
		c.Current = &item
	}
	return c
}

// maxPage is how many bytes of bodies one page holds: DynamoDB's page is 1 MB.
const maxPage = 1 << 20

// Query implements [table.Table].
func (db *DB) Query(ctx context.Context, q table.Query) (table.Page, error) {
	if err := table.CheckQuery(q); err != nil {
		return table.Page{}, err
	}
	if err := ctx.Err(); err != nil {
		return table.Page{}, fmt.Errorf("query: %w", err)
	}
	var page table.Page
	err := db.View(func(tx *bbolt.Tx) (err error) {
		page, err = openSpace(tx, db.now()).query(q)
		db.wasRead(tx, page)
		return err
	})
	if err != nil {
		return table.Page{}, fmt.Errorf("query: %w", err)
	}
	return page, nil
}

// keepRead is how many bytes of bodies queries read before the pages that hold them are
// let go. A job that reads the whole file would else have all of it in memory.
const keepRead = 16 << 20

func (db *DB) wasRead(tx *bbolt.Tx, page table.Page) {
	n := int64(0)
	for _, it := range page.Items {
		n += int64(len(it.Body))
	}
	if db.read.Add(n) >= keepRead {
		db.read.Store(0)
		letGo(db.bolt, tx)
	}
}

func (s space) query(q table.Query) (table.Page, error) {
	var page table.Page
	size := 0
	r := newRange(q, s.items.Cursor())
	for key, value := r.first(); key != nil; key, value = r.next() {
		it, err := decode(key, value)
		if err != nil {
			return page, err
		}
		if !it.alive(s.now) {
			continue
		}
		n := len(page.Items)
		if n > 0 && (n == q.Limit || size+len(it.body) > maxPage) {
			page.Next = page.Items[n-1].SK
			return page, nil
		}
		size += len(it.body)
		page.Items = append(page.Items, it.item(splitKey(key)))
	}
	return page, nil
}

// keyRange walks the keys of a query: low ≤ key < high, in its direction.
type keyRange struct {
	cursor    *bbolt.Cursor
	low, high []byte
	down      bool
}

func newRange(q table.Query, c *bbolt.Cursor) keyRange {
	r := keyRange{cursor: c, down: q.Descending}
	r.low = itemKey(table.Key{PK: q.PK, SK: q.From})
	r.high = append([]byte(q.PK), 1)
	if q.To != "" {
		r.high = itemKey(table.Key{PK: q.PK, SK: q.To})
	}
	if q.After == "" {
		return r
	}
	after := itemKey(table.Key{PK: q.PK, SK: q.After})
	switch {
	case !q.Descending && bytes.Compare(after, r.low) >= 0:
		r.low = append(after, 0) // the key right behind it
	case q.Descending && bytes.Compare(after, r.high) < 0:
		r.high = after
	}
	return r
}

func (r keyRange) first() (key, value []byte) {
	if !r.down {
		return r.within(r.cursor.Seek(r.low))
	}
	if key, _ := r.cursor.Seek(r.high); key == nil {
		return r.within(r.cursor.Last())
	}
	return r.within(r.cursor.Prev())
}

func (r keyRange) next() (key, value []byte) {
	if r.down {
		return r.within(r.cursor.Prev())
	}
	return r.within(r.cursor.Next())
}

func (r keyRange) within(key, value []byte) ([]byte, []byte) {
	if key == nil || bytes.Compare(key, r.low) < 0 || bytes.Compare(key, r.high) >= 0 {
		return nil, nil
	}
	return key, value
}
