package render

import "strings"

// source is one text of a variant, parsed.
type source struct {
	names  *names
	text   string
	parsed bool // without it the text is sent as it stands
	nodes  []node
}

// parse checks a text and makes it ready to render. The findings are what is
// wrong with it; without any, rendering can fail only for what a filter is given
// and for size.
func parse(text string, variables map[string]string) (source, []finding) {
	s := source{text: text}
	if findings := tooLong(text); findings != nil {
		return s, findings
	}
	if !strings.ContainsAny(text, "{}") {
		return s, nil
	}
	statements := read(text)
	findings := check(statements, variables)
	if len(findings) > 0 || !strings.Contains(text, "{{") && !strings.Contains(text, "{%") {
		return s, findings
	}
	s.parsed, s.nodes = true, build(statements)
	return s, nil
}

// render writes a text in at most so many bytes. It gives the text or a finding, never both.
func (s *source) render(set *Set, v *Values, room int) (string, *finding) {
	if !s.parsed {
		return s.text, nil
	}
	r := run{set: set, values: *v, names: s.names}
	r.out = output{room: room, text: make([]byte, 0, len(s.text)+64)}
	if bad := r.block(s.nodes); bad != nil {
		return "", bad
	}
	return string(r.out.text), nil
}
