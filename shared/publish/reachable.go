package publish

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"frontdesk/shared/playbook"
	"frontdesk/shared/text"
)

// reachable refuses a filter that can never act, because an earlier one always
// matches what it matches and stops there. An earlier filter counts when it is
// on, does not continue and is always valid; a cooldown changes nothing, because a filter in its
// cooldown stops too.
//
// The rule is sound: what it refuses is truly unreachable. It does not see
// everything. It sees: equal conditions; phrases that contain an earlier phrase
// ("price list" behind "price"); a subset of phrases, channels, types or
// choices; an all with one more condition; an any with fewer; not of a wider
// condition. It compares with one earlier filter at a time, and knows nothing of
// what regular expressions have in common or of hours.
func (c *checker) reachable() {
	var stops []stop
	for i, f := range c.p.Filters {
		if f.Off {
			continue
		}
		when, quiet := fold(f.When), quietTypes(f.When, nil)
		dated := f.From != "" || f.Until != ""
		for k := range stops {
			s := &stops[k]
			if subset(quiet, s.quiet) && implies(&when, &s.when) {
				c.add(fmt.Sprintf("filters[%d]", i),
					fmt.Sprintf("the filter %s can never act, because filters[%d] %s matches everything that it matches and stops", quote(f.ID), s.index, quote(s.id)),
					"put it before the other one, or set continue on the other one")
				break
			}
		}
		if (!f.Continue || f.Then.Ignore) && !dated {
			stops = append(stops, stop{i, f.ID, when, quiet})
		}
	}
}

// quietTypes appends the message types named by a condition that only filters
// naming them are tried for (see package decide).
func quietTypes(x playbook.Condition, list []string) []string {
	for _, t := range x.Type {
		if slices.Contains([]string{"reaction", "system", "edit", "revoke"}, t) {
			list = append(list, t)
		}
	}
	for _, inner := range slices.Concat(x.All, x.Any) {
		list = quietTypes(inner, list)
	}
	return list
}

func subset(small, large []string) bool {
	return every(small, func(s string) bool { return slices.Contains(large, s) })
}

// stop is a filter behind which only other messages get.
type stop struct {
	index int
	id    string
	when  condition
	quiet []string
}

// condition is a playbook's condition with its phrases folded. Exactly one of
// its fields is set, or it is nothing and implies and is implied by nothing.
type condition struct {
	all, any []condition
	not      *condition
	how      string // contains, whole_word, exact, starts_with or ends_with: how the phrases are compared
	phrases  []phrase
	word     string // what else: regex, fuzzy, language, …, hours
	values   []string
}

// phrase is a folded phrase. Signs has a bit for each byte in it, so that most
// phrases are told apart without a look at their letters.
type phrase struct {
	text  string
	signs uint64
}

func fold(x playbook.Condition) condition {
	if len(setFields(x)) != 1 {
		return condition{}
	}
	switch {
	case x.Case: // the same phrases written as they are, of a kind of its own
		return condition{word: fmt.Sprint("case ", x.Exact != nil), values: slices.Concat(x.Contains, x.Exact)}
	case x.Not != nil:
		inner := fold(*x.Not)
		return condition{not: &inner}
	case len(x.All) > 0:
		return condition{all: foldEach(x.All)}
	case len(x.Any) > 0:
		return condition{any: foldEach(x.Any)}
	case len(x.Contains) > 0:
		return condition{how: "contains", phrases: foldPhrases(x.Contains)}
	case len(x.WholeWord) > 0:
		return condition{how: "whole_word", phrases: foldPhrases(x.WholeWord)}
	case len(x.Exact) > 0:
		return condition{how: "exact", phrases: foldPhrases(x.Exact)}
	case len(x.StartsWith) > 0:
		return condition{how: "starts_with", phrases: foldPhrases(x.StartsWith)}
	case len(x.EndsWith) > 0:
		return condition{how: "ends_with", phrases: foldPhrases(x.EndsWith)}
	}
	return foldValues(x)
}

func foldValues(x playbook.Condition) condition {
	switch {
	case x.Regex != "":
		return condition{word: "regex", values: []string{x.Regex}}
	case len(x.Channel) > 0:
		return condition{word: "channel", values: x.Channel}
	case len(x.Type) > 0:
		return condition{word: "type", values: x.Type}
	case len(x.Choice) > 0:
		return condition{word: "choice", values: x.Choice}
	case x.FirstContact != nil:
		return condition{word: "first_contact", values: []string{fmt.Sprint(*x.FirstContact)}}
	case x.Hours != nil && x.Hours.Is == "closed": // a holiday is closed, too
		return condition{word: "hours", values: []string{x.Hours.Calendar + " closed", x.Hours.Calendar + " holiday"}}
	case x.Hours != nil:
		return condition{word: "hours", values: []string{x.Hours.Calendar + " " + x.Hours.Is}}
	}
	return foldState(x)
}

