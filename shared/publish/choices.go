package publish

import (
	"fmt"
	"slices"
	"strings"

	"frontdesk/shared/decide"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// choices finds what a template offers to tap and no filter answers, on any of the channels
// that get it: who taps it gets the fallback, which says that nobody understood, or nothing.
// It keeps no playbook from going live, for another program may answer taps, and what people
// do with them is theirs. A survey's ratings never reach filters.
//
// The rule is sound: what it finds is truly never answered. It does not see everything: an
// answer on one of several channels is enough, and whether the state of a conversation,
// hours or the words of a title with Liquid fit a condition is not known.
func (c *checker) choices() {
	by := c.answerers()
	for i := range c.p.Templates {
		t := &c.p.Templates[i]
		told := map[string]bool{} // one slip, not one in each language
		for j := range t.Variants {
			path := fmt.Sprintf("templates[%d].variants[%d]", i, j)
			kinds := c.takers(t, j)
			for _, o := range offers(path, &t.Variants[j]) {
				if !told[o.id] && !c.faulty(o.path) && !c.answered(by, o, kinds) {
					told[o.id] = true
					c.add(o.path, "no filter answers the choice "+quote(o.id)+" when it is tapped",
						c.suggest(o.id, c.chosen(), "add a filter whose condition is choice: "+o.id+", or remove the choice"))
				}
			}
		}
	}
}

// offer is one choice of a variant. Words is what a tap on it says, if the channel sends that along.
type offer struct{ path, id, words string }

// offers are the buttons of a variant, the rows of its list, or what the buttons of an
// approved template send back. Only Meta knows the words on those.
func offers(path string, v *playbook.Variant) []offer {
	var all []offer
	ids, paths := choicesOf(path, v)
	titles := titlesOf(v)
	for i, id := range ids {
		all = append(all, offer{paths[i], id, titles[i]})
	}
	if v.Approved == nil {
		return all
	}
	for i, b := range v.Approved.Buttons {
		all = append(all, offer{fmt.Sprintf("%s.approved.buttons[%d].payload", path, i), b.Payload, unknownWords})
	}
	return all
}

func titlesOf(v *playbook.Variant) []string {
	var titles []string
	for _, b := range v.Buttons {
		titles = append(titles, b.Title)
	}
	for _, s := range v.Sections {
		for _, r := range s.Rows {
			titles = append(titles, r.Title)
		}
	}
	return titles
}

// answered reports whether an offer may be answered on a channel that it goes to. Where there
// is none nobody can tap it.
func (c *checker) answered(by answerers, o offer, kinds []message.Kind) bool {
	if strings.TrimSpace(o.id) == "" || rating(o.id) {
		return true
	}
	there := false
	for _, ch := range c.channels {
		if !slices.Contains(kinds, ch.Kind) {
			continue
		}
		there = true
		if t := tapOn(ch, o); by.answer(t) || t.words != "" && decide.OptsOut(c.p.Safety, t.words) {
			return true
		}
	}
	return !there
}

// tapOn is what comes in when an offer is tapped on a channel: the type, and the words where
// the channel sends them (packages whatsapp and wecom).
func tapOn(ch Channel, o offer) tap {
	t := tap{channel: ch.ID, choice: o.id}
	switch {
	case ch.Kind == message.WhatsApp && o.words == unknownWords:
		t.kind, t.words = "button", o.words
	case ch.Kind == message.WhatsApp:
		t.kind, t.words = "interactive", o.words
	case ch.Kind == message.WeComKF:
		t.kind, t.words = "text", o.words
	default:
		t.kind = "template_card_event"
	}
	return t
}

// unreached are the templates that nothing leads to, which keeps no playbook from going live.
func unreached(p *playbook.Playbook) []playbook.Fault {
	used := map[string]bool{}
	for _, f := range p.Filters {
		used[f.Then.Reply] = true
	}
	for _, m := range momentsOf(p) {
		used[m.Reply] = true
	}
	if s := p.Survey; s != nil {
		used[s.Ask], used[s.Thanks] = true, true
	}
	if s := p.Safety; s != nil && s.OptOut != nil {
		used[s.OptOut.Confirm], used[s.OptOut.ConfirmBack] = true, true
	}
	var found []playbook.Fault
	for i, t := range p.Templates {
		if !used[t.ID] {
			found = append(found, playbook.Fault{
				Path:    fmt.Sprintf("templates[%d]", i),
				Message: "Nothing sends the template " + quote(t.ID) + ".",
				Fix:     "Name it in the reply of a filter, or remove it.",
			})
		}
	}
	return found
}

// Notes is what is to be known of a playbook without faults and does not keep it from going
// live: choices that no filter answers, and templates that nothing leads to.
func Notes(p playbook.Playbook, channels []Channel) []playbook.Fault {
	c := newChecker(&p, channels)
	if c.names(); len(c.faults) > 0 {
		return nil
	}
	c.choices()
	return append(c.faults, unreached(&p)...)
}
