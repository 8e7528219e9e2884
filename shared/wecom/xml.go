package wecom

import "fmt"

// node is one element below the root, in the order of the document.
type node struct {
	name []byte
	// text shares memory with the document where nothing had to be decoded.
	text []byte
	// depth is 1 for the children of the root; parent says that elements stand in it.
	depth  int
	parent bool
}

// limits bound what a document may cost.
type limits struct{ depth, nodes int }

// maxName is how long the name of an element may be in bytes.
const maxName = 64

// scan reads the XML that WeCom writes: a root <xml> with elements that hold either
// text (plain or CDATA) or elements. What WeCom never writes is refused: document
// types, entities of one's own, comments, processing instructions, attributes,
// text beside elements. On everything it takes it agrees with encoding/xml, at a
// tenth of the cost: no name is resolved and no text copied without need.
//
// It adds to room, which is the caller's so that it need not be allocated.
func scan(doc []byte, max limits, room []node) ([]node, error) {
	r := xmlReader{rest: doc, max: max, nodes: room}
	r.space()
	name, closed, err := r.open()
	if err != nil {
		return nil, err
	}
	if string(name) != "xml" {
		return nil, r.refuse("its root is not xml")
	}
	if !closed {
		text, parent, err := r.content(name, 1)
		if err != nil {
			return nil, err
		}
		if !parent && !blank(text) {
			return nil, r.refuse("it has text beside elements")
		}
	}
	if r.space(); len(r.rest) > 0 {
		return nil, r.refuse("something stands after its end")
	}
	return r.nodes, nil
}

// xmlReader is the state of one scan.
type xmlReader struct {
	rest  []byte
	max   limits
	nodes []node
}

func (r *xmlReader) refuse(reason string) error { return fmt.Errorf("%w: %s", BadXML, reason) }

// content reads what stands in an open element, to the end of its end tag.
func (r *xmlReader) content(name []byte, depth int) (text []byte, parent bool, err error) {
	for {
		chunk, err := r.chars()
		if err != nil {
			return nil, false, err
		}
		if parent && !blank(chunk) {
			return nil, false, r.refuse("it has text beside elements")
		}
		switch {
		case r.cut("</"):
			return join(text, chunk), parent, r.end(name)
		case r.cut(cdataStart):
			section, err := r.cdata()
			if err != nil {
				return nil, false, err
			}
			if parent && !blank(section) {
				return nil, false, r.refuse("it has text beside elements")
			}
			text = join(join(text, chunk), section)
		default:
			if !blank(text) || !blank(chunk) {
				return nil, false, r.refuse("it has text beside elements")
			}
			if err := r.element(depth); err != nil {
				return nil, false, err
			}
			text, parent = nil, true
		}
	}
}

// element reads one whole element and keeps it.
func (r *xmlReader) element(depth int) error {
	name, closed, err := r.open()
	if err != nil {
		return err
	}
	if depth > r.max.depth {
		return r.refuse("it is nested too deep")
	}
	if len(r.nodes) >= r.max.nodes {
		return r.refuse("it has too many elements")
	}
	at := len(r.nodes)
	r.nodes = append(r.nodes, node{name: name, depth: depth})
	if closed {
		return nil
	}
	text, parent, err := r.content(name, depth+1)
	if err != nil {
		return err
	}
	if r.nodes[at].parent = parent; !parent {
		r.nodes[at].text = text
	}
	return nil
}

// open reads a start tag; closed when it is an end tag too (<a/>).
func (r *xmlReader) open() (name []byte, closed bool, err error) {
	if !r.cut("<") {
		return nil, false, r.refuse("it does not begin with an element")
	}
	if name = r.name(); name == nil {
		return nil, false, r.refuse(r.strange())
	}
	r.space()
	if r.cut("/>") {
		return name, true, nil
	}
	if !r.cut(">") {
		return nil, false, r.refuse("a tag has attributes or no end")
	}
	return name, false, nil
}

// strange says what begins with < and is no element.
func (r *xmlReader) strange() string {
	switch {
	case r.cut("?"):
		return "it has a processing instruction"
	case r.cut("!--"):
		return "it has a comment"
	case r.cut("!"):
		return "it declares a document type or an entity"
	}
	return "a tag has no name, or one that is too long"
}

func (r *xmlReader) end(name []byte) error {
	if !r.cut(string(name)) {
		return r.refuse("an end tag does not fit its start tag")
	}
	if r.space(); !r.cut(">") {
		return r.refuse("an end tag does not fit its start tag")
	}
	return nil
}

// name reads the name of an element: ASCII letters, digits and _ . - only.
func (r *xmlReader) name() []byte {
	n := 0
	for n < len(r.rest) && n <= maxName && inName(r.rest[n], n == 0) {
		n++
	}
	if n == 0 || n > maxName {
		return nil
	}
	name := r.rest[:n:n]
	r.rest = r.rest[n:]
	return name
}

func inName(c byte, first bool) bool {
	letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_'
	return letter || !first && (c >= '0' && c <= '9' || c == '.' || c == '-')
}

// cut drops a prefix that is there.
func (r *xmlReader) cut(prefix string) bool {
	if len(r.rest) < len(prefix) || string(r.rest[:len(prefix)]) != prefix {
		return false
	}
	r.rest = r.rest[len(prefix):]
	return true
}

func (r *xmlReader) space() {
	for len(r.rest) > 0 && isSpace(r.rest[0]) {
		r.rest = r.rest[1:]
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func blank(b []byte) bool {
	for _, c := range b {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

// join copies only when there is more than one piece of text. No piece has room to
// grow into the document.
func join(a, b []byte) []byte {
	if len(a) == 0 {
		return b
	}
	return append(a, b...)
}
