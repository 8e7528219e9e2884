package render

import "strings"

// base is the language without its region and script: zh of zh-TW.
func base(language string) string {
	b, _, _ := strings.Cut(language, "-")
	return strings.ToLower(b)
}

// isTraditional reports whether a Chinese tag is written in traditional characters.
func isTraditional(language string) bool {
	l := strings.ToLower(language)
	for _, part := range [...]string{"-hant", "-tw", "-hk", "-mo"} {
		if strings.Contains(l, part) {
			return true
		}
	}
	return false
}

// nearness is how well a text in one language serves a reader of another:
// 4 the same, 3 the same script of Chinese, 2 the plain base language (or
// zh-CN for all of Chinese), 1 the same base, 0 not at all.
func nearness(have, want string) int {
	switch {
	case strings.EqualFold(have, want):
		return 4
	case base(have) != base(want):
		return 0
	case base(want) == "zh" && isTraditional(have) == isTraditional(want):
		return 3
	case strings.EqualFold(have, base(have)) || strings.EqualFold(have, "zh-CN"):
		return 2
	}
	return 1
}

// choose returns the index of the variant to send to a reader of the language,
// or -1 when there is none: the nearest of the same base language, else the
// nearest to the playbook's first language, else the first.
func choose(have []string, want, first string) int {
	for _, language := range [...]string{want, first} {
		best, most := -1, 0
		for i, h := range have {
			if n := nearness(h, language); n > most {
				best, most = i, n
			}
		}
		if best >= 0 {
			return best
		}
	}
	if len(have) == 0 {
		return -1
	}
	return 0
}
