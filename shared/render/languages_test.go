package render

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	decimal "golang.org/x/text/number"

	"frontdesk/shared/playbook"
)

// tags are the languages and countries that have a form of their own.
func tagsWithForms() []string {
	all := []string{"en", "zh-CN", "zh-TW", "en-GB", "de-DE", "fr-FR", "es-ES", "pt-BR", "es-419"}
	for i := range otherLanguages {
		all = append(all, otherLanguages[i].tag)
	}
	for i := range elsewhere {
		all = append(all, elsewhere[i].tag)
	}
	return all
}

// alike makes spaces of any kind one, and apostrophes too: tables differ in them over the years.
func alike(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == '\'':
			return '’'
		}
		return r
	}, s)
}

// What golang.org/x/text writes with Western digits, we write.
func TestNumbersAsTheLibraryWritesThem(t *testing.T) {
	for _, tag := range tagsWithForms() {
		p := message.NewPrinter(language.MustParse(tag + "-u-nu-latn"))
		for _, amount := range []float64{0, 7.25, 999, 12345.5, 123456, 12345678.9, 1234567890, -98765.4} {
			want := strings.ReplaceAll(p.Sprint(decimal.Decimal(amount, decimal.Scale(2))), "\u200e", "")
			if got := rendered(t, tag, fmt.Sprintf(`{{ "%.2f" | number: 2 }}`, amount)); alike(got) != alike(want) {
				t.Errorf("%s, %.2f: got %q, want %q", tag, amount, got, want)
			}
		}
	}
}

func rendered(t *testing.T, tag, text string) string {
	t.Helper()
	set := New(&playbook.Playbook{Languages: []string{tag}, Templates: []playbook.Template{{ID: "t", Variants: []playbook.Variant{{Language: tag, Shape: "text", Text: text}}}}})
	c, err := set.Reply("t", tag, true, Values{Now: time.Date(2026, 3, 5, 14, 7, 0, 0, time.UTC)})
	if err != nil {
		t.Fatalf("%s: %v", tag, err)
	}
	return c.Text
}

// Day, month and year stand in the order of the language, the month as a word or with one
// beside it, so that 5 March is never taken for 3 May.
func TestDatesOfEachLanguage(t *testing.T) {
	for tag, want := range map[string]string{
		"en": "5 March 2026|Thursday", "en-IN": "5 March 2026|Thursday", "zh-CN": "2026年3月5日|星期四", "zh-TW": "2026年3月5日|星期四",
		"de": "5. März 2026|Donnerstag", "de-CH": "5. März 2026|Donnerstag", "fr": "5 mars 2026|jeudi", "es": "5 de marzo de 2026|jueves",
		"pt": "5 de março de 2026|quinta-feira", "it": "5 marzo 2026|giovedì", "nl": "5 maart 2026|donderdag", "ru": "5 марта 2026 г.|четверг",
		"ja": "2026年3月5日|木曜日", "ko": "2026년 3월 5일|목요일", "ar": "5 مارس 2026|الخميس", "hi": "5 मार्च 2026|गुरुवार",
		"id": "5 Maret 2026|Kamis", "vi": "5 tháng 3, 2026|Thứ Năm", "th": "5 มีนาคม 2026|วันพฤหัสบดี", "tr": "5 Mart 2026|Perşembe",
		"pl": "2026-03-05|Thursday", "sw": "2026-03-05|Thursday",
	} {
		if got := rendered(t, tag, `{{ now | date }}|{{ now | date: "%A" }}`); got != want {
			t.Errorf("%s: got %q, want %q", tag, got, want)
		}
	}
	if got := rendered(t, "pl", `{{ "1234567.5" | number: 2 }}`); got != "1,234,567.50" {
		t.Errorf("a language that is in no list: got %q, want a number as in English", got)
	}
}

// No word is missing in any language.
func TestEveryLanguageHasAllItsWords(t *testing.T) {
	for _, tag := range append(tagsWithForms(), "pl") {
		n := namesFor(tag)
		words := append(append(append(append([]string{n.morning, n.afternoon, n.longDate, n.thousands, n.decimal, n.open}, n.months[:]...), n.shortMonths[:]...), n.days[:]...), n.shortDays[:]...)
		for i, w := range words {
			if strings.TrimFunc(w, unicode.IsControl) == "" {
				t.Errorf("%s: word %d is missing", tag, i)
			}
		}
		seen := map[string]bool{}
		for _, m := range n.months {
			if seen[m] {
				t.Errorf("%s: two months are called %s", tag, m)
			}
			seen[m] = true
		}
	}
}

func TestTheLongestDay(t *testing.T) {
	for tag, want := range map[string]string{"en": "23 September 2026 Wednesday", "de": "24. September 2026 Donnerstag", "th": "20 กุมภาพันธ์ 2026 วันพฤหัสบดี"} {
		n, day := namesFor(tag), LongestDay(tag)
		if got, err := strftime(day, n.longDate+" %A", n); err != nil || len(got) != len(want) {
			t.Errorf("%s: got %q, %v, want one as long as %q", tag, got, err, want)
		}
	}
}
