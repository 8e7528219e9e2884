package sandbox

import (
	"encoding/json"

	"frontdesk/shared/message"
)

// interactiveBody: Meta, interactive-reply-buttons, interactive-list,
// interactive-cta-url and location-request pages.
type interactiveBody struct {
	Type   string          `json:"type"`
	Header *header         `json:"header"`
	Body   *caption        `json:"body"`
	Footer *caption        `json:"footer"`
	Raw    json.RawMessage `json:"action"`
	action action
}

type caption struct {
	Text string `json:"text"`
}

func (c *caption) text() string {
	if c == nil {
		return ""
	}
	return c.Text
}

type header struct {
	Type     string          `json:"type"`
	Text     string          `json:"text"`
	Image    json.RawMessage `json:"image"`
	Video    json.RawMessage `json:"video"`
	Document json.RawMessage `json:"document"`
}

// action is the part of an interactive message that differs by its type.
type action interface {
	check() *refusal
	fill(*message.Content)
	// most is the limit of the body text, in characters.
	most() int
}

func (b *interactiveBody) check() *refusal {
	b.action = newAction(b.Type)
	if b.action == nil {
		return refuse(131051, "interactive type is not supported")
	}
	if len(b.Raw) == 0 {
		return refuse(131008, "interactive.action is required")
	}
	if r := strict(b.Raw, b.action, "interactive.action"); r != nil {
		return r
	}
	return first(
		length(131009, "interactive.body.text", b.Body.text(), b.action.most()),
		b.checkFooter(), b.checkHeader(), b.action.check())
}

func newAction(kind string) action {
	switch kind {
	case "button":
		return new(buttonAction)
	case "list":
		return new(listAction)
	case "cta_url":
		return new(linkAction)
	case "location_request_message":
		return new(locationAction)
	}
	return nil
}

func (b *interactiveBody) checkFooter() *refusal {
	if b.Footer == nil {
		return nil
	}
	return length(131009, "interactive.footer.text", b.Footer.Text, 60)
}

func (b *interactiveBody) checkHeader() *refusal {
	switch h := b.Header; {
	case h == nil:
		return nil
	case h.Type == "text":
		return length(131009, "interactive.header.text", h.Text, 60)
	case b.Type == "list" || b.Type == "location_request_message":
		return refuse(131009, "a %s has a text header only", b.Type)
	case h.Type == "image", h.Type == "video", h.Type == "document":
		return checkHeaderMedia(map[string]json.RawMessage{"image": h.Image, "video": h.Video, "document": h.Document}[h.Type])
	}
	return refuse(131009, "interactive.header.type is not one of text, image, video, document")
}

func checkHeaderMedia(raw json.RawMessage) *refusal {
	if len(raw) == 0 {
		return refuse(131008, "the header's media object is required")
	}
	var m documentBody
	return first(strict(raw, &m, "interactive.header"), m.media.check())
}

// headerMedia is the file of a header that was checked; nil for a text.
func headerMedia(kind string, raw json.RawMessage) *message.Media {
	var m documentBody
	if len(raw) == 0 || json.Unmarshal(raw, &m) != nil {
		return nil
	}
	return &message.Media{Kind: message.Shape(kind), URL: m.Link, ID: m.ID, Name: m.Filename}
}

func (b *interactiveBody) content() message.Content {
	c := message.Content{Shape: message.ShapeText, Text: b.Body.text(), Footer: b.Footer.text()}
	if b.Header != nil {
		c.Header = b.Header.Text
		c.Media = headerMedia(b.Header.Type, map[string]json.RawMessage{"image": b.Header.Image, "video": b.Header.Video, "document": b.Header.Document}[b.Header.Type])
	}
	b.action.fill(&c)
	return c
}

// buttonAction: 1 to 3 buttons; id ≤ 256, title ≤ 20, both unique.
type buttonAction struct {
	Buttons []struct {
		Type  string `json:"type"`
		Reply struct {
			ID    string `json:"id"`
			Title string `json:"title"`
		} `json:"reply"`
	} `json:"buttons"`
}

func (*buttonAction) most() int { return 1024 }

