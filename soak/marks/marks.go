// Package marks looks for secrets and persons in everything that is written. A
// [Watch] knows marked values and finds them in plain text, escaped for URLs and
// for JSON, and in Base64 and hexadecimal, wherever they begin.
package marks

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Found is one place where a marked value shows.
type Found struct{ What, Form, Where string }

func (f Found) String() string { return fmt.Sprintf("%s (%s) in %s", f.What, f.Form, f.Where) }

// Watch looks at everything that it is shown. It is an [io.Writer] for logs, whose
// every Write is one line. It is not safe for concurrent use.
type Watch struct {
	forms []form
	// starts are the forms of values that were added later, by their first bytes.
	starts map[start][]form
	found  []Found
	seen   int
}

// start is long enough that hardly any other text begins so.
type start [16]byte

type form struct {
	what, name string
	needle     []byte
	fold       bool // either case
}

// most is how many finds are kept; more would say nothing new.
const most = 20

// New returns a watch for values by what they are: "token", "phone number".
func New(values map[string]string) *Watch {
	w := &Watch{}
	for _, what := range slices.Sorted(maps.Keys(values)) {
		w.add(what, values[what])
	}
	return w
}

func (w *Watch) add(what, value string) { w.forms = append(w.forms, formsOf(what, value)...) }

// Add begins to look for a value that was made while the watch went on: a token, a code.
// There may be many. It must have 24 bytes or more.
func (w *Watch) Add(what, value string) {
	if w.starts == nil {
		w.starts = map[start][]form{}
	}
	for _, f := range formsOf(what, value) {
		at := start(f.needle)
		if !slices.ContainsFunc(w.starts[at], func(known form) bool { return bytes.Equal(known.needle, f.needle) }) {
			w.starts[at] = append(w.starts[at], f)
		}
	}
}

// formsOf are the ways in which a value can be written.
func formsOf(what, value string) []form {
	var all []form
	put := func(name, needle string, fold bool) {
		if fold {
			needle = strings.ToLower(needle)
		}
		for _, known := range all {
			if string(known.needle) == needle {
				return
			}
		}
		all = append(all, form{what, name, []byte(needle), fold})
	}
	put("plain", value, false)
	put("quoted", strings.Trim(strconv.QuoteToASCII(value), `"`), true)
	put("URL query", url.QueryEscape(value), true)
	put("URL path", url.PathEscape(value), true)
	put("every byte escaped for a URL", each(value, "%%%02x"), true)
	put("every character escaped for JSON", runes(value), true)
	put("hexadecimal", hex.EncodeToString([]byte(value)), true)
	for shift := range 3 {
		put("Base64", inner(base64.RawStdEncoding, value, shift), false)
		put("Base64 for URLs", inner(base64.RawURLEncoding, value, shift), false)
	}
	return all
}

func each(value, format string) string {
	var b strings.Builder
	for _, c := range []byte(value) {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

func runes(value string) string {
	var b strings.Builder
	for _, c := range value {
		fmt.Fprintf(&b, `\u%04x`, c)
	}
	return b.String()
}

// inner is what stands in Base64 for a value that begins so many bytes into a
// group of three, without the characters that its neighbours take part in.
func inner(code *base64.Encoding, value string, shift int) string {
	text := code.EncodeToString(append(make([]byte, shift), value...))
	from := []int{0, 2, 3}[shift]
	whole := (len(value) + shift) / 3 * 4
	return text[from:max(whole, from)]
}

// Write looks at one line of a log.
func (w *Watch) Write(line []byte) (int, error) {
	w.look("log", line)
	return len(line), nil
}

// See looks at a text: an error, an answer, a listing.
func (w *Watch) See(where, text string) { w.look(where, []byte(text)) }

func (w *Watch) look(where string, text []byte) {
	w.seen++
	lower := bytes.ToLower(text)
	for _, f := range w.forms {
		in := text
		if f.fold {
			in = lower
		}
		if bytes.Contains(in, f.needle) {
			w.report(f, where, text)
			return
		}
	}
	if len(w.starts) > 0 && !w.later(where, text, text) {
		w.later(where, lower, text)
	}
}

// later looks for the values that were added.
func (w *Watch) later(where string, in, text []byte) bool {
	for i := 0; i+len(start{}) <= len(in); i++ {
		for _, f := range w.starts[start(in[i:])] {
			if bytes.HasPrefix(in[i:], f.needle) {
				w.report(f, where, text)
				return true
			}
		}
	}
	return false
}

func (w *Watch) report(f form, where string, text []byte) {
	if len(w.found) < most {
		w.found = append(w.found, Found{f.what, f.name, where + ": " + string(text)})
	}
}

// Seen is how many texts were looked at.
func (w *Watch) Seen() int { return w.seen }

// Found lists what showed.
func (w *Watch) Found() []Found { return w.found }
