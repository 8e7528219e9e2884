package render

import (
	"strings"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
)

// visitMedia fills in the address and the name of a file that stands at a path of a variant.
func visitMedia(m *playbook.Media, path string, fn func(place, string) string) *message.Media {
	if m == nil {
		return nil
	}
	out := &message.Media{Kind: message.Shape(m.Kind), ID: m.ID}
	if m.ID == "" {
		out.URL = strings.TrimSpace(fn(place{j: -1, name: path + ".url", required: true, address: true}, m.URL))
	}
	out.Name = oneLine(fn(place{j: -1, name: path + ".name"}, m.Name))
	return out
}

// visitApproved fills in what an approved template leaves open.
func visitApproved(a *playbook.Approved, fn func(place, string) string) *message.Approved {
	out := &message.Approved{Name: a.Name, Language: a.Language, Category: a.Category}
	line := func(at place, text string) string {
		at.j, at.required = -1, true
		return oneLine(fn(at, text))
	}
	for i, p := range a.Params {
		out.Params = append(out.Params, line(place{list: "approved.params", i: i}, p))
	}
	for i, p := range a.Named {
		out.Named = append(out.Named, message.Named{Name: p.Name, Text: line(place{list: "approved.named", i: i, name: "text"}, p.Text)})
	}
	if h := a.Header; h != nil {
		out.Header = &message.Named{Name: h.Name, Text: line(place{name: "approved.header.text"}, h.Text)}
	}
	out.Media = visitMedia(a.Media, "approved.media", fn)
	for i, b := range a.Buttons {
		filled := message.ApprovedButton{Index: b.Index, Payload: b.Payload}
		if b.URL != "" {
			filled.URL = line(place{list: "approved.buttons", i: i, name: "url"}, b.URL)
		}
		out.Buttons = append(out.Buttons, filled)
	}
	return out
}
