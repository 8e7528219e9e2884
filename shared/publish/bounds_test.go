package publish

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/decide"
	"frontdesk/shared/playbook"
)

// allocated is how many bytes fn asks for, whatever is given back meanwhile: the least of
// three times, because the runtime asks for some itself now and then.
func allocated(fn func()) int {
	once := func() int {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		fn()
		runtime.ReadMemStats(&after)
		return int(after.TotalAlloc - before.TotalAlloc)
	}
	return min(once(), once(), once())
}

const mega = 1 << 20

// A file that is no playbook is refused for little more memory than it has itself.
func TestLoadRefusesCheaply(t *testing.T) {
	for name, c := range map[string]struct {
		data, message string
		most          int // bytes
	}{
		"50 MB":                             {`{"languages": ["` + strings.Repeat("a", 50*mega) + `"]}`, "larger than 10 MB", 1 << 10},
		"100,000 lists in an unknown field": {`{"x": ` + strings.Repeat("[", 100_000), "nested too deeply", mega / 2},
		"100,000 objects":                   {strings.Repeat(`{"a":`, 100_000), "nested too deeply", mega / 2},
		"100,000 lists for an object":       {strings.Repeat("[", 100_000), "nested too deeply", mega / 2},
		"100,000 conditions":                {`{"filters": [{"when": ` + strings.Repeat(`{"not": `, 100_000), "nested too deeply", mega / 2},
		"ten megabytes of brackets":         {strings.Repeat("[", MaxSize), "nested too deeply", mega / 2},
		"a million unknown fields":          {"{" + strings.Repeat(`"x":1,`, mega) + `"y":1}`, "more faults", 4 * mega},
		"a field with a name of a megabyte": {`{"` + strings.Repeat("n", mega) + `": 1}`, "does not exist", 16 * mega},
	} {
		t.Run(name, func(t *testing.T) {
			var faults []playbook.Fault
			data := []byte(c.data)
			cost := allocated(func() { _, faults = Load(data) })
			if len(faults) == 0 || !strings.Contains(faults[len(faults)-1].Message, c.message) && !strings.Contains(faults[0].Message, c.message) {
				t.Fatalf("got %+v, want %q", faults[:min(len(faults), 3)], c.message)
			}
			for _, f := range faults {
				if len(f.Path)+len(f.Message)+len(f.Fix) > 2_000 {
					t.Errorf("a fault of %d bytes: %.200s", len(f.Path)+len(f.Message)+len(f.Fix), f.Path)
				}
			}
			if cost > c.most {
				t.Errorf("it took %d KB, want at most %d", cost>>10, c.most>>10)
			}
		})
	}
}

// huge changes one thing of a playbook that may go live.
func huge(t *testing.T, change func(*playbook.Playbook)) playbook.Playbook {
	p := with(t, "{}")
	change(&p)
	return p
}

func times[T any](n int, x T) []T {
	list := make([]T, n)
	for i := range list {
		list[i] = x
	}
	return list
}

