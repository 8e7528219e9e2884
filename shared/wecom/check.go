package wecom

import (
	"fmt"
	"strings"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// refusal says why a message cannot be sent as it is; "" when it can. It never holds
// what the message says.
func refusal(ch channel.Channel, out message.Outgoing) string {
	switch {
	case ch.Kind != message.WeComApp && ch.Kind != message.WeComKF:
		return "the channel is not of a WeCom kind"
	case out.Channel != "" && out.Channel != ch.ID:
		return "the message belongs to another channel"
	case out.To.UserID == "":
		return "the recipient has no user id"
	case ch.Kind == message.WeComApp && !oneMember(out.To.UserID):
		return "the recipient's user id is not that of one member"
	}
	most := appChoices(out.Content.Shape)
	if ch.Kind == message.WeComKF {
		most = bounds{MaxMenuItems, MaxMenuID}
	}
	var c check
	c.content(out.Content, most)
	if ch.Kind == message.WeComApp && (out.Content.Shape == message.ShapeButtons || out.Content.Shape == message.ShapeList) {
		c.must(out.Ref != "", "a template card needs a ref for its task_id")
	}
	c.form(ch.Kind, out.Content)
	return c.fault
}

// oneMember keeps a message for one from going to several: WeCom divides touser at "|",
// and takes "@all" for everybody (W:90236).
func oneMember(id string) bool {
	return len(id) <= MaxUserID && !strings.ContainsAny(id, "| \t\r\n") && !strings.EqualFold(id, "@all")
}

// bounds are how many choices a message may have, and how long an id in bytes.
type bounds struct{ choices, id int }

func appChoices(shape message.Shape) bounds {
	if shape == message.ShapeList {
		return bounds{MaxCardOptions, MaxCardOptionID}
	}
	return bounds{MaxCardButtons, MaxCardButtonKey}
}

// check keeps the first fault it finds.
type check struct{ fault string }

func (c *check) must(ok bool, fault string) {
	if !ok && c.fault == "" {
		c.fault = fault
	}
}

func (c *check) content(k message.Content, most bounds) {
	c.must(k.Shape == message.ShapeNews || k.Shape.File() || strings.TrimSpace(k.Text) != "", "text is empty")
	switch k.Shape {
	case message.ShapeText, message.ShapeMarkdown, message.ShapeCard, message.ShapeNews,
		message.ShapeImage, message.ShapeVideo, message.ShapeDocument, message.ShapeAudio: // form knows more
	case message.ShapeButtons:
		c.choices(k.Buttons, most)
	case message.ShapeList:
		c.must(strings.TrimSpace(k.Open) != "", "open is empty")
		c.choices(choices(k), most)
	default:
		c.must(false, "the shape is not one that WeCom has")
	}
}

// form checks what one kind of channel takes and another does not, and addresses.
func (c *check) form(kind message.Kind, k message.Content) {
	size := MaxLink
	if kind == message.WeComKF {
		size = MaxServiceLink
	}
	if k.Shape.File() {
		c.must(k.Media != nil && k.Media.URL != "", "the file has no address")
		if k.Media != nil {
			c.address(k.Media.URL, MaxServiceLink)
		}
	}
	switch k.Shape {
	case message.ShapeMarkdown:
		c.must(kind != message.WeComKF, "customer service shows no Markdown")
	case message.ShapeCard:
		c.must(strings.TrimSpace(k.Header) != "", "the card has no title")
		c.must(k.Link != nil, "the card has no address")
		if k.Link != nil {
			c.address(k.Link.URL, size)
		}
	case message.ShapeNews:
		c.must(len(k.Articles) > 0 && len(k.Articles) <= MaxArticles, fmt.Sprintf("there are %d articles, 1 to %d are allowed", len(k.Articles), MaxArticles))
		for _, a := range k.Articles {
			c.must(strings.TrimSpace(a.Title) != "", "an article has no title")
			c.address(a.URL, size)
			c.must(a.Picture == "" || secure(a.Picture) && len(a.Picture) <= MaxLink, "the address of a picture is no https address, or too long")
		}
	}
}

func (c *check) address(url string, size int) {
	c.must(secure(url), "an address is no https address")
	c.must(len(url) <= size, fmt.Sprintf("an address has %d bytes, at most %d are allowed", len(url), size))
}

func (c *check) choices(all []message.Choice, most bounds) {
	c.must(len(all) > 0 && len(all) <= most.choices, fmt.Sprintf("there are %d choices, 1 to %d are allowed", len(all), most.choices))
	seen := map[string]bool{}
	for _, one := range all {
		c.must(strings.TrimSpace(one.ID) != "" && strings.TrimSpace(one.Title) != "", "a choice has no id or no title")
		c.must(len(one.ID) <= most.id, fmt.Sprintf("the id of a choice has %d bytes, at most %d are allowed", len(one.ID), most.id))
		c.must(!seen[one.ID], "two choices have the same id")
		seen[one.ID] = true
	}
}

// secure reports an https address, however its scheme is spelt.
func secure(url string) bool { return len(url) > 8 && strings.EqualFold(url[:8], "https://") }
