package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/live"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
	"frontdesk/shared/table"
	"frontdesk/shared/week"
)

// counting counts what is read of a table.
type counting struct {
	table.Table
	calls, rows atomic.Int64
}

func (c *counting) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	c.calls.Add(1)
	return c.Table.Get(ctx, keys...)
}

func (c *counting) Query(ctx context.Context, q table.Query) (table.Page, error) {
	page, err := c.Table.Query(ctx, q)
	c.calls.Add(1)
	c.rows.Add(int64(len(page.Items)))
	return page, err
}

// reporter makes the reports of weeks.
func reporter(s *record.Store, zone *time.Location, now func() time.Time) *clockwork.Weekly {
	return &clockwork.Weekly{Store: s, Live: &live.Cache{Store: s}, Zone: zone, From: "Frontdesk <desk@example.com>", Now: now, Log: slog.New(slog.DiscardHandler)}
}

// makeReport builds the report of the week of the date, and then the mail of it.
func makeReport(ctx context.Context, s *record.Store, o options, out io.Writer) error {
	name, err := week.OfDay(o.date)
	if err != nil {
		return err
	}
	c := &counting{Table: s.Table}
	job := reporter(record.New(c), o.zone, time.Now)
	err = measured(out, func() error {
		w, err := job.Report(ctx, name, report.Options{})
		if err == nil {
			_, err = fmt.Fprintf(out, "report of %s: %d messages in, %d rows in %d reads: ", name, w.Figures.MessagesIn, c.rows.Load(), c.calls.Load())
		}
		return err
	})
	if err != nil {
		return err
	}
	return measured(out, func() error {
		m, err := job.Compose(ctx, name, record.Recipient{ID: "boss", Address: "boss@example.com", Language: "zh-CN"})
		if err == nil {
			_, err = fmt.Fprintf(out, "mail of %s, %d bytes: ", name, len(m.HTML)+len(m.Text))
		}
		return err
	})
}
