package decide

import (
	"fmt"
	"iter"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"frontdesk/shared/playbook"
)

// calendar is a compiled calendar. A span belongs to the day on which it starts:
// "22:00-02:00" on Friday runs into Saturday even when Saturday is an exception,
// and an exception on Friday takes it away.
type calendar struct {
	zone   *time.Location
	weekly [7][]span // by time.Weekday
	dated  map[date][]span
}

// span is in minutes of the wall clock from the midnight at which its day
// starts. The end is over 1440 when it runs into the next day.
type span struct{ start, end int }

type date struct {
	year  int
	month time.Month
	day   int
}

// horizon is how far [Book.NextChange] looks.
const horizon = 400 * 24 * time.Hour

// Open reports whether a calendar is open at a time. An id that the playbook
// does not have is never open.
func (b *Book) Open(calendar string, at time.Time) bool {
	n, ok := b.numbers[calendar]
	return ok && b.calendars[n].open(at)
}

// NextChange returns the end of the open or closed period that a time is in. It
// is zero when the calendar does not change within 400 days, or does not exist.
func (b *Book) NextChange(calendar string, at time.Time) time.Time {
	n, ok := b.numbers[calendar]
	if !ok {
		return time.Time{}
	}
	for start, end := range b.calendars[n].periods(at, at.Add(horizon)) {
		change := end
		if start.After(at) {
			change = start
		}
		if change.After(at.Add(horizon)) {
			break
		}
		return change
	}
	return time.Time{}
}

// OpenTime returns for how long a calendar is open between two times: 0 when to
// is not after from or there is no such calendar. Hours that a clock change
// skips do not count, hours that it repeats count twice.
func (b *Book) OpenTime(calendar string, from, to time.Time) time.Duration {
	n, ok := b.numbers[calendar]
	if !ok || !to.After(from) {
		return 0
	}
	var sum time.Duration
	for start, end := range b.calendars[n].periods(from, to) {
		if start.Before(from) {
			start = from
		}
		if end.After(to) {
			end = to
		}
		sum += max(end.Sub(start), 0)
	}
	return sum
}

func (c *calendar) open(at time.Time) bool {
	for start, end := range c.periods(at, at) {
		return !start.After(at) && end.After(at)
	}
	return false
}

// holiday reports whether the day of a time is an exception without hours.
func (c *calendar) holiday(at time.Time) bool {
	year, month, day := at.In(c.zone).Date()
	spans, dated := c.dated[date{year, month, day}]
	return dated && len(spans) == 0
}

// periods yields the open periods that end after from, in order, adjoining ones
// as one. It stops after the day of until.
func (c *calendar) periods(from, until time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(start, end time.Time) bool) {
		var start, end time.Time
		for s, e := range c.spans(from, until) {
			if !s.After(end) && !end.IsZero() {
				end = latest(end, e)
				continue
			}
			if end.After(from) && !yield(start, end) {
				return
			}
			start, end = s, e
		}
		if end.After(from) {
			yield(start, end)
		}
	}
}

// spans yields each span from the day before from to the day of until.
func (c *calendar) spans(from, until time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(start, end time.Time) bool) {
		year, month, first := from.In(c.zone).Date()
		for n := -1; ; n++ {
			day := time.Date(year, month, first+n, 0, 0, 0, 0, time.UTC)
			d := date{day.Year(), day.Month(), day.Day()}
			if n > 0 && c.clock(d, 0).After(until) {
				return
			}
			for _, s := range c.day(d, day.Weekday()) {
				if start, end := c.clock(d, s.start), c.clock(d, s.end); end.After(start) && !yield(start, end) {
					return
				}
			}
		}
	}
}

func (c *calendar) day(d date, w time.Weekday) []span {
	if spans, ok := c.dated[d]; ok {
		return spans
	}
	return c.weekly[w]
}

// clock returns when the wall clock shows so many minutes after the midnight at
// which a day starts. A time that a clock change skips is the moment of the
// change; of one that comes twice it is the one that time.Date takes.
func (c *calendar) clock(d date, minutes int) time.Time {
	t := time.Date(d.year, d.month, d.day, 0, minutes, 0, 0, c.zone)
	_, offset := t.Zone()
	shown := t.Unix() + int64(offset)
	wanted := time.Date(d.year, d.month, d.day, 0, minutes, 0, 0, time.UTC).Unix()
	if shown == wanted {
		return t
	}
	start, end := t.ZoneBounds()
	if shown < wanted {
		return end
	}
	return start
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (c *compiler) calendars(list []playbook.Calendar) {
	for i := range list {
		at := (*place)(nil).at("hours", i)
		c.book.numbers[list[i].ID] = len(c.book.calendars)
		c.book.calendars = append(c.book.calendars, c.compileCalendar(&list[i], at))
	}
}

func (c *compiler) compileCalendar(p *playbook.Calendar, at *place) calendar {
	zone, err := time.LoadLocation(p.TimeZone)
	if err != nil || p.TimeZone == "" || p.TimeZone == "Local" {
		c.fault(at.key("time_zone"), fmt.Sprintf("%q is no time zone", p.TimeZone), "write an IANA name such as Asia/Shanghai")
	}
	out := calendar{zone: zone, dated: map[date][]span{}}
	for day, spans := range p.Weekly {
		in := at.key("weekly").key(day)
		n := slices.Index([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, day)
		if n < 0 {
			c.fault(in, fmt.Sprintf("%q is no day of the week", day), "write mon, tue, wed, thu, fri, sat or sun")
			continue
		}
		out.weekly[n] = c.spans(spans, in)
	}
	for i := range p.Exceptions {
		c.exception(&out, &p.Exceptions[i], at.at("exceptions", i))
	}
	return out
}

func (c *compiler) exception(out *calendar, e *playbook.Exception, at *place) {
	t, err := time.Parse(time.DateOnly, e.Date)
	if err != nil {
		c.fault(at.key("date"), fmt.Sprintf("%q is no date", e.Date), "write it as 2026-10-01")
		return
	}
	d := date{t.Year(), t.Month(), t.Day()}
	if _, twice := out.dated[d]; twice {
		c.fault(at.key("date"), e.Date+" has two exceptions", "put all spans of the day into one")
	}
	out.dated[d] = c.spans(e.Spans, at.key("spans"))
}

// spans reads the spans of one day, in the order of their start.
func (c *compiler) spans(list []string, at *place) []span {
	var out []span
	for i, s := range list {
		sp, ok := parseSpan(s)
		if !ok {
			here := *at
			here.index = i
			c.fault(&here, fmt.Sprintf("%q is no span of time", s), `write it as "09:00-18:00"; "22:00-02:00" runs over midnight, "00:00-24:00" is the whole day`)
			continue
		}
		out = append(out, sp)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].start < out[j].start })
	return out
}

// parseSpan reads "09:00-18:00". An end that is not after the start is on the next day.
func parseSpan(s string) (span, bool) {
	from, to, _ := strings.Cut(s, "-")
	start, ok1 := parseClock(from)
	end, ok2 := parseClock(to)
	if !ok1 || !ok2 || start == end || start == minutesOfDay {
		return span{}, false
	}
	if end < start {
		end += minutesOfDay
	}
	return span{start, end}, true
}

const minutesOfDay = 24 * 60

// parseClock reads "00:00" to "24:00" as minutes.
func parseClock(s string) (minutes int, ok bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	h, err1 := strconv.ParseUint(s[:2], 10, 8)
	m, err2 := strconv.ParseUint(s[3:], 10, 8)
	minutes = int(h*60 + m)
	return minutes, err1 == nil && err2 == nil && m < 60 && minutes <= minutesOfDay
}
