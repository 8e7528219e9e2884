package publish

import (
	"fmt"
	"strings"
	"time"

	"frontdesk/shared/playbook"
)

// The bounds of a team.
const (
	maxMemberID = 128 // bytes
	maxCapacity = 1_000
	maxPromise  = 90 * 24 * time.Hour
)

// people checks who of a team gets what, and what it promises.
func (c *checker) people(path string, t playbook.Team) {
	if t.Assign != "" {
		c.among(path+".assign", "way to assign", t.Assign, []string{"round_robin", "least_busy"})
	}
	if t.Reassign != "" {
		c.among(path+".reassign", "way to reassign", t.Reassign, []string{"all", "unanswered"})
	}
	if t.Assign != "" && len(t.Members) == 0 {
		c.add(path+".assign", "the team has no members to assign to", "add members, or remove assign")
	}
	if len(t.Members) > maxMembers {
		c.add(path+".members", fmt.Sprintf("there are %d members", len(t.Members)), fmt.Sprintf("name at most %d", maxMembers))
		return
	}
	ids := make([]string, 0, len(t.Members))
	for i, m := range t.Members {
		c.member(fmt.Sprintf("%s.members[%d]", path, i), m)
		ids = append(ids, m.ID)
	}
	c.twice(path+".members", ids)
	c.promises(path+".sla", t.SLA)
}

func (c *checker) member(path string, m playbook.Member) {
	if strings.TrimSpace(m.ID) == "" || len(m.ID) > maxMemberID {
		c.add(path+".id", fmt.Sprintf("the member has no id of 1 to %d characters", maxMemberID), "write the name by which the audit knows them: the e-mail address of their sign-in, or the name in their token")
	}
	c.exists(path+".calendar", "calendar", m.Calendar, c.hoursIDs)
	if m.Capacity < 0 || m.Capacity > maxCapacity {
		c.add(path+".capacity", fmt.Sprintf("%d is no capacity", m.Capacity), fmt.Sprintf("write 1 to %d, or nothing for no bound", maxCapacity))
	}
	if m.WeCom != "" {
		c.members(path+".wecom", []string{m.WeCom}, false)
	}
}

func (c *checker) promises(path string, s *playbook.SLA) {
	if s == nil {
		return
	}
	before := len(c.faults)
	warn := c.promise(path+".warn", s.Warn)
	longest := max(c.promise(path+".first", s.First), c.promise(path+".next", s.Next), c.promise(path+".resolve", s.Resolve))
	switch {
	case len(c.faults) > before:
	case longest == 0:
		c.add(path, "nothing is promised", "give it first, next or resolve, or remove it")
	case warn >= longest:
		c.add(path+".warn", "no promise is longer than the warning", "warn later")
	}
}

// promise reads a length of time; empty is none.
func (c *checker) promise(path, s string) time.Duration {
	if s == "" {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < time.Minute || d > maxPromise {
		c.add(path, fmt.Sprintf("%q is no time of a minute to 90 days", s), `write it as "30m" or "8h"`)
		return 0
	}
	return d
}
