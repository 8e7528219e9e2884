package notice

import (
	"slices"
	"time"

	"frontdesk/shared/record"
)

const (
	// handful is how many notices go out one by one; more are summed up.
	handful = 5
	// staleAfter is the age from which a notice says only that it happened.
	staleAfter = 6 * time.Hour
	// atMost is how many rows one notice tells of.
	atMost = 500

	// perMinute is what a group's robot takes (W:91770). An appchat takes more (20,000
	// person-times a minute, W:90454), and a group reads no more.
	perMinute = 20
	// minute is longer than one, because clocks differ a little.
	minute = 62 * time.Second
	// lease is how long a send may take: longer than [wecom.Sender.Push] ever does, and
	// than answerTime.
	lease = 20 * time.Second
	// tries is how often the same notice may be sent.
	tries = 2
)

// A step is what to do next for one channel.
type step struct {
	// rows go out as one notice.
	rows []record.TeamNotice
	// over says that the rows are not to be sent again: they were, or may have been often
	// enough.
	over bool
}

// choose says what to do about the rows that wait, oldest first. Nothing: wait. A
// program, behind a webhook, gets each row alone.
func choose(box record.Outbox, rows []record.TeamNotice, now time.Time, program bool) step {
	if ahead(box.Until, now, lease) || ahead(box.Rest, now, longestRest) {
		return step{}
	}
	rows = slices.DeleteFunc(slices.Clone(rows), func(n record.TeamNotice) bool { return quiet(n, now, program) })
	claimed := slices.DeleteFunc(slices.Clone(rows), func(n record.TeamNotice) bool { return !slices.Contains(box.IDs, n.ID) })
	if program && !box.Done { // the channel may have been a group when they were claimed
		claimed = claimed[:min(len(claimed), 1)]
	}
	if len(claimed) > 0 && (box.Done || box.Tries >= tries) {
		return step{claimed, true}
	}
	if len(lately(box.Sent, now)) >= perMinute {
		return step{}
	}
	if len(claimed) > 0 {
		return step{claimed, false}
	}
	if program {
		return step{rows[:min(len(rows), 1)], false}
	}
	return step{next(rows, now), false}
}

// ahead reports that a time is still to come, by no more than it ever can be: more is a
// clock that was set back.
func ahead(t, now time.Time, most time.Duration) bool {
	return now.Before(t) && t.Sub(now) <= most
}

// lately keeps the sends that count against the channel's minute.
func lately(sent []time.Time, now time.Time) []time.Time {
	return slices.DeleteFunc(slices.Clone(sent), func(t time.Time) bool { return !ahead(t.Add(minute), now, minute+lease) })
}

// next is what goes out as one notice: a week's card by itself, all else together when
// there is much of it, the stale together, or the oldest alone.
func next(rows []record.TeamNotice, now time.Time) []record.TeamNotice {
	if len(rows) == 0 || rows[0].Event == Weekly {
		return rows[:min(len(rows), 1)]
	}
	events := slices.DeleteFunc(slices.Clone(rows), func(n record.TeamNotice) bool { return n.Event == Weekly })
	if len(events) > handful {
		return events
	}
	if kept := slices.DeleteFunc(slices.Clone(events), func(n record.TeamNotice) bool { return n.Until == 0 }); len(kept) > 0 {
		return kept
	}
	if old := slices.DeleteFunc(slices.Clone(events), func(n record.TeamNotice) bool { return !stale(n, now) }); len(old) > 0 {
		return old
	}
	return events[:1]
}

// quiet reports whether quiet hours keep a row back.
func quiet(n record.TeamNotice, now time.Time, program bool) bool {
	return n.Until > now.Unix() && (!program || n.Programs)
}

func stale(n record.TeamNotice, now time.Time) bool { return now.Sub(n.At) > staleAfter }

func ids(rows []record.TeamNotice) []string {
	all := make([]string, len(rows))
	for i, n := range rows {
		all[i] = n.ID
	}
	return all
}
