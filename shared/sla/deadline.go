package sla

import "time"

// maxPeriods bounds how many open and closed periods a deadline is looked for in: five
// years of days with a break at noon.
const maxPeriods = 8_000

// Deadline returns the earliest time at which a calendar has been open for d since from:
// clock time without a calendar, and zero when the calendar never opens for so long.
func Deadline(h Hours, calendar string, from time.Time, d time.Duration) time.Time {
	if calendar == "" || d <= 0 {
		return from.Add(d)
	}
	at := from
	for range maxPeriods {
		change := h.NextChange(calendar, at)
		if h.Open(calendar, at) {
			if change.IsZero() || change.Sub(at) >= d {
				return at.Add(d)
			}
			d -= change.Sub(at)
		}
		if change.IsZero() {
			return change
		}
		at = change
	}
	return time.Time{}
}
