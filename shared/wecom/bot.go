package wecom

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"frontdesk/shared/message"
)

// Entered returns who has opened the chat with an AI bot, for the first time that day:
// the answer to the callback itself is the only way to greet them (W:101027).
func (e Event) Entered() (message.Person, bool) {
	return message.Person{UserID: e.From}, e.Name == enterChat && e.From != ""
}

const (
	enterChat = "enter_chat"
	cardTap   = "template_card_event"
)

// botCallback is the JSON of an AI bot's callback, taken apart. W:100719 (messages), W:101027
// (events).
type botCallback struct {
	opened Opened
	bot    bot
	all    members
	from   members
	id     string
	kind   string
	group  string
	time   time.Time
}

// parseBot reads what was opened at the address of an AI bot.
func (d *Door) parseBot(o Opened) (Received, error) {
	doc := o.text()
	all, err := readObject(doc)
	if err != nil {
		return Received{}, err
	}
	s := botCallback{opened: o, all: all, kind: all.text("msgtype"), from: objectOf(all.get("from"))}
	if s.bot = o.bot(all.text("aibotid")); s.bot.channel == "" {
		return Received{}, ErrNoChannel
	}
	if s.kind == "stream" { // asks for more of a stream; we begin none
		return Received{Poll: true}, nil
	}
	s.id = s.identity(doc)
	if s.time = s.created(); s.time.IsZero() {
		s.time = d.heard.first(s.bot.channel+"/"+s.id, o.At)
	}
	if s.chatType() == "group" {
		s.group = or(all.text("chatid"), "unknown")
	}
	if s.kind == "event" {
		return s.event()
	}
	return s.message(s.kind, objectOf(all.get(s.kind)))
}

// chatType is single where nothing says group: the page of enter_chat has none.
func (s *botCallback) chatType() string {
	if kind := s.all.text("chattype"); kind != "" || s.all.text("chatid") == "" {
		return kind
	}
	return "group"
}

// created is the time that events have; messages have none (?: newer ones have been seen
// with it).
func (s *botCallback) created() time.Time {
	if v := s.all.get("create_time"); v != nil {
		if n := number(v); n > 0 && n <= lastSecond {
			return time.Unix(n, 0).UTC()
		}
	}
	return time.Time{}
}

// maxBotID is how long a msgid may be to be taken as it is; WeCom's have about 40.
const maxBotID = 128

// identity is WeCom's msgid, which repeats share; a digest of the whole when there is
// none, or an unusual one.
func (s *botCallback) identity(doc []byte) string {
	id := s.all.text("msgid")
	odd := func(c rune) bool { return c <= ' ' || c > '~' }
	if id != "" && len(id) <= maxBotID && strings.IndexFunc(id, odd) < 0 {
		return id
	}
	sum := sha256.New()
	for _, part := range [][]byte{[]byte(s.opened.Channel), doc} {
		sum.Write(part)
		sum.Write([]byte{0})
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// message is what somebody wrote to the bot, or tapped.
func (s *botCallback) message(kind string, body members) (Received, error) {
	m := &message.Inbound{
		Channel: s.bot.channel, ID: s.id, From: message.Person{UserID: s.from.text("userid")}, Time: s.time,
		Type: kind, Group: s.group,
	}
	if !m.From.Known() || kind == "" || m.Time.IsZero() {
		return Received{}, ErrUnusable
	}
	if to := s.all.text("response_url"); returnable(to, s.bot.api) {
		m.Return = to
	}
	whole := s.words(m, body)
	told := []string{"msgid", "create_time", "aibotid", "chatid", "chattype", "response_url", "msgtype"}
	if s.from.only("userid") {
		told = append(told, "from")
	}
	if s.kind != "event" {
		told = append(told, s.kind)
		if !whole {
			m.Body = bytes.Clone(s.all.get(s.kind))
		}
	} else if m.Body = bytes.Clone(s.all.get("event")); m.Body != nil {
		told = append(told, "event")
	}
	m.Extra = s.all.extra(nil, told...)
	return Received{Inbound: m}, nil
}

// words fills in what filters can match, and reports whether that is all of the body.
func (s *botCallback) words(m *message.Inbound, body members) (whole bool) {
	text := ""
	switch m.Type {
	case "text", "voice":
		text, whole = body.text("content"), body.only("content")
	case "mixed":
		text = mixed(listOf(body.get("msg_item")))
	case cardTap:
		m.Choice = chosenOf(body)
	}
	m.Text = text
	if s.group != "" {
		m.Text = unmentioned(text)
	}
	return whole && m.Text == text
}

// mixed joins the texts that stand between pictures.
func mixed(items [][]byte) string {
	var texts []string
	for _, raw := range items {
		if text := objectOf(objectOf(raw).get("text")).text("content"); text != "" {
			texts = append(texts, text)
		}
	}
	return strings.Join(texts, "\n")
}

// unmentioned takes the mention of the bot off the start of a text, without which a group
// does not reach it: "@Desk opening hours". We do not know what the group calls the bot.
// WeChat ends a mention with a space of its own (U+2005), so a name with spaces is taken
// off whole where that is used (?).
func unmentioned(text string) string {
	text = strings.TrimLeftFunc(text, unicode.IsSpace)
	if !strings.HasPrefix(text, "@") {
		return text
	}
	end := strings.IndexFunc(text, unicode.IsSpace)
	if wide := strings.IndexRune(text, '\u2005'); wide >= 0 && !strings.Contains(text[1:wide], "@") && utf8.RuneCountInString(text[:wide]) <= maxMention {
		end = wide
	}
	if end < 0 {
		return ""
	}
	return strings.TrimLeftFunc(text[end:], unicode.IsSpace)
}

// maxMention is how many characters a mention has at most: a name and its sign.
const maxMention = 65

// chosenOf is what a tap on a card has chosen: the option of a list of ours, else the
// button. The page spells the names with and without their underlines.
func chosenOf(tap members) string {
	key := tap.text("event_key", "eventkey")
	if key != submitKey {
		return key
	}
	items := objectOf(tap.get("selected_items"))
	var chosen []string
	for _, item := range listOf(either(items, "selected_item", "selecteditem")) {
		ids := objectOf(either(objectOf(item), "option_ids", "optionids"))
		for _, id := range listOf(either(ids, "option_id", "optionid")) {
			chosen = append(chosen, word(id))
		}
	}
	if len(chosen) == 1 {
		return chosen[0]
	}
	return key
}

func either(all members, a, b string) []byte {
	if v := all.get(a); v != nil {
		return v
	}
	return all.get(b)
}

// event reads what is no message: a tap on a card is one, because a playbook answers it.
func (s *botCallback) event() (Received, error) {
	inner := objectOf(s.all.get("event"))
	name := strings.ToLower(inner.text("eventtype"))
	if name == cardTap {
		tap := objectOf(inner.get(cardTap))
		if tap == nil {
			tap = inner
		}
		return s.message(name, tap)
	}
	return Received{Event: &Event{
		Channel: s.bot.channel, ID: s.id, Corp: s.all.text("aibotid"), Name: or(name, "unknown"), From: s.from.text("userid"),
		Time: s.time, Value: json.RawMessage(s.all.without("response_url")),
	}}, nil
}
