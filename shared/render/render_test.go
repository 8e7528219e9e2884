package render

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

var update = flag.Bool("update", false, "write the golden files")

// sunday is a moment whose parts are all different: 22 November 2026, 09:05.
var sunday = time.Date(2026, 11, 22, 9, 5, 7, 0, time.FixedZone("CST", 8*3600))

// one is a playbook with one template "t" of one text variant.
func one(language, text string) *playbook.Playbook {
	return &playbook.Playbook{
		Languages: []string{language},
		Variables: map[string]string{"shop": "Cloud & Leaf", "price": "1234.5"},
		Teams:     []playbook.Team{{ID: "service", Name: "Our service team"}},
		Templates: []playbook.Template{{ID: "t", Variants: []playbook.Variant{{Language: language, Shape: "text", Text: text}}}},
	}
}

// reply renders the text of one variant.
func reply(t testing.TB, language, text string, v Values) string {
	t.Helper()
	c, err := New(one(language, text)).Reply("t", language, true, v)
	if err != nil {
		t.Fatalf("render %q: %v", text, err)
	}
	return c.Text
}

// A whole template in every shape and language comes out as in the golden file.
func TestGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/playbook.json")
	if err != nil {
		t.Fatal(err)
	}
	var p playbook.Playbook
	if err := json.Unmarshal(data, &p); err != nil {
		t.Fatal(err)
	}
	set := New(&p)
	v := Values{ContactName: "Ada", FirstContact: true, Text: "Longjing green tea", Team: "service", Now: sunday, Channel: "wa-main"}
	for _, template := range p.Templates {
		for _, open := range []bool{true, false} {
			for _, language := range []string{"en", "zh-CN", "zh-TW"} {
				name := template.ID + "." + language + map[bool]string{true: "", false: ".shut"}[open]
				t.Run(name, func(t *testing.T) { golden(t, set, template.ID, language, open, v, name) })
			}
		}
	}
}

func golden(t *testing.T, set *Set, template, language string, open bool, v Values, name string) {
	c, err := set.Reply(template, language, open, v)
	got, _ := json.MarshalIndent(c, "", "  ")
	if err != nil {
		got = []byte(err.Error())
	}
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.TrimSpace(string(want)), string(got)); diff != "" {
		t.Errorf("reply differs (-want +got):\n%s", diff)
	}
}

