package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontdesk/shared/playbook"
	"frontdesk/shared/publish"
)

const demoBook = "../../shared/demo/playbook.json"

// there and back: a playbook as YAML, read again.
func thereAndBack(t interface {
	Helper()
	Fatalf(string, ...any)
}, raw []byte) (text, back []byte) {
	t.Helper()
	text, err := toYAML(raw)
	if err != nil {
		t.Fatalf("write %s: %v", raw, err)
	}
	back, _, faults := fromYAML(text)
	if len(faults) > 0 {
		t.Fatalf("got %+v of\n%s", faults, text)
	}
	return text, back
}

// compact is JSON without what does not matter.
func compact(t *testing.T, raw []byte) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, raw); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return b.String()
}

// How the demo's playbook reads as YAML, and that it comes back as it is.
func TestTheDemoAsYAML(t *testing.T) {
	raw, err := os.ReadFile(demoBook)
	if err != nil {
		t.Fatal(err)
	}
	text, back := thereAndBack(t, raw)
	golden := filepath.Join("testdata", "demo.yaml")
	if *updateGolden {
		if err := os.WriteFile(golden, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(text)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
	p, faults := publish.Load(back)
	before, _ := publish.Load(raw)
	if diff := cmp.Diff(before, p); diff != "" || len(faults) > 0 {
		t.Errorf("it came back changed, with %+v (-before +after):\n%s", faults, diff)
	}
}

// A playbook with everything that WeCom adds comes back as it is.
func TestWhatWeComAddsComesBackFromYAML(t *testing.T) {
	raw, err := os.ReadFile("../../shared/publish/testdata/shapes.json")
	if err != nil {
		t.Fatal(err)
	}
	text, back := thereAndBack(t, raw)
	var before, after any
	if err := errors.Join(json.Unmarshal(raw, &before), json.Unmarshal(back, &after)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("it came back changed (-before +after):\n%s\n%s", diff, text)
	}
	for _, line := range []string{"        only: [wecom_app, wecom_bot]\n", "menus:\n  - channel: app-main\n", "\nsurvey: {ask: rate, thanks: thanks}\n", "  - \"on\": [hand_off, failed]\n", "    servicers: [zhang, li]"} {
		if !strings.Contains(string(text), line) {
			t.Errorf("the YAML has no %q:\n%s", line, text)
		}
	}
}

// someText draws texts as people write them, and as nobody does.
func someText() *rapid.Generator[string] {
	part := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"no", "on", "~", "null", "1", "1e3", "0x1F", "0o17", "10:30", "2026-10-01", "3.", ".5", "-", "- a", "? a", "a: b", "a:", ": a", "# a", " # a", "&a", "*a", "!a", "%a", "@a", "`a`", "|", ">", "[a]", "{a: 1}",
		"\n", "\n\n", " ", "  ", "\t", "\r", "\r\n", "'", `"`, `\`, "---", "...", "<<", "=", "\u00a0", "\u2028", "\u0085", "\ufeff", "\u200d", "👩‍👩‍👧", "\U0001f1e8\U0001f1f3",
		"您好，欢迎来到云叶茶舍！🍵", "{{ contact.name | default: \"friend\" }}", "{% if first_contact %}", "营业时间：10:00", "a, b", "“q”", strings.Repeat("长", 70), strings.Repeat("long ", 20) + ".",
	}))
	return rapid.Map(rapid.SliceOfN(part, 0, 5), func(parts []string) string {
		return strings.ToValidUTF8(strings.Join(parts, ""), "")
	})
}

// someConditions draws the conditions that look at more than the text.
func someConditions(t *rapid.T) []playbook.Condition {
	text := someText()
	texts := rapid.SliceOfN(text, 1, 3)
	number, count := rapid.Float64Range(-1e15, 1e15).Draw(t, "number"), rapid.Int().Draw(t, "count")
	present := rapid.Bool().Draw(t, "present")
	return []playbook.Condition{
		{StartsWith: texts.Draw(t, "starts")}, {EndsWith: texts.Draw(t, "ends")}, {Exact: texts.Draw(t, "exact"), Case: true},
		{Fuzzy: &playbook.FuzzyMatch{Phrases: texts.Draw(t, "like"), Percent: count}},
		{Language: texts.Draw(t, "language")}, {Tags: texts.Draw(t, "tags")}, {Team: texts.Draw(t, "team")}, {Assignee: texts.Draw(t, "agent")},
		{Status: texts.Draw(t, "status")}, {Priority: texts.Draw(t, "priority")}, {StartedBy: texts.Draw(t, "started")}, {Changed: texts.Draw(t, "changed")},
		{Attribute: &playbook.AttributeMatch{Name: text.Draw(t, "attribute"), Is: texts.Draw(t, "is"), Present: &present, Above: &number, Below: &number,
			Before: text.Draw(t, "before"), After: text.Draw(t, "after"), Within: text.Draw(t, "within")}},
		{Since: &playbook.SpanMatch{Above: text.Draw(t, "above"), Below: text.Draw(t, "below")}}, {Count: &playbook.CountMatch{Above: &count, Below: &count}},
	}
}

// someAction draws an action with everything in it.
func someAction(t *rapid.T) playbook.Action {
	text, yes := someText(), rapid.Bool()
	texts := rapid.SliceOfN(text, 1, 3)
	return playbook.Action{
		Reply: text.Draw(t, "reply"), Assign: text.Draw(t, "assign"), Assignee: text.Draw(t, "assignee"), Tag: texts.Draw(t, "tag"), Untag: texts.Draw(t, "untag"),
		Priority: text.Draw(t, "priority"), Status: text.Draw(t, "status"), Note: text.Draw(t, "note"), HandOff: yes.Draw(t, "hand off"),
		Mute: text.Draw(t, "mute"), Block: yes.Draw(t, "block"), Notify: texts.Draw(t, "notify"), Ignore: yes.Draw(t, "ignore"),
		FollowUp: &playbook.FollowUp{After: text.Draw(t, "after"), If: text.Draw(t, "if"), Then: text.Draw(t, "then"), Notify: texts.Draw(t, "tell")},
	}
}

// somePlaybook draws playbooks with every field, right or wrong.
func somePlaybook(t *rapid.T) playbook.Playbook {
	text, yes := someText(), rapid.Bool()
	texts := rapid.SliceOfN(text, 1, 3)
	say := func(label string) string { return text.Draw(t, label) }
	first := yes.Draw(t, "first")
	choices := []playbook.Choice{{ID: say("id"), Title: say("title"), Description: say("description")}}
	return playbook.Playbook{
		Languages: texts.Draw(t, "languages"),
		Templates: []playbook.Template{{ID: say("template"), Name: say("name"), Variants: []playbook.Variant{
			{Language: say("language"), Shape: "buttons", Header: say("header"), Text: say("text"), Footer: say("footer"), Buttons: choices},
			{Shape: "list", Open: say("open"), Sections: []playbook.Section{{Title: say("section"), Rows: choices}}},
			{Only: texts.Draw(t, "only"), Shape: "card", Link: &playbook.Link{URL: say("url"), Label: say("label")}},
			{Shape: "news", Articles: []playbook.Article{{Title: say("article"), Description: say("about"), URL: say("where"), Picture: say("picture")}}},
			{Shape: "approved", Approved: &playbook.Approved{Name: say("approved"), Language: "en", Params: texts.Draw(t, "params")}},
		}}},
		Filters: []playbook.Filter{{ID: say("filter"), Off: yes.Draw(t, "off"), Continue: yes.Draw(t, "continue"), Cooldown: say("cooldown"),
			From: say("from"), Until: say("until"),
			When: playbook.Condition{Any: append(someConditions(t), []playbook.Condition{{Contains: texts.Draw(t, "contains")}, {FirstContact: &first}, {Not: &playbook.Condition{Regex: say("regex")}}}...)},
			Then: someAction(t)}},
		Hours: []playbook.Calendar{{ID: say("calendar"), TimeZone: say("zone"), Weekly: map[string][]string{"mon": texts.Draw(t, "mon")},
			Exceptions: []playbook.Exception{{Date: say("date"), Name: say("day")}, {Date: say("date"), Spans: texts.Draw(t, "spans")}}}},
		Teams: []playbook.Team{{ID: say("team"), Servicers: texts.Draw(t, "servicers")}},
		Menus: []playbook.Menu{{Channel: say("app"), Buttons: []playbook.MenuButton{
			{Name: say("button"), Choice: say("choice")}, {Name: say("more"), Buttons: []playbook.MenuButton{{Name: say("below"), URL: say("page")}}}}}},
		Survey:    &playbook.Survey{Ask: say("ask"), Thanks: say("thanks")},
		Notices:   []playbook.Notice{{On: texts.Draw(t, "on"), Teams: texts.Draw(t, "teams"), To: texts.Draw(t, "to"), Language: say("notice"), Mention: texts.Draw(t, "mention")}},
		Variables: map[string]string{text.Draw(t, "variable"): say("value")},
		Away:      &playbook.Moment{Reply: say("away"), Calendar: say("closed")},
		Examples: []playbook.Example{{Message: playbook.Sample{Text: say("says"), At: say("at"), Since: say("since"), Count: rapid.Int().Draw(t, "count"), Tags: texts.Draw(t, "its tags"),
			Team: say("its team"), Assignee: say("its agent"), Status: say("its status"), Priority: say("its priority"), StartedBy: say("starter"),
			Attributes: map[string]string{say("attribute"): say("value")}, Changed: texts.Draw(t, "changed")}, Expect: playbook.Expect{Filter: say("expect")}}},
	}
}

// Whatever stands in a playbook, written as YAML it comes back the same.
func TestAPlaybookComesBackFromYAML(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := somePlaybook(t)
		raw, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		text, back := thereAndBack(t, raw)
		got, faults := publish.Load(back)
		if diff := cmp.Diff(want, got); diff != "" || len(faults) > 0 {
			t.Fatalf("it came back with %+v (-want +got):\n%s\n%s", faults, diff, text)
		}
	})
}

// What people write by hand, and what is made of it.
func TestYAMLThatPeopleWrite(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"the country with the code no":   {"languages: [no, yes, on, off, y, ~]", `{"languages":["no","yes","on","off","y",null]}`},
		"true and false":                 {"filters:\n- off: true\n- off: false", `{"filters":[{"off":true},{"off":false}]}`},
		"hours and dates":                {"a: [10:00-20:00, 22:30, 2026-10-01]", `{"a":["10:00-20:00","22:30","2026-10-01"]}`},
		"a number":                       {"variables:\n  price: 168\n  half: 0.5\n  hex: 0x1F", `{"variables":{"price":168,"half":0.5,"hex":0}}`},
		"comments":                       {"# ours\nlanguages: [en] # first\n# end", `{"languages":["en"]}`},
		"a block and its last line":      {"a: |\n  one\n   two\n\n  three\nb: |-\n  four", `{"a":"one\n two\n\nthree\n","b":"four"}`},
		"a folded text":                  {"a: >-\n  one\n  two\n\n  three", `{"a":"one two\nthree"}`},
		"a field twice":                  {"a: 1\na: 2", `{"a":1,"a":2}`},
		"a document that says so":        {"---\na: 1\n", `{"a":1}`},
		"an editor of Windows":           {"\ufeffa: |-\r\n  one\r\n  two\r\nb: 1\r\n", `{"a":"one\ntwo","b":1}`},
		"nothing behind a colon":         {"away:\nlanguages: []", `{"away":null,"languages":[]}`},
		"quotation marks":                {`a: ["x: y", 'it''s', "\u8336\n"]`, `{"a":["x: y","it's","茶\n"]}`},
		"Liquid in a text without marks": {"a: Hello {{ contact.name }}", `{"a":"Hello {{ contact.name }}"}`},
	} {
		t.Run(name, func(t *testing.T) {
			raw, _, faults := fromYAML([]byte(c.text))
			if len(faults) > 0 || compact(t, raw) != c.want {
				t.Errorf("got  %s %+v\nwant %s", raw, faults, c.want)
			}
		})
	}
}

func TestYAMLThatIsRefused(t *testing.T) {
	laughs := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'j'; c++ {
		laughs += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
	}
	for name, c := range map[string]struct{ text, path, message string }{
		"a billion laughs":            {laughs, "line 1", "Anchors and aliases"},
		"an alias":                    {"a: 1\nb: *a", "line 2", "Anchors and aliases"},
		"merging":                     {"a:\n  <<: {b: 1}", "line 2", "Anchors and aliases"},
		"a tag":                       {"a: !!binary eA==", "line 1", "Tags"},
		"a directive":                 {"%YAML 1.1\n---\na: 1", "line 1", "Tags"},
		"a key behind a question":     {"? a\n: b", "line 1", "Tags"},
		"a tab for indentation":       {"a:\n\tb: 1", "line 2", "not YAML here"},
		"a colon too many":            {"a: b: c", "line 1", "not YAML here"},
		"a bracket that stays open":   {"a: 1\nb: [1, 2", "line 2", "not YAML here"},
		"an indentation that slips":   {"a:\n    b: 1\n  c: 2", "line 3", "not YAML here"},
		"two playbooks":               {"a: 1\n---\nb: 2", "line", "more than one playbook"},
		"nothing":                     {"", "", "no playbook"},
		"a comment":                   {"# later", "", "no playbook"},
		"another encoding":            {"a: \xb2\xe8", "", "not UTF-8"},
		"50 MB":                       {strings.Repeat("# ", 25<<20), "", "larger than 4 MB"},
		"100,000 brackets":            {"a: " + strings.Repeat("[", 100_000), "line 1", "nested too deeply"},
		"100,000 braces":              {strings.Repeat("{a: ", 100_000), "line 1", "nested too deeply"},
		"100,000 hyphens":             {strings.Repeat("- ", 100_000) + "a", "line 1", "nested too deeply"},
		"100,000 levels by their own": {deep(2_000), "line", "nested too deeply"},
		"a number for a name":         {"1: a", "line 1", "name of a field is not a text"},
	} {
		t.Run(name, func(t *testing.T) {
			raw, _, faults := fromYAML([]byte(c.text))
			if len(faults) == 0 {
				t.Fatalf("got %.200s, want it refused", raw)
			}
			if f := faults[0]; !strings.HasPrefix(f.Path, c.path) || !strings.Contains(f.Message, c.message) || f.Fix == "" {
				t.Errorf("got %+v, want %s: %s", f, c.path, c.message)
			}
		})
	}
}

// deep is a block in a block in a block.
func deep(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

// Texts that are hard to cut into tokens: four times as much of them takes about
// four times the memory, not sixteen times.
func TestReadingYAMLTakesMemoryInProportion(t *testing.T) {
	repeat := func(before, again, after string) func(int) string {
		return func(n int) string { return before + strings.Repeat(again, n/len(again)) + after }
	}
	for name, text := range map[string]func(size int) string{
		"one word":               repeat("a: ", "x", ""),
		"one line of words":      repeat("a: ", "x ", ""),
		"lines of one text":      repeat("a:\n", "  x\n", ""),
		"a block":                repeat("a: |\n", "  x\n", ""),
		"a folded block":         repeat("a: >\n", "  x\n", ""),
		"quotation marks":        repeat(`a: "`, `\"`, `"`),
		"empty lines":            repeat("", "\n", "a: 1"),
		"comments":               repeat("", "# x\n", "a: 1"),
		"fields":                 repeat("", "a: 1\n", ""),
		"fields inside a field":  repeat("b:\n", "  a: 1\n", ""),
		"fields without a value": repeat("", "a: |\n", ""),
		"a list":                 repeat("a:\n", "- x\n", ""),
		"a list of objects":      repeat("a:\n", "- x: 1\n  y: 2\n", ""),
		"a list on one line":     repeat("a: [", "x,", "x]"),
		"an object on one line":  repeat("a: {", "x: 1,", "x: 1}"),
		"closing brackets":       repeat("", "]", ""),
		"opening quotations":     repeat("", "'", ""),
		"colons":                 repeat("", ":", ""),
		"spaces":                 repeat("", " ", "a: 1"),
		"an end that is no end":  repeat("a: ", "---", ""),
	} {
		t.Run(name, func(t *testing.T) {
			small, large := costOfYAML(text(16<<10)), costOfYAML(text(64<<10))
			if large > 8*small && large > 8<<20 {
				t.Errorf("16 KB take %d KB, and 64 KB %d KB", small>>10, large>>10)
			}
			if large > 64<<20 {
				t.Errorf("64 KB take %d MB", large>>20)
			}
		})
	}
}

// costOfYAML is how many bytes reading a text asks for.
func costOfYAML(text string) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fromYAML([]byte(text))
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func FuzzYAML(f *testing.F) {
	demo, err := os.ReadFile(filepath.Join("testdata", "demo.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	for i, part := range strings.Split(string(demo), "\n\n") {
		if i%4 == 0 {
			f.Add([]byte(part))
		}
	}
	for _, seed := range []string{"languages: [no, yes]", "a: |\n  one\n\n  two\n", "a: >-\n one\n two", "a: &x 1\nb: *x", "? a\n: b", "- - - a", "a:\n\tb: 1", "{a: [1, 'x'], \"b\": ~}", "a: !!str 1", "---\na: 1\n...\n---\nb", "a: 0x1F\nb: .inf\nc: 1e400", "# c\na: \"\\u8336\\x41\\U0001F375\"", "<<: {a: 1}", "a: 'it''s'"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		raw, where, faults := fromYAML(data)
		for _, x := range faults {
			if x.Message == "" || x.Fix == "" {
				t.Errorf("a fault without message or fix: %+v", x)
			}
		}
		if len(faults) > 0 {
			return
		}
		if !json.Valid(raw) || len(raw) > 8*len(data)+16 {
			t.Fatalf("got %d bytes of %d: %.300s", len(raw), len(data), raw)
		}
		most := bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r")) + 1
		for path, line := range where {
			if line < 1 || line > most {
				t.Errorf("%s stands in line %d of %d", path, line, most)
			}
		}
		if _, back := thereAndBack(t, raw); compact(t, back) != compact(t, raw) {
			t.Errorf("it comes back changed:\n%s\n%s", raw, back)
		}
	})
}

// Any text in a playbook comes back from YAML as it is, as a value, in a list, on
// one line and as the name of a field.
func FuzzTextInYAML(f *testing.F) {
	for _, seed := range []string{"no", "您好\n\n欢迎", " a", "a\n b", "a \n", "\t", "10:30", "a: b # c", "{{ x | default: \"y\" }}", "\u2028", "- a", "'", "\\", "👩‍👩‍👧", "---", "a\r\nb", "\x00", "|"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		raw, err := json.Marshal(map[string]any{"a": s, "b": []any{s, []string{s}, map[string]any{"c": s, s + "x": strings.Repeat(s+"\n", 3) + "."}}, "d" + s: 1})
		if err != nil {
			t.Fatal(err)
		}
		if text, back := thereAndBack(t, raw); compact(t, back) != compact(t, raw) {
			t.Errorf("it comes back changed:\n%s\n%s\n%s", raw, back, text)
		}
	})
}

// Texts that some YAML readers take for something else stand in quotation marks.
func TestWhatOthersMisreadIsQuoted(t *testing.T) {
	for _, s := range []string{"no", "No", "YES", "on", "off", "y", "n", "true", "null", "~", "", "NaN", ".inf", "1", "0x1F", "1_000", "10:30", "2026-10-01", "09:00-18:00", "<<", "=", "a: b", "a #b", "- a", "a ", " a", "@a", "a\tb"} {
		if got := quoted(s); got[0] != '"' {
			t.Errorf("got %s for %q, want it in quotation marks", got, s)
		}
	}
	for _, s := range []string{"price", "没有", "Norway", "tea house", "zh-CN", "menu_price"} {
		if got := quoted(s); got != s {
			t.Errorf("got %s, want %s as it is", got, s)
		}
	}
}
