package desk

import (
	"context"
	"fmt"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/sla"
)

// Give is told of a team that may have something to give out: a conversation that joined
// its queue, or one that left a member room for another. It must not fail: what it does not
// do is done within a minute.
type Give func(ctx context.Context, team, about string)

// seated tells of the teams whose conversations are to be given out anew, because a head
// stands elsewhere than it did.
func (d *Desk) seated(ctx context.Context, was conversation.Seat, h conversation.Head) {
	now := h.Sits()
	if d.Give == nil || now.Is(was) {
		return
	}
	left := was.Member != "" && (now.Member != was.Member || now.Team != was.Team)
	joined := now.Team != "" && now.Member == "" && (was.Member != "" || was.Team != now.Team)
	if joined {
		d.Give(ctx, now.Team, h.ID)
	}
	if left && !(joined && was.Team == now.Team) {
		d.Give(ctx, was.Team, h.ID)
	}
}

// moment is now, with the live playbook, for what no message led to.
func (d *Desk) moment(ctx context.Context) (moment, error) {
	now := d.Now()
	book, err := d.Live.Book(ctx, now)
	if err != nil {
		return moment{}, fmt.Errorf("look up what is live: %w", err)
	}
	return moment{book: book, zone: d.Zone, now: now}, nil
}

func (w moment) clock(team string) sla.Clock { return sla.Of(w.book.Playbook(), w.book, team) }

// follow is a head with what its team promises watched, as it stands after a change at a
// time. While people are not in charge nothing is promised.
func (w moment) follow(h conversation.Head, at time.Time) conversation.Head {
	if h.HandedOff.IsZero() {
		h.Watch = conversation.Watch{Row: h.Watch.Row}
		return h
	}
	h.Watch = w.clock(h.Team).Follow(h, at)
	return h
}

// memberOf is the id of the member of a team whom WeCom knows by a userid; the userid when
// nobody is.
func memberOf(p *playbook.Playbook, userID string) string {
	for _, t := range p.Teams {
		for _, m := range t.Members {
			if m.WeCom == userID && userID != "" {
				return m.ID
			}
		}
	}
	return userID
}

// servicersOf are those to whom a conversation's session is brought: first whoever has it,
// then the team's servicers. wait says that somebody will be given it before long, so that
// it is not brought to anybody yet.
func servicersOf(t playbook.Team, assignee string) (servicers []string, wait bool) {
	known := false
	for _, m := range t.Members {
		if m.ID == assignee && m.WeCom != "" {
			return append([]string{m.WeCom}, t.Servicers...), false
		}
		known = known || m.WeCom != ""
	}
	return t.Servicers, known && t.Assign != "" && assignee == ""
}

// followUps are what a message's effects want looked at again.
func (t turn) followUps(h conversation.Head) []record.FollowUp {
	wishes := t.inbound.Effects.FollowUps
	if len(wishes) == 0 {
		return nil
	}
	all := make([]record.FollowUp, 0, len(wishes))
	for i, f := range wishes {
		all = append(all, record.FollowUp{
			ID: fmt.Sprintf("%s-%d", t.inbound.ID, i), Home: t.home(), Conversation: h.ID, At: f.At, If: f.If, Then: f.Then,
			Notify: f.Notify, Set: t.inbound.At, By: t.filterName(f.Filter), Filter: t.filterName(f.Filter),
		})
	}
	return all
}

// filterName is what people call a filter.
func (w moment) filterName(id string) string {
	for _, f := range w.book.Playbook().Filters {
		if f.ID == id && f.Name != "" {
			return f.Name
		}
	}
	return id
}
