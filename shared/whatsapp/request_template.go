package whatsapp

import (
	"strconv"

	"frontdesk/shared/message"
)

// The wire form of an approved template (Meta, template-messages page). Components that
// take nothing are left out.
type template struct {
	Name       string      `json:"name"`
	Language   language    `json:"language"`
	Components []component `json:"components,omitempty"`
}

type language struct {
	Code string `json:"code"`
}

type component struct {
	Type       string      `json:"type"`
	SubType    string      `json:"sub_type,omitempty"`
	Index      string      `json:"index,omitempty"`
	Parameters []parameter `json:"parameters"`
}

type parameter struct {
	Type     string `json:"type"`
	Name     string `json:"parameter_name,omitempty"`
	Text     string `json:"text,omitempty"`
	Payload  string `json:"payload,omitempty"`
	Image    *media `json:"image,omitempty"`
	Video    *media `json:"video,omitempty"`
	Document *media `json:"document,omitempty"`
}

func approved(a message.Approved) *template {
	t := &template{Name: a.Name, Language: language{a.Language}}
	switch {
	case a.Media != nil:
		h := above(*a.Media)
		t.add(component{Type: "header"}, parameter{Type: h.Type, Image: h.Image, Video: h.Video, Document: h.Document})
	case a.Header != nil:
		t.add(component{Type: "header"}, parameter{Type: "text", Name: a.Header.Name, Text: a.Header.Text})
	}
	t.body(a)
	for _, b := range a.Buttons {
		c := component{Type: "button", SubType: "url", Index: strconv.Itoa(b.Index)}
		if b.Payload != "" {
			c.SubType = "quick_reply"
			t.add(c, parameter{Type: "payload", Payload: b.Payload})
			continue
		}
		t.add(c, parameter{Type: "text", Text: b.URL})
	}
	return t
}

func (t *template) body(a message.Approved) {
	var all []parameter
	for _, p := range a.Params {
		all = append(all, parameter{Type: "text", Text: p})
	}
	for _, p := range a.Named {
		all = append(all, parameter{Type: "text", Name: p.Name, Text: p.Text})
	}
	if len(all) > 0 {
		t.add(component{Type: "body"}, all...)
	}
}

func (t *template) add(c component, parameters ...parameter) {
	c.Parameters = parameters
	t.Components = append(t.Components, c)
}
