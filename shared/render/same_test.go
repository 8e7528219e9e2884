package render

import (
	"strings"
	"testing"
)

// What templates mean, in the corners. Every answer is the library's as well.
func TestSameAsTheLibrary(t *testing.T) {
	v := Values{ContactName: "Ada", FirstContact: true, Text: "green tea please", Team: "service", Now: sunday, Channel: "wa-main"}
	for name, c := range map[string]struct{ text, want string }{
		"truth: all but false and nil":       {`{% if 0 %}a{% endif %}{% if "" %}b{% endif %}{% if nil %}c{% endif %}{% if false %}d{% endif %}{% if true %}e{% endif %}`, "abe"},
		"truth of a list without items":      {`{% assign l = "" | split: "," %}{% if l %}a{% endif %}`, "a"},
		"unless":                             {`{% unless nil %}a{% endunless %}{% unless 0 %}b{% else %}c{% endunless %}`, "ac"},
		"nil is nil and nothing else":        {`{{ nil == nil }} {{ nil == false }} {{ nil == "" }} {{ nil != 0 }}`, "true false false true"},
		"nothing is before nil":              {`{{ nil < 1 }} {{ 1 > nil }} {{ nil <= nil }} {{ nil < nil }}`, "false false true false"},
		"nil is sent as nothing":             {`[{{ nil }}]`, "[]"},
		"numbers":                            {`{{ 1 == 1.0 }} {{ 2 > 1.5 }} {{ 1 >= 1 }} {{ -1 < 0 }} {{ 1 != 2 }} {{ 3 <= 2 }}`, "true true true true true false"},
		"texts by their bytes":               {`{{ "a" < "b" }} {{ "B" < "a" }} {{ "10" < "9" }} {{ "茶" >= "tea" }}`, "true true true true"},
		"yes and no":                         {`{{ false < true }} {{ true == true }} {{ true > first_contact }}`, "true true false"},
		"kinds that differ":                  {`{{ true == 1 }} {{ first_contact == "true" }} {{ now == "now" }}`, "false false false"},
		"a moment":                           {`{{ now == now }} {{ now < now }} {{ now <= now }}`, "true false true"},
		"lists":                              {`{% assign a = "x,y" | split: "," %}{% assign b = "x-y" | split: "-" %}{{ a == b }} {{ a != b }} {{ a < b }} {{ a contains "y" }} {{ a contains "z" }} {{ a contains 1 }}`, "true false false true false false"},
		"contains":                           {`{{ "abc" contains "b" }} {{ "abc" contains "" }} {{ "a1" contains 1 }} {{ "true" contains true }} {{ 12 contains 1 }} {{ nil contains nil }}`, "true true true true false false"},
		"and, or from left to right":         {`{{ true or false and false }} {{ false and true or true }} {{ false and false or true }}`, "false true true"},
		"and, or of bare values":             {`{{ nil or 0 }} {{ "" and nil }}`, "true false"},
		"what cannot matter is not asked":    {`{% if false and "x" | plus: 1 %}a{% else %}b{% endif %}{% if true or "x" | plus: 1 %}c{% endif %}`, "bc"},
		"case with several values":           {`{% case 2 %}{% when 1, 2.0 %}a{% when 2 %}b{% endcase %}`, "a"},
		"case by a text and a name":          {`{% assign x = "Ada" %}{% case contact.name %}{% when "x" %}a{% when "y", x %}b{% else %}c{% endcase %}`, "b"},
		"case of a question":                 {`{% case contact.name == "Ada" %}{% when false %}a{% when true %}b{% endcase %}`, "b"},
		"case without a match":               {`[{% case channel %}{% when "x" %}a{% endcase %}]`, "[]"},
		"case: what is before the first":     {`{% case 1 %} {{ shop }} {% assign x = 1 %} {% when 1 %}a{% endcase %}`, "a"},
		"elsif":                              {`{% if false %}a{% elsif nil %}b{% elsif 1 %}c{% else %}d{% endif %}`, "c"},
		"a range":                            {`{% for i in (-1..2) %}{{ i }} {% endfor %}`, "-1 0 1 2 "},
		"limit and offset":                   {`{% for i in (1..9) limit: 2 offset: 3 %}{{ i }}{% endfor %}`, "45"},
		"reversed first, then the rest":      {`{% for i in (1..9) limit: 2 offset: 3 reversed %}{{ i }}{% endfor %}`, "65"},
		"an offset beyond the end":           {`{% for i in (1..3) offset: 7 %}a{% else %}b{% endfor %}`, "b"},
		"no turns at all":                    {`{% for i in (1..3) limit: 0 %}a{% else %}b{% endfor %}`, "b"},
		"the last limit counts":              {`{% for i in (1..9) limit: 2 limit: 4 offset: 1 offset: 2 %}{{ i }}{% endfor %}`, "3456"},
		"a list turned round":                {`{% assign l = "a,b,c" | split: "," %}{% for x in l reversed limit: 2 %}{{ x }}{% endfor %}`, "cb"},
		"a loop over filters":                {`{% for x in message.text | split: " " limit: 9 %}<{{ x | capitalize }}>{% endfor %}`, "<Green><Tea><Please>"},
		"a loop over nil has no else":        {`{% assign x = nil %}[{% for y in x | default: nil limit: 3 %}a{% else %}b{% endfor %}]`, "[]"},
		"a loop over an item has no else":    {`{% for x in (1..2) %}[{% for y in x limit: 3 %}a{% else %}b{% endfor %}]{% endfor %}`, "[][]"},
		"forloop":                            {`{% for x in (5..7) %}{{ forloop.index }}{{ forloop.index0 }}{{ forloop.rindex }}{{ forloop.rindex0 }}{{ forloop.length }}{{ forloop.first }}{{ forloop.last }} {% endfor %}`, "10323truefalse 21213falsefalse 32103falsetrue "},
		"forloop of the inner and the outer": {`{% for x in (1..2) %}{% for y in (1..3) %}{{ forloop.index }}{% endfor %}:{{ forloop.index }} {% endfor %}`, "123:1 123:2 "},
		"a name comes back after a loop":     {`{% assign x = "kept" %}{% for x in (1..2) %}{% assign x = "lost" %}{% endfor %}{{ x }}`, "kept"},
		"assign lives on in a loop":          {`{% assign n = 0 %}{% for i in (1..4) %}{% assign n = n | plus: i %}{% endfor %}{{ n }}`, "10"},
		"assign of a question":               {`{% assign x = 1 < 2 and true %}{{ x }}`, "true"},
		"assign of a list, item by item":     {`{% assign x = 1 %}{% if true %}{% assign x = "a,b" | split: "," %}{% endif %}{{ x }}`, "ab"},
		"assign of a moment":                 {`{% assign x = 1 %}{% if true %}{% assign x = now %}{% endif %}{{ x }}|{% for i in (1..1) %}{{ x | append: "" }}{% endfor %}`, "2026-11-22 09:05:07 +0800|2026-11-22T09:05:07+08:00"},
		"literals":                           {`{{ 7 }} {{ -7 }} {{ 007 }} {{ 1.50 }} {{ -0.0 }} {{ 1.0 }} {{ 1234567.5 }} {{ 0.00001 }} {{ 'a "b"' }} {{ "it's" }} {{ true }}{{ false }}`, `7 -7 7 1.5 -0 1 1.2345675e+06 1e-05 a "b" it's truefalse`},
		"no escapes":                         {`{{ "a\n" }}`, `a\n`},
		"filters in a row":                   {`{{ message.text | split: " " | last | upcase | append: "!" | prepend: shop | truncate: 12, ".." }}`, "Cloud & Le.."},
		"default":                            {`{{ nil | default: 1 }}{{ false | default: 2 }}{{ "" | default: 3 }}{{ 0 | default: 4 }}{{ " " | default: 5 }}{{ nil | default: nil }}`, "1230 "},
		"default of an empty list":           {`{{ "" | split: "," | default: "none" }}`, "none"},
		"a list as a text":                   {`{% for i in (1..1) %}{% assign x = i %}{% assign x = "a,b" | split: "," %}{{ x | append: "" }}{% endfor %}`, "[a b]"},
		"yes as a text":                      {`{% assign x = 1 %}{% if true %}{% assign x = true %}{% endif %}{{ x | append: "!" }}`, "true!"},
		"white space":                        {" {{- 1 -}} \n {{ 2 }} {%- assign x = 3 -%} \t{{ x }}\n{%- comment %} x {% endcomment -%} 4 ", "12" + "34 "},
		"white space in a block":             {"a {% if true -%} b {%- endif %} c", "a b c"},
		"white space in a branch not taken":  {"a {% if false -%} b {%- endif %} c", "a  c"},
		"white space behind else":            {"{% if false %} a {% else -%} b {%- endif -%} c", "bc"},
		"white space in a loop":              {"[ {%- for i in (1..3) -%} {{ i }} {% endfor -%} ]", "[1 2 3 ]"},
		"white space through an empty text":  {`a {{ "" }}{{- "b" -}}{{ "" }} c {{ nil }}{{- "d" }}`, "a b c" + "d"},
		"white space of a value":             {`{{ "a  " }}{{- "b" -}}{{ "  c" }}`, "abc"},
		"white space behind a block's end":   {"{% if true %}a {% endif %}{{- 1 }}", "a 1"},
		"white space: a loop without turns":  {"a {% for i in (1..2) limit: 0 %}x{% endfor %}{{- 1 }} {% for i in (1..2) limit: 0 %}x{% else %}{% endfor %}{{- 2 }}", "a1 2"},
		"white space at raw":                 {"a {%- raw -%} b {{- c -}} d {%- endraw -%} e", "a b {{- c -}} d e"},
		"white space: raw uses it up":        {"{{ 1 -}}{% raw -%} a{% endraw %}{{ 1 -}}{% raw %} a{% endraw %}", "1 a1a"},
		"white space at case":                {"{% case 1 -%} {%- when 1 -%} a {%- endcase -%} b", "ab"},
		"white space: no-break and wide":     {"a\u00a0\u3000{{- 1 -}}\u2003b", "a1b"},
		"raw without anything":               {"a{% raw %}{% endraw %}b{% raw %}{% if %}{% endraw %}", "ab{% if %}"},
		"comment over braces":                {"{% comment %}{{ x | y {% raw %}{% endcomment %}a", "a"},
		"a comment's words":                  {"{% comment like this %}x{% endcomment what %}{% raw x %}y{% endraw z %}", "y"},
		"tags over several lines":            {"{%\nassign x\n=\n1\n%}{{\nx\n}}", "1"},
		"braces inside":                      {`{{ "{{" }}{{ "{%" }}`, "{{{%"},
		"a tag's end inside a text":          {`{% if "a" == "}" %}x{% endif %}y`, "y"},
	} {
		t.Run(name, func(t *testing.T) {
			got, passed := both(t, c.text, v, MaxOutput)
			if !passed {
				t.Fatalf("the check refuses it: %+v", Check(one("en", c.text)))
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Where ours means something else than the library, and why.
func TestWhereTheLibraryDiffers(t *testing.T) {
	for name, c := range map[string]struct{ text, ours, library, why string }{
		"contains nil": {`{{ message.text contains nil }}`, "false", "true",
			"the library looks for the text <nil>; Shopify's never finds nil, and so do we"},
		"a moment contains": {`{{ now contains "Year" }}`, "false", "true",
			"the library looks for a method of Go's time"},
		"contains a moment": {`{{ "2026-11-22T09:05:07+08:00" contains now }}`, "true", "false",
			"the library looks for Go's own form of a time; ours is the one that filters see"},
	} {
		t.Run(name, func(t *testing.T) {
			v := Values{Text: "<nil>", Now: sunday}
			if got := reply(t, "en", c.text, v); got != c.ours {
				t.Errorf("got %q, want %q: %s", got, c.ours, c.why)
			}
			o, err := newOracle(c.text, &english)
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := o.render(New(one("en", "")), &v, MaxOutput); got != c.library {
				t.Errorf("the library: got %q, want %q", got, c.library)
			}
		})
	}
}

// Where ours and the library mean the same and Shopify's Liquid something else.
// Playbooks rely on it, so it stays.
func TestWhereShopifyDiffers(t *testing.T) {
	for name, c := range map[string]struct{ text, want, shopify string }{
		"and, or":              {`{{ true or false and false }}`, "false", "true: it goes from right to left"},
		"a question as output": {`{{ 1 < 2 }}`, "true", "1: it has no questions in outputs"},
		"a question assigned":  {`{% assign x = 1 == 2 %}{{ x }}`, "false", "1: it has no questions in assign"},
		"reversed and limit":   {`{% for i in (1..5) reversed limit: 2 %}{{ i }}{% endfor %}`, "54", "21: it cuts first and then turns round"},
		"truncate's ending":    {`{{ "green tea" | truncate: 6 }}`, "green…", "gre...: its ending is three dots"},
		"division":             {`{{ 7 | divided_by: 2 }}`, "3.5", "3: whole numbers stay whole"},
		"large decimals":       {`{{ 1234567.5 }}`, "1.2345675e+06", "1234567.5"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, passed := both(t, c.text, Values{}, MaxOutput); !passed || got != c.want {
				t.Errorf("got %q, want %q (Shopify's: %s)", got, c.want, c.shopify)
			}
		})
	}
}

// A limit that is given twice must not let a loop run without end.
func TestTheLastLimitBounds(t *testing.T) {
	for _, text := range []string{
		"{% for i in (1..999999) limit: 5 limit: 999999 %}x{% endfor %}",
		"{% for w in message.text | split: '' limit: 5 limit: 101 %}x{% endfor %}",
	} {
		if faults := Check(one("en", text)); len(faults) != 1 || !strings.Contains(faults[0].Message, "without a small limit") {
			t.Errorf("%s: got %+v, want one fault about the limit", text, faults)
		}
	}
}

// A text longer than a filter may give is cut or refused, whatever the length asked for.
func TestTruncateOfAVeryLongText(t *testing.T) {
	_, err := New(one("en", "{{ message.text | truncate: 999999 }}")).Reply("t", "en", true, Values{Text: strings.Repeat("a", 20_000)})
	if err == nil || !strings.Contains(err.Error(), "grew too long") {
		t.Errorf("got %v, want that it grew too long", err)
	}
}

// When it stops, and on which line, is the same too.
func TestStopsWhereTheLibraryStops(t *testing.T) {
	v := Values{ContactName: "Ada", Text: "0123456789", Now: sunday}
	for name, c := range map[string]struct {
		text string
		room int
	}{
		"a filter in an output":       {"a\n\n{{ contact.name | plus: 1 }}", 99},
		"a filter in assign":          {"a\n{% assign x = 1 | divided_by: 0 %}", 99},
		"a filter in elsif":           {"\n{% if false %}\n{% elsif contact.name | date %}{% endif %}", 99},
		"a filter in case":            {"\n{% case contact.name | times: 2 %}\n{% when 1 %}{% endcase %}", 99},
		"a filter in a loop":          {"\n{% for x in (1..3) %}\n{{ x | minus: contact.name }}{% endfor %}", 99},
		"a filter in a loop's list":   {"\n\n{% for x in contact.name | truncate: -1 | split: '' limit: 3 %}{% endfor %}", 99},
		"room ends at an output":      {"a\n{{ message.text }}\n{{ message.text }}", 9},
		"room ends at a text":         {"a\n{{ message.text }}\nb", 9},
		"room ends at a block's end":  {"a\n{% if true %}{{ message.text }}{% endif %}\nb", 9},
		"room ends at the text's end": {"a\n{{ message.text }}", 9},
		"room ends at trimmed space":  {"a\n{{ message.text }}{{- 1 }}", 9},
		"room ends in raw":            {"\n\n{{ message.text }}{% raw %}{{{% endraw %}", 9},
		"room ends in a list":         {"\n{% assign x = 1 %}{% if true %}{% assign x = message.text | split: '' %}{% endif %}\n{{ x }}", 5},
		"room is just enough":         {"{{ message.text }}", 10},
		"a value that grows too long": {"{% assign x = message.text %}\n{% for i in (1..20) %}{% assign x = x | append: x %}{% endfor %}", 99},
		"a list with too many items":  {"{% assign x = message.text | append: message.text %}{% for i in (1..9) %}\n{% assign x = x | append: x %}{% endfor %}{% assign l = x | split: '' %}", 99},
		"no room":                     {"{{ 1 }}", 0},
	} {
		t.Run(name, func(t *testing.T) {
			if _, passed := both(t, c.text, v, c.room); !passed {
				t.Errorf("the check refuses it: %+v", Check(one("en", c.text)))
			}
		})
	}
}
