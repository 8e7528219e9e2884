package ical

import "strings"

// kind is what an event does to a day.
type kind int

const (
	unmarked kind = iota
	nameOnly
	dayOff
	workday
)

// mark is what an event itself says.
func mark(e *event) kind {
	switch {
	case !e.wholeDay:
		return nameOnly
	case e.special == "ALTERNATE-WORKDAY":
		return workday
	case e.special == "WORK-HOLIDAY":
		return dayOff
	}
	name := strings.ToLower(e.name)
	switch {
	case strings.Contains(name, "班"), strings.Contains(name, "working day"), strings.Contains(name, "workday"):
		return workday
	case strings.Contains(strings.ReplaceAll(name, "调休", ""), "休"), strings.Contains(name, "假期"), strings.Contains(name, "放假"):
		return dayOff
	}
	return unmarked
}

// official reports whether an event is described as a public holiday, in the words
// of Google's calendars.
func official(e *event) bool {
	for _, words := range []string{"public holiday", "公共假期", "公众假期", "公眾假期", "公共假日", "国定假日", "國定假日", "法定节假日"} {
		if strings.HasPrefix(strings.ToLower(e.described), words) {
			return true
		}
	}
	return false
}

// habit is how a file tells days off from days that only have a name.
type habit struct{ marks, descriptions bool }

func habitOf(events []event) habit {
	var h habit
	for i := range events {
		h.marks = h.marks || mark(&events[i]) == dayOff
		h.descriptions = h.descriptions || official(&events[i])
	}
	return h
}

func (h habit) kind(e *event) kind {
	switch k := mark(e); {
	case k != unmarked:
		return k
	case h.marks, h.descriptions && !official(e):
		return nameOnly
	}
	return dayOff
}
