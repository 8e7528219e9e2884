package ical

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// line is a content line, put together again.
type line struct {
	number int // of its first line in the file
	text   string
}

// name is the property's name in capitals.
func (l line) name() string {
	return strings.ToUpper(l.text[:max(strings.IndexAny(l.text, ":;"), 0)])
}

// value is what stands behind the first colon.
func (l line) value() string {
	_, value, _ := strings.Cut(l.text, ":")
	return value
}

// read walks the components of a file and collects its events.
func (r *reader) read(data []byte) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case len(data) > MaxSize:
		r.fault(1, "The file is larger than 4 MB.", "Take the calendar of one country.")
		return
	case !utf8.Valid(data):
		r.fault(1, "The file is not UTF-8 text.", "Save it as UTF-8.")
		return
	}
	w := walker{reader: r}
	for number := 1; len(data) > 0 && len(r.faults) < maxFaults && !w.stopped; {
		l, rest, read := unfold(data, number)
		data, number = rest, number+read
		w.line(l)
	}
	switch {
	case w.stopped || len(r.faults) > 0:
	case len(w.open) > 0:
		r.fault(w.began[len(w.began)-1], "The component that begins here has no end.", "The file may have been cut off: fetch it again.")
	case !w.calendar:
		r.fault(1, "This is not an iCalendar file.", "It begins with BEGIN:VCALENDAR.")
	}
}

// unfold cuts the first content line off, of which each further line begins with a
// space or tab (RFC 5545, 3.1). It returns how many lines that were.
func unfold(data []byte, number int) (l line, rest []byte, read int) {
	var text []byte
	for {
		piece, more, _ := bytes.Cut(data, []byte("\n"))
		text = append(text, bytes.TrimSuffix(piece, []byte("\r"))...)
		data, read = more, read+1
		if len(data) == 0 || data[0] != ' ' && data[0] != '\t' {
			return line{number, string(text)}, data, read
		}
		data = data[1:]
	}
}

// walker knows which components are open.
type walker struct {
	*reader
	open     []string
	began    []int
	event    []line // what stands in the event that is open
	calendar bool
	stopped  bool
}

func (w *walker) stop(number int, message, fix string) {
	w.fault(number, message, fix)
	w.stopped = true
}

func (w *walker) line(l line) {
	name := l.name()
	switch {
	case strings.TrimSpace(l.text) == "":
	case len(l.text) > maxLine:
		w.stop(l.number, "The line is longer than 16 KB.", "Remove it: holidays need no long texts.")
	case name == "BEGIN":
		w.begin(strings.ToUpper(strings.TrimSpace(l.value())), l.number)
	case len(w.open) == 0:
		w.stop(l.number, "This is not an iCalendar file.", "It begins with BEGIN:VCALENDAR.")
	case name == "END":
		w.end(strings.ToUpper(strings.TrimSpace(l.value())), l.number)
	case w.open[len(w.open)-1] == "VEVENT" && known(name):
		w.event = append(w.event, l)
	}
}

func (w *walker) begin(name string, number int) {
	switch {
	case len(w.open) == 0 && name != "VCALENDAR":
		w.stop(number, "This is not an iCalendar file.", "It begins with BEGIN:VCALENDAR.")
		return
	case len(w.open) == maxDepth:
		w.stop(number, "Components are nested more than 8 deep.", "Take the file as its publisher gives it.")
		return
	case name == "VEVENT":
		w.event = w.event[:0]
	}
	w.calendar = true
	w.open, w.began = append(w.open, name), append(w.began, number)
}

func (w *walker) end(name string, number int) {
	last := len(w.open) - 1
	began := w.began[last]
	if w.open[last] != name {
		w.stop(number, "The end belongs to another component than the one that is open.", "The file may be damaged: fetch it again.")
		return
	}
	w.open, w.began = w.open[:last], w.began[:last]
	if name != "VEVENT" {
		return
	}
	if len(w.events) == maxEvents {
		w.stop(began, "There are more than 10,000 events.", "Take the calendar of public holidays alone.")
		return
	}
	w.readEvent(w.event, began)
}
