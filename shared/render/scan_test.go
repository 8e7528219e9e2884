package render

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/osteele/liquid/parser"
)

// libraryParts are the parts of a text as the library cuts it. The hyphens, which
// the library makes parts of their own, count to the part that they stand in.
func libraryParts(text string) []part {
	var parts []part
	left := false
	for _, p := range parser.Scan(text, parser.SourceLoc{LineNo: 1}, nil) {
		kind := partText
		switch p.Type {
		case parser.TrimLeftTokenType:
			left = true
			continue
		case parser.TrimRightTokenType:
			parts[len(parts)-1].trimRight = true
			continue
		case parser.ObjTokenType:
			kind = partOutput
		case parser.TagTokenType:
			kind = partTag
		}
		parts = append(parts, part{kind: kind, source: p.Source, line: p.SourceLoc.LineNo, name: p.Name, args: p.Args, trimLeft: left})
		left = false
	}
	return parts
}

// A text is cut into parts where the library cuts it.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{
		"a{{ b }}c{%- if d -%}e{% endif %}", "{{-}}", "{{ }} }}", "{{\n\n}}", "{% a b%c %}{%", "{{ '}}' }}", "{%if%}", "a\n{{ b\n}}\n{{ c }}", "{% x - %}", "{{--}}", "{%-%}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if diff := cmp.Diff(libraryParts(text), scan(text), cmp.AllowUnexported(part{})); diff != "" {
			t.Errorf("%q is cut in other parts (-want +got):\n%s", text, diff)
		}
	})
}
