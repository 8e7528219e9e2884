package clockwork

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
	"frontdesk/shared/week"
)

// MaxDays is the longest period that is reported on.
const MaxDays = 400

// maxLive is about how many conversations of today are read at once. A busier day has no
// figures before the night.
const maxLive = 2000

// ErrLong says that a period is longer than [MaxDays].
var ErrLong = fmt.Errorf("a period has at most %d days", MaxDays)

// Period builds the figures of the days from one to another, both included, narrowed as the
// options say, and compares them with as many days before. When today is among them it is
// reckoned now from today's conversations, with the code that rolls up days. One read for each
// week, one for the names; for today one for each list of conversations, and two for each of
// them. [ErrLong], [report.ErrOrder] and [week.ErrFormat]: it is no such period.
func (w *Weekly) Period(ctx context.Context, from, to string, o report.Options) (report.Period, error) {
	before, err := asLong(from, to)
	if err != nil {
		return report.Period{}, err
	}
	rows, err := w.rows(ctx, before, to, o)
	if err != nil {
		return report.Period{}, err
	}
	now, today := w.Now(), week.Day(w.Now(), w.Zone)
	var live *report.Live
	if from <= today && today <= to {
		if live, err = w.today(ctx, now, &rows); err != nil {
			return report.Period{}, err
		}
	}
	narrowed := o
	if err := w.name(ctx, &o); err != nil {
		return report.Period{}, err
	}
	o.Channel, o.Team = narrowed.Channel, narrowed.Team
	p, err := report.BuildPeriod(from, to, rows, o)
	if err != nil {
		return p, fmt.Errorf("report of %s to %s: %w", from, to, err)
	}
	p.Live = live
	last, err := week.Shift(from, -1)
	if err != nil {
		return p, err
	}
	earlier, err := report.BuildPeriod(before, last, rows, o)
	if err != nil {
		return p, fmt.Errorf("report of the period before: %w", err)
	}
	return p.Against(earlier), nil
}

// asLong is the first day of the period before, which is as long.
func asLong(from, to string) (string, error) {
	longest, err := week.Shift(from, MaxDays-1)
	if err != nil {
		return "", err
	}
	if to > longest {
		return "", ErrLong
	}
	days, err := week.Between(from, to)
	if err != nil {
		return "", err
	}
	if len(days) == 0 {
		return "", report.ErrOrder
	}
	return week.Shift(from, -len(days))
}

// rows reads the rows of days. Of what the report is not about it keeps that the day has
// figures, and no more.
func (w *Weekly) rows(ctx context.Context, from, to string, o report.Options) ([]rollup.Row, error) {
	days, err := week.Between(from, to)
	if err != nil {
		return nil, err
	}
	var out []rollup.Row
	last := ""
	for _, day := range days {
		name, err := week.OfDay(day)
		if err != nil {
			return nil, err
		}
		if name == last {
			continue
		}
		last = name
		stored, err := w.Store.KPIRows(ctx, name)
		if err != nil {
			return nil, err
		}
		for _, s := range stored {
			row := rollup.Row{Day: s.Day}
			if s.Day < from || s.Day > to {
				continue
			}
			if (o.Channel == "" || o.Channel == s.Channel) && (o.Team == "" || o.Team == s.Team) {
				if row, err = report.Decode(s.Body, 0); err != nil {
					return nil, fmt.Errorf("decode KPI row of %s: %w", s.Day, err)
				}
			}
			out = append(out, row)
		}
	}
	return out, nil
}

// today puts the rows of today among others, unless it is too busy. Rows of today that are
// stored already give way: after a move of the company's zone to the west, the day that was
// rolled up last goes on.
func (w *Weekly) today(ctx context.Context, now time.Time, rows *[]rollup.Row) (*report.Live, error) {
	day := week.Day(now, w.Zone)
	r := &Rollup{Store: w.Store, Zone: w.Zone, Now: w.Now, Log: w.Log}
	live := &report.Live{Day: day, At: now.UTC()}
	all, err := r.sofar(ctx, day)
	if errors.Is(err, errBusy) {
		live.TooBusy = true
		return live, nil
	}
	if err != nil {
		return nil, fmt.Errorf("figures of today: %w", err)
	}
	*rows = append(slices.DeleteFunc(*rows, func(row rollup.Row) bool { return row.Day == day }), all...)
	return live, nil
}

var errBusy = errors.New("too many conversations to be read at once")

// sofar are the rows of a day as it is now; errBusy when there is too much to read.
func (r *Rollup) sofar(ctx context.Context, day string) ([]rollup.Row, error) {
	busy, err := r.Store.Busy(ctx, day, maxLive)
	if err != nil {
		return nil, err
	}
	if busy {
		return nil, errBusy
	}
	from, to, err := week.Bounds(day, r.Zone)
	if err != nil {
		return nil, err
	}
	sum, err := r.whole(ctx, span{day: day, from: from, to: to})
	if err != nil {
		return nil, err
	}
	rows := make([]rollup.Row, len(sum.rows))
	for i, s := range sum.rows {
		if err := json.Unmarshal(s.Body, &rows[i]); err != nil {
			return nil, fmt.Errorf("decode a row of today: %w", err)
		}
	}
	return rows, nil
}
