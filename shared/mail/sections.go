package mail

import (
	"strconv"

	"frontdesk/shared/report"
)

// The sections of a mail, in the order in which it shows them.

// split is who answered: the bar of the first screen and of every day.
func (p printer) split(s report.Split) []segment {
	parts := []int64{s.Contained, s.HandedOff, s.Unanswered}
	total := s.Contained + s.HandedOff + s.Unanswered
	var out []segment
	for i, w := range widths(parts) {
		if w == 0 {
			continue
		}
		out = append(out, segment{
			Label: p.text[[]string{"by.templates", "by.people", "by.nobody"}[i]],
			Kind:  []string{"bot", "people", "none"}[i],
			Count: p.number(parts[i]), Percent: p.percent(float64(parts[i]) / float64(total)), Width: w,
		})
	}
	return out
}

func (p printer) tiles(w report.Week) []tile {
	f, c := w.Figures, w.Changes
	return []tile{
		{p.text["conversations"], p.number(f.Conversations), p.changeOf(c, "conversations", 0),
			[]string{p.say("messages.note", p.number(f.MessagesIn), p.number(f.MessagesOut))}},
		{p.text["customers"], p.number(f.ActiveCustomers), p.changeOf(c, "active_customers", 0),
			[]string{p.say("customers.new", p.number(f.NewCustomers))}},
		p.timeTile("first.bot", f.FirstReplyBot, p.changeOf(c, "first_reply_bot_median_ms", -1)),
		p.timeTile("first.people", f.FirstReplyPeople, p.changeOf(c, "first_reply_people_median_ms", -1)),
	}
}

func (p printer) timeTile(label string, t *report.Times, d delta) tile {
	if t == nil {
		return tile{p.text[label], p.text["none"], delta{}, []string{p.text["nobody"]}}
	}
	notes := []string{p.say("p90", p.duration(t.P90))}
	if t.Open != nil && t.Open.Median != t.Median {
		notes = append(notes, p.say("open", p.duration(t.Open.Median)))
	}
	return tile{p.text[label], p.duration(t.Median), d, notes}
}

// look lists what should be looked at; only what is there.
func (p printer) look(w report.Week) []bar {
	f := w.Figures
	var out []bar
	for _, l := range []struct {
		key  string
		n    int64
		part []bar
	}{
		{"look.unanswered", f.Unanswered, nil}, {"look.waiting", f.Waiting, nil},
		{"look.failed", f.Failed, p.failures(w)}, {"look.unproven", f.Unproven, nil},
	} {
		if l.n > 0 {
			out = append(out, bar{Label: p.text[l.key], Count: p.number(l.n), Sub: l.part})
		}
	}
	return out
}

func (p printer) failures(w report.Week) []bar {
	var out []bar
	for _, f := range w.Failures[:min(len(w.Failures), maxFailures)] {
		why := f.Reason
		if p.lang == Chinese {
			why = reason(f.Code)
		}
		if f.Code != 0 {
			why += " (" + strconv.Itoa(f.Code) + ")"
		}
		out = append(out, bar{Label: plain(why), Count: p.number(f.Messages)})
	}
	return p.rest(out, len(w.Failures))
}

// rest adds how many more there are than are listed.
func (p printer) rest(list []bar, all int) []bar {
	if all > len(list) {
		list = append(list, bar{Label: p.say("more", strconv.Itoa(all-len(list)))})
	}
	return list
}

func (p printer) days(w report.Week) []day {
	var most int64
	for _, d := range w.Days {
		most = max(most, d.Conversations)
	}
	var out []day
	for i, d := range w.Days {
		v := day{Label: p.weekday("short", i), Missing: d.Missing}
		if !d.Missing {
			v.Count, v.Segments, v.Width = p.number(d.Conversations), p.split(d.Split), width(d.Conversations, most)
		}
		out = append(out, v)
	}
	return out
}

