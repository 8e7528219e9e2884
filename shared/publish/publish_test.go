package publish

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontdesk/shared/decide"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/render"
)

func TestTheShopMayGoLive(t *testing.T) {
	for _, f := range Check(shop(t), channels(), noon) {
		t.Errorf("%s: %s %s", f.Path, f.Message, f.Fix)
	}
}

// compiled makes a playbook ready for deciding and rendering.
func compiled(t testing.TB, p *playbook.Playbook) (*decide.Book, *render.Set) {
	t.Helper()
	book, err := decide.Compile(p, 1)
	if err != nil {
		t.Fatal(err)
	}
	return book, render.New(p)
}

// answer lives one message: what is decided, and the text that goes out.
func answer(t testing.TB, p playbook.Playbook, s playbook.Sample) (decide.Decision, message.Content) {
	t.Helper()
	p.Examples = []playbook.Example{{Message: s}}
	book, set := compiled(t, &p)
	r := Runner{book, set, &p, channels(), noon}.All()[0]
	if !r.Passed() {
		t.Fatalf("%+v: %+v", s, r.Differences)
	}
	return r.Decision, r.Content
}

func TestTheShopAnswersForThePrice(t *testing.T) {
	p := shop(t)
	for text, want := range map[string]string{"hi what is the price?": "Longjing green tea: ¥168", "请问多少钱?": "龙井绿茶：168 元"} {
		d, c := answer(t, p, playbook.Sample{Text: text})
		if d.Reply != "price" || !strings.Contains(c.Text, want) {
			t.Errorf("%s: got template %s: %s", text, d.Reply, c.Text)
		}
	}
}

func TestTheShopSpeaksBothLanguagesInEveryTemplate(t *testing.T) {
	p := shop(t)
	_, set := compiled(t, &p)
	for _, template := range p.Templates {
		en, errEn := set.Reply(template.ID, "en", true, render.Values{FirstContact: true, Text: "Longjing", Now: noon})
		zh, errZh := set.Reply(template.ID, "zh-CN", true, render.Values{FirstContact: true, Text: "龙井", Now: noon})
		if errEn != nil || errZh != nil || en.Text == "" || zh.Text == "" || en.Text == zh.Text {
			t.Errorf("%s: %q %v, %q %v", template.ID, en.Text, errEn, zh.Text, errZh)
		}
	}
}

func TestExamplesTellWhatCameAndWhy(t *testing.T) {
	p := with(t, `{"examples": [{"name": "good", "message": {"text": "the price?"}, "expect": {"filter": "price", "template": "price", "language": "en", "outcome": "replied"}},
		{"name": "bad", "message": {"text": "hello", "first_contact": true, "at": "2026-11-22T09:30:00+08:00"}, "expect": {"filter": "price", "language": "zh-CN"}}]}`)
	book, set := compiled(t, &p)
	results := Runner{book, set, &p, channels(), noon}.All()
	if len(results) != 2 || !results[0].Passed() || results[1].Passed() {
		t.Fatalf("got %+v", results)
	}
	good, bad := results[0], results[1]
	if good.Name != "good" || good.Content.Text != "A tin is ¥128." || good.Decision.By != "price" || len(good.Trace) != 1 || good.Trace[0].Why != `text contains "price"` {
		t.Errorf("got %+v", good)
	}
	want := []Difference{{"filter", "price", "fallback"}, {"language", "zh-CN", "en"}}
	if diff := cmp.Diff(want, bad.Differences); diff != "" || bad.Index != 1 {
		t.Errorf("differences differ (-want +got):\n%s", diff)
	}
}

// An example whose reply cannot be rendered fails too, on the samples that the
// check did not think of.
func TestExampleWhoseReplyFails(t *testing.T) {
	p := with(t, `{"templates": [{"id": "price", "variants": [{"language": "en", "shape": "text", "text": "{% if message.text == 'two' %}{{ message.text | plus: 1 }}{% else %}x{% endif %}"}]}],
		"examples": [{"message": {"text": "two"}, "expect": {"filter": "fallback"}}]}`)
	faults := Check(p, channels(), noon)
	if len(faults) != 1 || faults[0].Path != "examples[0]" || !strings.Contains(faults[0].Message, "plus") {
		t.Errorf("got %+v", faults)
	}
}

