package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/playbook"
)

// Every kind of mistake in a template text is found before it goes live, with
// its line and what to do.
func TestCheckFindsMistakes(t *testing.T) {
	for name, c := range map[string]struct {
		text, want, fix string
		line            int
	}{
		"a misspelt name":                   {"Hello\n{{ contact.nane }}", "uses “contact.nane”, which does not exist here", "did you mean contact.name?", 2},
		"a misspelt variable":               {"{{ shopp }}", "uses “shopp”, which does not exist here", "did you mean shop?", 1},
		"an unknown name":                   {"{{ weather }}", "uses “weather”, which does not exist here", "use one of contact.name, first_contact", 1},
		"a name only":                       {"{{ contact }}", "uses “contact”", "use one of", 1},
		"a property too deep":               {"{{ shop.size }}", "uses “shop.size”", "", 1},
		"unknown in a branch not taken":     {"{% if first_contact %}a{% else %}{{ nobody }}{% endif %}", "uses “nobody”", "", 1},
		"unknown behind or":                 {"{% if first_contact or nobody %}a{% endif %}", "uses “nobody”", "", 1},
		"unknown in elsif":                  {"{% if first_contact %}a{% elsif nobody == 1 %}b{% endif %}", "uses “nobody”", "", 1},
		"unknown in case":                   {"{% case nobody %}{% when 1 %}a{% endcase %}", "uses “nobody”", "", 1},
		"unknown in when":                   {"{% case channel %}{% when nobody %}a{% endcase %}", "uses “nobody”", "", 1},
		"unknown in a filter":               {"{{ shop | append: nobody }}", "uses “nobody”", "", 1},
		"unknown in assign":                 {"{% assign a = nobody %}", "uses “nobody”", "", 1},
		"unknown in a loop":                 {"{% for x in nobody limit: 3 %}{% endfor %}", "uses “nobody”", "", 1},
		"assigned in one branch only":       {"{% if first_contact %}{% assign a = 1 %}{% endif %}{{ a }}", "uses “a”", "assigned inside a block is gone after it", 1},
		"the loop's name after the loop":    {"{% for x in (1..2) %}{% endfor %}{{ x }}", "uses “x”", "", 1},
		"forloop outside a loop":            {"{{ forloop.index }}", "uses “forloop.index”", "", 1},
		"a property that forloop lacks":     {"{% for x in (1..2) %}{{ forloop.parent }}{% endfor %}", "uses “forloop.parent”", "", 1},
		"a taken name":                      {"{% assign contact = 1 %}", "gives “contact” a new meaning", "choose a name", 1},
		"a taken name in a loop":            {"{% for shop in (1..2) %}{% endfor %}", "gives “shop” a new meaning", "", 1},
		"a text that is always true":        {"{% if contact.name %}a{% endif %}", "tests “contact.name”, which is true even when it is empty", `contact.name != ""`, 1},
		"a comparison that is never true":   {"{% if price > 5 %}a{% endif %}", "compares a text with a number", "quotation marks", 1},
		"a moment without a format":         {"{{ now }}", "sends a moment without saying how to write it", "date:", 1},
		"a list sent as text":               {`{{ "a,b" | split: "," }}`, "sends a list", "join", 1},
		"an unknown filter":                 {"{{ shop | upcas }}", "uses the filter “upcas”, which does not exist", "did you mean upcase?", 1},
		"a filter that is not available":    {"{{ shop | md5sum }}", "uses the filter “md5sum”", "use one of default, date", 1},
		"a filter with too few values":      {"{{ shop | append }}", "gives the filter “append” 0 values", `append: "text"`, 1},
		"a filter with too many values":     {"{{ shop | upcase: 1 }}", "gives the filter “upcase” 1 values", "", 1},
		"a filter on the wrong kind":        {"{{ first_contact | plus: 1 }}", "uses the filter “plus” on something", "", 1},
		"a list filter on a text":           {"{{ shop | join: 1 }}", "uses the filter “join” on something", "", 1},
		"a filter in a comparison":          {"{% if shop | size > 3 %}a{% endif %}", "compares the result of a filter", "assign", 1},
		"braces never closed":               {"Hi\n{{ contact.name", "has {{ without its partner", "", 2},
		"braces never opened":               {"Hi contact.name }}", "has }} without its partner", "", 1},
		"braces over two lines":             {"{{ contact.name | append:\n'x' }}", "has {{ without its partner on the same line", "", 1},
		"a tag never closed":                {"{% if first_contact", "has {% without its partner", "", 1},
		"a block never closed":              {"a\n{% if first_contact %}b", "opens if and never closes it", "add {% endif %}", 2},
		"a comment never closed":            {"a\n{% comment %}b", "opens a block that is never closed", "add {% endcomment %}", 2},
		"raw never closed":                  {"{% raw %}b", "opens a block that is never closed", "add {% endraw %}", 1},
		"a block closed twice":              {"{% if first_contact %}a{% endif %}{% endif %}", "has endif where no block for it is open", "", 1},
		"blocks closed in the wrong order":  {"{% if first_contact %}{% for x in (1..2) %}{% endif %}{% endfor %}", "has endif where no block", "the inner one first", 1},
		"else without a block":              {"{% else %}", "has else where no block for it is open", "", 1},
		"elsif in unless":                   {"{% unless first_contact %}{% elsif first_contact %}{% endunless %}", "has elsif where", "", 1},
		"when in if":                        {"{% if first_contact %}{% when 1 %}{% endif %}", "has when where", "", 1},
		"else twice":                        {"{% if first_contact %}a{% else %}b{% else %}c{% endif %}", "has else after else", "put else last", 1},
		"else with a condition":             {"{% if first_contact %}a{% else if channel %}b{% endif %}", "has a condition behind else", "write elsif", 1},
		"text before the first when":        {"{% case channel %}lost{% when 'a' %}b{% endcase %}", "has text between case and its first when", "", 1},
		"include":                           {"{% include '/etc/passwd' %}", "uses the tag “include”, which is not available", "use only if", 1},
		"capture":                           {"{% capture a %}x{% endcapture %}", "uses the tag “capture”", "", 1},
		"tablerow":                          {"{% tablerow x in (1..9) %}{% endtablerow %}", "uses the tag “tablerow”", "", 1},
		"cycle":                             {"{% for x in (1..2) %}{% cycle 'a', 'b' %}{% endfor %}", "uses the tag “cycle”", "", 1},
		"break":                             {"{% for x in (1..2) %}{% break %}{% endfor %}", "uses the tag “break”", "", 1},
		"a loop over a million":             {"{% for x in (1..1000000) %}x{% endfor %}", "is a loop without a small limit", "limit:", 1},
		"a range from a variable":           {"{% for x in (1..price) %}x{% endfor %}", "has a range that is not two whole numbers", "(1..5)", 1},
		"a range backwards":                 {"{% for x in (5..1) %}x{% endfor %}", "has a range that is not two whole numbers", "", 1},
		"a range of fractions":              {"{% for x in (1..2.5) %}x{% endfor %}", "has a range that is not two whole numbers", "", 1},
		"a range outside a loop":            {"{{ (1..1000000) | size }}", "uses parentheses", "range of a loop", 1},
		"a list without a limit":            {"{% assign l = message.text | split: ' ' %}{% for x in l %}x{% endfor %}", "is a loop without a small limit", "1 to 100", 1},
		"a limit that is no number":         {"{% assign l = message.text | split: ' ' %}{% for x in l limit: price %}x{% endfor %}", "“limit” is not a whole number", "", 1},
		"a limit that is too big":           {"{% assign l = message.text | split: ' ' %}{% for x in l limit: 101 %}x{% endfor %}", "is a loop without a small limit", "", 1},
		"an unknown loop word":              {"{% for x in (1..3) cols: 3 %}x{% endfor %}", "has “cols” where Liquid does not expect it", "", 1},
		"a loop over a text":                {"{% for x in shop limit: 3 %}x{% endfor %}", "loops over something that is not a list", "split", 1},
		"a loop without in":                 {"{% for x (1..3) %}x{% endfor %}", "is not a loop that Liquid knows", "for item in list", 1},
		"assign without =":                  {"{% assign x 3 %}", "is not an assignment that Liquid knows", "", 1},
		"assign of nothing":                 {"{% assign x = %}", "stops too early", "complete it", 1},
		"square brackets":                   {`{{ contact["name"] }}`, "uses [ ], which is not available", "write a.b", 1},
		"typographic quotation marks":       {"{{ contact.name | default: “friend” }}", "uses a typographic quotation mark", "plain", 1},
		"a quotation mark never closed":     {`{{ contact.name | default: "friend }}`, "has a quotation mark that is never closed", "", 1},
		"a sign that means nothing":         {"{{ shop; shop }}", "uses the sign “;”", "remove it", 1},
		"the engine's own markers":          {"{{ %assign x = 1 }}", "uses the sign “%”", "", 1},
		"a number that overflows":           {"{{ 99999999999999999999 }}", "has a number that is too long", "9 digits", 1},
		"two values without a comma":        {`{{ shop | replace: "a" "b" }}`, "has “b” where Liquid does not expect it", "", 1},
		"a filter without a name":           {"{{ shop | }}", "stops too early", "", 1},
		"a word where a value should stand": {"{{ and }}", "has “and” where", "", 1},
		"when without a value":              {"{% case channel %}{% when %}a{% endcase %}", "stops too early", "", 1},
		"when with or":                      {"{% case channel %}{% when 'a' or 'b' %}a{% endcase %}", "has “or” where", "", 1},
		"a space before the colon":          {"{{ shop | append : 'x' }}", "uses the sign “:”", "", 1},
		"a tag in another script":           {"{% 如果 first_contact %}", "has {% without its partner", "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			faults := Check(one("en", c.text))
			if len(faults) == 0 {
				t.Fatal("no fault was found")
			}
			f := faults[0]
			if want := fmt.Sprintf("Line %d of the text %s", c.line, c.want); !strings.HasPrefix(f.Message, want) {
				t.Errorf("got  %s\nwant %s …", f.Message, want)
			}
			if !strings.Contains(strings.ToLower(f.Fix), strings.ToLower(c.fix)) {
				t.Errorf("got fix %q, want it to hold %q", f.Fix, c.fix)
			}
			if f.Path != "templates[0].variants[0].text" {
				t.Errorf("got path %q", f.Path)
			}
			if c, err := New(one("en", c.text)).Reply("t", "en", true, Values{}); err == nil {
				t.Errorf("it renders all the same: %q", c.Text)
			}
		})
	}
}

