package render

import (
	"strings"
	"unicode/utf8"
)

// tokenKind is the kind of a token inside {{ … }} or {% … %}.
type tokenKind int

const (
	tokenWord     tokenKind = iota // contact, and, true
	tokenProperty                  // .name
	tokenKeyword                   // default:
	tokenNumber                    // 12, 1.5
	tokenString                    // "hello"
	tokenSign                      // == != <= >= < > = | , ( ) ..
)

type token struct {
	kind tokenKind
	text string
}

// maxNumber is the longest number that may be written in a template, in
// characters, so that none overflows.
const maxNumber = 9

var signs = [...]string{"==", "!=", ">=", "<=", "..", "<", ">", "=", "|", ",", "(", ")"}

// lex splits an expression. It knows what Liquid documents, less indexing with [ ].
func lex(source string) ([]token, *problem) {
	var tokens []token
	for rest := skipSpace(source); rest != ""; rest = skipSpace(rest) {
		t, size, bad := next(rest)
		if bad != nil {
			return nil, bad
		}
		tokens = append(tokens, t)
		rest = rest[size:]
	}
	return tokens, nil
}

func skipSpace(s string) string { return strings.TrimLeft(s, " \t\r\n\v\f") }

// next reads one token of a text that is not empty.
func next(s string) (token, int, *problem) {
	switch {
	case s[0] == '"' || s[0] == '\'':
		return nextString(s)
	case isDigit(s[0]) || s[0] == '-' && len(s) > 1 && isDigit(s[1]):
		return nextNumber(s)
	case isLetter(s[0]):
		size := wordLength(s)
		if size < len(s) && s[size] == ':' {
			return token{tokenKeyword, s[:size]}, size + 1, nil
		}
		return token{tokenWord, s[:size]}, size, nil
	case s[0] == '.' && len(s) > 1 && isLetter(s[1]):
		size := 1 + wordLength(s[1:])
		return token{tokenProperty, s[1:size]}, size, nil
	}
	for _, sign := range signs {
		if strings.HasPrefix(s, sign) {
			return token{tokenSign, sign}, len(sign), nil
		}
	}
	return token{}, 0, strangeSign(s)
}

func strangeSign(s string) *problem {
	if s[0] == '[' {
		return &problem{"uses [ ], which is not available", "write a.b instead of a[\"b\"]"}
	}
	r, _ := utf8.DecodeRuneInString(s)
	if strings.ContainsRune("“”‘’「」", r) {
		return &problem{"uses a typographic quotation mark around a text", `write plain quotation marks: "…"`}
	}
	return &problem{"uses the sign " + quote(string(r)) + ", which Liquid does not know here", "remove it"}
}

func nextString(s string) (token, int, *problem) {
	end := strings.IndexByte(s[1:], s[0])
	if end < 0 {
		return token{}, 0, &problem{"has a quotation mark that is never closed", "close the text with the same quotation mark"}
	}
	return token{tokenString, s[1 : 1+end]}, end + 2, nil
}

func nextNumber(s string) (token, int, *problem) {
	size := 1
	for size < len(s) && isDigit(s[size]) {
		size++
	}
	if size+1 < len(s) && s[size] == '.' && isDigit(s[size+1]) {
		for size++; size < len(s) && isDigit(s[size]); {
			size++
		}
	}
	if size > maxNumber {
		return token{}, 0, &problem{"has a number that is too long", "write at most 9 digits"}
	}
	return token{tokenNumber, s[:size]}, size, nil
}

func wordLength(s string) int {
	n := 0
	for n < len(s) && (isLetter(s[n]) || isDigit(s[n]) || s[n] == '-') {
		n++
	}
	return n
}

func isLetter(b byte) bool { return b == '_' || b|0x20 >= 'a' && b|0x20 <= 'z' }
func isDigit(b byte) bool  { return b >= '0' && b <= '9' }
