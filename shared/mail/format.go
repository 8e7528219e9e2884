package mail

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"frontdesk/shared/unit"
)

// printer writes figures in one language.
type printer struct {
	lang string
	text map[string]string
	unit unit.Printer
}

func newPrinter(tag string) printer {
	lang := language(tag)
	return printer{lang: lang, text: words(lang), unit: unit.In(lang)}
}

// say fills the values into the text of a key, once: a value that looks like
// {1} stays as it is.
func (p printer) say(key string, values ...string) string {
	pairs := make([]string, 0, 2*len(values))
	for i, v := range values {
		pairs = append(pairs, "{"+strconv.Itoa(i+1)+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(p.text[key])
}

// number, percent, duration and points are those of package unit.
func (p printer) number(n int64) string        { return p.unit.Number(n) }
func (p printer) percent(share float64) string { return p.unit.Percent(share) }
func (p printer) duration(ms int64) string     { return p.unit.Duration(ms) }
func (p printer) points(delta float64) string  { return p.unit.Points(delta) }

// share is percent, or a dash when there is none.
func (p printer) share(s *float64) string {
	if s == nil {
		return p.text["none"]
	}
	return p.percent(*s)
}

// dates is the span of a week: 16–22 November 2026.
func (p printer) dates(from, to string) (string, error) {
	a, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return "", fmt.Errorf("first day of the week: %w", err)
	}
	b, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return "", fmt.Errorf("last day of the week: %w", err)
	}
	d1, d2, m1, m2 := strconv.Itoa(a.Day()), strconv.Itoa(b.Day()), p.month(a), p.month(b)
	y1, y2 := strconv.Itoa(a.Year()), strconv.Itoa(b.Year())
	switch {
	case y1 != y2:
		return p.say("dates.years", d1, m1, y1, d2, m2, y2), nil
	case m1 != m2:
		return p.say("dates.year", d1, m1, d2, m2, y2), nil
	}
	return p.say("dates.month", d1, d2, m1, y1), nil
}

func (p printer) month(t time.Time) string {
	return strings.Split(p.text["months"], ",")[t.Month()-1]
}

// weekday names a weekday, 0 for Monday; key is weekdays or short.
func (p printer) weekday(key string, i int) string {
	return strings.Split(p.text[key], ",")[i]
}

// list is a, b and c.
func (p printer) list(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], p.text["comma"]) + p.text["and"] + items[last]
}
