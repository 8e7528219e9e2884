package publish

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/render"
	"frontdesk/shared/whatsapp"
)

func shapes() []string {
	return []string{string(message.ShapeText), string(message.ShapeButtons), string(message.ShapeList), string(message.ShapeApproved)}
}

func (c *checker) templates() {
	c.ids("templates", c.templateIDs)
	c.faults = append(c.faults, render.Check(c.p)...)
	for i, t := range c.p.Templates {
		path := fmt.Sprintf("templates[%d]", i)
		c.coverage(path, t)
		for j, v := range t.Variants {
			at := fmt.Sprintf("%s.variants[%d]", path, j)
			c.language(at+".language", v.Language)
			c.shape(at, v)
			c.rendered(at, v)
		}
	}
}

// coverage holds that a template has, in every language of the playbook, one
// variant to send while the service window is open, and at most one approved.
func (c *checker) coverage(path string, t playbook.Template) {
	seen := map[string]int{}
	for j, v := range t.Variants {
		kind, what := "open ", "a text, buttons or list variant"
		if v.Shape == string(message.ShapeApproved) {
			kind, what = "approved ", "an approved variant"
		}
		if earlier, ok := seen[kind+v.Language]; ok {
			c.add(fmt.Sprintf("%s.variants[%d]", path, j),
				fmt.Sprintf("%s has %s already (variants[%d])", quote(v.Language), what, earlier), "keep one of them")
			continue
		}
		seen[kind+v.Language] = j
	}
	for i, language := range c.p.Languages {
		if _, ok := seen["open "+language]; !ok && !c.faulty(fmt.Sprintf("languages[%d]", i)) {
			c.add(path+".variants", "the template has no text, buttons or list in "+quote(language), "add a variant in this language")
		}
	}
}

// shape holds that a variant has the fields that its shape needs, and no others.
func (c *checker) shape(path string, v playbook.Variant) {
	c.among(path+".shape", "shape", v.Shape, shapes())
	shape := message.Shape(v.Shape)
	if !slices.Contains(shapes(), v.Shape) {
		return
	}
	interactive := shape == message.ShapeButtons || shape == message.ShapeList
	c.field(path+".text", v.Text != "", shape != message.ShapeApproved, shape != message.ShapeApproved)
	c.field(path+".header", v.Header != "", false, interactive)
	c.field(path+".footer", v.Footer != "", false, interactive)
	c.field(path+".buttons", len(v.Buttons) > 0, shape == message.ShapeButtons, shape == message.ShapeButtons)
	c.field(path+".open", v.Open != "", shape == message.ShapeList, shape == message.ShapeList)
	c.field(path+".sections", len(v.Sections) > 0, shape == message.ShapeList, shape == message.ShapeList)
	c.field(path+".approved", v.Approved != nil, shape == message.ShapeApproved, shape == message.ShapeApproved)
	switch shape {
	case message.ShapeButtons:
		c.buttons(path, v.Buttons)
	case message.ShapeList:
		c.list(path, v.Sections)
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

func (c *checker) buttons(path string, buttons []playbook.Choice) {
	if len(buttons) > whatsapp.MaxButtons {
		c.add(path+".buttons", fmt.Sprintf("there are %d buttons", len(buttons)),
			fmt.Sprintf("keep at most %d, or use a list", whatsapp.MaxButtons))
	}
	seen := choices{ids: map[string]bool{}, titles: map[string]bool{}}
	for i, b := range buttons {
		at := fmt.Sprintf("%s.buttons[%d]", path, i)
		c.choice(at, b, whatsapp.MaxButtonID, seen)
		if b.Description != "" {
			c.add(at+".description", "a button has no description", "remove it, or use a list")
		}
	}
}

func (c *checker) list(path string, sections []playbook.Section) {
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
			c.choice(fmt.Sprintf("%s.rows[%d]", at, j), r, whatsapp.MaxRowID, seen)
		}
	}
	if rows > whatsapp.MaxListRows {
		c.add(path+".sections", fmt.Sprintf("the list has %d rows", rows), fmt.Sprintf("keep at most %d in all sections together", whatsapp.MaxListRows))
	}
}

// choices are the ids and titles that one message has used.
type choices struct{ ids, titles map[string]bool }

func (c *checker) choice(path string, choice playbook.Choice, maxLength int, seen choices) {
	switch n := utf8.RuneCountInString(choice.ID); {
	case strings.TrimSpace(choice.ID) == "":
		c.add(path+".id", "the id is missing", "give it an id for filters to name, such as menu_price")
	case n > maxLength:
		c.add(path+".id", fmt.Sprintf("the id has %d characters", n), fmt.Sprintf("write at most %d", maxLength))
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

func (c *checker) approved(path string, a *playbook.Approved) {
	if a == nil {
		return
	}
	wrong := func(r rune) bool { return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') }
	if a.Name == "" || len(a.Name) > whatsapp.MaxTemplateName || strings.ContainsFunc(a.Name, wrong) {
		c.add(path+".approved.name", quote(a.Name)+" is not a name that a WhatsApp template can have",
			"copy the name from WhatsApp Manager: small letters a-z, digits and _")
	}
	if !locale(a.Language) {
		c.add(path+".approved.language", quote(a.Language)+" is not a locale of a WhatsApp template",
			"copy the code from WhatsApp Manager, such as en, en_US or zh_CN")
	}
	if a.Category != "" {
		c.among(path+".approved.category", "category", a.Category, []string{"utility", "marketing", "authentication"})
	}
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
