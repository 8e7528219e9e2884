package wecom

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk/shared/message"
)

// inner bounds the XML inside: approval events nest to 6, and a change of a group
// of 500 has one element for each member.
var inner = limits{depth: 16, nodes: 1024}

// Received is what one callback said: exactly one field is set.
type Received struct {
	Inbound *message.Inbound `json:"inbound,omitempty"`
	Event   *Event           `json:"event,omitempty"`
	Pull    *Pull            `json:"pull,omitempty"`
	// Poll: WeCom asks for more of an AI bot's stream. There is nothing to keep.
	Poll bool `json:"poll,omitempty"`
}

// Event is anything that is not a message of a person: somebody follows the app,
// opens it, a customer was added, a group changed.
type Event struct {
	// Channel is the app that the event names, else the one whose address it came to.
	Channel string `json:"channel"`
	// ID is the same for every delivery of the event.
	ID string `json:"id"`
	// Corp is the company (of an AI bot's event: the bot), Name WeCom's Event, Change its
	// ChangeType.
	Corp   string `json:"corp"`
	Name   string `json:"name"`
	Change string `json:"change,omitempty"`
	// From is the member that caused it, or "sys", or empty.
	From string `json:"from,omitempty"`
	// Time is zero when the event gives none.
	Time time.Time `json:"time"`
	// Value holds every element by its name, as a string, an object, or a list where
	// a name stands more than once. WelcomeCode in it is a credential for 20 s.
	Value json.RawMessage `json:"value"`
}

// Notice is the event in the words of every channel.
func (e Event) Notice() message.Notice {
	return message.Notice{Account: e.Corp, Channel: e.Channel, Field: e.Name, Time: e.Time, Value: e.Value}
}

// Text returns the text of one element of the event; "" when there is none.
func (e Event) Text(element string) string {
	var all map[string]json.RawMessage
	var text string
	if json.Unmarshal(e.Value, &all) != nil || json.Unmarshal(all[element], &text) != nil {
		return ""
	}
	return text
}

// Pull says that a customer service account has something to fetch with sync_msg.
// W:94699.
type Pull struct {
	// Channel is the account's.
	Channel string `json:"channel"`
	// ID is the same for every delivery of the callback.
	ID       string `json:"id"`
	OpenKFID string `json:"open_kfid"`
	// Token makes sync_msg cheap for 10 minutes. Never log it.
	Token string    `json:"token"`
	Time  time.Time `json:"time"`
	// Extra keeps every element that we do not know.
	Extra map[string]json.RawMessage `json:"extra,omitempty"`
}

// received is the XML inside, taken apart.
type received struct {
	opened Opened
	nodes  []node
	// The elements that every callback may have.
	to, from, created, kind, id, agent, event string
	time                                      time.Time
}

// Parse reads what was opened. What it refuses is authentic: keep it.
func (d *Door) Parse(o Opened) (Received, error) {
	if d.addresses[o.Channel].bot {
		return d.parseBot(o)
	}
	var room [16]node
	nodes, err := scan(o.text(), inner, room[:0])
	if err != nil {
		return Received{}, err
	}
	r := &received{opened: o, nodes: nodes}
	if err := r.common(); err != nil {
		return Received{}, err
	}
	if r.kind != "event" {
		return r.message(r.kind)
	}
	switch name := strings.ToLower(r.event); name {
	case "kf_msg_or_event":
		return r.pull()
	case "click", "scancode_waitmsg", "template_card_event", "template_card_menu_event":
		return r.message(name)
	}
	return r.notice(), nil
}

// common reads the elements that decide what a callback is. None of them may be
// there twice: two readers could take different ones.
func (r *received) common() error {
	for i, n := range r.nodes {
		if n.depth != 1 {
			continue
		}
		field := r.field(n.name)
		if field == nil {
			continue
		}
		if r.first(string(n.name)) != i || n.parent {
			return fmt.Errorf("%w: it has an element twice, or elements where text must be", BadXML)
		}
		*field = strings.TrimSpace(string(n.text))
	}
	if s, err := strconv.ParseInt(r.created, 10, 64); err == nil && s > 0 && s <= lastSecond {
		r.time = time.Unix(s, 0).UTC()
	}
	return nil
}

// lastSecond ends the year 9999, the last that RFC 3339 and JSON times can hold.
const lastSecond = 253402300799

func (r *received) field(name []byte) *string {
	switch string(name) {
	case "ToUserName":
		return &r.to
	case "FromUserName":
		return &r.from
	case "CreateTime":
		return &r.created
	case "MsgType":
		return &r.kind
	case "MsgId":
		return &r.id
	case "AgentID":
		return &r.agent
	case "Event":
		return &r.event
	}
	return nil
}

// digest is the id of what has none: WeCom's advice, sender and second, would merge
// several events of one second, and customer service names no sender. The query is
// left out, because a repeat may be signed anew.
func (r *received) digest() string {
	sum := sha256.New()
	for _, part := range [][]byte{[]byte(r.opened.corp()), []byte(r.opened.Channel), r.opened.Plain} {
		sum.Write(part)
		sum.Write([]byte{0})
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

func (r *received) notice() Received {
	e := &Event{Channel: r.opened.app(r.agent), ID: r.digest(), Corp: r.opened.corp(), Name: r.event, From: r.from, Time: r.time}
	if e.Channel == "" {
		e.Channel = r.opened.Channel
	}
	if e.Name == "" {
		e.Name = "unknown"
	}
	e.Change = r.text("ChangeType")
	e.Value = appendObject(nil, r.nodes, 0, 1, nil)
	return Received{Event: e}
}

func (r *received) pull() (Received, error) {
	p := &Pull{ID: r.digest(), OpenKFID: strings.TrimSpace(r.text("OpenKfId")), Token: strings.TrimSpace(r.text("Token")), Time: r.time}
	if p.Channel = r.opened.account(p.OpenKFID); p.Channel == "" {
		return Received{}, ErrNoChannel
	}
	known := []string{"MsgType", "Event", "OpenKfId", "Token"}
	if !r.time.IsZero() {
		known = append(known, "CreateTime")
	}
	p.Extra = r.unknown(known)
	return Received{Pull: p}, nil
}

// text returns what the first element of a name holds; "" when it holds elements.
func (r *received) text(name string) string {
	if i := r.first(name); i >= 0 {
		return string(r.nodes[i].text)
	}
	return ""
}

// first returns where the first element of a name stands; -1 when there is none.
func (r *received) first(name string) int {
	return slices.IndexFunc(r.nodes, func(n node) bool { return n.depth == 1 && string(n.name) == name })
}

// unknown returns all elements except those that are known. The company's own id
// says nothing new.
func (r *received) unknown(known []string) map[string]json.RawMessage {
	var extra map[string]json.RawMessage
	for i, n := range r.nodes {
		if n.depth != 1 || r.says(n.name, known) || extra[string(n.name)] != nil {
			continue
		}
		if extra == nil {
			extra = map[string]json.RawMessage{}
		}
		extra[string(n.name)] = appendNamed(nil, r.nodes, i)
	}
	return extra
}

// says reports a name that is known. It costs no allocation: every element of every
// callback comes here.
func (r *received) says(name []byte, known []string) bool {
	for _, k := range known {
		if k == string(name) {
			return true
		}
	}
	return string(name) == "ToUserName" && r.to == r.opened.corp()
}
