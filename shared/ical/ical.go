// Package ical reads a calendar of public holidays (RFC 5545) and says on which
// dates of a span nobody works, and on which people work although the week says
// otherwise. It is pure: bytes and a span in, days out.
//
// A file is read in this order: its lines are put together again (folding); its
// components are walked, each [Event] that is a whole day or several is read with
// its rule (yearly ones only); the events are told apart into days off, make-up
// workdays and days that only have a name; each is unrolled within the span.
//
// How days are told apart:
//
//   - Cancelled events do not count.
//   - Apple says it in X-APPLE-SPECIAL-DAY, others in the summary: 班 or “working
//     day” is a make-up workday (调休), 休, 假期 or 放假 a day off.
//   - Where a file marks days off in this way, what it does not mark is only a name
//     (情人节). Where it calls some days “Public holiday” (Google's description), the
//     others are only names too. Else every whole day is a day off.
//
// Refused, each with its line: what is no iCalendar, rules that this package does
// not know, a date that is both off and a workday, and files that are too large.
// Everything is bounded before it is unrolled.
package ical

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The bounds of a file and of what is asked of it.
const (
	MaxSize     = 4 << 20    // bytes
	MaxSpan     = 3*365 + 31 // days
	maxLine     = 16 << 10   // bytes of one line, put together
	maxDepth    = 8          // components inside components
	maxEvents   = 10_000
	maxDays     = 62 // of one event
	maxFaults   = 20
	maxPassed   = 1_000
	firstYear   = 1900
	lastYear    = 2200
	maxUnrolled = 200_000 // times that all rules together come up, from their start on
)

// Span is the dates that are asked for, both ends included. Only the dates count, and the
// time zone of From: it says on which day a time lies that is written in UTC.
type Span struct{ From, To time.Time }

// Day is a date on which the week's hours do not hold.
type Day struct {
	Date string // 2026-10-01
	Name string
	// Work: people work, to make up for a day off elsewhere. Else nobody does.
	Work bool
	// Line is where its event begins.
	Line int
}

// Calendar is what a file says of a span.
type Calendar struct {
	// Days are in order, each date once.
	Days []Day
	// Passed are events of the span that change no hours: days with nothing but a name,
	// and events that have a time of day. The first thousand.
	Passed []Day
}

// Fault is a place that cannot be read. Message is a sentence without what stands there.
type Fault struct {
	Line         int
	Message, Fix string
}

// Faults is everything that is wrong with a file, up to 20 places.
type Faults []Fault

func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = fmt.Sprintf("line %d: %s %s", f.Line, f.Message, f.Fix)
	}
	return strings.Join(lines, "\n")
}

// Read returns what a file says of the span. The error is [Faults], or says that
// the span is not one.
func Read(data []byte, span Span) (Calendar, error) {
	from, to := midnight(span.From), midnight(span.To)
	if days := int(to.Sub(from) / day); days < 0 || days > MaxSpan {
		return Calendar{}, fmt.Errorf("the span must have 1 to %d days", MaxSpan)
	}
	r := &reader{from: from, to: to, zone: span.From.Location(), days: map[string]Day{}, replaced: map[instance]bool{}}
	r.read(data)
	if len(r.faults) == 0 {
		r.unroll()
	}
	if len(r.faults) > 0 {
		return Calendar{}, r.faults
	}
	c := Calendar{Passed: r.passed}
	for _, date := range slices.Sorted(maps.Keys(r.days)) {
		c.Days = append(c.Days, r.days[date])
	}
	return c, nil
}

const day = 24 * time.Hour

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// reader reads one file.
type reader struct {
	from, to time.Time
	zone     *time.Location
	events   []event
	// replaced are occurrences of a rule that an event of their own stands for.
	replaced map[instance]bool
	unrolled int
	days     map[string]Day
	passed   []Day
	faults   Faults
}

type instance struct{ uid, date string }

func (r *reader) fault(line int, message, fix string) {
	if len(r.faults) < maxFaults {
		r.faults = append(r.faults, Fault{line, message, fix})
	}
}

// unroll puts the days of every event into the result.
func (r *reader) unroll() {
	how := habitOf(r.events)
	for i := range r.events {
		e := &r.events[i]
		starts, ok := r.starts(e)
		if !ok {
			return
		}
		for _, start := range starts {
			r.enter(e, start, how.kind(e))
		}
	}
}

// enter adds one occurrence of an event, as far as it lies in the span.
func (r *reader) enter(e *event, start time.Time, k kind) {
	for n := range e.length {
		date := start.AddDate(0, 0, n)
		if date.Before(r.from) || date.After(r.to) {
			continue
		}
		d := Day{Date: date.Format(time.DateOnly), Name: e.name, Work: k == workday, Line: e.line}
		if k == nameOnly {
			if len(r.passed) < maxPassed {
				r.passed = append(r.passed, d)
			}
			continue
		}
		r.add(d)
	}
}

func (r *reader) add(d Day) {
	earlier, twice := r.days[d.Date]
	switch {
	case !twice:
		r.days[d.Date] = d
	case earlier.Work != d.Work:
		r.fault(d.Line, fmt.Sprintf("%s is a day off and a workday (the other is in line %d).", d.Date, earlier.Line), "Remove one of the events.")
	}
}
