package clockwork

import (
	"context"
	"fmt"
	"slices"
	"time"

	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
	"frontdesk/shared/review"
	"frontdesk/shared/rollup"
	"frontdesk/shared/week"
)

// Review lists what to look at after a week, narrowed to a channel or a team. One read for
// each of four weeks, one for each hundred versions of the playbook, and one for each of the
// up to three versions that it compares.
func (w *Weekly) Review(ctx context.Context, name string, o report.Options) ([]review.Item, error) {
	var recent [][]record.KPIRow
	for back := range review.Weeks {
		of, err := week.Before(name, back)
		if err != nil {
			return nil, err
		}
		stored, err := w.Store.KPIRows(ctx, of)
		if err != nil {
			return nil, err
		}
		recent = append(recent, stored)
	}
	in, err := w.reviewed(ctx, name, recent)
	if err != nil {
		return nil, err
	}
	return narrowed(in, o)
}

// review is [Weekly.Review] of rows that were read, made once for all who are mailed.
func (w *Weekly) review(ctx context.Context, read reading, o report.Options) ([]review.Item, error) {
	if read.review.Known == nil {
		in, err := w.reviewed(ctx, read.week, read.recent)
		if err != nil {
			return nil, err
		}
		*read.review = in
	}
	return narrowed(*read.review, o)
}

// narrowed is the list of a channel or a team, or of the whole company.
func narrowed(in review.Input, o report.Options) ([]review.Item, error) {
	if o.Channel != "" || o.Team != "" {
		in.Then, in.Published = nil, nil
		in.Rows = slices.DeleteFunc(slices.Clone(in.Rows), func(r rollup.Row) bool {
			return o.Channel != "" && r.Channel != o.Channel || o.Team != "" && r.Team != o.Team
		})
	}
	return review.List(in)
}

// reviewed is what the list is made of, for the whole company: the rows of the week and of
// those before it, the latest first.
func (w *Weekly) reviewed(ctx context.Context, name string, recent [][]record.KPIRow) (review.Input, error) {
	in := review.Input{Known: map[string]bool{}}
	for back, stored := range recent {
		of, err := week.Before(name, back)
		if err != nil {
			return in, err
		}
		days, err := week.Days(of)
		if err != nil {
			return in, err
		}
		if back == 0 {
			in.Days = days
		} else {
			in.Before = append(in.Before, days...)
		}
		for _, s := range stored {
			row, err := review.Decode(s.Body)
			if err != nil {
				return in, fmt.Errorf("decode KPI row of %s: %w", s.Day, err)
			}
			in.Rows, in.Known[s.Day] = append(in.Rows, row), true
		}
	}
	return in, w.books(ctx, &in)
}

// books reads the playbooks that were live when the four weeks began, and at the beginning
// and the end of the week.
func (w *Weekly) books(ctx context.Context, in *review.Input) error {
	begin, _, err := week.Bounds(slices.Min(in.Before), w.Zone)
	if err != nil {
		return err
	}
	monday, _, err := week.Bounds(in.Days[0], w.Zone)
	if err != nil {
		return err
	}
	_, end, err := week.Bounds(in.Days[6], w.Zone)
	if err != nil {
		return err
	}
	versions, err := w.versionsSince(ctx, begin)
	if err != nil {
		return err
	}
	for _, v := range versions {
		if !v.At.Before(monday) && v.At.Before(end) {
			in.Published = append(in.Published, v.Number)
		}
	}
	slices.Sort(in.Published)
	then, err := w.bookAt(ctx, versions, begin)
	if err != nil {
		return err
	}
	in.Then = then
	for at, into := range map[time.Time]*playbook.Playbook{monday: &in.Began, end: &in.Now} {
		book, err := w.bookAt(ctx, versions, at)
		if err != nil {
			return err
		}
		if book != nil {
			*into = *book
		}
	}
	return nil
}

// versionsSince lists the versions since a time and the one before, newest first.
func (w *Weekly) versionsSince(ctx context.Context, since time.Time) ([]record.VersionInfo, error) {
	const page = 100
	var out []record.VersionInfo
	for before := int64(0); ; {
		some, err := w.Store.Versions(ctx, before, page)
		if err != nil {
			return nil, err
		}
		for _, v := range some {
			out = append(out, v)
			if v.At.Before(since) {
				return out, nil
			}
			before = v.Number
		}
		if len(some) == 0 || before <= 1 {
			return out, nil
		}
	}
}

// bookAt is the playbook that was live at a time; nil when none was.
func (w *Weekly) bookAt(ctx context.Context, versions []record.VersionInfo, at time.Time) (*playbook.Playbook, error) {
	i := slices.IndexFunc(versions, func(v record.VersionInfo) bool { return v.At.Before(at) })
	if i < 0 {
		return nil, nil
	}
	book, _, err := w.Store.Playbook(ctx, versions[i].Number)
	return &book, err
}
