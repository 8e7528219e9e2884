package decide

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk/shared/playbook"
	"frontdesk/shared/text"
)

// limits are what a date has to keep. Those that are zero say nothing.
type limits struct {
	before, after instant
	within        time.Duration
}

// amid reports whether a number is above one and below another; nil says nothing.
func amid(n float64, above, below *float64) bool {
	return (above == nil || n > *above) && (below == nil || n < *below)
}

// instant is a moment, or a whole day in the time zone that it is looked at in.
type instant struct {
	at  time.Time // of a day its midnight in UTC; zero for none
	day bool
}

// parseInstant reads 2026-10-01 or RFC 3339.
func parseInstant(s string) (instant, bool) {
	if len(s) == len(time.DateOnly) {
		t, err := time.Parse(time.DateOnly, s)
		return instant{t, true}, err == nil
	}
	t, err := time.Parse(time.RFC3339, s)
	return instant{t, false}, err == nil
}

// start is when it begins, end when it is over. Both are the same of a moment.
func (i instant) start(zone *time.Location) time.Time { return i.midnight(zone, 0) }
func (i instant) end(zone *time.Location) time.Time   { return i.midnight(zone, 1) }

func (i instant) midnight(zone *time.Location, days int) time.Time {
	if !i.day {
		return i.at
	}
	y, m, d := i.at.Date()
	return time.Date(y, m, d+days, 0, 0, 0, 0, zone)
}

// dated reports whether a date keeps to the limits.
func (l *limits) dated(i instant, now time.Time) bool {
	zone := now.Location()
	start, end := i.start(zone), i.end(zone)
	switch {
	case !l.before.at.IsZero() && !start.Before(l.before.start(zone)):
		return false
	case !l.after.at.IsZero() && (start.Before(l.after.end(zone)) || !l.after.day && start.Equal(l.after.at)):
		return false
	}
	return l.within == 0 || start.Sub(now) <= l.within && now.Sub(end) <= l.within
}

// attribute reports whether an attribute of the contact is as the condition asks.
func (n *node) attribute(v *view) bool {
	a := n.Attribute
	value := v.head.Contact.Attributes[a.Name]
	switch {
	case a.Present != nil:
		return *a.Present == (value != "")
	case value == "":
		return false
	case a.Is != nil:
		v.scratch = text.AppendFold(v.scratch[:0], value)
		return slices.ContainsFunc(n.folded, func(s string) bool { return s == string(v.scratch) })
	case a.Above != nil || a.Below != nil:
		f, ok := parseNumber(value)
		return ok && amid(f, a.Above, a.Below)
	}
	i, ok := parseInstant(strings.TrimSpace(value))
	return ok && n.limits.dated(i, v.now)
}

// parseNumber reads a number that has a place among the others.
func parseNumber(s string) (float64, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

// attribute compiles a condition on an attribute, which asks exactly one thing.
func (c *compiler) attribute(n *node, at *place) {
	a := n.Attribute
	if strings.TrimSpace(a.Name) == "" {
		c.fault(at.key("name"), "the name of the attribute is missing", "write the name that your systems send")
	}
	asked := 0
	for _, asks := range []bool{a.Is != nil, a.Present != nil, a.Above != nil || a.Below != nil, a.Before != "" || a.After != "", a.Within != ""} {
		if asks {
			asked++
		}
	}
	if asked != 1 {
		c.fault(at, fmt.Sprintf("%d things are asked of the attribute, where it must be one", asked), "set is, present, above and below, before and after, or within")
	}
	if a.Is != nil && len(a.Is) == 0 {
		c.empty(at.key("is"))
	}
	for i, s := range a.Is {
		if folded, ok := c.fold(s, at, "is", i); ok {
			n.folded = append(n.folded, folded)
		}
	}
	c.numbers(a, at)
	n.limits = &limits{
		before: c.instant(a.Before, at.key("before")), after: c.instant(a.After, at.key("after")), within: c.optional(a.Within, at.key("within")),
	}
	c.apart(a.Before != "", a.After != "", !n.limits.after.at.Before(n.limits.before.at), at)
}

func (c *compiler) numbers(a *playbook.AttributeMatch, at *place) {
	for _, x := range []struct {
		name  string
		value *float64
	}{{"above", a.Above}, {"below", a.Below}} {
		if x.value != nil && (math.IsNaN(*x.value) || math.IsInf(*x.value, 0)) {
			c.fault(at.key(x.name), "the number has no place among the others", "write a number such as 100 or 0.5")
		}
	}
	if a.Above != nil && a.Below != nil {
		c.apart(true, true, *a.Above >= *a.Below, at)
	}
}

func (c *compiler) since(n *node, at *place) {
	m := n.Since
	if m.Above == "" && m.Below == "" {
		c.fault(at, "no length of time is given", "set above or below")
	}
	n.low, n.high = int64(c.optional(m.Above, at.key("above"))), int64(c.optional(m.Below, at.key("below")))
	c.apart(m.Above != "", m.Below != "", n.low >= n.high, at)
	if m.Above == "" {
		n.low = -1
	}
	if m.Below == "" {
		n.high = math.MaxInt64
	}
}

func (c *compiler) count(n *node, at *place) {
	m := n.Count
	if n.high = math.MaxInt64; m.Below != nil {
		n.high = int64(*m.Below)
	}
	if m.Above != nil {
		n.low = int64(*m.Above)
	}
	switch {
	case m.Above == nil && m.Below == nil:
		c.fault(at, "no number is given", "set above or below")
	case m.Above != nil && m.Below != nil && *m.Above+1 >= *m.Below:
		c.apart(true, true, true, at)
	case m.Above != nil && *m.Above < 1:
		c.fault(at.key("above"), "the first message is number 1, so every message is above this", "write at least 1, or remove it")
	case m.Below != nil && *m.Below < 2:
		c.fault(at.key("below"), "the first message is number 1, so no message is below this", "write at least 2")
	}
}

// apart refuses two limits between which nothing is.
func (c *compiler) apart(one, other, crossed bool, at *place) {
	if one && other && crossed {
		c.fault(at, "nothing is between the two limits", "exchange them, or set one of them")
	}
}

// optional reads a length of time; none when it is empty.
func (c *compiler) optional(s string, at *place) time.Duration {
	if s == "" {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		c.fault(at, fmt.Sprintf("%q is no length of time", s), `write it as "10m" or "24h" (days as hours)`)
	}
	return d
}

// instant reads a date or moment; none when it is empty.
func (c *compiler) instant(s string, at *place) instant {
	if s == "" {
		return instant{}
	}
	i, ok := parseInstant(s)
	if !ok {
		c.fault(at, fmt.Sprintf("%q is no date", s), `write it as "2026-10-01" or "2026-10-01T09:30:00+08:00"`)
	}
	return i
}
