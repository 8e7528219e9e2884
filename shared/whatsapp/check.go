package whatsapp

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// refusal says why a message cannot be sent as it is; "" when it can. It never
// holds what the message says.
func refusal(ch channel.Channel, out message.Outgoing) string {
	switch {
	case ch.Kind != message.WhatsApp:
		return "the channel is not of kind whatsapp"
	case out.Channel != "" && out.Channel != ch.ID:
		return "the message belongs to another channel"
	case !out.To.Known():
		return "the recipient has neither phone number nor user id"
	case out.To.Phone != "" && !isDigits(out.To.Phone):
		return "the recipient's phone number is not digits alone"
	}
	var c check
	c.length("ref", out.Ref, MaxRef)
	c.content(out.Content)
	return c.fault
}

// check keeps the first fault it finds.
type check struct{ fault string }

func (c *check) must(ok bool, fault string) {
	if !ok && c.fault == "" {
		c.fault = fault
	}
}

func (c *check) length(what, s string, most int) {
	if n := utf8.RuneCountInString(s); n > most {
		c.must(false, fmt.Sprintf("%s has %d characters, at most %d are allowed", what, n, most))
	}
}

// given checks a text that must be there.
func (c *check) given(what, s string, most int) {
	c.must(strings.TrimSpace(s) != "", what+" is empty")
	c.length(what, s, most)
}

func (c *check) content(k message.Content) {
	switch k.Shape {
	case message.ShapeText:
		c.given("text", k.Text, MaxText)
		c.must(k.Header == "" && k.Footer == "", "a text has no header or footer: only buttons and lists do")
	case message.ShapeButtons:
		c.given("text", k.Text, MaxButtonsBody)
		c.frame(k)
		c.buttons(k.Buttons)
	case message.ShapeList:
		c.given("text", k.Text, MaxListBody)
		c.frame(k)
		c.given("open", k.Open, MaxListOpen)
		c.sections(k.Sections)
	case message.ShapeCard:
		c.given("text", k.Text, MaxLinkBody)
		c.frame(k)
		c.link(k.Link)
	case message.ShapeNews:
		c.articles(k.Articles)
	case message.ShapeImage, message.ShapeVideo, message.ShapeDocument, message.ShapeAudio:
		c.file(k)
	case message.ShapeApproved:
		c.approved(k.Approved)
	default:
		c.must(false, "the shape is not one that WhatsApp has")
	}
}

func (c *check) frame(k message.Content) {
	c.length("header", k.Header, MaxHeader)
	c.headed(k)
	c.length("footer", k.Footer, MaxFooter)
}

func (c *check) link(l *message.Link) {
	if l == nil {
		c.must(false, "the card has no address")
		return
	}
	c.given("label of the link", l.Label, MaxLinkTitle)
	c.address(l.URL)
}

func (c *check) address(url string) {
	c.must(len(url) > 8 && strings.EqualFold(url[:8], "https://"), "an address is no https address")
	c.length("an address", url, MaxLink)
}

func (c *check) articles(articles []message.Article) {
	c.must(len(articles) > 0, "there are no articles")
	for _, a := range articles {
		c.must(strings.TrimSpace(a.Title) != "", "an article has no title")
		c.address(a.URL)
	}
	c.length("the text of all articles", Plain(articles), MaxText)
}

func (c *check) buttons(buttons []message.Choice) {
	c.must(len(buttons) > 0 && len(buttons) <= MaxButtons, fmt.Sprintf("there are %d buttons, 1 to %d are allowed", len(buttons), MaxButtons))
	seen := map[string]bool{}
	for _, b := range buttons {
		c.given("button id", b.ID, MaxButtonID)
		c.given("button title", b.Title, MaxButtonTitle)
		c.must(!seen[b.ID], "two buttons have the same id")
		seen[b.ID] = true
	}
}

func (c *check) sections(sections []message.Section) {
	c.must(len(sections) > 0 && len(sections) <= MaxListSections, fmt.Sprintf("there are %d sections, 1 to %d are allowed", len(sections), MaxListSections))
	seen := map[string]bool{}
	rows := 0
	for _, s := range sections {
		c.length("section title", s.Title, MaxSectionTitle)
		c.must(len(sections) == 1 || s.Title != "", "a section has no title: with several each needs one")
		c.must(len(s.Rows) > 0, "a section has no rows")
		rows += len(s.Rows)
		for _, row := range s.Rows {
			c.row(row)
			c.must(!seen[row.ID], "two rows have the same id")
			seen[row.ID] = true
		}
	}
	c.must(rows <= MaxListRows, fmt.Sprintf("there are %d rows, at most %d are allowed in all sections together", rows, MaxListRows))
}

func (c *check) row(row message.Choice) {
	c.given("row id", row.ID, MaxRowID)
	c.given("row title", row.Title, MaxRowTitle)
	c.length("row description", row.Description, MaxRowText)
}
