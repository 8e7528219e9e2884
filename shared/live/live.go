// Package live holds the published playbook, compiled, in memory. Whoever
// answers asks the table only for the number of the live version, and that at
// most once every [MaxAge]; a version is read and compiled when its number is new.
package live

import (
	"context"
	"fmt"
	"sync"
	"time"

	"frontdesk/shared/decide"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/render"
)

// MaxAge is how long a number is trusted: published changes answer the next
// customer within it.
const MaxAge = 3 * time.Second

// Book is one compiled version: what decides and what renders.
type Book struct {
	*decide.Book
	Templates *render.Set
	// Draft is the stored version of the draft that this is; 0 for a published version.
	Draft int64
}

// Compile makes a book of a playbook. It fails on what package publish would
// have refused.
func Compile(p *playbook.Playbook, version int64) (*Book, error) {
	b, err := decide.Compile(p, version)
	if err != nil {
		return nil, fmt.Errorf("compile playbook version %d: %w", version, err)
	}
	return &Book{Book: b, Templates: render.New(p)}, nil
}

// Cache keeps the live book.
type Cache struct {
	Store *record.Store

	mu    sync.Mutex
	book  *Book
	asked time.Time
}

// Due reports whether the number should be asked for again.
func (c *Cache) Due(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.book == nil || now.Sub(c.asked) >= MaxAge || now.Before(c.asked)
}

// Use returns the book of the version that was just read as the live one.
func (c *Cache) Use(ctx context.Context, version int64, now time.Time) (*Book, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.book == nil || c.book.Version() != version {
		book, err := Load(ctx, c.Store, version)
		if err != nil {
			return nil, err
		}
		c.book = book
	}
	c.asked = now
	return c.book, nil
}

// Book returns the live book, asking the table for its number when that is due.
func (c *Cache) Book(ctx context.Context, now time.Time) (*Book, error) {
	if !c.Due(now) {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.book, nil
	}
	version, err := c.Store.Live(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask for the live playbook: %w", err)
	}
	return c.Use(ctx, version, now)
}

// Load reads and compiles one version; version 0, before anything was
// published, is an empty playbook that answers nobody.
func Load(ctx context.Context, s *record.Store, version int64) (*Book, error) {
	if version == 0 {
		return Compile(&playbook.Playbook{Languages: []string{"en"}}, 0)
	}
	p, _, err := s.Playbook(ctx, version)
	if err != nil {
		return nil, err
	}
	return Compile(&p, version)
}
