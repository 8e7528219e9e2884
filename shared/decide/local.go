package decide

import (
	"cmp"

	"frontdesk/shared/playbook"
)

// moments are what happens on a channel when no filter answers.
type moments struct {
	welcome, away, fallback *playbook.Moment
	// calendar says when it is closed; own that the channel has this one for itself.
	calendar string
	own      bool
}

// What a new contact gets while it is closed.
const (
	newAway     = "away"
	newGreeting = "greeting"
	newBoth     = "both"
)

// NewContactWords are what away may say of new contacts.
func NewContactWords() []string { return []string{newAway, newGreeting, newBoth} }

// Welcome is what somebody is greeted with on a channel; nil for nothing.
func (b *Book) Welcome(channel string) *playbook.Moment { return b.on(channel).welcome }

func (b *Book) on(channel string) *moments {
	if m := b.local[channel]; m != nil {
		return m
	}
	return &b.usual
}

// idle reports whether a moment does nothing.
func idle(m *playbook.Moment) bool { return m.Reply == "" && m.Assign == "" && !m.HandOff }

// Here is a moment of a channel: its own, or else the playbook's. One that does nothing is
// none.
func Here(own, usual *playbook.Moment) *playbook.Moment {
	if own == nil {
		return usual
	}
	if idle(own) {
		return nil
	}
	return own
}

func (c *compiler) moments(p *playbook.Playbook) {
	c.book.usual = moments{welcome: p.Welcome, away: p.Away, fallback: p.Fallback}
	if p.Away != nil {
		c.book.usual.calendar = p.Away.Calendar
		c.calendar(p.Away.Calendar, (*place)(nil).key("away").key("calendar"))
	}
	c.moment(p.Welcome, (*place)(nil).key("welcome"))
	c.moment(p.Away, (*place)(nil).key("away"))
	c.moment(p.Fallback, (*place)(nil).key("fallback"))
	for i := range p.Channels {
		c.locally(&p.Channels[i], (*place)(nil).at("channels", i))
	}
	for _, t := range p.Teams {
		if _, known := c.book.numbers[t.Calendar]; known {
			c.book.teamHours[t.ID] = t.Calendar
		}
	}
}

func (c *compiler) moment(m *playbook.Moment, at *place) {
	if m == nil {
		return
	}
	c.refer(m.Reply, m.Assign, at)
	if m.Calendar != "" {
		c.calendar(m.Calendar, at.key("calendar"))
	}
}

// locally notes what is different on one channel.
func (c *compiler) locally(l *playbook.Local, at *place) {
	usual := &c.book.usual
	here := &moments{
		welcome: Here(l.Welcome, usual.welcome), away: Here(l.Away, usual.away), fallback: Here(l.Fallback, usual.fallback),
		calendar: usual.calendar, own: l.Calendar != "",
	}
	if l.Away != nil {
		here.calendar, here.own = cmp.Or(l.Away.Calendar, usual.calendar), here.own || l.Away.Calendar != ""
	}
	here.calendar = cmp.Or(l.Calendar, here.calendar)
	if here.away != nil {
		c.calendar(here.calendar, at.key("calendar"))
	}
	c.moment(l.Welcome, at.key("welcome"))
	c.moment(l.Away, at.key("away"))
	c.moment(l.Fallback, at.key("fallback"))
	if _, twice := c.book.local[l.Channel]; twice {
		c.fault(at.key("channel"), "the channel is there already", "put all of it into one")
	}
	c.book.local[l.Channel] = here
}

// hours is a calendar and whose it is, for explaining.
type hours struct {
	calendar string
	team     string
	channel  bool
}

// closing is the calendar that says whether it is closed for this conversation: the team's
// when away says so, else the channel's, else the one that away names.
func (r *run) closing(here *moments) hours {
	if here.away.TeamHours {
		team := cmp.Or(r.decision.Team, r.head.Team)
		if calendar := r.book.teamHours[team]; calendar != "" {
			return hours{calendar: calendar, team: team}
		}
	}
	return hours{calendar: here.calendar, channel: here.own}
}

// tell adds a step that says something of the hours, and whose they are.
func (r *run) tell(matched bool, why sentence, h hours) {
	if r.steps == nil {
		return
	}
	var t telling
	t.say(why, plain(h.calendar))
	switch {
	case h.team != "":
		t.say(hoursOfTeam, plain(h.team))
	case h.channel:
		t.say(hoursOfChannel)
	}
	*r.steps = append(*r.steps, t.step(ByAway, "", matched))
}
