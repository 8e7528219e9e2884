package wecom

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// Notice is what a team is told, in no channel's own form.
type Notice struct {
	// Title says who must do what. Required.
	Title string
	// Lines are the facts, the most important first.
	Lines []Line
	// Open are the words that open the channel's link.
	Open string
	// Mention are members (userids) whom a robot calls by name; "@all" is everybody. An
	// appchat can call nobody.
	Mention []string
}

// Line is one fact of a notice.
type Line struct{ Label, Value string }

// What WeCom takes in one notice. Longer texts are cut, at the end of a character and
// with "…"; more lines are left out.
const (
	MaxRobotMarkdown = 4096 // bytes of a robot's markdown (W:91770)
	MaxChatMarkdown  = 2048 // bytes of an appchat's markdown (W:90245)
	MaxNoticeTitle   = 128  // bytes of a text card's title (W:90245); a robot's card shows some 26 characters
	MaxNoticeText    = 512  // bytes of a text card's text (W:90245)
	MaxNoticeLines   = 6    // lines of a robot's card (W:91770)
	maxNoticeValue   = 120  // bytes of one line of a card, which shows some 30 characters
)

// Push sends a notice to a group, through its robot (wecom_robot) or as the app that made
// the group (wecom_group). With somebody to mention a robot's notice is a text, since
// a card calls nobody; else it is a card that opens the channel's link, and
// without a link markdown.
//
// Every error is a *[message.SendError]. Neither call has an id of ours, so sending
// twice shows twice: when no answer tells whether it went out, the class is Unknown.
func (s *Sender) Push(ctx context.Context, ch channel.Channel, n Notice) error {
	ctx, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	var failed *message.SendError
	switch {
	case n.Title == "":
		failed = &message.SendError{Class: message.Bug, Reason: "the notice has no title"}
	case ch.Kind == message.WeComRobot:
		failed = s.pushRobot(ctx, ch, n)
	case ch.Kind == message.WeComGroup:
		failed = s.pushChat(ctx, ch, n)
	default:
		failed = &message.SendError{Class: message.Bug, Reason: "channels of this kind take no notices"}
	}
	if failed != nil { // a nil *SendError must not become an error
		return failed
	}
	return nil
}

// The wire form of a robot's message. W:91770.
type robotRequest struct {
	Type     string      `json:"msgtype"`
	Text     *robotText  `json:"text,omitempty"`
	Markdown *content    `json:"markdown,omitempty"`
	Card     *noticeCard `json:"template_card,omitempty"`
}

type robotText struct {
	Content string   `json:"content"`
	Mention []string `json:"mentioned_list,omitempty"`
}

type noticeCard struct {
	Type   string       `json:"card_type"`
	Title  title        `json:"main_title"`
	Lines  []noticeLine `json:"horizontal_content_list,omitempty"`
	Action noticeAction `json:"card_action"`
}

type noticeLine struct {
	Label string `json:"keyname"`
	Value string `json:"value"`
}

// noticeAction opens an address when the card is tapped; a text_notice must have one.
type noticeAction struct {
	Type int    `json:"type"`
	URL  string `json:"url"`
}

func robotMessage(ch channel.Channel, n Notice) robotRequest {
	switch {
	case len(n.Mention) > 0:
		return robotRequest{Type: "text", Text: &robotText{plainText(n, ch.Link, MaxText), n.Mention}}
	case ch.Link != "":
		return robotRequest{Type: "template_card", Card: newNoticeCard(n, ch.Link)}
	}
	return robotRequest{Type: "markdown", Markdown: &content{markdownOf(n, MaxRobotMarkdown)}}
}

func newNoticeCard(n Notice, link string) *noticeCard {
	c := &noticeCard{Type: "text_notice", Action: noticeAction{1, link}}
	c.Title.Title = shorten(oneLine(n.Title), MaxNoticeTitle)
	for _, l := range n.Lines[:min(len(n.Lines), MaxNoticeLines)] {
		c.Lines = append(c.Lines, noticeLine{shorten(oneLine(l.Label), maxNoticeValue), shorten(oneLine(l.Value), maxNoticeValue)})
	}
	return c
}

// plainText is a notice as one text. What is too long is cut before the link, so that
// the link is whole.
func plainText(n Notice, link string, size int) string {
	end := ""
	if link != "" {
		end = "\n" + labelled(Line{n.Open, link})
	}
	parts := []string{oneLine(n.Title)}
	for _, l := range n.Lines {
		parts = append(parts, labelled(l))
	}
	return shorten(strings.Join(parts, "\n"), size-len(end)) + end
}

func labelled(l Line) string {
	if l.Label == "" {
		return oneLine(l.Value)
	}
	return oneLine(l.Label) + ": " + oneLine(l.Value)
}

// markdownOf is a notice in WeCom's Markdown: the title bold, the lines as a quote.
func markdownOf(n Notice, size int) string {
	text := "**" + unmarked(shorten(oneLine(n.Title), MaxNoticeTitle)) + "**"
	for _, l := range n.Lines {
		text += "\n> " + unmarked(labelled(l))
	}
	return shorten(text, size)
}

// unmarked takes the meaning from what WeCom would read as markup: a name with <@all>
// in it must not call everybody.
func unmarked(s string) string {
	return strings.NewReplacer("<", "‹", ">", "›", "*", "∗", "`", "'", "[", "［", "]", "］").Replace(s)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// pushRobot calls webhook/send. The key in the address is the only credential.
func (s *Sender) pushRobot(ctx context.Context, ch channel.Channel, n Notice) *message.SendError {
	body, err := written(robotMessage(ch, n))
	if err != nil {
		return &message.SendError{Class: message.Bug, Reason: "the notice cannot be written as JSON"}
	}
	address := ch.APIURL + "/cgi-bin/webhook/send?key=" + url.QueryEscape(ch.RobotKey.Reveal())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, body)
	if err != nil {
		return badAddress()
	}
	req.Header.Set("Content-Type", "application/json")
	a, failed := exchange(s.HTTP, req, false)
	if failed != nil {
		return failed
	}
	a.scrub, a.explain = scrubber(append(told(n), ch.RobotKey.Reveal())), ExplainRobot
	return a.read(&struct{}{})
}

// told lists what an error about a notice must not repeat.
func told(n Notice) []string {
	all := append([]string{n.Title}, n.Mention...)
	for _, l := range n.Lines {
		all = append(all, l.Value)
	}
	return all
}

// ExplainRobot is [Explain] for webhook/send: a robot has no token that could be
// renewed, so what is wrong with one is for an operator.
func ExplainRobot(code int) (Code, bool) {
	c, ok := Explain(code)
	if c.Class == message.Refresh {
		c.Class = message.Stop
	}
	return c, ok
}
