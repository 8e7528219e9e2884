package publish

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/render"
	"frontdesk/shared/whatsapp"
)

// longestName is a longer name than WhatsApp lets people have, for measuring.
const longestName = 60

// rendered fills a variant in with samples and measures what comes out.
func (c *checker) rendered(path string, v playbook.Variant) {
	alone := *c.p
	alone.Templates = []playbook.Template{{ID: "sample", Variants: []playbook.Variant{v}}}
	set := render.New(&alone)
	longest := map[string]excess{}
	var order []string
	for _, values := range c.samples() {
		content, err := set.Reply("sample", v.Language, v.Shape != string(message.ShapeApproved), values)
		var bad *render.Error
		if errors.As(err, &bad) && !c.faulty(path+"."+bad.Field) {
			c.add(path+"."+bad.Field, fmt.Sprintf("line %d of the text %s", bad.Line, bad.Reason), bad.Fix)
		}
		for _, e := range c.measure(content) {
			if _, known := longest[e.field]; !known {
				order = append(order, e.field)
			}
			if e.length > longest[e.field].length {
				longest[e.field] = e
			}
		}
	}
	for _, field := range order {
		e := longest[field]
		c.add(path+"."+field, fmt.Sprintf("the text can reach %d characters, and WhatsApp takes %d", e.length, e.most),
			"shorten it; cut what a contact wrote with | truncate: 20")
	}
}

// samples are contacts and messages at the edges: nothing known, everything as
// long as it can be, on the day with the longest name.
func (c *checker) samples() []render.Values {
	name := strings.Repeat("名", longestName)
	text := strings.Repeat("字", whatsapp.MaxText)
	team, channel := longestOf(c.teamNames()), longestOf(c.channelIDs)
	longDay := time.Date(2026, 9, 30, 23, 59, 59, 0, time.UTC)
	shortDay := time.Date(2027, 5, 3, 0, 0, 0, 0, time.UTC)
	return []render.Values{
		{FirstContact: true, Text: "hi", Now: shortDay, Channel: channel},
		{Text: "hi", Now: shortDay, Channel: channel},
		{FirstContact: true, ContactName: name, Now: longDay, Channel: channel, Team: team},
		{ContactName: name, Text: text, Now: longDay, Channel: channel, Team: team},
	}
}

func (c *checker) teamNames() []string {
	var names []string
	for _, t := range c.p.Teams {
		names = append(names, t.Name)
	}
	return names
}

func longestOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return slices.MaxFunc(list, func(a, b string) int { return utf8.RuneCountInString(a) - utf8.RuneCountInString(b) })
}

// excess is a text that is longer than the channel takes.
type excess struct {
	field        string
	length, most int
}

// measure returns the texts of a reply that WhatsApp would refuse. The limits
// are those of package whatsapp, where their source stands.
func (c *checker) measure(m message.Content) []excess {
	if !c.whatsApp {
		return nil
	}
	var found []excess
	check := func(field, text string, most int) {
		if n := utf8.RuneCountInString(text); n > most {
			found = append(found, excess{field, n, most})
		}
	}
	check("text", m.Text, bodyLimit(m.Shape))
	check("header", m.Header, whatsapp.MaxHeader)
	check("footer", m.Footer, whatsapp.MaxFooter)
	check("open", m.Open, whatsapp.MaxListOpen)
	for i, b := range m.Buttons {
		check(fmt.Sprintf("buttons[%d].title", i), b.Title, whatsapp.MaxButtonTitle)
	}
	for i, s := range m.Sections {
		check(fmt.Sprintf("sections[%d].title", i), s.Title, whatsapp.MaxSectionTitle)
		for j, r := range s.Rows {
			check(fmt.Sprintf("sections[%d].rows[%d].title", i, j), r.Title, whatsapp.MaxRowTitle)
			check(fmt.Sprintf("sections[%d].rows[%d].description", i, j), r.Description, whatsapp.MaxRowText)
		}
	}
	if m.Approved != nil {
		for i, p := range m.Approved.Params {
			check(fmt.Sprintf("approved.params[%d]", i), p, whatsapp.MaxTemplateParam)
		}
	}
	return found
}

func bodyLimit(s message.Shape) int {
	switch s {
	case message.ShapeButtons:
		return whatsapp.MaxButtonsBody
	case message.ShapeList:
		return whatsapp.MaxListBody
	}
	return whatsapp.MaxText
}
