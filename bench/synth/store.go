package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"frontdesk/shared/conversation"
	"frontdesk/shared/record"
)

// writers is how many conversations are written at once; the store commits them together.
const writers = 256

// fill writes a day of so many conversations. They go in in order of their ids, so that
// the store's file grows at its end, and nothing but the ids is held in memory.
func fill(ctx context.Context, s *record.Store, d day, conversations int, progress io.Writer) error {
	type place struct {
		id string
		n  int
	}
	all, at := make([]place, conversations), cells()
	for n := range all {
		all[n] = place{conversation.ID(at[n%len(at)].channel, personOf(n)), n}
	}
	slices.SortFunc(all, func(a, b place) int { return cmp.Compare(a.id, b.id) })
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(writers)
	for i, p := range all {
		if i > 0 && i%50_000 == 0 {
			fmt.Fprintf(progress, "%d of %d conversations written\n", i, conversations)
		}
		if ctx.Err() != nil {
			break
		}
		work.Go(func() error { return write(ctx, s, d, d.talk(p.n, at[p.n%len(at)])) })
	}
	return work.Wait()
}

// write stores what a conversation did in one transaction.
func write(ctx context.Context, s *record.Store, d day, t talk) error {
	err := s.Record(ctx, record.Turn{Head: t.head, New: t.messages, Receipts: t.receipts, Days: []string{d.name}})
	if err != nil {
		return fmt.Errorf("write a conversation of %s: %w", d.name, err)
	}
	return nil
}

// ended is a moment after the day, at which it can be rolled up.
func (d day) ended() time.Time { return d.start.Add(30 * time.Hour) }
