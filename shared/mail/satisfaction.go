package mail

import (
	"strconv"
	"strings"

	"frontdesk/shared/chart"
	"frontdesk/shared/report"
)

// satisfied is what customers answered when they were asked how satisfied they were: one
// line, and a bar of 4 and 5, 3, and 1 and 2. A share never stands without the number of
// answers that it is made of.
type satisfied struct {
	Share, Note string
	Split       string // what the parts of the bar are
	Delta       delta
	Bar         []chart.Segment
}

// satisfaction is nil when nobody was asked and nobody answered.
func (p printer) satisfaction(w report.Week) *satisfied {
	s := w.Figures.Satisfaction
	switch {
	case s.Surveys == 0 && s.Rated == 0:
		return nil
	case s.Rated == 0:
		return &satisfied{Share: p.text["none"], Note: p.say("rated.none", p.number(s.Surveys))}
	}
	mean := strconv.FormatFloat(*s.RatingMean, 'f', 1, 64)
	out := &satisfied{
		Share: p.share(s.SatisfiedShare), Delta: p.shareDelta(w.Changes, "satisfied_share"),
		Note: p.say("rated.more", p.number(s.Rated), p.number(s.Surveys), mean),
	}
	if s.ResponseRate != nil {
		out.Note = p.say("rated", p.number(s.Rated), p.number(s.Surveys), p.share(s.ResponseRate), mean)
	}
	parts := []int64{s.Ratings[3] + s.Ratings[4], s.Ratings[2], s.Ratings[0] + s.Ratings[1]}
	out.Split = p.say("rated.split", p.number(parts[0]), p.number(parts[1]), p.number(parts[2]))
	out.Bar = chart.Split([]chart.Tone{chart.Bot, chart.People, chart.None}, parts)
	return out
}

func (p *page) satisfaction(v view) {
	s := v.Satisfied
	if s == nil {
		return
	}
	p.section(v.T["rated.title"], "")
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:6px"><tr><td class="ink" style="font-size:15px;line-height:22px;color:#182527"><b style="font-size:20px">%s</b> %s`, s.Share, v.T["rated.share"])
	if s.Delta.Text != "" {
		p.put(` &nbsp;`)
		p.delta(s.Delta)
		p.put(` <span class="mut" style="color:#66757a;font-size:13px">%s</span>`, v.T["before"])
	}
	p.put(`</td></tr></table>`)
	if len(s.Bar) > 0 {
		p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:6px"><tr>`)
		p.put("%s", markup(chart.Bar(s.Bar)))
		p.put(`</tr></table>`)
	}
	p.put(`<p class="mut" style="margin:6px 0 0;font-size:13px;line-height:19px;color:#66757a">%s</p>`, strings.TrimSpace(s.Note+v.T["gap"]+s.Split))
	p.shut()
}

func (v view) satisfaction(l *letter) {
	if s := v.Satisfied; s != nil {
		l.section(v.T["rated.title"], ": ", s.Share, " ", v.T["rated.share"], v.since(s.Delta))
		l.line("  ", strings.TrimSpace(s.Note+v.T["gap"]+s.Split))
	}
}
