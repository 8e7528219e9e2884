package compare

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"frontdesk/shared/playbook"
)

var update = flag.Bool("update", false, "write the golden files anew")

func book(t testing.TB, text string) playbook.Playbook {
	t.Helper()
	var p playbook.Playbook
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		t.Fatal(err)
	}
	return p
}

func read(t testing.TB, name string) playbook.Playbook {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return book(t, string(data))
}

func books(t testing.TB, old, now playbook.Playbook) []Change {
	t.Helper()
	list, err := Books(old, now)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestTheSentencesAreThese compares whole answers: what people read when a shop's playbook
// becomes another one, in both directions.
func TestTheSentencesAreThese(t *testing.T) {
	old, now := read(t, "testdata/old.json"), read(t, "testdata/now.json")
	for name, list := range map[string][]Change{"forth": books(t, old, now), "back": books(t, now, old)} {
		var b strings.Builder
		for _, c := range list {
			fmt.Fprintf(&b, "%s\n%s\n  %s %s: %s\n\n", c.Text, c.TextZH, c.Of, c.ID, strings.Join(c.Fields, " "))
		}
		file := "testdata/" + name + ".golden"
		if *update {
			if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if b.String() != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, b.String(), want)
		}
	}
}

func TestOneDifferenceIsOneSentence(t *testing.T) {
	filter := func(fields string) string {
		return `{"filters": [{"id": "prices", "name": "Prices", ` + fields + `}]}`
	}
	variant := func(text string) string {
		return `{"templates": [{"id": "greeting", "name": "Greeting", "variants": [{"language": "zh-CN", "shape": "text", "text": "` + text + `"}]}]}`
	}
	const price = `{"contains": ["price"]}`
	const open = `{"hours": {"calendar": "shop", "is": "open"}}`
	long := strings.Repeat("a", 200)
	for _, c := range []struct{ name, old, now, text, zh, fields string }{
		{"one condition more", filter(`"when": ` + price), filter(`"when": {"all": [` + price + `, ` + open + `]}`),
			"Filter “Prices”: now also asks that the hours are calendar “shop”, is “open”.", "过滤规则“Prices”：新增条件：营业状态为日历“shop”、为“open”。", "when"},
		{"one condition less", filter(`"when": {"all": [` + price + `, ` + open + `]}`), filter(`"when": ` + price),
			"Filter “Prices”: no longer asks that the hours are calendar “shop”, is “open”.", "过滤规则“Prices”：去掉条件：营业状态为日历“shop”、为“open”。", "when"},
		{"another condition", filter(`"when": ` + price), filter(`"when": {"not": {"any": [` + price + `, ` + open + `]}}`),
			"Filter “Prices”: now asks that not (the text contains “price” or the hours are calendar “shop”, is “open”), and no longer that the text contains “price”.",
			"过滤规则“Prices”：条件改为不满足（文字包含“price” 或 营业状态为日历“shop”、为“open”），不再是文字包含“price”。", "when"},
		{"the same condition in a list of its own", filter(`"when": ` + price), filter(`"when": {"all": [` + price + `]}`),
			"Filter “Prices”: asks for the same, written as (the text contains “price”) and not as the text contains “price”.", "过滤规则“Prices”：条件含义不变，写法由文字包含“price”改为（文字包含“price”）。", "when"},
		{"another reply", filter(`"when": ` + price + `, "then": {"reply": "a"}`), filter(`"when": ` + price + `, "then": {"reply": "b"}`),
			"Filter “Prices”: reply changed from “a” to “b”.", "过滤规则“Prices”：回复由“a”改为“b”。", "then.reply"},
		{"a tag more and one less", filter(`"then": {"tag": ["a", "b"]}`), filter(`"then": {"tag": ["b", "c"]}`),
			"Filter “Prices”: added tags now also has “c”; added tags no longer has “a”.", "过滤规则“Prices”：添加标签新增“c”；添加标签去掉“a”。", "then.tag"},
		{"tags in another order", filter(`"then": {"tag": ["a", "b"]}`), filter(`"then": {"tag": ["b", "a"]}`),
			"Filter “Prices”: added tags has another order: “b”, “a”; it was “a”, “b”.", "过滤规则“Prices”：添加标签顺序改为“b”、“a”，原为“a”、“b”。", "then.tag"},
		{"a text", variant("您好"), variant("欢迎"),
			"Template “Greeting”: zh-CN, text changed from “您好” to “欢迎”.", "模板“Greeting”：zh-CN，文字由“您好”改为“欢迎”。", "variants[zh-CN].text"},
		{"a long text", variant(long + "x" + long), variant(long + "y" + long),
			"Template “Greeting”: zh-CN, text changed from “…aaaaaaaaaaaaaaaaaaaaaaaaxaaaaaaaaaaaaaaaaaaaaaaaa…” to “…aaaaaaaaaaaaaaaaaaaaaaaayaaaaaaaaaaaaaaaaaaaaaaaa…”.",
			"模板“Greeting”：zh-CN，文字由“…aaaaaaaaaaaaaaaaaaaaaaaaxaaaaaaaaaaaaaaaaaaaaaaaa…”改为“…aaaaaaaaaaaaaaaaaaaaaaaayaaaaaaaaaaaaaaaaaaaaaaaa…”。", "variants[zh-CN].text"},
		{"an away reply", `{}`, `{"away": {"reply": "closed", "calendar": "shop"}}`,
			"Away reply: is now calendar “shop”, reply “closed”.", "非营业时间回复：现为日历“shop”、回复“closed”。", "."},
		{"no away reply on a channel", `{"channels": [{"channel": "wa-main", "calendar": "shop"}]}`, `{"channels": [{"channel": "wa-main", "calendar": "shop", "away": {}}]}`,
			"Channel “wa-main”: away reply is now nothing.", "渠道“wa-main”：非营业时间回复现为无。", "away"},
		{"the away reply of everywhere on a channel", `{"channels": [{"channel": "wa-main", "away": {}}]}`, `{"channels": [{"channel": "wa-main", "away": {"reply": "closed", "team_hours": true}}]}`,
			"Channel “wa-main”: away reply is now reply “closed”, hours of the team yes.", "渠道“wa-main”：非营业时间回复现为回复“closed”、按团队营业时间是。", "away"},
		{"a channel of its own", `{}`, `{"channels": [{"channel": "wa-main", "welcome": {}}]}`,
			"Channel “wa-main”: is new in 1st place, with welcome nothing, channel “wa-main”.", "渠道“wa-main”：为新增，排在第 1 位：欢迎语无、渠道“wa-main”。", "."},
		{"a closed day", `{"hours": [{"id": "shop", "exceptions": [{"date": "2026-10-01", "name": "National Day"}]}]}`, `{"hours": [{"id": "shop"}]}`,
			"Calendar “shop”: day, 2026-10-01 is gone; it had date “2026-10-01”, name “National Day”.", "日历“shop”：日期，2026-10-01已删除，原为：日期“2026-10-01”、名称“National Day”。", "exceptions[2026-10-01]"},
		{"yes and no", filter(`"when": {"first_contact": true}`), filter(`"when": {"first_contact": false}`),
			"Filter “Prices”: now asks that it is the first contact: no, and no longer that it is the first contact: yes.", "过滤规则“Prices”：条件改为首次联系：否，不再是首次联系：是。", "when"},
	} {
		list := books(t, book(t, c.old), book(t, c.now))
		if len(list) != 1 {
			t.Errorf("%s: got %d sentences, want 1: %+v", c.name, len(list), list)
			continue
		}
		if got := list[0]; got.Text != c.text || got.TextZH != c.zh || strings.Join(got.Fields, " ") != c.fields {
			t.Errorf("%s:\ngot  %s\n     %s\n     %v\nwant %s\n     %s\n     [%s]", c.name, got.Text, got.TextZH, got.Fields, c.text, c.zh, c.fields)
		}
	}
}

