package wecom

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// botLimits bounds the JSON of an AI bot: the tap on a card nests to 7.
var botLimits = limits{depth: 16, nodes: 512}

// member is one field of an object: its name, decoded, and its value as it came.
type member struct{ name, value []byte }

// members are the fields of one object in their order.
type members []member

// get returns the value of a field; nil when there is none.
func (all members) get(name string) []byte {
	for _, m := range all {
		if string(m.name) == name {
			return m.value
		}
	}
	return nil
}

func (all members) has(name []byte) bool {
	for _, m := range all {
		if bytes.Equal(m.name, name) {
			return true
		}
	}
	return false
}

// text returns the first of some fields that says anything; "" when none does.
func (all members) text(names ...string) string {
	for _, name := range names {
		if s := textOf(all.get(name)); s != "" {
			return s
		}
	}
	return ""
}

// textOf is [word] of a value that [readObject] has let pass; "" for none. A string
// without escapes, as nearly all are, needs no decoder.
func textOf(value []byte) string {
	if len(value) < 2 {
		return oneDigit(value)
	}
	if value[0] == '"' && bytes.IndexByte(value, '\\') < 0 {
		return string(value[1 : len(value)-1])
	}
	return word(value)
}

// oneDigit is a number of one digit, the only text of one byte.
func oneDigit(value []byte) string {
	if len(value) == 1 {
		return string(value)
	}
	return ""
}

// only reports an object that has no other fields than these.
func (all members) only(names ...string) bool {
	return all != nil && len(all.extra(nil, names...)) == 0
}

// extra adds the fields that are not told and not empty.
func (all members) extra(to map[string]json.RawMessage, told ...string) map[string]json.RawMessage {
	for _, m := range all {
		if hollow(m.value) || contains(told, m.name) {
			continue
		}
		if to == nil {
			to = map[string]json.RawMessage{}
		}
		to[string(m.name)] = bytes.Clone(m.value)
	}
	return to
}

func contains(names []string, name []byte) bool {
	for _, n := range names {
		if n == string(name) {
			return true
		}
	}
	return false
}

// hollow reports a value that says nothing.
func hollow(value []byte) bool { return string(value) == "null" || string(value) == `""` }

// without writes the object again, except for some fields.
func (all members) without(names ...string) json.RawMessage {
	b := []byte{'{'}
	for _, m := range all {
		if contains(names, m.name) {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(appendString(b, m.name), ':'), m.value...)
	}
	return append(b, '}')
}

// readObject takes a document apart that is one JSON object. It refuses a name that
// stands twice in one object, however it is written, because two readers could take
// different ones, and what is nested deeper or has more values than any callback. The
// names and values share memory with doc.
func readObject(doc []byte) (members, error) {
	if !json.Valid(doc) { // it gives up at a depth of 10,000
		return nil, BadJSON
	}
	r := jsonReader{rest: doc, left: botLimits.nodes}
	if r.next() != '{' {
		return nil, fmt.Errorf("%w: it is no object", BadJSON)
	}
	all := r.object(1)
	if r.fault != "" {
		return nil, fmt.Errorf("%w: %s", BadJSON, r.fault)
	}
	return all, nil
}

// objectOf takes apart a value that [readObject] has let pass; nil when it is no object.
func objectOf(value []byte) members {
	r := jsonReader{rest: value, left: botLimits.nodes}
	if r.next() != '{' {
		return nil
	}
	return r.object(1)
}

// listOf returns the elements of such a value; nil when it is no list.
func listOf(value []byte) [][]byte {
	r := jsonReader{rest: value, left: botLimits.nodes}
	if r.next() != '[' {
		return nil
	}
	return r.list(1)
}

// jsonReader walks a document that encoding/json has found valid. Behind a fault nothing
// is left to read.
type jsonReader struct {
	rest  []byte
	left  int // values that may still come
	fault string
}

// next skips what stands between values and returns what begins there; 0 at the end.
func (r *jsonReader) next() byte {
	for i, c := range r.rest {
		switch c {
		case ' ', '\t', '\r', '\n', ',', ':':
		default:
			r.rest = r.rest[i:]
			return c
		}
	}
	r.rest = nil
	return 0
}

func (r *jsonReader) refuse(fault string) { r.rest, r.fault = nil, fault }

// take cuts a number of bytes off.
func (r *jsonReader) take(n int) []byte {
	taken := r.rest[:n:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *jsonReader) object(depth int) members {
	all := make(members, 0, 10)
	r.take(1)
	for c := r.next(); c != 0 && c != '}'; c = r.next() {
		name := unquote(r.take(stringEnd(r.rest)))
		if all.has(name) {
			r.refuse("it has a name twice in one object")
			return nil
		}
		all = append(all, member{name, r.value(depth)})
	}
	r.close()
	return all
}

func (r *jsonReader) list(depth int) (all [][]byte) {
	r.take(1)
	for c := r.next(); c != 0 && c != ']'; c = r.next() {
		all = append(all, r.value(depth))
	}
	r.close()
	return all
}

func (r *jsonReader) close() {
	if len(r.rest) > 0 {
		r.take(1)
	}
}

// value reads one value, and everything in it, for its faults.
func (r *jsonReader) value(depth int) []byte {
	c, start := r.next(), r.rest
	if r.left--; r.left < 0 || depth > botLimits.depth {
		r.refuse("it is nested too deep or has too many values")
		return nil
	}
	switch c {
	case 0:
	case '"':
		r.take(stringEnd(r.rest))
	case '{':
		r.object(depth + 1)
	case '[':
		r.list(depth + 1)
	default:
		r.take(plainEnd(r.rest))
	}
	return start[: len(start)-len(r.rest) : len(start)-len(r.rest)]
}

// stringEnd is behind the quote that ends the string at the start of b.
func stringEnd(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// plainEnd is behind a number or a word.
func plainEnd(b []byte) int {
	if n := bytes.IndexAny(b, ",]} \t\r\n"); n > 0 {
		return n
	}
	return len(b)
}

// unquote returns the characters of a JSON string.
func unquote(raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') < 0 {
		return raw[1 : len(raw)-1]
	}
	var s string
	_ = json.Unmarshal(raw, &s) // valid, and a string: cannot fail
	return []byte(s)
}
