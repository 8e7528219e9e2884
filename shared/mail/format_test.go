package mail

import "testing"

func TestFiguresAsPeopleWriteThem(t *testing.T) {
	en, zh := newPrinter(English), newPrinter(Chinese)
	for _, c := range []struct{ name, got, want string }{
		{"a number", en.number(1204), "1,204"},
		{"a small number", en.number(999), "999"},
		{"a large number", en.number(1234567), "1,234,567"},
		{"below zero", en.number(-1204), "-1,204"},
		{"below zero and small", en.number(-120), "-120"},
		{"percent", en.percent(0.9244), "92 %"},
		{"percent in Chinese", zh.percent(0.9244), "92%"},
		{"rounded once, not twice", en.percent(0.46464), "46 %"},
		{"under ten percent", en.percent(0.0161), "1.6 %"},
		{"hardly any", en.percent(0.0001), "0.1 %"},
		{"none", en.percent(0), "0 %"},
		{"nearly all is not all", en.percent(0.9999), "99.9 %"},
		{"all", en.percent(1), "100 %"},
		{"more than all, as changes are", en.percent(2.5), "250 %"},
		{"no share", en.share(nil), "–"},
		{"milliseconds", en.duration(840), "840 ms"},
		{"seconds", en.duration(1240), "1.2 s"},
		{"nearly a second", en.duration(960), "1 s"},
		{"many seconds", en.duration(42_400), "42 s"},
		{"minutes", en.duration(18 * 60_000), "18 min"},
		{"nearly an hour", en.duration(59*60_000 + 40_000), "1 h"},
		{"hours", en.duration(65 * 60_000), "1 h 5 min"},
		{"hours in Chinese", zh.duration(65 * 60_000), "1 小时 5 分"},
		{"nearly a day", en.duration(86_400_000 - 1000), "1 d"},
		{"days", en.duration(51 * 3_600_000), "2 d 3 h"},
		{"points", en.points(-0.0634), "6.3 pts"},
		{"a list", en.list([]string{"Friday", "Saturday", "Sunday"}), "Friday, Saturday and Sunday"},
		{"a list in Chinese", zh.list([]string{"星期五", "星期六", "星期日"}), "星期五、星期六和星期日"},
		{"a list of one", en.list([]string{"Sunday"}), "Sunday"},
		{"a value that looks like a place", en.say("hello", "{1} {2}"), "Hello {1} {2},"},
		{"a name of many lines", plain("Pat\r\nBcc: x@example.com\t\u202e \u2028y"), "Pat Bcc: x@example.com y"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	for _, c := range []struct{ from, to, en, zh string }{
		{"2026-11-16", "2026-11-22", "16–22 November 2026", "2026年11月16日至22日"},
		{"2026-11-30", "2026-12-06", "30 November – 6 December 2026", "2026年11月30日至12月6日"},
		{"2026-12-28", "2027-01-03", "28 December 2026 – 3 January 2027", "2026年12月28日至2027年1月3日"},
	} {
		if got, err := newPrinter(English).dates(c.from, c.to); got != c.en || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, c.en)
		}
		if got, err := newPrinter(Chinese).dates(c.from, c.to); got != c.zh || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, c.zh)
		}
	}
	for _, bad := range [][2]string{{"", "2026-11-22"}, {"2026-11-16", "x"}} {
		if got, err := newPrinter(English).dates(bad[0], bad[1]); err == nil {
			t.Errorf("%v: got %q, want an error", bad, got)
		}
	}
}