func (a *buttonAction) check() *refusal {
	if len(a.Buttons) == 0 {
		return refuse(131008, "interactive.action.buttons is required")
	}
	if len(a.Buttons) > 3 {
		return refuse(131009, "%d buttons, at most 3 are allowed", len(a.Buttons))
	}
	ids, titles := map[string]bool{}, map[string]bool{}
	for _, b := range a.Buttons {
		if b.Type != "reply" {
			return refuse(131009, "button type must be reply")
		}
		r := first(length(131009, "button id", b.Reply.ID, 256), length(131009, "button title", b.Reply.Title, 20),
			unique(ids, "button id", b.Reply.ID), unique(titles, "button title", b.Reply.Title))
		if r != nil {
			return r
		}
	}
	return nil
}

func (a *buttonAction) fill(c *message.Content) {
	c.Shape = message.ShapeButtons
	for _, b := range a.Buttons {
		c.Buttons = append(c.Buttons, message.Choice{ID: b.Reply.ID, Title: b.Reply.Title})
	}
}

func unique(seen map[string]bool, name, value string) *refusal {
	if seen[value] {
		return refuse(131009, "%s is there twice", name)
	}
	seen[value] = true
	return nil
}

// listAction: 1 to 10 sections, at most 10 rows in total; button ≤ 20, section
// title ≤ 24 (required with more than one section), row id ≤ 200, title ≤ 24,
// description ≤ 72.
type listAction struct {
	Button   string `json:"button"`
	Sections []struct {
		Title string `json:"title"`
		Rows  []struct {
			ID          string `json:"id"`
			Title       string `json:"title"`
			Description string `json:"description"`
		} `json:"rows"`
	} `json:"sections"`
}

func (*listAction) most() int { return 4096 }

func (a *listAction) check() *refusal {
	if r := length(131009, "list button", a.Button, 20); r != nil {
		return r
	}
	if n := len(a.Sections); n == 0 || n > 10 {
		return refuse(131009, "%d sections, 1 to 10 are allowed", n)
	}
	for _, s := range a.Sections {
		if len(a.Sections) > 1 && s.Title == "" {
			return refuse(131008, "with more than one section each needs a title")
		}
		if r := tooLong(131009, "section title", s.Title, 24); r != nil {
			return r
		}
		if len(s.Rows) == 0 {
			return refuse(131009, "a section needs at least one row")
		}
	}
	return a.checkRows()
}

func (a *listAction) checkRows() *refusal {
	ids := map[string]bool{}
	for _, s := range a.Sections {
		for _, row := range s.Rows {
			r := first(length(131009, "row id", row.ID, 200), length(131009, "row title", row.Title, 24),
				tooLong(131009, "row description", row.Description, 72), unique(ids, "row id", row.ID))
			if r != nil {
				return r
			}
		}
	}
	if len(ids) > 10 {
		return refuse(131009, "%d rows, at most 10 in all sections together", len(ids))
	}
	return nil
}

func (a *listAction) fill(c *message.Content) {
	c.Shape, c.Open = message.ShapeList, a.Button
	for _, s := range a.Sections {
		rows := make([]message.Choice, len(s.Rows))
		for i, r := range s.Rows {
			rows[i] = message.Choice{ID: r.ID, Title: r.Title, Description: r.Description}
		}
		c.Sections = append(c.Sections, message.Section{Title: s.Title, Rows: rows})
	}
}

// linkAction: one button that opens a web address; display_text ≤ 20.
type linkAction struct {
	Name       string `json:"name"`
	Parameters struct {
		Text string `json:"display_text"`
		URL  string `json:"url"`
	} `json:"parameters"`
}

func (*linkAction) most() int { return 1024 }
func (a *linkAction) fill(c *message.Content) {
	c.Shape, c.Link = message.ShapeCard, &message.Link{URL: a.Parameters.URL, Label: a.Parameters.Text}
}
func (a *linkAction) check() *refusal {
	if a.Name != "cta_url" {
		return refuse(131009, "interactive.action.name must be cta_url")
	}
	if !webAddress(a.Parameters.URL) {
		return refuse(131009, "interactive.action.parameters.url is not a web address")
	}
	return length(131009, "display_text", a.Parameters.Text, 20)
}

// locationAction asks for the customer's place.
type locationAction struct {
	Name string `json:"name"`
}

func (*locationAction) most() int             { return 1024 }
func (*locationAction) fill(*message.Content) {}
func (a *locationAction) check() *refusal {
	if a.Name != "send_location" {
		return refuse(131009, "interactive.action.name must be send_location")
	}
	return nil
}
