package render

import "strings"

// builder makes the nodes of a text that the check has let pass, so that every
// block is closed in order.
type builder struct{ rest []statement }

func build(statements []statement) []node {
	b := &builder{statements}
	nodes, _ := b.body(statement{})
	return nodes
}

// take returns the next statement, or an empty one behind the last.
func (b *builder) take() (statement, bool) {
	if len(b.rest) == 0 {
		return statement{}, false
	}
	s := b.rest[0]
	b.rest = b.rest[1:]
	return s, true
}

// body makes the nodes behind a tag, up to the tag that ends them, which it
// returns as well: elsif, else, when or an end.
func (b *builder) body(opened statement) ([]node, statement) {
	nodes := trimRight(nil, opened)
	for s, ok := b.take(); ok; s, ok = b.take() {
		if s.trimLeft {
			nodes = append(nodes, trimLeftNode{})
		}
		if s.endsBody() {
			return nodes, s
		}
		n, last := b.node(s)
		if n != nil {
			nodes = append(nodes, n)
		}
		nodes = trimRight(nodes, last)
	}
	return nodes, statement{}
}

func trimRight(nodes []node, s statement) []node {
	if s.trimRight {
		return append(nodes, trimRightNode{})
	}
	return nodes
}

func (s statement) endsBody() bool {
	switch s.name {
	case "elsif", "else", "when":
		return true
	}
	return strings.HasPrefix(s.name, "end")
}

// node makes one node, none for a comment, and returns its last statement.
func (b *builder) node(s statement) (node, statement) {
	switch s.name {
	case "assign":
		return assignNode{s.line, s.target, s.expression}, s
	case "if", "unless":
		return b.branches(s)
	case "case":
		return b.clauses(s)
	case "for":
		return b.loop(s)
	case "comment":
		_, end := b.skip("endcomment")
		return nil, end
	case "raw":
		return b.raw(s)
	}
	if s.kind == partOutput {
		return outputNode{s.line, s.expression}, s
	}
	return textNode{s.line, s.source}, s
}

func (b *builder) branches(s statement) (node, statement) {
	n := ifNode{line: s.line}
	for {
		body, next := b.body(s)
		n.branches = append(n.branches, branch{s.expression, s.name == "unless", body})
		if next.name != "elsif" && next.name != "else" {
			return n, next
		}
		s = next
	}
}

// clauses drops what stands between case and its first when, as Liquid does.
func (b *builder) clauses(s statement) (node, statement) {
	n := caseNode{line: s.line, subject: s.expression}
	_, s = b.body(s)
	for s.name == "when" || s.name == "else" {
		body, next := b.body(s)
		n.clauses = append(n.clauses, clause{s.values, body})
		s = next
	}
	return n, s
}

func (b *builder) loop(s statement) (node, statement) {
	n := forNode{line: s.line, loop: s.loop}
	var next statement
	if n.body, next = b.body(s); next.name == "else" {
		n.hasElse = true
		n.otherwise, next = b.body(next)
	}
	return n, next
}

// raw keeps the parts as they are written. A trimming hyphen at its inner edges
// is a piece without characters, which has no effect but to use up the trimming
// that stands before it.
func (b *builder) raw(s statement) (node, statement) {
	var pieces []string
	if s.trimRight {
		pieces = append(pieces, "")
	}
	inside, end := b.skip("endraw")
	for _, p := range inside {
		pieces = append(pieces, p.source)
	}
	if end.trimLeft {
		pieces = append(pieces, "")
	}
	return rawNode{pieces}, end
}

// skip returns the statements before the tag of a name, and that tag.
func (b *builder) skip(name string) ([]statement, statement) {
	for i, s := range b.rest {
		if s.name == name {
			inside := b.rest[:i]
			b.rest = b.rest[i+1:]
			return inside, s
		}
	}
	return nil, statement{}
}
