package ical

import (
	"slices"
	"time"

	"github.com/teambition/rrule-go"
)

// maxRule bounds the text of a rule, in bytes.
const maxRule = 300

// rule reads the rule by which an event comes again.
func (f fields) rule(e *event) {
	lines := f.lines["RRULE"]
	if len(lines) == 0 {
		return
	}
	e.ruleLine = lines[0].number
	_, value := cutParams(lines[0].text)
	if len(lines) > 1 || len(value) > maxRule {
		f.fault(lines[len(lines)-1].number, "The event has several rules, or one that is too long.", "Give it one yearly rule.")
		return
	}
	o, err := rrule.StrToROption(value)
	if err != nil {
		f.fault(e.ruleLine, "The rule cannot be read.", "Write one such as FREQ=YEARLY.")
		return
	}
	if o.Dtstart = e.start; !yearly(o) || !comesUp(o) {
		f.fault(e.ruleLine, "The rule is not one that public holidays follow, or never comes up.",
			"Yearly rules with BYMONTH, BYMONTHDAY and BYDAY are read; write other days one by one.")
		return
	}
	e.rule = o
}

// yearly reports whether a rule is of the few forms that are read: FREQ=YEARLY with
// BYMONTH, BYMONTHDAY, BYDAY, INTERVAL, COUNT and UNTIL.
func yearly(o *rrule.ROption) bool {
	others := len(o.Bysetpos) + len(o.Byyearday) + len(o.Byweekno) + len(o.Byhour) + len(o.Byminute) + len(o.Bysecond) + len(o.Byeaster)
	return o.Freq == rrule.YEARLY && others == 0 && o.Interval >= 0 && o.Interval <= 10 && o.Count >= 0
}

// comesUp reports whether a yearly rule is sure to come up within a hundred years:
// the library looks for a day that there is not until the year 9999.
func comesUp(o *rrule.ROption) bool {
	plain := o.Interval <= 1
	for _, w := range o.Byweekday {
		switch n := max(w.N(), -w.N()); {
		case n > 5, n > 0 && len(o.Bymonth) == 0:
			return false
		case n > 0 && len(o.Bymonthday) > 0:
			return false // the second Monday is on some days only
		case n == 5 && !plain, len(o.Bymonthday) > 0 && o.Interval > 4:
			return false
		}
	}
	if len(o.Byweekday) > 0 && len(o.Bymonthday) == 0 {
		return true
	}
	return dayExists(o, plain)
}

// dayExists reports whether one of the months has one of the days, 29 February only
// when every year is looked at.
func dayExists(o *rrule.ROption, plain bool) bool {
	months, days := o.Bymonth, o.Bymonthday
	if len(months) == 0 && len(days) == 0 {
		months = []int{int(o.Dtstart.Month())}
	}
	if len(days) == 0 {
		days = []int{o.Dtstart.Day()}
	}
	if len(months) == 0 {
		months = []int{1}
	}
	return slices.ContainsFunc(months, func(month int) bool {
		return slices.ContainsFunc(days, func(d int) bool {
			most := 31
			switch month {
			case 2:
				most = 28
				if plain {
					most = 29
				}
			case 4, 6, 9, 11:
				most = 30
			}
			return d != 0 && max(d, -d) <= most
		})
	})
}

// starts returns the days on which an event begins and that reach into the span,
// and false when there were too many to look at.
func (r *reader) starts(e *event) ([]time.Time, bool) {
	var all []time.Time
	add := func(t time.Time) {
		if !slices.Contains(e.never, t) && (!e.instead.IsZero() || !r.replaced[instance{e.uid, t.Format(time.DateOnly)}]) {
			all = append(all, t)
		}
	}
	for _, t := range e.also {
		add(t)
	}
	if e.rule == nil {
		add(e.start)
		return all, true
	}
	if e.rule.Until.IsZero() || e.rule.Until.After(r.to) {
		e.rule.Until = r.to
	}
	rule, err := rrule.NewRRule(*e.rule)
	if err != nil {
		r.fault(e.ruleLine, "The rule has a number that is out of its range.", "Write one such as FREQ=YEARLY.")
		return nil, true
	}
	next := rule.Iterator()
	for t, ok := next(); ok; t, ok = next() {
		if r.unrolled++; r.unrolled > maxUnrolled {
			r.fault(e.ruleLine, "The rules up to here come up more than 200,000 times.", "Let them begin later, or take the calendar of public holidays alone.")
			return nil, false
		}
		if t.AddDate(0, 0, e.length).After(r.from) {
			add(t)
		}
	}
	return all, true
}
