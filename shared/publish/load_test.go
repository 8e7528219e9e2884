package publish

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontdesk/shared/decide"
	"frontdesk/shared/playbook"
	"frontdesk/shared/render"
)

func TestLoadFindsFaults(t *testing.T) {
	for name, c := range map[string]struct{ data, path, message, fix string }{
		"a misspelt field":           {`{"filters": [{"id": "a", "when": {"any": [{"regexx": "x"}]}}]}`, "filters[0].when.any[0].regexx", "The field does not exist.", "Did you mean regex?"},
		"a field in other capitals":  {`{"filters": [{"when": {"wholeWord": ["x"]}}]}`, "filters[0].when.wholeWord", "The field does not exist.", "Did you mean whole_word?"},
		"a field of another place":   {`{"reply": "x"}`, "reply", "The field does not exist.", "languages, templates, filters"},
		"a field with odd letters":   {`{"a b": 1}`, `["a b"]`, "The field does not exist.", "Remove it"},
		"a field written twice":      {`{"languages": ["en"], "languages": ["zh-CN"]}`, "languages", "The field is written twice.", "Keep one"},
		"a variable written twice":   {`{"variables": {"a": "1", "a": "2"}}`, "variables.a", "The field is written twice.", "Keep one"},
		"a number for a text":        {`{"teams": [{"id": 7}]}`, "teams[0].id", "The value is a number, where a text in quotation marks is expected.", "a text in quotation marks"},
		"a text for a list":          {`{"filters": [{"when": {"contains": "price"}}]}`, "filters[0].when.contains", "The value is a text in quotation marks, where a list [ … ] is expected.", "a list"},
		"a text for true or false":   {`{"filters": [{"off": "yes"}]}`, "filters[0].off", "The value is a text in quotation marks, where true or false is expected.", "true or false"},
		"a list for an object":       {`{"welcome": [{"reply": "x"}]}`, "welcome", "The value is a list [ … ], where an object { … } is expected.", "an object"},
		"an object for a list":       {`{"filters": {"a": {"b": [1, {"c": 2}]}}}`, "filters", "The value is an object { … }, where a list [ … ] is expected.", "a list"},
		"true for a text":            {`{"teams": [{"name": true}]}`, "teams[0].name", "The value is true or false, where a text in quotation marks is expected.", ""},
		"null for a text":            {`{"teams": [{"id": null}]}`, "teams[0].id", "The value is null.", "leave the field out"},
		"null in a list":             {`{"filters": [null]}`, "filters[0]", "The value is null.", "an object"},
		"a day's spans as a text":    {`{"hours": [{"weekly": {"mon": "09:00-18:00"}}]}`, "hours[0].weekly.mon", "The value is a text in quotation marks, where a list [ … ] is expected.", ""},
		"no JSON at all":             {"languages: [en]", "line 1, column 1", "The text is not JSON here.", "comma"},
		"a missing comma":            {"{\n  \"languages\": [\"en\"]\n  \"filters\": []\n}", "line 3, column 2", "The text is not JSON here.", "comma"},
		"a text that ends too early": {`{"languages": ["en"`, "line 1, column 19", "The text ends too early.", "bracket"},
		"nothing":                    {"", "line 1, column 1", "The text ends too early.", ""},
		"two playbooks":              {`{"languages": ["en"]} {"x": 1}`, "line 1, column 23", "There is more text behind the playbook.", "one playbook"},
		"text in another encoding":   {"{\"languages\": [\"\xb0\xa1\"]}", "", "The playbook is not UTF-8 text.", "UTF-8"},
		"more than 10 MB":            {`{"languages": ["` + strings.Repeat("a", MaxSize) + `"]}`, "", "The playbook is larger than 10 MB.", "remove"},
		"endless nesting":            {`{"filters": [{"when": ` + strings.Repeat(`{"not": `, 500), "", "The playbook is nested too deeply.", "several filters"},
	} {
		t.Run(name, func(t *testing.T) {
			_, faults := Load([]byte(c.data))
			if len(faults) != 1 {
				t.Fatalf("got %d faults, want 1: %+v", len(faults), faults)
			}
			f := faults[0]
			if f.Message != c.message || !strings.Contains(f.Fix, c.fix) || f.Fix == "" {
				t.Errorf("got  %s %s\nwant %s … %s", f.Message, f.Fix, c.message, c.fix)
			}
			if c.message != "The playbook is nested too deeply." && f.Path != c.path {
				t.Errorf("got path %s, want %s", f.Path, c.path)
			}
		})
	}
}

