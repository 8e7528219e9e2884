package whatsapp

import "frontdesk/shared/message"

// receipt reads one status and keeps it; it returns why it could not.
// Meta, webhooks/reference/messages/status page.
func (r *reader) receipt(at place, raw []byte) (reason string) {
	s := message.Receipt{Channel: at.channel}
	var recipient []byte
	group := false
	for f := object(raw); f.next(); {
		switch string(f.key) {
		case "id":
			s.ID = text(f.value)
		case "status":
			s.Status = message.Status(text(f.value))
		case "timestamp":
			s.Time, _ = unix(f.value)
		case "biz_opaque_callback_data":
			s.Ref = text(f.value)
		case "recipient_id":
			recipient = f.value
		case "recipient_type":
			group = text(f.value) == "group"
			s.Extra = with(s.Extra, "recipient_type", f.value)
		default:
			about(&s, f)
		}
	}
	if !group {
		addressed(&s.Recipient, text(recipient))
	} else if recipient != nil { // a group is not a person
		s.Extra = with(s.Extra, "recipient_id", recipient)
	}
	if reason := useless(s); reason != "" {
		return reason
	}
	s.Extra = r.take(introduce(&s.Recipient, at.people, s.Extra))
	r.out.Receipts = append(r.out.Receipts, s)
	return ""
}

// about reads the fields that only some statuses have. Meta's group pages spell
// the participant in two ways; the conversation (gone since v24.0 but for free
// entry points) and unknown fields are kept as they are.
func about(s *message.Receipt, f scan) {
	switch string(f.key) {
	case "recipient_user_id":
		s.Recipient.UserID = text(f.value)
	case "parent_recipient_user_id":
		s.Recipient.ParentID = text(f.value)
	case "recipient_participant_id", "participant_recipient_id":
		s.Participant = text(f.value)
	case "pricing":
		s.Pricing = pricing(f.value)
		if s.Pricing == nil && !absent(f.value) || !only(f.value, "billable", "pricing_model", "type", "category") {
			s.Extra = with(s.Extra, "pricing", f.value)
		}
	case "errors":
		s.Faults = faults(f.value)
		if !plain(f.value) {
			s.Extra = with(s.Extra, "errors", f.value)
		}
	default:
		s.Extra = with(s.Extra, string(f.key), f.value)
	}
}

func useless(s message.Receipt) string {
	switch {
	case s.ID == "":
		return "it has no id"
	case s.Status == "":
		return "it has no status"
	case s.Time.IsZero():
		return "its timestamp is not a time in unix seconds"
	}
	return ""
}

func pricing(raw []byte) *message.Pricing {
	if first(raw) != '{' {
		return nil
	}
	return &message.Pricing{
		Billable: string(field(raw, "billable")) == "true",
		Model:    text(field(raw, "pricing_model")),
		Type:     text(field(raw, "type")),
		Category: text(field(raw, "category")),
	}
}

// faults reads a list of errors. Meta, error-codes page: decide on the code and
// the details; title and message say the same.
func faults(raw []byte) []message.Fault {
	var all []message.Fault
	for e := list(raw); e.next(); {
		code, _ := integer(field(e.value, "code"))
		all = append(all, message.Fault{
			Code:    int(code),
			Title:   or(text(field(e.value, "title")), text(field(e.value, "message"))),
			Details: text(field(field(e.value, "error_data"), "details")),
		})
	}
	return all
}

// plain reports that a list of errors says no more than faults keeps of it.
func plain(raw []byte) bool {
	if first(raw) != '[' {
		return absent(raw)
	}
	for e := list(raw); e.next(); {
		data := field(e.value, "error_data")
		if first(e.value) != '{' || !only(e.value, "code", "title", "message", "error_data", "href") {
			return false
		}
		if !absent(data) && (first(data) != '{' || !only(data, "details")) {
			return false
		}
	}
	return true
}
