package report

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"frontdesk/shared/rollup"
	"frontdesk/shared/week"
)

// Period is the report of any days.
type Period struct {
	From string `json:"from"`
	To   string `json:"to"` // the last day, included
	// Channel and Team are set when the report is narrowed.
	Channel *Name `json:"channel,omitempty"`
	Team    *Name `json:"team,omitempty"`
	// Missing are the days that have no figures yet.
	Missing []string `json:"missing_days,omitempty"`
	// Live is set when today is among the days.
	Live    *Live   `json:"live,omitempty"`
	Figures Figures `json:"figures"`
	// Changes compares with as many days before, which Compared names, by the figure's JSON
	// name; missing when one of them or of these has no figures or is not over.
	Changes  map[string]Change `json:"changes,omitempty"`
	Compared *Span             `json:"compared,omitempty"`
	// CustomersPer says within what a customer counts once in active_customers: "week" and
	// "month" when the period begins with one and lies within it, else "day".
	CustomersPer string  `json:"customers_counted_once_per"`
	Days         []Day   `json:"days"`
	Channels     []Group `json:"channels"`
	Teams        []Group `json:"teams"`
	// Filters and Templates are all that the rows name, the most frequent first.
	Filters   []Filter   `json:"filters"`
	Templates []Template `json:"templates"`
	Failures  []Failure  `json:"failures"`
	// Heat is inbound messages by weekday (Monday first) and hour.
	Heat [7][24]int64 `json:"heat"`
	Breakdown
}

// Live says of when the figures of today are, whose day is not over.
type Live struct {
	Day string    `json:"day"`
	At  time.Time `json:"at"`
	// TooBusy: there were too many conversations to be read at once, so that today is among
	// the missing days.
	TooBusy bool `json:"too_busy,omitempty"`
}

// Span is days, both included.
type Span struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Against compares with the period before. Customers are compared only when both count them
// alike, and nothing is while a day of either has no
// figures or is not over.
func (p Period) Against(before Period) Period {
	if p.Live != nil || len(p.Missing)+len(before.Missing) > 0 {
		return p
	}
	p.Compared = &Span{before.From, before.To}
	p.Changes = changes(before.Figures, p.Figures)
	if before.CustomersPer != p.CustomersPer {
		for _, name := range []string{"active_customers", "returning_customers", "messages_per_customer"} {
			delete(p.Changes, name)
		}
	}
	return p
}

// ErrOrder says that a period ends before it begins.
var ErrOrder = errors.New("a period must not end before it begins")

// BuildPeriod makes the report of the days from one to another, both included. Rows of
// other days are left out, and rows may be in any order. [week.ErrFormat]: it is no day.
// [rollup.ErrSketch]: a row is damaged.
func BuildPeriod(from, to string, rows []rollup.Row, o Options) (Period, error) {
	days, err := week.Between(from, to)
	if err != nil {
		return Period{}, fmt.Errorf("days of the report: %w", err)
	}
	if len(days) == 0 {
		return Period{}, ErrOrder
	}
	these := oneWeek{days: days, known: map[string]bool{}}
	for _, r := range rows {
		if r.Day >= from && r.Day <= to {
			these.add(r, o)
		}
	}
	p := Period{
		From: from, To: to, Missing: these.missing(), Channel: scope(o.Channel, o.Channels), Team: scope(o.Team, o.Teams),
		CustomersPer: customersPer(days), Days: daysOf(these), Heat: heat(these),
	}
	return p, p.fill(these, o)
}

func (p *Period) fill(these oneWeek, o Options) error {
	cells, err := merge(these.rows, func(r rollup.Row) string { return r.Channel + "\x00" + r.Team })
	if err != nil {
		return err
	}
	for i := range cells {
		cells[i].Counts = once(cells[i].Counts, p.CustomersPer)
	}
	total, err := sum(cells)
	if err != nil {
		return err
	}
	p.Figures, p.Breakdown = figuresOf(total), breakdownOf(total, o)
	p.Filters, p.Templates, p.Failures = filters(total, o.Filters), templates(total, o.Templates), failures(total)
	if p.Channels, err = groups(cells, nil, grouping{func(r rollup.Row) string { return r.Channel }, o.Channels, false}); err != nil {
		return err
	}
	p.Teams, err = groups(cells, nil, grouping{func(r rollup.Row) string { return r.Team }, o.Teams, false})
	return err
}

// once makes active customers those who count once in a day, a week or a month.
func once(c rollup.Counts, per string) rollup.Counts {
	switch per {
	case "day":
		c.Active = c.ActiveDay
	case "month":
		c.Active = c.ActiveMonth
	}
	return c
}

// customersPer: whoever writes first in a week is counted on that day. So the first days
// of a week, or all of them, add up to people; and of a month likewise.
func customersPer(days []string) string {
	first, last := days[0], days[len(days)-1]
	w, err := week.OfDay(first)
	if err != nil {
		return "day"
	}
	if of, err := week.Days(w); err == nil && of[0] == first && slices.Contains(of, last) {
		return "week"
	}
	if first[7:] == "-01" && first[:7] == last[:7] {
		return "month"
	}
	return "day"
}
