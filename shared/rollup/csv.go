package rollup

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Columns names the fields of [Day.Record], in order.
func Columns() []string {
	return []string{
		"day", "conversation", "channel", "team", "outcome", "new_contact", "first_message", "last_message",
		"messages_in", "out_by_filter", "out_by_agent", "out_by_calendar", "out_by_system",
		"longest_wait_ms", "first_reply_by_bot_ms", "first_reply_by_people_ms", "waiting_for_people",
		"sent", "delivered", "read", "failed", "unproven", "filters", "templates", "rating",
	}
}

// Record is the day as a row of a CSV: times in RFC 3339 and UTC, durations in
// whole milliseconds and empty when there was none, ids separated by spaces, the rating
// empty when there was none.
func (d Day) Record() []string {
	var t Tally
	for _, p := range d.Teams {
		t.merge(p.Tally)
	}
	c := t.Counts
	return []string{
		d.Day, d.Conversation, d.Channel, d.Team, string(d.Outcome), strconv.FormatBool(d.New), stamp(d.First), stamp(d.Last),
		number(c.In), number(c.OutFilter), number(c.OutAgent), number(c.OutCalendar), number(c.OutSystem),
		number(d.Waited), optional(d.FirstBot), optional(d.FirstPeople), strconv.FormatBool(d.Waiting),
		number(c.Sent), number(c.Delivered), number(c.Read), number(c.Failed), number(c.Unproven),
		strings.Join(slices.Sorted(maps.Keys(t.Filters)), " "), strings.Join(slices.Sorted(maps.Keys(t.Templates)), " "), rating(d.Rating),
	}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func rating(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func optional(n *int64) string {
	if n == nil {
		return ""
	}
	return number(*n)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
