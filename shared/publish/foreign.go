package publish

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"frontdesk/shared/playbook"
)

// Author is somebody who works for some teams only.
type Author struct {
	// Name is how teams list them among their members.
	Name  string
	Teams []string
}

// Foreign returns what an author has written into a playbook that is not theirs to use or
// change; before is the playbook as it was. What others have written may stay as it is, but
// not in a filter that the author changes.
//
// In actions and special moments they may name their own teams, the members of those (and
// themselves), and notices for their teams alone. Teams and notices of others they may
// neither add, change nor remove. Templates belong to everybody.
func Foreign(who Author, before, after playbook.Playbook) []playbook.Fault {
	f := foreign{checker: checker{p: &after}, who: who}
	f.ofTeams(before.Teams)
	f.ofNotices(before.Notices)
	known := byID(before.Filters, func(x playbook.Filter) string { return x.ID })
	for i, x := range after.Filters {
		if old, was := known[x.ID]; !was || !same(old, x) {
			f.ofAction(fmt.Sprintf("filters[%d].then", i), x.Then)
		}
	}
	f.moment("welcome", before.Welcome, after.Welcome)
	f.moment("away", before.Away, after.Away)
	f.moment("fallback", before.Fallback, after.Fallback)
	return f.faults
}

// foreign collects what is not the author's.
type foreign struct {
	checker
	who Author
}

func (f *foreign) ofAction(path string, a playbook.Action) {
	f.use(path+".assign", "team", a.Assign, f.team)
	f.use(path+".assignee", "agent", a.Assignee, f.agent)
	f.notify(path+".notify", a.Notify)
	if a.FollowUp != nil {
		f.notify(path+".follow_up.notify", a.FollowUp.Notify)
	}
}

func (f *foreign) notify(path string, ids []string) {
	for i, id := range ids {
		f.use(fmt.Sprintf("%s[%d]", path, i), "notice", id, f.notice)
	}
}

func (f *foreign) moment(path string, before, after *playbook.Moment) {
	if after != nil && !same(before, after) {
		f.use(path+".assign", "team", after.Assign, f.team)
	}
}

func (f *foreign) use(path, kind, id string, theirs func(id string) bool) {
	if id != "" && !theirs(id) {
		f.add(path, "the "+kind+" "+quote(id)+" is not yours to use", "name one of your teams, or let somebody do it who may use it")
	}
}

func (f *foreign) team(id string) bool { return slices.Contains(f.who.Teams, id) }

func (f *foreign) agent(id string) bool {
	return id == f.who.Name || slices.ContainsFunc(f.p.Teams, func(t playbook.Team) bool {
		return f.team(t.ID) && slices.ContainsFunc(t.Members, func(m playbook.Member) bool { return m.ID == id })
	})
}

func (f *foreign) notice(id string) bool {
	return slices.ContainsFunc(f.p.Notices, func(n playbook.Notice) bool { return n.ID == id && f.theirs(n) })
}

// theirs reports whether a notice tells of the author's teams alone.
func (f *foreign) theirs(n playbook.Notice) bool {
	return len(n.Teams) > 0 && !slices.ContainsFunc(n.Teams, func(id string) bool { return !f.team(id) })
}

func (f *foreign) ofTeams(before []playbook.Team) {
	const fix = "leave the teams of others as they are, or let somebody do it who may"
	old, now := byID(before, teamID), byID(f.p.Teams, teamID)
	for i, t := range f.p.Teams {
		if was, known := old[t.ID]; !f.team(t.ID) && (!known || !same(was, t)) {
			f.add(fmt.Sprintf("teams[%d]", i), "the team "+quote(t.ID)+" is not yours to change", fix)
		}
	}
	for _, t := range before {
		if _, left := now[t.ID]; !left && !f.team(t.ID) {
			f.add("teams", "the team "+quote(t.ID)+" is not yours to remove", fix)
		}
	}
}

func teamID(t playbook.Team) string { return t.ID }

// ofNotices compares notices as they stand, for most have no id.
func (f *foreign) ofNotices(before []playbook.Notice) {
	const fix = "name your teams in teams, or let somebody do it who may"
	for i, n := range f.p.Notices {
		if !f.theirs(n) && !holds(before, n) {
			f.add(fmt.Sprintf("notices[%d].teams", i), "the notice tells of teams that are not yours", fix)
		}
	}
	for i, n := range before {
		if !f.theirs(n) && !holds(f.p.Notices, n) {
			f.add("notices", fmt.Sprintf("notice %d is not yours to change or remove", i+1), fix)
		}
	}
}

func holds(list []playbook.Notice, n playbook.Notice) bool {
	return slices.ContainsFunc(list, func(x playbook.Notice) bool { return same(x, n) })
}

func byID[T any](list []T, id func(T) string) map[string]T {
	out := make(map[string]T, len(list))
	for _, x := range list {
		out[id(x)] = x
	}
	return out
}

// same compares two things as they are stored, where a list that is missing and an empty one
// are the same.
func same(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
