package decide

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"frontdesk/shared/playbook"
	"frontdesk/shared/text"
)

// op is what a node of a condition asks.
type op int

const (
	never op = iota // a condition with a fault; its book is refused
	all
	anyOf
	not
	contains
	wholeWord
	exact
	startsWith
	endsWith
	resembles
	matches
	channelIs
	typeIs
	choiceIs
	languageIs
	tagsHave
	teamIs
	assigneeIs
	statusIs
	priorityIs
	startedByIs
	changedIs
	attributeIs
	sinceIs
	countIs
	firstContact
	hoursAre
	ops
)

// node is a compiled condition.
type node struct {
	*playbook.Condition
	op       op
	kids     []node
	ids      []int32        // contains, wholeWord, exact, startsWith, endsWith: numbers of the phrases
	folded   []string       // startsWith, endsWith: the phrases; attributeIs: the values
	similar  []similar      // resembles
	pattern  *regexp.Regexp // matches
	literals [][]int32      // matches: of each list one phrase is in every text that matches
	calendar int            // hoursAre
	state    hourState      // hoursAre
	limits   *limits        // attributeIs
	low      int64          // sinceIs (nanoseconds), countIs: what the value is above
	high     int64          // and below
	list     []string       // conditions that name values: the values
}

// condition compiles a condition and those inside it.
func (c *compiler) condition(s *playbook.Condition, at *place) node {
	n := node{Condition: s}
	ops, names := fields(s)
	switch len(ops) {
	case 0:
		c.fault(at, "there is no condition, so it would match every message", "set one condition")
		return n
	case 1:
	default:
		c.fault(at, "there is more than one condition: "+strings.Join(names, ", "), "put them into all or any")
		return n
	}
	n.op = ops[0]
	if s.Case && n.op != contains && n.op != exact {
		c.fault(at.key("case"), "case says nothing of "+names[0], "remove it; it goes with contains and exact")
	}
	c.fill(&n, at, names[0])
	return n
}

// fields returns which fields of a condition are set.
func fields(s *playbook.Condition) (ops []op, names []string) {
	add := func(set bool, o op, name string) {
		if set {
			ops, names = append(ops, o), append(names, name)
		}
	}
	add(s.All != nil, all, "all")
	add(s.Any != nil, anyOf, "any")
	add(s.Not != nil, not, "not")
	add(s.Contains != nil, contains, "contains")
	add(s.WholeWord != nil, wholeWord, "whole_word")
	add(s.Exact != nil, exact, "exact")
	add(s.StartsWith != nil, startsWith, "starts_with")
	add(s.EndsWith != nil, endsWith, "ends_with")
	add(s.Fuzzy != nil, resembles, "fuzzy")
	add(s.Regex != "", matches, "regex")
	for o := channelIs; o <= changedIs; o++ {
		list, name := listed(s, o)
		add(list != nil, o, name)
	}
	add(s.Attribute != nil, attributeIs, "attribute")
	add(s.Since != nil, sinceIs, "since")
	add(s.Count != nil, countIs, "count")
	add(s.FirstContact != nil, firstContact, "first_contact")
	add(s.Hours != nil, hoursAre, "hours")
	return ops, names
}

// listed returns the list of a condition that names values, and what the field is called.
func listed(s *playbook.Condition, o op) (values []string, name string) {
	switch o {
	case channelIs:
		return s.Channel, "channel"
	case typeIs:
		return s.Type, "type"
	case choiceIs:
		return s.Choice, "choice"
	case languageIs:
		return s.Language, "language"
	case tagsHave:
		return s.Tags, "tags"
	case teamIs:
		return s.Team, "team"
	case assigneeIs:
		return s.Assignee, "assignee"
	case statusIs:
		return s.Status, "status"
	case priorityIs:
		return s.Priority, "priority"
	case startedByIs:
		return s.StartedBy, "started_by"
	case changedIs:
		return s.Changed, "changed"
	}
	return nil, ""
}

func (c *compiler) fill(n *node, at *place, name string) {
	switch n.op {
	case all:
		c.kids(n, n.All, at, name)
	case anyOf:
		c.kids(n, n.Any, at, name)
	case not:
		n.kids = []node{c.condition(n.Not, at.key(name))}
	case contains:
		n.ids = c.phraseList(n.Contains, at, name)
	case wholeWord:
		n.ids = c.phraseList(n.WholeWord, at, name)
	case exact:
		n.ids = c.exactList(n.Exact, at)
	case matches:
		c.regex(n, at.key(name))
	case startsWith, endsWith:
		c.edges(n, at, name)
	case resembles:
		c.fuzzy(n, at.key(name))
	case attributeIs:
		c.attribute(n, at.key(name))
	case sinceIs:
		c.since(n, at.key(name))
	case countIs:
		c.count(n, at.key(name))
	case hoursAre:
		c.hours(n, at.key(name))
	case firstContact:
	default:
		c.values(n, at, name)
	}
}

// values checks a list of which one has to be met.
func (c *compiler) values(n *node, at *place, name string) {
	list, _ := listed(n.Condition, n.op)
	n.list = list
	for _, value := range list {
		c.named[trigger{kind: n.op, key: value}]++
	}
	if len(list) == 0 {
		c.empty(at.key(name))
	}
	known := Words(name)
	for i, s := range list {
		switch {
		case s == "":
			c.fault(at.at(name, i), "the entry is empty", "write one or remove it")
		case known != nil && !slices.Contains(known, s):
			c.fault(at.at(name, i), fmt.Sprintf("%q cannot be met", s), "write one of "+strings.Join(known, ", "))
		}
	}
}

// Words returns what the list of a condition can name, by the name of its field; nil when
// that is not known here.
func Words(field string) []string {
	switch field {
	case "language":
		return text.Languages()
	case "status":
		return []string{"new", "open", "resolved"}
	case "priority":
		return []string{"low", "normal", "high", "urgent"}
	case "started_by":
		return []string{"customer", "bot", "agent"}
	case "changed":
		return []string{"name", "number", "language"}
	}
	return nil
}

func (c *compiler) kids(n *node, conditions []playbook.Condition, at *place, name string) {
	if len(conditions) == 0 {
		c.empty(at.key(name))
	}
	n.kids = make([]node, len(conditions))
	for i := range conditions {
		n.kids[i] = c.condition(&conditions[i], at.at(name, i))
	}
}

func (c *compiler) empty(at *place) {
	c.fault(at, "the list is empty", "add an entry or remove the condition")
}

func (c *compiler) hours(n *node, at *place) {
	n.calendar = c.calendar(n.Hours.Calendar, at.key("calendar"))
	switch n.Hours.Is {
	case "open":
		n.state = opened
	case "closed":
		n.state = closed
	case "holiday":
		n.state = onHoliday
	default:
		c.fault(at.key("is"), fmt.Sprintf("%q is no state of a calendar", n.Hours.Is), "write open, closed or holiday")
	}
}

// hourState is what a calendar must be.
type hourState int

const (
	opened hourState = iota
	closed
	onHoliday
)

// types appends the message types that a condition asks for, those under not apart.
func (n *node) types(names []string) []string {
	if n.op == typeIs {
		names = append(names, n.Type...)
	}
	if n.op == all || n.op == anyOf {
		for i := range n.kids {
			names = n.kids[i].types(names)
		}
	}
	return names
}
