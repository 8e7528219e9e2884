package playground

import (
	"context"
	"encoding/json"
	"iter"

	"frontdesk/shared/message"
	"frontdesk/shared/sandbox"
)

// WhatsApp is a business number that customers write to.
type WhatsApp struct {
	Sandbox *sandbox.Sandbox
	// Channel is our id of the number, Number its phone number id.
	Channel, Number string
	// Name is what customers see.
	Name string
	// People to write as; [Personas] when empty.
	People []Persona
	// Files finds a file that is on this machine by its address; nil knows none.
	Files func(address string) ([]byte, bool)
}

func (cfg WhatsApp) lines() []*line {
	if len(cfg.People) == 0 {
		cfg.People = Personas()
	}
	people := (&crowd{line: "wa", prefix: "c", channel: cfg.Channel, user: "US."}).with(cfg.People)
	return []*line{{"wa", cfg.Name, &whatsApp{cfg.Sandbox, cfg.Number, people, cfg.Files}, people}}
}

// whatsApp is a phone with WhatsApp.
type whatsApp struct {
	sandbox *sandbox.Sandbox
	number  string
	people  *crowd
	files   func(address string) ([]byte, bool)
}

func (p *whatsApp) write(ctx context.Context, who persona, text string) (string, error) {
	return p.sandbox.Any(ctx, p.number, who.customer, sandbox.Text(text))
}

// tap chooses a button or row that this message offered this customer.
func (p *whatsApp) tap(ctx context.Context, who persona, on touch) (string, error) {
	sent, found := p.sandbox.Find(on.Message)
	if !found || !same(sent.To, who.customer) {
		return "", errInput
	}
	tap, ok := offered(sent, on.Choice)
	if !ok {
		return "", errInput
	}
	return p.sandbox.Tap(ctx, sent.Number, who.customer, tap)
}

// offered finds a choice on a message.
func offered(m sandbox.SentMessage, choice string) (sandbox.Tap, bool) {
	tap := sandbox.Tap{Context: m.ID, ID: choice}
	pick := func(among []message.Choice) bool {
		for _, c := range among {
			if c.ID == choice {
				tap.Title, tap.Description = c.Title, c.Description
				return true
			}
		}
		return false
	}
	if pick(m.Content.Buttons) {
		return tap, true
	}
	tap.List = true
	for _, s := range m.Content.Sections {
		if pick(s.Rows) {
			return tap, true
		}
	}
	return tap, false
}

func (p *whatsApp) past() []entry { return shown(p.sandbox.Events(0), p.entryOf) }

func (p *whatsApp) watch(ctx context.Context) iter.Seq[entry] {
	return follow(ctx, p.sandbox.Watch, p.entryOf)
}

// entryOf translates an event; ok is false for what no chat shows.
func (p *whatsApp) entryOf(e sandbox.Event) (entry, bool) {
	out := entry{
		Seq: e.Seq, At: e.At, Line: p.people.line, Customer: p.people.idOf(e.Customer), ID: e.ID,
		Status: e.Status, Code: e.Code, Reason: e.Reason,
	}
	switch e.Kind {
	case sandbox.CustomerWrote:
		out.Kind = "in"
		out.Text, out.Tap = wrote(*e.Wrote)
	case sandbox.MessageAccepted:
		out.Kind, out.Content = "out", &content{Content: e.Sent.Content, Shown: p.shownAt(e.Sent.Content.Media)}
	case sandbox.ReceiptEmitted:
		out.Kind = "status"
	case sandbox.MarkedRead:
		out.Kind = "read"
	case sandbox.TypingShown:
		out.Kind = "typing"
	case sandbox.RequestRefused:
		out.Kind = "refused"
	default:
		return entry{}, false
	}
	return out, out.Customer != "" && e.Number == p.number
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
