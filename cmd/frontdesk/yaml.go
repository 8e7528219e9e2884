package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"frontdesk/shared/playbook"
	"frontdesk/shared/publish"
)

// isYAML reports whether a playbook is kept as YAML.
func isYAML(file string) bool {
	ending := strings.ToLower(filepath.Ext(file))
	return ending == ".yaml" || ending == ".yml"
}

// lines says where in a YAML file the fields of a playbook stand, by their path.
// A JSON file has none.
type lines map[string]int

// of returns the line of a path or of the nearest field around it; 0 when unknown.
func (l lines) of(path string) int {
	for path != "" {
		if n, ok := l[path]; ok {
			return n
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return 0
}

// name is a path with its line, where that is known.
func (l lines) name(path string) string {
	if n := l.of(path); n > 0 {
		return fmt.Sprintf("line %d, %s", n, path)
	}
	return path
}

// told adds lines to the places that a desk names when it refuses a playbook.
func (l lines) told(err error) error {
	if r, ok := errors.AsType[*refused](err); ok {
		for i := range r.Errors {
			r.Errors[i].Location = l.name(r.Errors[i].Location)
		}
	}
	return err
}

// The bounds of a YAML file. The parser calls itself for each level, asks for some
// hundred bytes for each byte that it reads, and looks at all fields of an object for
// each of them.
const (
	maxYAML   = 4 << 20
	maxFields = 1_000 // of one object that is not in { }
	// maxFlow is how deep [ ] and { } may be nested, maxColumn where the name of a
	// field or the hyphen of an entry may stand.
	maxFlow, maxColumn = 40, 400
)

// fromYAML turns a playbook from YAML into JSON, field by field, whatever the
// fields are called. It reads YAML 1.2 without anchors, aliases, tags, merging and
// further documents: yes, no and on are texts, and nothing is longer than it is
// written. Comments are left out.
func fromYAML(data []byte) (raw []byte, where lines, faults []playbook.Fault) {
	// The library stops the program at some texts that are no YAML.
	defer func() {
		if recover() != nil {
			raw, where, faults = nil, nil, notYAML(0)
		}
	}()
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	for _, end := range []string{"\r\n", "\r"} { // both end a line (YAML 1.2, 5.4)
		data = bytes.ReplaceAll(data, []byte(end), []byte("\n"))
	}
	switch {
	case len(data) > maxYAML:
		return nil, nil, yamlFault(0, "The playbook is larger than 4 MB.", "Keep it as JSON, which may have 10 MB.")
	case !utf8.Valid(data):
		return nil, nil, yamlFault(0, "The playbook is not UTF-8 text.", "Save the file as UTF-8.")
	}
	file, faults := parseYAML(string(data))
	if len(faults) > 0 {
		return nil, nil, faults
	}
	r := yamlReader{lines: lines{}}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if r.out.Len() > 0 {
			r.fault(doc.Body.GetToken(), "", "There is more than one playbook in the file.", "Keep one.")
			break
		}
		r.value(doc.Body, "")
	}
	if r.out.Len() == 0 && len(r.faults) == 0 {
		r.faults = yamlFault(0, "There is no playbook in the file.", "Begin with languages: [en].")
	}
	return r.out.Bytes(), r.lines, r.faults
}

func yamlFault(line int, message, fix string) []playbook.Fault {
	f := playbook.Fault{Message: message, Fix: fix}
	if line > 0 {
		f.Path = fmt.Sprintf("line %d", line)
	}
	return []playbook.Fault{f}
}

func notYAML(line int) []playbook.Fault {
	return yamlFault(line, "The text is not YAML here.", "Look at the indentation, at tabs, and at quotation marks around texts with a colon or a number sign.")
}

// parseYAML reads the text once its tokens are known to be harmless.
func parseYAML(text string) (*ast.File, []playbook.Fault) {
	tokens := lexer.Tokenize(text)
	if faults := harmless(tokens); len(faults) > 0 {
		return nil, faults
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err == nil {
		return file, nil
	}
	line := 0
	if syntax, ok := errors.AsType[yaml.Error](err); ok && syntax.GetToken() != nil {
		line = syntax.GetToken().Position.Line
	}
	return nil, notYAML(line)
}

// harmless refuses what can make a text much longer or deeper than it looks.
func harmless(tokens token.Tokens) []playbook.Fault {
	flow := 0
	siblings := siblings{}
	for _, t := range tokens {
		line := t.Position.Line
		if flow <= 0 && siblings.add(t) > maxFields {
			return yamlFault(line, "An object has more than 1,000 fields.", "Remove what nobody uses.")
		}
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			return yamlFault(line, "Anchors and aliases (& and *) are not read here.", "Write the value out; put a text that begins with one of these signs into quotation marks.")
		case token.TagType, token.DirectiveType, token.MappingKeyType:
			return yamlFault(line, "Tags, directives and keys behind a question mark (!, % and ?) are not read here.", "Remove them; put a text that begins with one of these signs into quotation marks.")
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow--
		}
		if flow > maxFlow || flow <= 0 && blockColumn(t) > maxColumn {
			return yamlFault(line, "The playbook is nested too deeply.", "Split the condition into several filters.")
		}
	}
	return nil
}

// blockColumn is where a hyphen stands, or the name before a colon; 0 for others.
func blockColumn(t *token.Token) int {
	switch {
	case t.Type == token.MappingValueType && t.Prev != nil:
		return t.Prev.Position.Column
	case t.Type == token.SequenceEntryType:
		return t.Position.Column
	}
	return 0
}

// siblings counts the fields of the objects that are open, by the column of their names.
type siblings map[int]int

// add counts a field at its colon, and returns how many its object has. What stands
// further left, a name or a hyphen, ends the objects to its right.
func (s siblings) add(t *token.Token) int {
	column := blockColumn(t)
	if column == 0 {
		return 0
	}
	for c := range s {
		if c > column {
			delete(s, c)
		}
	}
	if t.Type == token.MappingValueType {
		s[column]++
	}
	return s[column]
}

// yamlReader writes nodes as JSON and remembers their lines.
type yamlReader struct {
	out    bytes.Buffer
	lines  lines
	faults []playbook.Fault
}

func (r *yamlReader) fault(t *token.Token, path, message, fix string) {
	if t != nil && t.Position != nil {
		path = strings.TrimSuffix(fmt.Sprintf("line %d, %s", t.Position.Line, path), ", ")
	}
	r.faults = append(r.faults, playbook.Fault{Path: path, Message: message, Fix: fix})
}

func (r *yamlReader) value(node ast.Node, path string) {
	switch n := node.(type) {
	case nil:
	case *ast.MappingNode:
		r.object(n.Values, path)
	case *ast.MappingValueNode:
		r.object([]*ast.MappingValueNode{n}, path)
	case *ast.SequenceNode:
		r.list(n.Values, path)
	case *ast.StringNode:
		r.text(n.Value)
	case *ast.LiteralNode:
		r.text(n.Value.Value)
	case *ast.BoolNode:
		fmt.Fprint(&r.out, n.Value)
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		r.number(node.GetToken().Value)
	case *ast.NullNode:
		r.out.WriteString("null")
	default:
		r.fault(node.GetToken(), path, "The value cannot be read.", "Write a text, a list or fields.")
		r.out.WriteString("null")
	}
}

// number keeps a number that JSON can write; others stand for one.
func (r *yamlReader) number(text string) {
	if !json.Valid([]byte(text)) {
		text = "0"
	}
	r.out.WriteString(text)
}

func (r *yamlReader) text(s string) {
	raw, _ := json.Marshal(s) // a text always can
	r.out.Write(raw)
}

func (r *yamlReader) list(values []ast.Node, path string) {
	r.out.WriteByte('[')
	for i, v := range values {
		if i > 0 {
			r.out.WriteByte(',')
		}
		at := fmt.Sprintf("%s[%d]", path, i)
		r.remember(at, v)
		r.value(v, at)
	}
	r.out.WriteByte(']')
}

func (r *yamlReader) remember(path string, node ast.Node) {
	if t := node.GetToken(); t != nil && t.Position != nil {
		r.lines[path] = t.Position.Line
	}
}

func (r *yamlReader) object(values []*ast.MappingValueNode, path string) {
	r.out.WriteByte('{')
	for i, v := range values {
		if i > 0 {
			r.out.WriteByte(',')
		}
		key, ok := v.Key.(*ast.StringNode)
		if !ok {
			r.fault(v.Key.GetToken(), path, "The name of a field is not a text.", "Put it into quotation marks.")
			key = &ast.StringNode{}
		}
		at := publish.Join(path, key.Value)
		r.remember(at, v.Key)
		r.text(key.Value)
		r.out.WriteByte(':')
		if v.Value == nil {
			r.out.WriteString("null")
			continue
		}
		r.value(v.Value, at)
	}
	r.out.WriteByte('}')
}