// foldState folds conditions on the conversation. Of those that ask for numbers and dates,
// and of fuzzy ones, only equal ones are seen to be so.
func foldState(x playbook.Condition) condition {
	for _, f := range []struct {
		word   string
		values []string
	}{
		{"language", x.Language}, {"tags", x.Tags}, {"team", x.Team}, {"assignee", x.Assignee}, {"status", x.Status},
		{"priority", x.Priority}, {"started_by", x.StartedBy}, {"changed", x.Changed},
	} {
		if len(f.values) > 0 {
			return condition{word: f.word, values: f.values}
		}
	}
	if x.Fuzzy == nil && x.Attribute == nil && x.Since == nil && x.Count == nil {
		return condition{}
	}
	written, err := json.Marshal(x)
	if err != nil { // a number that JSON cannot write has a fault of its own
		return condition{}
	}
	return condition{word: "equal", values: []string{string(written)}}
}

func foldEach(list []playbook.Condition) []condition {
	var folded []condition
	for _, x := range list {
		folded = append(folded, fold(x))
	}
	return folded
}

func foldPhrases(list []string) []phrase {
	if slices.ContainsFunc(list, long) {
		return nil // has a fault of its own
	}
	var folded []phrase
	for _, s := range list {
		p := phrase{text: text.Fold(s)}
		for i := range len(p.text) {
			p.signs |= 1 << (p.text[i] & 63)
		}
		folded = append(folded, p)
	}
	return folded
}

// implies reports whether b holds whenever a does. False means that it cannot tell.
func implies(a, b *condition) bool {
	switch {
	case len(a.any) > 0:
		return everyOf(a.any, func(x *condition) bool { return implies(x, b) })
	case len(b.all) > 0:
		return everyOf(b.all, func(y *condition) bool { return implies(a, y) })
	case len(a.all) > 0 && someOf(a.all, func(x *condition) bool { return implies(x, b) }):
		return true
	case len(b.any) > 0:
		return someOf(b.any, func(y *condition) bool { return implies(a, y) })
	case a.not != nil && b.not != nil:
		return implies(b.not, a.not)
	case len(a.phrases) > 0 && len(b.phrases) > 0:
		return phrasesImply(a, b)
	}
	return a.word != "" && a.word == b.word && subset(a.values, b.values)
}

// phrasesImply holds when each phrase of a is covered by one of b.
func phrasesImply(a, b *condition) bool {
	for i := range a.phrases {
		covered := false
		for j := range b.phrases {
			if covers(a.how, &a.phrases[i], b.how, &b.phrases[j]) {
				covered = true
				break
			}
		}
		if !covered {
			return false
		}
	}
	return true
}

func everyOf(list []condition, holds func(*condition) bool) bool {
	return !someOf(list, func(x *condition) bool { return !holds(x) })
}

func someOf(list []condition, holds func(*condition) bool) bool {
	for i := range list {
		if holds(&list[i]) {
			return true
		}
	}
	return false
}

func every[T any](list []T, holds func(T) bool) bool {
	return !slices.ContainsFunc(list, func(x T) bool { return !holds(x) })
}

// covers reports whether a text that matches the narrow phrase also matches the
// wide one. A text contains what its parts contain; of whole words and whole
// texts only the same phrase is certain.
func covers(narrowHow string, narrow *phrase, wideHow string, wide *phrase) bool {
	switch {
	case wide.text == "" || narrow.text == "" || wide.signs&^narrow.signs != 0:
		return false
	case wideHow == "contains":
		return strings.Contains(narrow.text, wide.text)
	case wideHow == "starts_with" && (narrowHow == "starts_with" || narrowHow == "exact"):
		return strings.HasPrefix(narrow.text, wide.text)
	case wideHow == "ends_with" && (narrowHow == "ends_with" || narrowHow == "exact"):
		return strings.HasSuffix(narrow.text, wide.text)
	case narrow.text != wide.text:
		return false
	}
	return narrowHow == wideHow || narrowHow == "exact" && wideHow == "whole_word"
}
