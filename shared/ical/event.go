package ical

import (
	"errors"
	"slices"
	"strings"
	"time"

	goical "github.com/emersion/go-ical"
	"github.com/teambition/rrule-go"
)

// event is what matters of a VEVENT.
type event struct {
	line        int
	uid, name   string
	special     string // X-APPLE-SPECIAL-DAY
	described   string
	start       time.Time
	length      int // days
	wholeDay    bool
	rule        *rrule.ROption
	ruleLine    int
	also, never []time.Time // RDATE, EXDATE
	instead     time.Time   // RECURRENCE-ID: the occurrence that this event stands for
}

// known are the properties that are looked at.
func known(name string) bool {
	return slices.Contains([]string{"UID", "SUMMARY", "DESCRIPTION", "STATUS", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE",
		"EXDATE", "RECURRENCE-ID", "X-APPLE-SPECIAL-DAY"}, name)
}

// fields are the properties of one event.
type fields struct {
	*reader
	began int
	lines map[string][]line
	props goical.Props
}

// readEvent reads one event. Cancelled ones are left out.
func (r *reader) readEvent(lines []line, began int) {
	f, ok := r.fields(lines, began)
	if !ok {
		return
	}
	e, ok := f.event()
	if !ok {
		return
	}
	if !e.instead.IsZero() {
		r.replaced[instance{e.uid, e.instead.Format(time.DateOnly)}] = true
	}
	if !strings.EqualFold(strings.TrimSpace(f.text("STATUS")), "CANCELLED") {
		r.events = append(r.events, e)
	}
}

// fields reads the properties of an event. What the library reads is held to its
// grammar first, because it stops the program at a parameter without an end.
func (r *reader) fields(lines []line, began int) (fields, bool) {
	f := fields{reader: r, began: began, lines: map[string][]line{}}
	var text strings.Builder
	text.WriteString("BEGIN:VCALENDAR\r\n")
	for _, l := range lines {
		if !wellFormed(l.text) {
			r.fault(l.number, "The property cannot be read.", "It looks like NAME;PARAMETER=VALUE:TEXT.")
			return f, false
		}
		f.lines[l.name()] = append(f.lines[l.name()], l)
		text.WriteString(l.text + "\r\n")
	}
	text.WriteString("END:VCALENDAR\r\n")
	c, err := goical.NewDecoder(strings.NewReader(text.String())).Decode()
	if err != nil {
		r.fault(began, "The event that begins here cannot be read.", "Take the file as its publisher gives it.")
		return f, false
	}
	f.props = c.Props
	return f, true
}

// maxParams bounds what stands before the colon, in bytes: the library takes the
// square of it.
const maxParams = 1_000

// wellFormed reports whether a line is NAME;PARAMETER=VALUE,"VALUE":TEXT.
func wellFormed(text string) bool {
	if params, _ := cutParams(text); len(params) > maxParams {
		return false
	}
	name, rest := cutName(text)
	for name != "" && strings.HasPrefix(rest, ";") {
		if name, rest = cutName(rest[1:]); name == "" || !strings.HasPrefix(rest, "=") {
			return false
		}
		for more := true; more; more = strings.HasPrefix(rest, ",") {
			var ok bool
			if rest, ok = cutValue(rest[1:]); !ok {
				return false
			}
		}
	}
	return name != "" && strings.HasPrefix(rest, ":")
}

func cutName(s string) (name, rest string) {
	end := strings.IndexFunc(s, func(r rune) bool {
		return r != '-' && r != '_' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
	})
	if end < 0 {
		return s, ""
	}
	return s[:end], s[end:]
}

// cutValue takes a parameter's value, plain or in quotation marks, off.
func cutValue(s string) (rest string, ok bool) {
	if strings.HasPrefix(s, `"`) {
		end := strings.IndexByte(s[1:], '"')
		if end < 0 {
			return "", false
		}
		rest = s[end+2:]
	} else {
		rest = s[max(strings.IndexAny(s+`"`, `";:,`), 0):]
	}
	return rest, rest != "" && strings.ContainsRune(";:,", rune(rest[0]))
}

// text is a text property without its escapes, or "".
func (f fields) text(name string) string {
	p := f.props.Get(name)
	if p == nil {
		return ""
	}
	if text, err := p.Text(); err == nil {
		return text
	}
	return p.Value
}

