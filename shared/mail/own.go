package mail

import (
	"math"
	"strconv"

	"frontdesk/shared/report"
)

// maxOwn is how many channels' own figures a mail shows.
const maxOwn = 4

// ownTable is what a channel counted itself, beside ours.
type ownTable struct {
	Name, Days, Note string
	Lines            []ownLine
}

// ownLine is one figure: ours, the channel's, and below them the channel's definition and
// why they differ. The note is empty where a table above has it already.
type ownLine struct{ Label, Ours, Theirs, Note string }

// own are the channels' own figures; more says how many channels are not shown.
func (p printer) own(w report.Week) (tables []ownTable, more string) {
	said := map[string]bool{}
	for _, o := range w.Own[:min(len(w.Own), maxOwn)] {
		t := ownTable{Name: plain(o.Name.Name), Days: p.say("own.days", strconv.Itoa(o.Days))}
		if o.Service != nil {
			t.Lines = p.serviceLines(o.Service, oursOf(w, o.ID))
		}
		if o.Contact != nil || o.Groups != nil {
			t.Lines, t.Note = append(t.Lines, p.contactLines(o)...), p.text["own.contact"]
		}
		for i, l := range t.Lines {
			if said[l.Note] {
				t.Lines[i].Note = ""
			}
			said[l.Note] = true
		}
		tables = append(tables, t)
	}
	if n := len(w.Own) - maxOwn; n > 0 {
		more = p.say("more", strconv.Itoa(n))
	}
	return tables, more
}

// oursOf is our own count of a channel; nil when there is none.
func oursOf(w report.Week, channel string) *report.Figures {
	for _, g := range w.Channels {
		if g.ID == channel {
			return &g.Figures
		}
	}
	return nil
}

func (p printer) serviceLines(s *report.OwnService, ours *report.Figures) []ownLine {
	c := p.counterparts(ours)
	lines := []ownLine{
		{p.text["own.messages"], c.messages, p.number(s.Messages), p.text["own.messages.why"]},
		{p.text["own.sessions"], c.conversations, p.number(s.Sessions), p.text["own.sessions.why"]},
		{p.text["own.customers"], c.customers, p.daily(s.Customers), p.text["own.customers.why"]},
		{p.text["own.bot"], c.contained, p.number(s.BotSessions), p.text["own.bot.why"]},
		{p.text["own.people"], c.people, p.number(s.PeopleSessions), p.text["own.people.why"]},
		{p.text["own.answered"], c.answered, p.shares(s.ReplyRate), p.text["own.answered.why"]},
		{p.text["own.reply"], c.reply, p.times(s.FirstReply), p.text["own.reply.why"]},
	}
	if s.Asked > 0 {
		theirs := p.say("own.of", p.share(s.SatisfiedShare), p.number(s.Rated))
		lines = append(lines, ownLine{p.text["own.satisfied"], c.satisfied, theirs, p.text["own.satisfied.why"]})
	}
	return lines
}

// counterparts are our figures, written out, that stand beside those of a customer
// service account; dashes where there is none.
type counterparts struct{ messages, conversations, customers, contained, people, answered, reply, satisfied string }

func (p printer) counterparts(f *report.Figures) counterparts {
	none := p.text["none"]
	if f == nil {
		return counterparts{none, none, none, none, none, none, none, none}
	}
	c := counterparts{
		messages: p.number(f.MessagesIn), conversations: p.number(f.Conversations), customers: p.number(f.ActiveCustomers),
		contained: p.number(f.Contained), people: p.number(f.HandedOff), answered: none, reply: none, satisfied: none,
	}
	if f.HandedOff > 0 {
		c.answered = p.percent(float64(f.HandedOff-f.Waiting) / float64(f.HandedOff))
	}
	if f.FirstReplyPeople != nil {
		c.reply = p.duration(f.FirstReplyPeople.Median)
	}
	if f.Rated > 0 {
		c.satisfied = p.say("own.of", p.share(f.SatisfiedShare), p.number(f.Rated))
	}
	return c
}

func (p printer) contactLines(o report.Own) []ownLine {
	none := p.text["none"]
	var lines []ownLine
	if c := o.Contact; c != nil {
		lines = append(lines,
			ownLine{p.text["own.chats"], none, p.daily(c.Chats), p.text["own.chats.why"]},
			ownLine{p.text["own.sent"], none, p.number(c.Messages), p.text["own.sent.why"]},
			ownLine{p.text["own.share"], none, p.shares(c.ReplyRate), p.text["own.share.why"]},
			ownLine{p.text["own.wait"], none, p.times(c.FirstReply), p.text["own.wait.why"]},
			ownLine{p.text["own.added"], none, p.say("own.change", p.number(c.Added), p.number(c.Lost)), p.text["own.added.why"]},
		)
	}
	if g := o.Groups; g != nil {
		lines = append(lines,
			ownLine{p.text["own.groups"], none, p.say("own.total", p.number(g.Chats), p.number(g.NewChats)), p.text["own.groups.why"]},
			ownLine{p.text["own.members"], none, p.say("own.total", p.number(g.Members), p.number(g.NewMembers)), p.text["own.members.why"]},
		)
	}
	return lines
}

