package wecom

import (
	"slices"

	"frontdesk/shared/message"
)

// message reads what a member wrote to an app or tapped in it. A menu key is a
// message, because a playbook answers it; so is a scan whose app says that it waits
// for the answer. Links, pictures and places chosen from a menu are events: what
// was chosen follows as a message of its own.
func (r *received) message(kind string) (Received, error) {
	m := &message.Inbound{
		Channel: r.opened.app(r.agent), ID: r.messageID(), Type: kind, Time: r.time,
		From: message.Person{UserID: r.from},
	}
	switch {
	case m.Channel == "":
		return Received{}, ErrNoChannel
	case r.from == "" || kind == "" || r.time.IsZero():
		return Received{}, ErrUnusable
	}
	known := parts(kind)
	m.Text, m.Choice = r.words(kind)
	if kind != "text" && kind != "click" && len(known) > 0 { // else Text and Choice say all of it
		m.Body = r.body(known)
	}
	m.Extra = r.unknown(append(known, r.told(m)...))
	return Received{Inbound: m}, nil
}

// told are the common elements that the fields of a message tell.
func (r *received) told(m *message.Inbound) []string {
	told := []string{"FromUserName", "CreateTime", "MsgType", "AgentID"}
	if r.kind == "event" {
		told = append(told, "Event")
	}
	if m.ID == r.id {
		told = append(told, "MsgId")
	}
	return told
}

// parts are the elements that a type is known to have. W:96468 and the page of message formats.
func parts(kind string) []string {
	switch kind {
	case "text":
		return []string{"Content"}
	case "image":
		return []string{"PicUrl", "MediaId"}
	case "voice":
		return []string{"MediaId", "Format"}
	case "video":
		return []string{"MediaId", "ThumbMediaId"}
	case "location":
		return []string{"Location_X", "Location_Y", "Scale", "Label", "AppType"}
	case "link":
		return []string{"Title", "Description", "Url", "PicUrl"}
	case "click":
		return []string{"EventKey"}
	case "scancode_waitmsg":
		return []string{"EventKey", "ScanCodeInfo"}
	case "template_card_event", "template_card_menu_event":
		return []string{"EventKey", "TaskId", "CardType", "ResponseCode", "SelectedItems"}
	}
	return nil
}

// words returns what filters can match: what was written, and the key of what was
// tapped.
func (r *received) words(kind string) (text, choice string) {
	switch kind {
	case "text":
		return r.text("Content"), ""
	case "location":
		return r.text("Label"), ""
	case "link":
		return r.text("Title"), ""
	case "scancode_waitmsg":
		return r.scanned(), r.text("EventKey")
	case "template_card_event":
		if chosen := r.chosen(); chosen != "" {
			return "", chosen
		}
		return "", r.text("EventKey")
	case "click", "template_card_menu_event":
		return "", r.text("EventKey")
	}
	return "", ""
}

// chosen is the one option of a list that we sent as a vote; "" for any other card.
func (r *received) chosen() string {
	if r.text("EventKey") != submitKey {
		return ""
	}
	id := ""
	for _, n := range r.nodes {
		if string(n.name) != "OptionId" {
			continue
		}
		if id != "" {
			return ""
		}
		id = string(n.text)
	}
	return id
}

// scanned is the text in a scanned code.
func (r *received) scanned() string {
	for _, n := range r.nodes {
		if n.depth == 2 && string(n.name) == "ScanResult" {
			return string(n.text)
		}
	}
	return ""
}

// body is the object of the known elements, with WeCom's names.
func (r *received) body(known []string) []byte {
	return appendObject(nil, r.nodes, 0, 1, func(name string) bool { return !slices.Contains(known, name) })
}

// maxID is how many digits a MsgId of 64 bits has at most.
const maxID = 20

// messageID is WeCom's MsgId; events and whatever has an unusual one get a digest.
func (r *received) messageID() string {
	if r.kind != "event" && len(r.id) <= maxID && digits(r.id) && r.id != "0" {
		return r.id
	}
	return r.digest()
}