func TestWhatTemplatesCanDo(t *testing.T) {
	v := Values{ContactName: "Ada", FirstContact: true, Text: "how much?", Team: "service", Now: sunday, Channel: "wa-main"}
	for name, c := range map[string]struct{ text, want string }{
		"plain text":                    {"Hello!", "Hello!"},
		"a name":                        {"Hello {{ contact.name }}", "Hello Ada"},
		"a name with a fallback":        {`{{ contact.name | default: "friend" }}`, "Ada"},
		"a variable of the playbook":    {"{{ shop }}", "Cloud & Leaf"},
		"what was written":              {"You asked: {{ message.text }}", "You asked: how much?"},
		"the team's name by its id":     {"{{ team.name }}", "Our service team"},
		"the channel":                   {"{{ channel }}", "wa-main"},
		"a first contact":               {"{% if first_contact %}Welcome{% else %}Hello again{% endif %}", "Welcome"},
		"unless":                        {"{% unless first_contact %}again{% else %}new{% endunless %}", "new"},
		"case":                          {`{% case channel %}{% when "x", "wa-main" %}yes{% else %}no{% endcase %}`, "yes"},
		"a comparison":                  {`{% if contact.name != "" and message.text contains "much" %}a{% elsif first_contact %}b{% endif %}`, "a"},
		"assign":                        {`{% assign n = price | times: 2 %}{{ n }}`, "2469"},
		"assign inside a branch":        {`{% assign n = "a" %}{% if first_contact %}{% assign n = "b" %}{% endif %}{{ n }}`, "b"},
		"a loop over a range":           {"{% for i in (1..3) %}{{ i }}{% unless forloop.last %}, {% endunless %}{% endfor %}", "1, 2, 3"},
		"a loop over a list":            {`{% assign l = "a,b,c" | split: "," %}{% for x in l limit: 2 %}{{ x }};{% endfor %}`, "a;b;"},
		"a loop backwards, with offset": {"{% for i in (1..9) reversed offset: 7 %}{{ i }}{% endfor %}", "21"},
		"a loop over nothing":           {`{% assign l = "" | split: "," %}{% for x in l limit: 2 %}x{% else %}none{% endfor %}`, "none"},
		"a comment":                     {"a{% comment %}{{ nobody }}{% endcomment %}b", "ab"},
		"raw braces":                    {"{% raw %}{{ contact.name }}{% endraw %}", "{{ contact.name }}"},
		"trimmed space":                 {"a  {%- if first_contact -%}  b  {%- endif -%}  c", "abc"},
		"a day":                         {`{{ now | date: "%A, %-d %B %Y, %H:%M" }}`, "Sunday, 22 November 2026, 09:05"},
		"a day without a format":        {`{{ now | date }}`, "22 November 2026"},
		"a day written as text":         {`{{ "2026-02-06" | date: "%d.%m." }}`, "06.02."},
		"upcase":                        {"{{ contact.name | upcase }}", "ADA"},
		"downcase":                      {"{{ contact.name | downcase }}", "ada"},
		"capitalize in any script":      {`{{ "élan" | capitalize }}{{ "" | capitalize }}`, "Élan"},
		"append, prepend":               {`{{ "b" | append: "c" | prepend: "a" }}`, "abc"},
		"replace, remove":               {`{{ "a-b-c" | replace: "-", "+" | remove: "+c" }}`, "a+b"},
		"replace nothing":               {`{{ "abc" | replace: "", "+" }}`, "abc"},
		"strip":                         {`[{{ " a " | strip }}]`, "[a]"},
		"truncate counts characters":    {`{{ "龙井绿茶" | truncate: 3 }} {{ "tea" | truncate: 3 }} {{ "abcdef" | truncate: 4, "" }}`, "龙井… tea abcd"},
		"url_encode":                    {`?q={{ "a b&c" | url_encode }}`, "?q=a+b%26c"},
		"split, join, first, last":      {`{% assign l = "a,b" | split: "," %}{{ l | first }}{{ l | last }}{{ l | join: "/" }}{{ l | join }}{{ l | size }}`, "aba/ba b2"},
		"first of nothing":              {`{% assign l = "" | split: "," %}[{{ l | first }}{{ l | last }}]{{ l | default: "none" }}`, "[]none"},
		"size counts characters":        {`{{ "龙井" | size }}`, "2"},
		"sums without noise":            {`{{ "19.9" | times: 3 }} {{ 5 | plus: 1 }} {{ 5 | minus: 0.5 }} {{ 7 | divided_by: 2 }} {{ 7 | modulo: 4 }}`, "59.7 6 4.5 3.5 3"},
		"round":                         {`{{ 2.5 | round }} {{ "3.14159" | round: 2 }}`, "3 3.14"},
		"a number in the language":      {`{{ price | number: 2 }} {{ price | number }} {{ -1234567 | number }}`, "1,234.50 1,234.5 -1,234,567"},
		"a comparison sent as text":     {`{{ contact.name == "Ada" }}`, "true"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := reply(t, "en", c.text, v); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestFallbackValue(t *testing.T) {
	for _, text := range []string{`Hi {{ contact.name | default: "friend" }}`, `Hi {% if contact.name != "" %}{{ contact.name }}{% else %}friend{% endif %}`} {
		if got := reply(t, "en", text, Values{}); got != "Hi friend" {
			t.Errorf("got %q, want %q", got, "Hi friend")
		}
	}
	if got := reply(t, "en", "From {{ team.name | default: shop }}", Values{}); got != "From Cloud & Leaf" {
		t.Errorf("got %q", got)
	}
}

func TestVariablesCanBeReplaced(t *testing.T) {
	v := Values{Variables: map[string]string{"shop": "Another shop", "unknown": "x"}, Team: "no such id"}
	if got := reply(t, "en", "{{ shop }} {{ price }} {{ team.name }}", v); got != "Another shop 1234.5 no such id" {
		t.Errorf("got %q", got)
	}
}

func TestDatesInEachLanguage(t *testing.T) {
	const text = `{{ now | date: "%A %a %B %b %p %x|%c" }}`
	for language, want := range map[string]string{
		"en":      "Sunday Sun November Nov AM 22 November 2026|22 November 2026 09:05",
		"zh-CN":   "星期日 周日 十一月 11月 上午 2026年11月22日|2026年11月22日 09:05",
		"zh-TW":   "星期日 週日 十一月 11月 上午 2026年11月22日|2026年11月22日 09:05",
		"zh-Hant": "星期日 週日 十一月 11月 上午 2026年11月22日|2026年11月22日 09:05",
		"sw":      "Sunday Sun November Nov AM 2026-11-22|2026-11-22 09:05",
	} {
		if got := reply(t, language, text, Values{Now: sunday}); got != want {
			t.Errorf("%s: got %q, want %q", language, got, want)
		}
	}
}

func TestDateDirectives(t *testing.T) {
	evening := time.Date(2026, 1, 3, 18, 4, 9, 0, time.FixedZone("CST", 8*3600))
	for format, want := range map[string]string{
		"%Y %y %G %V": "2026 26 2026 01", "%m %-m %_m": "01 1  1", "%d %e %-d %j": "03  3 3 003", "%H %k %I %l %M %S": "18 18 06  6 04 09",
		"%u %w": "6 6", "%F %T %R %D %r %X": "2026-01-03 18:04:09 18:04 01/03/26 06:04:09 PM 18:04:09", "%^a %^B %P %p": "SAT JANUARY pm PM",
		"%z %Z": "+0800 CST", "100%% %n%t": "100% \n\t", "no directive": "no directive", "%h": "Jan",
	} {
		got, err := strftime(evening, format, &english)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", format, got, err, want)
		}
	}
	for _, format := range []string{"%", "%-", "%Q", "%9999999d", "%é"} {
		if got, err := strftime(evening, format, &english); err == nil {
			t.Errorf("%q: got %q, want an error", format, got)
		}
	}
}

func TestLanguageFallsBack(t *testing.T) {
	for name, c := range map[string]struct {
		have        []string
		want, first string
		got         string
	}{
		"the same":                              {[]string{"en", "zh-CN"}, "zh-CN", "en", "zh-CN"},
		"the same, other capitals":              {[]string{"en", "zh-CN"}, "zh-cn", "en", "zh-CN"},
		"Taiwan reads the mainland's":           {[]string{"en", "zh-CN"}, "zh-TW", "en", "zh-CN"},
		"Hong Kong prefers Taiwan's":            {[]string{"zh-CN", "zh-TW"}, "zh-HK", "en", "zh-TW"},
		"any Chinese at all":                    {[]string{"en", "zh-SG"}, "zh-TW", "en", "zh-SG"},
		"plain Chinese is the mainland's":       {[]string{"zh-TW", "zh-CN"}, "zh", "en", "zh-CN"},
		"British reads English":                 {[]string{"en-US", "en"}, "en-GB", "en", "en"},
		"British reads American":                {[]string{"zh-CN", "en-US"}, "en-GB", "zh-CN", "en-US"},
		"unknown: the playbook's first":         {[]string{"zh-CN", "en"}, "fr", "en", "en"},
		"unknown: the playbook's first, nearly": {[]string{"zh-CN", "en-US"}, "fr", "en", "en-US"},
		"nothing fits: the first variant":       {[]string{"de", "fr"}, "ja", "en", "de"},
		"no language known":                     {[]string{"zh-CN", "en"}, "", "en", "en"},
	} {
		t.Run(name, func(t *testing.T) {
			p := &playbook.Playbook{Languages: []string{c.first}, Templates: []playbook.Template{{ID: "t"}}}
			for _, l := range c.have {
				p.Templates[0].Variants = append(p.Templates[0].Variants, playbook.Variant{Language: l, Shape: "text", Text: l})
			}
			got, err := New(p).Reply("t", c.want, true, Values{})
			if err != nil || got.Text != c.got {
				t.Errorf("got %q, %v, want %q", got.Text, err, c.got)
			}
		})
	}
}

func TestShutWindow(t *testing.T) {
	p := one("en", "inside the window")
	set := New(p)
	if _, err := set.Reply("t", "en", false, Values{}); !errors.Is(err, ErrNoApproved) {
		t.Errorf("without an approved variant: got %v, want ErrNoApproved", err)
	}
	p.Templates[0].Variants = append(p.Templates[0].Variants, playbook.Variant{Language: "en", Shape: "approved",
		Approved: &playbook.Approved{Name: "hello", Language: "en_US", Params: []string{"{{ contact.name }}", "{{ shop }}"}}})
	got, err := New(p).Reply("t", "zh-TW", false, Values{ContactName: "Ada\n\tLove    lace"})
	want := message.Content{Shape: message.ShapeApproved, Approved: &message.Approved{Name: "hello", Language: "en_US", Params: []string{"Ada Love lace", "Cloud & Leaf"}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("approved reply differs (-want +got), err %v:\n%s", err, diff)
	}
	if got, err := New(p).Reply("t", "en", true, Values{}); err != nil || got.Text != "inside the window" {
		t.Errorf("open window: got %+v, %v", got, err)
	}
}

func TestNoSuchTemplate(t *testing.T) {
	p := one("en", "x")
	p.Templates = append(p.Templates, playbook.Template{ID: "empty"}, playbook.Template{ID: "shut", Variants: []playbook.Variant{
		{Language: "en", Shape: "approved", Approved: &playbook.Approved{Name: "a", Language: "en"}}}})
	for _, id := range []string{"nobody", "empty", "shut"} {
		if _, err := New(p).Reply(id, "en", true, Values{}); !errors.Is(err, ErrNoTemplate) {
			t.Errorf("%s: got %v, want ErrNoTemplate", id, err)
		}
	}
}

// libredesk: rendering failed, and the customer got the raw template text.
func TestFailedRenderSendsNothing(t *testing.T) {
	for name, text := range map[string]string{
		"a name that does not exist": "Dear {{ contact.nickname }}, welcome",
		"broken Liquid":              "Dear {{ contact.name, welcome",
		"a value that is no number":  "Dear {{ contact.name }}: {{ contact.name | plus: 1 }}",
		"a value that is no date":    "Dear {{ contact.name | date: '%d' }}",
		"nothing left":               "{% if first_contact %}Welcome{% endif %}",
		"too much":                   "{% for i in (1..100) %}{{ message.text }}{% endfor %}",
	} {
		t.Run(name, func(t *testing.T) {
			got, err := New(one("en", text)).Reply("t", "en", true, Values{ContactName: "Ada", Text: strings.Repeat("x", 4096)})
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("got %+v, %v, want an *Error", got, err)
			}
			if diff := cmp.Diff(message.Content{}, got); diff != "" {
				t.Errorf("something would be sent:\n%s", diff)
			}
		})
	}
}

func TestErrorsNameThePlaceAndNoContactData(t *testing.T) {
	const secret = "Ada-16505551234"
	v := Values{ContactName: secret, Text: secret, Team: secret, Now: sunday}
	for _, text := range []string{
		"{{ contact.name | plus: 1 }}", "{{ 1 | plus: contact.name }}", "{{ message.text | date: '%d' }}", "{{ contact.name | number }}",
		"{{ 1 | divided_by: 0 }}", "{% assign a = contact.name | round %}", "{% if contact.name == team.name %}{{ message.text | modulo: contact.name }}{% endif %}",
		"{{ contact.name | truncate: message.text }}", "{% assign l = contact.name | split: 'd' %}{% for x in l limit: 9 %}{{ x | times: 2 }}{% endfor %}",
		"{{ now | date: contact.name | date: '%Q' }}", "{{ 5 | number: contact.name }}", "{{ 5 | round: contact.name }}",
	} {
		_, err := New(one("en", "first line\n"+text)).Reply("t", "en", true, v)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%s: got %v, want an *Error", text, err)
			continue
		}
		if e.Template != "t" || e.Language != "en" || e.Field != "text" || e.Line != 2 {
			t.Errorf("%s: got template %q, language %q, field %q, line %d, want t, en, text, 2", text, e.Template, e.Language, e.Field, e.Line)
		}
		if all := err.Error() + e.Fix; strings.Contains(all, "Ada") || strings.Contains(all, "1650") {
			t.Errorf("%s: the error shows contact data: %s", text, all)
		}
	}
}

func TestErrorText(t *testing.T) {
	_, err := New(one("en", "Hello\n{{ contact.nam }}")).Reply("t", "en", true, Values{})
	want := `template "t" in en: line 2 of text uses “contact.nam”, which does not exist here`
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestSafeForConcurrentUse(t *testing.T) {
	set := New(one("en", `{{ contact.name }} {{ now | date: "%H" }} {% for i in (1..3) %}{{ i }}{% endfor %}`))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				c, err := set.Reply("t", "en", true, Values{ContactName: "Ada", Now: sunday})
				if err != nil || c.Text != "Ada 09 123" {
					t.Errorf("got %q, %v", c.Text, err)
					return
				}
			}
		})
	}
	wg.Wait()
}
