package publish

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"

	"frontdesk/shared/playbook"
	"frontdesk/shared/render"
)

// The bounds of a playbook's JSON.
const (
	// MaxSize is the size of a playbook's JSON, in bytes.
	MaxSize = 10 << 20
	// maxFaults is how many faults are listed; a file with more is not a playbook.
	maxFaults = 1_000
	// maxDepth is how deep objects and lists may be nested. Nothing that can be
	// published needs half of it.
	maxDepth = 40
)

// Load reads the JSON form of a playbook. Every field must exist, be written
// once and hold the right kind of value; all that is not so is listed, each with
// its path. With faults the playbook holds what could be read, so that [Check]
// can say what else is wrong; it must not go live.
func Load(data []byte) (playbook.Playbook, []playbook.Fault) {
	var p playbook.Playbook
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case len(data) > MaxSize:
		return p, whole("is larger than 10 MB", "split it, or remove templates that nobody uses")
	case !utf8.Valid(data):
		return p, whole("is not UTF-8 text", "save the file as UTF-8")
	}
	l := &loader{data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	l.dec.UseNumber()
	l.value(reflect.TypeFor[playbook.Playbook](), "", 0)
	if !l.stopped {
		l.end()
	}
	if l.stopped {
		return p, l.faults
	}
	if err := json.Unmarshal(data, &p); err != nil && len(l.faults) == 0 {
		l.fault("", "The playbook cannot be read.", "Compare it with the one that is live.")
	}
	return p, l.faults
}

// whole is a fault of the file itself.
func whole(message, fix string) []playbook.Fault {
	return []playbook.Fault{{Message: "The playbook " + message + ".", Fix: sentence(fix)}}
}

// loader compares JSON with the Go type that it must fill, token by token.
type loader struct {
	data   []byte
	dec    *json.Decoder
	faults []playbook.Fault
	// stopped: the rest cannot be read.
	stopped bool
}

func (l *loader) fault(path, message, fix string) {
	switch {
	case len(l.faults) < maxFaults:
		l.faults = append(l.faults, playbook.Fault{Path: path, Message: message, Fix: fix})
	case len(l.faults) == maxFaults:
		l.faults = append(l.faults, moreFaults())
		l.stopped = true
	}
}

// token returns the next token, or nothing when the text is no JSON.
func (l *loader) token() (json.Token, bool) {
	if l.stopped {
		return nil, false
	}
	t, err := l.dec.Token()
	if err == nil {
		return t, true
	}
	l.stopped = true
	what := "The text is not JSON here."
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		what = "The text ends too early."
	}
	l.fault(l.where(err), what, "Look for a missing or surplus comma, quotation mark or bracket just before this place.")
	return nil, false
}

// where says line and column of an error.
func (l *loader) where(err error) string {
	at := l.dec.InputOffset()
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = syntax.Offset
	}
	at = min(max(at, 0), int64(len(l.data)))
	before := l.data[:at]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return fmt.Sprintf("line %d, column %d", line, max(column, 1))
}

// end refuses anything behind the playbook.
func (l *loader) end() {
	if _, err := l.dec.Token(); !errors.Is(err, io.EOF) {
		l.fault(l.where(err), "There is more text behind the playbook.", "Keep one playbook in the file.")
	}
}

// value reads one value that must fit the type.
func (l *loader) value(t reflect.Type, path string, depth int) {
	token, ok := l.token()
	if !ok {
		return
	}
	if token == nil {
		l.null(t, path)
		return
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if depth > maxDepth {
		l.tooDeep(path)
		return
	}
	if got, want := kindOf(token), wantedKind(t); got != want {
		l.fault(path, "The value is "+got+", where "+want+" is expected.", "Write "+want+".")
		l.skip(token, path)
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		l.object(path, depth, func(key, at string) reflect.Type { return l.field(t, key, at) })
	case reflect.Map:
		l.object(path, depth, func(string, string) reflect.Type { return t.Elem() })
	case reflect.Slice:
		for i := 0; !l.stopped && l.dec.More(); i++ {
			l.value(t.Elem(), fmt.Sprintf("%s[%d]", path, i), depth+1)
		}
		l.token()
	}
}

// object reads the fields of an object. typeOf gives nil for a field that does not exist.
func (l *loader) object(path string, depth int, typeOf func(key, at string) reflect.Type) {
	seen := map[string]bool{}
	for !l.stopped && l.dec.More() {
		token, ok := l.token()
		if !ok {
			return
		}
		key := token.(string)
		at := Join(path, key)
		if seen[key] {
			l.fault(at, "The field is written twice.", "Keep one of them.")
		}
		seen[key] = true
		if t := typeOf(key, at); t != nil {
			l.value(t, at, depth+1)
			continue
		}
		if value, ok := l.token(); ok {
			l.skip(value, at)
		}
	}
	l.token()
}

// field returns the type of a field, or nil and a fault.
func (l *loader) field(t reflect.Type, key, at string) reflect.Type {
	var names []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == key {
			return t.Field(i).Type
		}
		names = append(names, name)
	}
	fix := "Remove it. The fields here are " + strings.Join(names, ", ") + "."
	if name := render.Closest(key, names); name != "" {
		fix = "Did you mean " + name + "?"
	}
	l.fault(at, "The field does not exist.", fix)
	return nil
}

func (l *loader) tooDeep(path string) {
	l.stopped = true
	l.fault(path, "The playbook is nested too deeply.", "Split the condition into several filters.")
}

// skip reads past a value whose first token is known.
func (l *loader) skip(first json.Token, path string) {
	open := 0
	for token := first; ; {
		if d, ok := token.(json.Delim); ok {
			open += map[json.Delim]int{'{': 1, '[': 1, '}': -1, ']': -1}[d]
		}
		switch {
		case open == 0:
			return
		case open > maxDepth:
			l.tooDeep(path)
			return
		}
		var ok bool
		if token, ok = l.token(); !ok {
			return
		}
	}
}

func (l *loader) null(t reflect.Type, path string) {
	if k := t.Kind(); k == reflect.Slice || k == reflect.Map || k == reflect.Pointer {
		return
	}
	l.fault(path, "The value is null.", "Write "+wantedKind(t)+", or leave the field out.")
}

const (
	anObject = "an object { … }"
	aList    = "a list [ … ]"
	aText    = "a text in quotation marks"
	aYesNo   = "true or false"
	aNumber  = "a number"
)

func kindOf(t json.Token) string {
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return anObject
		}
		return aList
	case string:
		return aText
	case bool:
		return aYesNo
	}
	return aNumber
}

func wantedKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return wantedKind(t.Elem())
	case reflect.Struct, reflect.Map:
		return anObject
	case reflect.Slice:
		return aList
	case reflect.Bool:
		return aYesNo
	case reflect.String:
		return aText
	}
	return aNumber
}

// Join adds a field to a path as faults write it. Names that could be misread are quoted.
func Join(path, key string) string {
	switch {
	case !plainName(key):
		return fmt.Sprintf("%s[%q]", path, cut(key, 40))
	case path == "":
		return key
	}
	return path + "." + key
}

func plainName(s string) bool {
	return s != "" && len(s) <= 40 && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
	})
}