func TestAPlaybookBeyondTheBoundsIsRefused(t *testing.T) {
	long := strings.Repeat("n", mega)
	filter := func(p *playbook.Playbook) *playbook.Filter { return &p.Filters[0] }
	for name, c := range map[string]struct {
		change        func(*playbook.Playbook)
		path, message string
	}{
		"100,000 filters":                  {func(p *playbook.Playbook) { p.Filters = times(100_000, p.Filters[0]) }, "filters", "There are 100000, and at most 10000 fit."},
		"100,000 templates":                {func(p *playbook.Playbook) { p.Templates = times(100_000, p.Templates[0]) }, "templates", "There are 100000, and at most 2000 fit."},
		"100,000 languages":                {func(p *playbook.Playbook) { p.Languages = times(100_000, "en") }, "languages", "There are 100000"},
		"100,000 examples":                 {func(p *playbook.Playbook) { p.Examples = times(100_000, playbook.Example{}) }, "examples", "There are 100000, and at most 2000 fit."},
		"1,000 examples of 10,000 filters": {func(p *playbook.Playbook) { *p = large(10_000, 10); p.Examples = times(1_000, playbook.Example{}) }, "examples", "There are 1000, and at most 500 fit."},
		"a million phrases":                {func(p *playbook.Playbook) { filter(p).When.Contains = times(mega, "price") }, "filters", "There are 1048576 phrases"},
		"100,000 conditions": {func(p *playbook.Playbook) {
			filter(p).When = playbook.Condition{Any: times(100_000, playbook.Condition{})}
		}, "filters", "There are 100001 conditions"},
		"100,000 tags":     {func(p *playbook.Playbook) { filter(p).Then.Tag = times(100_000, "tea") }, "filters[0].then.tag", "There are 100000"},
		"100,000 variants": {func(p *playbook.Playbook) { p.Templates[0].Variants = times(100_000, p.Templates[0].Variants[0]) }, "templates[0].variants", "There are 100000"},
		"100,000 rows": {func(p *playbook.Playbook) {
			p.Templates[0].Variants[0].Sections = []playbook.Section{{Rows: times(100_000, playbook.Choice{})}}
		}, "templates[0].variants[0].sections[0].rows", "There are 100000"},
		"100,000 exceptions":             {func(p *playbook.Playbook) { p.Hours[0].Exceptions = times(100_000, playbook.Exception{}) }, "hours[0].exceptions", "There are 100000"},
		"a day of 100,000 spans":         {func(p *playbook.Playbook) { p.Hours[0].Weekly["mon"] = times(100_000, "09:00-10:00") }, "hours[0].weekly.mon", "There are 100000"},
		"an id of a megabyte":            {func(p *playbook.Playbook) { filter(p).ID = long }, "filters[0].id", "is not a usable id."},
		"a name of a megabyte":           {func(p *playbook.Playbook) { p.Teams[0].Name = long }, "teams[0].name", "The name is longer than 200 characters."},
		"a reply of a megabyte":          {func(p *playbook.Playbook) { filter(p).Then.Reply = long }, "filters[0].then.reply", "There is no template with the id"},
		"a language of a megabyte":       {func(p *playbook.Playbook) { p.Languages[0] = long }, "languages[0]", "is not a language."},
		"a time zone of a megabyte":      {func(p *playbook.Playbook) { p.Hours[0].TimeZone = long }, "hours[0].time_zone", "is not a time zone."},
		"a phrase of a megabyte":         {func(p *playbook.Playbook) { filter(p).When.Contains[0] = long }, "filters[0].when.contains[0]", "The phrase is longer than 500 characters"},
		"a text of ten megabytes":        {func(p *playbook.Playbook) { p.Templates[0].Variants[0].Text = strings.Repeat("{{x}}", 2*mega) }, "templates[0].variants[0].text", "characters"},
		"a pattern of 10,000 characters": {func(p *playbook.Playbook) { filter(p).When = playbook.Condition{Regex: strings.Repeat("a", 10_000)} }, "filters[0].when.regex", "The pattern is longer than 1,000 characters."},
		"a pattern of 100,000 steps":     {func(p *playbook.Playbook) { filter(p).When = playbook.Condition{Regex: strings.Repeat(".{1000}", 100)} }, "filters[0].when.regex", "The pattern has more than 2,500 steps once its counts are unrolled."},
		"patterns of 100,000 steps together": {func(p *playbook.Playbook) {
			p.Filters = times(60, playbook.Filter{ID: "a", When: playbook.Condition{Regex: "a.{2000}b"}, Then: p.Filters[0].Then})
			for i := range p.Filters {
				p.Filters[i].ID, p.Filters[i].When.Regex = fmt.Sprint("f", i), fmt.Sprintf("a.{900}b%d", i)
			}
		}, "filters[55].when.regex", "The patterns of all filters have more than 50,000 steps up to here."},
	} {
		t.Run(name, func(t *testing.T) {
			p := huge(t, c.change)
			var faults []playbook.Fault
			cost := allocated(func() { faults = Check(p, channels(), noon) })
			found := false
			for _, f := range faults {
				found = found || f.Path == c.path && strings.Contains(f.Message, c.message) && f.Fix != ""
				if len(f.Message) > 1_000 {
					t.Errorf("%s: a message of %d bytes", f.Path, len(f.Message))
				}
			}
			if !found {
				t.Errorf("got %+v, want %s: %s", faults[:min(len(faults), 3)], c.path, c.message)
			}
			if cost > 32*mega {
				t.Errorf("it took %d KB", cost>>10)
			}
		})
	}
}

