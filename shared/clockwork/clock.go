package clockwork

import (
	"context"
	"log/slog"
	"time"

	"frontdesk/shared/week"
)

// When the jobs run, in the company's zone. Channels fill in yesterday's figures
// late (WeCom's are zeros before six in the morning), and late receipts mark
// their day for another pass anyway.
const (
	nightlyAt = 3*time.Hour + 10*time.Minute
	weeklyAt  = 8 * time.Hour
)

// Clock runs the jobs on one machine, as EventBridge Scheduler does on AWS.
// Every job can be repeated, so a start in the middle of the day catches up.
type Clock struct {
	Zone *time.Location
	Now  func() time.Time
	Log  *slog.Logger
	// Nightly rolls up; Weekly sends the mails of a week; Minute is what is due.
	Nightly func(ctx context.Context, at time.Time) error
	Weekly  func(ctx context.Context, week string) error
	Minute  func(ctx context.Context) error

	rolled, mailed string // the last day and week that were done
}

// Run ticks every minute until ctx ends.
func (c *Clock) Run(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		c.Tick(ctx, c.Now())
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Tick does what is due at a moment. What fails is tried again at the next tick.
func (c *Clock) Tick(ctx context.Context, now time.Time) {
	c.do(ctx, "timers", func() error { return c.Minute(ctx) })
	local := now.In(c.Zone)
	midnight, _, err := week.Bounds(week.Day(now, c.Zone), c.Zone)
	if err != nil {
		return
	}
	since := local.Sub(midnight)
	if day := week.Day(now, c.Zone); since >= nightlyAt && c.rolled != day {
		if c.do(ctx, "rollup", func() error { return c.Nightly(ctx, now) }) {
			c.rolled = day
		}
	}
	if local.Weekday() != time.Monday || since < weeklyAt {
		return
	}
	last := week.Of(midnight.Add(-time.Hour), c.Zone)
	if c.mailed == last {
		return
	}
	if c.do(ctx, "weekly mail", func() error { return c.Weekly(ctx, last) }) {
		c.mailed = last
	}
}

func (c *Clock) do(ctx context.Context, name string, job func() error) bool {
	err := job()
	if err != nil && ctx.Err() == nil {
		c.Log.Error("a job failed", "alarm", "clockwork", "job", name, "error", err)
	}
	return err == nil
}
