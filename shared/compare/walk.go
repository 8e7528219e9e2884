package compare

import (
	"reflect"
	"slices"
	"strconv"
)

// what was found of one field.
type what int

const (
	set   what = iota // there was nothing
	unset             // there is nothing any more
	isNew             // an element of a list that was not there
	isGone
	replaced  // another value
	also      // a list has more
	without   // a list has less
	reordered // a list has the same in another order
	moved     // an element of a list has another place
	asks      // a condition asks for something else
	asksAlso
	asksNoMore
	asksOtherwise // a condition asks for the same, written in another way
)

// finding is one difference. old and now are JSON values; of moved they are places, and of
// isNew old is one.
type finding struct {
	what     what
	path     string
	labels   []string // the names of the fields on the way, as [printer] calls them
	old, now any
}

// path is the way to a field.
type path struct {
	text   string
	labels []string
}

func (p path) field(name string) path {
	text := name
	if p.text != "" {
		text = p.text + "." + name
	}
	return path{text, append(slices.Clip(p.labels), name)}
}

func (p path) element(key, called string) path {
	return path{p.text + "[" + key + "]", append(slices.Clip(p.labels), called)}
}

// key is that of the words for it.
func (k what) key() string { return "found." + strconv.Itoa(int(k)) }

type walker struct {
	*words
	found []finding
}

func (w *walker) note(k what, p path, old, now any) {
	if p.text == "" {
		p.text = "."
	}
	w.found = append(w.found, finding{k, p.text, p.labels, old, now})
}

// walk compares one value. name is that of the field that it stands in.
func (w *walker) walk(p path, name string, old, now any) {
	switch {
	case none(name, now) && old == nil:
		w.note(set, p, nil, now)
	case none(name, old) && now == nil:
		w.note(unset, p, old, nil)
	case empty(old) && empty(now) || reflect.DeepEqual(old, now):
	case name == "when":
		w.condition(p, old, now)
	case objects(old) != nil || objects(now) != nil:
		for _, e := range pairs(objects(old), objects(now)) {
			w.element(p.element(e.key, called(e)), e)
		}
	case empty(old):
		w.note(set, p, nil, now)
	case empty(now):
		w.note(unset, p, old, nil)
	default:
		w.both(p, old, now)
	}
}

// both compares two values that are there.
func (w *walker) both(p path, old, now any) {
	before, isMap := old.(map[string]any)
	after, areMaps := now.(map[string]any)
	a, isList := old.([]any)
	b, areLists := now.([]any)
	switch {
	case isMap && areMaps:
		for _, name := range w.names(before, after) {
			w.walk(p.field(name), name, before[name], after[name])
		}
	case isList && areLists:
		w.list(p, a, b)
	default:
		w.note(replaced, p, old, now)
	}
}

// list compares plain values, of which some may be there twice.
func (w *walker) list(p path, old, now []any) {
	gone, added := less(old, now), less(now, old)
	if len(added) > 0 {
		w.note(also, p, nil, added)
	}
	if len(gone) > 0 {
		w.note(without, p, gone, nil)
	}
	if !reflect.DeepEqual(less(old, gone), less(now, added)) {
		w.note(reordered, p, old, now)
	}
}

// less is a list without what is in another, each as often as it is there.
func less(list, other []any) []any {
	left := map[string]int{}
	for _, v := range other {
		left[written(v)]++
	}
	var out []any
	for _, v := range list {
		if key := written(v); left[key] > 0 {
			left[key]--
		} else {
			out = append(out, v)
		}
	}
	return out
}

// element compares one element of a list, and its place among those that stayed.
func (w *walker) element(p path, e pair) {
	switch {
	case e.old == nil:
		w.note(isNew, p, e.to, e.now)
	case e.now == nil:
		w.note(isGone, p, e.old, nil)
	case !reflect.DeepEqual(e.old, e.now):
		for _, name := range w.names(e.old, e.now) {
			w.walk(p.field(name), name, e.old[name], e.now[name])
		}
	}
	if e.moved {
		p.text += "#"
		w.note(moved, p, e.from, e.to)
	}
}

// none reports whether a channel has a moment that does nothing, which is not the same as
// having none of its own.
func none(name string, v any) bool {
	m, ok := v.(map[string]any)
	return ok && len(m) == 0 && (name == "welcome" || name == "away" || name == "fallback")
}

// empty reports whether a value is as good as a missing one. False and 0 are values.
func empty(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []any:
		return len(v) == 0
	case map[string]any:
		for _, field := range v {
			if !empty(field) {
				return false
			}
		}
		return true
	}
	return false
}
