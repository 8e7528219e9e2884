package whatsapp

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"frontdesk/shared/message"
)

// The wire form of a message to send. Meta, messages/send-messages page.
type request struct {
	Product     string       `json:"messaging_product"`
	Kind        string       `json:"recipient_type"`
	To          string       `json:"to,omitempty"`
	Recipient   string       `json:"recipient,omitempty"`
	Context     *quote       `json:"context,omitempty"`
	Type        string       `json:"type"`
	Text        *textBody    `json:"text,omitempty"`
	Interactive *interactive `json:"interactive,omitempty"`
	Template    *template    `json:"template,omitempty"`
	Image       *media       `json:"image,omitempty"`
	Video       *media       `json:"video,omitempty"`
	Document    *media       `json:"document,omitempty"`
	Audio       *media       `json:"audio,omitempty"`
	Ref         string       `json:"biz_opaque_callback_data,omitempty"`
}

type quote struct {
	ID string `json:"message_id"`
}

type textBody struct {
	Body string `json:"body"`
}

type interactive struct {
	Type   string  `json:"type"`
	Header *header `json:"header,omitempty"`
	Body   label   `json:"body"`
	Footer *label  `json:"footer,omitempty"`
	Action action  `json:"action"`
}

type header struct {
	Type     string `json:"type"`
	Text     string `json:"text,omitempty"`
	Image    *media `json:"image,omitempty"`
	Video    *media `json:"video,omitempty"`
	Document *media `json:"document,omitempty"`
}

type label struct {
	Text string `json:"text"`
}

type action struct {
	Buttons  []button  `json:"buttons,omitempty"`
	Open     string    `json:"button,omitempty"`
	Sections []section `json:"sections,omitempty"`
	Name     string    `json:"name,omitempty"`
	Link     *link     `json:"parameters,omitempty"`
}

type link struct {
	Label string `json:"display_text"`
	URL   string `json:"url"`
}

type button struct {
	Type  string `json:"type"`
	Reply row    `json:"reply"`
}

type section struct {
	Title string `json:"title,omitempty"`
	Rows  []row  `json:"rows"`
}

type row struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

// encode writes a message that has passed the checks.
//
// A known phone number goes into "to", a bare user id into "recipient". When both
// are known the number is used: with both given Meta looks at "to" only, every
// version of the API takes it, and authentication templates cannot go to a user
// id (131062). The plus keeps Meta from putting our country code in front.
func encode(out message.Outgoing) ([]byte, error) {
	r := request{Product: "whatsapp", Kind: "individual", Ref: out.Ref}
	if out.To.Phone != "" {
		r.To = "+" + out.To.Phone
	} else {
		r.Recipient = out.To.UserID
	}
	if out.ReplyTo != "" {
		r.Context = &quote{out.ReplyTo}
	}
	r.fill(out.Content)
	return json.Marshal(r)
}

func (r *request) fill(k message.Content) {
	switch k.Shape {
	case message.ShapeText:
		r.Type, r.Text = "text", &textBody{k.Text}
	case message.ShapeButtons:
		r.Type, r.Interactive = "interactive", framed("button", k)
		for _, b := range k.Buttons {
			r.Interactive.Action.Buttons = append(r.Interactive.Action.Buttons, button{"reply", row{ID: b.ID, Title: b.Title}})
		}
	case message.ShapeList:
		r.Type, r.Interactive = "interactive", framed("list", k)
		r.Interactive.Action = action{Open: k.Open, Sections: sections(k.Sections)}
	case message.ShapeCard:
		r.Type, r.Interactive = "interactive", framed("cta_url", k)
		r.Interactive.Action = action{Name: "cta_url", Link: &link{k.Link.Label, k.Link.URL}}
	case message.ShapeNews:
		r.Type, r.Text = "text", &textBody{Plain(k.Articles)}
	case message.ShapeImage, message.ShapeVideo, message.ShapeDocument, message.ShapeAudio:
		r.file(k)
	case message.ShapeApproved:
		r.Type, r.Template = "template", approved(*k.Approved)
	}
}

// Plain is a list of articles as a text, because WhatsApp has no form for it: addresses
// stand on lines of their own. Descriptions are left out when they make it too long.
func Plain(articles []message.Article) string {
	text := lines(articles, true)
	if utf8.RuneCountInString(text) > MaxText {
		return lines(articles, false)
	}
	return text
}

func lines(articles []message.Article, described bool) string {
	var parts []string
	for _, a := range articles {
		parts = append(parts, a.Lines(described))
	}
	return strings.Join(parts, "\n\n")
}

func framed(kind string, k message.Content) *interactive {
	i := &interactive{Type: kind, Body: label{k.Text}}
	if k.Header != "" {
		i.Header = &header{Type: "text", Text: k.Header}
	}
	if k.Media != nil {
		i.Header = above(*k.Media)
	}
	if k.Footer != "" {
		i.Footer = &label{k.Footer}
	}
	return i
}

func sections(from []message.Section) []section {
	all := make([]section, len(from))
	for i, s := range from {
		all[i].Title = s.Title
		for _, r := range s.Rows {
			all[i].Rows = append(all[i].Rows, row(r))
		}
	}
	return all
}
