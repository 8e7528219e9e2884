package playground

import (
	"encoding/json"
	"time"

	"frontdesk/shared/message"
	"frontdesk/shared/sandbox"
)

// entry is one thing of a chat as the page knows it.
type entry struct {
	Seq      int64     `json:"seq"`
	At       time.Time `json:"at"`
	Kind     string    `json:"kind"` // in, out, status, read, typing, refused
	Customer string    `json:"customer"`
	Number   string    `json:"number"`
	ID       string    `json:"id,omitempty"`
	// In: what the customer wrote or tapped.
	Text string `json:"text,omitempty"`
	Tap  bool   `json:"tap,omitempty"`
	// Out: what they see.
	Content *message.Content `json:"content,omitempty"`
	Status  string           `json:"status,omitempty"`
	Code    int              `json:"code,omitempty"`
	Reason  string           `json:"reason,omitempty"`
}

// entryOf translates an event; ok is false for what no chat shows.
func (p *Playground) entryOf(e sandbox.Event, among []persona) (entry, bool) {
	out := entry{Seq: e.Seq, At: e.At, Number: e.Number, ID: e.ID, Status: e.Status, Code: e.Code, Reason: e.Reason}
	for _, one := range among {
		if same(one.customer, e.Customer) {
			out.Customer = one.ID
		}
	}
	switch e.Kind {
	case sandbox.CustomerWrote:
		out.Kind = "in"
		out.Text, out.Tap = wrote(*e.Wrote)
	case sandbox.MessageAccepted:
		content := e.Sent.Content
		out.Kind, out.Content = "out", &content
	case sandbox.ReceiptEmitted:
		out.Kind = "status"
	case sandbox.MarkedRead:
		out.Kind = "read"
	case sandbox.TypingShown:
		out.Kind = "typing"
	case sandbox.RequestRefused:
		out.Kind = "refused"
	case sandbox.WebhookFailed:
		return entry{}, false
	}
	return out, out.Customer != ""
}

// wrote is the text of an inbound message, and whether it was a tap.
func wrote(m sandbox.Message) (string, bool) {
	var body struct {
		Body    string                 `json:"body"`
		Caption string                 `json:"caption"`
		Button  struct{ Title string } `json:"button_reply"`
		Row     struct{ Title string } `json:"list_reply"`
	}
	if err := json.Unmarshal(m.Body, &body); err != nil {
		return "[" + m.Type + "]", false
	}
	switch {
	case body.Body != "":
		return body.Body, false
	case body.Button.Title+body.Row.Title != "":
		return body.Button.Title + body.Row.Title, true
	}
	return "[" + m.Type + "] " + body.Caption, false
}