func TestEveryFaultIsListed(t *testing.T) {
	p := with(t, `{"languages": ["en", "e"], "templates": [{"id": "Price", "variants": [{"language": "en", "shape": "buttons", "text": "{{ a }} {{ b }}"}]}],
		"filters": [{"id": "a", "when": {"regex": "("}, "then": {"reply": "x"}, "cooldown": "soon"}], "away": {}, "examples": [{"message": {}, "expect": {}}]}`)
	var got []string
	for _, f := range Check(p, channels(), noon) {
		got = append(got, f.Path)
	}
	want := []string{"languages[1]", "templates[0].id", "templates[0].variants[0].text", "templates[0].variants[0].text", "templates[0].variants[0].buttons",
		"filters[0].when.regex", "filters[0].then.reply", "filters[0].cooldown", "away", "away.calendar", "fallback.reply", "examples[0].message", "examples[0].expect"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths differ (-want +got):\n%s", diff)
	}
}

// A playbook that passes always compiles: the two never disagree.
func TestWhatPassesCompiles(t *testing.T) {
	conditions := []string{`{"contains": ["a"]}`, `{"all": []}`, `{"regex": "(a|b)"}`, `{"not": {}}`, `{"type": ["text"], "channel": ["wa-main"]}`, `{"hours": {"calendar": "shop", "is": "open"}}`,
		`{"hours": {"calendar": "x", "is": "open"}}`, `{"exact": []}`, `{"regex": "[A-Z]{3}"}`, `{"any": [{"choice": ["x"]}, {"whole_word": ["é"]}]}`, `{"first_contact": true}`}
	passed := 0
	for _, when := range conditions {
		p := with(t, filterWith(when))
		faults := Check(p, channels(), noon)
		_, err := decide.Compile(&p, 1)
		if ok := err == nil; ok != (len(faults) == 0) {
			t.Errorf("%s: compiles: %v, faults: %+v", when, err, faults)
		}
		if len(faults) == 0 {
			passed++
		}
	}
	if passed != 6 {
		t.Errorf("%d of %d passed, want 6", passed, len(conditions))
	}
}

