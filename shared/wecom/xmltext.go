package wecom

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

const (
	cdataStart = "<![CDATA["
	cdataEnd   = "]]>"
	// maxEntity is the longest reference between & and ; in bytes: #x10FFFF.
	maxEntity = 8
)

// chars reads plain text up to the next tag.
func (r *xmlReader) chars() ([]byte, error) {
	n := bytes.IndexByte(r.rest, '<')
	if n < 0 {
		return nil, r.refuse("it ends too early")
	}
	raw := r.rest[:n:n]
	r.rest = r.rest[n:]
	if bytes.IndexByte(raw, ']') >= 0 && bytes.Contains(raw, []byte(cdataEnd)) {
		return nil, r.refuse("]]> stands in plain text")
	}
	if bytes.IndexByte(raw, '&') < 0 {
		return lines(raw), nil
	}
	return r.decode(lines(raw))
}

// cdata reads the rest of a section whose start has been read.
func (r *xmlReader) cdata() ([]byte, error) {
	n := bytes.Index(r.rest, []byte(cdataEnd))
	if n < 0 {
		return nil, r.refuse("it ends too early")
	}
	raw := r.rest[:n:n]
	r.rest = r.rest[n+len(cdataEnd):]
	return lines(raw), nil
}

// lines writes every line end as XML wants it read: \n.
func lines(raw []byte) []byte {
	if bytes.IndexByte(raw, '\r') < 0 {
		return raw
	}
	raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
}

// decode replaces the five entities of XML and references to characters.
func (r *xmlReader) decode(raw []byte) ([]byte, error) {
	out := make([]byte, 0, len(raw))
	for {
		n := bytes.IndexByte(raw, '&')
		if n < 0 {
			return append(out, raw...), nil
		}
		out, raw = append(out, raw[:n]...), raw[n+1:]
		end := bytes.IndexByte(raw[:min(len(raw), maxEntity+1)], ';')
		if end < 0 {
			return nil, r.refuse("an entity has no end")
		}
		char, ok := entity(string(raw[:end]))
		if !ok {
			return nil, r.refuse("it uses an entity that XML does not define")
		}
		out, raw = utf8.AppendRune(out, char), raw[end+1:]
	}
}

func entity(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "apos":
		return '\'', true
	case "quot":
		return '"', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	return rune(n), err == nil && n <= utf8.MaxRune && inXML(rune(n))
}

// inXML reports the characters that XML can hold (XML 1.0, section 2.2).
func inXML(c rune) bool {
	return c == '\t' || c == '\n' || c == '\r' || c >= 0x20 && c <= 0xd7ff || c >= 0xe000 && c <= 0xfffd || c >= 0x10000 && c <= utf8.MaxRune
}
