package ical

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/teambition/rrule-go"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew")

// years is a span of whole years.
func years(from, to int) Span {
	return Span{time.Date(from, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(to, 12, 31, 23, 0, 0, 0, time.UTC)}
}

func samples(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.ics")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %v, %v, want samples", files, err)
	}
	return files
}

func printed(c Calendar) string {
	var b strings.Builder
	for _, d := range c.Days {
		what := "off "
		if d.Work {
			what = "work"
		}
		fmt.Fprintf(&b, "%s %s %s (line %d)\n", d.Date, what, d.Name, d.Line)
	}
	for _, d := range c.Passed {
		fmt.Fprintf(&b, "%s passed over: %s (line %d)\n", d.Date, d.Name, d.Line)
	}
	return b.String()
}

// Files in the shape of those that publishers give out, and what they say of 2026 and 2027.
func TestSamples(t *testing.T) {
	for _, file := range samples(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := Read(data, years(2026, 2027))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		golden := strings.TrimSuffix(file, ".ics") + ".txt"
		if *update {
			if err := os.WriteFile(golden, []byte(printed(c)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), printed(c)); diff != "" {
			t.Errorf("%s differs (-want +got):\n%s", golden, diff)
		}
	}
}

// The two Chinese files say the same of the same holidays.
func TestTwoPublishersAgree(t *testing.T) {
	dates := func(file string) string {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := Read(data, years(2026, 2026))
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, d := range c.Days {
			fmt.Fprintln(&b, d.Date, d.Work)
		}
		return b.String()
	}
	if diff := cmp.Diff(dates("testdata/apple-cn.ics"), dates("testdata/days-cn.ics")); diff != "" {
		t.Errorf("differ (-apple +days):\n%s", diff)
	}
}

// calendar wraps the lines of events.
func calendar(lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCALENDAR\r\n"
}

func holiday(lines ...string) string {
	return "BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:A day\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT"
}

const start = "DTSTART;VALUE=DATE:20261001"

func TestWhatIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		file    string
		line    int
		message string
	}{
		"nothing":                      {"", 1, "not an iCalendar file"},
		"a web page":                   {"<!DOCTYPE html>\n<html>", 1, "not an iCalendar file"},
		"a contact":                    {"BEGIN:VCARD\r\nEND:VCARD\r\n", 1, "not an iCalendar file"},
		"another encoding":             {"BEGIN:VCALENDAR\r\nX:\xb4\xba\xbd\xda\r\nEND:VCALENDAR", 1, "not UTF-8"},
		"a file that is cut off":       {"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n", 3, "has no end"},
		"an end of something else":     {"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", 3, "another component"},
		"an event without a start":     {calendar(holiday("DTEND;VALUE=DATE:20261002")), 3, "does not say when it begins"},
		"two starts":                   {calendar(holiday(start, start)), 3, "says it twice"},
		"a parameter without an end":   {calendar(holiday("DTSTART;VALUE=DATE")), 6, "property cannot be read"},
		"a quotation without an end":   {calendar(holiday(`DTSTART;TZID="Asia:20261001`)), 6, "property cannot be read"},
		"signs behind a quotation":     {calendar(holiday(`DTSTART;TZID="Asia"x:20261001`)), 6, "property cannot be read"},
		"a day that does not exist":    {calendar(holiday("DTSTART;VALUE=DATE:20260230")), 6, "date cannot be read"},
		"a year long past":             {calendar(holiday("DTSTART;VALUE=DATE:00010101")), 6, "date cannot be read"},
		"a year far ahead":             {calendar(holiday("DTSTART;VALUE=DATE:99990101")), 6, "date cannot be read"},
		"an end before the start":      {calendar(holiday(start, "DTEND;VALUE=DATE:20260930")), 7, "ends before it begins"},
		"a holiday of a hundred years": {calendar(holiday(start, "DTEND;VALUE=DATE:21261001")), 7, "longer than 62 days"},
		"a length of no time":          {calendar(holiday(start, "DURATION:P0D")), 7, "ends before it begins"},
		"a length in words":            {calendar(holiday(start, "DURATION:two days")), 7, "length of time cannot be read"},
		"a length that overflows":      {calendar(holiday(start, "DURATION:P99999999999999D")), 7, "62 days"},
		"a rule in words":              {calendar(holiday(start, "RRULE:every year")), 7, "rule cannot be read"},
		"every second for ever":        {calendar(holiday(start, "RRULE:FREQ=SECONDLY")), 7, "not one that public holidays follow"},
		"every day for ever":           {calendar(holiday(start, "RRULE:FREQ=DAILY")), 7, "not one that public holidays follow"},
		"the 31st of February":         {calendar(holiday(start, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31")), 7, "never comes up"},
		"the sixth Monday":             {calendar(holiday(start, "RRULE:FREQ=YEARLY;BYMONTH=2;BYDAY=6MO")), 7, "never comes up"},
		"a leap day in odd years":      {calendar(holiday("DTSTART;VALUE=DATE:20250101", "RRULE:FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29")), 7, "never comes up"},
		"Easter by its own word":       {calendar(holiday(start, "RRULE:FREQ=YEARLY;BYEASTER=0")), 7, "not one that public holidays follow"},
		"two rules":                    {calendar(holiday(start, "RRULE:FREQ=YEARLY", "RRULE:FREQ=YEARLY;COUNT=2")), 8, "several rules"},
		"a month that there is not":    {calendar(holiday(start, "RRULE:FREQ=YEARLY;BYMONTH=13,1;BYMONTHDAY=1")), 7, "out of its range"},
		"a date that is both":          {calendar("BEGIN:VEVENT", start, "SUMMARY:休", "END:VEVENT", "BEGIN:VEVENT", start, "SUMMARY:补班", "END:VEVENT"), 7, "2026-10-01 is a day off and a workday (the other is in line 3)."},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read([]byte(c.file), years(2026, 2027))
			var faults Faults
			if !errors.As(err, &faults) {
				t.Fatalf("got %v, want faults", err)
			}
			if f := faults[0]; f.Line != c.line || !strings.Contains(f.Message, c.message) || f.Fix == "" {
				t.Errorf("got line %d: %s %s, want line %d: %s", f.Line, f.Message, f.Fix, c.line, c.message)
			}
		})
	}
}

