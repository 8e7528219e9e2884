package conversation

import (
	"cmp"
	"slices"
	"time"
)

// Affected is a head after what deciding an inbound message changes in it, besides the reply.
func (h Head) Affected(m Message) Head {
	e := m.Effects
	h = h.InTeam(e.Team)
	h = h.With(cmp.Or(e.Assignee, h.Assignee))
	h.Priority = cmp.Or(e.Priority, h.Priority)
	h.Tags = e.Retag(h.Tags)
	h.Contact = h.Contact.affected(m)
	if e.HandOff && h.HandedOff.IsZero() && h.Contact.Blocked == 0 { // who is blocked wakes nobody
		h.HandedOff, h.Reason = m.At, e.Reason
	}
	if !e.AwayUntil.IsZero() {
		h.AwayUntil = e.AwayUntil
	}
	if e.Opt != "" && !m.At.Before(h.Marketing.At) { // channels tell whole seconds
		out := e.Opt == OptOut
		h.Marketing = Marketing{Stopped: out, Everything: out, At: m.At}
	}
	h.Status = Resolved
	if !h.WaitingSince.IsZero() || !h.HandedOff.IsZero() || e.Status == Open {
		h.Status = Open
	}
	if (e.Status == Resolved || h.Contact.Blocked > 0) && h.HandedOff.IsZero() { // nobody need answer
		h.Status, h.WaitingSince = Resolved, time.Time{}
	}
	return h
}

// affected is a contact whom a filter has muted or blocked.
func (c Contact) affected(m Message) Contact {
	c.MutedUntil = max(c.MutedUntil, m.Effects.MutedUntil)
	if m.Effects.Block && c.Blocked == 0 {
		c.Blocked = m.At.UnixMilli()
	}
	return c
}

// Retag is tags after what deciding a message changes in them. The old ones stay as they are.
func (e Effects) Retag(tags []string) []string {
	if len(e.Untag) > 0 {
		tags = slices.DeleteFunc(slices.Clone(tags), func(tag string) bool { return slices.Contains(e.Untag, tag) })
	}
	for _, tag := range e.Tags {
		if !slices.Contains(tags, tag) {
			tags = append(slices.Clip(tags), tag)
		}
	}
	return tags
}

// Waits reports whether somebody still has to answer this message.
func (m Message) Waits() bool {
	switch m.Outcome {
	case HandedOff, Silent, Unanswered:
		return true
	case Replied:
		return m.PutsOff()
	}
	return false
}

// Former is what is remembered of automatic replies that went out before a time, as far as
// it can still be told: how many there were, and a pause that began before it.
func (a Automatic) Former(at time.Time) Automatic {
	var b Automatic
	for i := 0; i+stamp <= len(a.Recent) && time.Unix(secondsOf(a.Recent[i:]), 0).Before(at); i += stamp {
		b.Recent = a.Recent[:i+stamp]
	}
	if a.Caught < at.UnixMilli() {
		b.Caught = a.Caught
	}
	return b
}

// Closed is a head that people have left: the next message begins a new spell. Who was
// answered by one of them may say once how it was.
func (h Head) Closed() Head {
	h.Rated = h.Rated && !h.AgentReplied
	h.Status, h.HandedOff, h.Reason, h.Assignee, h.Rota = Resolved, time.Time{}, "", "", ""
	h.Watch = Watch{Row: h.Watch.Row}
	h.WaitingSince, h.Opened, h.Session.Stays = time.Time{}, time.Time{}, false
	h.Auto.Answered = 0
	return h
}
