package wecom

import (
	"strconv"
	"strings"

	"frontdesk/shared/message"
)

// MaxBotMarkdown is how many bytes an answer of a bot may have (W:101138).
const MaxBotMarkdown = 20480

// botFault says why a content cannot be said by a bot; "" when it can.
func botFault(k message.Content) string {
	var c check
	switch k.Shape {
	case message.ShapeText, message.ShapeMarkdown, message.ShapeButtons, message.ShapeList, message.ShapeCard:
		c.must(strings.TrimSpace(k.Text) != "", "text is empty")
	case message.ShapeNews:
		c.must(len(k.Articles) > 0, "there are no articles")
	case message.ShapeImage, message.ShapeVideo, message.ShapeDocument, message.ShapeAudio:
		c.must(k.Media != nil && secure(k.Media.URL), "the file has no https address")
	default:
		c.must(false, "the shape is not one that a bot has")
	}
	return c.fault
}

// botMessage writes an answer. Choices are a card where cards are allowed, in single chats
// (W:101138), and where they fit on one; else they are a list.
func botMessage(out message.Outgoing) botRequest {
	if out.Group == "" && out.Ref != "" {
		switch {
		case out.Content.Shape == message.ShapeButtons && tappable(out.Content):
			return botRequest{Type: "template_card", Card: buttonCard(out)}
		case out.Content.Shape == message.ShapeList && tappable(out.Content):
			return botRequest{Type: "template_card", Card: voteCard(out)}
		}
	}
	return botRequest{Type: "markdown", Markdown: &content{BotMarkdown(out.Content)}}
}

// tappable reports choices that a card takes.
func tappable(k message.Content) bool {
	var c check
	c.choices(choices(k), appChoices(k.Shape))
	if k.Shape == message.ShapeList {
		c.must(strings.TrimSpace(k.Open) != "", "open is empty")
	}
	return c.fault == ""
}

// BotMarkdown is any content as one text, at most [MaxBotMarkdown] bytes: choices are
// numbered, and links are written out. What is too long loses the end of its own text,
// not what can be chosen. A bot's text is read as Markdown, so signs like * and # in a
// template's text count as such.
func BotMarkdown(k message.Content) string {
	tail := listed(k)
	header := k.Header
	if k.Shape == message.ShapeCard || k.Shape == message.ShapeNews {
		header = bold(header)
	}
	room := MaxBotMarkdown - len(tail)
	text := k
	text.Header = header
	if own := min(len(joined(text)), MaxBotMarkdown/2); room < own {
		tail, room = shorten(tail, MaxBotMarkdown-own), own
	}
	return strings.TrimSpace(shorten(joined(text), room) + tail)
}

func bold(s string) string {
	if s == "" {
		return ""
	}
	return "**" + s + "**"
}

// listed is what stands below the text: choices, a link, articles.
func listed(k message.Content) string {
	var b strings.Builder
	for i, c := range choices(k) {
		if k.Shape == message.ShapeButtons { // whose descriptions show nowhere
			c.Description = ""
		}
		b.WriteString(gap(i) + strconv.Itoa(i+1) + ". " + described(c))
	}
	if k.Link != nil {
		b.WriteString("\n\n" + link(or(k.Link.Label, k.Link.URL), k.Link.URL))
	}
	if k.Shape.File() && k.Media != nil { // a bot's answer holds no file
		b.WriteString("\n\n" + link(FileName(*k.Media), k.Media.URL))
	}
	for _, a := range k.Articles {
		b.WriteString("\n\n" + link(a.Title, a.URL))
		if a.Description != "" {
			b.WriteString("\n" + a.Description)
		}
	}
	return b.String()
}

func gap(i int) string {
	if i == 0 {
		return "\n\n"
	}
	return "\n"
}

// link is a link in Markdown, whose words may hold no brackets.
func link(words, address string) string {
	return "[" + strings.NewReplacer("[", "(", "]", ")").Replace(words) + "](" + strings.NewReplacer("(", "%28", ")", "%29").Replace(address) + ")"
}
