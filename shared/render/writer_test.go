package render

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// writer draws templates of the subset, well formed and mostly meaningful.
type writer struct {
	t     *rapid.T
	loops []string // the names of the loops around
}

func (w writer) pick(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(w.t, label)
}

func (w writer) operand() string {
	names := []string{"contact.name", "shop", "price", "first_contact", "channel", "message.text", "a", "l", "now",
		"true", "false", "nil", "0", "1", "2.5", "-3", "'Ada'", `""`, "'1'", "'tea'"}
	if len(w.loops) > 0 {
		names = append(append(names, w.loops...), "forloop.index", "forloop.last", "forloop.rindex0")
	}
	return w.pick("operand", names...)
}

func (w writer) relation() string {
	if rapid.Bool().Draw(w.t, "bare") {
		return w.pick("bare", "first_contact", "true", "nil", "a", "0", "''", "l")
	}
	return w.operand() + " " + w.pick("sign", "==", "!=", "<", ">", "<=", ">=", "contains") + " " + w.operand()
}

func (w writer) question() string {
	q := w.relation()
	for range rapid.IntRange(0, 2).Draw(w.t, "joined") {
		q += w.pick("join", " and ", " or ") + w.relation()
	}
	return q
}

func (w writer) filtered() string {
	return w.pick("filtered", w.operand()+" | default: "+w.operand(), "a | plus: 1", "a | times: 2.5 | round", "a | append: shop | upcase", "price | number: 2", "7 | divided_by: a",
		"message.text | split: ' ' | "+w.pick("of list", "first", "last", "size", "join", "join: ', ' | capitalize"), "contact.name | replace: 'A', 'b' | truncate: 2, ''",
		"now | date: '%H:%M'", "contact.name | size | modulo: 2", "' x ' | strip | prepend: a | url_encode", w.question())
}

// tag writes a tag with or without its trimming hyphens.
func (w writer) tag(inside string) string {
	return w.pick("opens", "{% ", "{%- ") + inside + w.pick("closes", " %}", " -%}")
}

func (w writer) body(depth int) string {
	var b strings.Builder
	for range rapid.IntRange(0, 3).Draw(w.t, "pieces") {
		b.WriteString(w.piece(depth))
	}
	return b.String()
}

func (w writer) piece(depth int) string {
	kinds := []string{"space", "text", "output", "output", "assign", "raw", "comment"}
	if depth > 0 {
		kinds = append(kinds, "if", "if", "unless", "case", "for", "for")
	}
	switch kind := w.pick("kind", kinds...); kind {
	case "text":
		return w.pick("text", "tea", " b ", "\n", "} {")
	case "output":
		return w.pick("opens", "{{ ", "{{- ") + w.pick("expression", w.operand(), w.filtered()) + w.pick("closes", " }}", " -}}")
	case "assign":
		return w.tag("assign a = " + w.pick("expression", w.operand(), w.filtered()))
	case "raw", "comment":
		return w.tag(kind) + w.pick("inside", "", " ", " {{ x -}} ", "{% if %}") + w.tag("end"+kind)
	case "if", "unless":
		s := w.tag(kind+" "+w.question()) + w.body(depth-1)
		if kind == "if" && rapid.Bool().Draw(w.t, "elsif") {
			s += w.tag("elsif "+w.question()) + w.body(depth-1)
		}
		return s + w.otherwise(depth) + w.tag("end"+kind)
	case "case":
		return w.tag("case "+w.operand()) + w.tag("when "+w.operand()+", "+w.operand()) + w.body(depth-1) + w.otherwise(depth) + w.tag("endcase")
	case "for":
		return w.loop(depth)
	}
	return w.pick("space", " ", "\n\t ", "")
}

func (w writer) otherwise(depth int) string {
	if rapid.Bool().Draw(w.t, "else") {
		return w.tag("else") + w.body(depth-1)
	}
	return ""
}

func (w writer) loop(depth int) string {
	name := w.pick("loop", "x", "y")
	head := "for " + name + " in " + w.pick("list", "(1..3)", "(-1..2) reversed", "l limit: 3", "l reversed limit: 2 offset: 1", "(1..9) limit: 2 offset: 8", "a limit: 2", "message.text | split: '' limit: 4 limit: 2", "(1..2) limit: 0")
	inner := writer{w.t, append(append([]string{}, w.loops...), name)}
	return w.tag(head) + inner.body(depth-1) + w.otherwise(depth) + w.tag("endfor")
}

// Whatever a template of the subset says, ours renders what the library renders,
// and stops where and why the library stops.
func TestSameAsTheLibraryOnAnyTemplate(t *testing.T) {
	passed := 0
	rapid.Check(t, func(t *rapid.T) {
		w := writer{t: t}
		text := "{% assign a = " + w.pick("a", "1", "'x'", "nil", "2.5") + " %}{% assign l = message.text | split: ' ' %}{% if true %}{% assign a = l %}{% assign a = " + w.pick("a's value", "1", "2.5", "'x'", "''", "nil", "true", "l", "now") + " %}{% endif %}" + w.body(3)
		v := Values{
			ContactName: rapid.SampledFrom([]string{"", "Ada", " Ada ", "1"}).Draw(t, "name"), FirstContact: rapid.Bool().Draw(t, "first"),
			Text: rapid.SampledFrom([]string{"", "tea", "a green tea", "1 2 3", "  "}).Draw(t, "written"), Now: sunday, Channel: "tea",
		}
		if differs(text) {
			return
		}
		if _, ok := both(t, text, v, rapid.SampledFrom([]int{MaxOutput, 0, 5, 20}).Draw(t, "room")); ok {
			passed++
		}
	})
	if passed == 0 {
		t.Error("no template passed, so nothing was shown")
	}
	t.Logf("%d templates passed the check", passed)
}

// differs reports whether a text may hit one of [TestWhereTheLibraryDiffers].
func differs(all ...string) bool {
	text := strings.Join(all, " ")
	return strings.Contains(text, "contains") && (strings.Contains(text, "now") || strings.Contains(text, "nil"))
}

func FuzzSameAsTheLibrary(f *testing.F) {
	for _, seed := range []string{
		`Hello {{ contact.name | default: "friend" }}`, "a {%- if first_contact -%} b {%- elsif price == '1' %} c {% else -%} d {% endif -%} e",
		"{% case channel %}{% when 'a', nil %}b{% else %}c{% endcase %}", "{% assign l = message.text | split: '' %}{% for x in l limit: 9 %}{{ forloop.index }}{{ l | join: x }}{% else %}-{% endfor %}",
		"{{ 1.0 }}{{ -0 }}{{ 1 < 2 and 'a' <= 'b' or nil }}", "{%- raw -%}{{{%- endraw -%}", "{% comment %}{% raw %}{% endcomment %}{{-}}", "{% for x in (1..3) reversed limit:1 offset:1 %}{{x|plus:x}}{% endfor %}",
		"{% unless true %}{% else %}{{ price | number | truncate: 3, '' }}{% endunless %}\n{{ contact.name | plus: 1 }}", "{{ now | date: '%-d %B' }}{{ '2026-01-02' | date }}",
	} {
		f.Add(seed, "Ada", "how much?", uint16(0xffff))
	}
	f.Fuzz(func(t *testing.T, text, name, written string, room uint16) {
		if len(name) > 4096 || len(written) > 4096 || differs(text, name, written) {
			return
		}
		both(t, text, Values{ContactName: name, Text: written, Now: sunday, FirstContact: true}, int(room))
	})
}
