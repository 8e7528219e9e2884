package sla

import (
	"time"

	"frontdesk/shared/playbook"
)

// Of is the clock of a team: what it promises, in the hours that it works by. The clock of a
// team that promises nothing watches nothing. Package publish has checked the lengths.
func Of(p *playbook.Playbook, hours Hours, team string) Clock {
	for i := range p.Teams {
		if t := &p.Teams[i]; t.ID == team && t.SLA != nil {
			return Clock{Hours: hours, Promise: Promise{
				First: length(t.SLA.First), Next: length(t.SLA.Next), Resolve: length(t.SLA.Resolve), Warn: length(t.SLA.Warn), Calendar: p.HoursOf(team),
			}}
		}
	}
	return Clock{}
}

// length reads a length of time; what is empty is 0.
func length(s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0
	}
	return d
}

// Empty reports that nothing is promised.
func (p Promise) Empty() bool { return p.First <= 0 && p.Next <= 0 && p.Resolve <= 0 }
