package decide

import (
	"strconv"
	"strings"
	"time"
)

// shown is how many phrases, names or reasons a sentence lists.
const shown = 3

// telling is an explanation that grows in every language at once.
type telling [columns][]byte

// say adds a sentence with its details filled in.
func (t *telling) say(s sentence, details ...detail) {
	for lang := range t {
		t[lang] = appendSentence(t[lang], lang, s, details...)
	}
}

// phrases says which phrase was found, or that the only one or none of several was.
func (t *telling) phrases(found, missing, none sentence, list []string, at int) {
	switch {
	case at >= 0:
		t.say(found, quotes(list[at:at+1]))
	case len(list) == 1:
		t.say(missing, quotes(list))
	default:
		t.say(none, quotes(list))
	}
}

// texts copies what has been told, all languages into one piece of memory.
func (t *telling) texts() (all texts) {
	size := 0
	for lang := range t {
		size += len(t[lang])
	}
	var b strings.Builder
	b.Grow(size)
	for lang := range t {
		b.Write(t[lang])
	}
	rest := b.String()
	for lang := range t {
		all[lang], rest = rest[:len(t[lang])], rest[len(t[lang]):]
	}
	return all
}

// step is the step of a filter, or of one of the By constants, that this explains.
func (t *telling) step(id, name string, matched bool) Step {
	why := t.texts()
	return Step{Filter: id, Name: name, Matched: matched, Why: why[inEnglish], WhyZH: why[inChinese]}
}

func appendSentence(b []byte, lang int, s sentence, details ...detail) []byte {
	rest := sentences[s][lang]
	for {
		before, after, found := strings.Cut(rest, "{")
		b = append(b, before...)
		if !found {
			return b
		}
		b = details[after[0]-'1'].append(b, lang)
		rest = after[len("1}"):]
	}
}

// detail is what a sentence is filled in with.
type detail struct {
	form form
	text string
	list []string
	n    int64
}

type form int

const (
	asItIs form = iota
	asNumber
	asQuotes
	asNames
	asWords
	asSpan
)

func plain(s string) detail          { return detail{text: s} }
func number(n int) detail            { return detail{form: asNumber, n: int64(n)} }
func quotes(list []string) detail    { return detail{form: asQuotes, list: list} }
func names(list []string) detail     { return detail{form: asNames, list: list} }
func word(s string) detail           { return detail{form: asWords, list: []string{s}} }
func words(list []string) detail     { return detail{form: asWords, list: list} }
func lasting(d time.Duration) detail { return detail{form: asSpan, n: int64(d)} }

func (d *detail) append(b []byte, lang int) []byte {
	switch d.form {
	case asNumber:
		return strconv.AppendInt(b, d.n, 10)
	case asQuotes:
		return appendQuotes(b, lang, d.list)
	case asNames:
		return appendNames(b, lang, d.list)
	case asWords:
		return appendWords(b, lang, d.list)
	case asSpan:
		return appendSpan(b, lang, time.Duration(d.n))
	}
	return append(b, d.text...)
}

func appendQuotes(b []byte, lang int, list []string) []byte {
	for i, phrase := range list[:min(len(list), shown)] {
		if i > 0 {
			b = appendSentence(b, lang, nextQuote)
		}
		b = appendQuoted(b, lang, phrase)
	}
	return appendMore(b, lang, moreQuotes, len(list))
}

// appendQuoted escapes a phrase as Go does, between the quotation marks of the language.
func appendQuoted(b []byte, lang int, phrase string) []byte {
	var room [64]byte
	quoted := strconv.AppendQuote(room[:0], phrase)
	b = appendSentence(b, lang, beginQuote)
	b = append(b, quoted[1:len(quoted)-1]...)
	return appendSentence(b, lang, endQuote)
}

func appendNames(b []byte, lang int, list []string) []byte {
	for i, name := range list[:min(len(list), shown)] {
		if i > 0 {
			b = appendSentence(b, lang, nextName)
		}
		b = append(b, name...)
	}
	return appendMore(b, lang, moreNames, len(list))
}

// appendWords is appendNames for words that every language has its own for.
func appendWords(b []byte, lang int, list []string) []byte {
	var said [4]string
	for i, s := range list[:min(len(list), shown)] {
		said[i] = s
		if zh := inChineseWords[s]; lang == inChinese && zh != "" {
			said[i] = zh
		}
	}
	b = appendNames(b, lang, said[:min(len(list), shown)])
	return appendMore(b, lang, moreNames, len(list))
}

// appendMore adds how many of n are not shown, if any.
func appendMore(b []byte, lang int, more sentence, n int) []byte {
	if n <= shown {
		return b
	}
	return appendSentence(b, lang, more, number(n-shown), number(n))
}

func appendSpan(b []byte, lang int, d time.Duration) []byte {
	if units[lang][0] == "" {
		return append(b, d.String()...)
	}
	parts := [...]float64{float64(d / time.Hour), float64(d % time.Hour / time.Minute), (d % time.Minute).Seconds()}
	start := len(b)
	for i, n := range parts {
		last := i == len(parts)-1 && len(b) == start // of no time at all
		if n == 0 && !last {
			continue
		}
		if len(b) > start {
			b = append(b, ' ')
		}
		b = strconv.AppendFloat(b, n, 'f', -1, 64)
		b = append(b, units[lang][i]...)
	}
	return b
}
