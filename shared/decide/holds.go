package decide

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"frontdesk/shared/conversation"
	"frontdesk/shared/playbook"
	"frontdesk/shared/text"
)

// holds reports whether the condition is true of a message.
func (n *node) holds(v *view) bool {
	switch n.op {
	case all:
		return n.kid(v, false) == nil
	case anyOf:
		return n.kid(v, true) != nil
	case not:
		return !n.kids[0].holds(v)
	case contains, wholeWord, exact, startsWith, endsWith, resembles:
		return n.phrase(v) >= 0
	case matches:
		return len(v.folded) > 0 && n.mayMatch(v) && n.pattern.Match(v.folded)
	}
	return n.fits(v)
}

// mayMatch reports whether a text has all the literals that a pattern requires.
func (n *node) mayMatch(v *view) bool {
	for _, list := range n.literals {
		if !slices.ContainsFunc(list, v.found.Contains) {
			return false
		}
	}
	return true
}

// kid returns the first condition inside that holds, or does not; nil for none.
func (n *node) kid(v *view, holds bool) *node {
	for i := range n.kids {
		if n.kids[i].holds(v) == holds {
			return &n.kids[i]
		}
	}
	return nil
}

// phrase returns the place of the first phrase that the text has as the condition asks;
// -1 for none.
func (n *node) phrase(v *view) int {
	if n.op == resembles {
		return slices.IndexFunc(n.similar, func(s similar) bool { return s.in(v) })
	}
	for i, id := range n.ids {
		if n.has(v, i, id) {
			return i
		}
	}
	return -1
}

func (n *node) has(v *view, i int, id int32) bool {
	switch n.op {
	case contains:
		return v.found.Contains(id) && (!n.Case || strings.Contains(v.message.Text, n.Contains[i]))
	case wholeWord:
		return v.found.Word(id)
	case exact:
		return v.exact == id && (!n.Case || strings.TrimSpace(v.message.Text) == strings.TrimSpace(n.Exact[i]))
	case startsWith:
		return v.found.Contains(id) && len(v.folded) >= len(n.folded[i]) && string(v.folded[:len(n.folded[i])]) == n.folded[i]
	}
	return v.found.Contains(id) && bytes.HasSuffix(v.folded, []byte(n.folded[i]))
}

// fits is holds for conditions on anything but text.
func (n *node) fits(v *view) bool {
	switch n.op {
	case firstContact:
		return *n.FirstContact == v.first()
	case hoursAre:
		return v.hour(n.calendar, n.state)
	case attributeIs:
		return n.attribute(v)
	case sinceIs:
		since, ever := v.since()
		return ever && int64(since) > n.low && int64(since) < n.high
	case countIs:
		return int64(v.count()) > n.low && int64(v.count()) < n.high
	}
	return n.names(v)
}

// names reports whether the list names what the message, its conversation or its contact
// is or has.
func (n *node) names(v *view) bool {
	if n.op != tagsHave && n.op != changedIs {
		value := v.value(n.op)
		return value != "" && slices.Contains(n.list, value)
	}
	return slices.ContainsFunc(n.list, func(s string) bool { return v.is(n.op, s) })
}

// hour reports whether a calendar is in a state now.
func (v *view) hour(calendar int, state hourState) bool {
	if v.open(calendar) {
		return state == opened
	}
	return state == closed || state == onHoliday && v.book.calendars[calendar].holiday(v.now)
}

// is reports whether the conversation has a tag, or the contact has changed so.
func (v *view) is(o op, value string) bool {
	if o == tagsHave {
		return slices.Contains(v.head.Tags, value)
	}
	return v.changed(value)
}

// value is what a condition of this kind compares with its list; of tags and changes
// there can be several, so they have none.
func (v *view) value(o op) string {
	switch o {
	case channelIs:
		return v.message.Channel
	case typeIs:
		return v.message.Type
	case choiceIs:
		return v.message.Choice
	case languageIs:
		return v.language()
	case teamIs:
		return cmp.Or(v.head.Team, playbook.None)
	case assigneeIs:
		return cmp.Or(v.head.Assignee, playbook.None)
	case statusIs:
		return v.status()
	case priorityIs:
		return cmp.Or(v.head.Priority, "normal")
	case startedByIs:
		return cmp.Or(v.head.StartedBy, "customer")
	case firstContact:
		return yesNo(v.first())
	}
	return ""
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func (v *view) status() string {
	switch {
	case v.head.Status != "":
		return string(v.head.Status)
	case v.head.New():
		return "new"
	}
	return string(conversation.Resolved)
}

// changed reports whether the contact's name, number or language is another than the one
// we knew. What was not known or is not told has not changed.
func (v *view) changed(what string) bool {
	knew, is := &v.head.Contact, &v.message.From
	switch what {
	case "name":
		return differ(knew.Name, is.Name)
	case "number":
		return differ(knew.Phone, is.Phone)
	}
	return differ(knew.Language, v.script)
}

func differ(knew, is string) bool { return knew != "" && is != "" && knew != is }

// language is the one that the message is surely in; "" for none. It is looked up once.
func (v *view) language() string {
	if !v.detected.sure {
		v.detected.language, v.detected.sure = text.Detect(v.message.Text), true
	}
	return v.detected.language
}
