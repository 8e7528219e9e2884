// Package holidays reads a file of public holidays into the dated exceptions of a calendar:
// days off become closed dates, and make-up workdays (调休, 补班) dates with the hours of a
// usual workday. It is pure. Two kinds of file are told apart by how they begin:
//
//   - iCalendar, read by package ical, which says how 休 and 班 are found;
//   - JSON with a list of days, each {"name": "春节", "date": "2026-02-14", "isOffDay":
//     false}, as the project holiday-cn publishes the notices of the State Council.
//
// [Read] refuses a file with anything in it that cannot be understood, and make-up workdays
// when it is not said which hours they have: a half-read file would open on a holiday. [Merge]
// then puts the dates beside those that are there, and lets what people wrote stand.
package holidays

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"frontdesk/shared/ical"
	"frontdesk/shared/playbook"
)

// Options say what is wanted of a file.
type Options struct {
	// Span is the dates that are wanted; From has the calendar's time zone.
	Span ical.Span
	// Work are the spans of time of a make-up workday ("09:00-18:00").
	Work []string
}

// Found is what a file says of the span.
type Found struct {
	// Exceptions are in order, each date once.
	Exceptions []playbook.Exception
	// Passed are the names of days that change no hours (情人节), each once.
	Passed []string
}

// Problem is one thing that keeps a file from being read. Message is a sentence without
// what stands there.
type Problem struct {
	// Line is where it is; 0 when it is nowhere.
	Line         int
	Message, Fix string
	// NoHours says that only Options.Work is missing.
	NoHours bool
}

// Problems is everything that is wrong with a file, up to 20 places.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Message + " " + p.Fix
		if p.Line > 0 {
			lines[i] = fmt.Sprintf("line %d: %s", p.Line, lines[i])
		}
	}
	return strings.Join(lines, "\n")
}

const maxProblems = 20

// Read returns what a file says, or what is wrong with it.
func Read(data []byte, o Options) (Found, Problems) {
	c, problems := days(data, o.Span)
	if len(problems) > 0 {
		return Found{}, problems
	}
	var found Found
	for _, d := range c.Days {
		e := playbook.Exception{Date: d.Date, Name: d.Name}
		if d.Work {
			if len(o.Work) == 0 {
				return Found{}, Problems{{Line: d.Line, Message: d.Date + " is a make-up workday, and it is not said which hours such days have.",
					Fix: "Name a day of the week whose hours they have.", NoHours: true}}
			}
			e.Spans = slices.Clone(o.Work)
		}
		found.Exceptions = append(found.Exceptions, e)
	}
	for _, d := range c.Passed {
		if d.Name != "" && !slices.Contains(found.Passed, d.Name) {
			found.Passed = append(found.Passed, d.Name)
		}
	}
	return found, nil
}

func days(data []byte, span ical.Span) (ical.Calendar, Problems) {
	text := bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n")
	if bytes.HasPrefix(text, []byte("{")) || bytes.HasPrefix(text, []byte("[")) {
		return readJSON(data, span)
	}
	c, err := ical.Read(data, span)
	faults, ok := errors.AsType[ical.Faults](err)
	switch {
	case ok:
		var problems Problems
		for _, f := range faults {
			problems = append(problems, Problem{Line: f.Line, Message: f.Message, Fix: f.Fix})
		}
		return c, problems
	case err != nil:
		return c, Problems{wrongSpan(err)}
	}
	return c, nil
}

func wrongSpan(err error) Problem {
	return Problem{Message: "The dates asked for cannot be looked at: " + err.Error() + ".", Fix: "Choose other first and last days."}
}

// Did says what became of one date.
type Did int

// What becomes of a date.
const (
	// Added: the calendar had nothing for it.
	Added Did = iota
	// Replaced: it had other hours, which are gone.
	Replaced
	// Kept: it has other hours, and they stand.
	Kept
)

// Change is what became of one date of a file.
type Change struct {
	Did Did
	// New is what the file says, Old what the calendar had.
	New, Old playbook.Exception
}

// Merge puts what a file says beside what a calendar has, and returns both in the order of
// their dates with what became of each date that differs. A date that the calendar has with other
// hours stays as it is, unless replace is wanted; one with the same hours keeps its name.
func Merge(have, found []playbook.Exception, replace bool) ([]playbook.Exception, []Change) {
	merged := slices.Clone(have)
	at := map[string]int{}
	for i, e := range slices.Backward(have) {
		at[e.Date] = i
	}
	var changes []Change
	for _, e := range found {
		i, there := at[e.Date]
		switch {
		case !there:
			at[e.Date] = len(merged)
			merged = append(merged, e)
			changes = append(changes, Change{Added, e, playbook.Exception{}})
		case slices.Equal(merged[i].Spans, e.Spans):
		case replace:
			changes = append(changes, Change{Replaced, e, merged[i]})
			merged[i] = e
		default:
			changes = append(changes, Change{Kept, e, merged[i]})
		}
	}
	slices.SortStableFunc(merged, func(a, b playbook.Exception) int { return cmp.Compare(a.Date, b.Date) })
	return merged, changes
}

// ordered are the days in the order of their dates.
func ordered(byDate map[string]ical.Day) []ical.Day {
	var all []ical.Day
	for _, date := range slices.Sorted(maps.Keys(byDate)) {
		all = append(all, byDate[date])
	}
	return all
}
