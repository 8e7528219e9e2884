// Package text makes what customers write comparable and finds phrases in it.
//
// [Fold] brings a text into one form, in this order: Unicode NFKC (full width
// becomes half width, ligatures and circled digits come apart), case folded,
// characters that nobody sees dropped (zero-width characters, direction marks,
// variation selectors), traditional Chinese characters replaced by their
// simplified ones, runs of white space collapsed to one space, ends trimmed.
// Folding a folded text changes nothing.
//
// [Language] guesses the language by the script. [Index] finds all of many
// phrases in one pass over a folded text.
//
// Everything here is a pure function; no text is refused.
package text

import (
	"math/bits"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

//go:generate go run maketables.go

// The values in the generated table that are no character (surrogates, which no
// text holds).
const (
	// changeSlow: becomes several characters or joins its neighbours, so the
	// text has to be normalised as a whole.
	changeSlow = 0xD800
	// changeDrop: nobody sees it.
	changeDrop = 0xD801
)

// Fold returns s in the form in which texts are compared.
func Fold(s string) string {
	if folded(s) {
		return s
	}
	return string(AppendFold(make([]byte, 0, len(s)+8), s))
}

// folded reports whether s is sure to be folded already.
func folded(s string) bool {
	for i := 0; i < len(s); {
		r, size := decode(s, i)
		if !stays(r) && (r != ' ' || i == 0 || s[i-1] == ' ' || i == len(s)-1) {
			return false
		}
		i += size
	}
	return true
}

// AppendFold appends the folded form of s to dst and returns it.
func AppendFold(dst []byte, s string) []byte {
	start := len(dst)
	out, ok := appendFast(dst, s)
	if !ok {
		out = appendSlow(out[:start], s)
	}
	if n := len(out); n > start && out[n-1] == ' ' {
		out = out[:n-1]
	}
	return out
}

// appendFast folds character by character and copies what stays as it is in
// runs. It gives up at the first character that has to be looked at together
// with its neighbours.
func appendFast(dst []byte, s string) (out []byte, ok bool) {
	start, from := len(dst), 0
	for i := 0; i < len(s); {
		r, size := decode(s, i)
		if stays(r) || r == ' ' && i > from && s[i-1] != ' ' {
			i += size
			continue
		}
		dst = append(dst, s[from:i]...)
		switch to := foldRune(r); {
		case to != changeSlow:
			dst = appendRune(dst, start, to)
		case r == '…': // so common that it is worth the fast way
			dst = append(dst, "..."...)
		default:
			return dst, false
		}
		i += size
		from = i
	}
	return append(dst, s[from:]...), true
}

// decode is utf8.DecodeRuneInString with the usual cases in line.
func decode(s string, i int) (r rune, size int) {
	c := s[i]
	if c < utf8.RuneSelf {
		return rune(c), 1
	}
	if c&0xF0 == 0xE0 && i+2 < len(s) && c > 0xE3 && c < 0xED { // U+4000 to U+CFFF
		c1, c2 := s[i+1], s[i+2]
		if c1&0xC0 == 0x80 && c2&0xC0 == 0x80 {
			return rune(c&0x0F)<<12 | rune(c1&0x3F)<<6 | rune(c2&0x3F), 3
		}
	}
	return utf8.DecodeRuneInString(s[i:])
}

// stays reports whether a character, neither space nor broken, folds to itself.
// Below U+10000 the table has it; ASCII is marked there like the rest.
func stays(r rune) bool {
	return r <= 0xFFFF && changes[r>>6]&(1<<(r&63)) == 0 && r != utf8.RuneError
}

// appendSlow folds a text whose characters depend on their neighbours: taken
// apart (NFKD), folded one by one, put together again (NFKC).
func appendSlow(dst []byte, s string) []byte {
	var apart, mapped [1024]byte
	out := mapped[:0]
	for rest := norm.NFKD.AppendString(apart[:0], s); len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		rest = rest[size:]
		if to := foldRune(r); to != changeSlow {
			out = appendRune(out, 0, to)
			continue
		}
		out = append(out, foldLone(r)...)
	}
	return norm.NFKC.Append(dst, out...)
}

// appendRune appends a folded character. Of white space it keeps one space
// between two words and none at the start; the last one goes at the end.
func appendRune(dst []byte, start int, r rune) []byte {
	switch {
	case r == changeDrop:
		return dst
	case r == ' ':
		if n := len(dst); n == start || dst[n-1] == ' ' {
			return dst
		}
		return append(dst, ' ')
	}
	return utf8.AppendRune(dst, r)
}

// foldRune returns what one character becomes, or changeSlow or changeDrop.
func foldRune(r rune) rune {
	if r > 0xFFFF {
		return foldHigh(r)
	}
	word, bit := uint(r)>>6, uint64(1)<<(uint(r)&63)
	if changes[word]&bit == 0 {
		return r
	}
	n := bits.OnesCount64(changes[word] & (bit - 1))
	return rune(changed[int(changesBefore[word])+n])
}

// foldHigh is foldRune outside the basic plane, where only emoji, flags and rare
// Chinese characters are common enough to be worth the fast way.
func foldHigh(r rune) rune {
	switch {
	case r >= 0x1F1E6 && r <= 0x1F1FF, r >= 0x1F300 && r <= 0x1FAFF,
		r >= 0x20000 && r < 0x2F800, r >= 0x30000 && r < 0x3FFFE:
		return r
	case r >= 0xE0000 && r <= 0xE0FFF, unicode.In(r, unicode.Other_Default_Ignorable_Code_Point),
		unicode.Is(unicode.Cf, r) && r < 0x110BD, unicode.Is(unicode.Cf, r) && r >= 0x1BCA0:
		return changeDrop
	}
	return changeSlow
}

// foldLone folds a character that the slow way has already taken apart from its
// neighbours.
func foldLone(r rune) string {
	switch r {
	case 'ß', 'ẞ':
		return "ss"
	case 'և':
		return "եւ"
	case '\u0345': // the Greek iota below becomes a letter
		return "ι"
	}
	return string(unicode.ToLower(r))
}
