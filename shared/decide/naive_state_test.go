package decide_test

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"frontdesk/shared/playbook"
	"frontdesk/shared/text"
)

func (n naive) asWritten(c playbook.Condition) bool {
	list, is := c.Contains, strings.Contains
	if c.Exact != nil {
		list, is = c.Exact, func(a, b string) bool { return strings.TrimSpace(a) == strings.TrimSpace(b) }
	}
	return slices.ContainsFunc(list, func(p string) bool {
		plain := playbook.Condition{Contains: []string{p}}
		if c.Exact != nil {
			plain = playbook.Condition{Exact: []string{p}}
		}
		return is(n.m.Text, p) && n.holds(plain)
	})
}

// resembles compares the phrase with every part of the text that begins and ends where a
// word does.
func resembles(folded, phrase string, percent int) bool {
	t, p := []rune(folded), []rune(phrase)
	border := func(i int) bool {
		letter := func(r rune) bool {
			return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.Is(unicode.Han, r)
		}
		return i == 0 || i == len(t) || !letter(t[i-1]) || !letter(t[i])
	}
	for from := range t {
		for to := from + 1; to <= len(t); to++ {
			if border(from) && border(to) && 100*distance(t[from:to], p) <= (100-percent)*len(p) {
				return true
			}
		}
	}
	return false
}

// distance is the optimal string alignment distance, by its definition.
func distance(a, b []rune) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j-1], d[i-1][j], d[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], 1+d[i-2][j-2])
			}
		}
	}
	return d[len(a)][len(b)]
}

// state is holds for conditions on the conversation.
func (n naive) state(c playbook.Condition) bool {
	or := func(s, other string) string {
		if s == "" {
			return other
		}
		return s
	}
	switch {
	case c.Language != nil:
		return slices.Contains(c.Language, text.Detect(n.m.Text))
	case c.Tags != nil:
		return slices.ContainsFunc(c.Tags, func(tag string) bool { return slices.Contains(n.h.Tags, tag) })
	case c.Team != nil:
		return slices.Contains(c.Team, or(n.h.Team, "none"))
	case c.Assignee != nil:
		return slices.Contains(c.Assignee, or(n.h.Assignee, "none"))
	case c.Status != nil && n.h.First.IsZero():
		return slices.Contains(c.Status, or(string(n.h.Status), "new"))
	case c.Status != nil:
		return slices.Contains(c.Status, or(string(n.h.Status), "resolved"))
	case c.Priority != nil:
		return slices.Contains(c.Priority, or(n.h.Priority, "normal"))
	case c.StartedBy != nil:
		return slices.Contains(c.StartedBy, or(n.h.StartedBy, "customer"))
	case c.Changed != nil:
		return slices.ContainsFunc(c.Changed, n.changed)
	case c.Count != nil:
		number := n.h.Count + 1
		return (c.Count.Above == nil || number > *c.Count.Above) && (c.Count.Below == nil || number < *c.Count.Below)
	case c.Since != nil:
		ago := n.now.Sub(n.h.LastInbound)
		return !n.h.LastInbound.IsZero() && (c.Since.Above == "" || ago > span(c.Since.Above)) && (c.Since.Below == "" || ago < span(c.Since.Below))
	}
	return n.attribute(*c.Attribute)
}

func span(s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		panic(err)
	}
	return d
}

func (n naive) changed(what string) bool {
	knew, is := n.h.Contact.Language, text.Language(n.m.Text)
	switch what {
	case "name":
		knew, is = n.h.Contact.Name, n.m.From.Name
	case "number":
		knew, is = n.h.Contact.Phone, n.m.From.Phone
	}
	return knew != "" && is != "" && knew != is
}

func (n naive) attribute(a playbook.AttributeMatch) bool {
	value := n.h.Contact.Attributes[a.Name]
	if a.Present != nil {
		return *a.Present == (value != "")
	}
	if a.Is != nil {
		return slices.ContainsFunc(a.Is, func(s string) bool { return value != "" && text.Fold(s) == text.Fold(value) })
	}
	if a.Above != nil || a.Below != nil {
		f, err := strconv.ParseFloat(value, 64)
		return err == nil && (a.Above == nil || f > *a.Above) && (a.Below == nil || f < *a.Below)
	}
	// All dates that are drawn are whole days, and those can be compared as texts.
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		return false
	}
	if a.Within != "" {
		days := span(a.Within)
		return value >= n.now.Add(-days).Format(time.DateOnly) && value <= n.now.Add(days).Format(time.DateOnly)
	}
	return (a.Before == "" || value < a.Before) && (a.After == "" || value > a.After)
}

// valid knows only days, as they are drawn; the time is in UTC.
func (n naive) valid(f playbook.Filter) bool {
	today := n.now.Format(time.DateOnly)
	return (f.From == "" || today >= f.From) && (f.Until == "" || today <= f.Until)
}
