package playbook

import "testing"

func TestTheHoursOfATeam(t *testing.T) {
	teams := []Team{{ID: "sales", Calendar: "late"}, {ID: "care"}}
	for name, c := range map[string]struct {
		book Playbook
		team string
		want string
	}{
		"its own":                               {Playbook{Teams: teams, Away: &Moment{Calendar: "shop"}}, "sales", "late"},
		"the company's, when it has none":       {Playbook{Teams: teams, Away: &Moment{Calendar: "shop"}}, "care", "shop"},
		"the company's, where there is no team": {Playbook{Away: &Moment{Calendar: "shop"}}, "", "shop"},
		"none at all":                           {Playbook{Teams: teams}, "care", ""},
	} {
		if got := c.book.HoursOf(c.team); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
