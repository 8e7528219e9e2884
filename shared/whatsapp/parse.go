package whatsapp

import (
	"bytes"
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"

	"frontdesk/shared/message"
)

// Errors of [Door.Parse]. The caller keeps the whole body as a dead letter.
var (
	ErrNotJSON   = errors.New("webhook body is not valid JSON, or is nested deeper than 10,000 levels")
	ErrNotObject = errors.New("webhook body is JSON, but not an object")
)

// Parsed is everything that one webhook said, in its order.
type Parsed struct {
	Inbound []message.Inbound
	// Elsewhere is what people of the company wrote in the WhatsApp Business app.
	Elsewhere []message.Elsewhere
	Receipts  []message.Receipt
	// Notices are management fields and errors. Their field is Meta's, or
	// "errors" for value.errors, or "unknown" for fields of the envelope that we
	// do not know and that no update could carry. Their time is zero when the
	// webhook gives none.
	Notices []message.Notice
	// Strays could not be given to a channel or read: keep them as dead letters.
	Strays []Stray
}

// Stray is a part of a webhook that cannot be used.
type Stray struct {
	// Part says what Raw is: body, entry, change, message, status or echo.
	Part string `json:"part"`
	// Account and Number are the WABA id and phone_number_id around it, if known.
	Account string `json:"account,omitempty"`
	Number  string `json:"number,omitempty"`
	// Reason is a sentence without personal data.
	Reason string          `json:"reason"`
	Raw    json.RawMessage `json:"raw"`
}

// reader is the state of one Parse.
type reader struct {
	door *Door
	by   *signer
	out  Parsed
	// left holds unknown fields of the envelope until an update takes them along.
	left []unknown
}

// place is where in the envelope an update stands.
type place struct {
	account string
	time    time.Time
	number  string // phone_number_id
	channel string
	people  []contact
}

// Parse reads a body whose signature [Door.Verify] has checked. A channel's
// updates are taken only from a signer that may speak for it. The result shares
// memory with body: do not reuse the buffer while it is in use.
func (d *Door) Parse(signed Signed, body []byte) (Parsed, error) {
	if !utf8.Valid(body) { // stores and queues take UTF-8 only
		body = bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	if !json.Valid(body) {
		return Parsed{}, ErrNotJSON
	}
	body, _ = cut(skip(body))
	if first(body) != '{' {
		return Parsed{}, ErrNotObject
	}
	r := reader{door: d, by: signed.by}
	if r.by == nil {
		r.by = &signer{}
	}
	r.body(body)
	return r.out, nil
}

func (r *reader) body(raw []byte) {
	var kind, entries []byte
	for f := object(raw); f.next(); {
		switch string(f.key) {
		case "object":
			kind = f.value
		case "entry":
			entries = f.value
		default:
			r.keep("body.", f)
		}
	}
	switch {
	case text(kind) != "whatsapp_business_account":
		r.stray("body", place{}, "its object is not whatsapp_business_account", raw)
	case first(entries) != '[':
		r.stray("body", place{}, "it has no list of entries", raw)
	default:
		for e := list(entries); e.next(); {
			r.entry(e.value)
		}
		r.leftovers(place{})
	}
}

func (r *reader) entry(raw []byte) {
	var at place
	before := len(r.left)
	var changes []byte
	for f := object(raw); f.next(); {
		switch string(f.key) {
		case "id":
			at.account = text(f.value)
		case "time":
			at.time, _ = unix(f.value)
		case "changes":
			changes = f.value
		default:
			r.keep("entry.", f)
		}
	}
	if first(changes) != '[' {
		r.left = r.left[:before] // raw has them
		r.stray("entry", at, "it has no list of changes", raw)
		return
	}
	for c := list(changes); c.next(); {
		r.change(at, c.value)
	}
	r.leftovers(at)
}

func (r *reader) change(at place, raw []byte) {
	var field, value []byte
	before := len(r.left)
	for f := object(raw); f.next(); {
		switch string(f.key) {
		case "field":
			field = f.value
		case "value":
			value = f.value
		default:
			r.keep("change.", f)
		}
	}
	reason := "it names no field"
	switch name := text(field); name {
	case "":
	case "messages", echoes:
		at.number = numberOf(value)
		if reason = r.mayNot(at.number); reason == "" {
			r.messages(at, value, raw)
		}
	default:
		reason = r.notice(at, name, value)
	}
	if reason != "" {
		r.left = r.left[:before] // raw has them
		r.stray("change", at, reason, raw)
	}
}

// messages reads the value of a change of field "messages".
func (r *reader) messages(at place, value, change []byte) {
	v := splitValue(value)
	at.channel = r.by.numbers[at.number]
	at.people = contacts(v.contacts)
	for _, f := range v.unknown {
		r.keep("value.", f)
	}
	r.each(at, "message", v.messages, change)
	r.each(at, "status", v.statuses, change)
	r.each(at, "echo", v.echoes, change)
	if !absent(v.errors) {
		r.out.Notices = append(r.out.Notices, message.Notice{
			Account: at.account, Channel: at.channel, Field: "errors", Time: at.time, Value: v.errors,
		})
	}
}

// each reads a list of updates; one that cannot be read does not lose the others.
func (r *reader) each(at place, part string, updates, change []byte) {
	if !absent(updates) && first(updates) != '[' {
		r.stray("change", at, "its "+part+" list is not a list", change)
		return
	}
	for u := list(updates); u.next(); {
		reason := "it is not an object"
		if first(u.value) == '{' {
			switch part {
			case "message":
				reason = r.inbound(at, u.value)
			case "status":
				reason = r.receipt(at, u.value)
			default:
				reason = r.echo(at, u.value)
			}
		}
		if reason != "" {
			r.stray(part, at, reason, u.value)
		}
	}
}

// value is what stands in a change of field "messages".
type value struct {
	contacts, messages, statuses, echoes, errors []byte
	unknown                                      []scan
}

func splitValue(raw []byte) (v value) {
	for f := object(raw); f.next(); {
		switch string(f.key) {
		case "messaging_product", "metadata":
		case "contacts":
			v.contacts = f.value
		case "messages":
			v.messages = f.value
		case "statuses":
			v.statuses = f.value
		case "message_echoes":
			v.echoes = f.value
		case "errors":
			v.errors = f.value
		default:
			v.unknown = append(v.unknown, f)
		}
	}
	return v
}

// numberOf returns value.metadata.phone_number_id; "" when there is none.
func numberOf(value []byte) string {
	return text(field(field(value, "metadata"), "phone_number_id"))
}

// mayNot says why the signer cannot speak for a number; "" when it can.
func (r *reader) mayNot(number string) string {
	if _, ok := r.by.numbers[number]; ok {
		return ""
	}
	if number == "" {
		return "its value has no phone_number_id"
	}
	if _, known := r.door.numbers[number]; known {
		return "it was signed with an app secret that is not this channel's"
	}
	return "no channel has this phone_number_id"
}

func (r *reader) stray(part string, at place, reason string, raw []byte) {
	r.out.Strays = append(r.out.Strays, Stray{Part: part, Account: at.account, Number: at.number, Reason: reason, Raw: raw})
}

// lastSecond ends the year 9999, the last that RFC 3339 and JSON times can hold.
const lastSecond = 253402300799

// unix reads seconds since 1970, as a number or a string.
func unix(raw []byte) (time.Time, bool) {
	s, ok := integer(raw)
	if !ok || s <= 0 || s > lastSecond {
		return time.Time{}, false
	}
	return time.Unix(s, 0).UTC(), true
}
