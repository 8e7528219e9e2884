package mail

import (
	"strconv"

	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
)

// What the head of a team needs to know besides: who answered, who was left waiting, and which
// promises were kept.

// agent is a line of the table of who answered.
type agent struct{ Name, Messages, Answers, Reply, Resolved string }

// maxAgents keeps the table short.
const maxAgents = 12

// teamTiles stand in the edition of a team in place of the company's.
func (p printer) teamTiles(w report.Week) []tile {
	f, c := w.Figures, w.Changes
	return []tile{
		p.timeTile("first.people", f.FirstReplyPeople, p.changeOf(c, "first_reply_people_median_ms", -1)),
		p.timeTile("every.people", f.ReplyPeople, p.changeOf(c, "reply_people_median_ms", -1)),
		{p.text["handed"], p.number(f.HandedOff), p.changeOf(c, "handed_off", 0), []string{p.say("handed.note", p.share(f.HandedOffShare))}},
		{p.text["left"], p.number(f.Waiting), p.changeOf(c, "waiting", -1), []string{p.text["left.note"]}},
	}
}

// agents are in the edition of a team alone: it is no list for the whole company.
func (p printer) agents(w report.Week) (out []agent, more string) {
	if w.Team == nil {
		return nil, ""
	}
	for _, a := range w.Agents[:min(len(w.Agents), maxAgents)] {
		line := agent{Name: plain(a.Name.Name), Messages: p.number(a.Messages), Answers: p.number(a.Answers), Resolved: p.number(a.Resolved), Reply: p.text["none"]}
		if a.ID == rollup.Other {
			line.Name = p.text["agent.other"]
		}
		if a.Reply != nil {
			line.Reply = p.duration(a.Reply.Median)
		}
		out = append(out, line)
	}
	if n := len(w.Agents) - maxAgents; n > 0 {
		more = p.say("more", strconv.Itoa(n))
	}
	return out, more
}

// promises are what became of those that there were.
func (p printer) promises(s report.Promises) []bar {
	var out []bar
	for _, k := range []struct {
		key  string
		kept report.Kept
	}{{"promise.first", s.FirstReply}, {"promise.next", s.NextReply}, {"promise.resolution", s.Resolution}} {
		if k.kept.Share != nil {
			n := p.say("promise.kept", p.number(k.kept.Met), p.number(k.kept.Met+k.kept.Broken), p.share(k.kept.Share))
			out = append(out, bar{Label: p.text[k.key], Count: n})
		}
	}
	return out
}

func (p *page) promises(v view) {
	if len(v.Promises) == 0 {
		return
	}
	p.section(v.T["promises.title"], "")
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:4px">` + "\n")
	for _, l := range v.Promises {
		p.put(`<tr><td class="ink line" style="padding:9px 0;border-bottom:1px solid #ece9e2;font-size:15px;line-height:21px;color:#182527">%s</td><td class="ink line" align="right" style="padding:9px 0 9px 12px;border-bottom:1px solid #ece9e2;font-size:15px;line-height:21px;font-weight:600;color:#182527">%s</td></tr>`+"\n", l.Label, l.Count)
	}
	p.put(`</table>`)
	p.shut()
}

func (p *page) agents(v view) {
	if len(v.Agents) == 0 {
		return
	}
	p.section(v.T["agents.title"], v.T["agents.note"])
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:4px"><tr><td class="line" style="border-bottom:1px solid #d9d5cb">&nbsp;</td>`)
	for _, name := range []string{v.T["agent.messages"], v.T["agent.answers"], v.T["agent.reply"], v.T["agent.resolved"]} {
		p.put(`<td class="mut line" align="right" valign="bottom" style="padding:6px 0 6px 10px;border-bottom:1px solid #d9d5cb;font-size:12px;line-height:16px;color:#66757a">%s</td>`, name)
	}
	p.put("</tr>\n")
	for _, a := range v.Agents {
		p.put(`<tr><td class="ink line" style="padding:9px 0;border-bottom:1px solid #ece9e2;font-size:14px;line-height:20px;color:#182527">%s</td>`, a.Name)
		for _, cell := range []string{a.Messages, a.Answers, a.Reply, a.Resolved} {
			p.put(`<td class="ink line" align="right" style="padding:9px 0 9px 10px;border-bottom:1px solid #ece9e2;font-size:14px;line-height:20px;color:#182527;white-space:nowrap">%s</td>`, cell)
		}
		p.put("</tr>\n")
	}
	p.put(`</table>`)
	if v.MoreAgents != "" {
		p.note(v.MoreAgents)
	}
	p.shut()
}

// team is the same in words.
func (v view) team(l *letter) {
	if len(v.Promises) > 0 {
		l.section(v.T["promises.title"])
	}
	for _, b := range v.Promises {
		l.line("  ", b.Label, ": ", b.Count)
	}
	if len(v.Agents) > 0 {
		l.section(v.T["agents.title"])
	}
	for _, a := range v.Agents {
		l.line("  ", a.Name, ": ", v.T["agent.messages"], " ", a.Messages, "; ", v.T["agent.answers"], " ", a.Answers, "; ",
			v.T["agent.reply"], " ", a.Reply, "; ", v.T["agent.resolved"], " ", a.Resolved)
	}
	if v.MoreAgents != "" {
		l.line("  ", v.MoreAgents)
	}
}
