package render

import (
	"errors"
	"runtime"
	"strings"
	"testing"
)

// allocated is how many bytes fn asks for, whatever is given back meanwhile.
func allocated(fn func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

const mega = 1 << 20

// What must be refused when it is published, for what it would cost at every message.
func TestWhatNeverEndsIsRefusedBeforeItRuns(t *testing.T) {
	loops := func(n int, turns, body string) string {
		return strings.Repeat("{% for x in "+turns+" %}", n) + body + strings.Repeat("{% endfor %}", n)
	}
	for name, c := range map[string]struct{ text, want string }{
		"a loop over a million":                  {"{% for x in (1..1000000) %}{{ x }}{% endfor %}", "loop without a small limit"},
		"a loop over all numbers there are":      {"{% for x in (-99999999..999999999) %}{{ x }}{% endfor %}", "loop without a small limit"},
		"a limit of a million":                   {"{% for x in l limit: 1000000 %}{{ x }}{% endfor %}", "loop without a small limit"},
		"a list without a limit":                 {"{% assign l = message.text | split: '' %}{% for x in l %}{{ x }}{% endfor %}", "loop without a small limit"},
		"a hundred times a hundred outputs":      {loops(2, "(1..100)", "{{ x }}"), "too many steps"},
		"three loops without anything inside":    {loops(3, "(1..100)", ""), "too many steps"},
		"eight loops":                            {loops(8, "(1..100)", "{{ x }}"), "too many steps"},
		"nine blocks":                            {loops(9, "(1..1)", "x"), "nests more than 8 blocks"},
		"five thousand blocks":                   {strings.Repeat("{% if first_contact %}", 800), "nests more than 8 blocks"},
		"a case of a thousand values in a loop":  {loops(2, "(1..40)", "{% case x %}{% when 1"+strings.Repeat(",1", 1000)+" %}a{% endcase %}"), "too many steps"},
		"nine hundred raw texts in two loops":    {loops(2, "(1..100)", strings.Repeat("{% raw %}{% endraw %}", 900)), "too many steps"},
		"twenty thousand and one characters":     {strings.Repeat("茶", MaxSource+1), "20001 characters"},
		"a template of ten megabytes":            {strings.Repeat("{% if first_contact %}a{% endif %}", mega/3), "characters"},
		"a number that no processor can hold":    {"{{ " + strings.Repeat("9", 10_000) + " }}", "number that is too long"},
		"a name of nineteen thousand characters": {"{{ " + strings.Repeat("n", 19_000) + " }}", "does not exist here"},
	} {
		t.Run(name, func(t *testing.T) {
			var found []finding
			cost := allocated(func() { _, found = parse(c.text, nil) })
			if len(found) == 0 || !strings.Contains(found[0].message, c.want) && !strings.Contains(found[len(found)-1].message, c.want) {
				t.Errorf("got %+v, want %q", found, c.want)
			}
			if cost > 16*mega {
				t.Errorf("it took %d KB to refuse it", cost>>10)
			}
		})
	}
}

// What the check lets pass and what grows only with what a contact wrote.
func TestWhatGrowsWhileItIsRendered(t *testing.T) {
	doubled := "{% assign a = message.text %}" + strings.Repeat("{% assign a = a | append: a %}", 400) + "{{ a }}"
	for name, c := range map[string]struct{ text, written, want string }{
		"a text that is doubled 400 times":        {doubled, "tea", "grew too long"},
		"a replacement that grows":                {"{{ message.text | replace: 'a', message.text | size }}", strings.Repeat("a", 4096), "grew too long"},
		"a list that is joined with itself":       {"{% assign l = message.text | split: '' %}{{ l | join: message.text | size }}", strings.Repeat("b", 4096), "grew too long"},
		"a text of ten megabytes through filters": {"{{ message.text | upcase | downcase | truncate: 200 }}", strings.Repeat("a", 10*mega), "more than 4 MB"},
		"a text of ten megabytes as a value":      {"{{ contact.name | append: message.text }}", strings.Repeat("a", 10*mega), "more than 4 MB"},
		"a text of ten megabytes as it is":        {"{{ message.text }}", strings.Repeat("a", 10*mega), "grows too long"},
		"two thousand filters on a long text":     {"{% for x in (1..100) %}{% assign a = message.text " + strings.Repeat("| upcase | downcase ", 9) + "%}{% endfor %}.", strings.Repeat("茶", 4096), "more than 4 MB"},
		"a text that is written 10,000 times":     {"{% for x in (1..100) %}{% for y in (1..100) %}0123456789{% endfor %}{% endfor %}", "", "grows too long"},
	} {
		t.Run(name, func(t *testing.T) {
			set := New(one("en", c.text))
			if found := Check(set.book); len(found) > 0 {
				t.Fatalf("it is refused already: %+v", found)
			}
			var err error
			cost := allocated(func() { _, err = set.Reply("t", "en", true, Values{ContactName: "Ada", Text: c.written, Now: sunday}) })
			var bad *Error
			if !errors.As(err, &bad) || !strings.Contains(bad.Reason, c.want) || bad.Fix == "" {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if cost > 32*mega+2*len(c.written) {
				t.Errorf("it asked for %d KB", cost>>10)
			}
		})
	}
}

// The largest that may be sent can be sent.
func TestWhatStaysWithinTheBoundsIsRendered(t *testing.T) {
	for name, text := range map[string]string{
		"a hundred turns":             "{% for x in (1..100) %}{{ x }}{% endfor %}",
		"the longest message":         "{{ message.text | truncate: 4096 }}",
		"a hundred filters":           "{{ message.text " + strings.Repeat("| strip ", 100) + "}}",
		"a list of single characters": "{% assign l = message.text | split: '' %}{{ l | size }}",
	} {
		set := New(one("en", text))
		got, err := set.Reply("t", "en", true, Values{Text: strings.Repeat("茶", 4096), Now: sunday})
		if err != nil || got.Text == "" {
			t.Errorf("%s: got %q, %v", name, got.Text, err)
		}
	}
}
