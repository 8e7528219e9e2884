package publish

import (
	"fmt"
	"slices"
	"strings"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/render"
)

func shapes() []string {
	return []string{string(message.ShapeText), string(message.ShapeButtons), string(message.ShapeList), string(message.ShapeCard),
		string(message.ShapeNews), string(message.ShapeMarkdown), string(message.ShapeImage), string(message.ShapeVideo),
		string(message.ShapeDocument), string(message.ShapeAudio), string(message.ShapeApproved)}
}

func (c *checker) templates() {
	c.ids("templates", c.templateIDs)
	c.faults = append(c.faults, render.Check(c.p)...)
	for i := range c.p.Templates {
		t, path := &c.p.Templates[i], fmt.Sprintf("templates[%d]", i)
		c.coverage(path, t)
		for j := range t.Variants {
			c.variant(fmt.Sprintf("%s.variants[%d]", path, j), &t.Variants[j], c.takers(t, j))
		}
	}
}

// variant looks at one variant, which goes to these kinds of channel.
func (c *checker) variant(path string, v *playbook.Variant, kinds []message.Kind) {
	c.language(path+".language", v.Language)
	c.only(path, v)
	c.shape(path, v, kinds)
	c.rendered(path, *v, kinds)
}

// fieldsOf are the fields that a shape needs, and those that it may have besides.
func fieldsOf(v *playbook.Variant) (needed, allowed []string) {
	switch message.Shape(v.Shape) {
	case message.ShapeButtons:
		return []string{"text", "buttons"}, []string{"only", "header", "footer", "media"}
	case message.ShapeList:
		return []string{"text", "open", "sections"}, []string{"only", "header", "footer"}
	case message.ShapeCard:
		if v.Media != nil { // in the place of the title
			return []string{"text", "link", "media"}, []string{"only", "header", "footer"}
		}
		return []string{"header", "text", "link"}, []string{"only", "footer"}
	case message.ShapeImage, message.ShapeVideo, message.ShapeDocument:
		return []string{"media"}, []string{"only", "text"}
	case message.ShapeAudio:
		return []string{"media"}, []string{"only"}
	case message.ShapeNews:
		return []string{"articles"}, []string{"only"}
	case message.ShapeApproved:
		return []string{"approved"}, nil
	}
	return []string{"text"}, []string{"only"}
}

// shape holds that a variant has the fields that its shape needs, and no others.
func (c *checker) shape(path string, v *playbook.Variant, kinds []message.Kind) {
	c.among(path+".shape", "shape", v.Shape, shapes())
	if !slices.Contains(shapes(), v.Shape) {
		return
	}
	needed, allowed := fieldsOf(v)
	for _, f := range []struct {
		name    string
		present bool
	}{
		{"only", v.Only != nil}, {"text", v.Text != ""}, {"header", v.Header != ""}, {"footer", v.Footer != ""}, {"buttons", len(v.Buttons) > 0},
		{"open", v.Open != ""}, {"sections", len(v.Sections) > 0}, {"link", v.Link != nil}, {"articles", len(v.Articles) > 0}, {"media", v.Media != nil}, {"approved", v.Approved != nil},
	} {
		must := slices.Contains(needed, f.name)
		c.field(path+"."+f.name, f.present, must, must || slices.Contains(allowed, f.name))
	}
	switch message.Shape(v.Shape) {
	case message.ShapeButtons:
		c.buttons(path, v.Buttons, choiceLimits(message.ShapeButtons, kinds))
		c.above(path, v, kinds)
	case message.ShapeList:
		c.list(path, v.Sections, choiceLimits(message.ShapeList, kinds))
	case message.ShapeCard, message.ShapeNews:
		c.links(path, v)
		c.above(path, v, kinds)
	case message.ShapeImage, message.ShapeVideo, message.ShapeDocument, message.ShapeAudio:
		c.file(path, v, kinds)
	case message.ShapeApproved:
		c.approved(path, v.Approved)
	}
}

// field checks that one field is there if needed, and only if it is of use.
func (c *checker) field(path string, present, needed, allowed bool) {
	name := path[strings.LastIndexByte(path, '.')+1:]
	switch {
	case needed && !present:
		c.add(path, "the shape needs "+name, "add "+name+", or choose another shape")
	case present && !allowed:
		c.add(path, "the shape has no "+name, "remove "+name+", or choose another shape")
	}
}

func (c *checker) buttons(path string, buttons []playbook.Choice, limits []choiceLimit) {
	if most := fewest(limits); len(buttons) > most {
		c.add(path+".buttons", fmt.Sprintf("there are %d buttons", len(buttons)), fmt.Sprintf("keep at most %d, or use a list", most))
	}
	seen := choices{ids: map[string]bool{}, titles: map[string]bool{}}
	for i, b := range buttons {
		at := fmt.Sprintf("%s.buttons[%d]", path, i)
		c.choice(at, b, limits, seen)
		if b.Description != "" {
			c.add(at+".description", "a button has no description", "remove it, or use a list")
		}
	}
}

func (c *checker) list(path string, sections []playbook.Section, limits []choiceLimit) {
	rows := 0
	seen := choices{ids: map[string]bool{}}
	for i, s := range sections {
		at := fmt.Sprintf("%s.sections[%d]", path, i)
		if len(s.Rows) == 0 {
			c.add(at+".rows", "the section has no rows", "add a row, or remove the section")
		}
		if len(sections) > 1 && strings.TrimSpace(s.Title) == "" {
			c.add(at+".title", "the section has no title", "give every section a title when there is more than one")
		}
		rows += len(s.Rows)
		seen.titles = map[string]bool{} // one title may stand in two sections
		for j, r := range s.Rows {
			c.choice(fmt.Sprintf("%s.rows[%d]", at, j), r, limits, seen)
		}
	}
	if most := fewest(limits); rows > most {
		c.add(path+".sections", fmt.Sprintf("the list has %d rows", rows), fmt.Sprintf("keep at most %d in all sections together", most))
	}
}

// choices are the ids and titles that one message has used.
type choices struct{ ids, titles map[string]bool }

func (c *checker) choice(path string, choice playbook.Choice, limits []choiceLimit, seen choices) {
	switch what, fix := tooLongID(choice.ID, limits); {
	case strings.TrimSpace(choice.ID) == "":
		c.add(path+".id", "the id is missing", "give it an id for filters to name, such as menu_price")
	case what != "":
		c.add(path+".id", what, fix)
	case seen.ids[choice.ID]:
		c.add(path+".id", "the id "+quote(choice.ID)+" is used twice in this message", "give each choice its own id")
	}
	if strings.TrimSpace(choice.Title) == "" {
		c.add(path+".title", "the title is missing", "write what the contact is to read")
	} else if seen.titles[choice.Title] {
		c.add(path+".title", "the title "+quote(choice.Title)+" is used twice", "give each choice its own title")
	}
	seen.ids[choice.ID], seen.titles[choice.Title] = true, true
}

// locale reports whether s looks like a code that Meta uses: en, fil, en_US, zh_CN.
func locale(s string) bool {
	language, region, hasRegion := strings.Cut(s, "_")
	small := func(s string) bool {
		return !strings.ContainsFunc(s, func(r rune) bool { return r < 'a' || r > 'z' })
	}
	if len(language) < 2 || len(language) > 3 || !small(language) {
		return false
	}
	return !hasRegion || len(region) == 2 && small(strings.ToLower(region)) && region == strings.ToUpper(region)
}
