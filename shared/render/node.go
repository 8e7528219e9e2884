package render

// node is a piece of a parsed text. Rendering it gives a finding when it fails.
type node interface{ render(*run) *finding }

// The nodes. A line is that of the part that opens the node; where there is
// none, a text that grows too long is reported on line 1.
type (
	textNode struct {
		line int
		text string
	}
	outputNode struct {
		line       int
		expression expression
	}
	assignNode struct {
		line       int
		name       string
		expression expression
	}
	rawNode       struct{ pieces []string }
	trimLeftNode  struct{}
	trimRightNode struct{}
	ifNode        struct {
		line     int
		branches []branch
	}
	caseNode struct {
		line    int
		subject expression
		clauses []clause
	}
	forNode struct {
		line      int
		loop      loop
		body      []node
		hasElse   bool
		otherwise []node // behind else: when there is nothing to loop over
	}
)

// branch is an if, an elsif, an unless or, without a test, an else.
type branch struct {
	test   expression
	unless bool
	body   []node
}

// clause is a when or, without values, the else of a case.
type clause struct {
	values []operand
	body   []node
}

func (n textNode) render(r *run) *finding { return r.write(n.text, n.line) }

func (n outputNode) render(r *run) *finding {
	v, bad := r.evaluate(n.expression)
	if bad != nil {
		return &finding{n.line, *bad}
	}
	switch v.kind {
	case kindNothing:
		return nil
	case kindTime:
		return r.write(v.time.Format("2006-01-02 15:04:05 -0700"), n.line)
	case kindList:
		return r.writeAll(v.list, n.line)
	}
	return r.write(v.asText(), n.line)
}

func (n assignNode) render(r *run) *finding {
	v, bad := r.evaluate(n.expression)
	if bad != nil {
		return &finding{n.line, *bad}
	}
	r.assign(n.name, v)
	return nil
}

func (n rawNode) render(r *run) *finding { return r.writeAll(n.pieces, 1) }

func (trimLeftNode) render(r *run) *finding {
	if !r.out.trimLeft() {
		return grown(1)
	}
	return nil
}

func (trimRightNode) render(r *run) *finding {
	r.out.trim = true
	return nil
}

func (n ifNode) render(r *run) *finding {
	for _, b := range n.branches {
		if b.test == nil {
			return r.block(b.body)
		}
		v, bad := r.evaluate(b.test)
		if bad != nil {
			return &finding{n.line, *bad}
		}
		if v.truthy() != b.unless {
			return r.block(b.body)
		}
	}
	return nil
}

func (n caseNode) render(r *run) *finding {
	subject, bad := r.evaluate(n.subject)
	if bad != nil {
		return &finding{n.line, *bad}
	}
	for _, c := range n.clauses {
		if c.values == nil || r.anyEqual(subject, c.values) {
			return r.block(c.body)
		}
	}
	return nil
}

func (n forNode) render(r *run) *finding {
	items, ok, bad := r.items(n.loop)
	if bad != nil {
		return &finding{n.line, *bad}
	}
	if !ok {
		return nil
	}
	if items.count() == 0 && n.hasElse {
		return r.block(n.otherwise)
	}
	return r.turns(n, items)
}
