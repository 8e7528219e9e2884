package publish

import (
	"fmt"
	"unicode/utf8"

	"frontdesk/shared/message"
	"frontdesk/shared/wecom"
	"frontdesk/shared/whatsapp"
)

// excess is a text that is longer than a kind of channel takes, or shows.
type excess struct {
	field        string
	kind         message.Kind
	length, most int
	unit         string
}

// ruler measures the texts of a reply for one kind of channel.
type ruler struct {
	kind  message.Kind
	found []excess
}

// measure returns the texts of a reply that a kind of channel would refuse or cut. The
// limits are those of packages whatsapp and wecom, where their sources stand.
func measure(k message.Kind, m message.Content) []excess {
	r := ruler{kind: k}
	switch k {
	case message.WeComKF:
		r.service(m)
	case message.WeComApp:
		r.app(m)
	case message.WeComBot:
		r.bytes("text", wecom.Plain(m), wecom.MaxBotMarkdown)
	default:
		r.whatsApp(m)
	}
	return r.found
}

func (r *ruler) characters(field, text string, most int) {
	if len(text) > most && utf8.RuneCountInString(text) > most {
		r.found = append(r.found, excess{field, r.kind, utf8.RuneCountInString(text), most, "characters"})
	}
}

func (r *ruler) bytes(field, text string, most int) {
	if len(text) > most {
		r.found = append(r.found, excess{field, r.kind, len(text), most, "bytes"})
	}
}

func (r *ruler) whatsApp(m message.Content) {
	if m.Shape == message.ShapeNews {
		r.characters("articles", whatsapp.Plain(m.Articles), whatsapp.MaxText)
	}
	r.characters("text", m.Text, whatsapp.BodyLimit(m.Shape))
	r.characters("header", m.Header, whatsapp.MaxHeader)
	r.characters("footer", m.Footer, whatsapp.MaxFooter)
	r.characters("open", m.Open, whatsapp.MaxListOpen)
	for i, b := range m.Buttons {
		r.characters(fmt.Sprintf("buttons[%d].title", i), b.Title, whatsapp.MaxButtonTitle)
	}
	for i, s := range m.Sections {
		r.characters(fmt.Sprintf("sections[%d].title", i), s.Title, whatsapp.MaxSectionTitle)
		for j, row := range s.Rows {
			r.characters(fmt.Sprintf("sections[%d].rows[%d].title", i, j), row.Title, whatsapp.MaxRowTitle)
			r.characters(fmt.Sprintf("sections[%d].rows[%d].description", i, j), row.Description, whatsapp.MaxRowText)
		}
	}
	if m.Link != nil {
		r.characters("link.label", m.Link.Label, whatsapp.MaxLinkTitle)
		r.characters("link.url", m.Link.URL, whatsapp.MaxLink)
	}
	r.whatsAppFile("media", m.Media)
	if m.Approved != nil {
		r.approved(m.Approved)
	}
}

func (r *ruler) whatsAppFile(at string, m *message.Media) {
	if m != nil {
		r.characters(at+".url", m.URL, whatsapp.MaxLink)
		r.bytes(at+".name", m.Name, whatsapp.MaxFileName)
	}
}

func (r *ruler) approved(a *message.Approved) {
	for i, p := range a.Params {
		r.characters(fmt.Sprintf("approved.params[%d]", i), p, whatsapp.MaxTemplateParam)
	}
	for i, p := range a.Named {
		r.characters(fmt.Sprintf("approved.named[%d].text", i), p.Text, whatsapp.MaxTemplateParam)
	}
	if a.Header != nil {
		r.characters("approved.header.text", a.Header.Text, whatsapp.MaxHeader)
	}
	r.whatsAppFile("approved.media", a.Media)
	for i, b := range a.Buttons {
		r.characters(fmt.Sprintf("approved.buttons[%d].url", i), b.URL, whatsapp.MaxTemplateURL)
	}
}

// service measures what customer service gets: a text, or a menu.
func (r *ruler) service(m message.Content) {
	switch m.Shape {
	case message.ShapeButtons, message.ShapeList:
		r.menu(m)
	case message.ShapeNews:
		r.bytes("articles", wecom.Plain(m), wecom.MaxText)
	case message.ShapeImage, message.ShapeVideo, message.ShapeDocument, message.ShapeAudio:
		r.wecomFile(m.Media, wecom.MaxServiceLink)
	default:
		r.bytes("text", wecom.Plain(m), wecom.MaxText)
	}
	if m.Link != nil {
		r.bytes("link.url", m.Link.URL, wecom.MaxServiceLink)
	}
	for i, a := range m.Articles {
		r.bytes(fmt.Sprintf("articles[%d].url", i), a.URL, wecom.MaxServiceLink)
	}
}

func (r *ruler) wecomFile(m *message.Media, most int) {
	if m != nil {
		r.bytes("media.url", m.URL, most)
		r.bytes("media.name", m.Name, whatsapp.MaxFileName)
	}
}

func (r *ruler) menu(m message.Content) {
	r.bytes("footer", m.Footer, wecom.MaxMenuTail)
	for i, b := range m.Buttons {
		r.bytes(fmt.Sprintf("buttons[%d].title", i), b.Title, wecom.MaxMenuContent)
	}
	for i, s := range m.Sections {
		for j, row := range s.Rows {
			r.bytes(fmt.Sprintf("sections[%d].rows[%d].description", i, j), wecom.MenuItem(row), wecom.MaxMenuContent)
		}
	}
	m.Footer = ""
	r.bytes("text", wecom.Plain(m), wecom.MaxMenuHead)
}

// app measures what an app gets. Template cards have advised lengths only, which are
// those of a good look; more is taken.
func (r *ruler) app(m message.Content) {
	switch m.Shape {
	case message.ShapeText:
		r.bytes("text", wecom.Plain(m), wecom.MaxText)
	case message.ShapeMarkdown:
		r.bytes("text", m.Text, wecom.MaxAppMarkdown)
	case message.ShapeCard:
		r.bytes("header", m.Header, wecom.MaxCardTitle)
		r.bytes("text", wecom.Below(m), wecom.MaxCardText)
	case message.ShapeVideo:
		r.bytes("text", m.Text, wecom.MaxVideoText)
	}
	if m.Shape.File() {
		r.wecomFile(m.Media, wecom.MaxServiceLink)
	}
	if m.Link != nil {
		r.characters("link.label", m.Link.Label, wecom.MaxCardOpen)
		r.bytes("link.url", m.Link.URL, wecom.MaxLink)
	}
	for i, a := range m.Articles {
		at := fmt.Sprintf("articles[%d]", i)
		r.bytes(at+".title", a.Title, wecom.MaxCardTitle)
		r.bytes(at+".description", a.Description, wecom.MaxCardText)
		r.bytes(at+".url", a.URL, wecom.MaxLink)
		r.bytes(at+".picture", a.Picture, wecom.MaxLink)
	}
}
