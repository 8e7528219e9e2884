package mail

import "frontdesk/shared/report"

// The verdicts of a week, the headline of the mail. They follow from the report
// alone, by these limits: it needs a look (poor) when over 5 % of the conversations
// that needed an answer got none, or over 5 % of our messages failed, or the
// share that templates answered fell by over 5 points; at 2 % or 2 points it is
// fair. It is fair too when people's median first reply takes over 10 minutes and
// half as long again as the week before, or over 2 % of conversations ended a
// day waiting for a person.
const (
	good  = "good"
	fair  = "fair"
	poor  = "poor"
	quiet = "quiet"
	empty = "empty"
)

const (
	fairShare   = 0.02
	poorShare   = 0.05
	slowReply   = 10 * 60_000
	slowPercent = 50
)

// verdict is the level of a week, its headline and the sentences that say why.
type verdict struct {
	Level string
	Title string
	Text  []string
}

func (p printer) verdict(w report.Week) verdict {
	f := w.Figures
	v := verdict{Level: good}
	switch {
	case len(w.Missing) == 7:
		v.Level = empty
	case f.ContainedShare == nil:
		v = verdict{Level: quiet, Text: []string{p.text["say.nobody"]}}
	default:
		v.weigh(p.findings(w))
	}
	v.Title = p.say("verdict."+v.Level, p.title(w))
	return v
}

// finding is one thing to judge a week by: how large it is as a share, and its
// sentence. One that is always said is said however small.
type finding struct {
	share  float64
	text   string
	always bool
}

func (p printer) findings(w report.Week) []finding {
	f := w.Figures
	answers := p.say("say.unanswered", p.number(f.Unanswered), p.share(f.UnansweredShare))
	if f.Unanswered == 0 {
		answers = p.text["say.all"]
	}
	drop := -w.Changes["contained_share"].Delta
	out := []finding{
		{value(f.UnansweredShare), answers, true},
		{value(f.FailedShare), p.say("say.failed", p.number(f.Failed), p.share(f.FailedShare)), f.Failed > 0},
		{drop, p.say("say.dropped", p.points(drop)), false},
		{min(float64(f.Waiting)/float64(f.Conversations), poorShare), p.say("say.waiting", p.number(f.Waiting)), false},
	}
	if c, slow := slower(w); slow {
		text := p.say("say.slow", p.duration(f.FirstReplyPeople.Median), p.duration(int64(c.Before)))
		out = append(out, finding{poorShare, text, true})
	}
	return out
}

func (v *verdict) weigh(all []finding) {
	for _, f := range all {
		switch {
		case f.share > poorShare:
			v.Level = poor
		case f.share > fairShare && v.Level == good:
			v.Level = fair
		}
		if f.always || f.share > fairShare {
			v.Text = append(v.Text, f.text)
		}
	}
}

func slower(w report.Week) (report.Change, bool) {
	c, ok := w.Changes["first_reply_people_median_ms"]
	slow := ok && c.Percent != nil && *c.Percent > slowPercent && w.Figures.FirstReplyPeople.Median > slowReply
	return c, slow
}

func value(s *float64) float64 {
	if s == nil {
		return 0
	}
	return *s
}
