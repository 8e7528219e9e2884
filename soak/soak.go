// Package soak proves that every customer's message gets exactly one reply, or is
// in people's hands with a reason, whatever breaks between the customer and the
// reply. It runs many worlds side by side (package world), lets the auditor judge
// each (package audit), and adds up what was found, by kind of fault.
//
// docs/reliability.md says what is tested and what came of it.
package soak

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"frontdesk/shared/table"
	"frontdesk/soak/audit"
	"frontdesk/soak/world"
)

// Engine is one way to run the program.
type Engine struct {
	// Name is in reports and commands.
	Name string
	Host world.Host
	// Open makes an empty table with this clock.
	Open func(now func() time.Time) (table.Table, error)
}

// Plan says what to run on one engine.
type Plan struct {
	Engine  Engine
	Channel world.Channel
	// Seed is of the first world; the next ones count on.
	Seed uint64
	// Messages are all customers' messages, World how many of them each world has.
	Messages, World int
	// Workers is how many worlds run side by side.
	Workers int
	// Progress gets a line per world.
	Progress io.Writer
}

// Run lives every world of a plan and adds up. An error means that a world could
// not be run, not that something was found.
func Run(ctx context.Context, p Plan) (*Tally, error) {
	t := NewTally(p.Engine.Name, p.Channel)
	var mu sync.Mutex
	began := time.Now()
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(max(p.Workers, 1))
	for n := 0; n*p.World < p.Messages; n++ {
		cfg := world.Config{
			Seed: p.Seed + uint64(n), Host: p.Engine.Host, Channel: p.Channel, Open: p.Engine.Open, Messages: min(p.World, p.Messages-n*p.World),
		}
		work.Go(func() error {
			out, report, err := One(ctx, cfg)
			if err != nil {
				return fmt.Errorf("%s, seed %d: %w", p.Engine.Name, cfg.Seed, err)
			}
			mu.Lock()
			defer mu.Unlock()
			t.Add(out, report)
			fmt.Fprintf(p.Progress, "%-10s %-11s %7d of %d messages, %4.0f s, seed %d: %d findings that must not be\n",
				p.Engine.Name, p.Channel, t.Sent, p.Messages, time.Since(began).Seconds(), cfg.Seed, len(report.Bad()))
			return nil
		})
	}
	return t, work.Wait()
}

// One lives one world and audits it.
func One(ctx context.Context, cfg world.Config) (*world.Outcome, audit.Report, error) {
	if err := ctx.Err(); err != nil {
		return nil, audit.Report{}, err
	}
	out, err := world.Run(cfg)
	if err != nil {
		return nil, audit.Report{}, err
	}
	report, err := audit.Audit(ctx, out.Input)
	if c, ok := out.Table.(io.Closer); ok {
		_ = c.Close() // it has been read, and nobody needs it any more
	}
	return out, report, err
}
