package text

import (
	"strings"
	"unicode"
)

// Language guesses from the script which language a text is in. It returns a
// BCP 47 tag, or "" when digits, emoji and punctuation give no hint.
//
// Chinese wins over letters ("iPhone 多少钱" is zh-CN); one character that only
// traditional writing uses makes it zh-TW. Kana make it ja, but a single one
// among Chinese characters (鲜の每日) does not. Hangul is ko, Cyrillic ru, Arabic
// ar, Hebrew he, Greek el, Devanagari hi, Thai th, and Latin letters are en: a
// script is all that is looked at. Latin letters in a word with digits (CL-216747)
// are a code, which says nothing.
func Language(s string) string {
	n := count(s)
	han := n[simplified] + n[traditional]
	switch {
	case n[kana] > 1 || n[kana] == 1 && han == 0:
		return "ja"
	case n[hangul] > 0:
		return "ko"
	case n[traditional] > 0:
		return "zh-TW"
	case han > 0:
		return "zh-CN"
	}
	return rarest(n)
}

// count counts the characters of each script.
func count(s string) [scripts]int {
	var n [scripts]int
	letters, code := 0, false // of the word that we are in
	for i := 0; i < len(s); {
		r, size := decode(s, i)
		i += size
		switch sc := scriptOf(r); {
		case sc == latin:
			letters++
		case r >= '0' && r <= '9':
			code = true
		case r <= ' ' || sc != noScript:
			n[sc]++
			n[latin] += words(letters, code)
			letters, code = 0, false
		}
	}
	n[latin] += words(letters, code)
	return n
}

func words(letters int, code bool) int {
	if code {
		return 0
	}
	return letters
}

// rarest prefers any other script to Latin, whose letters stand in names and
// addresses everywhere.
func rarest(n [scripts]int) string {
	for s := greek; s <= latin; s++ {
		if n[s] > 0 {
			return tagOf(s)
		}
	}
	return ""
}

// tagOf returns the language that is taken for a script of its own or of many, else "".
func tagOf(s script) string {
	tags := [scripts]string{greek: "el", cyrillic: "ru", hebrew: "he", arabic: "ar", devanagari: "hi", thai: "th", latin: "en"}
	return tags[s]
}

type script int

const (
	noScript script = iota
	simplified
	traditional
	kana
	hangul
	greek
	cyrillic
	hebrew
	arabic
	devanagari
	thai
	latin
	scripts
)

func scriptOf(r rune) script {
	switch {
	case r < 0x80:
		if c := r | 0x20; c >= 'a' && c <= 'z' {
			return latin
		}
		return noScript
	case r >= 0x3400 && r <= 0x9FFF:
		return chinese(r)
	}
	return otherScript(r)
}

// chinese says whether only traditional writing uses a character: it has a
// simplified form and is not also a character of the simplified standard.
func chinese(r rune) script {
	if stays(r) || strings.ContainsRune("乾吒夥捱摺榘菸薹袷醣麴麽", r) {
		return simplified
	}
	return traditional
}

func otherScript(r rune) script {
	switch {
	case r >= 0x3040 && r <= 0x30FA, r >= 0x31F0 && r <= 0x31FF, r >= 0xFF66 && r <= 0xFF9D:
		return kana
	case r >= 0x3105 && r <= 0x312F: // Bopomofo, which Taiwan writes
		return traditional
	case r >= 0xF900 && r <= 0xFAFF, r >= 0x20000 && r <= 0x3FFFD:
		return simplified
	}
	return spacedScript(r)
}

func spacedScript(r rune) script {
	switch {
	case !unicode.IsLetter(r):
		return noScript
	case unicode.Is(unicode.Latin, r):
		return latin
	case unicode.Is(unicode.Hangul, r):
		return hangul
	case unicode.Is(unicode.Cyrillic, r):
		return cyrillic
	case unicode.Is(unicode.Arabic, r):
		return arabic
	case unicode.Is(unicode.Thai, r):
		return thai
	}
	return rareScript(r)
}

func rareScript(r rune) script {
	switch {
	case unicode.Is(unicode.Greek, r):
		return greek
	case unicode.Is(unicode.Hebrew, r):
		return hebrew
	case unicode.Is(unicode.Devanagari, r):
		return devanagari
	}
	return noScript
}
