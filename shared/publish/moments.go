package publish

import (
	"fmt"
	"slices"

	"frontdesk/shared/decide"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// moment is one of welcome, away and fallback, with its path.
type moment struct {
	path, name string
	playbook.Moment
	// local says that it is a single channel's.
	local bool
}

// momentsOf are all moments of a playbook, those of single channels included.
func momentsOf(p *playbook.Playbook) []moment {
	list := momentsIn("", p.Welcome, p.Away, p.Fallback)
	for i, l := range p.Channels {
		list = append(list, momentsIn(fmt.Sprintf("channels[%d].", i), l.Welcome, l.Away, l.Fallback)...)
	}
	return list
}

func momentsIn(path string, welcome, away, fallback *playbook.Moment) []moment {
	var list []moment
	for _, m := range []struct {
		name string
		it   *playbook.Moment
	}{{"welcome", welcome}, {"away", away}, {"fallback", fallback}} {
		if m.it != nil {
			list = append(list, moment{path + m.name, m.name, *m.it, path != ""})
		}
	}
	return list
}

func (c *checker) moments() {
	for _, m := range momentsOf(c.p) {
		c.exists(m.path+".reply", "template", m.Reply, c.templateIDs)
		c.exists(m.path+".assign", "team", m.Assign, c.teamIDs)
		c.exists(m.path+".calendar", "calendar", m.Calendar, c.hoursIDs)
		if !m.local && m.Reply == "" && m.Assign == "" && !m.HandOff {
			c.add(m.path, m.path+" does nothing", "give it a reply, assign or hand_off, or remove it")
		}
		if m.path == "away" && m.Calendar == "" {
			c.add("away.calendar", "away does not say when the company is closed", "name a calendar of hours")
		}
		if m.name != "away" {
			c.hourless(m)
		}
		c.hoursOfTeams(m)
	}
	c.newContacts("", c.p.Welcome, c.p.Away, c.kinds)
	c.locals()
}

// hourless refuses what belongs to away in another moment.
func (c *checker) hourless(m moment) {
	for _, f := range []struct {
		name string
		set  bool
	}{{"calendar", m.Calendar != ""}, {"team_hours", m.TeamHours}, {"new_contact", m.NewContact != ""}} {
		if f.set {
			c.add(m.path+"."+f.name, m.path+" does not depend on hours", "remove "+f.name+"; only away has one")
		}
	}
}

func (c *checker) hoursOfTeams(m moment) {
	of := func(t playbook.Team) bool { return t.Calendar != "" }
	if m.TeamHours && !slices.ContainsFunc(c.p.Teams, of) {
		c.add(m.path+".team_hours", "no team has hours of its own", "give a team a calendar, or remove team_hours")
	}
}

// newContacts checks what away says of new contacts, on the channels of these kinds.
func (c *checker) newContacts(path string, welcome, away *playbook.Moment, kinds []message.Kind) {
	if away == nil || away.NewContact == "" {
		return
	}
	at := path + "away.new_contact"
	words := decide.NewContactWords()
	c.among(at, "way to treat new contacts", away.NewContact, words)
	if away.NewContact == words[0] {
		return
	}
	if welcome == nil || welcome.Reply == "" {
		c.add(at, "there is no welcome to greet new contacts with", "give welcome a reply, or remove new_contact")
		return
	}
	if away.NewContact == words[2] {
		c.oneText(at, welcome.Reply, away.Reply, kinds)
	}
}

// oneText checks that two templates can go out as one text.
func (c *checker) oneText(at, first, second string, kinds []message.Kind) {
	for _, t := range c.p.Templates {
		if t.ID != first && t.ID != second {
			continue
		}
		for _, v := range t.Variants {
			if v.Shape != string(message.ShapeText) && !isApproved(&v) {
				c.add(at, "the template "+quote(t.ID)+" is more than a text, so it cannot be one message with another", "write its variants as texts, or let new_contact be greeting or away")
				return
			}
		}
	}
	c.measured(at, first, second, kinds)
}

// locals checks what is different on single channels.
func (c *checker) locals() {
	seen := map[string]bool{}
	for i, l := range c.p.Channels {
		path := fmt.Sprintf("channels[%d]", i)
		c.exists(path+".channel", "channel", l.Channel, c.channelIDs)
		kinds := c.kindsOfChannel(l.Channel)
		switch {
		case l.Channel == "":
			c.add(path+".channel", "the channel is missing", "name the channel that this is for")
		case seen[l.Channel]:
			c.add(path+".channel", "the channel is listed twice", "put all of it into one")
		case slices.Contains(c.channelIDs, l.Channel) && len(kinds) == 0:
			c.add(path+".channel", "nobody writes to this channel, so nothing happens there", "remove it; it takes notices alone")
		}
		seen[l.Channel] = true
		c.exists(path+".calendar", "calendar", l.Calendar, c.hoursIDs)
		c.localHours(path, l)
		welcome, away := decide.Here(l.Welcome, c.p.Welcome), decide.Here(l.Away, c.p.Away)
		if l.Welcome != nil || l.Away != nil {
			c.newContacts(path+".", welcome, away, kinds)
		}
	}
	c.replaced()
}

// localHours checks when a single channel is closed.
func (c *checker) localHours(path string, l playbook.Local) {
	away := decide.Here(l.Away, c.p.Away)
	named := l.Calendar != "" || l.Away != nil && l.Away.Calendar != ""
	switch {
	case l.Calendar == "" && l.Welcome == nil && l.Away == nil && l.Fallback == nil:
		c.add(path, "nothing is different on this channel", "give it a calendar, welcome, away or fallback, or remove it")
	case l.Calendar != "" && away == nil:
		c.add(path+".calendar", "there is no away reply on this channel, so its hours change nothing", "give it away, or remove calendar")
	case l.Calendar != "" && l.Away != nil && l.Away.Calendar != "":
		c.add(path+".away.calendar", "the hours of this channel are named twice", "remove one of the two")
	case away != nil && !named && c.p.Away == nil:
		c.add(path+".calendar", "away does not say when this channel is closed", "name a calendar of hours")
	}
}

// kindsOfChannel is the kind of a channel that people write to; none for every other.
func (c *checker) kindsOfChannel(id string) []message.Kind {
	for _, ch := range c.channels {
		if ch.ID == id && slices.Contains(writtenTo(), ch.Kind) {
			return []message.Kind{ch.Kind}
		}
	}
	return nil
}

// replaced refuses a moment of the playbook that no channel has, because each has its own.
func (c *checker) replaced() {
	if len(c.p.Channels) == 0 {
		return
	}
	own := map[string]map[string]bool{"welcome": {}, "away": {}, "fallback": {}}
	for _, l := range c.p.Channels {
		for _, m := range momentsIn("", l.Welcome, l.Away, l.Fallback) {
			own[m.name][l.Channel] = true
		}
	}
	for _, m := range momentsIn("", c.p.Welcome, c.p.Away, c.p.Fallback) {
		used := len(c.channels) == 0
		for _, ch := range c.channels {
			used = used || len(c.kindsOfChannel(ch.ID)) > 0 && !own[m.name][ch.ID]
		}
		if !used {
			c.add(m.name, m.name+" happens nowhere, because every channel has its own", "remove it, or one of theirs")
		}
	}
}
