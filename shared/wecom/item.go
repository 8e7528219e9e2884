package wecom

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
)

// ErrItem says that an item of sync_msg is no object. Keep it.
var ErrItem = errors.New("the item of sync_msg is no object")

// Item is what one entry of sync_msg said: exactly one of the pointers is set. W:94670.
type Item struct {
	// ID is WeCom's msgid: the same each time the entry is fetched.
	ID string `json:"id"`
	// Inbound is what a customer wrote (origin 3).
	Inbound *message.Inbound `json:"inbound,omitempty"`
	// Answer is what a servicer wrote in WeCom's own client (origin 5).
	Answer *Answer `json:"answer,omitempty"`
	// Receipt says that a message of ours did not arrive. Its Ref is the msgid that
	// [MsgID] made: the reply's id, under the conversation of Recipient.
	Receipt *message.Receipt `json:"receipt,omitempty"`
	Entry   *Entry           `json:"entry,omitempty"`
	Session *Session         `json:"session,omitempty"`
	// Event is anything else: a servicer on or off duty, a recalled message, a switch,
	// and whatever we do not know.
	Event *Event `json:"event,omitempty"`
}

// Answer is a message of a servicer: people answer this customer now.
type Answer struct {
	Channel  string                     `json:"channel"`
	ID       string                     `json:"id"`
	To       message.Person             `json:"to"`
	Servicer string                     `json:"servicer,omitempty"`
	Time     time.Time                  `json:"time"`
	Type     string                     `json:"type"`
	Text     string                     `json:"text,omitempty"`
	Body     json.RawMessage            `json:"body,omitempty"`
	Extra    map[string]json.RawMessage `json:"extra,omitempty"`
}

// Entry says that a customer has opened the chat.
type Entry struct {
	Channel  string         `json:"channel"`
	ID       string         `json:"id"`
	Customer message.Person `json:"customer"`
	Time     time.Time      `json:"time"`
	Scene    string         `json:"scene,omitempty"`
	// SceneParam is what our link carried; it comes from outside and is never trusted.
	SceneParam string `json:"scene_param,omitempty"`
	// WelcomeCode answers once, within 20 s of Time ([Sender.SendOnEvent]). It is missing
	// when the console has a welcome of its own, or the customer was welcomed or written
	// to within 48 h. Never log it.
	WelcomeCode string                     `json:"welcome_code,omitempty"`
	Extra       map[string]json.RawMessage `json:"extra,omitempty"`
}

// Session says that a servicer has changed a session in WeCom's client.
type Session struct {
	Channel  string         `json:"channel"`
	ID       string         `json:"id"`
	Customer message.Person `json:"customer"`
	Time     time.Time      `json:"time"`
	Change   Change         `json:"change"`
	Old      string         `json:"old_servicer,omitempty"`
	New      string         `json:"new_servicer,omitempty"`
	// Code is for [Sender.SendOnEvent], when there is one. Never log it.
	Code  string                     `json:"code,omitempty"`
	Extra map[string]json.RawMessage `json:"extra,omitempty"`
}

// Change is what happened to a session. W:94670.
type Change int

// The changes of a session.
const (
	FromPool    Change = 1
	Transferred Change = 2
	Closed      Change = 3
	Reopened    Change = 4
)

// Who speaks in an item (origin).
const (
	ofCustomer = 3
	ofServicer = 5
)

// entry is one item, taken apart.
type entry struct {
	ch     channel.Channel
	raw    json.RawMessage
	fields map[string]json.RawMessage
	id     string
	kind   string
	time   time.Time
}

// ParseItem reads one entry of sync_msg. What it refuses is authentic: keep it.
func ParseItem(ch channel.Channel, raw json.RawMessage) (Item, error) {
	e := entry{ch: ch, raw: bytes.ToValidUTF8(raw, []byte("\uFFFD"))}
	if json.Unmarshal(e.raw, &e.fields) != nil || e.fields == nil {
		return Item{}, ErrItem
	}
	e.id, e.kind = word(e.fields["msgid"]), word(e.fields["msgtype"])
	if e.id == "" {
		sum := sha256.Sum256(e.raw)
		e.id = hex.EncodeToString(sum[:16])
	}
	if s := number(e.fields["send_time"]); s > 0 && s <= lastSecond {
		e.time = time.Unix(s, 0).UTC()
	}
	if account := word(e.fields["open_kfid"]); account != "" && account != ch.OpenKFID {
		return Item{}, ErrNoChannel
	}
	switch origin := number(e.fields["origin"]); {
	case origin == ofCustomer && e.kind != "event":
		return e.inbound()
	case origin == ofServicer && e.kind != "event":
		return e.answer()
	case e.kind == "event":
		return e.event()
	}
	return e.other(e.kind, e.raw), nil
}

