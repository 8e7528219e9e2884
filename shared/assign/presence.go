package assign

import "time"

// Hours tells when calendars are open. The end of an open or closed period is zero when
// there is none.
type Hours interface {
	Open(calendar string, at time.Time) bool
	NextChange(calendar string, at time.Time) time.Time
}

// Grace is how long somebody may be out of their hours before what they have goes back to
// the queue, unless the team says otherwise.
const Grace = time.Hour

// Duty says when a member works.
type Duty struct {
	// Calendar is theirs; empty for always.
	Calendar string
	// Off says that they take nothing now, whatever their hours.
	Off bool
	// Grace is [Grace] when 0.
	Grace time.Duration
}

// Presence says whether a member gets conversations, and whether theirs go back: when they
// are off, or out of their hours for longer than the grace and not back within it. So a
// break at noon moves nothing, and nobody loses a conversation the minute their day ends.
func Presence(h Hours, d Duty, now time.Time) (here, gone bool) {
	switch {
	case d.Off:
		return false, true
	case d.Calendar == "" || h.Open(d.Calendar, now):
		return true, false
	}
	grace := d.Grace
	if grace == 0 {
		grace = Grace
	}
	back := h.NextChange(d.Calendar, now)
	soon := !back.IsZero() && back.Sub(now) <= grace
	return false, !soon && !recently(h, d.Calendar, now, grace)
}

// recently reports whether a calendar that is closed was open within a time before.
func recently(h Hours, calendar string, now time.Time, within time.Duration) bool {
	before := now.Add(-within)
	if h.Open(calendar, before) {
		return true
	}
	change := h.NextChange(calendar, before)
	return !change.IsZero() && change.Before(now)
}
