package whatsapp

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// scan walks one object or list of a document that encoding/json has already
// found valid, without decoding what is not asked for: that is what keeps fields
// we do not know as they are, and a message at a few microseconds.
//
//	for f := object(raw); f.next(); {
//		switch string(f.key) { … f.value … }
//	}
type scan struct {
	rest       []byte
	keyed      bool
	key, value []byte
}

// object walks the fields of an object; nothing when raw is something else.
func object(raw []byte) scan {
	if first(raw) != '{' {
		return scan{}
	}
	return scan{rest: raw[1:], keyed: true}
}

// list walks the elements of a list; nothing when raw is something else.
func list(raw []byte) scan {
	if first(raw) != '[' {
		return scan{}
	}
	return scan{rest: raw[1:]}
}

func (s *scan) next() bool {
	s.rest = skip(s.rest)
	if c := first(s.rest); c == 0 || c == '}' || c == ']' {
		return false
	}
	if s.keyed {
		s.key, s.rest = cut(s.rest)
		s.key = unquote(s.key)
		s.rest = skip(s.rest)
	}
	s.value, s.rest = cut(s.rest)
	return true
}

// field returns one field of an object; nil when there is none.
func field(raw []byte, key string) []byte {
	for f := object(raw); f.next(); {
		if string(f.key) == key {
			return f.value
		}
	}
	return nil
}

// first returns the byte that tells what kind of value raw is; 0 when empty.
func first(raw []byte) byte {
	if len(raw) == 0 {
		return 0
	}
	return raw[0]
}

// skip drops what stands between two values.
func skip(b []byte) []byte {
	for i, c := range b {
		switch c {
		case ' ', '\t', '\n', '\r', ',', ':':
		default:
			return b[i:]
		}
	}
	return nil
}

// cut splits b after its first value. The value cannot be appended into rest.
func cut(b []byte) (value, rest []byte) {
	n := valueEnd(b)
	return b[:n:n], b[n:]
}

func valueEnd(b []byte) int {
	switch b[0] {
	case '"':
		return stringEnd(b)
	case '{', '[':
		return nestedEnd(b)
	}
	if n := bytes.IndexAny(b, ",]} \t\r\n"); n > 0 {
		return n
	}
	return len(b)
}

func stringEnd(b []byte) int {
	if end := bytes.IndexByte(b[1:], '"') + 1; bytes.IndexByte(b[:end], '\\') < 0 {
		return end + 1
	}
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

func nestedEnd(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i += stringEnd(b[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(b)
}

// unquote returns the characters of a JSON string.
func unquote(raw []byte) []byte {
	in := raw[1 : len(raw)-1]
	if bytes.IndexByte(in, '\\') < 0 {
		return in
	}
	var s string
	_ = json.Unmarshal(raw, &s) // valid, and a string: cannot fail
	return []byte(s)
}

// text returns a string, or a number as it is written; "" for anything else.
func text(raw []byte) string {
	switch c := first(raw); {
	case c == '"':
		return string(unquote(raw))
	case c == '-' || c >= '0' && c <= '9':
		return string(raw)
	}
	return ""
}

// integer takes a number, or a string of digits as Meta often writes them.
func integer(raw []byte) (int64, bool) {
	if first(raw) == '"' {
		raw = unquote(raw)
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	return n, err == nil
}

// absent reports a field that is missing or null.
func absent(raw []byte) bool { return len(raw) == 0 || raw[0] == 'n' }
