package compare

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printer writes in one language.
type printer struct {
	*words
	lang int
}

// fill puts the values into a text.
func (p printer) fill(text both, values ...string) string {
	pairs := make([]string, 0, 2*len(values))
	for i, v := range values {
		pairs = append(pairs, "{"+strconv.Itoa(i+1)+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(text[p.lang])
}

func (p printer) say(key string, values ...string) string { return p.fill(p.phrases[key], values...) }

// sentence tells of one thing everything that was found.
func (p printer) sentence(t thing, found []finding) string {
	subject := p.label(t.of)
	if kind, ok := p.kinds[t.of]; ok {
		subject = p.fill(kind, p.quote(t.name))
	}
	var parts []string
	for _, f := range found {
		parts = append(parts, p.finding(f))
	}
	return p.say("sentence", capital(subject), strings.Join(parts, p.say("next")))
}

// capital begins a sentence.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

func (p printer) finding(f finding) string {
	old, now := p.value(f.old), p.value(f.now)
	if a, ok := f.old.(string); ok {
		if b, ok := f.now.(string); ok {
			a, b = around(a, b)
			old, now = p.quote(a), p.quote(b)
		}
	}
	switch f.what {
	case moved:
		old, now = p.place(f.old), p.place(f.now)
	case isNew:
		old = p.place(f.old)
	case asks, asksAlso, asksNoMore, asksOtherwise:
		old, now = p.condition(f.old, false), p.condition(f.now, false)
	}
	text := p.say(f.what.key(), old, now)
	if name := p.field(f.labels); name != "" {
		text = p.say("of", name, text)
	}
	return text
}

// field is what people call a field: the names on the way to it, without those that only
// hold others.
func (p printer) field(labels []string) string {
	var parts []string
	for _, name := range labels {
		if label := p.label(name); label != "" {
			parts = append(parts, label)
		}
	}
	return strings.Join(parts, p.say("in"))
}

func (p printer) label(name string) string {
	if l, ok := p.labels[name]; ok {
		return l.text[p.lang]
	}
	return name
}

// place is 1 as 1st.
func (p printer) place(v any) string {
	n, _ := v.(int)
	ending := "th"
	if n/10%10 != 1 {
		ending = map[int]string{1: "st", 2: "nd", 3: "rd"}[n%10]
		if ending == "" {
			ending = "th"
		}
	}
	return p.say("place", strconv.Itoa(n), ending)
}

// value is any value in words, whole.
func (p printer) value(v any) string {
	switch v := v.(type) {
	case nil:
		return p.say("nothing")
	case string:
		return p.quote(v)
	case bool:
		return p.say(strconv.FormatBool(v))
	case json.Number:
		return v.String()
	case []any:
		return p.values(v, p.say("comma"))
	case map[string]any:
		return p.object(v)
	}
	return fmt.Sprint(v)
}

func (p printer) values(list []any, between string) string {
	var parts []string
	for _, v := range list {
		text := p.value(v)
		if _, ok := v.(map[string]any); ok {
			text = p.say("brackets", text)
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return p.say("nothing")
	}
	return strings.Join(parts, between)
}

func (p printer) object(m map[string]any) string {
	var parts []string
	for _, name := range p.names(m, nil) {
		switch {
		case empty(m[name]) && !none(name, m[name]):
		case name == "when":
			parts = append(parts, p.say("asks.for", p.condition(m[name], false)))
		case p.label(name) == "":
			parts = append(parts, p.value(m[name]))
		default:
			parts = append(parts, p.say("is", p.label(name), p.value(m[name])))
		}
	}
	if len(parts) == 0 {
		return p.say("nothing")
	}
	return strings.Join(parts, p.say("comma"))
}

// quote puts a text into quotation marks, on one line.
func (p printer) quote(text string) string {
	return "“" + strings.NewReplacer("\r", `\r`, "\n", `\n`, "\t", `\t`).Replace(text) + "”"
}

const (
	long   = 120 // characters of a text that is shown whole
	beside = 24  // characters that are shown on each side of what differs in a longer one
)

// around cuts two long texts to where they differ, and says by … what was left out.
func around(a, b string) (string, string) {
	if utf8.RuneCountInString(a) <= long && utf8.RuneCountInString(b) <= long {
		return a, b
	}
	x, y := []rune(a), []rune(b)
	head := 0
	for head < min(len(x), len(y)) && x[head] == y[head] {
		head++
	}
	tail := 0
	for tail < min(len(x), len(y))-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
		tail++
	}
	return cut(x, head, tail), cut(y, head, tail)
}

func cut(text []rune, head, tail int) string {
	from, to := max(head-beside, 0), len(text)-max(tail-beside, 0)
	out := string(text[from:to])
	if from > 0 {
		out = "…" + out
	}
	if to < len(text) {
		out += "…"
	}
	return out
}