// As few as can be have moved.
func TestWhatMoved(t *testing.T) {
	for _, c := range []struct {
		old, now string
		want     []string
	}{
		{"a b c d", "a b c d", nil},
		{"a b c d", "d a b c", []string{"Filter “d”: moved from 4th to 1st."}},
		{"a b c d", "b c d a", []string{"Filter “a”: moved from 1st to 4th."}},
		{"a b c d", "b c d", []string{"Filter “a”: is gone; it had id “a”, name “a”."}},
		{"a b", "x a b", []string{"Filter “x”: is new in 1st place, with id “x”, name “x”."}},
		{"a b c", "c b a", []string{"Filter “c”: moved from 3rd to 1st."}},
	} {
		var got []string
		for _, change := range books(t, filters(c.old), filters(c.now)) {
			got = append(got, change.Text)
		}
		if c.now == "c b a" { // any two of three
			if len(got) != 2 {
				t.Errorf("%s to %s: got %v, want two that moved", c.old, c.now, got)
			}
			continue
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s to %s: got %v, want %v", c.old, c.now, got, c.want)
		}
	}
}

func filters(ids string) playbook.Playbook {
	var p playbook.Playbook
	for id := range strings.FieldsSeq(ids) {
		p.Filters = append(p.Filters, playbook.Filter{ID: id, Name: id})
	}
	return p
}

// A place is 1st, 11th, 21st and 112th.
func TestPlaces(t *testing.T) {
	p := printer{vocabulary(), english}
	for n, want := range map[int]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 102: "102nd", 111: "111th", 1003: "1003rd"} {
		if got := p.place(n); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// Every field of a playbook has words in both languages.
func TestEveryFieldHasWords(t *testing.T) {
	words, seen := vocabulary(), map[reflect.Type]bool{}
	var walk func(reflect.Type)
	walk = func(of reflect.Type) {
		switch of.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			walk(of.Elem())
		case reflect.Struct:
			if seen[of] {
				return
			}
			seen[of] = true
			for i := range of.NumField() {
				name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
				if _, ok := words.labels[name]; !ok {
					t.Errorf("%s of %s has no words: add a line to fields", name, of)
				}
				walk(of.Field(i).Type)
			}
		}
	}
	walk(reflect.TypeFor[playbook.Playbook]())
	condition := reflect.TypeFor[playbook.Condition]()
	for i := range condition.NumField() {
		name, _, _ := strings.Cut(condition.Field(i).Tag.Get("json"), ",")
		if _, ok := words.questions[name]; !ok && !slices.Contains([]string{"all", "any", "not"}, name) {
			t.Errorf("the condition %s has no words: add it to questions", name)
		}
	}
}
