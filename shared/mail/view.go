package mail

import (
	"fmt"
	"math"
	"strings"
	"unicode"

	"frontdesk/shared/chart"
	"frontdesk/shared/report"
)

// Limits that keep a mail under [MaxHTML] however much there is to list.
const (
	maxGroups   = 8
	maxTop      = 6
	maxFailures = 4
	maxName     = 60 // characters
)

// view is the mail with every figure already written out: what
// [view.html] and [view.plain] lay out.
type view struct {
	Lang, Subject, Preheader, Hello, Title, Dates, Scope string
	T                                                    map[string]string
	Verdict                                              verdict
	Notices                                              []string
	// Share is the big figure: answered by templates alone.
	Share             string
	ShareDelta        delta
	Split             []segment
	Tiles             []tile
	Look              []bar
	Days              chart.Stacks
	Trend             chart.Columns
	Heat              chart.Heat
	Times             chart.Times
	Filters, Asked    chart.Bars
	Failures          chart.Bars
	Channels, Teams   []group
	Agents            []agent
	MoreAgents        string
	Promises          []bar
	MoreCh, MoreTeams string
	Satisfied         *satisfied
	Own               []ownTable
	MoreOwn           string
	Unanswered        moreView
	Review            moreView
	Foot              []string
	Link, Unsubscribe string
}

// delta is a change, ready to be read. Mood is good, bad or even.
type delta struct{ Text, Mood string }

// segment is a part of the bar that tells who answered.
type segment struct {
	Label, Count, Percent string
	Tone                  chart.Tone
	Part                  int64
}

type tile struct {
	Label, Value string
	Delta        delta
	Notes        []string
}

// bar is a line of a list; Sub are lines below it.
type bar struct {
	Label, Count string
	Sub          []bar
}

// line is a bar in words.
func (b bar) line() string {
	if b.Count == "" {
		return b.Label
	}
	return b.Label + " · " + b.Count
}

type group struct {
	Name, Count, Share, Unanswered, Reply string
	Delta                                 delta
}

func (p printer) view(w report.Week, to Recipient, o Options) (view, error) {
	dates, err := p.dates(w.From, w.To)
	if err != nil {
		return view{}, fmt.Errorf("dates of the report: %w", err)
	}
	v := view{
		Lang: p.lang, T: p.text, Title: p.title(w), Dates: dates, Scope: scope(w),
		Verdict: p.verdict(w), Notices: p.notices(w), Share: p.share(w.Figures.ContainedShare),
		ShareDelta: p.shareDelta(w.Changes, "contained_share"),
		Split:      p.split(w.Figures.Split), Tiles: p.tiles(w), Look: p.look(w),
		Days: p.days(w), Trend: p.trend(w), Heat: p.heat(w), Times: p.waits(w),
		Filters: p.filters(w), Asked: p.templates(w), Failures: p.failures(w),
		Satisfied: p.satisfaction(w),
		Link:      o.Link, Unsubscribe: o.Unsubscribe,
	}
	if name := plain(to.Name); name != "" {
		v.Hello = p.say("hello", name)
	}
	v.Channels, v.MoreCh = p.groups(w.Channels)
	v.Teams, v.MoreTeams = p.groups(w.Teams)
	v.Own, v.MoreOwn = p.own(w)
	v.Agents, v.MoreAgents = p.agents(w)
	v.Promises = p.promises(w.Figures.SLA)
	v.Unanswered, v.Review = p.unansweredSection(o.More), p.reviewSection(o.More)
	v.Subject = p.subject(w)
	v.Preheader = p.preheader(w, v.Verdict)
	v.Foot = p.foot(o)
	return v, nil
}

// preheader is what a mailbox shows beside the subject.
func (p printer) preheader(w report.Week, v verdict) string {
	parts := []string{v.Title}
	if w.Figures.ContainedShare != nil {
		parts = append(parts, p.say("say.contained", p.share(w.Figures.ContainedShare)))
	}
	return strings.Join(append(parts, v.Text...), p.text["gap"])
}

// title is "Week 47".
func (p printer) title(w report.Week) string {
	_, number, _ := strings.Cut(w.Week, "-W")
	return p.say("week", strings.TrimPrefix(number, "0"))
}

func scope(w report.Week) string {
	var parts []string
	for _, n := range []*report.Name{w.Channel, w.Team} {
		if n != nil {
			parts = append(parts, plain(n.Name))
		}
	}
	return strings.Join(parts, " · ")
}

func (p printer) notices(w report.Week) []string {
	if len(w.Missing) == 0 || len(w.Missing) == 7 { // the headline says so
		return nil
	}
	var names []string
	for i, d := range w.Days {
		if d.Missing {
			names = append(names, p.weekday("weekdays", i))
		}
	}
	out := []string{p.say("missing", p.list(names))}
	if len(w.Compared) > 0 {
		out = append(out, p.text["same"])
	}
	return out
}

func (p printer) foot(o Options) []string {
	out := []string{p.text["counted"]}
	if o.Zone != "" {
		out = append(out, p.say("zone", o.Zone))
	}
	return append(out, p.text["why"])
}

// Changes under small percent are called unchanged, those under big are said
// but are neither good nor bad: weeks differ by chance.
const small, big = 1, 5

// change writes the change of a figure; up says whether more is good (1), bad
// (-1) or neither (0).
func (p printer) change(c report.Change, up int) delta {
	if c.Percent == nil {
		if c.Delta == 0 {
			return delta{p.text["unchanged"], "even"}
		}
		return delta{p.text["new"], "even"}
	}
	size := math.Abs(*c.Percent)
	switch {
	case size < small:
		return delta{p.text["unchanged"], "even"}
	case size < big:
		up = 0
	}
	return delta{arrow(c.Delta) + " " + p.percent(size/100), mood(c.Delta, up)}
}

func (p printer) changeOf(all map[string]report.Change, name string, up int) delta {
	c, ok := all[name]
	if !ok {
		return delta{}
	}
	return p.change(c, up)
}

// shareDelta is the change of a share where more is good, in points.
func (p printer) shareDelta(all map[string]report.Change, name string) delta {
	c, ok := all[name]
	switch {
	case !ok:
		return delta{}
	case c.Delta > -0.0005 && c.Delta < 0.0005:
		return delta{p.text["unchanged"], "even"}
	}
	return delta{arrow(c.Delta) + " " + p.points(c.Delta), mood(c.Delta, 1)}
}

func arrow(d float64) string {
	if d < 0 {
		return "▼"
	}
	return "▲"
}

func mood(d float64, up int) string {
	switch {
	case up == 0:
		return "even"
	case (d > 0) == (up > 0):
		return "good"
	}
	return "bad"
}

// plain is a name fit for one line: no control characters, not too long.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > maxName {
		return strings.TrimSpace(string(r[:maxName-1])) + "…"
	}
	return string(r)
}
