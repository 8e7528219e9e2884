package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"frontdesk/shared/rollup"
	"frontdesk/shared/week"
)

// oneWeek is the rows of one week, narrowed to what the report is about.
type oneWeek struct {
	week string
	days []string
	rows []rollup.Row
	// known are the days that were rolled up at all, on whatever channel.
	known map[string]bool
}

// sortOut puts rows into the Weeks weeks that end with w, oldest first.
func sortOut(w string, rows []rollup.Row, o Options) ([]oneWeek, error) {
	out := make([]oneWeek, Weeks)
	of := map[string]*oneWeek{}
	for i := range out {
		name, err := week.Before(w, Weeks-1-i)
		if err != nil {
			return nil, fmt.Errorf("week of the report: %w", err)
		}
		days, err := week.Days(name)
		if err != nil {
			return nil, fmt.Errorf("days of the report: %w", err)
		}
		out[i] = oneWeek{week: name, days: days, known: map[string]bool{}}
		for _, d := range days {
			of[d] = &out[i]
		}
	}
	for _, r := range rows {
		if to := of[r.Day]; to != nil {
			to.add(r, o)
		}
	}
	return out, nil
}

func (w *oneWeek) add(r rollup.Row, o Options) {
	w.known[r.Day] = true
	empty := r.Channel == "" && r.Team == ""
	if !empty && (o.Channel == "" || o.Channel == r.Channel) && (o.Team == "" || o.Team == r.Team) {
		w.rows = append(w.rows, r)
	}
}

// missing are the days without figures; nil when there are none.
func (w oneWeek) missing() []string {
	var out []string
	for _, d := range w.days {
		if !w.known[d] {
			out = append(out, d)
		}
	}
	return out
}

// same returns the days and rows of w on the weekdays that other has figures
// for; none when w lacks one of them.
func (w oneWeek) same(other oneWeek) (days []string, rows []rollup.Row) {
	for i, d := range other.days {
		if !other.known[d] {
			continue
		}
		if !w.known[w.days[i]] {
			return nil, nil
		}
		days = append(days, w.days[i])
	}
	for _, r := range w.rows {
		if slices.Contains(days, r.Day) {
			rows = append(rows, r)
		}
	}
	return days, rows
}

// merge adds up rows that have the same key, keeping channel and team of the
// first, in order of key.
func merge(rows []rollup.Row, key func(rollup.Row) string) ([]rollup.Row, error) {
	byKey := map[string]*rollup.Row{}
	for _, r := range rows {
		k := key(r)
		if byKey[k] == nil {
			byKey[k] = &rollup.Row{Channel: r.Channel, Team: r.Team}
		}
		if err := byKey[k].Merge(r); err != nil {
			return nil, fmt.Errorf("add up KPI rows: %w", err)
		}
	}
	out := make([]rollup.Row, 0, len(byKey))
	for _, k := range slices.Sorted(maps.Keys(byKey)) {
		out = append(out, *byKey[k])
	}
	return out, nil
}

func sum(rows []rollup.Row) (rollup.Row, error) {
	all, err := merge(rows, func(rollup.Row) string { return "" })
	if err != nil || len(all) == 0 {
		return rollup.Row{}, err
	}
	return all[0], nil
}

// grouping is one way to split the figures.
type grouping struct {
	key      func(rollup.Row) string
	names    map[string]string
	compared bool
}

// groups are the figures by key, those with most conversations first.
func groups(now, before []rollup.Row, by grouping) ([]Group, error) {
	rows, err := merge(now, by.key)
	if err != nil {
		return nil, err
	}
	earlier := map[string]int64{}
	for _, r := range before {
		earlier[by.key(r)] += r.Conversations
	}
	out := make([]Group, 0, len(rows))
	for _, r := range rows {
		id := by.key(r)
		g := Group{Name: Name{id, nameOf(id, by.names)}, Figures: figuresOf(r)}
		if by.compared {
			c := changeOf(float64(earlier[id]), float64(r.Conversations))
			g.Conversations = &c
		}
		out = append(out, g)
	}
	sortBy(out, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Figures.Conversations, a.Figures.Conversations), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}
