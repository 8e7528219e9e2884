package mail

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// printer writes figures in one language.
type printer struct {
	lang string
	text map[string]string
}

func newPrinter(tag string) printer {
	lang := language(tag)
	return printer{lang: lang, text: words(lang)}
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

// number is 1204 as 1,204.
func (p printer) number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// percent is a share in whole percent, and with one decimal below 10 %. Only
// all is 100 %, and only none is 0 %.
func (p printer) percent(share float64) string {
	v := math.Round(share*1000) / 10
	switch {
	case v >= 10 && (v <= 99 || share >= 1), share == 0:
		v = math.Round(share * 100) // not of v, which is rounded already
	case v > 99.9:
		v = 99.9
	case v < 0.1:
		v = 0.1
	}
	return p.say("percent", strconv.FormatFloat(v, 'f', -1, 64))
}

// share is percent, or a dash when there is none.
func (p printer) share(s *float64) string {
	if s == nil {
		return p.text["none"]
	}
	return p.percent(*s)
}

// duration is a time in the largest units that matter: 840 ms, 1.2 s, 18 min,
// 1 h 5 min, 2 d 3 h.
func (p printer) duration(ms int64) string {
	const second, minute, hour, day = 1000, 60_000, 3_600_000, 86_400_000
	whole := func(unit int64) string { return p.number((ms + unit/2) / unit) }
	switch {
	case ms < 950:
		return p.say("ms", p.number(ms))
	case ms < 9950:
		return p.say("s", strconv.FormatFloat(float64((ms+50)/100)/10, 'f', -1, 64))
	case ms < 90*second:
		return p.say("s", whole(second))
	case ms < 59*minute+minute/2:
		return p.say("min", whole(minute))
	case ms < day-minute/2:
		return p.two("h", (ms+minute/2)/minute, 60, "h.min")
	}
	return p.two("d", (ms+hour/2)/hour, 24, "d.h")
}

func (p printer) two(one string, n, per int64, both string) string {
	if n%per == 0 {
		return p.say(one, p.number(n/per))
	}
	return p.say(both, p.number(n/per), p.number(n%per))
}

// points is a difference of shares in percentage points, without its sign.
func (p printer) points(delta float64) string {
	return p.say("points", strconv.FormatFloat(math.Round(math.Abs(delta)*1000)/10, 'f', -1, 64))
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