// A time in UTC lies on the day that it has in the zone of the span.
func TestTimesInUTC(t *testing.T) {
	span := years(2026, 2026)
	span.From = time.Date(2026, 1, 1, 0, 0, 0, 0, time.FixedZone("China", 8*60*60))
	for _, c := range []struct{ start, end, want string }{
		{"20260930T160000Z", "20261001T160000Z", "2026-10-01 off  A day (line 3)\n"},
		{"20261001T000000Z", "20261002T000000Z", "2026-10-01 off  A day (line 3)\n"},
		{"20260930T170000Z", "20260930T180000Z", "2026-10-01 passed over: A day (line 3)\n"},
		{"20261001T150000Z", "20261001T155959Z", "2026-10-01 passed over: A day (line 3)\n"},
	} {
		got, err := Read([]byte(calendar(holiday("DTSTART:"+c.start, "DTEND:"+c.end))), span)
		if err != nil || printed(got) != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.start, printed(got), err, c.want)
		}
	}
}

// What makes other programs run out of memory or time. Bytes are counted, those of
// the file itself apart.
func TestBounds(t *testing.T) {
	many := func(n int, lines ...string) string {
		return calendar(strings.Repeat(holiday(lines...)+"\r\n", n))
	}
	for name, c := range map[string]struct {
		file, message string
		most          int // MB
	}{
		"50 MB":                         {strings.Repeat("x", 50<<20), "larger than 4 MB", 1},
		"a line of megabytes":           {calendar("X:" + strings.Repeat("x", 3<<20)), "longer than 16 KB", 24},
		"a line folded a million times": {calendar("X:" + strings.Repeat("\r\n x", 900_000)), "longer than 16 KB", 12},
		"100,000 components inside":     {strings.Repeat("BEGIN:VTIMEZONE\r\n", 100_000), "not an iCalendar", 1},
		"a time zone in a time zone":    {"BEGIN:VCALENDAR\r\n" + strings.Repeat("BEGIN:VTIMEZONE\r\n", 100_000), "nested more than 8 deep", 1},
		"as many events as fit":         {many(40_000, start), "more than 10,000 events", 128},
		"parameters of megabytes":       {calendar(holiday("DTSTART;" + strings.Repeat("A=B;", 3_000) + "VALUE=DATE:20261001")), "property cannot be read", 1},
		"rules of every day in 1900":    {many(9_000, "DTSTART;VALUE=DATE:19000101", "RRULE:FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYMONTHDAY=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28"), "more than 200,000 times", 256},
		"100,000 dates":                 {calendar(holiday(append([]string{start}, strings.Split(strings.Repeat("EXDATE:20261001,20261002\n", 50_000), "\n")[:50_000]...)...)), "more than 1,000 dates", 128},
	} {
		t.Run(name, func(t *testing.T) {
			data := []byte(c.file)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Read(data, years(2026, 2027))
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), c.message) {
				t.Errorf("got %v, want %q", err, c.message)
			}
			if cost := after.TotalAlloc - before.TotalAlloc; cost > uint64(c.most)<<20 {
				t.Errorf("it took %d MB", cost>>20)
			}
		})
	}
}

