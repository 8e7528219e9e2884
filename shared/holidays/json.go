package holidays

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"frontdesk/shared/ical"
)

const (
	maxDays = 5_000 // of one file; a year has some forty
	maxName = 80    // characters
	// firstYear and lastYear are those that package ical reads, too.
	firstYear = 1900
	lastYear  = 2200
)

// published is one day of the file (holiday-cn, schema.json).
type published struct {
	Name string `json:"name"`
	Date string `json:"date"`
	// Off is a day off, else a make-up workday.
	Off *bool `json:"isOffDay"`
}

// reader reads one JSON file.
type reader struct {
	data     []byte
	dec      *json.Decoder
	counted  int // bytes whose lines have been counted
	line     int
	from, to string
	byDate   map[string]ical.Day
	read     int
	problems Problems
}

func readJSON(data []byte, span ical.Span) (ical.Calendar, Problems) {
	if len(data) > ical.MaxSize {
		return ical.Calendar{}, Problems{{Message: "The file is larger than 4 MB.", Fix: "Take the file of one year."}}
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	r := &reader{data: data, dec: json.NewDecoder(bytes.NewReader(data)), line: 1, byDate: map[string]ical.Day{},
		from: span.From.Format(time.DateOnly), to: span.To.Format(time.DateOnly)}
	err := r.object()
	if err == nil {
		err = r.end()
	}
	if err != nil && !errors.Is(err, errEnough) {
		r.problem(r.here(), "The file cannot be read as JSON from here on.", "Take it as its publisher gives it.")
	}
	if len(r.problems) == 0 && r.read == 0 {
		r.problem(1, "The file has no days.", "It needs a list “days”. A year's holidays are announced in the autumn before: take the file again then.")
	}
	if len(r.problems) > 0 {
		return ical.Calendar{}, r.problems
	}
	return ical.Calendar{Days: ordered(r.byDate)}, nil
}

func (r *reader) problem(line int, message, fix string) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, Problem{Line: line, Message: message, Fix: fix})
	}
}

// here is the line of what comes next.
func (r *reader) here() int {
	at := int(r.dec.InputOffset())
	for at < len(r.data) && strings.IndexByte(" \t\r\n,:", r.data[at]) >= 0 {
		at++
	}
	r.line += bytes.Count(r.data[r.counted:at], []byte("\n"))
	r.counted = at
	return r.line
}

var (
	errForm   = errors.New("another form")
	errEnough = errors.New("more than is read")
)

// object walks the fields of the file.
func (r *reader) object() error {
	if err := r.delim('{'); err != nil {
		return err
	}
	for r.dec.More() {
		key, err := r.dec.Token()
		if err != nil {
			return err
		}
		if key == "days" {
			err = r.list()
		} else {
			err = r.dec.Decode(new(json.RawMessage))
		}
		if err != nil {
			return err
		}
	}
	return r.delim('}')
}

func (r *reader) delim(want json.Delim) error {
	t, err := r.dec.Token()
	if err == nil && t != want {
		err = errForm
	}
	return err
}

// end holds that nothing comes behind the object.
func (r *reader) end() error {
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return errForm
	}
	return nil
}

func (r *reader) list() error {
	if err := r.delim('['); err != nil {
		return err
	}
	for r.dec.More() {
		line := r.here()
		var d published
		err := r.dec.Decode(&d)
		if _, wrong := errors.AsType[*json.UnmarshalTypeError](err); wrong {
			r.problem(line, "The day cannot be read.", `It looks like {"name": "国庆节", "date": "2026-10-01", "isOffDay": true}.`)
			continue
		}
		if err != nil {
			return err
		}
		if r.read++; r.read > maxDays {
			r.problem(line, fmt.Sprintf("The file has more than %d days.", maxDays), "Take the file of one year.")
			return errEnough
		}
		r.day(line, d)
	}
	return r.delim(']')
}

// day adds one day, when it lies in the span.
func (r *reader) day(line int, d published) {
	t, err := time.Parse(time.DateOnly, d.Date)
	if err != nil || t.Year() < firstYear || t.Year() > lastYear {
		r.problem(line, "The date cannot be read.", "Write a day that exists from 1900 to 2200, as in 2026-10-01.")
		return
	}
	if d.Off == nil {
		r.problem(line, "It is not said whether "+d.Date+" is a day off.", "Write “isOffDay”: true, or false for a make-up workday.")
		return
	}
	if d.Date < r.from || d.Date > r.to {
		return
	}
	day := ical.Day{Date: d.Date, Name: oneLine(d.Name), Work: !*d.Off, Line: line}
	earlier, twice := r.byDate[d.Date]
	switch {
	case !twice:
		r.byDate[d.Date] = day
	case earlier.Work != day.Work:
		r.problem(line, fmt.Sprintf("%s is a day off and a workday (the other is in line %d).", d.Date, earlier.Line), "Remove one of the two.")
	}
}

// oneLine makes a name that can stand in a list.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxName {
		s = string(r[:maxName])
	}
	return s
}