// A filter that is called unreachable never decides anything.
func TestUnreachableIsTrue(t *testing.T) {
	words := rapid.SampledFrom([]string{"cat", "category", "cats", "price", "the price", "价钱", "價錢多少", "hi", "Hi"})
	phrases := rapid.SliceOfN(words, 1, 2)
	tags := rapid.SliceOfN(rapid.SampledFrom([]string{"vip", "new"}), 1, 2)
	leaf := rapid.Custom(func(t *rapid.T) playbook.Condition {
		yes := rapid.Bool().Draw(t, "yes")
		types := rapid.SliceOfN(rapid.SampledFrom([]string{"text", "image", "reaction"}), 1, 2).Draw(t, "types")
		return rapid.SampledFrom([]playbook.Condition{
			{Contains: phrases.Draw(t, "contains")}, {WholeWord: phrases.Draw(t, "words")}, {Exact: phrases.Draw(t, "exact")},
			{Type: types}, {FirstContact: &yes}, {Regex: words.Draw(t, "regex")}, {Hours: &playbook.HoursMatch{Calendar: "shop", Is: "closed"}},
			{StartsWith: phrases.Draw(t, "starts")}, {EndsWith: phrases.Draw(t, "ends")}, {Contains: phrases.Draw(t, "written"), Case: true}, {Exact: phrases.Draw(t, "only"), Case: true},
			{Tags: tags.Draw(t, "tags")}, {Hours: &playbook.HoursMatch{Calendar: "shop", Is: "holiday"}}, {Since: &playbook.SpanMatch{Above: "1h"}},
		}).Draw(t, "leaf")
	})
	condition := rapid.Custom(func(t *rapid.T) playbook.Condition {
		list := rapid.SliceOfN(leaf, 1, 3).Draw(t, "list")
		return rapid.SampledFrom([]playbook.Condition{list[0], {All: list}, {Any: list}, {Not: &list[0]}, {Not: &playbook.Condition{Any: list}}}).Draw(t, "condition")
	})
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		p := with(t, `{"filters": [], "hours": [{"id": "shop", "time_zone": "Asia/Shanghai", "weekly": {"mon": ["09:00-18:00"]}, "exceptions": [{"date": "2026-11-19"}]}]}`)
		for _, id := range []string{"a", "b", "c"} {
			p.Filters = append(p.Filters, playbook.Filter{ID: id, When: condition.Draw(t, id), Then: playbook.Action{Reply: "price"}})
		}
		hidden := map[string]bool{}
		c := newChecker(&p, channels())
		c.reachable()
		for _, f := range c.faults {
			hidden[p.Filters[f.Path[len("filters[")]-'0'].ID] = true
		}
		if len(hidden) == 0 {
			return
		}
		found++
		book, err := decide.Compile(&p, 1)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			s := playbook.Sample{FirstContact: rapid.Bool().Draw(t, "first"), Type: rapid.SampledFrom([]string{"text", "image", "reaction"}).Draw(t, "type"),
				Text: strings.Join(rapid.SliceOfN(words, 0, 3).Draw(t, "said"), rapid.SampledFrom([]string{" ", "", ", "}).Draw(t, "between"))}
			s.Tags, s.Since = tags.Draw(t, "has"), rapid.SampledFrom([]string{"", "5m"}).Draw(t, "since")
			at := noon.Add(time.Duration(rapid.IntRange(0, 7*24).Draw(t, "hour")) * time.Hour)
			head, inbound := Situation(s, at)
			if d := decide.Decide(book, head, inbound, at); hidden[d.By] {
				t.Fatalf("filter %s decided %+v, and was called unreachable: %+v", d.By, s, c.faults)
			}
		}
	})
	if found == 0 {
		t.Error("no filter was ever unreachable, so nothing was shown")
	}
}

// What compiling alone refuses is listed like every other fault.
func TestWhatCompilingRefusesIsListed(t *testing.T) {
	p := with(t, `{"filters": [{"id": "a", "when": {}, "then": {"reply": "x"}}]}`)
	_, err := decide.Compile(&p, 1)
	c := newChecker(&p, channels())
	c.refused(err)
	var got []string
	for _, f := range c.faults {
		got = append(got, f.Path)
	}
	if diff := cmp.Diff([]string{"filters[0].when", "filters[0].then.reply"}, got); diff != "" {
		t.Errorf("paths differ (-want +got):\n%s", diff)
	}
	c.refused(errors.New("cannot go on"))
	if last := c.faults[len(c.faults)-1]; last.Message != "Cannot go on." || last.Fix == "" {
		t.Errorf("got %+v", last)
	}
}

func TestLimitsAreThoseOfTheChannels(t *testing.T) {
	p := with(t, variant(`"shape": "text", "text": "`+strings.Repeat("x", 4097)+`"`))
	for name, c := range map[string]struct {
		channels []Channel
		faults   int
	}{
		"WhatsApp":        {channels(), 1},
		"none is known":   {nil, 1},
		"only WeCom":      {[]Channel{{"kf-main", message.WeComKF}}, 1},
		"an AI bot":       {[]Channel{{"bot-main", message.WeComBot}}, 0},
		"only a robot":    {[]Channel{{"robot-sales", message.WeComRobot}}, 1},
		"each of several": {[]Channel{{"kf-main", message.WeComKF}, {"wa-main", message.WhatsApp}}, 2},
	} {
		if faults := Check(p, c.channels, noon); len(faults) != c.faults {
			t.Errorf("%s: got %+v, want %d faults", name, faults, c.faults)
		}
	}
}