func TestTheSpanIsBounded(t *testing.T) {
	for _, s := range []Span{years(2026, 2030), years(2027, 2026)} {
		if _, err := Read([]byte(calendar()), s); err == nil || !strings.Contains(err.Error(), "the span must have") {
			t.Errorf("got %v for %v", err, s)
		}
	}
}

// A rule without an end gives the days of the span, and no others.
func TestARuleWithoutAnEnd(t *testing.T) {
	c, err := Read([]byte(calendar(holiday("DTSTART;VALUE=DATE:19000501", "RRULE:FREQ=YEARLY"))), years(2026, 2028))
	if err != nil || len(c.Days) != 3 || c.Days[2].Date != "2028-05-01" {
		t.Errorf("got %+v, %v", c.Days, err)
	}
}

// drawnRule draws rules of the forms that are read, sensible or not.
func drawnRule(t *rapid.T) *rrule.ROption {
	n := func(label string, from, to int) int { return rapid.IntRange(from, to).Draw(t, label) }
	o := &rrule.ROption{Freq: rrule.YEARLY, Interval: n("interval", 0, 10), Dtstart: time.Date(n("year", 1900, 2100), time.Month(n("month", 1, 12)), n("day", 1, 31), 0, 0, 0, 0, time.UTC)}
	o.Bymonth = rapid.SliceOfN(rapid.IntRange(1, 12), 0, 2).Draw(t, "months")
	if rapid.Bool().Draw(t, "by day of the month") {
		o.Bymonthday = rapid.SliceOfN(rapid.IntRange(-31, 31).Filter(func(n int) bool { return n != 0 }), 1, 3).Draw(t, "days")
	}
	if rapid.Bool().Draw(t, "by day of the week") {
		w := rrule.MO
		o.Byweekday = []rrule.Weekday{w.Nth(n("nth", -6, 6))}
	}
	return o
}

// A rule that is let pass comes up within a hundred years, so that the library
// never searches for ever, and on the days that a look at each day of those years finds.
func TestRulesThatPassComeUp(t *testing.T) {
	passed := 0
	rapid.Check(t, func(t *rapid.T) {
		o := drawnRule(t)
		if !comesUp(o) {
			return
		}
		passed++
		rule, err := rrule.NewRRule(*o)
		if err != nil {
			t.Fatal(err)
		}
		first, ok := rule.Iterator()()
		if !ok || first.Year() > o.Dtstart.Year()+100 {
			t.Fatalf("%s from %s first comes up on %v", o, o.Dtstart.Format(time.DateOnly), first)
		}
		if want := firstByHand(o); !first.Equal(want) {
			t.Fatalf("%s: the library says %v, a look at each day %v", o, first, want)
		}
	})
	if passed == 0 {
		t.Error("no rule passed, so nothing was shown")
	}
}

