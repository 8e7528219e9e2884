package holidays

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontdesk/shared/ical"
	"frontdesk/shared/playbook"
)

var update = flag.Bool("update", false, "write the golden files anew")

// of2026 asks for the year in China, with the usual hours for make-up workdays.
func of2026(t testing.TB) Options {
	t.Helper()
	china, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return Options{Work: []string{"09:00-12:00", "13:00-18:00"},
		Span: ical.Span{From: time.Date(2026, 1, 1, 0, 0, 0, 0, china), To: time.Date(2026, 12, 31, 0, 0, 0, 0, china)}}
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func printed(all []playbook.Exception) string {
	var b strings.Builder
	for _, e := range all {
		fmt.Fprintf(&b, "%s %s %s\n", e.Date, open(e), e.Name)
	}
	return b.String()
}

func open(e playbook.Exception) string {
	if len(e.Spans) == 0 {
		return "closed"
	}
	return "open " + strings.Join(e.Spans, ", ")
}

// The days of 2026 (State Council, notice of 2025-11-04): 33 days off, 6 make-up workdays.
func TestBothKindsOfFileSayTheSame(t *testing.T) {
	fromJSON, problems := Read(sample(t, "sample-2026.json"), of2026(t))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if *update {
		if err := os.WriteFile("testdata/sample-2026.txt", []byte(printed(fromJSON.Exceptions)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(sample(t, "sample-2026.txt")), printed(fromJSON.Exceptions)); diff != "" {
		t.Errorf("the JSON file (-want +got):\n%s", diff)
	}
	fromICS, problems := Read(sample(t, "sample-2026.ics"), of2026(t))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	nameless := func(all []playbook.Exception) []playbook.Exception {
		all = slices.Clone(all)
		for i := range all {
			all[i].Name = ""
		}
		return all
	}
	if diff := cmp.Diff(nameless(fromJSON.Exceptions), nameless(fromICS.Exceptions)); diff != "" {
		t.Errorf("the two files differ (-JSON +iCal):\n%s", diff)
	}
	closed := 0
	for _, e := range fromJSON.Exceptions {
		if len(e.Spans) == 0 {
			closed++
		}
	}
	if closed != 33 || len(fromJSON.Exceptions) != 39 {
		t.Errorf("got %d closed of %d, want 33 of 39", closed, len(fromJSON.Exceptions))
	}
}

func TestOnlyTheSpanIsTaken(t *testing.T) {
	o := of2026(t)
	o.Span.From, o.Span.To = time.Date(2026, 10, 7, 23, 0, 0, 0, time.UTC), time.Date(2026, 10, 10, 0, 0, 0, 0, time.UTC)
	for _, file := range []string{"sample-2026.json", "sample-2026.ics"} {
		got, problems := Read(sample(t, file), o)
		if len(problems) > 0 || len(got.Exceptions) != 2 || got.Exceptions[0].Date != "2026-10-07" || got.Exceptions[1].Date != "2026-10-10" {
			t.Errorf("%s: got %+v, %v, want the 7th and the 10th", file, got, problems)
		}
	}
}

// Times in UTC are those of the calendar's zone; whole days that are written as midnights of
// UTC are the days that they name.
func TestZones(t *testing.T) {
	event := func(start, end string) []byte {
		return []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:国庆节（休）\r\nDTSTART" + start + "\r\nDTEND" + end + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
	}
	two := []string{"2026-10-01", "2026-10-02"}
	for name, c := range map[string]struct {
		file []byte
		want []string
	}{
		"dates":                       {event(";VALUE=DATE:20261001", ";VALUE=DATE:20261003"), two},
		"midnights of the wall clock": {event(";TZID=Asia/Shanghai:20261001T000000", ";TZID=Asia/Shanghai:20261003T000000"), two},
		"midnights of China, in UTC":  {event(":20260930T160000Z", ":20261002T160000Z"), two},
		"midnights of UTC":            {event(":20261001T000000Z", ":20261003T000000Z"), two},
		"a party":                     {event(":20261001T100000Z", ":20261001T120000Z"), nil},
	} {
		found, problems := Read(c.file, of2026(t))
		var got []string
		for _, e := range found.Exceptions {
			got = append(got, e.Date)
		}
		if diff := cmp.Diff(c.want, got); diff != "" || len(problems) > 0 {
			t.Errorf("%s: %v (-want +got):\n%s", name, problems, diff)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	list := func(days ...string) string {
		return "{\"year\": 2026,\n\"days\": [\n" + strings.Join(days, ",\n") + "\n]}"
	}
	const national = `{"name": "国庆节", "date": "2026-10-01", "isOffDay": true}`
	for name, c := range map[string]struct {
		file    string
		line    int
		message string
	}{
		"nothing":                        {"", 1, "not an iCalendar file"},
		"a web page":                     {"<!DOCTYPE html>", 1, "not an iCalendar file"},
		"a year not announced yet":       {`{"year": 2027, "days": []}`, 1, "has no days"},
		"another JSON file":              {`{"name": "x"}`, 1, "has no days"},
		"a list alone":                   {`[` + national + `]`, 1, "cannot be read as JSON"},
		"days that are no list":          {`{"days": {"2026-10-01": true}}`, 1, "cannot be read as JSON"},
		"a file that is cut off":         {list(national)[:70], 3, "cannot be read as JSON"},
		"something behind it":            {list(national) + "\n{}", 5, "cannot be read as JSON"},
		"a day in words":                 {list(national, `"2026-10-02"`), 4, "day cannot be read"},
		"a date that is a number":        {list(`{"date": 20261001, "isOffDay": true}`), 3, "day cannot be read"},
		"off or not in words":            {list(national, `{"date": "2026-10-02", "isOffDay": "yes"}`), 4, "day cannot be read"},
		"not said":                       {list(national, `{"date": "2026-10-02"}`), 4, "whether 2026-10-02 is a day off"},
		"a date that does not exist":     {list(`{"date": "2026-02-30", "isOffDay": true}`), 3, "date cannot be read"},
		"a date in another form":         {list(national, `{"date": "2026/10/02", "isOffDay": true}`), 4, "date cannot be read"},
		"a year far ahead":               {list(`{"date": "9999-10-02", "isOffDay": true}`), 3, "date cannot be read"},
		"off and not":                    {list(national, `{"date": "2026-10-01", "isOffDay": false}`), 4, "a day off and a workday (the other is in line 3)"},
		"more days than a file can have": {list(slices.Repeat([]string{national}, maxDays+1)...), maxDays + 3, "more than 5000 days"},
		"larger than a file can be":      {"{" + strings.Repeat(" ", ical.MaxSize) + "}", 0, "larger than 4 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			found, problems := Read([]byte(c.file), of2026(t))
			if len(problems) == 0 {
				t.Fatalf("got %+v, want it refused", found)
			}
			if p := problems[0]; p.Line != c.line || !strings.Contains(p.Message, c.message) || p.Fix == "" {
				t.Errorf("got line %d: %s %s, want line %d: %s", p.Line, p.Message, p.Fix, c.line, c.message)
			}
		})
	}
}

func TestTheSpanOfAnICalFileIsBounded(t *testing.T) {
	o := of2026(t)
	o.Span.To = o.Span.To.AddDate(10, 0, 0)
	_, problems := Read(sample(t, "sample-2026.ics"), o)
	if len(problems) != 1 || !strings.Contains(problems.Error(), "the span must have") {
		t.Errorf("got %v", problems)
	}
}

// A make-up workday without hours would be a closed day.
func TestMakeUpWorkdaysNeedHours(t *testing.T) {
	o := of2026(t)
	o.Work = nil
	for _, file := range []string{"sample-2026.json", "sample-2026.ics"} {
		_, problems := Read(sample(t, file), o)
		if len(problems) != 1 || !problems[0].NoHours || problems[0].Line == 0 || !strings.Contains(problems.Error(), "2026-01-04 is a make-up workday") {
			t.Errorf("%s: got %v", file, problems)
		}
	}
	o.Span.From = time.Date(2026, 10, 11, 0, 0, 0, 0, time.UTC)
	if _, problems := Read(sample(t, "sample-2026.json"), o); len(problems) > 0 {
		t.Errorf("got %v for a span without any", problems)
	}
}

func TestWhatOnlyHasANameIsPassedOver(t *testing.T) {
	file := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
	for _, e := range [][2]string{{"20260214", "情人节"}, {"20260215", "春节（休）"}, {"20260308", "妇女节"}, {"20260309", "妇女节"}} {
		file += "BEGIN:VEVENT\r\nSUMMARY:" + e[1] + "\r\nDTSTART;VALUE=DATE:" + e[0] + "\r\nEND:VEVENT\r\n"
	}
	got, problems := Read([]byte(file+"END:VCALENDAR\r\n"), of2026(t))
	if diff := cmp.Diff([]string{"情人节", "妇女节"}, got.Passed); diff != "" || len(problems) > 0 || len(got.Exceptions) != 1 {
		t.Errorf("%v, %+v (-want +got):\n%s", problems, got, diff)
	}
}

func on(date, name string, spans ...string) playbook.Exception {
	return playbook.Exception{Date: date, Name: name, Spans: spans}
}

func TestMerge(t *testing.T) {
	have := append(make([]playbook.Exception, 0, 8), // with room, so that appending to it would write into it
		on("2026-10-03", "Our fair", "10:00-14:00"), on("2026-10-02", "National Day"), on("2026-10-10", "Saturday", "09:00-18:00"))
	found := []playbook.Exception{on("2026-10-01", "国庆节"), on("2026-10-02", "国庆节"), on("2026-10-03", "国庆节"), on("2026-10-10", "国庆节", "09:00-18:00")}
	before := slices.Clone(have)
	for _, c := range []struct {
		name    string
		replace bool
		third   playbook.Exception
		did     Did
	}{
		{"what people wrote stands", false, on("2026-10-03", "Our fair", "10:00-14:00"), Kept},
		{"the file is right", true, on("2026-10-03", "国庆节"), Replaced},
	} {
		got, changes := Merge(have, found, c.replace)
		want := []playbook.Exception{on("2026-10-01", "国庆节"), on("2026-10-02", "National Day"), c.third, on("2026-10-10", "Saturday", "09:00-18:00")}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		wantChanges := []Change{{Added, found[0], playbook.Exception{}}, {c.did, found[2], have[0]}}
		if diff := cmp.Diff(wantChanges, changes); diff != "" {
			t.Errorf("%s: changes (-want +got):\n%s", c.name, diff)
		}
		if diff := cmp.Diff(before, have); diff != "" {
			t.Errorf("%s: the list that came in was changed:\n%s", c.name, diff)
		}
	}
}

// Whatever is merged: nothing that was there is lost without replace, every date of the file
// is there afterwards, all is in order, and merging again changes nothing.
func TestMergeLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawn := func(label string) []playbook.Exception {
			dates := rapid.SliceOfNDistinct(rapid.IntRange(1, 12), 0, 8, func(n int) int { return n }).Draw(t, label)
			var all []playbook.Exception
			for _, n := range dates {
				e := on(fmt.Sprintf("2026-10-%02d", n), label)
				if rapid.Bool().Draw(t, "open") {
					e.Spans = []string{"09:00-18:00"}
				}
				all = append(all, e)
			}
			return all
		}
		have, found, replace := drawn("have"), drawn("found"), rapid.Bool().Draw(t, "replace")
		merged, _ := Merge(have, found, replace)
		if !slices.IsSortedFunc(merged, func(a, b playbook.Exception) int { return strings.Compare(a.Date, b.Date) }) {
			t.Errorf("got %s, want it in order", printed(merged))
		}
		in := func(all []playbook.Exception, date string) int {
			return slices.IndexFunc(all, func(e playbook.Exception) bool { return e.Date == date })
		}
		for _, e := range have {
			if i := in(merged, e.Date); i < 0 || !replace && !cmp.Equal(merged[i], e) {
				t.Errorf("%s was lost", e.Date)
			}
		}
		for _, e := range found {
			if i := in(merged, e.Date); i < 0 || replace && !slices.Equal(merged[i].Spans, e.Spans) {
				t.Errorf("%s of the file is not there", e.Date)
			}
		}
		again, _ := Merge(merged, found, replace)
		if diff := cmp.Diff(merged, again); diff != "" {
			t.Errorf("merging again changes:\n%s", diff)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(sample(f, "sample-2026.json"))
	f.Add(sample(f, "sample-2026.ics"))
	for _, seed := range []string{
		`{"days":[]}`, "\ufeff" + ` {"days":[{"date":"2026-10-01","isOffDay":true,"name":"a\n\u0000b"}]}`, `{"days":[{"date":"2026-10-01","isOffDay":null}]}`,
		`{"days":[[]],"days":[{"Date":"2026-10-01","ISOFFDAY":false}]}`, `{"days":null}`, `{"x":{"days":[1]}}`, `{"days":[{"date":"2026-10-01","isOffDay":true}`, `{"a":1}}`, `[`,
	} {
		f.Add([]byte(seed))
	}
	o := of2026(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		found, problems := Read(data, o)
		if len(problems) > maxProblems || len(problems) > 0 && len(found.Exceptions) > 0 {
			t.Fatalf("got %d problems and %d dates", len(problems), len(found.Exceptions))
		}
		for _, p := range problems {
			if p.Line < 0 || p.Line > strings.Count(string(data), "\n")+1 || p.Message == "" || p.Fix == "" {
				t.Errorf("got %+v", p)
			}
		}
		before := ""
		for _, e := range found.Exceptions {
			if e.Date <= before || e.Date < "2026-01-01" || e.Date > "2026-12-31" || strings.ContainsAny(e.Name, "\n\r") || len(e.Spans) != 0 && len(e.Spans) != 2 {
				t.Errorf("got %+v behind %s", e, before)
			}
			before = e.Date
		}
	})
}

func BenchmarkReadJSON(b *testing.B) {
	data, o := sample(b, "sample-2026.json"), of2026(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if found, problems := Read(data, o); len(problems) > 0 || len(found.Exceptions) != 39 {
			b.Fatal(problems)
		}
	}
}
