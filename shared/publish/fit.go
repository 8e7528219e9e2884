package publish

import (
	"time"

	"frontdesk/shared/playbook"
)

// Fit is [Check] for a company with these channels and time zone.
func Fit(channels []Channel, zone *time.Location) func(playbook.Playbook, time.Time) []playbook.Fault {
	return func(p playbook.Playbook, now time.Time) []playbook.Fault {
		return Check(p, channels, now.In(zone))
	}
}
