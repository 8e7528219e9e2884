// Package report makes the week report out of KPI rows. It is pure.
//
// [Build] takes the rows of one ISO week and of the seven weeks before it and
// returns the [Week]: its figures, the change against the week before, the
// trend, the same by channel and by team, and what was asked most. The admin API
// serves it as JSON and package mail makes the mail of it.
//
// How figures come about: counts add up; a share is made from two totals; a
// median or 90th percentile is read from all durations of the week together.
// Nothing is the average of averages. A week has seven days; a day without rows
// is named in Missing and never taken for a day of zeros, and a week that is not
// complete is compared with the same days of the week before. There is no
// percentage of change against zero.
package report

import (
	"fmt"
	"slices"

	"frontdesk/shared/rollup"
)

// Weeks is how many weeks Build looks at: the one of the report and seven
// before. Rows of other weeks are left out.
const Weeks = 8

// Options name things and narrow the report.
type Options struct {
	// Filters, Templates, Teams and Channels are display names by id. What has no
	// name is shown by its id.
	Filters, Templates, Teams, Channels, Agents, Tags map[string]string
	// Channel and Team narrow the report to one; empty for all.
	Channel, Team string
}

// Week is the report of one ISO week in the company's zone.
type Week struct {
	Week string `json:"week"` // 2026-W47
	From string `json:"from"` // Monday
	To   string `json:"to"`   // Sunday
	// Channel and Team are set when the report is narrowed.
	Channel *Name `json:"channel,omitempty"`
	Team    *Name `json:"team,omitempty"`
	// Missing are the days that have no figures yet.
	Missing []string `json:"missing_days,omitempty"`
	Figures Figures  `json:"figures"`
	// Changes compares with the week before, by the figure's JSON name. Compared
	// says which days of it; empty when it has no figures for those days.
	Changes  map[string]Change `json:"changes,omitempty"`
	Compared []string          `json:"compared_days,omitempty"`
	// Days are the seven days, Monday first.
	Days []Day `json:"days"`
	// Trend is the eight weeks that end with this one, oldest first.
	Trend    []Point `json:"trend"`
	Channels []Group `json:"channels"`
	Teams    []Group `json:"teams"`
	// Filters are what decided most messages, Templates what was sent most.
	Filters   []Filter   `json:"filters"`
	Templates []Template `json:"templates"`
	Failures  []Failure  `json:"failures"`
	// Heat is inbound messages by weekday (Monday first) and hour; Busiest its
	// highest hours.
	Heat    [7][24]int64 `json:"heat"`
	Busiest []Busy       `json:"busiest_hours"`
	// Own is what channels counted themselves (see [OwnFigures]); empty when no channel
	// does, and in a report about one team.
	Own []Own `json:"channels_own_figures,omitempty"`
	Breakdown
}

// Name is an id and what people call it.
type Name struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Day is one day of the week. Missing: there are no figures for it yet.
type Day struct {
	Day        string `json:"day"`
	Missing    bool   `json:"missing,omitempty"`
	MessagesIn int64  `json:"messages_in"`
	Split
}

// Point is one week of the trend. Shares and medians are null when there was
// nothing to make them of.
type Point struct {
	Week string `json:"week"`
	// MissingDays is how many of its days have no figures; 7: none has.
	MissingDays      int      `json:"missing_days,omitempty"`
	MessagesIn       int64    `json:"messages_in"`
	Conversations    int64    `json:"conversations"`
	ActiveCustomers  int64    `json:"active_customers"`
	ContainedShare   *float64 `json:"contained_share"`
	FirstReplyBot    *int64   `json:"first_reply_bot_median_ms"`
	FirstReplyPeople *int64   `json:"first_reply_people_median_ms"`
	Unanswered       int64    `json:"unanswered"`
}

// Group is the figures of one channel or team.
type Group struct {
	Name
	Figures Figures `json:"figures"`
	// Conversations is the change of that figure; nil when there is nothing to
	// compare with.
	Conversations *Change `json:"conversations_change,omitempty"`
}

