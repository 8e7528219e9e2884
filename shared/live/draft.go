package live

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
)

// Draft keeps the draft of the playbook, compiled, for test contacts. Nothing is read until
// one of them writes.
type Draft struct {
	Store *record.Store
	// Check says what keeps a playbook from going live (see package publish).
	Check func(p playbook.Playbook, now time.Time) []playbook.Fault

	mu sync.Mutex
	// number is the stored version that was last looked at, book what was made of it.
	number int64
	book   *Book
	asked  time.Time
}

// Book returns the draft, at most [MaxAge] old; nil when there is none, or one that could
// not go live. One read when that is due, and one more for each MB of a large draft.
func (d *Draft) Book(ctx context.Context, now time.Time) (*Book, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.asked.IsZero() && now.Sub(d.asked) < MaxAge && !now.Before(d.asked) {
		return d.book, nil
	}
	p, number, err := d.Store.Draft(ctx)
	if err != nil && !errors.Is(err, record.ErrNotFound) {
		return nil, fmt.Errorf("read the draft for a test contact: %w", err)
	}
	if number != d.number {
		d.number, d.book = number, d.compile(&p, number, now)
	}
	d.asked = now
	return d.book, nil
}

// compile is nil for no draft, and for one that is not fit to go live.
func (d *Draft) compile(p *playbook.Playbook, number int64, now time.Time) *Book {
	if number == 0 || len(d.Check(*p, now)) > 0 {
		return nil
	}
	book, err := Compile(p, 0)
	if err != nil { // the check has said why
		return nil
	}
	book.Draft = number
	return book
}
