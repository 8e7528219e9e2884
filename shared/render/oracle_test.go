package render

import (
	"errors"
	"io"
	"strings"
	"time"

	"github.com/osteele/liquid/expressions"
	"github.com/osteele/liquid/parser"
	liquid "github.com/osteele/liquid/render"
	"github.com/osteele/liquid/tags"
	"pgregory.net/rapid"
)

// The library osteele/liquid says what a template of our subset means: what we
// render must be what it renders with our filters. It stays out of the program,
// because it looks methods up by name, for which the linker keeps every exported
// method of every type.

// oracle renders one text with the library.
type oracle struct {
	config liquid.Config
	node   liquid.Node
}

func newOracle(text string, n *names) (*oracle, error) {
	o := &oracle{config: liquid.NewConfig()}
	tags.AddStandardTags(o.config)
	for _, f := range allFilters() {
		o.config.AddFilter(f.name, libraryFilter(f, n))
	}
	node, err := o.config.Compile(text, parser.SourceLoc{Pathname: "text", LineNo: 1})
	if err != nil {
		return nil, err
	}
	o.node = node
	return o, nil
}

func libraryFilter(f filterDef, n *names) func(v any, args ...any) (any, error) {
	return func(v any, args ...any) (any, error) {
		var ours []value
		for _, a := range args {
			ours = append(ours, fromLibrary(a))
		}
		out, err := f.run(n, fromLibrary(v), ours)
		if err == nil && len(out.text) > maxValue {
			err = reason("a text inside the template grew too long")
		}
		return toLibrary(out), err
	}
}

func fromLibrary(v any) value {
	switch v := v.(type) {
	case nil:
		return nothing()
	case bool:
		return yesNo(v)
	case int:
		return wholeValue(v)
	case float64:
		return value{kind: kindNumber, number: v}
	case time.Time:
		return timeValue(v)
	case []string:
		return listValue(v)
	}
	return textValue(v.(string))
}

func toLibrary(v value) any {
	switch v.kind {
	case kindText:
		return v.text
	case kindNumber:
		if v.whole {
			return int(v.number)
		}
		return v.number
	case kindYesNo:
		return v.yes
	case kindTime:
		return v.time
	case kindList:
		return append([]string{}, v.list...)
	}
	return nil
}

// render is what ours does in [source.render]: a text or a finding.
func (o *oracle) render(set *Set, v *Values, room int) (text string, bad *finding) {
	var b strings.Builder
	w := &limitedWriter{out: &b, room: room}
	defer func() {
		if recover() != nil {
			text, bad = "", stopped(w, 1, nil)
		}
	}()
	if err := liquid.Render(o.node, w, bindings(set, v), o.config); err != nil {
		return "", stopped(w, max(err.LineNumber(), 1), err.Cause())
	}
	return b.String(), nil
}

func bindings(set *Set, v *Values) map[string]any {
	at := func(path string) any { return toLibrary(set.value(path, v)) }
	m := map[string]any{
		"contact": map[string]any{"name": at("contact.name")}, "message": map[string]any{"text": at("message.text")},
		"team": map[string]any{"name": at("team.name")}, "first_contact": at("first_contact"), "now": at("now"), "channel": at("channel"),
	}
	for name := range set.book.Variables {
		m[name] = at(name)
	}
	return m
}

func stopped(w *limitedWriter, line int, cause error) *finding {
	if w.full {
		return grown(line)
	}
	var known reason
	var filter expressions.FilterError
	if errors.As(cause, &filter) && errors.As(filter.Err, &known) {
		return &finding{line, problem{"stops at the filter " + quote(filter.FilterName) + ": " + string(known), "give it another value, or a default"}}
	}
	return &finding{line, problem{"the library cannot render it", ""}}
}

var errFull = errors.New("output is too long")

// limitedWriter takes so many bytes and then refuses.
type limitedWriter struct {
	out  io.Writer
	room int
	full bool
}

func (w *limitedWriter) Write(p []byte) (int, error) {
	if w.full || len(p) > w.room {
		w.full = true
		return 0, errFull
	}
	w.room -= len(p)
	return w.out.Write(p)
}

// both renders a text with ours and with the library and compares texts,
// reasons and lines. It reports false when the check refuses the text.
func both(t rapid.TB, text string, v Values, room int) (string, bool) {
	t.Helper()
	set := New(one("en", text))
	ours, findings := parse(text, set.book.Variables)
	ours.names = &english
	if len(findings) > 0 {
		return "", false
	}
	if !ours.parsed {
		return text, true
	}
	theirs, err := newOracle(text, &english)
	if err != nil {
		t.Fatalf("%q: the check lets pass what the library cannot read: %v", text, err)
	}
	got, gotBad := ours.render(set, &v, room)
	want, wantBad := theirs.render(set, &v, room)
	if got != want {
		t.Fatalf("%q\ngot  %q\nwant %q", text, got, want)
	}
	if (gotBad == nil) != (wantBad == nil) || gotBad != nil && *gotBad != *wantBad {
		t.Fatalf("%q with room for %d\ngot  %+v\nwant %+v", text, room, gotBad, wantBad)
	}
	return got, true
}
