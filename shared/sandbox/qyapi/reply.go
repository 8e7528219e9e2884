package qyapi

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"

	"frontdesk/shared/wecom"
)

// envelope is a passive reply (W:90241).
type envelope struct {
	Encrypt   string `xml:"Encrypt"`
	Signature string `xml:"MsgSignature"`
	Timestamp string `xml:"TimeStamp"`
	Nonce     string `xml:"Nonce"`
}

// reply is what is inside.
type reply struct {
	To      string `xml:"ToUserName"`
	From    string `xml:"FromUserName"`
	Type    string `xml:"MsgType"`
	Content string `xml:"Content"`
	Button  string `xml:"Button>ReplaceName"`
	Title   string `xml:"TemplateCard>MainTitle>Title"`
	Items   []struct {
		Title string `xml:"Title"`
	} `xml:"Articles>item"`
}

// heed takes the answer to a callback: nothing, or a passive reply, which it enters
// into the books. "success" counts as nothing, as in WeChat. The caller holds the
// lock.
func (s *Sandbox) heed(a *app, body []byte) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 || string(body) == "success" {
		return
	}
	r, raw, why := s.open(a, body)
	if why != "" {
		s.tell(Event{Kind: ReplyRefused, Where: a.id(), Reason: why})
		return
	}
	id, err := s.id("")
	if err != nil {
		return
	}
	s.enter(SentMessage{ID: id, Via: ViaReply, From: a.id(), To: []string{r.To}, Type: r.Type, Body: raw, Text: r.text()})
}

// open decrypts a reply and says why it cannot be taken.
func (s *Sandbox) open(a *app, body []byte) (reply, json.RawMessage, string) {
	var e envelope
	if xml.Unmarshal(body, &e) != nil || e.Encrypt == "" {
		return reply{}, nil, "the reply is not the XML of an encrypted reply"
	}
	encrypted := []byte(e.Encrypt)
	if !a.pair.Verify(wecom.Query{Signature: e.Signature, Timestamp: e.Timestamp, Nonce: e.Nonce}, encrypted) {
		return reply{}, nil, "the reply's MsgSignature does not match"
	}
	plain, err := a.pair.Decrypt(encrypted, s.cfg.CorpID)
	if err != nil {
		return reply{}, nil, "the reply cannot be decrypted"
	}
	var r reply
	if xml.Unmarshal(plain, &r) != nil || r.Type == "" || r.From != s.cfg.CorpID || s.members[strings.ToLower(r.To)] == nil {
		return reply{}, nil, "the reply has no MsgType, or is not from the company to a member"
	}
	raw, err := json.Marshal(string(plain))
	if err != nil {
		return reply{}, nil, "the reply is not text"
	}
	return r, raw, ""
}

func (r reply) text() string {
	text := wecom.Cut(r.Content, wecom.MaxText) + r.Button + r.Title
	for _, i := range r.Items {
		text = strings.TrimPrefix(text+"\n"+i.Title, "\n")
	}
	return text
}