func (p printer) daily(d report.Daily) string {
	if d.Most == 0 {
		return p.number(0)
	}
	mean := strconv.FormatFloat(math.Round(d.Mean*10)/10, 'f', -1, 64)
	if d.Mean >= 10 {
		mean = p.number(int64(math.Round(d.Mean)))
	}
	return p.say("own.daily", mean, p.number(d.Most))
}

func (p printer) shares(s *report.Spread) string { return p.spread(s, p.percent) }

func (p printer) times(s *report.Spread) string {
	return p.spread(s, func(ms float64) string { return p.duration(int64(ms)) })
}

// spread is the lowest and the highest day; one value when they are written alike.
func (p printer) spread(s *report.Spread, write func(float64) string) string {
	if s == nil {
		return p.text["none"]
	}
	low, high := write(s.Low), write(s.High)
	if low == high {
		return low
	}
	return p.say("own.spread", low, high)
}

func (p *page) own(v view) {
	if len(v.Own) == 0 {
		return
	}
	p.section(v.T["own.title"], v.T["own.note"])
	for _, t := range v.Own {
		p.ownTable(v, t)
	}
	if v.MoreOwn != "" {
		p.note(v.MoreOwn)
	}
	p.shut()
}

func (p *page) ownTable(v view, t ownTable) {
	p.put(`<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" style="margin-top:10px"><tr><td class="ink line" style="padding:6px 0;border-bottom:1px solid #d9d5cb;font-size:14px;line-height:18px;font-weight:700;color:#182527">%s <span class="mut" style="font-size:12px;font-weight:400;color:#66757a">&nbsp;%s</span></td>`, t.Name, t.Days)
	const head = `<td class="mut line" width="%d%%" align="right" valign="bottom" style="width:%d%%;padding:6px 0;border-bottom:1px solid #d9d5cb;font-size:12px;line-height:18px;color:#66757a">%s</td>`
	p.put(head, 18, 18, v.T["own.ours"])
	p.put(head, 30, 30, v.T["own.theirs"])
	p.put("</tr>\n")
	for _, l := range t.Lines {
		p.ownLine(l)
	}
	p.put(`</table>`)
	if t.Note != "" {
		p.note(t.Note)
	}
}

// ownLine has its rule below the note, or below the figures where there is none.
func (p *page) ownLine(l ownLine) {
	class, below, rule := markup("ink"), 0, markup("")
	if l.Note == "" {
		class, below, rule = "ink line", 8, ";border-bottom:1px solid #ece9e2"
	}
	p.put(`<tr><td class="%s" valign="top" style="font-size:14px;line-height:20px;color:#182527;padding:8px 0 %dpx%s">%s</td>`, class, below, rule, l.Label)
	for _, figure := range []string{l.Ours, l.Theirs} {
		p.put(`<td class="%s" align="right" valign="top" style="font-size:14px;line-height:20px;font-weight:600;color:#182527;padding:8px 0 %dpx 8px%s">%s</td>`, class, below, rule, figure)
	}
	p.put("</tr>\n")
	if l.Note != "" {
		p.put(`<tr><td colspan="3" class="mut line" style="padding:1px 0 8px;border-bottom:1px solid #ece9e2;font-size:12px;line-height:17px;color:#66757a">%s</td></tr>`+"\n", l.Note)
	}
}

func (v view) own(l *letter) {
	if len(v.Own) == 0 {
		return
	}
	l.section(v.T["own.title"])
	l.line(v.T["own.note"])
	for _, t := range v.Own {
		l.line()
		l.line("  ", t.Name, " (", t.Days, ")")
		for _, line := range t.Lines {
			l.line("  ", line.Label, ": ", v.T["own.ours"], " ", line.Ours, "; ", v.T["own.theirs"], " ", line.Theirs)
			if line.Note != "" {
				l.line("    ", line.Note)
			}
		}
		if t.Note != "" {
			l.line("  ", t.Note)
		}
	}
	if v.MoreOwn != "" {
		l.line("  ", v.MoreOwn)
	}
}
