package decide_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// refused checks that a playbook is refused with a fault whose text begins so.
func refused(t *testing.T, text, want string) {
	t.Helper()
	b, err := decide.Compile(parse(t, text), 1)
	if err == nil || b != nil {
		t.Errorf("got no error, want %q\n%s", want, text)
		return
	}
	for _, f := range decide.Faults(err) {
		if strings.HasPrefix((&decide.Fault{Fault: f}).Error(), want) && f.Fix != "" {
			return
		}
	}
	t.Errorf("got %v, want %q", err, want)
}

func TestCompileRefuses(t *testing.T) {
	filter := func(s string) string { return shop + `, ` + filters(s) + `}` }
	calendar := func(s string) string {
		return `{"languages": ["en"], "hours": [{"id": "c", ` + s + `}]}`
	}
	zone := `"time_zone": "UTC", `
	for _, c := range []struct{ name, playbook, want string }{
		{"no language", `{}`, "languages: there is no language"},
		{"two conditions in one", filter(`{"when": {"contains": ["x"], "type": ["text"]}}`), "filters[0].when: there is more than one condition: contains, type"},
		{"a fault deep inside", filter(`{"when": {"all": [{"exact": ["x"]}, {"any": [{"not": {"regex": "*"}}]}]}}`), "filters[0].when.all[1].any[0].not.regex: "},
		{"a fault in a filter that is off", filter(`{"off": true, "when": {"regex": "["}}`), "filters[0].when.regex: "},
		{"empty exact list", filter(`{"when": {"exact": []}}`), "filters[0].when.exact: the list is empty"},
		{"one empty phrase", filter(`{"when": {"contains": ["x", " "]}}`), "filters[0].when.contains[1]: the phrase is empty"},
		{"unknown calendar in a condition", filter(`{"when": {"hours": {"calendar": "x", "is": "open"}}}`), `filters[0].when.hours.calendar: there is no calendar "x"`},
		{"negative cooldown", filter(`{"when": {"exact": ["x"]}, "cooldown": "-1m"}`), "filters[0].cooldown: "},
		{"unknown template", filter(`{"when": {"exact": ["x"]}, "then": {"reply": "x"}}`), `filters[0].then.reply: there is no template "x"`},
		{"unknown team", filter(`{"when": {"exact": ["x"]}, "then": {"assign": "x"}}`), `filters[0].then.assign: there is no team "x"`},
		{"unknown template of a moment", shop + `, "welcome": {"reply": "x"}}`, `welcome.reply: there is no template "x"`},
		{"unknown team of a moment", shop + `, "fallback": {"assign": "x"}}`, `fallback.assign: there is no team "x"`},
		{"away without a calendar", shop + `, "away": {"reply": "closed"}}`, `away.calendar: there is no calendar ""`},
		{"unknown time zone", calendar(`"time_zone": "Asia/Shanghigh"`), `hours[0].time_zone: "Asia/Shanghigh" is no time zone`},
		{"no time zone", calendar(`"weekly": {}`), `hours[0].time_zone: "" is no time zone`},
		{"the machine's own time zone", calendar(`"time_zone": "Local"`), `hours[0].time_zone: "Local" is no time zone`},
		{"unknown day", calendar(zone + `"weekly": {"monday": ["09:00-10:00"]}`), `hours[0].weekly.monday: "monday" is no day of the week`},
		{"a span in words", calendar(zone + `"weekly": {"mon": ["09:00-10:00", "morning"]}`), `hours[0].weekly.mon[1]: "morning" is no span of time`},
		{"a span without its zero", calendar(zone + `"weekly": {"mon": ["9:00-10:00"]}`), `hours[0].weekly.mon[0]: `},
		{"a minute too many", calendar(zone + `"weekly": {"mon": ["09:60-10:00"]}`), `hours[0].weekly.mon[0]: `},
		{"an hour too many", calendar(zone + `"weekly": {"mon": ["09:00-24:01"]}`), `hours[0].weekly.mon[0]: `},
		{"a start at 24:00", calendar(zone + `"weekly": {"mon": ["24:00-02:00"]}`), `hours[0].weekly.mon[0]: `},
		{"an empty span", calendar(zone + `"weekly": {"mon": ["09:00-09:00"]}`), `hours[0].weekly.mon[0]: `},
		{"a sign in a span", calendar(zone + `"weekly": {"mon": ["+9:00-10:00"]}`), `hours[0].weekly.mon[0]: `},
		{"a date that does not exist", calendar(zone + `"exceptions": [{"date": "2026-02-30"}]`), `hours[0].exceptions[0].date: "2026-02-30" is no date`},
		{"a date twice", calendar(zone + `"exceptions": [{"date": "2026-02-03"}, {"date": "2026-02-03"}]`), `hours[0].exceptions[1].date: 2026-02-03 has two exceptions`},
		{"a span in an exception", calendar(zone + `"exceptions": [{"date": "2026-02-03", "spans": ["x"]}]`), `hours[0].exceptions[0].spans[0]: "x" is no span of time`},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, c.playbook, c.want) })
	}
}

func TestCompileReportsEveryFaultAtOnce(t *testing.T) {
	p := parse(t, `{"filters": [{"when": {}}, {"when": {"regex": "("}, "then": {"reply": "x"}}]}`)
	_, err := decide.Compile(p, 1)
	var paths []string
	for _, f := range decide.Faults(err) {
		paths = append(paths, f.Path)
	}
	want := []string{"languages", "filters[0].when", "filters[1].when.regex", "filters[1].then.reply"}
	if !slices.Equal(paths, want) {
		t.Errorf("got %v, want %v", paths, want)
	}
	if decide.Faults(errors.New("another error")) != nil {
		t.Error("got faults of an error that has none")
	}
}

func TestBookKnowsWhatItWasMadeOf(t *testing.T) {
	p := parse(t, shop+"}")
	b, err := decide.Compile(p, 12)
	if err != nil || b.Version() != 12 || b.Playbook() != p {
		t.Errorf("got version %d, playbook %p, error %v; want 12, %p", b.Version(), b.Playbook(), err, p)
	}
}

func FuzzCompile(f *testing.F) {
	f.Add(shop+`}`, "hi")
	f.Add(shop+`, "filters": [{"id": "f", "when": {"all": [{"regex": "a|b+|價{2}"}, {"not": {"exact": ["x"]}}]}, "then": {"reply": "price"}}]}`, "ab")
	f.Add(shop+`, "away": {"reply": "closed", "calendar": "shop"}, "filters": [{"when": {"first_contact": true}}]}`, "价")
	f.Fuzz(func(t *testing.T, text, says string) {
		p := new(playbook.Playbook)
		if json.Unmarshal([]byte(text), p) != nil {
			return
		}
		b, err := decide.Compile(p, 1)
		if err != nil {
			return
		}
		m := message.Inbound{Type: "text", Text: says}
		d := decide.Decide(b, conversation.Head{}, m, monday)
		spoken := d.Reply == "" && d.Language == "" || d.Reply != "" && slices.Contains(append(p.Languages, ""), d.Language)
		if d.Outcome == "" || !spoken {
			t.Errorf("got %+v, want an outcome, and a reply in a language of the playbook", d)
		}
		decide.Explain(b, conversation.Head{}, m, monday)
	})
}
