// Package table is the one door to stored data. A [Table] keeps items under a
// two-part key, partition (PK) and sort (SK), and offers five operations. There
// are two engines behind the same promises: dynamo (DynamoDB) and bolt (one
// file); tabletest holds the contract that both must pass.
//
// An item's body is JSON text that the package owning the record encodes. The
// table never looks inside. Key design lives in package record, nowhere else.
package table

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// MaxBody is the largest body in bytes that an item may have: DynamoDB allows
// 400 KB an item, and both engines refuse the same sizes.
const MaxBody = 380_000

// The errors that callers compare with [errors.Is].
var (
	// ErrNotFound: Get of one key found nothing (or something expired).
	ErrNotFound = errors.New("no such item")
	// ErrConflict: a condition did not hold, so nothing was written. Wrapped in
	// a [*Conflict] that names the item.
	ErrConflict = errors.New("the item is not as expected")
	// ErrTooLarge: a body is over MaxBody, or a transaction over its limits.
	ErrTooLarge = errors.New("too large to store")
	// ErrBusy: the engine is throttled, out of space or closing; nothing was
	// written and the call may be repeated after a pause.
	ErrBusy = errors.New("the table is busy")
)

// Key addresses one item. PK groups items that are read together; SK orders
// them, bytewise, inside the group. Neither may be empty. Errors show keys, so keys
// hold no personal data.
type Key struct{ PK, SK string }

func (k Key) String() string { return k.PK + " / " + k.SK }

// Item is one stored item.
type Item struct {
	Key
	// Body is JSON text.
	Body string
	// Version counts the writes of this item: 1 after the first. The engine sets it.
	Version int64
	// Expires is when the item may vanish; zero means never. From that moment on
	// no operation returns it, and Absent holds for it. Whole seconds.
	Expires time.Time
}

// Condition must hold for a write to happen. The zero value always holds.
type Condition struct {
	kind    condKind
	version int64
}

type condKind uint8

const (
	condAny condKind = iota
	condAbsent
	condVersion
)

// Absent holds when there is no such item.
func Absent() Condition { return Condition{kind: condAbsent} }

// AtVersion holds when the item exists with exactly this version; version 0
// means that it must be absent.
func AtVersion(v int64) Condition {
	if v == 0 {
		return Absent()
	}
	return Condition{kind: condVersion, version: v}
}

// Any reports whether the condition always holds.
func (c Condition) Any() bool { return c.kind == condAny }

// Version returns the wanted version and whether the condition names one;
// version 0 stands for [Absent].
func (c Condition) Version() (int64, bool) { return c.version, c.kind != condAny }

// Write is one step of a transaction.
type Write struct {
	Item   Item // for Delete only the key is used
	If     Condition
	Delete bool
	// Check makes the step test its condition and write nothing.
	Check bool
}

// MaxWrites is how many steps one transaction may have; DynamoDB allows 100.
const MaxWrites = 100

// Query asks for the items of one partition in order of SK.
type Query struct {
	PK string
	// From and To bound SK: From ≤ SK < To. Empty means unbounded.
	From, To string
	// Descending returns the highest SK first.
	Descending bool
	// Limit is the most items to return, 0 for as many as one page holds.
	Limit int
	// After continues behind this SK (exclusive), in the query's direction.
	After string
}

// Page is one page of a query's answer. Next is what to put in [Query.After]
// for the page behind it; empty when there is none.
type Page struct {
	Items []Item
	Next  string
}

// Table is what both engines offer. Reads see every write that was answered
// before they began.
type Table interface {
	// Get returns the items under these keys, in no particular order and without
	// those that do not exist. It is one call however many keys (at most 100).
	Get(ctx context.Context, keys ...Key) ([]Item, error)
	// Put writes the item when the condition holds. On [ErrConflict] the error
	// is a [*Conflict] that holds the item as it is.
	Put(ctx context.Context, item Item, cond Condition) error
	// Delete removes the item when the condition holds. Deleting what is not
	// there is no error unless the condition says so.
	Delete(ctx context.Context, key Key, cond Condition) error
	// Query returns one page of one partition in order.
	Query(ctx context.Context, q Query) (Page, error)
	// Transact does all writes or none. No key may occur twice. On [ErrConflict]
	// the error is a [*Conflict] for the first step whose condition failed.
	Transact(ctx context.Context, writes ...Write) error
}

// Conflict tells which item was not as expected.
type Conflict struct {
	Key Key
	// Current is the item as it is; nil when there is none.
	Current *Item
}

func (c *Conflict) Error() string {
	return fmt.Sprintf("write %s: %v", c.Key, ErrConflict)
}

// Unwrap makes errors.Is(err, ErrConflict) true.
func (c *Conflict) Unwrap() error { return ErrConflict }

// GetOne returns the item under one key, or [ErrNotFound].
func GetOne(ctx context.Context, t Table, key Key) (Item, error) {
	items, err := t.Get(ctx, key)
	if err != nil {
		return Item{}, err
	}
	if len(items) == 0 {
		return Item{}, fmt.Errorf("get %s: %w", key, ErrNotFound)
	}
	return items[0], nil
}

// All calls yield for every item that the query finds, page after page, until
// yield returns false or an error happens.
func All(ctx context.Context, t Table, q Query, yield func(Item) bool) error {
	for {
		page, err := t.Query(ctx, q)
		if err != nil {
			return err
		}
		for _, item := range page.Items {
			if !yield(item) {
				return nil
			}
		}
		if page.Next == "" {
			return nil
		}
		q.After = page.Next
	}
}