func (e entry) inbound() (Item, error) {
	m := &message.Inbound{Channel: e.ch.ID, ID: e.id, From: e.customer(), Time: e.time, Type: e.kind}
	if !m.From.Known() || m.Type == "" || m.Time.IsZero() {
		return Item{}, ErrUnusable
	}
	body := fields(e.fields[e.kind])
	m.Text = spoken(e.kind, body)
	all := e.kind == "text" && known(body, "content", "menu_id")
	if e.kind == "text" {
		m.Choice = word(body["menu_id"])
	}
	if m.Choice != "" { // we wrote the item as title and description
		title, _, cut := strings.Cut(m.Text, between)
		m.Text, all = title, all && !cut
	}
	if !all {
		m.Body = e.fields[e.kind]
	}
	m.Extra = e.unknown("msgid", "open_kfid", "external_userid", "send_time", "origin", "msgtype", e.kind)
	return Item{ID: e.id, Inbound: m}, nil
}

func (e entry) answer() (Item, error) {
	a := &Answer{
		Channel: e.ch.ID, ID: e.id, To: e.customer(), Servicer: word(e.fields["servicer_userid"]), Time: e.time, Type: e.kind,
	}
	if !a.To.Known() || a.Type == "" || a.Time.IsZero() {
		return Item{}, ErrUnusable
	}
	body := fields(e.fields[e.kind])
	a.Text = spoken(e.kind, body)
	if e.kind != "text" || !known(body, "content") {
		a.Body = e.fields[e.kind]
	}
	a.Extra = e.unknown("msgid", "open_kfid", "external_userid", "servicer_userid", "send_time", "origin", "msgtype", e.kind)
	return Item{ID: e.id, Answer: a}, nil
}

func (e entry) customer() message.Person {
	return message.Person{UserID: word(e.fields["external_userid"])}
}

// spoken is what filters can match: what was written, or the name of what was sent.
func spoken(kind string, body map[string]json.RawMessage) string {
	switch kind {
	case "text":
		return word(body["content"])
	case "location":
		return or(word(body["name"]), word(body["address"]))
	case "link", "miniprogram":
		return word(body["title"])
	}
	return ""
}

// other keeps what has no words of its own.
func (e entry) other(name string, value json.RawMessage) Item {
	return Item{ID: e.id, Event: &Event{
		Channel: e.ch.ID, ID: e.id, Corp: e.ch.CorpID, Name: or(name, "unknown"), Time: e.time, Value: value,
	}}
}

// unknown returns the fields of the item except those that are told.
func (e entry) unknown(told ...string) map[string]json.RawMessage { return without(e.fields, told...) }

func without(all map[string]json.RawMessage, told ...string) map[string]json.RawMessage {
	var extra map[string]json.RawMessage
	for name, raw := range all {
		if slices.Contains(told, name) || string(raw) == "null" || string(raw) == `""` {
			continue
		}
		if extra == nil {
			extra = map[string]json.RawMessage{}
		}
		extra[name] = raw
	}
	return extra
}

// fields takes an object apart; nil when raw is something else.
func fields(raw json.RawMessage) map[string]json.RawMessage {
	var all map[string]json.RawMessage
	if json.Unmarshal(raw, &all) != nil {
		return nil
	}
	return all
}

// known reports an object that has no other fields than these.
func known(body map[string]json.RawMessage, names ...string) bool {
	return body != nil && len(without(body, names...)) == 0
}

// word returns a string, or a number as it is written; "" for anything else.
func word(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	return ""
}

// number takes a whole number, or one written as a string.
func number(raw json.RawMessage) int64 {
	n, _ := strconv.ParseInt(word(raw), 10, 64)
	return n
}
