package mail

import (
	"strconv"

	"frontdesk/shared/chart"
	"frontdesk/shared/report"
)

// The sections of a mail, in the order in which it shows them.

// split is who answered: the bar of the first screen and of every day.
func (p printer) split(s report.Split) []segment {
	parts := []int64{s.Contained, s.HandedOff, s.Unanswered}
	tones := []chart.Tone{chart.Bot, chart.People, chart.None}
	total := s.Contained + s.HandedOff + s.Unanswered
	var out []segment
	for i, n := range parts {
		if n == 0 {
			continue
		}
		out = append(out, segment{
			Label: p.text[[]string{"by.templates", "by.people", "by.nobody"}[i]],
			Tone:  tones[i],
			Count: p.number(n), Percent: p.percent(float64(n) / float64(total)), Part: n,
		})
	}
	return out
}

func (p printer) tiles(w report.Week) []tile {
	if w.Team != nil {
		return p.teamTiles(w)
	}
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
		{"look.failed", f.Failed, p.reasons(w)}, {"look.unproven", f.Unproven, nil},
	} {
		if l.n > 0 {
			out = append(out, bar{Label: p.text[l.key], Count: p.number(l.n), Sub: l.part})
		}
	}
	return out
}

// reasons are the most frequent reasons for failures, as lines of text.
func (p printer) reasons(w report.Week) []bar {
	var out []bar
	for _, f := range w.Failures[:min(len(w.Failures), maxFailures)] {
		out = append(out, bar{Label: p.why(f), Count: p.number(f.Messages)})
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
