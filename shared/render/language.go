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

// choose returns the variant to send to a reader of the language, or nil when there is
// none: the nearest of the same base language, else the nearest to the playbook's first
// language, else the first. Of equally near ones that for this kind of channel alone is
// taken, then the first.
func choose(variants []*variant, w wanted, want, first string) *variant {
	var other *variant
	for _, language := range [...]string{want, first} {
		var best *variant
		most := 0
		for _, v := range variants {
			fitness := w.fitness(v)
			if fitness == 0 {
				continue
			}
			if other == nil {
				other = v
			}
			if n := nearness(v.data.Language, language); n > 0 && 2*n+fitness > most {
				best, most = v, 2*n+fitness
			}
		}
		if best != nil {
			return best
		}
	}
	return other
}
