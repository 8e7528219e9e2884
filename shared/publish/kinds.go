package publish

import (
	"fmt"
	"slices"
	"strings"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// writtenTo are the kinds of channel that people write to: what a variant can be for.
func writtenTo() []message.Kind {
	return []message.Kind{message.WhatsApp, message.WeComKF, message.WeComApp, message.WeComBot}
}

func kindNames() []string {
	var names []string
	for _, k := range writtenTo() {
		names = append(names, string(k))
	}
	return names
}

// kindsOf are the kinds of the channels that people write to; WhatsApp when there is none.
func kindsOf(channels []Channel) []message.Kind {
	var kinds []message.Kind
	for _, k := range writtenTo() {
		if slices.ContainsFunc(channels, func(x Channel) bool { return x.Kind == k }) {
			kinds = append(kinds, k)
		}
	}
	if len(kinds) == 0 {
		return []message.Kind{message.WhatsApp}
	}
	return kinds
}

func isApproved(v *playbook.Variant) bool { return v.Shape == string(message.ShapeApproved) }

// takers are the kinds of channel that get a variant of a template: those that it names,
// else all that are there and that no other variant of its language names.
func (c *checker) takers(t *playbook.Template, j int) []message.Kind {
	v := &t.Variants[j]
	var kinds []message.Kind
	for _, k := range writtenTo() {
		there := slices.Contains(c.kinds, k)
		named := func(o playbook.Variant) bool {
			return o.Language == v.Language && !isApproved(&o) && slices.Contains(o.Only, string(k))
		}
		switch {
		case isApproved(v):
			there = there && k == message.WhatsApp
		case len(v.Only) > 0:
			there = slices.Contains(v.Only, string(k))
		default:
			there = there && !slices.ContainsFunc(t.Variants, named)
		}
		if there {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// coverage holds that a template has, in every language of the playbook, one variant to
// send to each kind of channel while the service window is open, and at most one approved.
func (c *checker) coverage(path string, t *playbook.Template) {
	seen := map[string]int{} // by what a variant is for, and its language
	for j := range t.Variants {
		v := &t.Variants[j]
		for _, purpose := range purposes(v) {
			earlier, twice := seen[purpose+" "+v.Language]
			if twice {
				c.add(fmt.Sprintf("%s.variants[%d]", path, j),
					fmt.Sprintf("%s has %s already (variants[%d])", quote(v.Language), purposeName(purpose), earlier), "keep one of them, or name different kinds of channel in only")
				break
			}
			seen[purpose+" "+v.Language] = j
		}
	}
	for i, language := range c.p.Languages {
		if !c.faulty(fmt.Sprintf("languages[%d]", i)) {
			c.covered(path+".variants", language, seen)
		}
	}
}

const approvedOnly = "approved"

// purposes are what a variant is for: a shut window, kinds of channel, or "" for every kind.
func purposes(v *playbook.Variant) []string {
	switch {
	case isApproved(v):
		return []string{approvedOnly}
	case len(v.Only) == 0:
		return []string{""}
	}
	return slices.Compact(slices.Sorted(slices.Values(v.Only)))
}

func purposeName(purpose string) string {
	switch purpose {
	case approvedOnly:
		return "an approved variant"
	case "":
		return "a variant for every kind of channel"
	}
	return "a variant for " + purpose
}

// covered holds that every kind of channel that is there gets something in a language.
func (c *checker) covered(path, language string, seen map[string]int) {
	if _, every := seen[" "+language]; every {
		return
	}
	var without []string
	for _, k := range c.kinds {
		if _, own := seen[string(k)+" "+language]; !own {
			without = append(without, string(k))
		}
	}
	switch {
	case len(without) == len(c.kinds):
		c.add(path, "the template has nothing to send in "+quote(language), "add a variant in this language")
	case len(without) > 0:
		c.add(path, "the template has nothing to send to "+strings.Join(without, " and ")+" in "+quote(language),
			"add a variant without only, or one that names this kind of channel")
	}
}

// only holds what a variant says about the kinds of channel it is for.
func (c *checker) only(path string, v *playbook.Variant) {
	for i, name := range v.Only {
		at := fmt.Sprintf("%s.only[%d]", path, i)
		switch k := message.Kind(name); {
		case k.Notices():
			c.add(at, "nobody writes to a channel of kind "+name+", so it never gets a reply", "remove it; such channels take notices")
		case slices.Index(v.Only, name) < i:
			c.add(at, quote(name)+" is named twice", "remove one")
		default:
			c.among(at, "kind of channel", name, kindNames())
		}
	}
	if message.Shape(v.Shape) != message.ShapeMarkdown {
		return
	}
	takes := []string{string(message.WeComApp), string(message.WeComBot)}
	if len(v.Only) == 0 || !subset(v.Only, takes) {
		c.add(path+".only", "only wecom_app and wecom_bot show Markdown, and the variant is for other kinds of channel, too",
			`write "only": ["wecom_app", "wecom_bot"], and another variant for the rest`)
	}
}
