package render

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// place says which text of a variant it is.
type place struct {
	list     string // sections, buttons, articles, approved.params, …, or "" for a text of its own
	i, j     int    // j is -1 except for rows
	name     string
	required bool // blank after rendering is an error
	address  bool // must be an https address after rendering, unless it is blank
}

// String is the path of the text inside its variant: sections[0].rows[2].title.
func (p place) String() string {
	path := p.list
	if p.list != "" {
		path += "[" + strconv.Itoa(p.i) + "]"
	}
	if p.j >= 0 {
		path += ".rows[" + strconv.Itoa(p.j) + "]"
	}
	if path != "" && p.name != "" {
		path += "."
	}
	return path + p.name
}

// visit walks the texts of a variant in their one order and builds the content
// from what fn makes of them. Ids and names pass as they are.
func visit(v playbook.Variant, fn func(place, string) string) message.Content {
	own := func(name, text string, required bool) string {
		return fn(place{j: -1, name: name, required: required}, text)
	}
	c := message.Content{Shape: message.Shape(v.Shape)}
	if a := v.Approved; a != nil {
		c.Approved = visitApproved(a, fn)
	}
	if c.Shape == message.ShapeApproved {
		return c
	}
	c.Header = own("header", v.Header, c.Shape == message.ShapeCard && v.Media == nil)
	c.Text = own("text", v.Text, c.Shape != message.ShapeNews && !c.Shape.File())
	c.Footer = own("footer", v.Footer, false)
	for i, b := range v.Buttons {
		c.Buttons = append(c.Buttons, visitChoice(b, place{list: "buttons", i: i, j: -1}, fn))
	}
	c.Open = own("open", v.Open, c.Shape == message.ShapeList)
	for i, s := range v.Sections {
		section := message.Section{Title: fn(place{list: "sections", i: i, j: -1, name: "title"}, s.Title)}
		for j, row := range s.Rows {
			section.Rows = append(section.Rows, visitChoice(row, place{list: "sections", i: i, j: j}, fn))
		}
		c.Sections = append(c.Sections, section)
	}
	if l := v.Link; l != nil {
		url := fn(place{j: -1, name: "link.url", required: true, address: true}, l.URL)
		c.Link = &message.Link{URL: strings.TrimSpace(url), Label: own("link.label", l.Label, false)}
	}
	for i, a := range v.Articles {
		c.Articles = append(c.Articles, visitArticle(a, place{list: "articles", i: i, j: -1}, fn))
	}
	c.Media = visitMedia(v.Media, "media", fn)
	if c.Shape.File() && c.Media != nil {
		c.Media.Kind = c.Shape
	}
	return c
}

func visitArticle(a playbook.Article, at place, fn func(place, string) string) message.Article {
	say := func(name, text string, required, address bool) string {
		at.name, at.required, at.address = name, required, address
		return fn(at, text)
	}
	return message.Article{
		Title:       say("title", a.Title, true, false),
		Description: say("description", a.Description, false, false),
		URL:         strings.TrimSpace(say("url", a.URL, true, true)),
		Picture:     strings.TrimSpace(say("picture", a.Picture, false, true)),
	}
}

func visitChoice(c playbook.Choice, at place, fn func(place, string) string) message.Choice {
	title, description := at, at
	title.name, title.required = "title", true
	description.name = "description"
	return message.Choice{ID: c.ID, Title: fn(title, c.Title), Description: fn(description, c.Description)}
}

// oneLine makes every run of spaces, tabs and line breaks one space: WhatsApp
// refuses a template parameter with a line break, a tab or more than four
// spaces in a row ("Param text cannot have new-line/tab characters …", code 132018).
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// variant is one variant and, once it has been needed, its parsed texts.
type variant struct {
	data  playbook.Variant
	once  sync.Once
	texts []source
	bad   []fieldFinding
}

// wanted is what a variant must be good for.
type wanted struct {
	open bool // inside the service window, else outside
	kind message.Kind
	// lenient takes variants of all kinds.
	lenient bool
}

// fitness is 0 for a variant that may not be sent, 2 for one that names the kind of
// channel, else 1. The approved one is for whatever has a service window.
func (w wanted) fitness(v *variant) int {
	approved := v.data.Shape == string(message.ShapeApproved)
	switch {
	case approved == w.open:
		return 0
	case approved || w.lenient || len(v.data.Only) == 0:
		return 1
	case slices.Contains(v.data.Only, string(w.kind)):
		return 2
	}
	return 0
}

// fieldFinding is a finding and the text that it is in.
type fieldFinding struct {
	at place
	finding
}

// parse reads the texts the first time it is called.
func (v *variant) parse(variables map[string]string) {
	v.once.Do(func() {
		n := namesFor(v.data.Language)
		visit(v.data, func(at place, text string) string {
			s, findings := parse(text, variables)
			s.names = n
			v.texts = append(v.texts, s)
			for _, f := range findings {
				v.bad = append(v.bad, fieldFinding{at, f})
			}
			return ""
		})
	})
}

// render fills in the texts of a parsed variant.
func (v *variant) render(set *Set, values *Values) (message.Content, *fieldFinding) {
	if len(v.bad) > 0 {
		return message.Content{}, &v.bad[0]
	}
	var bad *fieldFinding
	room, i := MaxOutput, -1
	content := visit(v.data, func(at place, _ string) string {
		i++
		if bad != nil {
			return ""
		}
		text, f := v.texts[i].render(set, values, room)
		room = max(room-len(text), 0)
		if f == nil && (at.required || at.address) {
			f = at.unfit(strings.TrimSpace(text))
		}
		if f != nil {
			bad = &fieldFinding{at, *f}
		}
		return text
	})
	if bad != nil {
		return message.Content{}, bad
	}
	if content.Link != nil && strings.TrimSpace(content.Link.Label) == "" {
		content.Link.Label = namesFor(v.data.Language).open
	}
	return content, nil
}

// unfit says why a text without the space around it cannot stand where it is.
func (p place) unfit(text string) *finding {
	switch {
	case text == "" && p.required:
		return &finding{1, problem{"comes out empty", "write something that is sent in every case"}}
	case text != "" && p.address && !Address(text):
		return &finding{1, problem{"does not come out as an https address", "write the whole address, as in https://shop.example/tea, and values in it with | url_encode"}}
	}
	return nil
}

// faults turns what is wrong with a variant into faults under its path.
func (v *variant) faults(path string) []playbook.Fault {
	var faults []playbook.Fault
	for _, f := range v.bad {
		faults = append(faults, playbook.Fault{
			Path:    path + "." + f.at.String(),
			Message: fmt.Sprintf("Line %d of the text %s.", f.line, f.message),
			Fix:     sentence(f.fix),
		})
	}
	return faults
}

// sentence gives a hint its capital and its full stop.
func sentence(s string) string {
	s = capitalize(s)
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") || strings.HasSuffix(s, "}") {
		return s
	}
	return s + "."
}
