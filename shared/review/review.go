// Package review makes the list of what to look at after a week: at most [Most] items, the
// most useful first, each with what to do next. It is pure.
//
// Its order: where customers are let down (they wait, templates after which they ask again or
// need people), what does no work (filters that hand everything off or never match, templates
// that nobody gets), and what changed. Of each kind the worst come first.
//
// What is unused is only said of what was there for the whole four weeks and when all their
// days have figures; nothing is said of numbers too small to mean anything.
package review

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"frontdesk/shared/compare"
	"frontdesk/shared/playbook"
	"frontdesk/shared/rollup"
)

// The bounds of the list.
const (
	// Most is how many items it has at most, perKind how many of one kind.
	Most    = 10
	perKind = 2
	// Weeks are those that must pass before something is called unused.
	Weeks = 4
	// A share counts of so many messages on, a mean wait of so many answers.
	fewest, fewestAnswers = 20, 5
	// What is said of a template or filter from these shares on.
	askedShare, handedShare, alwaysShare = 0.25, 0.25, 0.95
	// longWait is a mean wait in business hours that is worth an item, in ms.
	longWait = 15 * 60 * 1000
)

// Kind is what an item is about.
type Kind string

// The kinds, in the order of the list.
const (
	Waiting        Kind = "customers_wait"
	AskedAgain     Kind = "template_asked_again"
	HandedOffAfter Kind = "template_handed_off_after"
	AlwaysHandsOff Kind = "filter_always_hands_off"
	NeverMatched   Kind = "filter_never_matched"
	Unused         Kind = "template_unused"
	Changed        Kind = "playbook_changed"
)

// Item is one thing to look at.
type Item struct {
	Kind Kind `json:"kind"`
	// ID and Name are of the template or filter, or of the latest version of what changed.
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
	// Count of Of messages, the numbers behind it; Of is 0 where there is no share.
	Count int64 `json:"count,omitempty"`
	Of    int64 `json:"of,omitempty"`
	// Weekday (1 is Monday), Hour and Mean (ms) are of hours in which customers wait.
	Weekday int   `json:"weekday,omitempty"`
	Hour    *int  `json:"hour,omitempty"`
	Mean    int64 `json:"mean_wait_ms,omitempty"`
	// Text says what it is, Next what to do, both also in Chinese.
	Text   string `json:"text"`
	Next   string `json:"next"`
	TextZH string `json:"text_zh"`
	NextZH string `json:"next_zh"`
}

// Input is what the list is made of.
type Input struct {
	// Days are the week's, Monday first; Before those of the three weeks before.
	Days, Before []string
	// Rows are of all these days, narrowed to what the reader may see.
	Rows []rollup.Row
	// Known are the days of both that have figures.
	Known map[string]bool
	// Then is the playbook that was live when the four weeks began. Nil when none was, and
	// when the rows are narrowed: then nothing is called unused. Began and Now are those at
	// the week's beginning and end.
	Then       *playbook.Playbook
	Began, Now playbook.Playbook
	// Published are the numbers of the versions that were published in the week.
	Published []int64
}

// List makes the list. It fails on a playbook that cannot be compared, and on a damaged row.
func List(in Input) ([]Item, error) {
	week, four, err := in.sums()
	if err != nil {
		return nil, err
	}
	out := in.waits()
	out = append(out, in.effects(week)...)
	out = append(out, in.filters(week, four)...)
	out = append(out, in.unused(four)...)
	changed, err := in.changed()
	if err != nil {
		return nil, err
	}
	return within(out, changed), nil
}

// within keeps room for what changed, which is last.
func within(items, last []Item) []Item {
	room := Most - len(last)
	return append(slices.Clone(items[:min(len(items), room)]), last...)
}

// sums are the tallies of the week and of the four weeks.
func (in Input) sums() (week, four rollup.Row, err error) {
	for _, r := range in.Rows {
		bare := rollup.Row{Tally: r.Tally} // the sketches are not needed
		if slices.Contains(in.Days, r.Day) {
			err = cmp.Or(err, week.Merge(bare))
		}
		err = cmp.Or(err, four.Merge(bare))
	}
	if err != nil {
		err = fmt.Errorf("add up what to review: %w", err)
	}
	return week, four, err
}

