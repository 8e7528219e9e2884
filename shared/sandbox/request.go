package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"frontdesk/shared/message"
)

// request is one parsed body of POST /{phone number id}/messages.
type request struct {
	Product       string          `json:"messaging_product"`
	RecipientType string          `json:"recipient_type"`
	To            string          `json:"to"`
	Recipient     string          `json:"recipient"`
	Type          string          `json:"type"`
	Ref           string          `json:"biz_opaque_callback_data"`
	Context       *contextRef     `json:"context"`
	Status        string          `json:"status"`
	MessageID     string          `json:"message_id"`
	Typing        *typing         `json:"typing_indicator"`
	Text          json.RawMessage `json:"text"`
	Image         json.RawMessage `json:"image"`
	Video         json.RawMessage `json:"video"`
	Audio         json.RawMessage `json:"audio"`
	Document      json.RawMessage `json:"document"`
	Sticker       json.RawMessage `json:"sticker"`
	Location      json.RawMessage `json:"location"`
	Contacts      json.RawMessage `json:"contacts"`
	Reaction      json.RawMessage `json:"reaction"`
	Interactive   json.RawMessage `json:"interactive"`
	Template      json.RawMessage `json:"template"`

	body body
	raw  json.RawMessage
}

type contextRef struct {
	MessageID string `json:"message_id"`
}

type typing struct {
	Type string `json:"type"`
}

// body is the object under the type's name.
type body interface {
	// check holds the limits that need nothing but the object itself.
	check() *refusal
	// content says what the customer sees.
	content() message.Content
}

// parse reads one request body and holds every rule that needs no books.
// Sources: Meta, send-messages and the pages of each type; limits of section A9.
func parse(data []byte) (*request, *refusal) {
	req := new(request)
	if r := strict(data, req, ""); r != nil {
		return nil, r
	}
	if req.Product == "" {
		return nil, refuse(100, "The parameter messaging_product is required.")
	}
	if req.Product != "whatsapp" {
		return nil, refuse(131009, "messaging_product must be whatsapp")
	}
	if req.Status != "" {
		return req, req.checkRead()
	}
	return req, req.checkSend()
}

// checkRead: Meta, mark-message-as-read and typing-indicators pages.
func (q *request) checkRead() *refusal {
	switch {
	case q.Status != "read":
		return refuse(131009, "status must be read")
	case q.MessageID == "":
		return refuse(131008, "message_id is required")
	case !strings.HasPrefix(q.MessageID, "wamid."):
		return refuse(131009, "message_id is not the id of a message")
	case q.Typing != nil && q.Typing.Type != "text":
		return refuse(131009, "typing_indicator type must be text")
	case q.Type != "" || q.To != "" || q.Recipient != "":
		return refuse(100, "a read mark has neither type nor recipient")
	}
	return nil
}

func (q *request) checkSend() *refusal {
	if r := q.checkCommon(); r != nil {
		return r
	}
	if r := q.pickBody(); r != nil {
		return r
	}
	if r := strict(q.raw, q.body, q.Type); r != nil {
		return r
	}
	return q.body.check()
}

func (q *request) checkCommon() *refusal {
	switch {
	case q.RecipientType == "group":
		return refuse(131041, "the sandbox has no groups")
	case q.RecipientType != "" && q.RecipientType != "individual":
		return refuse(131009, "recipient_type must be individual or group")
	case q.To == "" && q.Recipient == "":
		return refuse(131008, "to or recipient is required")
	case q.Type == "":
		return refuse(131008, "type is required")
	case utf8.RuneCountInString(q.Ref) > 512:
		return refuse(100, "biz_opaque_callback_data must be at most 512 characters long")
	case q.Context != nil && !strings.HasPrefix(q.Context.MessageID, "wamid."):
		return refuse(131009, "context.message_id is not the id of a message")
	case q.MessageID != "" || q.Typing != nil:
		return refuse(100, "message_id and typing_indicator belong to a read mark")
	}
	return nil
}

// pickBody finds the object that the type names and refuses any other.
func (q *request) pickBody() *refusal {
	q.body = newBody(q.Type)
	if q.body == nil {
		return refuse(131051, "message type is not supported")
	}
	for name, raw := range q.bodies {
		switch {
		case raw == nil:
		case name != q.Type:
			return refuse(100, "Unexpected key %q beside type %s", name, q.Type)
		default:
			q.raw = raw
		}
	}
	if q.raw == nil || string(q.raw) == "null" {
		return refuse(131008, "the object %s is required", q.Type)
	}
	return nil
}

// bodies yields every object that a type can name, in a fixed order.
func (q *request) bodies(yield func(string, json.RawMessage) bool) {
	_ = yield("text", q.Text) && yield("interactive", q.Interactive) && yield("template", q.Template) &&
		yield("image", q.Image) && yield("video", q.Video) && yield("audio", q.Audio) &&
		yield("document", q.Document) && yield("sticker", q.Sticker) && yield("location", q.Location) &&
		yield("contacts", q.Contacts) && yield("reaction", q.Reaction)
}

func newBody(kind string) body {
	switch kind {
	case "text":
		return new(textBody)
	case "interactive":
		return new(interactiveBody)
	case "template":
		return new(templateBody)
	case "image", "video":
		return &pictureBody{kind: kind}
	case "document":
		return new(documentBody)
	case "audio", "sticker":
		return &soundBody{kind: kind}
	case "location":
		return new(locationBody)
	case "contacts":
		return new(contactsBody)
	case "reaction":
		return new(reactionBody)
	}
	return nil
}

// strict decodes one JSON value and refuses unknown keys: a misspelt parameter
// must not pass here and fail at Meta (error-codes page, code 100).
func strict(data []byte, into any, where string) *refusal {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return jsonRefusal(err, where)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return refuse(100, "the body holds more than one JSON value")
	}
	return nil
}

// jsonRefusal never repeats a value of the request: it may be what somebody wrote.
func jsonRefusal(err error, where string) *refusal {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return refuse(100, "Param %s must be %s, not %s", join(where, wrong.Field), wrong.Type.Kind(), wrong.Value)
	}
	if key, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return refuse(100, "Unexpected key %s in %s", key, join(where, ""))
	}
	return refuse(100, "the body is not valid JSON")
}

func join(where, field string) string {
	switch {
	case where == "" && field == "":
		return "the request"
	case where == "":
		return field
	case field == "":
		return where
	}
	return where + "." + field
}

// length refuses an empty or too long value. Limits are characters.
func length(code int, name, value string, most int) *refusal {
	if value == "" {
		return refuse(131008, "%s is required", name)
	}
	return tooLong(code, name, value, most)
}

func tooLong(code int, name, value string, most int) *refusal {
	if n := utf8.RuneCountInString(value); n > most {
		return refuse(code, "%s is %d characters long, at most %d are allowed", name, n, most)
	}
	return nil
}

// first returns the first refusal there is.
func first(all ...*refusal) *refusal {
	for _, r := range all {
		if r != nil {
			return r
		}
	}
	return nil
}
