package whatsapp

import (
	"fmt"
	"strings"

	"frontdesk/shared/message"
)

// file holds that a message of one file has it, and a caption where there is a place for one.
func (c *check) file(k message.Content) {
	c.media(k.Media, k.Shape)
	c.length("caption", k.Text, MaxCaption)
	c.must(k.Shape != message.ShapeAudio || k.Text == "", "a recording has no caption")
	c.must(k.Header == "" && k.Footer == "", "a file has no header or footer: only buttons and lists do")
}

// headed holds that a file above a text is one of those that may stand there.
func (c *check) headed(k message.Content) {
	if k.Media == nil {
		return
	}
	c.must(k.Shape != message.ShapeList, "a list has no file above its text")
	c.must(k.Header == "", "a message has a text or a file above it, not both")
	c.must(k.Media.Kind.File() && k.Media.Kind != message.ShapeAudio, "what stands above a text is an image, a video or a document")
	c.media(k.Media, k.Media.Kind)
}

func (c *check) media(m *message.Media, kind message.Shape) {
	if m == nil {
		c.must(false, "the file is missing")
		return
	}
	c.must(m.Kind == kind, "the file is of another kind than the message")
	c.must((m.URL == "") != (m.ID == ""), "a file has an address or an id, one of the two")
	if m.URL != "" {
		c.address(m.URL)
	}
	c.must(len(m.ID) <= MaxMediaID && (m.ID == "" || isDigits(m.ID)), "the id of a file is not digits alone")
	c.must(m.Name == "" || kind == message.ShapeDocument, "only a document has a file name")
	c.must(len(m.Name) <= MaxFileName, fmt.Sprintf("the file name has %d bytes, at most %d are allowed", len(m.Name), MaxFileName))
}

func (c *check) approved(a *message.Approved) {
	if a == nil {
		c.must(false, "the approved template is not named")
		return
	}
	c.given("template name", a.Name, MaxTemplateName)
	c.must(strings.Trim(a.Name, "abcdefghijklmnopqrstuvwxyz0123456789_") == "", "the template name has other characters than a-z, 0-9 and _")
	c.must(a.Language != "", "the template has no language")
	c.parameters(a)
	if a.Media != nil {
		c.must(a.Media.Kind.File() && a.Media.Kind != message.ShapeAudio, "the header of a template is an image, a video or a document")
		c.media(a.Media, a.Media.Kind)
	}
	for _, b := range a.Buttons {
		c.button(b)
	}
}

// parameters: numbered or named, never both (Meta, templates page).
func (c *check) parameters(a *message.Approved) {
	c.must(len(a.Params) == 0 || len(a.Named) == 0, "the template has numbered parameters and named ones")
	for i, p := range a.Params {
		c.given(fmt.Sprintf("template parameter %d", i+1), p, MaxTemplateParam)
	}
	for i, p := range a.Named {
		c.given(fmt.Sprintf("name of template parameter %d", i+1), p.Name, MaxTemplateName)
		c.given(fmt.Sprintf("template parameter %d", i+1), p.Text, MaxTemplateParam)
	}
	if a.Header != nil {
		c.given("parameter of the template's header", a.Header.Text, MaxHeader)
		c.must(a.Media == nil, "the template has a text and a file in its header")
	}
}

func (c *check) button(b message.ApprovedButton) {
	c.must(b.Index >= 0 && b.Index < MaxTemplateKeys, "a button of the template has an index that none has")
	c.must((b.URL == "") != (b.Payload == ""), "a button of the template takes the end of an address or a payload, one of the two")
	c.length("the end of a template button's address", b.URL, MaxTemplateURL)
	c.length("payload of a template button", b.Payload, MaxPayload)
}
