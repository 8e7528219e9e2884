package render

import "strings"

// items is what a loop runs over: a list, or the whole numbers from first.
type items struct {
	loop   loop
	list   []string
	length int
}

// items returns false when the source is not a list: then not even else is rendered.
func (r *run) items(l loop) (items, bool, *problem) {
	if l.numbers {
		return items{loop: l, length: l.length}, true, nil
	}
	v, bad := r.relation(&l.source)
	return items{loop: l, list: v.list, length: len(v.list)}, v.kind == kindList, bad
}

// count is how many of the items the loop takes: it turns them round if
// reversed, leaves out offset and stops at limit, in this order.
func (s items) count() int {
	n := max(s.length-s.loop.offset, 0)
	if s.loop.limit >= 0 {
		n = min(n, s.loop.limit)
	}
	return n
}

func (s items) at(i int) value {
	i += s.loop.offset
	if s.loop.reversed {
		i = s.length - 1 - i
	}
	if s.loop.numbers {
		return wholeValue(s.loop.first + i)
	}
	return textValue(s.list[i])
}

// turns renders a loop's body for each item. Behind the loop its names mean what
// they meant before it.
func (r *run) turns(n forNode, s items) *finding {
	outer := r.turn
	shadowed, named := r.assigned[n.loop.name]
	count := s.count()
	for i := range count {
		r.assign(n.loop.name, s.at(i))
		r.turn = turn{i, count}
		if bad := r.block(n.body); bad != nil {
			return bad
		}
	}
	r.turn = outer
	if named {
		r.assign(n.loop.name, shadowed)
	} else {
		delete(r.assigned, n.loop.name)
	}
	return nil
}

// turn is where a loop stands. Without a loop its length is 0.
type turn struct{ index, length int }

// property is what forloop.name is.
func (t turn) property(path string) (value, bool) {
	name, ok := strings.CutPrefix(path, "forloop.")
	if !ok {
		return value{}, false
	}
	switch name {
	case "first":
		return yesNo(t.index == 0), true
	case "last":
		return yesNo(t.index == t.length-1), true
	case "index":
		return wholeValue(t.index + 1), true
	case "index0":
		return wholeValue(t.index), true
	case "rindex":
		return wholeValue(t.length - t.index), true
	case "rindex0":
		return wholeValue(t.length - t.index - 1), true
	}
	return wholeValue(t.length), true // forloop.length; the check lets no other pass
}
