package decide

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/playbook"
)

// Note is a private note that a filter leaves: its text is Liquid, like a template's.
type Note struct {
	Filter string `json:"filter"`
	Text   string `json:"text"`
}

// FollowUp says when a conversation is looked at again, and what then.
type FollowUp struct {
	Filter string    `json:"filter"`
	At     time.Time `json:"at"`
	// If is unanswered or open: what the conversation must be then. Then is hand_off, or
	// notify with the ids of notices.
	If     string   `json:"if"`
	Then   string   `json:"then"`
	Notify []string `json:"notify,omitempty"`
}

// effect are the compiled parts of an action that change more than reply, team and tags.
type effect struct {
	any             bool
	mute, followsUp time.Duration
}

// effects does what a filter says besides replying and routing, and tells of it. Of what
// there can be one of, the first filter decides; the rest adds up.
func (r *run) effects(f *filter, t *telling) {
	if !f.effect.any {
		return
	}
	d, a := &r.decision, &f.Then
	for _, tag := range a.Untag {
		if !slices.Contains(d.Untag, tag) && !slices.Contains(d.Tags, tag) {
			d.Untag = append(d.Untag, tag)
			t.say(takesTag, plain(tag))
		}
	}
	if t.first(&d.Assignee, a.Assignee) {
		t.say(givesAgent, plain(a.Assignee))
	}
	if t.first(&d.Priority, a.Priority) {
		t.say(setsPriority, word(a.Priority))
	}
	if status := string(d.Status); t.first(&status, a.Status) {
		d.Status = conversation.Status(status)
		t.say(setsStatus, word(a.Status))
	}
	if a.Note != "" {
		d.Notes = append(d.Notes, Note{f.ID, a.Note})
		t.say(leavesNote)
	}
	r.silence(f, t)
	r.tellPeople(f, t)
}

// first takes a value of which there can be one, unless an earlier filter gave it, and
// reports whether it did. When the two differ, the telling says which stays.
func (t *telling) first(to *string, value string) bool {
	switch {
	case value == "" || *to == value:
	case *to == "":
		*to = value
		return true
	default:
		t.say(staysAsSet, word(value), word(*to))
	}
	return false
}

// silence keeps templates from answering the contact. The message that led to it gets no
// answer either, unless a filter replies or hands off.
func (r *run) silence(f *filter, t *telling) {
	if f.effect.mute == 0 && !f.Then.Block {
		return
	}
	if r.silenced == nil {
		r.silenced = f
	}
	if f.effect.mute > 0 && r.decision.MutedUntil.IsZero() {
		r.decision.MutedUntil = r.now.Add(f.effect.mute)
		t.say(mutesContact, lasting(f.effect.mute))
	}
	if f.Then.Block {
		r.decision.Block = true
		t.say(blocksContact)
	}
}

// tellPeople sends notices and looks at the conversation again.
func (r *run) tellPeople(f *filter, t *telling) {
	d, a := &r.decision, &f.Then
	for _, id := range a.Notify {
		if !slices.Contains(d.Notify, id) {
			d.Notify = append(d.Notify, id)
			t.say(sendsNotice, plain(id))
		}
	}
	if u := a.FollowUp; u != nil {
		d.FollowUps = append(d.FollowUps, FollowUp{Filter: f.ID, At: r.now.Add(f.effect.followsUp), If: u.If, Then: u.Then, Notify: u.Notify})
		t.say(looksAgain, lasting(f.effect.followsUp))
	}
}

// effect compiles and checks what an action does besides replying and routing.
func (c *compiler) effect(a *playbook.Action, at *place) effect {
	e := effect{mute: c.optional(a.Mute, at.key("mute"))}
	e.any = len(a.Untag) > 0 || a.Assignee != "" || a.Priority != "" || a.Status != "" || a.Note != "" ||
		e.mute > 0 || a.Block || len(a.Notify) > 0 || a.FollowUp != nil
	c.oneOf(a.Priority, Words("priority"), at.key("priority"))
	c.oneOf(a.Status, []string{string(conversation.Open), string(conversation.Resolved)}, at.key("status"))
	if u := a.FollowUp; u != nil {
		in := at.key("follow_up")
		if e.followsUp = c.optional(u.After, in.key("after")); u.After == "" {
			c.fault(in.key("after"), "it is not said when", `write it as "2h"`)
		}
		c.required(u.If, []string{"unanswered", "open"}, in.key("if"))
		c.required(u.Then, []string{"hand_off", "notify"}, in.key("then"))
		if (u.Then == "notify") != (len(u.Notify) > 0) {
			c.fault(in.key("notify"), "notices go with then: notify, and that with notices", "name the notices to send, or hand off")
		}
	}
	return e
}

// oneOf checks a word that may be left out.
func (c *compiler) oneOf(word string, known []string, at *place) {
	if word != "" {
		c.required(word, known, at)
	}
}

func (c *compiler) required(word string, known []string, at *place) {
	if !slices.Contains(known, word) {
		c.fault(at, fmt.Sprintf("%q is not known here", word), "write "+strings.Join(known, " or "))
	}
}
