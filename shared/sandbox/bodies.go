package sandbox

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"frontdesk/shared/message"
)

func shown(text string) message.Content {
	return message.Content{Shape: message.ShapeText, Text: text}
}

// textBody: Meta, text-messages page. Body of 1 to 4,096 characters.
type textBody struct {
	PreviewURL bool   `json:"preview_url"`
	Body       string `json:"body"`
}

func (b *textBody) check() *refusal          { return length(100, "text.body", b.Body, 4096) }
func (b *textBody) content() message.Content { return shown(b.Body) }

// media is what image, video, audio, document and sticker share: an uploaded
// id or a link (Meta, media pages).
type media struct {
	ID   string `json:"id"`
	Link string `json:"link"`
}

func (m media) check() *refusal {
	switch {
	case m.ID == "" && m.Link == "":
		return refuse(131008, "id or link is required")
	case m.ID != "" && m.Link != "":
		return refuse(131009, "give id or link, not both")
	case m.Link != "" && !webAddress(m.Link):
		return refuse(131009, "link is not a web address")
	}
	return nil
}

// shown is a file as the customer sees it.
func (m media) shown(shape message.Shape, caption, name string) message.Content {
	return message.Content{Shape: shape, Text: caption, Media: &message.Media{Kind: shape, URL: m.Link, ID: m.ID, Name: name}}
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// pictureBody is an image or a video: caption of at most 1,024 characters.
type pictureBody struct {
	media
	Caption string `json:"caption"`
	kind    string
}

func (b *pictureBody) check() *refusal {
	return first(b.media.check(), tooLong(100, "caption", b.Caption, 1024))
}
func (b *pictureBody) content() message.Content {
	return b.media.shown(message.Shape(b.kind), b.Caption, "")
}

// documentBody may carry a file name as well.
type documentBody struct {
	media
	Caption  string `json:"caption"`
	Filename string `json:"filename"`
}

func (b *documentBody) check() *refusal {
	return first(b.media.check(), tooLong(100, "caption", b.Caption, 1024))
}
func (b *documentBody) content() message.Content {
	return b.media.shown(message.ShapeDocument, b.Caption, b.Filename)
}

// soundBody is audio or a sticker: no caption.
type soundBody struct {
	media
	Voice bool `json:"voice"`
	kind  string
}

func (b *soundBody) content() message.Content {
	if b.kind == "audio" {
		return b.media.shown(message.ShapeAudio, "", "")
	}
	return shown(label(b.kind, ""))
}
func (b *soundBody) check() *refusal { return b.media.check() }

func label(kind, text string) string {
	return strings.TrimSpace("[" + kind + "] " + text)
}

// locationBody: Meta, location-messages page; its sample writes the degrees as
// strings, numbers are accepted too.
type locationBody struct {
	Latitude  degrees `json:"latitude"`
	Longitude degrees `json:"longitude"`
	Name      string  `json:"name"`
	Address   string  `json:"address"`
}

func (b *locationBody) check() *refusal {
	return first(b.Latitude.check("latitude", 90), b.Longitude.check("longitude", 180))
}
func (b *locationBody) content() message.Content {
	return shown(label("location", strings.TrimSpace(b.Name+" "+b.Address)))
}

type degrees struct{ text string }

// UnmarshalJSON takes a JSON number or a string.
func (d *degrees) UnmarshalJSON(b []byte) error {
	d.text = strings.Trim(string(b), `"`)
	return nil
}

func (d degrees) check(name string, most float64) *refusal {
	if d.text == "" {
		return refuse(131008, "location.%s is required", name)
	}
	v, err := strconv.ParseFloat(d.text, 64)
	if err != nil || !(v >= -most && v <= most) {
		return refuse(131009, "location.%s must be between -%g and %g", name, most, most)
	}
	return nil
}

// contactsBody: Meta, contacts-messages page; formatted_name is required.
type contactsBody []struct {
	Name struct {
		Formatted string `json:"formatted_name"`
		First     string `json:"first_name"`
		Last      string `json:"last_name"`
		Middle    string `json:"middle_name"`
		Suffix    string `json:"suffix"`
		Prefix    string `json:"prefix"`
	} `json:"name"`
	Phones    json.RawMessage `json:"phones"`
	Emails    json.RawMessage `json:"emails"`
	Addresses json.RawMessage `json:"addresses"`
	Org       json.RawMessage `json:"org"`
	URLs      json.RawMessage `json:"urls"`
	Birthday  string          `json:"birthday"`
}

func (b *contactsBody) check() *refusal {
	if len(*b) == 0 {
		return refuse(131008, "contacts needs at least one contact")
	}
	for _, c := range *b {
		if c.Name.Formatted == "" {
			return refuse(131008, "contacts.name.formatted_name is required")
		}
	}
	return nil
}
func (b *contactsBody) content() message.Content {
	return shown(label("contacts", (*b)[0].Name.Formatted))
}

// reactionBody: Meta, reaction-messages page. An empty emoji takes it back.
type reactionBody struct {
	MessageID string  `json:"message_id"`
	Emoji     *string `json:"emoji"`
}

func (b *reactionBody) check() *refusal {
	switch {
	case b.MessageID == "":
		return refuse(131008, "reaction.message_id is required")
	case b.Emoji == nil:
		return refuse(131008, "reaction.emoji is required")
	case !strings.HasPrefix(b.MessageID, "wamid."):
		return refuse(131009, "reaction.message_id is not the id of a message")
	}
	return nil
}
func (b *reactionBody) content() message.Content { return shown(label("reaction", *b.Emoji)) }
