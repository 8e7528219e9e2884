package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// toYAML writes JSON as YAML for people: fields in their order, short lists and
// objects on one line, long texts and texts of several lines as they are read.
// What another YAML reader could take for something else than a text (no, 10:30,
// 2026-10-01) stands in quotation marks.
func toYAML(raw []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	v, err := readItem(dec)
	if err != nil {
		return nil, fmt.Errorf("write the playbook as YAML: %w", err)
	}
	var out strings.Builder
	for i, f := range v.fields {
		if i > 0 && f.value.open() {
			out.WriteByte('\n')
		}
		f.write(&out, "")
	}
	if len(v.fields) == 0 {
		out.WriteString(v.flow() + "\n")
	}
	return []byte(out.String()), nil
}

// item is a JSON value that keeps the order of its fields.
type item struct {
	scalar any // string, json.Number, bool or nil
	list   []item
	fields []field
	kind   byte // '[', '{' or 0
}

type field struct {
	name  string
	value item
}

func readItem(dec *json.Decoder) (item, error) {
	t, err := dec.Token()
	if err != nil {
		return item{}, err
	}
	open, ok := t.(json.Delim)
	if !ok {
		return item{scalar: t}, nil
	}
	it := item{kind: byte(open)}
	for dec.More() {
		var name string
		if open == '{' {
			key, err := dec.Token()
			if err != nil {
				return it, err
			}
			name, _ = key.(string)
		}
		v, err := readItem(dec)
		if err != nil {
			return it, err
		}
		if open == '{' {
			it.fields = append(it.fields, field{name, v})
		} else {
			it.list = append(it.list, v)
		}
	}
	_, err = dec.Token()
	return it, err
}

// maxFlowLine is how long a list or object on one line may be, in characters.
const maxFlowLine = 90

// open reports whether a value needs lines of its own.
func (it item) open() bool {
	if it.kind == 0 || len(it.list)+len(it.fields) == 0 {
		return false
	}
	deep := func(v item) bool {
		return v.kind != 0 && len(v.list)+len(v.fields) > 0 || isBlock(v.scalar)
	}
	return slices.ContainsFunc(it.list, deep) || slices.ContainsFunc(it.fields, func(f field) bool { return deep(f.value) }) ||
		utf8.RuneCountInString(it.flow()) > maxFlowLine
}

// flow writes a value on one line.
func (it item) flow() string {
	var parts []string
	switch it.kind {
	case '[':
		for _, v := range it.list {
			parts = append(parts, v.flow())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case '{':
		for _, f := range it.fields {
			parts = append(parts, quoted(f.name)+": "+f.value.flow())
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	switch s := it.scalar.(type) {
	case string:
		return quoted(s)
	case nil:
		return "null"
	}
	return fmt.Sprint(it.scalar)
}

// write writes a field, whose lines stand behind an indentation.
func (f field) write(out *strings.Builder, indent string) {
	out.WriteString(indent + quoted(f.name) + ":")
	f.value.write(out, indent+"  ")
}

// write writes a value behind a field's colon.
func (it item) write(out *strings.Builder, indent string) {
	switch {
	case isBlock(it.scalar):
		block(out, it.scalar.(string), indent)
	case !it.open():
		out.WriteString(" " + it.flow() + "\n")
	case it.kind == '[':
		out.WriteByte('\n')
		for _, v := range it.list {
			v.entry(out, indent)
		}
	default:
		out.WriteByte('\n')
		for _, f := range it.fields {
			f.write(out, indent)
		}
	}
}

// entry writes one entry of a list.
func (it item) entry(out *strings.Builder, indent string) {
	out.WriteString(indent + "-")
	if !it.open() || it.kind != '{' {
		it.write(out, indent+"  ")
		return
	}
	var inside strings.Builder
	for _, f := range it.fields {
		f.write(&inside, indent+"  ")
	}
	out.WriteString(" " + strings.TrimPrefix(inside.String(), indent+"  "))
}

// maxQuoted is how long a text in quotation marks may be before it gets lines of
// its own, in characters.
const maxQuoted = 60

// isBlock reports whether a value is a text that reads better as a block, and comes
// back from one as it is.
func isBlock(v any) bool {
	s, ok := v.(string)
	if !ok || !strings.Contains(s, "\n") && utf8.RuneCountInString(s) <= maxQuoted && !strings.ContainsAny(s, `"\`) {
		return false
	}
	if strings.HasSuffix(s, "\n\n") || s[0] == '\n' {
		return false
	}
	for line := range strings.SplitSeq(s, "\n") {
		if strings.TrimRight(line, " \t") != line || line != "" && (line[0] == '\t' || line[0] == ' ') || strings.ContainsFunc(line, unreadable) {
			return false
		}
	}
	return true
}

func block(out *strings.Builder, s, indent string) {
	out.WriteString(" |")
	if !strings.HasSuffix(s, "\n") {
		out.WriteByte('-')
	}
	out.WriteByte('\n')
	for line := range strings.SplitSeq(strings.TrimSuffix(s, "\n"), "\n") {
		if line != "" {
			out.WriteString(indent + line)
		}
		out.WriteByte('\n')
	}
}

// unreadable are characters that YAML does not take as they are, or that nobody sees.
func unreadable(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == utf8.RuneError || r == 0xfffe || r == 0xffff
}

// quoted writes a text on one line, in quotation marks unless everybody takes it
// for a text without them.
func quoted(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unreadable(r) && r > 0xffff:
			fmt.Fprintf(&b, `\U%08X`, r)
		case unreadable(r):
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// plain reports whether a text needs no quotation marks in any YAML: it begins with
// a letter, has no sign that means something, and is no word that YAML 1.1 or 1.2
// takes for true, false, nothing or a number.
func plain(s string) bool {
	words := []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"}
	first, _ := utf8.DecodeRuneInString(s)
	if !unicode.IsLetter(first) || strings.HasSuffix(s, " ") || slices.Contains(words, strings.ToLower(s)) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" _-./?!'，。、！？；（）“”…·", r)
	})
}
