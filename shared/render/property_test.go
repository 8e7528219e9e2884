package render

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// anything draws texts with the parts that could break out of a template.
func anything() *rapid.Generator[string] {
	part := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"{{ shop }}", "{% include '/etc/passwd' %}", "{{", "}}", "{%", "%}", "{% raw %}", "{% endraw %}", "{% endif %}", "'", `"`, "\\", "\x00", "\n", "{{ contact.name }}", "<script>", "👩‍👩‍👧", "\u202e", "$1", "%s",
	}))
	return rapid.Map(rapid.SliceOfN(part, 0, 6), func(parts []string) string { return strings.Join(parts, "") })
}

// Whatever a contact is called and writes, it comes out as it is, once, and
// everything around it stays what it was.
func TestWhatPeopleTypeIsOnlyData(t *testing.T) {
	set := New(one("en", `a[{{ contact.name }}]b{% if contact.name == "x" %}never{% endif %}c[{{ message.text | append: "" }}]d`))
	rapid.Check(t, func(t *rapid.T) {
		name, text := anything().Draw(t, "name"), anything().Draw(t, "text")
		if name == "x" {
			name = "y"
		}
		got, err := set.Reply("t", "en", true, Values{ContactName: name, Text: text})
		if want := "a[" + name + "]bc[" + text + "]d"; err != nil || got.Text != want {
			t.Fatalf("got %q, %v, want %q", got.Text, err, want)
		}
	})
}

// Values of variables are data as well.
func TestVariablesAreOnlyData(t *testing.T) {
	set := New(one("en", "[{{ shop }}]"))
	rapid.Check(t, func(t *rapid.T) {
		value := anything().Draw(t, "value")
		got, err := set.Reply("t", "en", true, Values{Variables: map[string]string{"shop": value}})
		if err != nil || got.Text != "["+value+"]" {
			t.Fatalf("got %q, %v, want [%q]", got.Text, err, value)
		}
	})
}

// Plain text without braces is sent as it stands.
func TestPlainTextStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := strings.NewReplacer("{", "(", "}", ")").Replace(rapid.String().Draw(t, "text")) + "."
		got, err := New(one("en", text)).Reply("t", "en", true, Values{})
		if err != nil || got.Text != text {
			t.Fatalf("got %q, %v, want %q", got.Text, err, text)
		}
	})
}

// grammar draws templates of the parts that Liquid is made of, sensible or not.
func grammar() *rapid.Generator[string] {
	part := rapid.SampledFrom([]string{
		"{{ contact.name }}", "{{ shop | upcase }}", "{{ message.text | split: ' ' | first }}", "{{ x }}", "{{ now | date: '%A' }}", "{{ price | times: 3 | number: 2 }}",
		"{% if first_contact %}", "{% if contact.name != '' %}", "{% elsif x == 1 %}", "{% else %}", "{% endif %}", "{% unless first_contact %}", "{% endunless %}",
		"{% case channel %}", "{% when 'a', 1 %}", "{% endcase %}", "{% for x in (1..30) %}", "{% for y in l limit: 20 %}", "{% endfor %}", "{{ forloop.index }}",
		"{% assign x = 1 %}", "{% assign l = message.text | split: '' %}", "{% assign x = x | append: x %}", "{% raw %}", "{% endraw %}", "{% comment %}", "{% endcomment %}", "{%- if first_contact -%}", " text ", "\n",
	})
	return rapid.Map(rapid.SliceOfN(part, 1, 25), func(parts []string) string { return strings.Join(parts, "") })
}

