package qyapi

import (
	"encoding/json"
	"strconv"
	"time"

	"frontdesk/shared/wecom"
)

// returnLife is how long a response_url can be used, once (W:101138).
const returnLife = time.Hour

// place is a response_url: where one answer to one callback goes.
type place struct {
	bot, member, group string
	message            string // the msgid that it answers
	till               time.Time
	used               bool
}

// promise gives a callback its response_url.
func (s *Sandbox) promise(b *aibot, said spoken) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	code, err := s.id("")
	if err != nil {
		return err
	}
	group, _ := said["chatid"].(string)
	who, _ := said["from"].(spoken)["userid"].(string)
	id, _ := said["msgid"].(string)
	now := s.cfg.Now()
	at := &place{bot: b.ID, member: who, group: group, message: id, till: now.Add(returnLife)}
	s.returns.add(code, at, func(p *place) bool { return !now.Before(p.till) })
	said["response_url"] = b.APIURL + "/cgi-bin/aibot/response?response_code=" + code
	return nil
}

// botBody is the request at a response_url (W:101138).
type botBody struct {
	Type string `json:"msgtype"`

	content content
	raw     []byte
}

// UnmarshalJSON keeps the objects of the types, too.
func (b *botBody) UnmarshalJSON(data []byte) error {
	type plain botBody
	b.raw = append([]byte(nil), data...)
	return json.Unmarshal(data, (*plain)(b))
}

func (b *botBody) about() Request { return Request{Type: b.Type, ID: b.content.taskID} }

// check looks at nothing: whatever is wrong with it, the place is known first.
func (b *botBody) check(*Sandbox) *refusal { return nil }

// botRespond: one answer within an hour; markdown of at most 20480 bytes, cards in single
// chats only (W:101138). The codes of its refusals are those of other calls (?).
func botRespond(s *Sandbox, c *caller, b *botBody) (answer, *refusal) {
	at := s.returns.items[c.query.Get("response_code")]
	if at == nil || at.used || !s.cfg.Now().Before(at.till) {
		return nil, refuse(s.cfg.Unsure.BotUsed, "invalid response_code")
	}
	refused := s.botSays(at, b)
	at.used = refused == nil || s.cfg.Unsure.RefusedSpends
	return nil, refused
}

func (s *Sandbox) botSays(at *place, b *botBody) *refusal {
	shapes := map[string]shape{"markdown": markdown(45002, wecom.MaxBotMarkdown, false)}
	if at.group == "" {
		shapes["template_card"] = of[card]
	}
	var refused *refusal
	if b.content, refused = contentOf(b.raw, b.Type, shapes); refused != nil {
		return refused
	}
	key := cardKey{at.bot, b.content.taskID}
	if key.task != "" && s.cards[key] != nil {
		return refuse(42014, "task_id was used before")
	}
	id, err := s.id("")
	if err != nil {
		return noID(err)
	}
	m := s.enter(SentMessage{
		ID: id, Via: ViaBot, From: at.bot, To: []string{at.member}, Type: b.Type, Body: b.content.raw, Text: b.content.text,
		Choices: b.content.choices, TaskID: key.task, Group: at.group, ReplyTo: at.message,
	})
	if key.task != "" {
		s.cards[key] = m
	}
	return nil
}

// botReply is what a bot may answer to a callback (W:101031).
type botReply struct {
	Type string `json:"msgtype"`
	Text struct {
		Content string `json:"content"`
	} `json:"text"`
}

// heedBot takes the answer to a bot's callback: nothing, or a sealed reply. The caller
// holds the lock.
func (s *Sandbox) heedBot(l letter, body []byte) {
	if len(body) == 0 || string(body) == "success" {
		return
	}
	r, plain, why := openBot(l, body)
	if why != "" {
		s.tell(Event{Kind: ReplyRefused, Where: l.bot.ID, Reason: why})
		return
	}
	var said struct {
		From  struct{ UserID string }
		Event struct{ EventType string }
	}
	_ = json.Unmarshal(l.plain, &said) // ours
	if r.Type == "text" && said.Event.EventType != "enter_chat" {
		s.tell(Event{Kind: ReplyRefused, Where: l.bot.ID, Reason: "a text answers enter_chat only (W:101031)"})
		return
	}
	if id, err := s.id(""); err == nil {
		s.enter(SentMessage{ID: id, Via: ViaReply, From: l.bot.ID, To: []string{said.From.UserID}, Type: r.Type, Body: plain, Text: r.Text.Content})
	}
}

// openBot decrypts a reply and says why it cannot be taken. Its nonce must be that of the
// callback (W:101033).
func openBot(l letter, body []byte) (botReply, json.RawMessage, string) {
	var e struct {
		Encrypt   string `json:"encrypt"`
		Signature string `json:"msgsignature"`
		Timestamp int64  `json:"timestamp"`
		Nonce     string `json:"nonce"`
	}
	if json.Unmarshal(body, &e) != nil || e.Encrypt == "" {
		return botReply{}, nil, "the reply is not the JSON of an encrypted reply"
	}
	q := wecom.Query{Signature: e.Signature, Timestamp: strconv.FormatInt(e.Timestamp, 10), Nonce: e.Nonce}
	if e.Nonce != l.seal.Nonce || !l.bot.pair.Verify(q, []byte(e.Encrypt)) {
		return botReply{}, nil, "the reply's msgsignature does not match, or its nonce is not that of the callback"
	}
	plain, err := l.bot.pair.Decrypt([]byte(e.Encrypt), "")
	if err != nil {
		return botReply{}, nil, "the reply cannot be decrypted"
	}
	var r botReply
	if json.Unmarshal(plain, &r) != nil || r.Type == "" {
		return botReply{}, nil, "the reply has no msgtype"
	}
	return r, plain, ""
}
