package publish

import (
	"fmt"
	"strings"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/whatsapp"
)

func (c *checker) approved(path string, a *playbook.Approved) {
	if a == nil {
		return
	}
	path += ".approved"
	if a.Name == "" || len(a.Name) > whatsapp.MaxTemplateName || !plainWord(a.Name) {
		c.add(path+".name", quote(a.Name)+" is not a name that a WhatsApp template can have",
			"copy the name from WhatsApp Manager: small letters a-z, digits and _")
	}
	if !locale(a.Language) {
		c.add(path+".language", quote(a.Language)+" is not a locale of a WhatsApp template",
			"copy the code from WhatsApp Manager, such as en, en_US or zh_CN")
	}
	if a.Category != "" {
		c.among(path+".category", "category", a.Category, []string{"utility", "marketing", "authentication"})
	}
	c.approvedBody(path, a)
	c.approvedHeader(path, a)
	seen := map[int]bool{}
	for i, b := range a.Buttons {
		c.approvedButton(fmt.Sprintf("%s.buttons[%d]", path, i), b, seen)
	}
}

// approvedBody: numbered parameters or named ones, never both (Meta, templates page).
func (c *checker) approvedBody(path string, a *playbook.Approved) {
	if len(a.Params) > 0 && len(a.Named) > 0 {
		c.add(path+".named", "the variant fills numbered parameters and named ones, and no template has both", "keep params or named, as WhatsApp Manager shows the text")
	}
	seen := map[string]bool{}
	for i, p := range a.Named {
		at := fmt.Sprintf("%s.named[%d].name", path, i)
		switch {
		case p.Name == "" || !plainWord(p.Name):
			c.add(at, quote(p.Name)+" is not a name that a parameter can have", "copy it from WhatsApp Manager: small letters a-z, digits and _")
		case seen[p.Name]:
			c.add(at, "the parameter "+quote(p.Name)+" is filled twice", "remove one")
		}
		seen[p.Name] = true
	}
}

func (c *checker) approvedHeader(path string, a *playbook.Approved) {
	if a.Header != nil && a.Media != nil {
		c.add(path+".header", "a text and a file are both to stand in the header", "remove header or media")
	}
	if a.Header != nil && a.Header.Name != "" && !plainWord(a.Header.Name) {
		c.add(path+".header.name", quote(a.Header.Name)+" is not a name that a parameter can have", "copy it from WhatsApp Manager, or leave it out for {{1}}")
	}
	if a.Media != nil {
		c.among(path+".media.kind", "kind of file", a.Media.Kind, headerKinds())
		c.media(path+".media", a.Media, message.Shape(a.Media.Kind), []message.Kind{message.WhatsApp})
	}
}

func (c *checker) approvedButton(path string, b playbook.ApprovedButton, seen map[int]bool) {
	switch {
	case b.Index < 0 || b.Index >= whatsapp.MaxTemplateKeys:
		c.add(path+".index", fmt.Sprintf("no template has a button %d", b.Index), "count the buttons of the template from 0, as WhatsApp Manager shows them")
	case seen[b.Index]:
		c.add(path+".index", fmt.Sprintf("button %d is filled twice", b.Index), "remove one")
	}
	seen[b.Index] = true
	switch n := len([]rune(b.Payload)); {
	case b.URL == "" && strings.TrimSpace(b.Payload) == "":
		c.add(path, "nothing fills this button", "write url, the end of its address, or payload, what a tap sends back; or remove the entry")
	case b.URL != "" && b.Payload != "":
		c.add(path, "a button has the end of an address or a payload", "keep url or payload, as the template's button is")
	case n > whatsapp.MaxPayload:
		c.add(path+".payload", fmt.Sprintf("the payload has %d characters", n), fmt.Sprintf("write at most %d", whatsapp.MaxPayload))
	}
}

// plainWord reports a name as Meta takes it.
func plainWord(s string) bool {
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == ""
}