// A template that the check lets pass uses only names that exist: rendered with
// every name known, no name is missing whatever the path.
func TestPassedTemplatesRenderOnEveryPath(t *testing.T) {
	passed := 0
	rapid.Check(t, func(t *rapid.T) {
		text := grammar().Draw(t, "template")
		p := one("en", text)
		if len(Check(p)) > 0 {
			return
		}
		passed++
		v := Values{FirstContact: rapid.Bool().Draw(t, "first"), ContactName: rapid.SampledFrom([]string{"", "Ada"}).Draw(t, "name"), Text: "a b", Now: sunday}
		_, err := New(p).Reply("t", "en", true, v)
		if err == nil {
			return
		}
		for _, allowed := range []string{"comes out empty", "grew too long", "grows too long", "has no result"} {
			if strings.Contains(err.Error(), allowed) {
				return
			}
		}
		t.Fatalf("%q passed and fails: %v", text, err)
	})
	if passed == 0 {
		t.Error("no template passed, so nothing was shown")
	}
}

// realTexts are the texts of the playbook that other tests render.
func realTexts(t testing.TB) []string {
	data, err := os.ReadFile("testdata/playbook.json")
	if err != nil {
		t.Fatal(err)
	}
	var p playbook.Playbook
	if err := json.Unmarshal(data, &p); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, template := range p.Templates {
		for _, v := range template.Variants {
			visit(v, func(_ place, text string) string {
				texts = append(texts, text)
				return text
			})
		}
	}
	return texts
}

// Whatever stands in a template, reading and rendering it ends soon, gives at
// most 64 KB and never stops the program.
func FuzzReply(f *testing.F) {
	for _, text := range realTexts(f) {
		f.Add(text, "Ada", "how much is the longjing?")
	}
	for _, seed := range []string{
		"Hello {{ contact.name | default: \"friend\" }}", "{% for x in (1..1000000) %}{{ x }}{% endfor %}", "{{ %assign x = 1 }}", "{{ a[b] }}", "{%",
		"{% case channel %}{% when 'a' %}b{% else %}c{% endcase %}", "{% assign l = message.text | split: '' %}{% for x in l limit: 100 %}{{ l | join: x }}{% endfor %}",
		"{% if first_contact and contact.name != '' or price == '1' %}{{ now | date: '%-d %B' }}{% endif %}", "{{ 99999999999999999999 }}", "{{ '{{' }}", "{%- raw -%}{{{%- endraw -%}",
		"{% if true %}{% for x in (1..2) %}{% endif %}", "{{ contact.name | replace: 'a', message.text | truncate: 10, 'x' }}", "{% for x in (1..2) reversed limit:1 offset:1 %}{{forloop.rindex0}}{% endfor %}", "{{-}}", "{{ x-y }}", "{{ .a }}", "{{ 1..2 }}", "{{ nil | default: 'a' }}",
	} {
		f.Add(seed, "Ada", "how much?")
	}
	f.Add("{{ message.text | plus: 1 }}", "marked-7c1f", "marked-7c1f")
	f.Add("{{ contact.name | date: message.text }}", "marked-7c1f", "marked-7c1f")
	f.Fuzz(func(t *testing.T, text, name, written string) {
		if len(name) > 4096 || len(written) > 4096 {
			return
		}
		set := New(one("zh-CN", text))
		var got message.Content
		var err error
		cost := allocated(func() {
			got, err = set.Reply("t", "zh-CN", true, Values{ContactName: name, Text: written, Now: sunday, FirstContact: true})
		})
		if cost > 64*mega {
			t.Errorf("it asked for %d MB", cost/mega)
		}
		if marked := "marked-7c1f"; err != nil && strings.Contains(name+written, marked) && !strings.Contains(text, marked) && strings.Contains(err.Error(), marked) {
			t.Errorf("the error shows what a contact wrote: %v", err)
		}
		if len(got.Text) > MaxOutput {
			t.Errorf("got %d bytes", len(got.Text))
		}
		if err != nil && got.Text != "" {
			t.Error("an error and a text")
		}
		for _, bad := range Check(&playbook.Playbook{Templates: set.book.Templates, Variables: set.book.Variables}) {
			if bad.Path == "" || bad.Message == "" || bad.Fix == "" {
				t.Errorf("a fault without path, message or fix: %+v", bad)
			}
		}
	})
}
