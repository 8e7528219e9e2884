package publish

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"frontdesk/shared/decide"
	"frontdesk/shared/playbook"
	"frontdesk/shared/render"
)

// The bounds of an action.
const (
	maxMute = 366 * 24 * time.Hour
	maxWait = 30 * 24 * time.Hour // of a follow-up
)

// found notes what package decide has found, behind a path.
func (c *checker) found(path string, faults []playbook.Fault) {
	for _, f := range faults {
		c.add(path+f.Path, f.Message, f.Fix)
	}
}

func (c *checker) action(path string, a playbook.Action) {
	c.exists(path+".reply", "template", a.Reply, c.templateIDs)
	c.exists(path+".assign", "team", a.Assign, c.teamIDs)
	if a.Assignee != "" {
		c.agent(path+".assignee", a.Assignee)
	}
	c.tags(path+".tag", a.Tag)
	c.tags(path+".untag", a.Untag)
	for i, tag := range a.Untag {
		if slices.Contains(a.Tag, tag) {
			c.add(fmt.Sprintf("%s.untag[%d]", path, i), quote(tag)+" is added and taken away", "remove it from tag or from untag")
		}
	}
	c.notify(path+".notify", a.Notify)
	if a.FollowUp != nil {
		c.notify(path+".follow_up.notify", a.FollowUp.Notify)
		c.atMost(path+".follow_up.after", a.FollowUp.After, maxWait)
	}
	c.atMost(path+".mute", a.Mute, maxMute)
	c.note(path+".note", a.Note)
	c.together(path, a)
}

// agent refuses what is no name of an agent. Who they are stands outside of the playbook.
func (c *checker) agent(path, id string) {
	if strings.TrimSpace(id) == "" || utf8.RuneCountInString(id) > maxAgent || id == playbook.None {
		c.add(path, quote(id)+" is not a usable agent", "write the name that the agent signs in with")
	}
}

const maxAgent = 200 // characters

func (c *checker) tags(path string, tags []string) {
	for i, tag := range tags {
		if strings.TrimSpace(tag) == "" || utf8.RuneCountInString(tag) > maxTag {
			c.add(fmt.Sprintf("%s[%d]", path, i), quote(tag)+" is not a usable tag", "write 1 to 40 characters")
		}
	}
}

// notify checks the ids of notices.
func (c *checker) notify(path string, ids []string) {
	var known []string
	for _, n := range c.p.Notices {
		if n.ID != "" {
			known = append(known, n.ID)
		}
	}
	for i, id := range ids {
		at := fmt.Sprintf("%s[%d]", path, i)
		if id == "" {
			c.add(at, "the notice is missing", "write the id of a notice")
		}
		c.exists(at, "notice", id, known)
	}
	c.twice(path, ids)
}

// atMost refuses a length of time that is too long. One that cannot be read has a fault
// of its own.
func (c *checker) atMost(path, length string, most time.Duration) {
	if d, err := time.ParseDuration(length); err == nil && d > most {
		c.add(path, quote(length)+" is longer than "+fmt.Sprint(int(most.Hours()/24))+" days", fmt.Sprintf("write at most %dh", int(most.Hours())))
	}
}

// together checks what of an action goes with what.
func (c *checker) together(path string, a playbook.Action) {
	answers := a.Reply != "" || a.Assign != "" || a.Assignee != "" || a.HandOff || a.Status != "" || a.FollowUp != nil
	marks := len(a.Tag)+len(a.Untag)+len(a.Notify) > 0 || a.Priority != "" || a.Note != "" || a.Mute != "" || a.Block
	switch {
	case !answers && !a.Ignore && !marks:
		c.add(path, "the filter does nothing", "give it reply, assign, tag, hand_off or ignore")
	case a.Ignore && answers:
		c.add(path+".ignore", "the filter ignores the message and acts on it too", "remove ignore, or keep nothing but tag, untag, priority, note, mute, block and notify beside it")
	case a.HandOff && a.Status == "resolved":
		c.add(path+".status", "the conversation is handed to people and resolved at once", "remove status or hand_off")
	case a.Block && a.HandOff:
		c.add(path+".block", "the contact is blocked and handed to people at once", "remove block or hand_off")
	case a.Block && a.Mute != "":
		c.add(path+".mute", "the contact is blocked for good, so muting says nothing", "remove mute or block")
	}
}

// ofConversation checks conditions on the conversation, and what package decide checks of
// a value.
func (c *checker) ofConversation(path string, x playbook.Condition) {
	c.tags(path+".tags", x.Tags)
	for i, id := range x.Team {
		if at := fmt.Sprintf("%s.team[%d]", path, i); id != playbook.None || slices.Contains(c.teamIDs, id) {
			c.team(at, id)
		}
	}
	for i, id := range x.Assignee {
		if id != playbook.None {
			c.agent(fmt.Sprintf("%s.assignee[%d]", path, i), id)
		}
	}
	if len(setFields(x)) != 1 {
		return
	}
	if x.Fuzzy != nil || x.Language != nil || x.Status != nil || x.Priority != nil || x.StartedBy != nil ||
		x.Attribute != nil || x.Since != nil || x.Count != nil || x.Changed != nil ||
		x.Tags != nil && len(x.Tags) == 0 || x.Team != nil && len(x.Team) == 0 || x.Assignee != nil && len(x.Assignee) == 0 {
		c.found(path, decide.CheckCondition(&x))
	}
}

func (c *checker) team(path, id string) {
	switch id {
	case "":
		c.add(path, "the team is missing", "name a team that exists, or none")
	case playbook.None:
		c.add(path, "a team is called none, so it is not clear what is meant", "give the team another id")
	}
	c.exists(path, "team", id, c.teamIDs)
}

const maxNote = 4_000 // characters

// note checks the text of a private note as that of a template.
func (c *checker) note(path, text string) {
	if text == "" {
		return
	}
	if utf8.RuneCountInString(text) > maxNote {
		c.add(path, fmt.Sprintf("the note is longer than %d characters", maxNote), "shorten it")
		return
	}
	for _, f := range render.Check(&playbook.Playbook{
		Languages: c.p.Languages[:min(len(c.p.Languages), 1)], Variables: c.p.Variables, Teams: c.p.Teams, Hours: c.p.Hours,
		Templates: []playbook.Template{{ID: "note", Variants: []playbook.Variant{{Language: "en", Shape: "text", Text: text}}}},
	}) {
		if strings.HasSuffix(f.Path, ".text") {
			c.add(path, f.Message, f.Fix)
		}
	}
}
