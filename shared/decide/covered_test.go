package decide_test

import (
	"slices"
	"testing"
	"time"

	"frontdesk/shared/decide"
	"frontdesk/shared/playbook"
)

// A reply that is made of what the contact wrote is another one each time, wherever it
// holds that.
func TestAReplyMadeOfTheQuestionCoversNoOther(t *testing.T) {
	const said = "{{ message.text }}"
	for name, v := range map[string]playbook.Variant{
		"words":             {Text: said},
		"a link":            {Link: &playbook.Link{URL: "https://shop.example/?q=" + said}},
		"a section":         {Sections: []playbook.Section{{Title: said}}},
		"an article":        {Articles: []playbook.Article{{Description: said}}},
		"a file":            {Media: &playbook.Media{URL: "https://shop.example/" + said}},
		"a named parameter": {Approved: &playbook.Approved{Named: []playbook.Named{{Name: "q", Text: said}}}},
	} {
		p := parse(t, shop+", "+answers+"}")
		i := slices.IndexFunc(p.Templates, func(t playbook.Template) bool { return t.ID == "price" })
		p.Templates[i].Variants = append(p.Templates[i].Variants, v)
		b, err := decide.Compile(p, 7)
		if err != nil {
			t.Fatal(err)
		}
		c := talk{book: b, head: known()}
		for second, text := range []string{"price of tea", "price of cups"} {
			if d := c.hears(text, monday.Add(time.Duration(second)*time.Second)); d.Reply != "price" {
				t.Errorf("%s: got %+v, want a reply to %q", name, d, text)
			}
		}
	}
}
