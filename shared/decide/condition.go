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
	matches
	channelIs
	typeIs
	choiceIs
	firstContact
	hoursAre
)

// node is a compiled condition.
type node struct {
	*playbook.Condition
	op       op
	kids     []node
	ids      []int32        // contains, wholeWord, exact: numbers of the phrases
	pattern  *regexp.Regexp // matches
	literals [][]int32      // matches: of each list one phrase is in every text that matches
	calendar int            // hoursAre
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
	add(s.Regex != "", matches, "regex")
	add(s.Channel != nil, channelIs, "channel")
	add(s.Type != nil, typeIs, "type")
	add(s.Choice != nil, choiceIs, "choice")
	add(s.FirstContact != nil, firstContact, "first_contact")
	add(s.Hours != nil, hoursAre, "hours")
	return ops, names
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
	case hoursAre:
		c.hours(n, at.key(name))
	case channelIs, typeIs, choiceIs:
		if len(n.values()) == 0 {
			c.empty(at.key(name))
		}
	}
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

// phraseList returns the numbers of phrases in the index.
func (c *compiler) phraseList(phrases []string, at *place, name string) []int32 {
	if len(phrases) == 0 {
		c.empty(at.key(name))
	}
	ids := make([]int32, 0, len(phrases))
	for i, p := range phrases {
		if folded, ok := c.fold(p, at, name, i); ok {
			ids = append(ids, c.phrase(folded))
		}
	}
	return ids
}

// phrase returns the number of a folded phrase in the index.
func (c *compiler) phrase(folded string) int32 {
	id, ok := c.phraseIDs[folded]
	if !ok {
		id = int32(len(c.phrases))
		c.phraseIDs[folded] = id
		c.phrases = append(c.phrases, folded)
		c.uses = append(c.uses, 0)
	}
	c.uses[id]++
	return id
}

func (c *compiler) exactList(phrases []string, at *place) []int32 {
	if len(phrases) == 0 {
		c.empty(at.key("exact"))
	}
	var ids []int32
	for i, p := range phrases {
		folded, ok := c.fold(p, at, "exact", i)
		if !ok {
			continue
		}
		if _, known := c.book.exact[folded]; !known {
			c.book.exact[folded] = int32(len(c.book.exact))
		}
		ids = append(ids, c.book.exact[folded])
	}
	return ids
}

func (c *compiler) fold(phrase string, at *place, name string, i int) (folded string, ok bool) {
	folded = text.Fold(phrase)
	if folded == "" {
		c.fault(at.at(name, i), "the phrase is empty", "write one or remove it")
	}
	return folded, folded != ""
}

func (c *compiler) regex(n *node, at *place) {
	re, literals, err := c.compilePattern(n.Regex)
	if err != nil {
		c.fault(at, err.Error(), "correct the pattern (RE2 syntax)")
		return
	}
	n.pattern = re
	for _, list := range literals {
		var ids []int32
		for _, l := range list {
			ids = append(ids, c.phrase(l))
		}
		n.literals = append(n.literals, ids)
	}
}

func (c *compiler) hours(n *node, at *place) {
	n.calendar = c.calendar(n.Hours.Calendar, at.key("calendar"))
	if n.Hours.Is != isOpen && n.Hours.Is != isClosed {
		c.fault(at.key("is"), fmt.Sprintf("%q is no state of a calendar", n.Hours.Is), "write open or closed")
	}
}

const (
	isOpen   = "open"
	isClosed = "closed"
)

// values returns the list of a channel, type or choice condition.
func (n *node) values() []string {
	switch n.op {
	case channelIs:
		return n.Channel
	case typeIs:
		return n.Type
	case choiceIs:
		return n.Choice
	}
	return nil
}

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

// holds reports whether the condition is true of a message.
func (n *node) holds(v *view) bool {
	switch n.op {
	case all:
		return n.kid(v, false) == nil
	case anyOf:
		return n.kid(v, true) != nil
	case not:
		return !n.kids[0].holds(v)
	case contains, wholeWord, exact:
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

// phrase returns the place of the first phrase that the text has; -1 for none.
func (n *node) phrase(v *view) int {
	for i, id := range n.ids {
		switch {
		case n.op == contains && v.found.Contains(id),
			n.op == wholeWord && v.found.Word(id),
			n.op == exact && v.exact == id:
			return i
		}
	}
	return -1
}

// fits is holds for conditions on anything but text.
func (n *node) fits(v *view) bool {
	switch n.op {
	case channelIs:
		return slices.Contains(n.Channel, v.message.Channel)
	case typeIs:
		return slices.Contains(n.Type, v.message.Type)
	case choiceIs:
		return v.message.Choice != "" && slices.Contains(n.Choice, v.message.Choice)
	case firstContact:
		return *n.FirstContact == v.first()
	case hoursAre:
		return (n.Hours.Is == isOpen) == v.open(n.calendar)
	}
	return false
}
