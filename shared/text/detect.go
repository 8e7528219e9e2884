package text

import (
	"strings"
	"unicode/utf8"
)

// The bounds of guessing by letters in a row (trigrams): fewer letters say nothing, more
// say nothing new.
const (
	fewestLetters = 12
	mostDetected  = 300 // bytes
)

// Languages returns the languages that [Detect] tells apart, as BCP 47 tags.
func Languages() []string {
	return []string{"ar", "be", "bg", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko",
		"mr", "nb", "ne", "nl", "pl", "pt", "ro", "ru", "sr", "sv", "th", "tl", "tr", "uk", "ur", "vi", "zh-CN", "zh-TW"}
}

// Detect says which of [Languages] a text is in, or "" when that is not sure. It is made
// for filters, which must not match the wrong language; [Language] is made for replies,
// which need some language.
//
// Chinese (simplified or traditional), Japanese, Korean, Thai, Greek and Hebrew are told
// by their script, as [Language] does. English is told by its commonest words, Russian and
// Ukrainian by letters that no neighbour has. What else is written in Latin, Cyrillic,
// Arabic or Devanagari letters is told by which letters follow each other (as the library
// whatlanggo does), when the text has twelve of them and one language fits clearly better
// than all others; so most short texts stay undetected.
func Detect(s string) string {
	tag, sure := Quick(s, Language(s))
	if sure {
		return tag
	}
	return byTrigrams(s)
}

// Quick is [Detect] as far as it goes in a microsecond. It takes what [Language] said of
// the text. Not sure means that the letters have to be compared (under a millisecond).
func Quick(s, byScript string) (tag string, sure bool) {
	switch byScript {
	case "en":
		if english(s) {
			return "en", true
		}
	case "ru":
		if tag := byLetters(s); tag != "" && enough(s) {
			return tag, true
		}
	case "ar", "hi":
	default:
		return byScript, true
	}
	return "", !enough(s)
}

// enough reports whether a text has as many letters as guessing needs.
func enough(s string) bool {
	letters := 0
	for i := 0; i < len(s) && letters < fewestLetters; {
		r, size := utf8.DecodeRuneInString(s[i:])
		if scriptOf(r) != noScript {
			letters++
		}
		i += size
	}
	return letters >= fewestLetters
}

// byLetters tells Russian and Ukrainian from other languages in Cyrillic letters, where a
// text has letters that only one of them has.
func byLetters(s string) string {
	s = strings.ToLower(s)
	foreign := strings.ContainsFunc(s, func(r rune) bool {
		return scriptOf(r) == cyrillic && r != 'ё' && (r < 'а' || r > 'я')
	})
	switch {
	case !foreign && strings.ContainsAny(s, "ыэё") && strings.ContainsAny(s, "ищ"):
		return "ru"
	case strings.ContainsAny(s, "їєґ") && !strings.ContainsAny(s, "ыэёъў"):
		return "uk"
	}
	return ""
}

// english reports whether a third of the words, or more, are among the commonest of
// English that no other language of [Languages] writes so.
func english(s string) bool {
	var room [16]byte
	words, known, word := 0, 0, room[:0]
	end := func() {
		if len(word) > 0 {
			words++
			if commonInEnglish(word) {
				known++
			}
		}
		word = word[:0]
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			if len(word) < len(room) {
				word = append(word, c|0x20)
			}
		case c == '\'':
		case c >= utf8.RuneSelf: // a letter that no common word has, or a mark
			word = append(word[:0], '?')
		default:
			end()
		}
	}
	end()
	return known > 0 && known*3 >= words
}

func commonInEnglish(word []byte) bool {
	switch string(word) {
	case "the", "this", "that", "these", "those", "there", "what", "whats", "which", "when", "where", "why", "who", "how",
		"you", "your", "yours", "youre", "they", "their", "she", "its", "im", "id", "ive", "dont", "doesnt", "didnt", "cant", "isnt",
		"are", "have", "has", "had", "does", "did", "could", "would", "should", "been", "being", "and", "not", "with", "from", "about",
		"much", "many", "please", "thank", "thanks", "hello", "hey", "want", "need", "know", "like", "looking", "buy", "bought",
		"price", "shipping", "delivery", "refund", "return", "received", "broken", "still", "yet", "today", "tomorrow", "yesterday",
		"yes", "any", "some", "other", "good", "morning", "evening", "money", "back", "help", "speak", "someone", "arrive", "arrived":
		return true
	}
	return false
}