// Build makes the report of a week. Rows may be in any order. [week.ErrFormat]:
// it is no ISO week. [rollup.ErrSketch]: a row is damaged.
func Build(w string, rows []rollup.Row, o Options) (Week, error) {
	weeks, err := sortOut(w, rows, o)
	if err != nil {
		return Week{}, err
	}
	this, last := weeks[Weeks-1], weeks[Weeks-2]
	r := Week{Week: w, From: this.days[0], To: this.days[6], Missing: this.missing(), Channel: scope(o.Channel, o.Channels), Team: scope(o.Team, o.Teams)}
	cells, err := merge(this.rows, func(r rollup.Row) string { return r.Channel + "\x00" + r.Team })
	if err != nil {
		return Week{}, err
	}
	total, err := sum(cells)
	if err != nil {
		return Week{}, err
	}
	r.Figures = figuresOf(total)
	r.fill(this, total, o)
	err = steps(
		func() error { return r.compare(this, last) },
		func() error { return r.split(cells, last, o) },
		func() error { return r.trend(weeks) },
	)
	return r, err
}

func steps(all ...func() error) error {
	for _, step := range all {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// fill sets what needs nothing but this week's counts.
func (r *Week) fill(this oneWeek, total rollup.Row, o Options) {
	r.Days = daysOf(this)
	r.Filters = first(filters(total, o.Filters), top)
	r.Templates = first(templates(total, o.Templates), top)
	r.Breakdown = breakdownOf(total, o)
	r.Failures = failures(total)
	r.Heat = heat(this)
	r.Busiest = busiest(r.Heat)
}

// compare sets the changes against the same days of the week before.
func (r *Week) compare(this, last oneWeek) error {
	days, rows := last.same(this)
	if len(days) == 0 {
		return nil
	}
	before, err := sum(rows)
	if err != nil {
		return err
	}
	r.Compared = days
	r.Changes = changes(figuresOf(before), r.Figures)
	return nil
}

// split sets the figures by channel and by team.
func (r *Week) split(cells []rollup.Row, last oneWeek, o Options) (err error) {
	var before []rollup.Row
	for _, row := range last.rows {
		if slices.Contains(r.Compared, row.Day) {
			before = append(before, row)
		}
	}
	compared := len(r.Compared) > 0
	r.Channels, err = groups(cells, before, grouping{func(r rollup.Row) string { return r.Channel }, o.Channels, compared})
	if err != nil {
		return err
	}
	r.Teams, err = groups(cells, before, grouping{func(r rollup.Row) string { return r.Team }, o.Teams, compared})
	return err
}

func (r *Week) trend(weeks []oneWeek) error {
	for _, w := range weeks {
		light := make([]rollup.Row, len(w.rows))
		for i, row := range w.rows {
			// The other sketches are not in the trend, and reading them takes long.
			light[i].Counts = row.Counts
			light[i].FirstBot, light[i].FirstPeople = row.FirstBot, row.FirstPeople
		}
		total, err := sum(light)
		if err != nil {
			return fmt.Errorf("trend of %s: %w", w.week, err)
		}
		r.Trend = append(r.Trend, pointOf(w, figuresOf(total)))
	}
	return nil
}

func pointOf(w oneWeek, f Figures) Point {
	p := Point{
		Week: w.week, MissingDays: len(w.missing()), MessagesIn: f.MessagesIn, Conversations: f.Conversations,
		ActiveCustomers: f.ActiveCustomers, ContainedShare: f.ContainedShare, Unanswered: f.Unanswered,
	}
	if f.FirstReplyBot != nil {
		p.FirstReplyBot = &f.FirstReplyBot.Median
	}
	if f.FirstReplyPeople != nil {
		p.FirstReplyPeople = &f.FirstReplyPeople.Median
	}
	return p
}

func scope(id string, names map[string]string) *Name {
	if id == "" {
		return nil
	}
	return &Name{id, nameOf(id, names)}
}

func nameOf(id string, names map[string]string) string {
	if n := names[id]; n != "" {
		return n
	}
	return id
}
