package questions

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Hidden stands for what is not shown.
const Hidden = "***"

// maxShown is how many characters of a message a sample shows.
const maxShown = 120

// Masker hides what tells who somebody is. Make it with [NewMasker].
type Masker struct{ masks []*regexp.Regexp }

// NewMasker returns a masker; it can be used by many at once.
func NewMasker() Masker {
	return Masker{[]*regexp.Regexp{
		// Mail addresses, and names that begin with an @.
		regexp.MustCompile(`[^\s@]*@\S*`),
		// Links, with or without a scheme.
		regexp.MustCompile(`(?i)[a-z0-9+.-]*://\S*|\bwww\.\S*|[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*\.[a-z]{2,}(/\S*)?`),
		// Five digits or more, as people write numbers: apart by any signs, or by up to three
		// characters that are neither letters nor digits.
		regexp.MustCompile(`\+?\p{N}(?:(?:[\s().+/,:#·•_–—-]*|[^\p{L}\p{N}]{1,3})\p{N}){4,}`),
		// Words of letters and at least four digits: order numbers, names at other channels.
		regexp.MustCompile(`(?:[\p{L}_]*\p{N}){4,}[\p{L}_]*|(?i)wxid_\S+`),
		// Numbers in Chinese characters.
		regexp.MustCompile(`[零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖拾]{5,}`),
	}}
}

// Mask is a text as it may be shown to somebody who may not see numbers: one line, at most
// 120 characters, without mail addresses, links, numbers of five digits and more, and the
// names, in whatever case they stand.
func (k Masker) Mask(s string, names ...string) string {
	s = visible(s)
	for range 4 { // what is hidden may bring together what was apart
		was := s
		for _, m := range k.masks {
			s = m.ReplaceAllString(s, Hidden)
		}
		for _, name := range parts(names) {
			s = hide(s, name)
		}
		if s == was {
			break
		}
	}
	return cut(s)
}

// visible is a text on one line, without characters that nobody sees.
func visible(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me, unicode.Variation_Selector), r == utf8.RuneError:
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

func cut(s string) string {
	if r := []rune(s); len(r) > maxShown {
		return strings.TrimSpace(string(r[:maxShown-1])) + "…"
	}
	return s
}

// parts are names and the words that they are made of, the longest first. A single letter
// is none: it stands in every word.
func parts(names []string) []string {
	var out []string
	for _, name := range names {
		name = visible(name)
		for _, part := range append(strings.Fields(name), name) {
			n := utf8.RuneCountInString(part)
			if n >= 3 || n == 2 && !isASCII(part) {
				out = append(out, part)
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(out)
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// hide replaces a name wherever it stands, in any case.
func hide(s, name string) string {
	n := utf8.RuneCountInString(name)
	chars := []rune(s)
	var out strings.Builder
	for i := 0; i < len(chars); {
		if i+n <= len(chars) && strings.EqualFold(string(chars[i:i+n]), name) {
			out.WriteString(Hidden)
			i += n
			continue
		}
		out.WriteRune(chars[i])
		i++
	}
	return out.String()
}
