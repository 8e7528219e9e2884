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
	// Nightly rolls up; Weekly puts out the cards of a week; Mails sends the mails whose hour
	// has come; Minute is what is due.
	Nightly func(ctx context.Context, at time.Time) error
	Weekly  func(ctx context.Context, week string) error
	Mails   func(ctx context.Context, at time.Time) error
	Minute  func(ctx context.Context) error

	rolled, mailed string               // the last day and week that were done
	retry          map[string]time.Time // when a job that failed may be tried again
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

// Tick does what is due at a moment. The mails and cards of a week wait for a night's
// rollup after its end; a machine that was off on Monday sends them when it is back.
func (c *Clock) Tick(ctx context.Context, now time.Time) {
	c.do(ctx, "timers", now, func() error { return c.Minute(ctx) })
	today := week.Day(now, c.Zone)
	midnight, _, err := week.Bounds(today, c.Zone)
	if err != nil {
		return
	}
	since := now.Sub(midnight)
	if since >= nightlyAt && c.rolled != today && c.do(ctx, "rollup", now, func() error { return c.Nightly(ctx, now) }) {
		c.rolled = today
	}
	c.mails(ctx, now)
	if c.rolled != today || midnight.Weekday() == time.Monday && since < weeklyAt {
		return
	}
	last, err := week.Before(week.Of(now, c.Zone), 1)
	if err != nil || c.mailed == last {
		return
	}
	if c.do(ctx, "weekly cards", now, func() error { return c.Weekly(ctx, last) }) {
		c.mailed = last
	}
}

// mails sends what is due when some night since the last week's end was rolled up.
func (c *Clock) mails(ctx context.Context, now time.Time) {
	days, err := week.Days(week.Of(now, c.Zone))
	if err == nil && c.rolled >= days[0] {
		c.do(ctx, "weekly mail", now, func() error { return c.Mails(ctx, now) })
	}
}

// again is how long a job that failed rests.
const again = 15 * time.Minute

func (c *Clock) do(ctx context.Context, name string, now time.Time, job func() error) bool {
	if now.Before(c.retry[name]) {
		return false
	}
	err := job()
	if err == nil {
		delete(c.retry, name)
		return true
	}
	if c.retry == nil {
		c.retry = map[string]time.Time{}
	}
	c.retry[name] = now.Add(again)
	if ctx.Err() == nil {
		c.Log.Error("a job failed", "alarm", "clockwork", "job", name, "error", err)
	}
	return false
}
