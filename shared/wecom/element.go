package wecom

import (
	"strings"
	"unicode/utf8"
)

// Element is a piece of XML to write: text, or elements.
type Element struct {
	Name string
	Text string
	// Number is written bare, everything else as CDATA.
	Number   bool
	Elements []Element
}

// Encode writes elements under the root that WeCom uses. Characters that XML
// cannot hold become U+FFFD.
func Encode(elements ...Element) []byte {
	b := append(make([]byte, 0, 512), "<xml>"...)
	for _, e := range elements {
		b = e.append(b)
	}
	return append(b, "</xml>"...)
}

func (e Element) append(b []byte) []byte {
	b = append(append(append(b, '<'), e.Name...), '>')
	switch {
	case len(e.Elements) > 0:
		for _, child := range e.Elements {
			b = child.append(b)
		}
	case e.Number && digits(e.Text):
		b = append(b, e.Text...)
	default:
		b = appendCDATA(b, e.Text)
	}
	return append(append(append(b, "</"...), e.Name...), '>')
}

// appendCDATA cuts the text in two where it holds the end of a section itself.
func appendCDATA(b []byte, text string) []byte {
	text = strings.Map(inXMLOrReplaced, text)
	text = strings.ReplaceAll(text, cdataEnd, "]]"+cdataEnd+cdataStart+">")
	return append(append(append(b, cdataStart...), text...), cdataEnd...)
}

func inXMLOrReplaced(c rune) rune {
	if inXML(c) {
		return c
	}
	return utf8.RuneError
}

func digits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// appendValue writes an element as JSON: text as a string; elements as an object,
// in which a name that stands there more than once has a list.
func appendValue(b []byte, nodes []node, at int) []byte {
	if !nodes[at].parent {
		return appendString(b, nodes[at].text)
	}
	return appendObject(b, nodes, at+1, nodes[at].depth+1, nil)
}

// appendObject writes the siblings that begin at a node, except those that skip
// names. Names are few, so each looks for its namesakes itself.
func appendObject(b []byte, nodes []node, first, depth int, skip func(name string) bool) []byte {
	b = append(b, '{')
	more := false
	names := map[string]bool{}
	for i := first; i < len(nodes) && nodes[i].depth >= depth; i++ {
		name := string(nodes[i].name)
		if nodes[i].depth > depth || names[name] || skip != nil && skip(name) {
			continue
		}
		names[name] = true
		if more {
			b = append(b, ',')
		}
		b = append(appendString(b, nodes[i].name), ':')
		b = appendNamed(b, nodes, i)
		more = true
	}
	return append(b, '}')
}

// appendNamed writes a node and the later siblings of its name: a list when there
// are any.
func appendNamed(b []byte, nodes []node, at int) []byte {
	start, count := len(b), 0
	b = append(b, '[')
	for i := at; i < len(nodes) && nodes[i].depth >= nodes[at].depth; i++ {
		if nodes[i].depth != nodes[at].depth || string(nodes[i].name) != string(nodes[at].name) {
			continue
		}
		if count++; count > 1 {
			b = append(b, ',')
		}
		b = appendValue(b, nodes, i)
	}
	if count == 1 {
		return append(b[:start], b[start+1:]...)
	}
	return append(b, ']')
}

const hexDigits = "0123456789abcdef"

// appendString writes valid UTF-8 as a JSON string.
func appendString(b, text []byte) []byte {
	b = append(b, '"')
	for _, c := range text {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c < 0x20:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
