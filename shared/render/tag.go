package render

import "fmt"

func (c *checker) tag(s statement) {
	switch s.name {
	case "assign":
		c.assign(s)
	case "if", "unless":
		c.condition(s)
		c.open(s.name, c.times())
	case "case":
		c.fault(s.bad)
		c.expression(s.expression)
		c.open(s.name, c.times())
		c.inner().waits = true
	case "for":
		c.loop(s)
	case "elsif", "else", "when":
		c.clause(s)
	case "endif", "endunless", "endcase", "endfor":
		c.close(s)
	default:
		c.fault(&problem{"uses the tag " + quote(s.name) + ", which is not available",
			"use only if, unless, case, for, assign, comment and raw"})
	}
}

func (c *checker) assign(s statement) {
	if s.bad != nil {
		c.fault(s.bad)
		return
	}
	k := c.expression(s.expression)
	if c.taken(s.target) {
		return
	}
	c.scope.assign(s.target, k)
}

// taken refuses a name that means something else already.
func (c *checker) taken(name string) bool {
	_, variable := c.variables[name]
	if !variable && !Reserved(name) {
		return false
	}
	c.fault(&problem{"gives " + quote(name) + " a new meaning", "choose a name that is not in use"})
	return true
}

func (c *checker) open(name string, times int) {
	c.blocks = append(c.blocks, block{name: name, line: c.line, times: times})
	c.scope = &scope{outer: c.scope}
	if len(c.blocks) == maxDepth+1 {
		c.fault(&problem{fmt.Sprintf("nests more than %d blocks", maxDepth), "split the template or use case"})
	}
}

func (c *checker) loop(s statement) {
	l := s.loop
	if s.bad != nil {
		c.fault(s.bad)
		l.count = 1
	} else if k := c.relation(l.source); k != kindList && k != kindAny {
		c.fault(&problem{"loops over something that is not a list", `make a list first: {% assign items = "a,b" | split: "," %}`})
	}
	c.steps += c.times()
	c.open("for", min(c.times()*max(l.count, 1), maxPieces+1))
	if s.bad != nil || !c.taken(l.name) {
		c.scope.set(l.name, kindAny)
	}
	c.scope.set("forloop", kindAny)
}

func (c *checker) clause(s statement) {
	b := c.inner()
	allowed := b != nil && (s.name == "elsif" && b.name == "if" || s.name == "when" && b.name == "case" || s.name == "else")
	if !allowed {
		c.fault(&problem{"has " + s.name + " where no block for it is open", "put it inside its block"})
		return
	}
	if b.last {
		c.fault(&problem{"has " + s.name + " after else, so it is never reached", "put else last"})
	}
	b.last = b.last || s.name == "else"
	b.waits = false
	c.scope = &scope{outer: c.scope.outer}
	switch {
	case s.name == "elsif":
		c.condition(s)
	case s.name == "when":
		c.fault(s.bad)
		for _, v := range s.values {
			c.operand(v)
		}
	case s.args != "" && s.args != "-": // the hyphen is that of {% else -%}
		c.fault(&problem{"has a condition behind else", "write elsif for a condition, else without one"})
	}
}

func (c *checker) close(s statement) {
	b := c.inner()
	if b == nil || "end"+b.name != s.name {
		c.fault(&problem{"has " + s.name + " where no block for it is open", "close the blocks in the order in which they were opened, the inner one first"})
		return
	}
	c.blocks = c.blocks[:len(c.blocks)-1]
	c.scope = c.scope.outer
}

// condition checks what stands in if, elsif and unless. A bare text is always
// true in Liquid, even an empty one, which is never what the writer meant.
func (c *checker) condition(s statement) {
	c.fault(s.bad)
	c.expression(s.expression)
	for _, r := range s.expression {
		if r.op != "" || len(r.filters) > 0 || r.left.path == "" {
			continue
		}
		if k, _ := c.lookup(r.left.path); k == kindText {
			c.fault(&problem{"tests " + quote(r.left.path) + ", which is true even when it is empty",
				`compare it: ` + r.left.path + ` != ""`})
		}
	}
}
