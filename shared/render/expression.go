package render

// An expression is what stands in {{ … }}, if and assign: relations joined by
// and/or.
type expression []relation

// relation is a comparison of two operands, or one operand through filters.
type relation struct {
	left    operand
	op      string
	right   operand
	filters []call
	or      bool // joined by or, not by and, to what stands before it
}

// operand is a path (contact.name) or a constant.
type operand struct {
	path  string
	value // of a constant
}

// call is one filter with its arguments.
type call struct {
	name string
	args []operand
	run  filterFunc
}

// exprReader walks the tokens of one expression or tag.
type exprReader struct {
	tokens []token
	pos    int
}

func newReader(source string) (*exprReader, *problem) {
	tokens, bad := lex(source)
	return &exprReader{tokens: tokens}, bad
}

func (p *exprReader) done() bool { return p.pos >= len(p.tokens) }

// take returns the next token if it is of the kind and, when text is given, that text.
func (p *exprReader) take(k tokenKind, text string) (token, bool) {
	if p.done() || p.tokens[p.pos].kind != k || text != "" && p.tokens[p.pos].text != text {
		return token{}, false
	}
	p.pos++
	return p.tokens[p.pos-1], true
}

// rest is the fault of a token that has no meaning where it stands.
func (p *exprReader) rest() *problem {
	if p.done() {
		return &problem{"stops too early", "complete it"}
	}
	text := p.tokens[p.pos].text
	if text == "(" || text == ")" {
		return &problem{"uses parentheses", "parentheses are only for the range of a loop, as in (1..5); use assign for a step in between"}
	}
	return &problem{"has " + quote(text) + " where Liquid does not expect it", "remove it, or look at the order of the words"}
}

// parseExpression reads a whole expression.
func parseExpression(source string) (expression, *problem) {
	p, bad := newReader(source)
	if bad != nil {
		return nil, bad
	}
	e, bad := p.expression()
	if bad == nil && !p.done() {
		bad = p.rest()
	}
	return e, bad
}

func (p *exprReader) expression() (expression, *problem) {
	var e expression
	for or := false; ; {
		r, bad := p.relation()
		if bad != nil {
			return nil, bad
		}
		r.or = or
		e = append(e, r)
		if _, and := p.take(tokenWord, "and"); and {
			or = false
			continue
		}
		if _, or = p.take(tokenWord, "or"); !or {
			return e, nil
		}
	}
}

func (p *exprReader) relation() (relation, *problem) {
	left, bad := p.operand()
	if bad != nil {
		return relation{}, bad
	}
	if op, ok := p.comparison(); ok {
		right, bad := p.operand()
		return relation{left: left, op: op, right: right}, bad
	}
	filters, bad := p.filters()
	if bad == nil && len(filters) > 0 {
		if _, ok := p.comparison(); ok {
			bad = &problem{"compares the result of a filter", "assign the result to a variable first, then compare the variable"}
		}
	}
	return relation{left: left, filters: filters}, bad
}

func (p *exprReader) comparison() (string, bool) {
	for _, op := range [...]string{"==", "!=", ">=", "<=", "<", ">"} {
		if _, ok := p.take(tokenSign, op); ok {
			return op, true
		}
	}
	_, ok := p.take(tokenWord, "contains")
	return "contains", ok
}

func (p *exprReader) operand() (operand, *problem) {
	if t, ok := p.take(tokenString, ""); ok {
		return operand{value: textValue(t.text)}, nil
	}
	if t, ok := p.take(tokenNumber, ""); ok {
		return operand{value: literal(t.text)}, nil
	}
	word, ok := p.take(tokenWord, "")
	if !ok {
		return operand{}, p.rest()
	}
	switch word.text {
	case "true", "false":
		return operand{value: yesNo(word.text == "true")}, nil
	case "nil":
		return operand{value: nothing()}, nil
	case "and", "or", "contains", "in":
		p.pos--
		return operand{}, p.rest()
	}
	path := word.text
	for property, ok := p.take(tokenProperty, ""); ok; property, ok = p.take(tokenProperty, "") {
		path += "." + property.text
	}
	return operand{path: path}, nil
}

func (p *exprReader) filters() ([]call, *problem) {
	var calls []call
	for {
		if _, ok := p.take(tokenSign, "|"); !ok {
			return calls, nil
		}
		c, bad := p.filter()
		if bad != nil {
			return nil, bad
		}
		calls = append(calls, c)
	}
}

func (p *exprReader) filter() (call, *problem) {
	if word, ok := p.take(tokenWord, ""); ok {
		return newCall(word.text), nil
	}
	keyword, ok := p.take(tokenKeyword, "")
	if !ok {
		return call{}, p.rest()
	}
	c := newCall(keyword.text)
	for {
		arg, bad := p.operand()
		if bad != nil {
			return call{}, bad
		}
		c.args = append(c.args, arg)
		if _, more := p.take(tokenSign, ","); !more {
			return c, nil
		}
	}
}

// newCall is a call of a filter; one that does not exist cannot be run.
func newCall(name string) call {
	f, _ := findFilter(name)
	return call{name: name, run: f.run}
}

// parseAssign reads `name = expression`.
func parseAssign(source string) (string, expression, *problem) {
	p, bad := newReader(source)
	if bad != nil {
		return "", nil, bad
	}
	name, named := p.take(tokenWord, "")
	_, equals := p.take(tokenSign, "=")
	if !named || !equals {
		return "", nil, &problem{"is not an assignment that Liquid knows", `write {% assign name = "text" %}`}
	}
	e, bad := p.expression()
	if bad == nil && !p.done() {
		bad = p.rest()
	}
	return name.text, e, bad
}

// parseWhen reads the constants of {% when "a", "b" %}.
func parseWhen(source string) ([]operand, *problem) {
	p, bad := newReader(source)
	if bad != nil {
		return nil, bad
	}
	var values []operand
	for {
		v, bad := p.operand()
		if bad != nil {
			return nil, bad
		}
		values = append(values, v)
		if _, more := p.take(tokenSign, ","); more {
			continue
		}
		if !p.done() {
			return nil, p.rest()
		}
		return values, nil
	}
}
