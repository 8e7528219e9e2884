package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"frontdesk/shared/record"
	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
	"frontdesk/shared/week"
)

// doublings is how often the rows of made-up conversations are added to themselves: what
// one makes stands for 2⁵ alike.
const doublings = 5

// makeWeeks writes the KPI rows of the weeks that a report looks at, the latest the one of
// the date. They come from conversations, through the code that rolls up.
func makeWeeks(ctx context.Context, s *record.Store, o options, out io.Writer) error {
	at, err := time.Parse(time.DateOnly, o.date)
	if err != nil {
		return fmt.Errorf("read the date: %w", err)
	}
	for back := range report.Weeks {
		name, err := week.OfDay(at.AddDate(0, 0, -7*back).Format(time.DateOnly))
		if err != nil {
			return err
		}
		total, err := makeWeek(ctx, s, o, name)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, "%s: %d messages\n", name, total); err != nil {
			return err
		}
	}
	return nil
}

func makeWeek(ctx context.Context, s *record.Store, o options, name string) (total int64, err error) {
	days, err := week.Days(name)
	if err != nil {
		return 0, err
	}
	per := o.messages/(len(days)*len(cells())*perConversation<<doublings) + 1
	for i, date := range days {
		d, err := newDay(date, o.seed+uint64(i), o.zone)
		if err != nil {
			return 0, err
		}
		rows, n, err := d.rows(per)
		if err != nil {
			return 0, err
		}
		if err := s.ReplaceDay(ctx, name, date, rows); err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// rows are a day's, of so many different conversations on each channel and team.
func (d day) rows(conversations int) (rows []record.KPIRow, messages int64, err error) {
	sum := rollup.New(d.name)
	for i, at := range cells() {
		for n := range conversations {
			t := d.talk(i*conversations+n, at)
			if err := sum.Add(rollup.DeskDay(t.head.Home, d.name, t.messages, t.receipts)); err != nil {
				return nil, 0, err
			}
		}
	}
	for _, row := range sum.Rows() {
		body, err := doubled(row)
		if err != nil {
			return nil, 0, err
		}
		rows = append(rows, record.KPIRow{Day: row.Day, Channel: row.Channel, Team: row.Team, Body: body})
		messages += (row.In + row.OutFilter + row.OutAgent + row.OutSystem) << doublings
	}
	return rows, messages, nil
}

// doubled is a row added to itself, again and again, in its stored form.
func doubled(row rollup.Row) (json.RawMessage, error) {
	for range doublings {
		twice := rollup.Row{Day: row.Day, Channel: row.Channel, Team: row.Team}
		if err := errors.Join(twice.Merge(row), twice.Merge(row)); err != nil {
			return nil, err
		}
		row = twice
	}
	return json.Marshal(row)
}