// waits are the hours of the week in which customers waited longest for people, in business hours.
func (in Input) waits() []Item {
	var out []Item
	for day, name := range in.Days {
		var hours [24]rollup.Wait
		for _, r := range in.Rows {
			if r.Day != name {
				continue
			}
			for h, w := range r.WaitHours {
				hours[h].Answers += w.Answers
				hours[h].WaitedOpen += w.WaitedOpen
			}
		}
		for h, w := range hours {
			if w.Answers >= fewestAnswers && w.WaitedOpen/w.Answers >= longWait {
				out = append(out, waiting(day+1, h, w))
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Item) int { return cmp.Compare(b.Mean*b.Count, a.Mean*a.Count) })
	return first(out)
}

// effects are the templates after which customers ask again, or are handed off, most.
func (in Input) effects(week rollup.Row) []Item {
	names := templateNames(in.Now)
	var again, after []Item
	for _, id := range slices.Sorted(maps.Keys(week.Templates)) {
		u := week.Templates[id]
		arrived := u.Sent - u.Failed
		name, known := names[id]
		if !known || arrived < fewest {
			continue
		}
		if over(u.Asked, arrived, askedShare) {
			again = append(again, share(AskedAgain, id, name, u.Asked, arrived))
		}
		if over(u.HandedOff, arrived, handedShare) {
			after = append(after, share(HandedOffAfter, id, name, u.HandedOff, arrived))
		}
	}
	return append(worst(again), worst(after)...)
}

// filters are those that hand nearly everything off, and those that have never matched.
func (in Input) filters(week, four rollup.Row) []Item {
	var always, never []Item
	for _, f := range in.Now.Filters {
		n, handed := week.Filters[f.ID], week.FilterHandOffs[f.ID]
		if !f.Off && n >= fewest && over(handed, n, alwaysShare) {
			always = append(always, share(AlwaysHandsOff, f.ID, cmp.Or(f.Name, f.ID), handed, n))
		}
		if in.complete(four.Filters[rollup.Other]) && four.Filters[f.ID] == 0 && decides(f) && in.stood(f.ID) {
			never = append(never, item(NeverMatched, f.ID, cmp.Or(f.Name, f.ID)))
		}
	}
	return append(worst(always), first(never)...)
}

// decides reports whether a filter is always on and counts when it matches: one that only
// tags or assigns leaves the deciding to others.
func decides(f playbook.Filter) bool {
	acts := f.Then.Reply != "" || f.Then.HandOff || f.Then.Ignore
	return acts && !f.Off && !f.Continue && f.From == "" && f.Until == ""
}

// complete reports whether all days have figures, and none of what is asked about may be
// among what the rows had no room for.
func (in Input) complete(other int64) bool {
	missing := func(day string) bool { return !in.Known[day] }
	return other == 0 && in.Then != nil && !slices.ContainsFunc(in.Days, missing) && !slices.ContainsFunc(in.Before, missing)
}

// stood reports whether a filter was there, and on, when the four weeks began.
func (in Input) stood(id string) bool {
	return slices.ContainsFunc(in.Then.Filters, func(f playbook.Filter) bool { return f.ID == id && !f.Off })
}

func (in Input) unused(four rollup.Row) []Item {
	if !in.complete(four.Templates[rollup.Other].Sent) {
		return nil
	}
	before := templateNames(*in.Then)
	var out []Item
	for _, t := range in.Now.Templates {
		if _, stood := before[t.ID]; stood && four.Templates[t.ID].Sent == 0 {
			out = append(out, item(Unused, t.ID, cmp.Or(t.Name, t.ID)))
		}
	}
	return first(out)
}

func (in Input) changed() ([]Item, error) {
	if len(in.Published) == 0 {
		return nil, nil
	}
	changes, err := compare.Books(in.Began, in.Now)
	if err != nil {
		return nil, fmt.Errorf("say what changed in the week: %w", err)
	}
	if len(changes) == 0 {
		return nil, nil
	}
	return []Item{changedItem(in.Published, changes)}, nil
}

func templateNames(p playbook.Playbook) map[string]string {
	out := map[string]string{}
	for _, t := range p.Templates {
		out[t.ID] = cmp.Or(t.Name, t.ID)
	}
	return out
}

func over(part, whole int64, share float64) bool { return float64(part) >= share*float64(whole) }

// worst are the items with the highest shares, of equals the one that most messages had.
func worst(items []Item) []Item {
	slices.SortStableFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(b.Count*a.Of, a.Count*b.Of), cmp.Compare(b.Of, a.Of))
	})
	return first(items)
}

func first(items []Item) []Item { return items[:min(len(items), perKind)] }

// tally is what the list needs of a stored row.
type tally struct {
	Day            string                `json:"day"`
	Channel        string                `json:"channel"`
	Team           string                `json:"team"`
	Filters        map[string]int64      `json:"filters"`
	FilterHandOffs map[string]int64      `json:"filter_hand_offs"`
	Templates      map[string]rollup.Use `json:"templates"`
	WaitHours      [24]rollup.Wait       `json:"wait_hours"`
}

// Decode reads a stored KPI row, as far as the list uses it.
func Decode(body []byte) (rollup.Row, error) {
	var t tally
	err := json.Unmarshal(body, &t)
	row := rollup.Row{Day: t.Day, Channel: t.Channel, Team: t.Team}
	row.Filters, row.FilterHandOffs, row.Templates, row.WaitHours = t.Filters, t.FilterHandOffs, t.Templates, t.WaitHours
	return row, err
}
