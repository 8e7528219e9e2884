package mail

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"frontdesk/shared/chart"
	"frontdesk/shared/report"

	"github.com/google/go-cmp/cmp"
)

func TestBothLanguagesSayEverything(t *testing.T) {
	en, zh := words(English), words(Chinese)
	if d := cmp.Diff(slices.Sorted(maps.Keys(en)), slices.Sorted(maps.Keys(zh))); d != "" {
		t.Errorf("keys (-English +Chinese):\n%s", d)
	}
	places := regexp.MustCompile(`\{\d\}`)
	for key, text := range en {
		used := func(s string) []string {
			return slices.Compact(slices.Sorted(slices.Values(places.FindAllString(s, -1))))
		}
		if d := cmp.Diff(used(text), used(zh[key])); d != "" {
			t.Errorf("%s takes other values (-English +Chinese):\n%s", key, d)
		}
		if text == "" || zh[key] == "" && key != "gap" {
			t.Errorf("%s is empty", key)
		}
	}
	for _, key := range []string{"months", "weekdays", "short"} {
		want := map[string]int{"months": 12}[key]
		if want == 0 {
			want = 7
		}
		for lang, text := range map[string]string{"English": en[key], "Chinese": zh[key]} {
			if got := len(strings.Split(text, ",")); got != want {
				t.Errorf("%s in %s: got %d, want %d", key, lang, got, want)
			}
		}
	}
}

func TestEveryWordIsUsedAndEveryUsedWordExists(t *testing.T) {
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var code strings.Builder
	for _, name := range sources {
		if strings.HasPrefix(name, "words") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		code.Write(b)
	}
	found := regexp.MustCompile(`(?:\bT\[|text\[|say\()"([a-z0-9.]+)"\]?[,)\]]?`).FindAllStringSubmatch(code.String(), -1)
	if len(found) < 40 {
		t.Errorf("found %d words in the code, want the many that are there", len(found))
	}
	for _, m := range found {
		if _, ok := words(English)[m[1]]; !ok && m[1] != "verdict." {
			t.Errorf("the code uses %q, which no language has", m[1])
		}
	}
	for key := range words(English) {
		if !strings.Contains(code.String(), `"`+key+`"`) && !strings.HasPrefix(key, "verdict.") {
			t.Errorf("nothing uses %q", key)
		}
	}
}

func TestEveryReasonIsThereInChinese(t *testing.T) {
	for _, code := range report.Codes() {
		if got := reason(code); got == reason(-1) {
			t.Errorf("code %d: got %q, want words of its own", code, got)
		}
	}
}

func TestLanguageOfARecipient(t *testing.T) {
	for tag, want := range map[string]string{"": English, "en": English, "en-GB": English, "fr": English,
		"zh-CN": Chinese, "zh": Chinese, "zh-TW": Chinese, "ZH-hans": Chinese} {
		if got := language(tag); got != want {
			t.Errorf("%q: got %s, want %s", tag, got, want)
		}
	}
}

// A Chinese label of a chart shows on a machine without Chinese fonts.
func TestTheFontOfChartsHasEveryChineseCharacterOfOurWords(t *testing.T) {
	texts := slices.AppendSeq(slices.Collect(maps.Values(chinese())), maps.Values(chineseOwn()))
	for _, code := range append(report.Codes(), -1, 0) {
		texts = append(texts, reason(code))
	}
	p := newPrinter(Chinese)
	for _, ms := range []int64{500, 2000, 600_000, 3_600_000, 3_660_000, 86_400_000, 90_000_000_0} {
		texts = append(texts, p.duration(ms), p.points(0.1), p.unit.Short(ms*1000))
	}
	for _, text := range texts {
		for _, r := range text {
			if !chart.Shows(r) {
				t.Errorf("the font has no %c of %q: run scripts/chartfont", r, text)
			}
		}
	}
	if chart.Shows('龘') {
		t.Error("got a character that is in none of our words")
	}
}
