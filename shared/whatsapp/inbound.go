package whatsapp

import (
	"slices"

	"frontdesk/shared/message"
)

// inbound reads one message and keeps it; it returns why it could not.
// Meta, webhooks/reference/messages pages.
func (r *reader) inbound(at place, raw []byte) (reason string) {
	m := message.Inbound{Channel: at.channel}
	var room [4]unknown // most messages have one field that is not listed here: the type's own
	rest := room[:0]
	for f := object(raw); f.next(); {
		switch string(f.key) {
		case "id":
			m.ID = text(f.value)
		case "from":
			addressed(&m.From, text(f.value))
		case "from_user_id":
			m.From.UserID = text(f.value)
		case "from_parent_user_id":
			m.From.ParentID = text(f.value)
		case "timestamp":
			m.Time, _ = unix(f.value)
		case "type":
			m.Type = text(f.value)
		case "group_id":
			m.Group = text(f.value)
		default:
			rest = append(rest, unknown{string(f.key), f.value})
		}
	}
	m.Type = or(m.Type, "unknown")
	describe(&m, rest)
	if reason := unusable(m); reason != "" {
		return reason
	}
	m.Extra = r.take(introduce(&m.From, at.people, m.Extra))
	r.out.Inbound = append(r.out.Inbound, m)
	return ""
}

func unusable(m message.Inbound) string {
	switch {
	case m.ID == "":
		return "it has no id"
	case !m.From.Known():
		return "it has no sender"
	case m.Time.IsZero():
		return "its timestamp is not a time in unix seconds"
	}
	return ""
}

// describe fills in what the fields outside the common ones say. The order of
// fields in JSON means nothing, so they are read when the type is known.
func describe(m *message.Inbound, rest []unknown) {
	for _, u := range rest {
		switch {
		case u.key == m.Type:
			if !content(m, u.raw) {
				m.Body = u.raw
			}
		case u.key == "context":
			quoted(m, u.raw)
		default: // referral, origin, errors, and whatever comes next
			m.Extra = with(m.Extra, u.key, u.raw)
		}
	}
}

// quoted reads the context. More than an id and its author (forwarded,
// referred_product) is kept whole.
func quoted(m *message.Inbound, raw []byte) {
	more := first(raw) != '{' && !absent(raw)
	for f := object(raw); f.next(); {
		switch string(f.key) {
		case "id":
			m.ReplyTo = or(m.ReplyTo, text(f.value))
		case "from", "from_user_id":
		default:
			more = true
		}
	}
	if more {
		m.Extra = with(m.Extra, "context", raw)
	}
}

// content reads the object under the type's name and reports whether Text and
// Choice now say all of it, so that it need not be kept.
func content(m *message.Inbound, raw []byte) (all bool) {
	switch m.Type {
	case "text":
		m.Text = text(field(raw, "body"))
		return m.Text != "" && only(raw, "body")
	case "button":
		m.Text, m.Choice = text(field(raw, "text")), text(field(raw, "payload"))
		return m.Choice != "" && only(raw, "payload", "text")
	case "interactive":
		return tapped(m, raw)
	case "image", "video", "document", "audio", "sticker":
		m.Text = text(field(raw, "caption"))
	case "location":
		m.Text = text(field(raw, "name"))
	case "order":
		m.Text = text(field(raw, "text"))
	case "reaction": // a removed reaction has no emoji, so no text
		m.Text, m.ReplyTo = text(field(raw, "emoji")), text(field(raw, "message_id"))
	case "edit":
		m.ReplyTo = text(field(raw, "original_message_id"))
		m.Text = edited(field(raw, "message"))
	case "revoke":
		m.ReplyTo = text(field(raw, "original_message_id"))
	case "system":
		moved(m, raw)
	}
	return false
}

// tapped reads the answer to our buttons or list. The answer of a Flow
// (nfm_reply) and anything newer stays in the body.
func tapped(m *message.Inbound, raw []byte) (all bool) {
	kind := text(field(raw, "type"))
	if kind != "button_reply" && kind != "list_reply" {
		return false
	}
	reply := field(raw, kind)
	m.Choice, m.Text = text(field(reply, "id")), text(field(reply, "title"))
	return kind == "button_reply" && m.Choice != "" && only(raw, "type", kind) && only(reply, "id", "title")
}

// edited returns the new text or caption of an edited message.
func edited(raw []byte) string {
	var m message.Inbound
	m.Type = text(field(raw, "type"))
	if m.Type != "edit" && m.Type != "" {
		content(&m, field(raw, m.Type))
	}
	return m.Text
}

// moved reads a system message: the sender has a new number or a new user id, and
// the message comes from what they were before. A user id is made anew when the
// number changes, so a number is carried over only when the message repeats it.
func moved(m *message.Inbound, raw []byte) {
	kind := text(field(raw, "type"))
	if kind != "user_changed_number" && kind != "user_changed_user_id" {
		return
	}
	now := message.Person{UserID: text(field(raw, "user_id")), ParentID: text(field(raw, "parent_user_id"))}
	addressed(&now, text(field(raw, "wa_id")))
	if !now.Known() {
		return
	}
	before := message.Person{
		UserID:   or(text(field(raw, "previous_user_id")), m.From.UserID),
		ParentID: or(text(field(raw, "previous_parent_user_id")), m.From.ParentID),
		Phone:    m.From.Phone,
	}
	m.From = now
	if before.Known() && before != now {
		m.Previous = &before
	}
}

// only reports that an object has no other fields than these.
func only(raw []byte, keys ...string) bool {
	for f := object(raw); f.next(); {
		if !slices.Contains(keys, string(f.key)) {
			return false
		}
	}
	return true
}
