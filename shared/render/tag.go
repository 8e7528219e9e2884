package render

import (
	"fmt"

	"github.com/osteele/liquid/parser"
)

func (c *checker) tag(t parser.Token) {
	switch t.Name {
	case "assign":
		c.assign(t.Args)
	case "if", "unless":
		c.condition(t.Args)
		c.open(t.Name, c.times())
	case "case":
		e, bad := parseExpression(t.Args)
		c.fault(bad)
		c.expression(e)
		c.open(t.Name, c.times())
		c.inner().waits = true
	case "for":
		c.loop(t.Args)
	case "elsif", "else", "when":
		c.clause(t)
	case "endif", "endunless", "endcase", "endfor":
		c.close(t)
	default:
		c.fault(&problem{"uses the tag " + quote(t.Name) + ", which is not available",
			"use only if, unless, case, for, assign, comment and raw"})
	}
}

func (c *checker) assign(args string) {
	name, e, bad := parseAssign(args)
	if bad != nil {
		c.fault(bad)
		return
	}
	k := c.expression(e)
	if c.taken(name) {
		return
	}
	c.scope.assign(name, k)
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

func (c *checker) loop(args string) {
	l, bad := parseLoop(args)
	if bad != nil {
		c.fault(bad)
		l.count = 1
	} else if k := c.relation(l.source); k != kindList && k != kindAny {
		c.fault(&problem{"loops over something that is not a list", `make a list first: {% assign items = "a,b" | split: "," %}`})
	}
	c.steps += c.times()
	c.open("for", min(c.times()*max(l.count, 1), maxSteps+1))
	if bad != nil || !c.taken(l.name) {
		c.scope.set(l.name, kindAny)
	}
	c.scope.set("forloop", kindAny)
}

func (c *checker) clause(t parser.Token) {
	b := c.inner()
	allowed := b != nil && (t.Name == "elsif" && b.name == "if" || t.Name == "when" && b.name == "case" || t.Name == "else")
	if !allowed {
		c.fault(&problem{"has " + t.Name + " where no block for it is open", "put it inside its block"})
		return
	}
	if b.last {
		c.fault(&problem{"has " + t.Name + " after else, so it is never reached", "put else last"})
	}
	b.last = b.last || t.Name == "else"
	b.waits = false
	c.scope = &scope{outer: c.scope.outer}
	switch {
	case t.Name == "elsif":
		c.condition(t.Args)
	case t.Name == "when":
		values, bad := parseWhen(t.Args)
		c.fault(bad)
		for _, v := range values {
			c.operand(v)
		}
	case t.Args != "":
		c.fault(&problem{"has a condition behind else", "write elsif for a condition, else without one"})
	}
}

func (c *checker) close(t parser.Token) {
	b := c.inner()
	if b == nil || "end"+b.name != t.Name {
		c.fault(&problem{"has " + t.Name + " where no block for it is open", "close the blocks in the order in which they were opened, the inner one first"})
		return
	}
	c.blocks = c.blocks[:len(c.blocks)-1]
	c.scope = c.scope.outer
}

// condition checks what stands in if, elsif and unless. A bare text is always
// true in Liquid, even an empty one, which is never what the writer meant.
func (c *checker) condition(args string) {
	e, bad := parseExpression(args)
	c.fault(bad)
	c.expression(e)
	for _, r := range e {
		if r.op != "" || len(r.filters) > 0 || r.left.path == "" {
			continue
		}
		if k, _ := c.lookup(r.left.path); k == kindText {
			c.fault(&problem{"tests " + quote(r.left.path) + ", which is true even when it is empty",
				`compare it: ` + r.left.path + ` != ""`})
		}
	}
}
