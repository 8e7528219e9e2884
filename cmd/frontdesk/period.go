package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"
	"time"

	"frontdesk/shared/report"
)

// printPeriod prints the figures of any days as a table.
func printPeriod(ctx context.Context, c *client, query url.Values, stdout io.Writer) error {
	var p report.Period
	if _, err := c.do(ctx, ask{method: "GET", path: "/v1/reports/figures?" + query.Encode()}, &p); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s to %s", p.From, p.To)
	if p.Live != nil && !p.Live.TooBusy {
		fmt.Fprintf(stdout, ", %s as it is now", p.Live.Day)
	}
	fmt.Fprintln(stdout)
	if len(p.Missing) > 0 {
		fmt.Fprintf(stdout, "No figures yet of %s\n", strings.Join(p.Missing, ", "))
	}
	table := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	f := p.Figures
	for _, line := range []struct {
		name  string
		value any
	}{
		{"messages in", f.MessagesIn}, {"messages out", f.MessagesOut}, {"conversations", f.Conversations},
		{"answered by templates alone", f.Contained}, {"with people", f.HandedOff}, {"unanswered", f.Unanswered},
		{"customers, each once a " + p.CustomersPer, f.ActiveCustomers}, {"new customers", f.NewCustomers},
		{"first reply by templates, median", median(f.FirstReplyBot)}, {"first reply by people, median", median(f.FirstReplyPeople)},
		{"failed messages", f.Failed},
	} {
		fmt.Fprintf(table, "%v\t  %s\n", line.value, line.name)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print the figures: %w", err)
	}
	return nil
}

func median(t *report.Times) string {
	if t == nil {
		return "–"
	}
	return (time.Duration(t.Median) * time.Millisecond).Round(time.Second / 10).String()
}
