package clockwork

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"frontdesk/shared/report"
	"frontdesk/shared/week"
)

// Redo rolls up again every finished day from one to another, both included, so that a
// changed definition applies to them. Empty bounds, and wider ones, are the first day that was
// ever rolled up and yesterday. A day whose messages have expired is left as it is and named. It ends
// before a day that would begin after until (zero for never), and says where to go on.
// Repeating it changes nothing. tell is told of each day when it is done.
func (r *Rollup) Redo(ctx context.Context, from, to string, until time.Time, tell func(day string)) (report.Redone, error) {
	days, err := r.finished(ctx, from, to)
	if err != nil {
		return report.Redone{}, err
	}
	out := report.Redone{Done: []string{}, Expired: []string{}}
	for i, day := range days {
		if i > 0 && !until.IsZero() && r.Now().After(until) {
			out.Next, out.Left = day, len(days)-i
			return out, nil
		}
		start, _, err := week.Bounds(day, r.Zone)
		if err != nil {
			return out, err
		}
		if r.expired(start) {
			out.Expired = append(out.Expired, day)
			continue
		}
		if err := r.Day(ctx, day); err != nil {
			return out, err
		}
		out.Done = append(out.Done, day)
		tell(day)
	}
	return out, nil
}

// finished are the days of a span that are over.
func (r *Rollup) finished(ctx context.Context, from, to string) ([]string, error) {
	today, _, err := week.Bounds(week.Day(r.Now(), r.Zone), r.Zone)
	if err != nil {
		return nil, err
	}
	yesterday := week.Day(today.Add(-time.Minute), r.Zone)
	if to == "" || to > yesterday {
		to = yesterday
	}
	if _, err := week.OfDay(cmp.Or(from, to)); err != nil {
		return nil, fmt.Errorf("days to roll up again: %w", err)
	}
	rolled, err := r.Store.Rolled(ctx, "")
	if err != nil || len(rolled) == 0 {
		return nil, err
	}
	from = max(from, slices.Min(slices.Collect(maps.Keys(rolled))))
	days, err := week.Between(from, to)
	if err != nil {
		return nil, fmt.Errorf("days to roll up again: %w", err)
	}
	return days, nil
}

// expired reports whether messages of a day that began then may be gone.
func (r *Rollup) expired(start time.Time) bool {
	return r.Store.Keep > 0 && r.Now().Sub(start) >= r.Store.Keep-24*time.Hour
}

// Redo is [Rollup.Redo] for whoever has reports made.
func (w *Weekly) Redo(ctx context.Context, from, to string, until time.Time) (report.Redone, error) {
	r := &Rollup{Store: w.Store, Zone: w.Zone, Now: w.Now, Log: w.Log}
	return r.Redo(ctx, from, to, until, func(string) {})
}
