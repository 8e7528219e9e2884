package publish

import (
	"fmt"
	"slices"
	"strings"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// maxMembers is how many members one list names.
const maxMembers = 100

func events() []string {
	return []string{"hand_off", "failed", "promise_warning", "promise_broken", "follow_up", "weekly"}
}

func (c *checker) notices() {
	c.noticeIDs()
	for i, n := range c.p.Notices {
		path := fmt.Sprintf("notices[%d]", i)
		c.onEvents(path, n)
		for j, id := range n.Teams {
			c.among(fmt.Sprintf("%s.teams[%d]", path, j), "team", id, c.teamIDs)
		}
		c.twice(path+".teams", n.Teams)
		if len(n.To) == 0 {
			c.add(path+".to", "the notice goes to nobody", "name a channel of kind wecom_robot, wecom_group or webhook")
		}
		for j, id := range n.To {
			c.ofKind(fmt.Sprintf("%s.to[%d]", path, j), id, "a robot or a group chat of WeCom, or a webhook", message.Kind.Notices)
		}
		c.twice(path+".to", n.To)
		if n.Language != "" {
			c.among(path+".language", "language of notices", n.Language, []string{"en", "zh-CN"})
		}
		c.members(path+".mention", n.Mention, true)
		c.quiet(path, n)
	}
	c.tooManyTold()
}

// quiet checks when a notice is kept back. One whose calendar never opens
// is sent at once (package notice).
func (c *checker) quiet(path string, n playbook.Notice) {
	if n.Quiet == nil {
		return
	}
	if n.Quiet.Calendar == "" {
		c.add(path+".quiet.calendar", "it is not said when it is quiet", "name the calendar that is open when people may be disturbed")
	}
	c.exists(path+".quiet.calendar", "calendar", n.Quiet.Calendar, c.hoursIDs)
	if slices.Contains(n.On, "weekly") {
		c.add(path+".quiet", "the weekly card comes when its recipients chose, so it is never kept back", "remove quiet, or make the weekly card a notice of its own")
	}
}

// maxTold is how many channels one event can be told to: all of it is written together
// with the event.
const maxTold = 50

func (c *checker) tooManyTold() {
	for _, event := range events() {
		told := map[string]bool{}
		for _, n := range c.p.Notices {
			for _, to := range n.To {
				told[to] = told[to] || slices.Contains(n.On, event)
			}
		}
		count := 0
		for _, is := range told {
			if is {
				count++
			}
		}
		if count > maxTold {
			c.add("notices", fmt.Sprintf("%s would be told to %d channels", event, count), fmt.Sprintf("tell each event to at most %d", maxTold))
		}
	}
}

func (c *checker) onEvents(path string, n playbook.Notice) {
	if len(n.On) == 0 && n.ID == "" {
		c.add(path+".on", "the notice tells of nothing", "name "+strings.Join(events(), ", "))
	}
	for j, name := range n.On {
		c.among(fmt.Sprintf("%s.on[%d]", path, j), "event", name, events())
	}
	c.twice(path+".on", n.On)
	if len(n.Teams) > 0 && slices.Contains(n.On, "weekly") {
		c.add(path+".teams", "the weekly card is about all teams", "remove teams, or make the weekly card a notice of its own")
	}
}

// noticeIDs checks the ids of the notices that filters can name.
func (c *checker) noticeIDs() {
	first := map[string]int{}
	for i, n := range c.p.Notices {
		if n.ID == "" {
			continue
		}
		path := fmt.Sprintf("notices[%d].id", i)
		c.id(path, n.ID)
		if earlier, ok := first[n.ID]; ok {
			c.add(path, fmt.Sprintf("the id %s is used by notices[%d] too", quote(n.ID), earlier), "give each its own id")
			continue
		}
		first[n.ID] = i
	}
}

// twice refuses what stands in a list a second time.
func (c *checker) twice(path string, list []string) {
	for i, s := range list {
		if s != "" && slices.Index(list, s) < i {
			c.add(fmt.Sprintf("%s[%d]", path, i), quote(s)+" is named twice", "remove one")
		}
	}
}

// members checks a list of userids; with everybody it may have "@all".
func (c *checker) members(path string, ids []string, everybody bool) {
	if len(ids) > maxMembers {
		c.add(path, fmt.Sprintf("there are %d members", len(ids)), fmt.Sprintf("name at most %d", maxMembers))
		return
	}
	for i, id := range ids {
		if !userID(id) && !(everybody && id == "@all") {
			c.add(fmt.Sprintf("%s[%d]", path, i), quote(id)+" is not a userid of WeCom", "copy the account from the member's page in the admin console")
		}
	}
	c.twice(path, ids)
}

// userID reports whether a text has the form of a member's id: at most 64 letters, digits
// and _-@. with a letter or a digit first (WeCom, page 90195).
func userID(id string) bool {
	plain := func(r rune) bool { return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
	odd := func(r rune) bool { return !plain(r) && !strings.ContainsRune("_-@.", r) }
	return id != "" && len(id) <= 64 && plain(rune(id[0])) && !strings.ContainsFunc(id, odd)
}
