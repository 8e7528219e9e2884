package wire

import (
	"regexp"
	"strings"
	"unicode"
)

// longNumber finds what may be a phone number or an id of a person.
var longNumber = regexp.MustCompile(`[+0-9][0-9 ()-]{4,}[0-9]`)

const (
	// MaxWords is how many characters of a channel's words an error holds.
	MaxWords = 300
	// window is how many characters in a row count as repeating.
	window = 8
	// shortest is how many bytes tell anything of anybody: many answers hold the word
	// "this", and so the message "hi".
	shortest = 4
)

// Words makes a channel's words fit for an error. They name the wrong parameter, which
// nobody should have to guess, but may repeat a value: long numbers are masked, and words
// that repeat anything private are left out altogether.
func Words(words string, private []string) string {
	for _, s := range private {
		if len(s) >= shortest && repeats(words, s) {
			return "(the details repeat what was sent and are left out)"
		}
	}
	words = longNumber.ReplaceAllString(words, "…")
	words = strings.Map(printable, words)
	if runes := []rune(words); len(runes) > MaxWords {
		words = string(runes[:MaxWords]) + "…"
	}
	return words
}

func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return ' '
}

// repeats reports that words hold s, or any 8 characters in a row of it.
func repeats(words, s string) bool {
	runes := []rune(s)
	if len(runes) <= window {
		return s != "" && strings.Contains(words, s)
	}
	for i := range len(runes) - window + 1 {
		if strings.Contains(words, string(runes[i:i+window])) {
			return true
		}
	}
	return false
}
