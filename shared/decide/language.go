package decide

import "strings"

// language returns the language to reply in: the best for what the message seems
// to be in, else for what the contact wrote in before, else the playbook's first.
func (b *Book) language(detected, contact string) string {
	for _, tag := range []string{detected, contact} {
		if l := closest(b.playbook.Languages, tag); l != "" {
			return l
		}
	}
	return b.playbook.Languages[0]
}

// closest returns the language of the list that a reader of tag reads best: the
// same one, the same writing of Chinese, or the first with the same beginning
// (en-GB reads en, zh-TW reads zh-CN). It is empty when there is none.
func closest(languages []string, tag string) string {
	if tag == "" {
		return ""
	}
	for _, want := range []string{tag, chineseLike(tag)} {
		for _, l := range languages {
			if strings.EqualFold(l, want) {
				return l
			}
		}
	}
	for _, l := range languages {
		if strings.EqualFold(base(l), base(tag)) {
			return l
		}
	}
	return ""
}

// chineseLike returns zh-TW or zh-CN for another tag of the same writing.
func chineseLike(tag string) string {
	switch strings.ToLower(tag) {
	case "zh-hk", "zh-mo", "zh-hant":
		return "zh-TW"
	case "zh", "zh-sg", "zh-my", "zh-hans":
		return "zh-CN"
	}
	return tag
}

func base(tag string) string {
	b, _, _ := strings.Cut(tag, "-")
	return b
}