func TestCheckListsEveryMistake(t *testing.T) {
	p := one("en", "{{ nobody }}\n{{ shop | nothing }}\n{% if first_contact %}")
	p.Templates[0].Variants = append(p.Templates[0].Variants, playbook.Variant{Language: "en", Shape: "list", Text: "x",
		Header: "{{ a }}", Footer: "{{ b }}", Open: "{{ c }}",
		Buttons:  []playbook.Choice{{ID: "x", Title: "{{ d }}", Description: "{{ e }}"}},
		Sections: []playbook.Section{{Rows: []playbook.Choice{{Title: "ok"}}}, {Title: "{{ f }}", Rows: []playbook.Choice{{Title: "{{ g }}"}, {Title: "ok", Description: "{{ h }}"}}}},
		Approved: &playbook.Approved{Params: []string{"fine", "{{ i }}"}},
	})
	var got []string
	for _, f := range Check(p) {
		got = append(got, strings.TrimPrefix(f.Path, "templates[0].variants"))
	}
	want := []string{"[0].text", "[0].text", "[0].text", "[1].approved.params[1]", "[1].header", "[1].footer", "[1].buttons[0].title",
		"[1].buttons[0].description", "[1].open", "[1].sections[1].title", "[1].sections[1].rows[0].title", "[1].sections[1].rows[1].description"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths differ (-want +got):\n%s", diff)
	}
}