// Not only the first fault: all of them, in the order of the file.
func TestLoadListsEveryFault(t *testing.T) {
	_, faults := Load([]byte(`{
		"langages": ["en"],
		"templates": [{"id": 1, "variants": [{"langage": "en"}]}],
		"filters": [{"if": {"a": [1, 2]}, "when": {"not": {"contain": ["a"]}}, "then": {"reply": ["x"]}, "continue": 1}],
		"variables": {"a": 1}
	}`))
	var got []string
	for _, f := range faults {
		got = append(got, f.Path)
	}
	want := []string{"langages", "templates[0].id", "templates[0].variants[0].langage", "filters[0].if", "filters[0].when.not.contain", "filters[0].then.reply", "filters[0].continue", "variables.a"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths differ (-want +got):\n%s", diff)
	}
}

// What could be read is there, so that Check can say more about it.
func TestLoadKeepsWhatItCouldRead(t *testing.T) {
	p, faults := Load([]byte(`{"langages": ["en"], "teams": [{"id": "a", "name": 7}, {"id": "b", "name": "B"}]}`))
	if len(faults) != 2 || len(p.Teams) != 2 || p.Teams[1].Name != "B" {
		t.Errorf("got %+v with %+v", p.Teams, faults)
	}
}

func TestLoadStopsListing(t *testing.T) {
	_, faults := Load([]byte(`{` + strings.Repeat(`"x": 1, `, 5000) + `"y": 1}`))
	if len(faults) != maxFaults+1 || faults[maxFaults].Message != "There are more faults than are listed." {
		t.Errorf("got %d faults, the last: %+v", len(faults), faults[len(faults)-1])
	}
}

func TestLoadTakesAByteOrderMark(t *testing.T) {
	if _, faults := Load([]byte("\ufeff" + `{"languages": ["en"], "filters": null}`)); len(faults) > 0 {
		t.Errorf("got %+v", faults)
	}
}

// What is saved can be loaded and is the same.
func TestLoadReadsWhatWasWritten(t *testing.T) {
	text := rapid.SampledFrom([]string{"", "a", "茶", "\"", "a b", "\u2028", "{{ x }}"})
	texts := rapid.SliceOfN(text, 1, 3)
	rapid.Check(t, func(t *rapid.T) {
		yes := rapid.Bool().Draw(t, "yes")
		want := playbook.Playbook{
			Languages: texts.Draw(t, "languages"),
			Filters: []playbook.Filter{{ID: text.Draw(t, "id"), Off: yes, Cooldown: text.Draw(t, "cooldown"),
				When: playbook.Condition{Any: []playbook.Condition{{Contains: texts.Draw(t, "contains")}, {FirstContact: &yes}, {Not: &playbook.Condition{Regex: "x"}}}}}},
			Variables: map[string]string{text.Draw(t, "name"): text.Draw(t, "value")},
			Away:      &playbook.Moment{Reply: text.Draw(t, "reply")},
		}
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got, faults := Load(data)
		if len(faults) > 0 {
			t.Fatalf("got %+v", faults)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("differs (-want +got):\n%s", diff)
		}
	})
}

// mayGoLive holds that a playbook without a fault can be saved, read, compiled and
// rendered.
func mayGoLive(t *testing.T, p *playbook.Playbook) {
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	again, faults := Load(data)
	if saved, _ := json.Marshal(again); len(faults) > 0 || string(saved) != string(data) {
		t.Errorf("saved and read it is another, with %+v", faults)
	}
	if _, err := decide.Compile(p, 1); err != nil {
		t.Errorf("it may go live and cannot be compiled: %v", err)
	}
	if faults := render.Check(p); len(faults) > 0 {
		t.Errorf("it may go live and cannot be rendered: %+v", faults)
	}
}

// Whatever is sent in, loading and checking end, and every fault says what and
// what to do. What loads without a fault is what the standard decoder reads.
func FuzzLoad(f *testing.F) {
	shop, err := os.ReadFile("testdata/shop.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{base, string(shop), `{"filters": [{"when": {"regexx": 1}}]}`, `[`, `{"a": {"b": [1, null, {}]}, "a": 1}`, `{"hours": [{"weekly": {"mon": ["24:00-00:00"]}}]}`, "\ufeff{}", `{"languages": [1e999]}`, `nullnull`, `{"templates": [{"variants": [{"shape": "list", "approved": {}}]}], "examples": [{}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, faults := Load(data)
		if len(faults) == 0 {
			var plain playbook.Playbook
			if err := json.Unmarshal([]byte(strings.TrimPrefix(string(data), "\ufeff")), &plain); err != nil {
				t.Errorf("loads without a fault, and the standard decoder says %v", err)
			}
			if faults = Check(p, channels(), noon); len(faults) == 0 {
				mayGoLive(t, &p)
			}
		}
		if len(faults) > maxFaults+1 {
			t.Errorf("got %d faults", len(faults))
		}
		for _, x := range faults {
			if x.Message == "" || x.Fix == "" || len(x.Path)+len(x.Message)+len(x.Fix) > 20_000 {
				t.Errorf("a fault without message or fix, or too long to be read: %.300s", fmt.Sprint(x))
			}
		}
	})
}
