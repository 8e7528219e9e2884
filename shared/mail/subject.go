package mail

import "frontdesk/shared/report"

// subject is the headline: for the company, what templates answered; for a team, how soon
// people answered and who was left waiting; each with its change.
func (p printer) subject(w report.Week) string {
	f, name := w.Figures, p.title(w)
	if s := scope(w); s != "" {
		name = p.say("subject.scope", name, s)
	}
	switch {
	case f.Conversations == 0:
		return p.say("subject.none", name)
	case w.Team != nil && f.FirstReplyPeople != nil:
		change := p.brackets(p.changeOf(w.Changes, "first_reply_people_median_ms", -1))
		return p.say("subject.people", name, p.duration(f.FirstReplyPeople.Median), change, p.number(f.Waiting))
	case f.ContainedShare == nil:
		return p.say("subject.quiet", name, p.number(f.Conversations))
	}
	return p.say("subject", name, p.share(f.ContainedShare), p.brackets(p.shareDelta(w.Changes, "contained_share")),
		p.number(f.Conversations), p.brackets(p.changeOf(w.Changes, "conversations", 0)))
}

// brackets is a change in a line of text; empty when there is nothing to compare with.
func (p printer) brackets(d delta) string {
	if d.Text == "" {
		return ""
	}
	return p.say("subject.changed", d.Text)
}
