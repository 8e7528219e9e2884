// Package render fills in the templates of a playbook. It is pure: the time and
// everything about the contact come in as [Values].
//
// A reply is made in this order: the variant is chosen by language, by the kind of
// channel and by whether the service window is open; its texts are parsed, the first
// time they are needed; each text is filled in; the whole is checked for size, and
// addresses for being https. A reply comes out complete or not at all.
//
// Templates are Liquid, with what an admin needs and no more: if, elsif, else,
// unless, case, when, for, assign, comment, raw, and the filters that [Check]
// lists when a wrong one is used. Refused when a template is checked, and never
// rendered: names that do not exist on every path through the text, tags and
// filters that are not in the list, files and other templates, loops of more
// than 100 turns, blocks nested more than 8 deep, texts of more than 20,000
// characters, and more than 2,000 steps once loops are unrolled. While a text is
// rendered its filters may work on 4 MB, one value may have 16 KB and all texts of
// a reply 64 KB.
//
// In an expression and and or go from left to right, without precedence.
//
// What a contact typed is a value. It is never read as Liquid and never shows
// in an error.
//
// What the check cannot see: whether a value is a number or a date when a filter
// needs one. Such a text fails when it is rendered, with an error and nothing sent.
package render

import (
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// Why there is no reply. Any other error of [Set.Reply] is an [*Error].
var (
	// ErrNoTemplate: the playbook has no template of that id, or it has no variant.
	ErrNoTemplate = errors.New("no such template")
	// ErrNoApproved: the service window is shut and the template has no approved
	// variant, so nothing may be sent now.
	ErrNoApproved = errors.New("no approved variant for a shut service window")
)

// Error is a text that could not be rendered. It names the place and never a value.
type Error struct {
	// Template and Language name the variant, Field the text inside it
	// (text, buttons[0].title), Line the line of that text.
	Template, Language, Field string
	Line                      int
	// Reason is the rest of a sentence about the text, Fix what to do.
	Reason, Fix string
}

func (e *Error) Error() string {
	return fmt.Sprintf("template %q in %s: line %d of %s %s", e.Template, e.Language, e.Line, e.Field, e.Reason)
}

// Values are what templates can use. Every field may be empty.
type Values struct {
	ContactName  string // contact.name
	FirstContact bool   // first_contact
	Text         string // message.text
	// Team is the id of the team; team.name is its name in the playbook, or this
	// text itself when no team has it as its id.
	Team string
	// Now is the time in the zone in which it is to be written: now.
	Now     time.Time
	Channel string // channel
	// Greeting is a template whose text goes before the reply's, as its first paragraph,
	// while the window is open and where both are texts.
	Greeting string
	// Kind is the kind of that channel. Without one a variant that is for all kinds is
	// taken, else any.
	Kind message.Kind
	// Variables replace values of the playbook's variables. Names that the
	// playbook does not have are not used.
	Variables map[string]string
}

// Set is the templates of one playbook, ready to render. It is safe for
// concurrent use. The playbook must not change afterwards.
type Set struct {
	book      *playbook.Playbook
	templates map[string][]*variant
}

// New prepares a playbook's templates. Nothing is parsed before it is needed, so
// that this costs little when a function starts.
func New(p *playbook.Playbook) *Set {
	s := &Set{book: p, templates: make(map[string][]*variant, len(p.Templates))}
	for _, t := range p.Templates {
		variants := make([]*variant, len(t.Variants))
		for i := range t.Variants {
			variants[i] = &variant{data: t.Variants[i]}
		}
		s.templates[t.ID] = variants
	}
	return s
}

// Reply renders a template for a contact who reads the language. While the
// window is open that is the variant to send inside it; else the approved one, which
// only WhatsApp takes, or [ErrNoApproved]. Without a variant in the language the nearest is taken:
// the same base language, then the playbook's first language, then the first.
// In one language the variant that names the kind of channel comes before the one
// that is for all kinds; one that names other kinds only is never taken.
func (s *Set) Reply(template, language string, open bool, v Values) (message.Content, error) {
	content, err := s.reply(template, language, open, v)
	if err != nil || v.Greeting == "" || content.Shape != message.ShapeText {
		return content, err
	}
	greeting, err := s.reply(v.Greeting, language, open, v)
	if err == nil && greeting.Shape == message.ShapeText {
		content.Text = greeting.Text + "\n\n" + content.Text
	}
	return content, err
}

func (s *Set) reply(template, language string, open bool, v Values) (message.Content, error) {
	variants, ok := s.templates[template]
	if !ok || len(variants) == 0 {
		return message.Content{}, fmt.Errorf("reply with template %q: %w", template, ErrNoTemplate)
	}
	chosen := s.pick(variants, language, open, v.Kind)
	if !open && v.Kind != "" && v.Kind != message.WhatsApp { // only WhatsApp has anything for a shut window
		chosen = nil
	}
	switch {
	case chosen == nil && open:
		return message.Content{}, fmt.Errorf("reply with template %q: %w", template, ErrNoTemplate)
	case chosen == nil:
		return message.Content{}, fmt.Errorf("reply with template %q: %w", template, ErrNoApproved)
	}
	chosen.parse(s.book.Variables)
	content, bad := chosen.render(s, &v)
	if bad != nil {
		return message.Content{}, &Error{
			Template: template, Language: chosen.data.Language, Field: bad.at.String(),
			Line: bad.line, Reason: bad.message, Fix: bad.fix,
		}
	}
	return content, nil
}

// pick chooses among the variants that may be sent now to this kind of channel.
func (s *Set) pick(variants []*variant, language string, open bool, kind message.Kind) *variant {
	first := ""
	if len(s.book.Languages) > 0 {
		first = s.book.Languages[0]
	}
	chosen := choose(variants, wanted{open, kind, false}, language, first)
	if chosen == nil && kind == "" {
		return choose(variants, wanted{open, kind, true}, language, first)
	}
	return chosen
}

// value looks up a path that the check has let pass.
func (s *Set) value(path string, v *Values) value {
	switch path {
	case "contact.name":
		return textValue(v.ContactName)
	case "first_contact":
		return yesNo(v.FirstContact)
	case "message.text":
		return textValue(v.Text)
	case "team.name":
		return textValue(s.teamName(v.Team))
	case "now":
		return timeValue(v.Now)
	case "channel":
		return textValue(v.Channel)
	}
	if replaced, ok := v.Variables[path]; ok {
		return textValue(replaced)
	}
	return textValue(s.book.Variables[path])
}

func (s *Set) teamName(id string) string {
	for _, t := range s.book.Teams {
		if t.ID == id && t.Name != "" {
			return t.Name
		}
	}
	return id
}

// Check returns what is wrong with the Liquid of a playbook's templates, each
// fault with its path in the playbook. Lengths and shapes are not its business.
func Check(p *playbook.Playbook) []playbook.Fault {
	var faults []playbook.Fault
	for i, t := range p.Templates {
		for j := range t.Variants {
			v := variant{data: t.Variants[j]}
			v.parse(p.Variables)
			faults = append(faults, v.faults(fmt.Sprintf("templates[%d].variants[%d]", i, j))...)
		}
	}
	return faults
}
