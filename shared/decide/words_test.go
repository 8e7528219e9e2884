package decide

import (
	"regexp"
	"slices"
	"testing"
	"time"
	"unicode"
)

func TestEverySentenceExistsInEveryLanguage(t *testing.T) {
	gap := regexp.MustCompile(`\{[^}]*\}?`)
	for row, all := range sentences {
		for lang, text := range all {
			if text == "" {
				t.Errorf("sentence %d (%q) is missing in language %d", row, all[inEnglish], lang)
			}
			for _, g := range gap.FindAllString(text, -1) {
				if g != "{1}" && g != "{2}" {
					t.Errorf("%q has the gap %q, want {1} or {2}", text, g)
				}
			}
		}
	}
}

func TestEverySentenceIsInItsLanguage(t *testing.T) {
	for _, all := range sentences {
		for _, r := range all[inEnglish] {
			if r > unicode.MaxASCII {
				t.Errorf("%q has %q, want English", all[inEnglish], r)
			}
		}
		for _, r := range all[inChinese] {
			if unicode.Is(unicode.Latin, r) {
				t.Errorf("%q has %q, want Chinese", all[inChinese], r)
			}
		}
	}
}

// A "more" may choose between how many are not shown and how many there are;
// every other sentence tells the same facts in every language.
func TestSentencesTellTheSameFactsInEveryLanguage(t *testing.T) {
	gap := regexp.MustCompile(`\{\d\}`)
	gaps := func(text string) []string {
		found := gap.FindAllString(text, -1)
		slices.Sort(found)
		return found
	}
	for row, all := range sentences {
		if s := sentence(row); s == moreQuotes || s == moreNames {
			continue
		}
		if en, zh := gaps(all[inEnglish]), gaps(all[inChinese]); !slices.Equal(en, zh) {
			t.Errorf("%q has the gaps %v, %q has %v", all[inEnglish], en, all[inChinese], zh)
		}
	}
}

func TestDetails(t *testing.T) {
	for _, c := range []struct {
		name string
		d    detail
		want texts
	}{
		{"as it is", plain(`a {1} "b"`), texts{`a {1} "b"`, `a {1} "b"`}},
		{"nothing", plain(""), texts{"", ""}},
		{"a number", number(12), texts{"12", "12"}},
		{"one phrase", quotes([]string{"多少钱"}), texts{`"多少钱"`, `“多少钱”`}},
		{"phrases", quotes([]string{"a", "b", "c"}), texts{`"a", "b", "c"`, `“a”、“b”、“c”`}},
		{"more phrases than are shown", quotes([]string{"a", "b", "c", "d", "e"}), texts{`"a", "b", "c" and 2 more`, `“a”、“b”、“c”等 5 个词`}},
		{"a phrase that could be mistaken", quotes([]string{"a\"\n\u200b{2}"}), texts{`"a\"\n\u200b{2}"`, `“a\"\n\u200b{2}”`}},
		{"names", names([]string{"image", "video"}), texts{"image or video", "image、video"}},
		{"more names than are shown", names([]string{"a", "b", "c", "d"}), texts{"a or b or c and 1 more", "a、b、c 等 4 项"}},
		{"minutes", lasting(4 * time.Minute), texts{"4m0s", "4 分钟"}},
		{"a day", lasting(24 * time.Hour), texts{"24h0m0s", "24 小时"}},
		{"hours, minutes and seconds", lasting(time.Hour + 30*time.Minute + 5*time.Second), texts{"1h30m5s", "1 小时 30 分钟 5 秒"}},
		{"hours and seconds", lasting(2*time.Hour + time.Second), texts{"2h0m1s", "2 小时 1 秒"}},
		{"less than a second", lasting(500 * time.Millisecond), texts{"500ms", "0.5 秒"}},
		{"no time", lasting(0), texts{"0s", "0 秒"}},
		{"a clock that went back", lasting(-5 * time.Second), texts{"-5s", "-5 秒"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for lang, want := range c.want {
				// What has been told before must change nothing.
				if got := string(c.d.append([]byte("before "), lang)); got != "before "+want {
					t.Errorf("got %q, want %q", got, "before "+want)
				}
			}
		})
	}
}
