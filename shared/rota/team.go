package rota

import (
	"cmp"

	"frontdesk/shared/assign"
	"frontdesk/shared/playbook"
)

// TeamsOf are the teams of a playbook whose conversations are given out.
func TeamsOf(p *playbook.Playbook) []Team {
	var teams []Team
	for _, t := range p.Teams {
		if t.Assign == "" {
			continue
		}
		team := Team{ID: t.ID, Way: assign.Way(t.Assign), Unanswered: t.Reassign == "unanswered"}
		for _, m := range t.Members {
			team.Members = append(team.Members, Member{
				ID: m.ID, Capacity: m.Capacity, Duty: assign.Duty{Calendar: cmp.Or(m.Calendar, p.HoursOf(t.ID)), Off: m.Off},
			})
		}
		teams = append(teams, team)
	}
	return teams
}
