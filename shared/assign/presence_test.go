package assign_test

import (
	"testing"
	"time"

	"frontdesk/shared/assign"
	"frontdesk/shared/decide"
	"frontdesk/shared/playbook"
)

func TestPresence(t *testing.T) {
	book, err := decide.Compile(&playbook.Playbook{Languages: []string{"en"}, Hours: []playbook.Calendar{
		{ID: "care", TimeZone: "Asia/Shanghai", Weekly: map[string][]string{"mon": {"09:00-12:00", "13:00-18:00"}, "tue": {"09:00-18:00"}}},
		{ID: "closed", TimeZone: "Asia/Shanghai"},
	}}, 1)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	monday := func(hour, minute int) time.Time { return time.Date(2026, 11, 23, hour, minute, 0, 0, zone) }
	cases := []struct {
		name       string
		duty       assign.Duty
		at         time.Time
		here, gone bool
	}{
		{"no calendar is always", assign.Duty{}, monday(3, 0), true, false},
		{"at work", assign.Duty{Calendar: "care"}, monday(10, 0), true, false},
		{"off, though it is time", assign.Duty{Calendar: "care", Off: true}, monday(10, 0), false, true},
		{"at lunch", assign.Duty{Calendar: "care"}, monday(12, 30), false, false},
		{"the last minute of a lunch as long as the grace", assign.Duty{Calendar: "care"}, monday(12, 59), false, false},
		{"just after the end of the day", assign.Duty{Calendar: "care"}, monday(18, 30), false, false},
		{"an hour after the end of the day", assign.Duty{Calendar: "care"}, monday(19, 1), false, true},
		{"a shorter grace of the team", assign.Duty{Calendar: "care", Grace: 10 * time.Minute}, monday(18, 11), false, true},
		{"a lunch longer than the grace", assign.Duty{Calendar: "care", Grace: 10 * time.Minute}, monday(12, 30), false, true},
		{"and back within it", assign.Duty{Calendar: "care", Grace: 10 * time.Minute}, monday(12, 50), false, false},
		{"at night", assign.Duty{Calendar: "care"}, monday(3, 0), false, true},
		{"the hour before the day begins", assign.Duty{Calendar: "care"}, monday(8, 0), false, false},
		{"never open", assign.Duty{Calendar: "closed"}, monday(10, 0), false, true},
		{"a calendar that does not exist", assign.Duty{Calendar: "nothing"}, monday(10, 0), false, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			here, gone := assign.Presence(book, c.duty, c.at)
			if here != c.here || gone != c.gone {
				t.Errorf("got here %v, gone %v, want %v, %v", here, gone, c.here, c.gone)
			}
		})
	}
}
