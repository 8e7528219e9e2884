package compare

import (
	"encoding/json"
	"reflect"
	"strings"
)

// condition compares what a filter asks for. What must hold all together is taken apart,
// so that one condition more is told as one more.
func (w *walker) condition(p path, old, now any) {
	before, after := together(old), together(now)
	gone, added := less(before, after), less(after, before)
	switch {
	case len(gone)+len(added) == 0:
		w.note(asksOtherwise, p, old, now)
	case len(gone) == len(before) || len(added) == len(after):
		w.note(asks, p, old, now)
	default:
		if len(added) > 0 {
			w.note(asksAlso, p, nil, group("all", added))
		}
		if len(gone) > 0 {
			w.note(asksNoMore, p, group("all", gone), nil)
		}
		if !reflect.DeepEqual(less(before, gone), less(after, added)) {
			w.note(asksOtherwise, p, old, now)
		}
	}
}

func group(word string, list []any) any {
	if len(list) == 1 {
		return list[0]
	}
	return map[string]any{word: list}
}

// together are the conditions that must hold all together.
func together(v any) []any {
	if empty(v) {
		return nil
	}
	if m, ok := v.(map[string]any); ok && len(m) == 1 {
		if all, ok := m["all"].([]any); ok {
			return all
		}
	}
	return []any{v}
}

// written is a value as text, the same for equal values.
func written(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(data)
}

// condition is what a filter asks for, in words.
func (p printer) condition(v any, inner bool) string {
	m, ok := v.(map[string]any)
	if !ok || empty(v) {
		return p.say("nothing")
	}
	var parts []string
	for _, name := range p.names(m, nil) {
		parts = append(parts, p.leaf(name, m[name], inner || len(m) > 1))
	}
	return strings.Join(parts, p.say("and"))
}

func (p printer) leaf(name string, v any, inner bool) string {
	list, isList := v.([]any)
	switch {
	case name == "not":
		return p.say("not", p.condition(v, false))
	case isList && (name == "all" || name == "any"):
		var parts []string
		for _, c := range list {
			parts = append(parts, p.condition(c, true))
		}
		word := map[string]string{"all": "and", "any": "or"}[name]
		text := strings.Join(parts, p.say(word))
		if inner || len(parts) == 1 {
			text = p.say("brackets", text)
		}
		return text
	case isList:
		return p.asked(name, p.values(list, p.say("or")))
	}
	return p.asked(name, p.value(v))
}

// asked is one condition: the sentence of its name, or the name itself.
func (p printer) asked(name, value string) string {
	if text, ok := p.questions[name]; ok {
		return p.fill(text, value)
	}
	return p.label(name) + " " + value
}
