package wecom

import (
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
func said(out message.Outgoing) serviceRequest {
	r, k := serviceRequest{MsgID: MsgID(out.Ref)}, out.Content
	if k.Shape == message.ShapeText {
		r.Type, r.Text = "text", &content{shorten(joined(k), MaxText)}
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
