package rollup

import (
	"cmp"
	"slices"

	"frontdesk/shared/conversation"
)

// inbound counts what an inbound message means for its team.
func (p *Part) inbound(m conversation.Message) {
	c, f := &p.Counts, m.Facts
	c.In++
	p.InHours[hour(m)]++
	c.Active += one(f.FirstOfWeek)
	c.ActiveDay += one(f.FirstOfDay)
	c.ActiveMonth += one(f.FirstOfMonth)
	c.New += one(f.FirstEver)
	c.Opened += one(f.Opened)
	c.Reopened += one(f.Reopened)
	c.OptOuts += one(f.OptedOut)
	c.OptIns += one(f.OptedIn)
	if ofSurvey(m) {
		return
	}
	handedOff := m.Outcome == conversation.HandedOff
	c.HandOffs += one(handedOff)
	if m.Filter == "" || m.Filter == byPeople || m.Filter == byNone || m.Filter == byMute || m.OfWish() {
		return
	}
	p.Filters = addCounts(p.Filters, map[string]int64{m.Filter: 1})
	if handedOff {
		p.FilterHandOffs = addCounts(p.FilterHandOffs, map[string]int64{m.Filter: 1})
	}
}

// agent counts what a person did; one whom the playbook does not name is [Other].
func (p *Part) agent(id string, did Agent) {
	p.Agents = joined(p.Agents, map[string]Agent{cmp.Or(id, Other): did})
}

// promise counts what became of the promise that a person's answer was under.
func (p *Part) promise(f conversation.Facts) {
	met, broken := &p.Counts.NextMet, &p.Counts.NextBroken
	if f.First {
		met, broken = &p.Counts.FirstMet, &p.Counts.FirstBroken
	}
	*met += one(f.Promise == conversation.PromiseMet)
	*broken += one(f.Promise == conversation.PromiseBroken)
}

// ends counts the spells that people ended on the day, each once.
func (d *dayMaker) ends(receipts []conversation.Receipt) {
	seen := map[string]bool{}
	for _, r := range receipts {
		if r.Ended == nil || r.Ended.Day != d.Day.Day || seen[r.ReplyID] {
			continue
		}
		seen[r.ReplyID] = true
		d.end(*r.Ended)
	}
}

func (d *dayMaker) end(e conversation.Ended) {
	if len(d.parts) == 0 {
		d.Channel, d.Team = e.Channel, e.Team
	}
	d.Resolved++
	p := d.part(e.Team)
	p.Counts.Resolved++
	p.Counts.ResolveMet += one(e.Promise == conversation.PromiseMet)
	p.Counts.ResolveBroken += one(e.Promise == conversation.PromiseBroken)
	p.agent(e.Agent, Agent{Resolved: 1})
	p.Ends = append(p.Ends, End{e.Took, e.TookOpen})
}

// slices counts a conversation, of which p is the part of its last team, by what it has in
// common with others.
func (d *dayMaker) slices(p *Part) {
	p.Counts.Answered += one(d.heard)
	p.Counts.Again += one(d.again)
	s := Slice{
		In: int64(len(d.inbound)), Conversations: 1,
		Contained: one(d.Outcome == Contained), HandedOff: one(d.Outcome == HandedOff), Unanswered: one(d.Outcome == Unanswered),
	}
	p.Languages = joined(p.Languages, map[string]Slice{cmp.Or(d.Language, Other): s})
	for _, tag := range slices.Compact(slices.Sorted(slices.Values(d.Tags))) {
		p.Tags = joined(p.Tags, map[string]Slice{tag: s})
	}
}
