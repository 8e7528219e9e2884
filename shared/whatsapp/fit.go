package whatsapp

import (
	"slices"
	"strings"
	"unicode/utf8"

	"frontdesk/shared/message"
)

// fitted cuts what is longer than WhatsApp takes, at the end of a character and with "…": a
// contact's name or a text of theirs can be longer than any sample that publishing measured.
// Addresses, ids and payloads are never cut; of articles the last ones go.
func fitted(k message.Content) message.Content {
	k.Text = shorten(k.Text, BodyLimit(k.Shape))
	k.Header, k.Footer, k.Open = shorten(k.Header, MaxHeader), shorten(k.Footer, MaxFooter), shorten(k.Open, MaxListOpen)
	k.Buttons = slices.Clone(k.Buttons)
	for i := range k.Buttons {
		k.Buttons[i].Title = shorten(k.Buttons[i].Title, MaxButtonTitle)
	}
	k.Sections = slices.Clone(k.Sections)
	for i, s := range k.Sections {
		k.Sections[i] = message.Section{Title: shorten(s.Title, MaxSectionTitle), Rows: fittedRows(s.Rows)}
	}
	if l := k.Link; l != nil {
		k.Link = &message.Link{URL: l.URL, Label: shorten(l.Label, MaxLinkTitle)}
	}
	k.Articles, k.Media = fewer(k.Articles), fittedFile(k.Media)
	if k.Approved != nil {
		k.Approved = fittedParameters(*k.Approved)
	}
	return k
}

// BodyLimit is how many characters the text of a shape may have.
func BodyLimit(s message.Shape) int {
	switch s {
	case message.ShapeButtons:
		return MaxButtonsBody
	case message.ShapeList:
		return MaxListBody
	case message.ShapeCard:
		return MaxLinkBody
	case message.ShapeImage, message.ShapeVideo, message.ShapeDocument:
		return MaxCaption
	}
	return MaxText
}

func fittedRows(rows []message.Choice) []message.Choice {
	rows = slices.Clone(rows)
	for i, r := range rows {
		rows[i].Title, rows[i].Description = shorten(r.Title, MaxRowTitle), shorten(r.Description, MaxRowText)
	}
	return rows
}

// fewer leaves out the last articles, and at last cuts the title of the first.
func fewer(articles []message.Article) []message.Article {
	long := func() int { return utf8.RuneCountInString(Plain(articles)) - MaxText }
	for len(articles) > 1 && long() > 0 {
		articles = articles[:len(articles)-1]
	}
	if len(articles) == 1 && long() > 0 {
		a := articles[0]
		a.Description = ""
		a.Title = shorten(a.Title, MaxText-utf8.RuneCountInString(Plain([]message.Article{{URL: a.URL}})))
		articles = []message.Article{a}
	}
	return articles
}

func fittedFile(m *message.Media) *message.Media {
	if m == nil || len(m.Name) <= MaxFileName {
		return m
	}
	file := *m
	file.Name = m.ShortName(MaxFileName)
	return &file
}

func fittedParameters(a message.Approved) *message.Approved {
	a.Params, a.Named = slices.Clone(a.Params), slices.Clone(a.Named)
	for i, p := range a.Params {
		a.Params[i] = shorten(p, MaxTemplateParam)
	}
	for i, p := range a.Named {
		a.Named[i].Text = shorten(p.Text, MaxTemplateParam)
	}
	if h := a.Header; h != nil {
		a.Header = &message.Named{Name: h.Name, Text: shorten(h.Text, MaxHeader)}
	}
	a.Media = fittedFile(a.Media)
	return &a
}

// shorten cuts a text to a number of characters.
func shorten(s string, most int) string {
	if len(s) <= most || utf8.RuneCountInString(s) <= most {
		return s
	}
	n := 0
	for i := range s {
		if n++; n == most { // the last one is the sign that something is missing
			return strings.TrimRight(s[:i], " \n") + "…"
		}
	}
	return s
}