func (p printer) trend(w report.Week) []column {
	var most int64
	for _, t := range w.Trend {
		most = max(most, t.Conversations)
	}
	var out []column
	for i, t := range w.Trend {
		c := column{Label: t.Week[len(t.Week)-3:], Count: p.text["none"], Now: i == len(w.Trend)-1}
		if t.MissingDays < 7 {
			c.Count = p.number(t.Conversations)
			c.Share = p.share(t.ContainedShare)
			c.Height = width(t.Conversations, most) * trendHeight / 100
		}
		out = append(out, c)
	}
	return out
}

func (p printer) heat(w report.Week) []heatRow {
	var most int64
	for _, hours := range w.Heat {
		for _, n := range hours {
			most = max(most, n)
		}
	}
	var out []heatRow
	for i, hours := range w.Heat {
		row := heatRow{Label: p.weekday("short", i)}
		for _, n := range hours {
			row.Levels = append(row.Levels, level(n, most))
		}
		out = append(out, row)
	}
	return out
}

// level is 0 for none and 1 to heatLevels for some.
func level(n, most int64) int {
	if n == 0 {
		return 0
	}
	return int((n*heatLevels + most - 1) / most)
}

func (p printer) busiest(w report.Week) string {
	if len(w.Busiest) == 0 {
		return ""
	}
	b := w.Busiest[0]
	when := p.say("hour", p.weekday("weekdays", b.Weekday-1), strconv.Itoa(b.Hour), strconv.Itoa(b.Hour+1))
	return p.say("heat.busiest", when, p.number(b.MessagesIn))
}

func (p printer) filters(w report.Week) []bar {
	var out []bar
	for _, f := range w.Filters[:min(len(w.Filters), maxTop)] {
		out = append(out, bar{Label: p.filterName(f.Name), Count: p.number(f.Messages), Width: width(f.Messages, w.Filters[0].Messages)})
	}
	return out
}

// filterName is the name of a filter; what answers for no filter has ours.
func (p printer) filterName(n report.Name) string {
	if n.Name != n.ID {
		return plain(n.Name)
	}
	switch n.ID {
	case "welcome", "away", "fallback":
		return p.text[n.ID]
	}
	return plain(n.ID)
}

func (p printer) templates(w report.Week) []bar {
	var out []bar
	for _, t := range w.Templates[:min(len(w.Templates), maxTop)] {
		b := bar{Label: plain(t.Name.Name), Count: p.number(t.Messages), Width: width(t.Messages, w.Templates[0].Messages)}
		if t.Read > 0 {
			b.Note = p.percent(float64(t.Read)/float64(t.Messages)) + " " + p.text["read"]
		}
		if t.Failed > 0 {
			b.Note = p.join(b.Note, p.number(t.Failed)+" "+p.text["failed"])
		}
		out = append(out, b)
	}
	return out
}

func (p printer) join(a, b string) string {
	if a == "" {
		return b
	}
	return a + p.text["comma"] + b
}

// groups are channels or teams; more says how many are not listed. One that is
// all there is says nothing new and is left out.
func (p printer) groups(all []report.Group) (out []group, more string) {
	if len(all) < 2 {
		return nil, ""
	}
	for _, g := range all[:min(len(all), maxGroups)] {
		v := group{
			Name: plain(g.Name.Name), Count: p.number(g.Figures.Conversations), Share: p.share(g.Figures.ContainedShare),
			Unanswered: p.number(g.Figures.Unanswered), Reply: p.text["none"],
		}
		if v.Name == "" {
			v.Name = p.text["team.none"]
		}
		if t := g.Figures.FirstReplyPeople; t != nil {
			v.Reply = p.duration(t.Median)
		}
		if g.Conversations != nil {
			v.Delta = p.change(*g.Conversations, 0)
		}
		out = append(out, v)
	}
	if n := len(all) - maxGroups; n > 0 {
		more = p.say("more", strconv.Itoa(n))
	}
	return out, more
}
