package clockwork

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"frontdesk/shared/live"
	"frontdesk/shared/mail"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
	"frontdesk/shared/review"
	"frontdesk/shared/rollup"
	"frontdesk/shared/week"
)

// Weekly makes the report of an ISO week and mails it to every recipient, once.
type Weekly struct {
	Store *record.Store
	Live  *live.Cache
	// Channels are display names by channel id.
	Channels map[string]string
	Zone     *time.Location
	// From is the sender; recipients who want no more mail write to it.
	From string
	Now  func() time.Time
	Log  *slog.Logger
	// RollUp makes the figures of a day (see [Rollup.Day]). Nil: a week is
	// mailed with what there is of it.
	RollUp func(ctx context.Context, day string) error
	// PublicURL is where mail clients reach the page to unsubscribe: https://desk.example.com.
	// Empty: the link in a mail is an address to write to.
	PublicURL string
	// Entropy is where a key and the ids of audit entries come from.
	Entropy io.Reader
	// Send hands a mail over; nil means that it was accepted. An error with a method
	// Unknown() bool that is true says that nobody knows whether it was, one with
	// Permanent() bool that the server will never take mail for that address.
	Send func(ctx context.Context, e mail.Envelope) error
}

// Last is the ISO week before the one of a moment: the one to report on.
func (w *Weekly) Last(now time.Time) string {
	last, err := week.Before(week.Of(now, w.Zone), 1)
	if err != nil {
		return "" // Of gives valid weeks only
	}
	return last
}

// Report builds the figures of a week, narrowed to a channel or a team when these
// are not empty. One read per week that it looks at, one for what channels counted
// themselves, and one for the names.
func (w *Weekly) Report(ctx context.Context, name string, o report.Options) (report.Week, error) {
	read, err := w.read(ctx, name)
	if err != nil {
		return report.Week{}, err
	}
	return read.report(o)
}

// reading is everything that the reports of one week are made of.
type reading struct {
	week  string
	rows  []rollup.Row
	own   []rollup.ChannelDay
	names report.Options
	// recent are the stored rows of the weeks that the review list looks at, the latest week
	// first, and review what that is made of, once somebody has asked for it.
	recent [][]record.KPIRow
	review *review.Input
}

func (r reading) report(o report.Options) (report.Week, error) {
	names := r.names
	names.Channel, names.Team = o.Channel, o.Team
	figures, err := report.Build(r.week, r.rows, names)
	if err != nil {
		return figures, err
	}
	figures.Own, err = report.OwnFigures(r.week, r.own, names)
	return figures, err
}

// missing lists the days of the week that have no rows.
func (r reading) missing() ([]string, error) {
	days, err := week.Days(r.week)
	return slices.DeleteFunc(slices.Clone(days[:]), func(day string) bool {
		return slices.ContainsFunc(r.rows, func(row rollup.Row) bool { return row.Day == day })
	}), err
}

// read reads the rows of a week and the weeks before it, and what things are
// called now.
func (w *Weekly) read(ctx context.Context, name string) (reading, error) {
	out := reading{week: name, review: &review.Input{}}
	for back := range report.Weeks {
		earlier, err := week.Before(name, back)
		if err != nil {
			return out, err
		}
		stored, err := w.Store.KPIRows(ctx, earlier)
		if err != nil {
			return out, err
		}
		if back < review.Weeks {
			out.recent = append(out.recent, stored)
		}
		for _, s := range stored {
			row, err := report.Decode(s.Body, back)
			if err != nil {
				return out, fmt.Errorf("decode KPI row of %s: %w", s.Day, err)
			}
			out.rows = append(out.rows, row)
		}
	}
	if err := w.counted(ctx, &out); err != nil {
		return out, err
	}
	return out, w.name(ctx, &out.names)
}

// counted reads what channels counted themselves in the week.
func (w *Weekly) counted(ctx context.Context, out *reading) error {
	stored, err := w.Store.ChannelDays(ctx, out.week)
	if err != nil {
		return err
	}
	for _, s := range stored {
		var d rollup.ChannelDay
		if err := json.Unmarshal(s.Body, &d); err != nil {
			return fmt.Errorf("decode a channel's own figures of %s: %w", s.Day, err)
		}
		out.own = append(out.own, d)
	}
	return nil
}

// name fills in what filters, templates, teams and channels are called now.
func (w *Weekly) name(ctx context.Context, o *report.Options) error {
	book, err := w.Live.Book(ctx, w.Now())
	if err != nil {
		return err
	}
	p := book.Playbook()
	o.Channels, o.Filters, o.Templates, o.Teams = w.Channels, map[string]string{}, map[string]string{}, map[string]string{}
	o.Agents = map[string]string{}
	for _, f := range p.Filters {
		o.Filters[f.ID] = f.Name
	}
	for _, t := range p.Templates {
		o.Templates[t.ID] = t.Name
	}
	for _, t := range p.Teams {
		o.Teams[t.ID] = t.Name
		for _, m := range t.Members {
			o.Agents[m.ID] = m.Name // the id when there is none
		}
	}
	return nil
}

// ErrNotBegun is why a week is not mailed: it has not begun in the company's zone.
var ErrNotBegun = errors.New("this week has not begun, and its mail goes out once: send it when it is over")

// complete reads a week after rolling up what is missing of its days that are over, where
// that can be done. [ErrNotBegun].
func (w *Weekly) complete(ctx context.Context, name string) (reading, error) {
	today := week.Day(w.Now(), w.Zone)
	days, err := week.Days(name)
	if err != nil {
		return reading{}, err
	}
	if days[0] > today {
		return reading{}, ErrNotBegun
	}
	read, err := w.read(ctx, name)
	if err != nil || w.RollUp == nil {
		return read, err
	}
	missing, err := read.missing()
	if err != nil {
		return read, err
	}
	missing = slices.DeleteFunc(missing, func(day string) bool { return day >= today })
	if len(missing) == 0 {
		return read, nil
	}
	for _, day := range missing {
		if err := w.RollUp(ctx, day); err != nil {
			return read, err
		}
	}
	return w.read(ctx, name)
}
