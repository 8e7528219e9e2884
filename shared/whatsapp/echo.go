package whatsapp

import "frontdesk/shared/message"

// echo reads one message that somebody of the company wrote in the WhatsApp Business app,
// or on a device linked to it, beside us. It returns why it could not. What was edited or
// deleted there, and a reaction, answers nobody and is kept as a notice.
// Meta, webhooks/reference/smb_message_echoes page.
func (r *reader) echo(at place, raw []byte) (reason string) {
	m := message.Inbound{Channel: at.channel}
	var rest []unknown
	for f := object(raw); f.next(); {
		switch string(f.key) {
		case "id":
			m.ID = text(f.value)
		case "to":
			addressed(&m.From, text(f.value))
		case "to_user_id", "recipient_user_id":
			m.From.UserID = text(f.value)
		case "timestamp":
			m.Time, _ = unix(f.value)
		case "type":
			m.Type = text(f.value)
		case "from": // the company's own number
		default:
			rest = append(rest, unknown{string(f.key), f.value})
		}
	}
	m.Type = or(m.Type, "unknown")
	if m.Type == "edit" || m.Type == "revoke" || m.Type == "reaction" {
		r.out.Notices = append(r.out.Notices, message.Notice{Account: at.account, Channel: at.channel, Field: echoes, Time: m.Time, Value: raw})
		return ""
	}
	describe(&m, rest)
	if reason := unusable(m); reason != "" {
		return reason
	}
	m.Extra = r.take(introduce(&m.From, at.people, m.Extra))
	r.out.Elsewhere = append(r.out.Elsewhere, message.Elsewhere{
		Channel: m.Channel, ID: m.ID, To: m.From, Time: m.Time, Did: message.Wrote, Type: m.Type, Text: m.Text, Body: m.Body, Extra: m.Extra,
	})
	return ""
}

// echoes is the field of a change that tells what was written in the app.
const echoes = "smb_message_echoes"
