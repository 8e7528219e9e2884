package mail

import (
	"slices"
	"strconv"

	"frontdesk/shared/chart"
	"frontdesk/shared/report"
)

// Charts are the charts of a week in a language, in the order in which a mail shows them.
// A chart that the week has nothing for is not there. A new chart is one function here
// that turns figures into a [chart.Chart], and its line in the list.
func Charts(w report.Week, language string) []chart.Chart {
	p := newPrinter(language)
	all := []chart.Chart{p.days(w), p.trend(w), p.contained(w), p.heat(w), p.waits(w), p.filters(w), p.templates(w), p.failures(w)}
	return slices.DeleteFunc(all, chart.Chart.Blank)
}

// frame names a chart; title and note are keys of words.
func (p printer) frame(name, title, note string) chart.Frame {
	return chart.Frame{Name: name, Title: p.text[title], Note: p.text[note], Lang: p.lang, Missing: p.text["days.missing"]}
}

// days are the conversations of each day, by who answered.
func (p printer) days(w report.Week) chart.Stacks {
	out := chart.Stacks{Frame: p.frame("days", "days.title", ""), Series: []chart.Series{
		{Name: p.text["by.templates"], Tone: chart.Bot}, {Name: p.text["by.people"], Tone: chart.People},
		{Name: p.text["by.nobody"], Tone: chart.None}, {Name: p.text["by.quiet"], Tone: chart.Quiet},
	}}
	for i, d := range w.Days {
		out.Stacks = append(out.Stacks, chart.Stack{Label: p.weekday("short", i), Missing: d.Missing,
			Values: []int64{d.Contained, d.HandedOff, d.Unanswered, d.Quiet}})
	}
	return out
}

// trend is eight weeks of conversations.
func (p printer) trend(w report.Week) chart.Columns {
	out := chart.Columns{Frame: p.frame("trend", "trend.title", "trend.note")}
	for i, t := range w.Trend {
		c := p.week(t, i == len(w.Trend)-1)
		if c.Value = t.Conversations; !c.Missing {
			c.Note = p.share(t.ContainedShare)
		}
		out.Columns = append(out.Columns, c)
	}
	return out
}

// contained is eight weeks of the share that templates answered alone.
func (p printer) contained(w report.Week) chart.Columns {
	out := chart.Columns{Frame: p.frame("contained", "contained.title", "")}
	out.Unit = chart.Share
	for i, t := range w.Trend {
		c := p.week(t, i == len(w.Trend)-1)
		if t.ContainedShare == nil {
			c.Missing = true
		} else {
			c.Value = chart.Millionths(*t.ContainedShare)
		}
		out.Columns = append(out.Columns, c)
	}
	return out
}

func (p printer) week(t report.Point, now bool) chart.Column {
	return chart.Column{Label: t.Week[max(len(t.Week)-3, 0):], Now: now, Missing: t.MissingDays >= 7}
}

// heat is when customers wrote.
func (p printer) heat(w report.Week) chart.Heat {
	out := chart.Heat{Frame: p.frame("heat", "heat.title", ""), Hours: w.Heat}
	out.Note = p.busiest(w)
	for i := range out.Days {
		out.Days[i] = p.weekday("short", i)
	}
	return out
}

func (p printer) busiest(w report.Week) string {
	if len(w.Busiest) == 0 {
		return ""
	}
	b := w.Busiest[0]
	when := p.say("hour", p.weekday("weekdays", b.Weekday-1), strconv.Itoa(b.Hour), strconv.Itoa(b.Hour+1))
	return p.say("heat.busiest", when, p.number(b.MessagesIn))
}

// waits are how long customers waited.
func (p printer) waits(w report.Week) chart.Times {
	f, out := w.Figures, chart.Times{Frame: p.frame("times", "times.title", "times.note"), Half: p.text["median"], Most: p.text["most"]}
	out.Unit, out.Missing = chart.Duration, p.text["nobody"]
	for _, t := range []struct {
		label string
		took  *report.Times
	}{{"first.bot", f.FirstReplyBot}, {"first.people", f.FirstReplyPeople}, {"reply.bot", f.ReplyBot}, {"reply.people", f.ReplyPeople}} {
		row := chart.Took{Label: p.text[t.label], Missing: t.took == nil}
		if t.took != nil {
			row.Median, row.P90 = t.took.Median, t.took.P90
			if open := t.took.Open; open != nil && open.Median != t.took.Median {
				row.Note = p.say("median.open", p.duration(open.Median))
			}
		}
		out.Times = append(out.Times, row)
	}
	return out
}

// filters are what customers asked.
func (p printer) filters(w report.Week) chart.Bars {
	out := chart.Bars{Frame: p.frame("filters", "filters.title", "filters.note"), Of: w.Figures.MessagesIn}
	for _, f := range w.Filters[:min(len(w.Filters), maxTop)] {
		out.Bars = append(out.Bars, chart.Ranked{Label: p.filterName(f.Name), Value: f.Messages})
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

// templates are what was answered.
func (p printer) templates(w report.Week) chart.Bars {
	out := chart.Bars{Frame: p.frame("templates", "templates.title", "templates.note")}
	for _, t := range w.Templates[:min(len(w.Templates), maxTop)] {
		r := chart.Ranked{Label: plain(t.Name.Name), Value: t.Messages}
		if t.Read > 0 {
			r.Note = p.percent(float64(t.Read)/float64(t.Messages)) + " " + p.text["read"]
		}
		if t.Failed > 0 {
			r.Note = p.join(r.Note, p.number(t.Failed)+" "+p.text["failed"])
		}
		out.Bars = append(out.Bars, r)
	}
	return out
}

// failures are why messages failed.
func (p printer) failures(w report.Week) chart.Bars {
	out := chart.Bars{Frame: p.frame("failures", "failures.title", "failures.note"), Tone: chart.None, Of: w.Figures.Failed}
	for _, f := range w.Failures[:min(len(w.Failures), maxTop)] {
		out.Bars = append(out.Bars, chart.Ranked{Label: p.why(f), Value: f.Messages})
	}
	return out
}

// why is a reason for a failure, with the channel's code.
func (p printer) why(f report.Failure) string {
	text := f.Reason
	if p.lang == Chinese {
		text = reason(f.Code)
	}
	if f.Code != 0 {
		text += " (" + strconv.Itoa(f.Code) + ")"
	}
	return plain(text)
}
