package text

import (
	"unicode"
	"unicode/utf8"
)

// wordAt reports whether t[start:end] stands in t as whole words: at neither end
// does a letter or digit go on. Scripts that write no spaces between words
// (Chinese, Japanese, Thai, Lao, Khmer, Burmese) have no such ends, so there a
// word is found wherever it stands.
func wordAt(t []byte, start, end int) bool {
	return !(joined(t, start) || joined(t, end))
}

// joined reports whether the characters on both sides of a place belong to one word.
func joined(t []byte, at int) bool {
	if at <= 0 || at >= len(t) {
		return false
	}
	before, _ := utf8.DecodeLastRune(t[:at])
	after, _ := utf8.DecodeRune(t[at:])
	return InWord(before) && InWord(after)
}

// InWord reports whether a character goes on in a word: a letter, digit or mark of a script
// that writes spaces between words.
func InWord(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
	case r >= 0x3040 && r <= 0x30FF, r >= 0x3400 && r <= 0x9FFF:
		return false
	case !unicode.In(r, unicode.L, unicode.N, unicode.M):
		return false
	}
	return !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
