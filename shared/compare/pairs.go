package compare

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// pair is one element of a list before and after; nil where it is missing. Places begin
// with 1.
type pair struct {
	key      string
	old, now map[string]any
	from, to int
	moved    bool
}

// objects are the elements of a list of objects; nil for everything else.
func objects(v any) []map[string]any {
	list, ok := v.([]any)
	if !ok {
		return nil
	}
	var out []map[string]any
	for _, e := range list {
		m, ok := e.(map[string]any)
		if !ok {
			return nil
		}
		out = append(out, m)
	}
	return out
}

// pairs brings the elements of two lists together by what they are told from others by:
// first those that are there now, in their order, then those that are gone.
func pairs(old, now []map[string]any) []pair {
	was := map[string]int{}
	keys := keysOf(old)
	for i, key := range keys {
		was[key] = i
	}
	var out []pair
	var places []int // of what stayed, in the new order
	for i, key := range keysOf(now) {
		p := pair{key: key, now: now[i], to: i + 1}
		if at, ok := was[key]; ok {
			p.old, p.from = old[at], at+1
			places = append(places, at+1)
			delete(was, key)
		}
		out = append(out, p)
	}
	still := rising(places)
	for i := range out {
		out[i].moved = out[i].old != nil && !still[out[i].from]
	}
	for i, key := range keys {
		if _, gone := was[key]; gone {
			out = append(out, pair{key: key, old: old[i], from: i + 1})
		}
	}
	return out
}

// rising finds the most numbers that need not move to be in order.
func rising(list []int) map[int]bool {
	var ends []int // index into list of the smallest end of a rising run, by its length
	before := make([]int, len(list))
	for i, n := range list {
		at, _ := slices.BinarySearchFunc(ends, n, func(e, n int) int { return list[e] - n })
		before[i] = -1
		if at > 0 {
			before[i] = ends[at-1]
		}
		ends = append(ends[:at], append([]int{i}, ends[min(at+1, len(ends)):]...)...)
	}
	out := map[int]bool{}
	if len(ends) == 0 {
		return out
	}
	for i := ends[len(ends)-1]; i >= 0; i = before[i] {
		out[list[i]] = true
	}
	return out
}

// keysOf tells the elements of a list apart. What would be called the same has a number
// behind it.
func keysOf(list []map[string]any) []string {
	keys := make([]string, len(list))
	seen := map[string]int{}
	for i, m := range list {
		key := keyOf(m)
		seen[key]++
		if n := seen[key]; n > 1 || key == "" {
			key += "#" + strconv.Itoa(n)
		}
		keys[i] = key
	}
	return keys
}

// keyOf is what an element is known by: its id, its date, the language of a variant with
// the channels that it is for, or else its name.
func keyOf(m map[string]any) string {
	if language, ok := m["language"].(string); ok && m["shape"] != nil {
		return variant(language, m)
	}
	for _, field := range []string{"id", "date", "channel", "name", "title"} {
		switch v := m[field].(type) {
		case string:
			if v != "" {
				return v
			}
		case []any:
			return strings.Trim(fmt.Sprint(v...), "[]")
		}
	}
	return ""
}

func variant(language string, m map[string]any) string {
	if m["shape"] == "approved" {
		language += " approved"
	}
	if only, ok := m["only"].([]any); ok && len(only) > 0 {
		var kinds []string
		for _, kind := range only {
			kinds = append(kinds, fmt.Sprint(kind))
		}
		language += " " + strings.Join(kinds, " ")
	}
	return language
}

// called is what people call an element inside of a thing.
func called(p pair) string {
	m := p.now
	if m == nil {
		m = p.old
	}
	for _, field := range []string{"name", "title"} {
		if name, ok := m[field].(string); ok && name != "" && m["date"] == nil {
			return "“" + name + "”"
		}
	}
	return p.key
}

// calledIn is what people call a thing of the playbook: its name of now, else its key.
func calledIn(p pair) string {
	m := p.now
	if m == nil {
		m = p.old
	}
	if name, ok := m["name"].(string); ok && name != "" {
		return name
	}
	return p.key
}