func TestBounds(t *testing.T) {
	deep := func(n int) string {
		return strings.Repeat("{% if first_contact %}", n) + "x" + strings.Repeat("{% endif %}", n)
	}
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"20,000 characters":             {strings.Repeat("茶", MaxSource), true},
		"20,001 characters":             {strings.Repeat("茶", MaxSource+1), false},
		"blocks 8 deep":                 {deep(8), true},
		"blocks 9 deep":                 {deep(9), false},
		"a thousand blocks deep":        {deep(400), false},
		"a loop of 100":                 {"{% for x in (1..100) %}x{% endfor %}", true},
		"a loop of 101":                 {"{% for x in (1..101) %}x{% endfor %}", false},
		"a long range cut by its limit": {"{% for x in (1..999999) limit: 5 %}x{% endfor %}", true},
		"loops of 40 × 40":              {"{% for x in (1..40) %}{% for y in (1..40) %}{{ y }}{% endfor %}{% endfor %}", true},
		"loops of 100 × 100":            {"{% for x in (1..100) %}{% for y in (1..100) %}{{ y }}{% endfor %}{% endfor %}", false},
		"loops of 100 × 100 × 100":      {"{% for x in (1..100) %}{% for y in (1..100) %}{% for z in (1..100) %}{{ y }}{% endfor %}{% endfor %}{% endfor %}", false},
		"doubling a text over and over": {"{% assign a = 'xxxxxxxxxx' %}{% for x in (1..100) %}{% assign a = a | append: a %}{% endfor %}y", false},
		"replacing into a huge text":    {"{% assign a = message.text | replace: 'a', message.text %}y", false},
		"joining into a huge text":      {"{% assign l = message.text | split: '' %}{{ l | join: message.text }}", false},
		"a long date format":            {"{% assign f = message.text | append: '%A' %}{{ now | date: f }}", false},
		"output above 64 KB":            {"{% for x in (1..17) %}{{ message.text }}{% endfor %}", false},
		"numbers without end":           {"{% assign a = 10 %}{% for x in (1..90) %}{% assign a = a | times: 999999 %}{% endfor %}y", false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := New(one("en", c.text)).Reply("t", "en", true, Values{FirstContact: true, Text: strings.Repeat("a", 4096), Now: sunday})
			if ok := err == nil; ok != c.ok {
				t.Errorf("got %d bytes, %v, want success %v", len(got.Text), err, c.ok)
			}
			if len(got.Text) > MaxOutput {
				t.Errorf("got %d bytes", len(got.Text))
			}
		})
	}
}

func TestClosest(t *testing.T) {
	names := []string{"regex", "whole_word", "contains", "first_contact"}
	for word, want := range map[string]string{"regexx": "regex", "WholeWord": "whole_word", "contain": "contains", "first-contact": "first_contact", "hours": "", "x": "", strings.Repeat("regex", 20): ""} {
		if got := Closest(word, names); got != want {
			t.Errorf("%s: got %q, want %q", word, got, want)
		}
	}
}
