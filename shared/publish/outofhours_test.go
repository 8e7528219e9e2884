package publish

import (
	"testing"

	"frontdesk/shared/playbook"
)

// Greeting, away, or both? Out of hours a new contact gets the away reply and no second
// message; its text may greet them, and does not greet who has written before. By day they
// are welcomed.
func TestANewContactOutOfHoursGetsOneMessage(t *testing.T) {
	p := with(t, variants(`"shape": "text", "text": "{% if first_contact %}Welcome to the shop! {% endif %}We are closed now."`))
	p.Templates = append(p.Templates, playbook.Template{ID: "hello", Name: "Hello", Variants: []playbook.Variant{{Language: "en", Shape: "text", Text: "Welcome."}}})
	p.Filters, p.Fallback = nil, nil
	p.Welcome, p.Away = &playbook.Moment{Reply: "hello"}, &playbook.Moment{Reply: "price", Calendar: "shop"}
	const night, day = "2026-11-18T23:30:00+08:00", "2026-11-16T12:00:00+08:00"
	for _, c := range []struct {
		name, at string
		first    bool
		want     string
	}{
		{"a new contact at night", night, true, "Welcome to the shop! We are closed now."},
		{"somebody known at night", night, false, "We are closed now."},
		{"a new contact by day", day, true, "Welcome."},
		{"somebody known by day", day, false, ""},
	} {
		p.Examples = []playbook.Example{{Message: playbook.Sample{Text: "hello", At: c.at, FirstContact: c.first}}}
		book, set := compiled(t, &p)
		if got := (Runner{book, set, &p, company(), noon}).All()[0].Content.Text; got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
