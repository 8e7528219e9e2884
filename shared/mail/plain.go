package mail

import (
	"fmt"
	"strings"

	"frontdesk/shared/chart"
)

// letter is a text part being written.
type letter struct{ strings.Builder }

// line writes one line; section one with an empty line before it.
func (l *letter) line(parts ...string)    { fmt.Fprintln(l, strings.Join(parts, "")) }
func (l *letter) section(title ...string) { l.line(); l.line(title...) }

// plain is the text part: the same figures, in the order of the HTML.
func (v view) plain() string {
	l := &letter{}
	v.opening(l)
	v.answers(l)
	v.weeks(l)
	v.team(l)
	v.satisfaction(l)
	if len(v.Split) > 0 {
		v.daily(l)
	}
	v.waits(l)
	l.bars(v.Filters)
	l.bars(v.Asked)
	v.split(l, "channels.title", v.Channels, v.MoreCh)
	v.split(l, "teams.title", v.Teams, v.MoreTeams)
	l.more(v.Unanswered)
	l.more(v.Review)
	v.own(l)
	if v.Link != "" {
		l.section(v.T["link"], ": ", v.Link)
	}
	l.section("-- ")
	for _, line := range v.Foot {
		l.line(line)
	}
	if v.Unsubscribe != "" {
		l.line(v.T["unsubscribe"], ": ", v.Unsubscribe)
	}
	return l.String()
}

func (v view) opening(l *letter) {
	if v.Hello != "" {
		l.line(v.Hello)
		l.line()
	}
	name := v.T["brand"]
	if v.Scope != "" {
		name += " · " + v.Scope
	}
	l.line(name)
	l.line(v.Title, v.T["comma"], v.Dates)
	l.section(v.Verdict.Title)
	for _, s := range append(v.Verdict.Text, v.Notices...) {
		l.line(s)
	}
}

func (v view) answers(l *letter) {
	if len(v.Split) > 0 {
		l.section(v.Share, " ", v.T["contained"], v.since(v.ShareDelta))
		for _, s := range v.Split {
			l.line("  ", s.Label, ": ", s.Count, " (", s.Percent, ")")
		}
	}
	if v.Verdict.Level == empty {
		return
	}
	l.line()
	for _, t := range v.Tiles {
		l.line(t.Label, ": ", t.Value, v.since(t.Delta))
		for _, n := range t.Notes {
			l.line("  ", n)
		}
	}
}

// since is a change against last week in parentheses, empty for none.
func (v view) since(d delta) string {
	if d.Text == "" {
		return ""
	}
	return " (" + d.Text + " " + v.T["before"] + ")"
}

func (v view) daily(l *letter) {
	l.section(v.T["look.title"])
	if len(v.Look) == 0 {
		l.line("  ", v.T["look.none"])
	}
	for _, b := range v.Look {
		l.line("  ", b.Label, ": ", b.Count)
		for _, s := range b.Sub {
			l.line("    ", s.line())
		}
	}
	l.section(v.T["days.title"])
	for _, k := range v.Days.Stacks {
		l.line("  ", v.Days.Says(k))
	}
}

func (v view) weeks(l *letter) {
	l.section(v.T["trend.title"])
	for _, c := range v.Trend.Columns {
		l.line("  ", v.Trend.Says(c))
	}
}

func (v view) waits(l *letter) {
	if !v.Heat.Blank() {
		l.section(v.Heat.Note)
	}
	l.section(v.T["times.title"])
	for _, k := range v.Times.Times {
		l.line("  ", v.Times.Says(k))
	}
}

func (l *letter) bars(c chart.Bars) {
	if c.Blank() {
		return
	}
	l.section(c.Title)
	for _, r := range c.Bars {
		l.line("  ", c.Says(r))
	}
}

func (v view) split(l *letter, title string, all []group, more string) {
	if len(all) == 0 {
		return
	}
	l.section(v.T[title])
	for _, g := range all {
		change := ""
		if g.Delta.Text != "" {
			change = " (" + g.Delta.Text + ")"
		}
		l.line("  ", g.Name, ": ", g.Count, change, "; ", v.T["by.templates"], " ", g.Share, "; ",
			v.T["by.nobody"], " ", g.Unanswered, "; ", v.T["column.people"], " ", g.Reply)
	}
	if more != "" {
		l.line("  ", more)
	}
}
