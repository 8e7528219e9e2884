package publish

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"frontdesk/shared/playbook"
)

const day = 24 * 60 // minutes

// span is a time of a day in minutes. One that runs over midnight ends after 24:00.
type span struct {
	from, to int
	path     string
}

func weekdays() []string { return []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} }

func (c *checker) calendars() {
	c.ids("hours", c.hoursIDs)
	for i, h := range c.p.Hours {
		path := fmt.Sprintf("hours[%d]", i)
		c.timeZone(path+".time_zone", h.TimeZone)
		c.overlaps(c.weekly(path+".weekly", h.Weekly), 7*day)
		c.exceptions(path, h.Exceptions)
		if !everOpen(h) {
			c.add(path+".weekly", "the calendar is never open", `write the hours, as in {"mon": ["09:00-18:00"]}`)
		}
	}
}

// everOpen reports whether a calendar has any span, right or wrong.
func everOpen(h playbook.Calendar) bool {
	for _, spans := range h.Weekly {
		if len(spans) > 0 {
			return true
		}
	}
	return slices.ContainsFunc(h.Exceptions, func(e playbook.Exception) bool { return len(e.Spans) > 0 })
}

func (c *checker) timeZone(path, zone string) {
	const fix = "write an IANA name such as Asia/Shanghai or Europe/London"
	switch {
	case zone == "":
		c.add(path, "the time zone is missing", fix)
	case !knownZone(zone):
		c.add(path, quote(zone)+" is not a time zone", fix)
	}
}

func knownZone(zone string) bool {
	if len(zone) > maxID || zone == "Local" {
		return false
	}
	_, err := time.LoadLocation(zone)
	return err == nil
}

// weekly returns the spans of a week, in minutes from Monday 00:00.
func (c *checker) weekly(path string, weekly map[string][]string) []span {
	var spans []span
	for _, name := range slices.Sorted(maps.Keys(weekly)) {
		at := Join(path, name)
		i := slices.Index(weekdays(), name)
		if i < 0 {
			c.add(at, quote(name)+" is not a day of the week", c.suggest(name, weekdays(), "use mon, tue, wed, thu, fri, sat or sun"))
			continue
		}
		for _, s := range c.spans(at, weekly[name]) {
			spans = append(spans, span{s.from + i*day, s.to + i*day, s.path})
		}
	}
	return spans
}

// exceptions checks the dated changes of a calendar.
func (c *checker) exceptions(path string, exceptions []playbook.Exception) {
	seen := map[string]bool{}
	for i, e := range exceptions {
		at := fmt.Sprintf("%s.exceptions[%d]", path, i)
		if _, err := time.Parse(time.DateOnly, e.Date); err != nil {
			c.add(at+".date", quote(e.Date)+" is not a date", "write an existing day as 2026-10-01")
		} else if seen[e.Date] {
			c.add(at+".date", e.Date+" is listed twice", "put all spans of the day into one exception")
		}
		seen[e.Date] = true
		c.overlaps(c.spans(at+".spans", e.Spans), 0)
	}
}

func (c *checker) spans(path string, texts []string) []span {
	var spans []span
	for i, text := range texts {
		at := fmt.Sprintf("%s[%d]", path, i)
		s, ok := parseSpan(text)
		if !ok {
			c.add(at, quote(text)+" is not a span of time", `write 09:00-18:00; 22:00-02:00 runs over midnight, 00:00-24:00 is the whole day`)
			continue
		}
		s.path = at
		spans = append(spans, s)
	}
	return spans
}

// parseSpan reads 09:00-18:00. A span of no length is none.
func parseSpan(text string) (span, bool) {
	from, to, ok := strings.Cut(text, "-")
	a, okA := parseClock(from)
	b, okB := parseClock(to)
	if !ok || !okA || !okB || a == day || a == b {
		return span{}, false
	}
	if b < a {
		b += day
	}
	return span{from: a, to: b}, true
}

// parseClock reads 00:00 to 24:00 in minutes.
func parseClock(s string) (int, bool) {
	if len(s) != 5 || s[2] != ':' || strings.ContainsAny(s, "+-") {
		return 0, false
	}
	h, errH := strconv.Atoi(s[:2])
	m, errM := strconv.Atoi(s[3:])
	minutes := h*60 + m
	return minutes, errH == nil && errM == nil && m < 60 && minutes <= day
}

// overlaps refuses spans that share a minute. With a round, in minutes, the end
// of the last day runs into the first: Sunday night into Monday.
func (c *checker) overlaps(spans []span, round int) {
	sort.SliceStable(spans, func(i, j int) bool { return spans[i].from < spans[j].from })
	reach := 0
	for _, s := range spans {
		if s.from < reach {
			c.overlap(s)
		}
		reach = max(reach, s.to)
	}
	if round > 0 && len(spans) > 0 && reach-round > spans[0].from {
		c.overlap(spans[0])
	}
}

func (c *checker) overlap(s span) {
	c.add(s.path, "the span overlaps with another one", "make them one span, or let the second start when the first ends")
}
