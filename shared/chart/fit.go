package chart

import "strings"

// em is about how wide a text is, in pixels: nobody's fonts are known here, so it is
// rather too much than too little. What is as wide as high counts as one em.
func em(text string, size int) int {
	tenths := 0
	for _, r := range text {
		tenths += tenthsOf(r)
	}
	return (tenths*size + 9) / 10
}

func tenthsOf(r rune) int {
	switch {
	case r >= 0x2e80:
		return 10
	case strings.ContainsRune("il.,:;'|!· ", r):
		return 3
	case r >= '0' && r <= '9', r == '-':
		return 6
	case r >= 'A' && r <= 'Z', r == 'm', r == 'w', r == '%', r == '–':
		return 8
	}
	return 6
}

// fit cuts a text that is wider than pixels, and ends it in an ellipsis.
func fit(text string, pixels, size int) string {
	if em(text, size) <= pixels {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && em(string(runes)+"…", size) > pixels {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimRight(string(runes), " ") + "…"
}

// clean takes out what XML cannot hold: control characters, and what is no character.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x20, r == 0x7f, r == 0xfffe, r == 0xffff, r >= 0xd800 && r <= 0xdfff:
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}
