package publish

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/text"
)

// usual is how long ago the contact of a sample wrote before, when it does not say.
const usual = 30 * 24 * time.Hour

// Situation makes a sample message real: who writes, when (now unless it says so), whether
// for the first time, and what is known of the conversation.
func Situation(s playbook.Sample, now time.Time) (conversation.Head, message.Inbound) {
	at, err := time.Parse(time.RFC3339, s.At)
	if err != nil {
		at = now
	}
	inbound := message.Inbound{
		Channel: s.Channel, ID: "example", Time: at, Type: cmp.Or(s.Type, "text"), Text: s.Text, Choice: s.Choice,
		From: message.Person{UserID: "example"},
	}
	head := conversation.Head{
		Team: s.Team, Assignee: s.Assignee, Tags: s.Tags, Priority: s.Priority, StartedBy: s.StartedBy, Count: max(s.Count-1, 0),
	}
	head.Contact.Attributes = s.Attributes
	silence(s, at, &head)
	change(s, &head.Contact, &inbound)
	if s.FirstContact {
		return head, inbound
	}
	since, err := time.ParseDuration(s.Since)
	if err != nil {
		since = usual
	}
	head.Channel, head.Version, head.Status = s.Channel, 1, conversation.Status(cmp.Or(s.Status, string(conversation.Resolved)))
	head.First, head.LastInbound = at.Add(-max(since, usual)), at.Add(-since)
	return head, inbound
}

// silence is what keeps templates from answering.
func silence(s playbook.Sample, at time.Time, head *conversation.Head) {
	before := at.Add(-time.Minute)
	if s.People {
		head.HandedOff, head.Status, head.Tended = before, conversation.Open, before.UnixMilli()
	}
	if s.Muted {
		head.Contact.MutedUntil = at.Add(time.Hour).UnixMilli()
	}
	if s.Blocked {
		head.Contact.Blocked = before.UnixMilli()
	}
}

// CheckSample returns what is wrong with a message that somebody might write, in terms of a
// playbook and the channels that there are. Paths begin with message.
func CheckSample(p playbook.Playbook, channels []Channel, s playbook.Sample) []playbook.Fault {
	c := newChecker(&p, channels)
	c.sample("message", s)
	return c.faults
}

// change makes something of the contact differ from what was known.
func change(s playbook.Sample, knew *conversation.Contact, m *message.Inbound) {
	for _, what := range s.Changed {
		switch what {
		case "name":
			knew.Name, m.From.Name = "before", "now"
		case "number":
			knew.Phone, m.From.Phone = "16505550000", "16505550001"
		case "language":
			knew.Language = "en"
			if text.Language(s.Text) == "en" {
				knew.Language = "zh-CN"
			}
		}
	}
}

func (c *checker) sample(path string, s playbook.Sample) {
	c.exists(path+".channel", "channel", s.Channel, c.channelIDs)
	if s.Type != "" {
		c.among(path+".type", "type of message", s.Type, MessageTypes())
	}
	if s.Text == "" && s.Choice == "" && (s.Type == "" || s.Type == "text") {
		c.add(path, "the message is empty", "write what the customer writes, or set type or choice")
	}
	if _, err := time.Parse(time.RFC3339, s.At); s.At != "" && err != nil {
		c.add(path+".at", quote(s.At)+" is not a time", "write it as 2026-11-22T09:30:00+08:00")
	}
	c.sampleState(path, s)
}

// sampleState checks what a sample says of the conversation.
func (c *checker) sampleState(path string, s playbook.Sample) {
	if d, err := time.ParseDuration(s.Since); s.Since != "" && (err != nil || d < 0) {
		c.add(path+".since", quote(s.Since)+" is not a length of time", "write 10m or 24h (days as hours)")
	}
	if s.Count < 0 {
		c.add(path+".count", fmt.Sprintf("%d is no number of a message", s.Count), "write 1 for the first")
	}
	c.exists(path+".team", "team", s.Team, c.teamIDs)
	c.tags(path+".tags", s.Tags)
	c.word(path+".status", "status", s.Status, []string{"open", "resolved"})
	c.word(path+".priority", "priority", s.Priority, decide.Words("priority"))
	c.word(path+".started_by", "sender", s.StartedBy, decide.Words("started_by"))
	for i, what := range s.Changed {
		c.among(fmt.Sprintf("%s.changed[%d]", path, i), "part of a contact", what, decide.Words("changed"))
	}
	if slices.Contains(s.Changed, "language") && text.Language(s.Text) == "" {
		c.add(path+".changed", "the text gives no hint of a language, so that has not changed", "write a text, or remove language")
	}
	if s.FirstContact && (s.Since != "" || s.Status != "" || len(s.Changed) > 0 || s.People) {
		c.add(path+".first_contact", "the contact writes for the first time and is known", "remove first_contact, or since, status, changed and people")
	}
}

// word is among for one that may be left out.
func (c *checker) word(path, what, word string, words []string) {
	if word != "" {
		c.among(path, what, word, words)
	}
}
