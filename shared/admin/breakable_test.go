package admin_test

import (
	"context"
	"sync/atomic"

	"frontdesk/shared/table"
)

// breakable is a table that can be told to fail.
type breakable struct {
	table.Table
	// err is what reads return, refusePuts what single writes do; nil for neither.
	err, refusePuts error
	// refuseAll is what transactions return.
	refuseAll error
	queries   atomic.Int64
}

func (b *breakable) Query(ctx context.Context, q table.Query) (table.Page, error) {
	b.queries.Add(1)
	return b.Table.Query(ctx, q)
}

func (b *breakable) Transact(ctx context.Context, writes ...table.Write) error {
	if b.refuseAll != nil {
		return b.refuseAll
	}
	return b.Table.Transact(ctx, writes...)
}

func (b *breakable) Put(ctx context.Context, item table.Item, cond table.Condition) error {
	if b.refusePuts != nil {
		return b.refusePuts
	}
	return b.Table.Put(ctx, item, cond)
}

func (b *breakable) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	if b.err != nil {
		return nil, b.err
	}
	return b.Table.Get(ctx, keys...)
}
