package playbook

// HoursOf is the id of the calendar that a team works by: its own, else the company's, which
// is the one that the away reply names. Empty when neither is there: every hour counts.
func (p *Playbook) HoursOf(team string) string {
	for i := range p.Teams {
		if t := &p.Teams[i]; t.ID == team && t.Calendar != "" {
			return t.Calendar
		}
	}
	if p.Away != nil {
		return p.Away.Calendar
	}
	return ""
}
