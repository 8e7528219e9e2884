package render

import (
	"strings"
	"unicode/utf8"
)

// MaxNote is the length of a private note once it is filled in, in characters. What is
// longer is cut: a contact's text in a note can be of any length.
const MaxNote = 4_000

// Note fills in the text of a private note, in the playbook's first language. It is parsed
// each time, since notes are rare. The error is an [*Error] without a template: nothing of
// a note that fails is left, least of all its source.
func (s *Set) Note(text string, v Values) (string, error) {
	language := ""
	if len(s.book.Languages) > 0 {
		language = s.book.Languages[0]
	}
	parsed, findings := parse(text, s.book.Variables)
	if len(findings) > 0 {
		return "", noteError(language, findings[0])
	}
	parsed.names = namesFor(language)
	out, bad := parsed.render(s, &v, MaxOutput)
	if bad != nil {
		return "", noteError(language, *bad)
	}
	return shorten(strings.TrimSpace(out)), nil
}

func noteError(language string, f finding) *Error {
	return &Error{Language: language, Field: "note", Line: f.line, Reason: f.message, Fix: f.fix}
}

func shorten(s string) string {
	if utf8.RuneCountInString(s) <= MaxNote {
		return s
	}
	return string([]rune(s)[:MaxNote-1]) + "…"
}