// event puts the fields together. It notes what cannot be read.
func (f fields) event() (event, bool) {
	e := event{
		line: f.began, uid: f.text("UID"), name: oneLine(f.text("SUMMARY")),
		special: strings.ToUpper(strings.TrimSpace(f.text("X-APPLE-SPECIAL-DAY"))), described: strings.TrimSpace(f.text("DESCRIPTION")),
	}
	before := len(f.faults)
	starts := f.dates("DTSTART")
	if len(starts) != 1 {
		if len(f.faults) == before {
			f.fault(f.began, "The event does not say when it begins, or says it twice.", "Give it one DTSTART.")
		}
		return e, false
	}
	e.start, e.wholeDay = starts[0], f.whole("DTSTART")
	f.end(&e)
	e.also, e.never = f.dates("RDATE"), f.dates("EXDATE")
	if len(e.also)+len(e.never) > maxDates {
		f.fault(f.began, "The event has more than 1,000 dates of its own.", "Write it as several events.")
	}
	if instead := f.dates("RECURRENCE-ID"); len(instead) == 1 {
		e.instead = instead[0]
	}
	f.rule(&e)
	return e, len(f.faults) == before
}

const (
	maxName  = 80    // characters
	maxDates = 1_000 // RDATE and EXDATE of one event
)

// oneLine makes a name that can stand in a list.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxName {
		s = string(r[:maxName])
	}
	return s
}

// first returns the line of a property.
func (f fields) first(name string) int { return f.lines[name][0].number }

// end fills in how many days an event has. DTEND is the day behind the last one;
// without it the event has one day, or as many as DURATION says (RFC 5545, 3.6.1).
func (f fields) end(e *event) {
	e.length = 1
	switch ends := f.dates("DTEND"); {
	case len(ends) == 1:
		e.length = int(ends[0].Sub(e.start) / day)
		e.wholeDay = e.wholeDay && f.whole("DTEND")
		if e.length == 0 {
			e.length = 1 // some write the same day twice
		}
		f.long(e, "DTEND")
	case f.props.Get("DURATION") != nil:
		d, err := f.props.Get("DURATION").Duration()
		if err != nil {
			f.fault(f.first("DURATION"), "The length of time cannot be read.", "Write whole days, such as P1D.")
			return
		}
		e.length = int(d / day)
		e.wholeDay = e.wholeDay && d%day == 0
		f.long(e, "DURATION")
	}
}

func (f fields) long(e *event, name string) {
	if e.length < 1 && e.wholeDay || e.length > maxDays || e.length < 0 {
		f.fault(f.first(name), "The event ends before it begins, or is longer than 62 days.", "Correct its end, which is the day behind the last one.")
	}
	e.length = max(e.length, 1)
}

// dates reads the dates of a property that may be there several times.
func (f fields) dates(name string) []time.Time {
	var all []time.Time
	for _, l := range f.lines[name] {
		_, value := cutParams(l.text)
		for text := range strings.SplitSeq(value, ",") {
			t, _, err := f.date(strings.TrimSpace(text))
			if err != nil {
				f.fault(l.number, "The date cannot be read.", "Write a day that exists from 1900 to 2200, as in VALUE=DATE:20261001.")
				return nil
			}
			all = append(all, t)
		}
	}
	return all
}

// cutParams parts a content line that is well formed at the colon before its value.
func cutParams(text string) (params, value string) {
	quoted := false
	for i := range len(text) {
		switch {
		case text[i] == '"':
			quoted = !quoted
		case text[i] == ':' && !quoted:
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}

// whole reports whether a property is a date, or a midnight.
func (f fields) whole(name string) bool {
	_, value := cutParams(f.lines[name][0].text)
	_, whole, err := f.date(strings.TrimSpace(value))
	return whole && err == nil
}

const (
	dateForm  = "20060102"
	clockForm = "150405"
)

var errDate = errors.New("not a date")

// date reads the day of 20261001, 20261001T000000 or 20260930T160000Z, and whether it
// stands for the day as a whole: a midnight of the wall clock, or of the span's zone where the
// time is written in UTC. Some publishers write whole days as midnights of UTC, whatever their
// zone: such a time is the day that is written there (?).
func (r *reader) date(s string) (day time.Time, whole bool, err error) {
	text, clock, timed := strings.Cut(s, "T")
	day, err = time.Parse(dateForm, text)
	if err != nil || day.Year() < firstYear || day.Year() > lastYear {
		return day, false, errDate
	}
	if !timed {
		return day, true, nil
	}
	hms, utc := strings.CutSuffix(clock, "Z")
	at, err := time.Parse(dateForm+clockForm, text+hms)
	if err != nil || at.Equal(day) {
		return day, err == nil, err
	}
	if !utc {
		return day, false, nil
	}
	there := at.In(r.zone)
	return midnight(there), there.Format(clockForm) == "000000", nil
}
