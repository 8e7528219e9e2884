package decide_test

import (
	"slices"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/playbook"
)

// effectsOf is the part of a decision that changes more than reply, team and tags.
func effectsOf(d decide.Decision) decide.Decision {
	return decide.Decision{
		Untag: d.Untag, Assignee: d.Assignee, Priority: d.Priority, Status: d.Status, Notes: d.Notes,
		Notify: d.Notify, FollowUps: d.FollowUps, MutedUntil: d.MutedUntil, Block: d.Block,
	}
}

// effects are what the filters that acted come to, one after the other.
func (n naive) effects(acted []decide.Step, handedOff bool) (d decide.Decision) {
	var tags []string
	for _, s := range acted {
		i := slices.IndexFunc(n.p.Filters, func(f playbook.Filter) bool { return f.ID == s.Filter })
		a := n.p.Filters[i].Then
		n.say(&d, s.Filter, a)
		for _, tag := range a.Untag {
			if !slices.Contains(tags, tag) && !slices.Contains(d.Untag, tag) {
				d.Untag = append(d.Untag, tag)
			}
		}
		tags = append(tags, a.Tag...)
	}
	if handedOff {
		d.Status = ""
	}
	return d
}

func (n naive) say(d *decide.Decision, filter string, a playbook.Action) {
	set := func(to *string, value string) {
		if *to == "" {
			*to = value
		}
	}
	set(&d.Assignee, a.Assignee)
	set(&d.Priority, a.Priority)
	set((*string)(&d.Status), a.Status)
	if a.Note != "" {
		d.Notes = append(d.Notes, decide.Note{Filter: filter, Text: a.Note})
	}
	if a.Mute != "" && d.MutedUntil.Equal(time.Time{}) {
		d.MutedUntil = n.now.Add(span(a.Mute))
	}
	d.Block = d.Block || a.Block
	for _, id := range a.Notify {
		if !slices.Contains(d.Notify, id) {
			d.Notify = append(d.Notify, id)
		}
	}
	if u := a.FollowUp; u != nil {
		d.FollowUps = append(d.FollowUps, decide.FollowUp{Filter: filter, At: n.now.Add(span(u.After)), If: u.If, Then: u.Then, Notify: u.Notify})
	}
}

// effects draws what an action does besides replying and routing.
func (t drawn) effects(a playbook.Action) playbook.Action {
	a.Priority, a.Status = t.either("", "", "high", "low"), t.either("", "", "open", string(conversation.Resolved))
	a.Assignee, a.Note = t.either("", "", "ann", "bo"), t.either("", "", "{{ contact.name }} asks")
	a.Mute = t.either("", "", "", "24h")
	a.Block = t.either("no", "no", "no", "yes") == "yes"
	if t.either("tags", "no", "no") == "tags" {
		a.Untag = t.some([]string{"x", "y", "z"}, "untag")
	}
	if t.either("notices", "no") == "notices" {
		a.Notify = t.some([]string{"boss", "shop"}, "notices")
	}
	if t.either("follow", "no", "no") == "follow" {
		a.FollowUp = &playbook.FollowUp{After: "2h", If: t.either("open", "unanswered"), Then: "notify", Notify: []string{"boss"}}
	}
	return a
}
