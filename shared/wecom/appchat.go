package wecom

import (
	"context"
	"strings"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// The wire form of a message to a group that the app made. W:90245.
type chatRequest struct {
	Chat     string    `json:"chatid"`
	Type     string    `json:"msgtype"`
	Markdown *content  `json:"markdown,omitempty"`
	Card     *textCard `json:"textcard,omitempty"`
}

// textCard opens an address; all but the button's words are required.
type textCard struct {
	Title  string `json:"title"`
	Text   string `json:"description"`
	URL    string `json:"url"`
	Button string `json:"btntxt,omitempty"`
}

func chatMessage(ch channel.Channel, n Notice) chatRequest {
	if ch.Link == "" {
		return chatRequest{Chat: ch.ChatID, Type: "markdown", Markdown: &content{markdownOf(n, MaxChatMarkdown)}}
	}
	return chatRequest{Chat: ch.ChatID, Type: "textcard", Card: newTextCard(n, ch.Link)}
}

func newTextCard(n Notice, link string) *textCard {
	c := &textCard{Title: shorten(oneLine(n.Title), MaxNoticeTitle), URL: link, Button: n.Open}
	var lines []string
	for _, l := range n.Lines {
		lines = append(lines, unmarked(labelled(l)))
	}
	c.Text = shorten(strings.Join(lines, "\n"), MaxNoticeText)
	if c.Text == "" {
		c.Text = c.Title
	}
	return c
}

// pushChat calls appchat/send with the app's token.
func (s *Sender) pushChat(ctx context.Context, ch channel.Channel, n Notice) *message.SendError {
	c := call{ch: ch, path: "appchat/send", body: chatMessage(ch, n), private: told(n)}
	return s.do(ctx, c, &struct{}{})
}
