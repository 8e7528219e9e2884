package publish

import (
	"fmt"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// rating reports whether a choice is one of a survey's. What it stands for is counted, and
// never reaches filters.
func rating(choice string) bool { return conversation.Rating(choice) > 0 }

func (c *checker) survey() {
	ask := ""
	if s := c.p.Survey; s != nil {
		ask = s.Ask
		if ask == "" {
			c.add("survey.ask", "the survey asks nothing", "name the template with the question")
		}
		c.exists("survey.ask", "template", ask, c.templateIDs)
		c.exists("survey.thanks", "template", s.Thanks, c.templateIDs)
		if s.Thanks != "" && s.Thanks == ask {
			c.add("survey.thanks", "the survey thanks with its question, and so would never end", "name another template, or remove thanks")
		}
	}
	for i := range c.p.Templates {
		t := &c.p.Templates[i]
		for j := range t.Variants {
			path := fmt.Sprintf("templates[%d].variants[%d]", i, j)
			if t.ID == ask && ask != "" {
				c.asks(path, &t.Variants[j])
				continue
			}
			c.asksNothing(path, &t.Variants[j])
		}
	}
}

// choicesOf are the buttons of a variant, or the rows of its list, with their paths.
func choicesOf(path string, v *playbook.Variant) (ids, paths []string) {
	for i, b := range v.Buttons {
		ids, paths = append(ids, b.ID), append(paths, fmt.Sprintf("%s.buttons[%d].id", path, i))
	}
	for i, s := range v.Sections {
		for j, r := range s.Rows {
			ids, paths = append(ids, r.ID), append(paths, fmt.Sprintf("%s.sections[%d].rows[%d].id", path, i, j))
		}
	}
	return ids, paths
}

// asks holds that a variant of the survey's question has two to five ratings to choose
// from. That none is there twice is checked with the choices of every message.
func (c *checker) asks(path string, v *playbook.Variant) {
	shape := message.Shape(v.Shape)
	if shape != message.ShapeButtons && shape != message.ShapeList {
		c.add(path+".shape", "the survey asks with this template, so it needs something to tap", "use buttons or a list, with the ids survey:1 (worst) to survey:5 (best)")
		return
	}
	ids, paths := choicesOf(path, v)
	for i, id := range ids {
		if !rating(id) && !c.faulty(paths[i]) {
			c.add(paths[i], quote(id)+" is not a rating, and the survey asks with this template", "use survey:1 (worst) to survey:5 (best)")
		}
	}
	if len(ids) == 1 { // none at all is a fault of the shape, more than five are not five ratings
		c.add(paths[0], "the survey offers one rating", "offer two to five")
	}
}

// asksNothing keeps ratings out of other templates.
func (c *checker) asksNothing(path string, v *playbook.Variant) {
	ids, paths := choicesOf(path, v)
	for i, id := range ids {
		if rating(id) {
			c.add(paths[i], quote(id)+" is a rating, and the survey does not ask with this template", "choose another id")
		}
	}
}
