package questions

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"frontdesk/shared/text"
)

// The bounds of what is proposed for a filter.
const (
	maxPhrases = 8
	maxInRow   = 4 // words of a phrase
	maxChars   = 6 // characters of a phrase of a script without spaces
)

// Wanted is what a filter has to look for to find messages like the samples.
type Wanted struct {
	// WholeWord are words, Contains parts of texts without spaces, all of them folded.
	WholeWord []string `json:"whole_word,omitempty"`
	Contains  []string `json:"contains,omitempty"`
}

// None reports whether there is nothing to look for.
func (w Wanted) None() bool { return len(w.WholeWord)+len(w.Contains) == 0 }

// All are the phrases of both kinds, the words first.
func (w Wanted) All() []string { return slices.Concat(w.WholeWord, w.Contains) }

// Phrases are the fewest phrases so that each of the texts has one of them, as far as they
// have words at all: first those that most texts have, of these the ones that say most. No
// phrase has a number, a link or an address in it, or a word of the names.
func Phrases(texts []string, names ...string) Wanted {
	left := make([]map[string]phrase, 0, len(texts))
	for _, t := range texts {
		if c := candidates(t, parts(names)); len(c) > 0 {
			left = append(left, c)
		}
	}
	var out Wanted
	for n := 0; len(left) > 0 && n < maxPhrases; n++ {
		best := mostSaid(left)
		if best.spaced {
			out.WholeWord = append(out.WholeWord, best.text)
		} else {
			out.Contains = append(out.Contains, best.text)
		}
		left = slices.DeleteFunc(left, func(c map[string]phrase) bool { _, has := c[best.text]; return has })
	}
	return out
}

// phrase is a part of a text that a filter could look for.
type phrase struct {
	text   string
	spaced bool
	// says is how many of its words say something.
	says int
}

func mostSaid(texts []map[string]phrase) phrase {
	said, all := map[string]int{}, map[string]phrase{}
	for _, c := range texts {
		for id, p := range c {
			said[id]++
			all[id] = p
		}
	}
	return slices.MinFunc(slices.Collect(maps.Values(all)), func(a, b phrase) int {
		return cmp.Or(cmp.Compare(said[b.text], said[a.text]), cmp.Compare(b.says, a.says),
			cmp.Compare(len(a.text), len(b.text)), cmp.Compare(a.text, b.text))
	})
}

// candidates are the phrases of a text that say something.
func candidates(s string, names []string) map[string]phrase {
	out := map[string]phrase{}
	add := func(p string, spaced bool) {
		if says := saying(p); says > 0 && !named(p, names) {
			out[p] = phrase{p, spaced, says}
		}
	}
	var words []string
	flush := func() {
		for i := range words {
			for n := 1; n <= maxInRow && i+n <= len(words); n++ {
				add(strings.Join(words[i:i+n], " "), true)
			}
		}
		words = nil
	}
	for field := range strings.FieldsSeq(text.Fold(s)) {
		if word, ok := plainWord(field); ok {
			words = append(words, word)
			if word != field {
				flush()
			}
			continue
		}
		flush()
		for p, spaced := range pieces(field) {
			add(p, spaced)
		}
	}
	flush()
	return out
}

// plainWord is the one word of a field that is nothing else, or that a mark follows.
func plainWord(field string) (word string, ok bool) {
	word = strings.TrimRightFunc(field, func(r rune) bool { return kindOf(r) == apart })
	for r := range runs(word) {
		return word, r.spaced && r.text == word && sayable(field)
	}
	return "", false
}

// sayable: neither a number, a link nor an address.
func sayable(s string) bool {
	for range tokens(s) {
		return true
	}
	return false
}

// pieces are the words of a field, and the parts of its text without spaces.
func pieces(field string) func(yield func(string, bool) bool) {
	return func(yield func(string, bool) bool) {
		if !sayable(field) {
			return
		}
		for r := range runs(field) {
			if r.spaced {
				if !yield(r.text, true) {
					return
				}
				continue
			}
			chars := []rune(r.text)
			for i := range chars {
				for n := 2; n <= maxChars && i+n <= len(chars); n++ {
					if !yield(string(chars[i:i+n]), false) {
						return
					}
				}
			}
		}
	}
}

// saying counts the words of a phrase that say something.
func saying(phrase string) int {
	n := 0
	for t := range tokens(phrase) {
		if !t.small {
			n++
		}
	}
	return n
}

func named(phrase string, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(phrase, text.Fold(name)) })
}
