package render

import (
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/osteele/liquid/expressions"
	"github.com/osteele/liquid/parser"
	liquid "github.com/osteele/liquid/render"
	"github.com/osteele/liquid/tags"
)

// engine runs the templates of languages that share their words. The Liquid
// library is used below its top package, because only there can it run without
// its standard filters, and because what may be parsed is decided in [checker].
type engine struct {
	once   sync.Once
	config liquid.Config
}

// engines are made when the first template of their language is parsed.
type engines struct{ english, simplified, traditional engine }

func (e *engines) of(language string) *engine {
	n := namesFor(language)
	picked := &e.english
	switch n {
	case &simplified:
		picked = &e.simplified
	case &traditional:
		picked = &e.traditional
	}
	picked.once.Do(func() { picked.config = newConfig(n) })
	return picked
}

func newConfig(n *names) liquid.Config {
	c := liquid.NewConfig()
	tags.AddStandardTags(c)
	for _, f := range allFilters() {
		c.AddFilter(f.name, f.run(n))
	}
	return c
}

// source is one text of a variant, parsed.
type source struct {
	at   place
	text string
	node liquid.Node     // nil when the text is sent as it stands
	used map[string]bool // paths that the node needs
}

// parse checks a text and makes it ready to render. The findings are what is
// wrong with it; without any, rendering can fail only for what a filter is given.
func (e *engine) parse(text string, variables map[string]string) (source, []finding) {
	s := source{text: text}
	if len(text) <= MaxSource && !strings.ContainsAny(text, "{}") {
		return s, nil
	}
	findings, used := check(text, variables)
	if len(findings) > 0 || !strings.Contains(text, "{{") && !strings.Contains(text, "{%") {
		return s, findings
	}
	node, line := e.compile(text)
	if node == nil {
		return s, []finding{{line, problem{"has a part that Liquid cannot read", "compare it with a template that works, piece by piece"}}}
	}
	s.node, s.used = node, used
	return s, nil
}

// compile returns nil and the line when the engine refuses a text. Its own
// words are dropped: they speak of the engine's grammar.
func (e *engine) compile(text string) (node liquid.Node, line int) {
	defer func() {
		if recover() != nil {
			node, line = nil, 1
		}
	}()
	node, err := e.config.Compile(text, parser.SourceLoc{Pathname: "text", LineNo: 1})
	if err != nil {
		return nil, max(err.LineNumber(), 1)
	}
	return node, 0
}

// render writes a text with the values. It gives the text or a finding, never both.
func (e *engine) render(s source, values map[string]any, room int) (text string, bad *finding) {
	if s.node == nil {
		return s.text, nil
	}
	var b strings.Builder
	w := &limitedWriter{out: &b, room: room}
	defer func() {
		if recover() != nil {
			text, bad = "", stopped(w, 1, nil)
		}
	}()
	if err := liquid.Render(s.node, w, values, e.config); err != nil {
		return "", stopped(w, max(err.LineNumber(), 1), err.Cause())
	}
	return b.String(), nil
}

// stopped says why a render stopped, without any of the values in it.
func stopped(w *limitedWriter, line int, cause error) *finding {
	if w.full {
		return &finding{line, problem{"grows too long while it is rendered", "shorten it, or cut what the contact wrote with | truncate: 200"}}
	}
	var known reason
	var filter expressions.FilterError
	if errors.As(cause, &filter) && errors.As(filter.Err, &known) {
		return &finding{line, problem{"stops at the filter " + quote(filter.FilterName) + ": " + string(known), "give it another value, or a default"}}
	}
	return &finding{line, problem{"cannot be rendered", "look at the filters and the values that they are given"}}
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
