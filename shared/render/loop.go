package render

import "strconv"

// loop is what stands in {% for … %}.
type loop struct {
	name     string
	source   relation
	numbers  bool // it runs over the whole numbers from first, not over source
	first    int
	length   int // of the range, -1 without one
	reversed bool
	offset   int
	limit    int // -1 without one
	count    int // the most often that it can run, -1 when nothing says it
}

// parseLoop reads `item in source`, where source is a range of whole numbers or
// a list, and the modifiers reversed, limit: and offset:. Of a modifier that is
// given twice the last counts.
func parseLoop(source string) (loop, *problem) {
	p, bad := newReader(source)
	if bad != nil {
		return loop{}, bad
	}
	l := loop{length: -1, limit: -1}
	name, named := p.take(tokenWord, "")
	_, in := p.take(tokenWord, "in")
	if !named || !in {
		return loop{}, &problem{"is not a loop that Liquid knows", "write {% for item in list limit: 10 %}"}
	}
	l.name = name.text
	if bad := p.loopSource(&l); bad != nil {
		return loop{}, bad
	}
	if bad := p.loopModifiers(&l); bad != nil {
		return loop{}, bad
	}
	l.count = l.length
	if l.limit >= 0 && (l.count < 0 || l.limit < l.count) {
		l.count = l.limit
	}
	if l.count < 0 || l.count > maxLoop {
		return loop{}, &problem{"is a loop without a small limit", "add limit: with a number from 1 to " + strconv.Itoa(maxLoop)}
	}
	return l, nil
}

func (p *exprReader) loopSource(l *loop) *problem {
	if _, ok := p.take(tokenSign, "("); !ok {
		var bad *problem
		l.source, bad = p.relation()
		return bad
	}
	first, ok1 := p.take(tokenNumber, "")
	_, ok2 := p.take(tokenSign, "..")
	last, ok3 := p.take(tokenNumber, "")
	_, ok4 := p.take(tokenSign, ")")
	from, err1 := strconv.Atoi(first.text)
	to, err2 := strconv.Atoi(last.text)
	if !ok1 || !ok2 || !ok3 || !ok4 || err1 != nil || err2 != nil || to < from {
		return &problem{"has a range that is not two whole numbers", "write (1..5), the smaller number first"}
	}
	l.source = relation{left: operand{value: value{kind: kindList}}}
	l.numbers, l.first, l.length = true, from, to-from+1
	return nil
}

func (p *exprReader) loopModifiers(l *loop) *problem {
	for !p.done() {
		if _, ok := p.take(tokenWord, "reversed"); ok {
			l.reversed = true
			continue
		}
		keyword, ok := p.take(tokenKeyword, "")
		if keyword.text != "limit" && keyword.text != "offset" {
			if ok {
				p.pos--
			}
			return p.rest()
		}
		value, ok := p.take(tokenNumber, "")
		n, err := strconv.Atoi(value.text)
		if !ok || err != nil || n < 0 {
			return &problem{quote(keyword.text) + " is not a whole number", "write a number, as in limit: 10"}
		}
		if keyword.text == "limit" {
			l.limit = n
		} else {
			l.offset = n
		}
	}
	return nil
}
