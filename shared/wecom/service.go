package wecom

import (
	"strings"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// The wire form of a message of customer service. W:94677 (send_msg), W:95122
// (send_msg_on_event: code stands in the place of touser and open_kfid).
type serviceRequest struct {
	To      string   `json:"touser,omitempty"`
	Account string   `json:"open_kfid,omitempty"`
	Code    string   `json:"code,omitempty"`
	MsgID   string   `json:"msgid,omitempty"`
	Type    string   `json:"msgtype"`
	Text    *content `json:"text,omitempty"`
	Menu    *menu    `json:"msgmenu,omitempty"`
	fileRequest
}

type menu struct {
	Head string     `json:"head_content,omitempty"`
	List []menuItem `json:"list"`
	Tail string     `json:"tail_content,omitempty"`
}

type menuItem struct {
	Type  string `json:"type"`
	Click click  `json:"click"`
}

type click struct {
	ID      string `json:"id"`
	Content string `json:"content"`
}

func serviceMessage(ch channel.Channel, out message.Outgoing) serviceRequest {
	r := said(out)
	r.To, r.Account = out.To.UserID, ch.OpenKFID
	return r
}

// said is the message without its receiver. Titles of sections have no place in a menu.
// Cards and articles of customer service need a picture that was uploaded before, so
// they go out as texts; so does a file with words, which has no place for them.
func said(out message.Outgoing) serviceRequest {
	r, k := serviceRequest{MsgID: MsgID(out.Ref)}, out.Content
	if k.Shape != message.ShapeButtons && k.Shape != message.ShapeList {
		r.Type, r.Text = "text", &content{fitted(k, MaxText)}
		return r
	}
	tail := k.Footer
	k.Footer = ""
	r.Type, r.Menu = "msgmenu", &menu{Head: shorten(joined(k), MaxMenuHead), Tail: shorten(tail, MaxMenuTail)}
	for _, b := range k.Buttons {
		r.Menu.List = append(r.Menu.List, item(b.ID, b.Title))
	}
	for _, s := range k.Sections {
		for _, row := range s.Rows {
			r.Menu.List = append(r.Menu.List, item(row.ID, described(row)))
		}
	}
	return r
}

func item(id, text string) menuItem {
	return menuItem{"click", click{id, shorten(text, MaxMenuContent)}}
}

// MenuItem is a choice as customer service writes it into a menu, before it is cut.
func MenuItem(c message.Choice) string { return described(c) }

// Plain is a content as one text: addresses stand on lines of their own. It says how long
// a text of customer service gets before it is cut.
func Plain(k message.Content) string {
	switch {
	case k.Link != nil:
		return joined(k) + opened(k.Link)
	case k.Shape == message.ShapeNews:
		return inLines(k.Articles, true)
	case k.Shape.File() && k.Media != nil:
		return strings.TrimSpace(joined(k) + "\n\n" + k.Media.Lines())
	}
	return joined(k)
}

func opened(l *message.Link) string {
	if l.Label == "" {
		return "\n\n" + l.URL
	}
	return "\n\n" + l.Label + "\n" + l.URL
}

func inLines(articles []message.Article, described bool) string {
	var parts []string
	for _, a := range articles {
		parts = append(parts, a.Lines(described))
	}
	return strings.Join(parts, "\n\n")
}

// fitted is [Plain] in at most so many bytes. Words are cut, addresses never: the text of a
// card gets shorter; of articles first the descriptions go, then the last ones whole.
func fitted(k message.Content, size int) string {
	whole := Plain(k)
	switch {
	case len(whole) <= size:
		return whole
	case k.Link != nil:
		link := opened(&message.Link{URL: k.Link.URL})
		return shorten(joined(k), size-len(link)) + link
	case k.Shape == message.ShapeNews:
		return fewer(k.Articles, size)
	case k.Shape.File() && k.Media != nil:
		link := "\n\n" + k.Media.URL
		return strings.TrimSpace(shorten(joined(k), size-len(link)) + link)
	}
	return shorten(whole, size)
}

func fewer(articles []message.Article, size int) string {
	const more = "\n\n…"
	text := inLines(articles, false)
	for n := len(articles) - 1; n > 0 && len(text) > size; n-- {
		text = inLines(articles[:n], false) + more
	}
	if len(text) <= size {
		return text
	}
	link := "\n" + articles[0].URL
	return shorten(articles[0].Title, size-len(link)) + link
}