// Fifteen hundred slips give the first thousand, and a guess for the first hundred.
func TestFaultsAreBounded(t *testing.T) {
	p := large(1_500, 200)
	for i := range p.Filters {
		p.Filters[i].Then.Reply += "x"
	}
	faults := Check(p, channels(), noon)
	if len(faults) != maxFaults+1 || faults[maxFaults] != moreFaults() {
		t.Errorf("got %d faults, the last: %+v", len(faults), faults[len(faults)-1])
	}
	guesses := 0
	for _, f := range faults {
		if strings.HasPrefix(f.Fix, "Did you mean") {
			guesses++
		}
	}
	if guesses != maxSuggestions {
		t.Errorf("got %d guesses, want %d", guesses, maxSuggestions)
	}
}

// The largest playbook is within the bounds.
func TestThePlaybookAtTheBounds(t *testing.T) {
	p := large(maxFilters, maxTemplates)
	p.Examples = times(maxTried/maxFilters, playbook.Example{Message: playbook.Sample{Text: "question 09999"}, Expect: playbook.Expect{Filter: "f9999"}})
	c := newChecker(&p, channels())
	if c.bounds(); len(c.faults) > 0 {
		t.Errorf("got %+v", c.faults[0])
	}
	p = large(1_000, 100)
	p.Examples = times(1_000, playbook.Example{Message: playbook.Sample{Text: "question 00999"}, Expect: playbook.Expect{Filter: "f999"}})
	if faults := Check(p, channels(), noon); len(faults) > 0 {
		t.Errorf("got %+v", faults[0])
	}
}

// A span that publishing lets pass is one that deciding reads, and the other way round.
func FuzzSpan(f *testing.F) {
	for _, seed := range []string{"09:00-18:00", "22:00-02:00", "00:00-24:00", "14:00-00:30", "24:00-02:00", "9:00-10:00", "09:00-09:00", "+9:00-10:00", "09:60-10:00", "09:00–18:00", "09:00-18:00-19:00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := playbook.Playbook{Languages: []string{"en"}, Hours: []playbook.Calendar{{ID: "c", TimeZone: "UTC", Weekly: map[string][]string{"wed": {text}}}}}
		s, ok := parseSpan(text)
		book, err := decide.Compile(&p, 1)
		if ok != (err == nil) {
			t.Fatalf("publishing says %v and deciding %v", ok, err)
		}
		if !ok {
			return
		}
		if s.from < 0 || s.from >= day || s.to <= s.from || s.to > 2*day {
			t.Errorf("got %d to %d", s.from, s.to)
		}
		midnight := time.Date(2026, 11, 18, 0, 0, 0, 0, time.UTC) // a Wednesday
		if open := book.OpenTime("c", midnight, midnight.AddDate(0, 0, 3)); open != time.Duration(s.to-s.from)*time.Minute {
			t.Errorf("open for %v, want %d minutes", open, s.to-s.from)
		}
	})
}

// Whatever is checked, a fault names a place that can be shown.
func TestFaultsOfHugeKeysAreShort(t *testing.T) {
	data := bytes.Repeat([]byte("长"), mega)
	_, faults := Load(fmt.Appendf(nil, `{"hours": [{"weekly": {%q: 1}}], %q: 1}`, data, data))
	for _, f := range faults {
		if len(f.Path) > 500 || len(f.Message) > 500 {
			t.Errorf("a path of %d bytes, a message of %d", len(f.Path), len(f.Message))
		}
	}
	if len(faults) != 2 {
		t.Errorf("got %d faults, want 2", len(faults))
	}
}
