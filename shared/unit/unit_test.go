package unit_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"frontdesk/shared/unit"
)

func TestFiguresAsPeopleWriteThem(t *testing.T) {
	en, zh := unit.In("en"), unit.In("zh-CN")
	for _, c := range []struct{ name, got, want string }{
		{"a number", en.Number(1204), "1,204"},
		{"a small number", en.Number(999), "999"},
		{"a large number", en.Number(1234567), "1,234,567"},
		{"below zero", en.Number(-1204), "-1,204"},
		{"below zero and small", en.Number(-120), "-120"},
		{"percent", en.Percent(0.9244), "92 %"},
		{"percent in Chinese", zh.Percent(0.9244), "92%"},
		{"rounded once, not twice", en.Percent(0.46464), "46 %"},
		{"under ten percent", en.Percent(0.0161), "1.6 %"},
		{"hardly any", en.Percent(0.0001), "0.1 %"},
		{"none", en.Percent(0), "0 %"},
		{"nearly all is not all", en.Percent(0.9999), "99.9 %"},
		{"all", en.Percent(1), "100 %"},
		{"more than all, as changes are", en.Percent(2.5), "250 %"},
		{"milliseconds", en.Duration(840), "840 ms"},
		{"seconds", en.Duration(1240), "1.2 s"},
		{"nearly a second", en.Duration(960), "1 s"},
		{"many seconds", en.Duration(42_400), "42 s"},
		{"minutes", en.Duration(18 * 60_000), "18 min"},
		{"nearly an hour", en.Duration(59*60_000 + 40_000), "1 h"},
		{"hours", en.Duration(65 * 60_000), "1 h 5 min"},
		{"hours in Chinese", zh.Duration(65 * 60_000), "1 小时 5 分"},
		{"nearly a day", en.Duration(86_400_000 - 1000), "1 d"},
		{"days", en.Duration(51 * 3_600_000), "2 d 3 h"},
		{"the longest there is", en.Duration(math.MaxInt64), "106,751,991,167 d 7 h"},
		{"points", en.Points(-0.0634), "6.3 pts"},
		{"points in Chinese", zh.Points(0.0634), "6.3 个百分点"},
		{"short, and short enough", en.Short(99_999), "99,999"},
		{"short thousands", en.Short(123_456), "123k"},
		{"short, just below a million", en.Short(999_999), "999k"},
		{"short millions", en.Short(1_260_000), "1.2M"},
		{"short billions", en.Short(34_000_000_000), "34B"},
		{"short in Chinese", zh.Short(123_456), "12.3万"},
		{"short and large in Chinese", zh.Short(120_000_000), "1.2亿"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestTheLanguageOfATag(t *testing.T) {
	for tag, want := range map[string]string{"": "en", "en-GB": "en", "fr": "en", "zhx": "en", "zh": "zh-CN", "zh-TW": "zh-CN", "ZH-hans": "zh-CN"} {
		if got := unit.Language(tag); got != want {
			t.Errorf("%q: got %s, want %s", tag, got, want)
		}
	}
}

// A number that is written short is never written as more than it is.
func TestAShortNumberIsNarrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 999_999_999_999).Draw(t, "n")
		for _, lang := range []string{"en", "zh-CN"} {
			if got := unit.In(lang).Short(n); len([]rune(got)) > 6 {
				t.Fatalf("%d in %s: got %q, want at most six characters", n, lang, got)
			}
		}
	})
}

func BenchmarkDuration(b *testing.B) {
	p := unit.In("en")
	b.ReportAllocs()
	for b.Loop() {
		p.Duration(3_900_000)
	}
}
