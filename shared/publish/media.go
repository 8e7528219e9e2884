package publish

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"

	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/wecom"
	"frontdesk/shared/whatsapp"
)

// headerKinds are the files that stand above a text.
func headerKinds() []string {
	return []string{string(message.ShapeImage), string(message.ShapeVideo), string(message.ShapeDocument)}
}

// file holds that a variant which is one file has what each kind of channel needs for it.
func (c *checker) file(at string, v *playbook.Variant, kinds []message.Kind) {
	if v.Media == nil {
		return
	}
	if v.Media.Kind != "" && v.Media.Kind != v.Shape {
		c.add(at+".media.kind", "the shape says already which kind of file it is", "remove kind")
	}
	c.media(at+".media", v.Media, message.Shape(v.Shape), kinds)
	for _, k := range kinds {
		silent := (k == message.WeComKF || k == message.WeComApp) && !wecom.Captioned(k, message.Shape(v.Shape))
		if v.Text != "" && silent && !c.faulty(at+".text") {
			c.add(at+".text", kindName(k)+" shows no words with this kind of file",
				`remove text, or give this kind of channel a variant without it, as in "only": ["`+string(k)+`"]`)
		}
	}
}

// above holds that only WhatsApp gets a file above buttons or a card.
func (c *checker) above(at string, v *playbook.Variant, kinds []message.Kind) {
	if v.Media == nil {
		return
	}
	c.among(at+".media.kind", "kind of file", v.Media.Kind, headerKinds())
	c.media(at+".media", v.Media, message.Shape(v.Media.Kind), kinds)
	if v.Header != "" {
		c.add(at+".header", "a text and a file are both to stand above this message", "remove header or media")
	}
	if slices.ContainsFunc(kinds, func(k message.Kind) bool { return k != message.WhatsApp }) {
		c.add(at+".media", "only WhatsApp shows a file above buttons or a card, and the variant is for other kinds of channel, too",
			`write "only": ["whatsapp"], and another variant for the rest`)
	}
}

// media looks at what is said of a file. What its address becomes shows when it is rendered.
func (c *checker) media(at string, m *playbook.Media, shape message.Shape, kinds []message.Kind) {
	switch digits := strings.Trim(m.ID, "0123456789") == "" && len(m.ID) <= whatsapp.MaxMediaID; {
	case m.ID == "" && strings.TrimSpace(m.URL) == "":
		c.add(at+".url", "the file has no address", "write the https address of the file")
	case m.ID != "" && m.URL != "":
		c.add(at+".id", "the file has an address and an id", "keep one of them; an address needs no renewing")
	case m.ID != "" && !digits:
		c.add(at+".id", quote(m.ID)+" is not the id of a file at WhatsApp", "copy the id that the upload returned: digits alone")
	case m.ID != "" && slices.ContainsFunc(kinds, func(k message.Kind) bool { return k != message.WhatsApp }):
		c.add(at+".id", "only WhatsApp knows this id, and the variant is for other kinds of channel, too", `write url in place of id, or "only": ["whatsapp"]`)
	}
	if m.Name != "" && shape != message.ShapeDocument {
		c.add(at+".name", "only a document is shown under a name", "remove name")
	}
}

// files holds what becomes of the addresses of a reply's files: their endings say what they are.
func (c *checker) files(at string, m message.Content, kinds []message.Kind) {
	if m.Media != nil {
		for _, k := range kinds {
			c.ending(at+".media.url", *m.Media, k)
		}
	}
	if m.Approved != nil && m.Approved.Media != nil {
		c.ending(at+".approved.media.url", *m.Approved.Media, message.WhatsApp)
	}
}

// ending refuses an address that ends like another kind of file. One without an ending, or with
// one that is no file's, says nothing; then the file itself is looked at before it goes to WeCom.
func (c *checker) ending(at string, m message.Media, k message.Kind) {
	u, err := url.Parse(m.URL)
	if err != nil || c.faulty(at) {
		return
	}
	takes := endings(k, m.Kind)
	end := strings.ToLower(strings.TrimPrefix(path.Ext(u.Path), "."))
	if takes == "" || !listed(knownEndings, end) || listed(takes, end) {
		return
	}
	c.add(at, fmt.Sprintf("the address ends in .%s, and %s takes as %s only %s", end, kindName(k), m.Kind, strings.ReplaceAll(takes, " ", ", ")),
		"name a file of one of these types, or choose the shape document, which takes any")
}

func listed(list, word string) bool { return word != "" && slices.Contains(strings.Fields(list), word) }

// knownEndings are those that say what a file is.
const knownEndings = "jpg jpeg png gif webp svg bmp tif tiff heic avif mp4 3gp mov avi mkv webm mp3 m4a aac amr ogg opus wav flac " +
	"pdf doc docx xls xlsx ppt pptx txt csv zip rar 7z html htm json xml"

// endings are the types of file that a kind of channel takes (Meta, media page; W:90253);
// empty for every type. An AI bot sends the address as a link.
func endings(k message.Kind, shape message.Shape) string {
	wa := k == message.WhatsApp
	switch {
	case k == message.WeComBot || shape == message.ShapeDocument:
		return ""
	case shape == message.ShapeImage:
		return "jpg jpeg png"
	case shape == message.ShapeVideo && wa:
		return "mp4 3gp"
	case shape == message.ShapeVideo:
		return "mp4"
	case shape == message.ShapeAudio && wa:
		return "aac amr mp3 m4a ogg opus"
	case shape == message.ShapeAudio:
		return "amr"
	}
	return ""
}
