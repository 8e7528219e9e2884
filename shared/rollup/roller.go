package rollup

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// ErrDay says that a desk day of another day was offered.
var ErrDay = errors.New("desk day of another day")

// Roller adds the desk days of one day up to rows. Make it with [New].
type Roller struct {
	day  string
	rows map[key]*Row
}

type key struct{ channel, team string }

// New starts the rows of a day.
func New(day string) *Roller { return &Roller{day: day, rows: map[key]*Row{}} }

// Add counts what one conversation did. The order does not matter; adding a
// conversation twice counts it twice. [ErrDay]: it is of another day and was not
// counted.
func (r *Roller) Add(d Day) error {
	if d.Day != r.day {
		return fmt.Errorf("add %s to %s: %w", d.Day, r.day, ErrDay)
	}
	for _, p := range d.Teams {
		row := r.row(key{d.Channel, p.Team})
		row.Tally.merge(p.Tally)
		for _, a := range p.Answers {
			if err := row.answer(a); err != nil {
				return fmt.Errorf("add an answer's durations: %w", err)
			}
		}
		for _, e := range p.Ends {
			if err := errors.Join(row.Resolution.Add(e.Took), row.ResolutionOpen.Add(e.TookOpen)); err != nil {
				return fmt.Errorf("add how long a spell took: %w", err)
			}
		}
	}
	return nil
}

// AddRow counts what is left of conversations that were erased (see [Anonymous]). [ErrDay]:
// it is of another day. [ErrSketch]: it is damaged.
func (r *Roller) AddRow(row Row) error {
	if row.Day != r.day {
		return fmt.Errorf("add %s to %s: %w", row.Day, r.day, ErrDay)
	}
	return r.row(key{row.Channel, row.Team}).Merge(row)
}

// Anonymous is what a conversation's day counts for, without the conversation: added to a
// [Roller] it gives the same rows as the day itself. Nothing when it counts for nothing.
func Anonymous(d Day) ([]Row, error) {
	if len(d.Teams) == 0 {
		return nil, nil
	}
	r := New(d.Day)
	if err := r.Add(d); err != nil {
		return nil, err
	}
	return r.Rows(), nil
}

// Rows returns the rows in order of channel and team, within their bounds, and ends the
// rolling. There is always one: a day on which nothing happened is a row of zeros without
// a channel, so that it can be told from a day that was not rolled up.
func (r *Roller) Rows() []Row {
	rows := make([]Row, 0, max(len(r.rows), 1))
	for _, row := range r.rows {
		row.bound()
		rows = append(rows, *row)
	}
	if len(rows) == 0 {
		rows = append(rows, Row{Day: r.day})
	}
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Team, b.Team))
	})
	return rows
}

func (r *Roller) row(k key) *Row {
	row := r.rows[k]
	if row == nil {
		row = &Row{Day: r.day, Channel: k.channel, Team: k.team}
		r.rows[k] = row
	}
	return row
}

func (r *Row) answer(a Answer) error {
	if !a.ByBot {
		if err := r.byAgent(a); err != nil {
			return err
		}
	}
	return r.Times.answer(a)
}

func (r *Row) byAgent(a Answer) error {
	id := cmp.Or(a.Agent, Other)
	old := r.AgentTimes[id]
	if err := errors.Join(old.Reply.Add(a.Waited), old.ReplyOpen.Add(a.WaitedOpen)); err != nil {
		return err
	}
	if r.AgentTimes == nil {
		r.AgentTimes = map[string]AgentTimes{}
	}
	r.AgentTimes[id] = old
	return nil
}

func (t *Times) answer(a Answer) error {
	every, everyOpen := &t.People, &t.PeopleOpen
	first, firstOpen := &t.FirstPeople, &t.FirstPeopleOpen
	if a.ByBot {
		every, everyOpen = &t.Bot, &t.BotOpen
		first, firstOpen = &t.FirstBot, &t.FirstBotOpen
	}
	errs := []error{every.Add(a.Waited), everyOpen.Add(a.WaitedOpen)}
	if a.First {
		errs = append(errs, first.Add(a.Waited), firstOpen.Add(a.WaitedOpen))
	}
	return errors.Join(errs...)
}
