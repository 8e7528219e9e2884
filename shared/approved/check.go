package approved

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/render"
	"frontdesk/shared/whatsapp"
)

// maxFaults is how many faults, and how many notes, are listed.
const maxFaults = 200

// Check returns why approved variants of a playbook cannot be sent, in the order of the
// playbook: each must be an approved template, in its locale, of every WhatsApp channel, with
// the same number of parameters and the same category, and nothing else to fill in. Channels of one
// account are looked at once.
//
// What the live playbook has in the same words is a note, no fault: a template that Meta has
// paused must not keep a correction of something else from going live. So is a channel of
// which nothing was fetched within a day, if the playbook has any approved variant.
func Check(p, live playbook.Playbook, known []Known, now time.Time) (faults, notes []playbook.Fault) {
	variants := variantsOf(p)
	if len(variants) == 0 {
		return nil, nil
	}
	books, notes := books(known, now)
	before := map[string]bool{}
	for _, v := range variantsOf(live) {
		before[v.words()] = true
	}
	for _, v := range variants {
		for _, b := range books {
			for _, f := range b.look(v) {
				if before[v.words()] {
					notes = append(notes, f.Fault)
				} else {
					faults = append(faults, f.Fault)
				}
			}
		}
	}
	return bounded(faults), bounded(notes)
}

// Any reports whether a playbook has approved variants at all.
func Any(p playbook.Playbook) bool { return len(variantsOf(p)) > 0 }

func bounded(all []playbook.Fault) []playbook.Fault {
	if len(all) <= maxFaults {
		return all
	}
	return append(all[:maxFaults], playbook.Fault{Path: "templates", Message: "There is more about approved templates than is listed.", Fix: "Mend these first."})
}

// books are those of the accounts that are known, and notes on the channels that are not.
func books(known []Known, now time.Time) (all []book, notes []playbook.Fault) {
	for _, k := range known {
		switch twice := slices.ContainsFunc(all, func(b book) bool { return b.Account == k.Account }); {
		case !k.current(now):
			notes = append(notes, unchecked(k))
		case !twice:
			all = append(all, bookOf(k))
		}
	}
	return all, notes
}

// Unusable is one thing that keeps an approved variant from being sent.
type Unusable struct {
	playbook.Fault
	// Name and Language name the template at Meta.
	Name, Language string
	// Problem is missing, language, a state in small letters (paused), parameters, header,
	// buttons, category or unfilled.
	Problem string
}

// String names it in a log.
func (u Unusable) String() string { return u.Name + " " + u.Language + ": " + u.Problem }

// Stale returns what of a playbook, which is live, cannot be sent through one channel.
// Nothing when its list is not of today.
func Stale(p playbook.Playbook, k Known, now time.Time) []Unusable {
	if !k.current(now) {
		return nil
	}
	var all []Unusable
	b := bookOf(k)
	for _, v := range variantsOf(p) {
		all = append(all, b.look(v)...)
	}
	return all
}

// variant is an approved variant of the playbook, and where it stands.
type variant struct {
	path string
	playbook.Approved
}

// words are what it says, wherever it stands.
func (v variant) words() string {
	v.Category = cmp.Or(v.Category, "utility")
	raw, err := json.Marshal(v.Approved)
	if err != nil { // texts and numbers always have a JSON form
		return ""
	}
	return string(raw)
}

func variantsOf(p playbook.Playbook) []variant {
	var all []variant
	for i, t := range p.Templates {
		for j, v := range t.Variants {
			if v.Shape == string(message.ShapeApproved) && v.Approved != nil {
				all = append(all, variant{fmt.Sprintf("templates[%d].variants[%d].approved", i, j), *v.Approved})
			}
		}
	}
	return all
}

// book finds the templates of a channel by their names.
type book struct {
	Known
	byName map[string][]whatsapp.Template
	names  []string
}

func bookOf(k Known) book {
	b := book{Known: k, byName: map[string][]whatsapp.Template{}}
	for _, t := range k.Templates {
		if b.byName[t.Name] == nil {
			b.names = append(b.names, t.Name)
		}
		b.byName[t.Name] = append(b.byName[t.Name], t)
	}
	return b
}

