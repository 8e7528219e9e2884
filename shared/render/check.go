package render

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// The bounds of a template text. Within them a render ends in milliseconds,
// whatever the template says and whatever the contact typed.
const (
	// MaxSource is the length of one template text, in characters.
	MaxSource = 20_000
	// MaxOutput is the size of one rendered reply, in bytes.
	MaxOutput = 64 << 10
	maxLoop   = 100   // times that one loop runs
	maxDepth  = 8     // blocks inside blocks
	maxSteps  = 2_000 // outputs, assignments and filters, each counted as often as its loops run
	// maxPieces bounds what costs little: plain texts and the values of when, counted
	// in the same way.
	maxPieces = 50_000
	// maxWork is how many bytes of text all filters of one rendering work on.
	maxWork = 4 << 20
)

// problem is one thing wrong with a template text, as part of a sentence.
type problem struct{ message, fix string }

// finding is a problem and the line that it is on.
type finding struct {
	line int
	problem
}

// checker reads a template text from its first token to its last and refuses
// what is not known to be safe and right. It sees every branch, so a name that
// passes here exists on every path.
type checker struct {
	variables map[string]string
	findings  []finding
	blocks    []block
	scope     *scope
	line      int
	steps     int
	pieces    int
}

// block is an open {% if %}, {% case %}, {% for %} …
type block struct {
	name  string
	line  int
	times int // how often its body runs at most
	last  bool
	waits bool // a case before its first when
}

// check returns what is wrong with a text, in order.
func check(statements []statement, variables map[string]string) []finding {
	c := &checker{variables: variables, scope: &scope{}, line: 1}
	c.statements(statements)
	if c.steps > maxSteps || c.pieces > maxPieces {
		c.line = 1
		c.fault(&problem{"has too many steps once its loops are unrolled", "use fewer or smaller loops"})
	}
	return c.findings
}

func tooLong(source string) []finding {
	n := utf8.RuneCountInString(source)
	if n <= MaxSource {
		return nil
	}
	return []finding{{1, problem{fmt.Sprintf("has %d characters", n), fmt.Sprintf("write at most %d", MaxSource)}}}
}

func (c *checker) fault(p *problem) {
	if p != nil {
		c.findings = append(c.findings, finding{c.line, *p})
	}
}

func (c *checker) statements(statements []statement) {
	skip := "" // the tag that ends a comment or raw text
	opened := 0
	for _, s := range statements {
		c.line = s.line
		c.pieces += c.times() * (1 + len(s.values))
		switch {
		case skip != "":
			if s.name == skip {
				skip = ""
			}
		case s.name == "comment" || s.name == "raw":
			skip, opened = "end"+s.name, c.line
		case s.kind == partTag:
			c.tag(s)
		case s.kind == partOutput:
			c.output(s)
		default:
			c.text(s.source)
		}
	}
	if skip != "" {
		c.line = opened
		c.fault(&problem{"opens a block that is never closed", "add {% " + skip + " %}"})
	}
	for _, b := range c.blocks {
		c.line = b.line
		c.fault(&problem{"opens " + b.name + " and never closes it", "add {% end" + b.name + " %}"})
	}
}

// text refuses braces that were taken for plain text: the contact would see them.
func (c *checker) text(s string) {
	for _, brace := range [...]string{"{{", "}}", "{%", "%}"} {
		if before, _, ok := strings.Cut(s, brace); ok {
			c.line += strings.Count(before, "\n")
			c.fault(&problem{"has " + brace + " without its partner on the same line, which the contact would see",
				"write {{ name }} and {% tag %} whole, or put {% raw %} … {% endraw %} around text with braces"})
			return
		}
	}
	if b := c.inner(); b != nil && b.waits && strings.TrimSpace(s) != "" {
		c.fault(&problem{"has text between case and its first when, which is never sent", "move it before the case"})
	}
}

func (c *checker) inner() *block {
	if len(c.blocks) == 0 {
		return nil
	}
	return &c.blocks[len(c.blocks)-1]
}

func (c *checker) times() int {
	if b := c.inner(); b != nil {
		return b.times
	}
	return 1
}

func (c *checker) output(s statement) {
	if s.bad != nil {
		c.fault(s.bad)
		return
	}
	switch c.expression(s.expression) {
	case kindTime:
		c.fault(&problem{"sends a moment without saying how to write it", `add a format: {{ now | date: "%H:%M" }}`})
	case kindList:
		c.fault(&problem{"sends a list as if it were one text", `add | join: ", "`})
	}
}

func (c *checker) expression(e expression) kind {
	k := kindAny
	for _, r := range e {
		k = c.relation(r)
	}
	if len(e) > 1 {
		return kindYesNo
	}
	return k
}

func (c *checker) relation(r relation) kind {
	c.steps += c.times() * (1 + len(r.filters))
	k := c.operand(r.left)
	if r.op != "" {
		if right := c.operand(r.right); uneven(r.op, k, right) {
			c.fault(&problem{"compares a text with a number, which is never true", "write the number in quotation marks to compare it as text"})
		}
		return kindYesNo
	}
	for _, f := range r.filters {
		k = c.filter(f, k)
	}
	return k
}

func uneven(op string, a, b kind) bool {
	return op != "contains" && (a == kindText && b == kindNumber || a == kindNumber && b == kindText)
}

func (c *checker) filter(f call, in kind) kind {
	for _, a := range f.args {
		c.operand(a)
	}
	def, ok := findFilter(f.name)
	if !ok {
		c.fault(&problem{"uses the filter " + quote(f.name) + ", which does not exist", didYouMean(f.name, filterNames(), "use one of "+strings.Join(filterNames(), ", "))})
		return kindAny
	}
	if n := len(f.args); n < def.min || n > def.max {
		c.fault(&problem{fmt.Sprintf("gives the filter %s %d values", quote(f.name), n), def.usage})
	}
	if in != kindAny && !slices.Contains(def.in, in) {
		c.fault(&problem{"uses the filter " + quote(f.name) + " on something that it cannot work on", def.usage})
	}
	if def.out == kindAny && f.name == "default" && in == kindText && len(f.args) == 1 && f.args[0].kind == kindText {
		return kindText
	}
	return def.out
}

func (c *checker) operand(o operand) kind {
	if o.path == "" {
		return o.kind
	}
	k, ok := c.lookup(o.path)
	if !ok {
		c.fault(c.unknown(o.path))
		return kindAny
	}
	return k
}

func (c *checker) lookup(path string) (kind, bool) {
	if k, ok := builtIn(path); ok {
		return k, true
	}
	root, _, nested := strings.Cut(path, ".")
	if _, ok := c.variables[path]; ok && !nested {
		return kindText, true
	}
	if root == "forloop" {
		if _, inside := c.scope.lookup("forloop"); inside {
			return forloop(path)
		}
		return 0, false
	}
	if nested {
		return 0, false
	}
	return c.scope.lookup(root)
}

func (c *checker) unknown(path string) *problem {
	names := strings.Split(builtInNames, ", ")
	for name := range c.variables {
		names = append(names, name)
	}
	slices.Sort(names)
	fix := didYouMean(path, names, "use one of "+builtInNames+", or add the variable to the playbook; a name that is assigned inside a block is gone after it")
	return &problem{"uses " + quote(path) + ", which does not exist here", fix}
}

func didYouMean(s string, names []string, otherwise string) string {
	if name := Closest(s, names); name != "" {
		return "did you mean " + name + "?"
	}
	return otherwise
}
