package render

import (
	"regexp"
	"strings"
	"sync"
)

// markup finds {{ … }} and {% … %} exactly where other programs that speak
// Liquid find them: an output or a tag without its end is plain text.
var markup = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`{{-?\s*(.+?)\s*-?}}|{%-?\s*(\w+)(?:\s+((?:[^%]|%[^}])+?))?\s*-?%}`)
})

type partKind int

const (
	partText   partKind = iota
	partOutput          // {{ … }}
	partTag             // {% … %}
)

// part is a stretch of a template text: plain text, an output or a tag.
type part struct {
	kind                partKind
	source              string
	line                int
	name, args          string // of a tag; an output has args alone
	trimLeft, trimRight bool   // {{- and -}}
}

// scan cuts a template text into its parts.
func scan(text string) []part {
	var parts []part
	line, done := 1, 0
	add := func(p part) {
		p.line = line
		line += strings.Count(p.source, "\n")
		parts = append(parts, p)
	}
	for _, m := range markup().FindAllStringSubmatchIndex(text, -1) {
		if done < m[0] {
			add(part{source: text[done:m[0]]})
		}
		add(markedUp(text, m))
		done = m[1]
	}
	if done < len(text) {
		add(part{source: text[done:]})
	}
	return parts
}

// markedUp is the output or tag at a match: the whole, an output's inside, a
// tag's name and the rest of the tag.
func markedUp(text string, m []int) part {
	group := func(i int) string {
		if m[i] < 0 {
			return ""
		}
		return text[m[i]:m[i+1]]
	}
	p := part{kind: partOutput, source: group(0), args: group(2)}
	if m[4] >= 0 {
		p.kind, p.name, p.args = partTag, group(4), group(6)
	}
	p.trimLeft = p.source[2] == '-'
	p.trimRight = p.source[len(p.source)-3] == '-'
	return p
}

// statement is what a part says, read by the grammar of its tag.
type statement struct {
	part
	target     string     // of assign: the name that gets the value
	expression expression // of an output, assign, if, elsif, unless and case
	values     []operand  // of when
	loop       loop       // of for
	bad        *problem
}

func read(text string) []statement {
	parts := scan(text)
	statements := make([]statement, len(parts))
	for i, p := range parts {
		statements[i] = readPart(p)
	}
	return statements
}

func readPart(p part) statement {
	s := statement{part: p}
	if p.kind == partOutput {
		s.expression, s.bad = parseExpression(p.args)
	}
	if p.kind != partTag {
		return s
	}
	switch p.name {
	case "if", "elsif", "unless", "case":
		s.expression, s.bad = parseExpression(p.args)
	case "assign":
		s.target, s.expression, s.bad = parseAssign(p.args)
	case "when":
		s.values, s.bad = parseWhen(p.args)
	case "for":
		s.loop, s.bad = parseLoop(p.args)
	}
	return s
}