// look compares one variant with what the channel has.
func (b book) look(v variant) []Unusable {
	f := finder{v: v}
	same := b.byName[v.Name]
	if len(same) == 0 {
		fix := "Create it in WhatsApp Manager, or name one that is there. What is new there is known here within an hour."
		if name := render.Closest(v.Name, b.names); name != "" {
			fix = "Did you mean " + name + "?"
		}
		f.add("missing", ".name", fmt.Sprintf("%s is no message template of %s.", quote(v.Name), b.Channel), fix)
		return f.found
	}
	i := slices.IndexFunc(same, func(t whatsapp.Template) bool { return t.Language == v.Language })
	if i < 0 {
		f.add("language", ".language", fmt.Sprintf("%s does not exist in %s at %s.", quote(v.Name), quote(v.Language), b.Channel),
			"Use one of "+strings.Join(languages(same), ", ")+", exactly as it is written here, or add the language in WhatsApp Manager.")
		return f.found
	}
	f.state(same[i], b.Channel)
	f.fits(same[i])
	return f.found
}

func languages(same []whatsapp.Template) []string {
	const shown = 10
	var all []string
	for _, t := range same[:min(len(same), shown)] {
		all = append(all, t.Language)
	}
	return all
}

// finder collects what is wrong with one variant.
type finder struct {
	v     variant
	found []Unusable
}

func (f *finder) add(problem, field, text, fix string) {
	f.found = append(f.found, Unusable{playbook.Fault{Path: f.v.path + field, Message: text, Fix: fix}, f.v.Name, f.v.Language, problem})
}

func (f *finder) state(t whatsapp.Template, at string) {
	if t.Status == whatsapp.TemplateApproved {
		return
	}
	state, why := strings.ToLower(strings.ReplaceAll(t.Status, "_", " ")), ""
	if t.Reason != "" {
		why = " (" + t.Reason + ")"
	}
	f.add(cmp.Or(state, "no state"), ".name", fmt.Sprintf("%s in %s is %s%s at %s, and only an approved template can be sent.",
		quote(f.v.Name), f.v.Language, cmp.Or(state, "in no state"), why, at), cure(t.Status))
}

func cure(status string) string {
	switch status {
	case whatsapp.TemplatePending:
		return "Wait until Meta has looked at it; this can take a day."
	case whatsapp.TemplateAppealed:
		return "Wait until Meta has decided on the appeal, or name another."
	case whatsapp.TemplateRejected:
		return "Correct it in WhatsApp Manager and submit it again, or name another."
	case whatsapp.TemplatePaused:
		return "Wait until Meta takes the pause back, or name another: too many people have blocked or reported it."
	case whatsapp.TemplateDisabled:
		return "Name another: Meta has disabled it for good."
	}
	return "Look at it in WhatsApp Manager, or name another."
}

// fits holds that what we send is what the template takes.
func (f *finder) fits(t whatsapp.Template) {
	name := quote(f.v.Name)
	f.body(t, name)
	f.header(t, name)
	f.buttons(t, name)
	if says := cmp.Or(f.v.Category, "utility"); t.Category != "" && t.Category != says {
		fix := "Set category to " + t.Category + "."
		if t.Category == "marketing" {
			fix += " It then never goes to who has opted out of marketing."
		}
		f.add("category", ".category", fmt.Sprintf("Meta has %s under %s, and the variant says %s.", name, t.Category, says), fix)
	}
	if missing := t.Unfilled(); len(missing) > 0 {
		f.add("unfilled", ".name", fmt.Sprintf("%s needs %s, and that is not sent.", name, strings.Join(missing, ", ")),
			"Name a template that does not need it; a copy of this one can be made in WhatsApp Manager.")
	}
}

// unchecked notes that a channel's templates are not known.
func unchecked(k Known) playbook.Fault {
	note := playbook.Fault{Path: "templates", Message: "Approved variants were not compared with the message templates of " + k.Channel + ": "}
	switch {
	case k.Account == "":
		note.Message += "the channel has no business_id."
		note.Fix = "Write the id of the WhatsApp Business Account into the channel's business_id."
	case !k.Refused.IsZero() && (k.Code == 10 || k.Code >= 200 && k.Code <= 299):
		note.Message += "the token may not list them."
		note.Fix = "Give the system user the permission whatsapp_business_management for this account."
	case !k.Refused.IsZero():
		note.Message += fmt.Sprintf("Meta refused to list them (code %d).", k.Code)
		note.Fix = "Look at GET /v1/approved for Meta's words."
	case k.Fetched.IsZero():
		note.Message += "they have not been fetched yet."
		note.Fix = "They are fetched within an hour of the channel's first start; check again then."
	default:
		note.Message += "they were last fetched at " + k.Fetched.UTC().Format(time.RFC3339) + ", more than a day ago."
		note.Fix = "See that Meta can be reached, and that the token still works."
	}
	return note
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// quote shows a name, cut to what can be read.
func quote(s string) string {
	const shown = 60
	if r := []rune(s); len(r) > shown {
		s = string(r[:shown]) + "…"
	}
	return "“" + s + "”"
}
