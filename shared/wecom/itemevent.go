package wecom

import (
	"encoding/json"

	"frontdesk/shared/message"
)

// event reads what the system tells; its fields stand inside event.
func (e entry) event() (Item, error) {
	all := fields(e.fields["event"])
	name := word(all["event_type"])
	if account := word(all["open_kfid"]); account != "" && account != e.ch.OpenKFID {
		return Item{}, ErrNoChannel
	}
	who := message.Person{UserID: word(all["external_userid"])}
	if !who.Known() || e.time.IsZero() {
		return e.happened(name, all), nil
	}
	switch name {
	case "enter_session":
		return e.entered(who, all), nil
	case "session_status_change":
		return e.changed(who, all), nil
	case "msg_send_fail":
		if id := word(all["fail_msgid"]); id != "" {
			return e.failed(who, id, all), nil
		}
	}
	return e.happened(name, all), nil
}

func (e entry) happened(name string, all map[string]json.RawMessage) Item {
	value := e.fields["event"]
	if len(value) == 0 {
		value = e.raw
	}
	item := e.other(name, value)
	item.Event.From = or(word(all["servicer_userid"]), word(all["external_userid"]))
	return item
}

func (e entry) entered(who message.Person, all map[string]json.RawMessage) Item {
	return Item{ID: e.id, Entry: &Entry{
		Channel: e.ch.ID, ID: e.id, Customer: who, Time: e.time,
		Scene: word(all["scene"]), SceneParam: word(all["scene_param"]), WelcomeCode: word(all["welcome_code"]),
		Extra: without(all, "event_type", "open_kfid", "external_userid", "scene", "scene_param", "welcome_code"),
	}}
}

func (e entry) changed(who message.Person, all map[string]json.RawMessage) Item {
	return Item{ID: e.id, Session: &Session{
		Channel: e.ch.ID, ID: e.id, Customer: who, Time: e.time, Change: Change(number(all["change_type"])),
		Old: word(all["old_servicer_userid"]), New: word(all["new_servicer_userid"]), Code: word(all["msg_code"]),
		Extra: without(all, "event_type", "open_kfid", "external_userid", "change_type", "old_servicer_userid", "new_servicer_userid", "msg_code"),
	}}
}

// failed is a receipt; its fault carries fail_type, not an errcode.
func (e entry) failed(who message.Person, id string, all map[string]json.RawMessage) Item {
	kind := int(number(all["fail_type"]))
	return Item{ID: e.id, Receipt: &message.Receipt{
		Channel: e.ch.ID, ID: id, Ref: id, Status: message.Failed, Time: e.time, Recipient: who,
		Faults: []message.Fault{{Code: kind, Title: failure(kind)}},
		Extra:  without(all, "event_type", "open_kfid", "external_userid", "fail_msgid", "fail_type"),
	}}
}

// failure says what a fail_type means. W:94670, in its edition of 2024.
func failure(kind int) string {
	switch kind {
	case 1:
		return "the customer service account was deleted"
	case 2:
		return "the app is closed"
	case 4:
		return "the customer's last message is older than 48 h"
	case 5:
		return "the session is closed"
	case 6:
		return "the 5 messages after the customer's last one are used up"
	case 7:
		return "the account is not bound to a video channel"
	case 8:
		return "the company is not verified"
	case 9:
		return "the account is not bound to a video channel and the company is not verified"
	case 10:
		return "the customer refuses messages"
	case 11:
		return "no member of the company has signed in to the WeCom app"
	case 12:
		return "this type of message is barred for the account"
	case 13:
		return "held back for safety"
	}
	return "WeCom does not say why"
}