// firstByHand is the first day of a yearly rule, found by looking at each day.
func firstByHand(o *rrule.ROption) time.Time {
	months, days := o.Bymonth, o.Bymonthday
	if len(days) == 0 && len(o.Byweekday) == 0 {
		if len(months) == 0 {
			months = []int{int(o.Dtstart.Month())}
		}
		days = []int{o.Dtstart.Day()}
	}
	for t := o.Dtstart; ; t = t.AddDate(0, 0, 1) {
		if (t.Year()-o.Dtstart.Year())%max(o.Interval, 1) != 0 {
			continue
		}
		last := time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
		if in(months, int(t.Month()), 0) && in(days, t.Day(), t.Day()-last-1) && weekdayFits(o, t, last) {
			return t
		}
	}
}

func in(list []int, n, back int) bool {
	for _, x := range list {
		if x == n || back != 0 && x == back {
			return true
		}
	}
	return len(list) == 0
}

func weekdayFits(o *rrule.ROption, t time.Time, last int) bool {
	for _, w := range o.Byweekday {
		if (int(t.Weekday())+6)%7 != w.Day() {
			continue
		}
		if n := w.N(); n == 0 || n == (t.Day()-1)/7+1 || n == -((last-t.Day())/7+1) {
			return true
		}
	}
	return len(o.Byweekday) == 0
}

// Whatever a file says, reading it ends, gives dates of the span in order, each
// once, and the same again; what is refused names a line of the file and shows
// nothing that stands there.
func FuzzRead(f *testing.F) {
	for _, file := range samples(f) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, seed := range []string{
		calendar(holiday("DTSTART;VALUE=DATE")), calendar(holiday(`DTSTART;TZID="a"b:20261001`)), calendar(holiday(start, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")),
		calendar(holiday(start, "RRULE:FREQ=YEARLY;BYDAY=5MO;BYMONTH=2", "SUMMARY:调休")), calendar(holiday(start, "DURATION:P1W")), calendar("BEGIN:VTIMEZONE", "BEGIN:STANDARD", "RRULE:FREQ=YEARLY", "END:STANDARD", "END:VTIMEZONE"),
		calendar(holiday("DTSTART:20261001T000000Z", "DTEND:20261002T000000Z", "SUMMARY:marked-7c1f 休")), "\ufeff" + calendar(holiday("DTSTART\r\n ;VALUE=DATE:2026\r\n\t1001")),
	} {
		f.Add([]byte(seed))
	}
	span := years(2026, 2027)
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Read(data, span)
		if err != nil {
			var faults Faults
			if !errors.As(err, &faults) || len(faults) == 0 || len(faults) > maxFaults {
				t.Fatalf("got %v", err)
			}
			for _, x := range faults {
				if x.Line < 1 || x.Line > strings.Count(string(data), "\n")+1 || x.Message == "" || x.Fix == "" || strings.Contains(x.Message, "marked-7c1f") {
					t.Errorf("got %+v", x)
				}
			}
			return
		}
		before := ""
		for _, d := range c.Days {
			if d.Date <= before || d.Date < "2026-01-01" || d.Date > "2027-12-31" || d.Line < 1 || len(d.Name) > 4*maxName {
				t.Errorf("got %+v behind %s", d, before)
			}
			before = d.Date
		}
		if again, _ := Read(data, span); cmp.Diff(c, again) != "" {
			t.Error("reading twice gives two answers")
		}
	})
}

func BenchmarkRead(b *testing.B) {
	data, err := os.ReadFile("testdata/apple-cn.ics")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(data, years(2026, 2027)); err != nil {
			b.Fatal(err)
		}
	}
}
