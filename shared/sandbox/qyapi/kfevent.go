package qyapi

import (
	"encoding/json"
	"time"
)

// occasion is what a code of send_msg_on_event was given for (B9).
type occasion int

const (
	welcome  occasion = iota // 20 s, text or menu, in any state
	queueing                 // 48 h, text
	admitted                 // 48 h, text: out of the pool
	ended                    // 20 s, text or menu
)

// code allows one message after an event.
type code struct {
	what     occasion
	customer string
	till     time.Time
	state    int // in which it can be used; the welcome in any
	used     bool
}

// issueCode makes a code for one message.
func (s *Sandbox) issueCode(a *account, se *session, what occasion) (string, error) {
	life := 20 * time.Second
	if what == queueing || what == admitted {
		life = kfWindow
	}
	id, err := s.id("")
	if err != nil {
		return "", err
	}
	now := s.cfg.Now()
	c := &code{what: what, customer: se.customer, till: now.Add(life), state: se.state}
	a.codes.add(id, c, func(c *code) bool { return now.After(c.till.Add(day)) })
	return id, nil
}

// onEventBody is the request of kf/send_msg_on_event.
type onEventBody struct {
	Code string `json:"code"`
	ID   string `json:"msgid"`
	Type string `json:"msgtype"`

	content content
	raw     []byte
}

// UnmarshalJSON keeps the objects of the types, too.
func (b *onEventBody) UnmarshalJSON(data []byte) error {
	type plain onEventBody
	b.raw = data
	return json.Unmarshal(data, (*plain)(b))
}

func (b *onEventBody) about() Request { return Request{Type: b.Type, ID: b.ID} }

func (b *onEventBody) check(s *Sandbox) *refusal {
	if !ownID.MatchString(b.ID) {
		return refuse(40058, "msgid must be at most 32 of 0-9a-zA-Z_-")
	}
	if r := need(41049, "code", b.Code); r != nil {
		return r
	}
	var r *refusal
	b.content, r = contentOf(b.raw, b.Type, map[string]shape{"text": of[fullText], "msgmenu": s.menuShape})
	return r
}

// kfSendOnEvent: B9. No page names the codes of a used or old code; 41051 and 41050
// are those of the sibling call of customer contact (W:92599) (?).
func kfSendOnEvent(s *Sandbox, c *caller, b *onEventBody) (answer, *refusal) {
	a, got := s.codeOf(c.app, b.Code)
	now := s.cfg.Now()
	switch {
	case got == nil || !now.Before(got.till):
		return nil, refuse(41050, "invalid code")
	case got.used:
		return nil, refuse(41051, "the code was used before")
	case b.Type != "text" && (got.what == queueing || got.what == admitted):
		return nil, refuse(40008, "invalid message type: only text for this code")
	}
	se := a.session(got.customer)
	if got.what != welcome && se.state != got.state {
		return nil, refuse(95018, "send msg session status invalid")
	}
	id := b.ID
	if id == "" {
		made, err := s.id("")
		if err != nil {
			return nil, noID(err)
		}
		id = made
	}
	got.used = true
	if got.what == welcome {
		se.greeted = now
	}
	s.planFailures(a, s.enter(SentMessage{
		ID: id, Via: ViaEvent, From: a.OpenKFID, To: []string{got.customer}, Type: b.Type, Body: b.content.raw, Text: b.content.text, Choices: b.content.choices,
	}))
	return answer{"msgid": id}, nil
}

// codeOf finds a code among the accounts of an app.
func (s *Sandbox) codeOf(by *app, id string) (*account, *code) {
	for _, a := range s.accounts {
		if got := a.codes.items[id]; got != nil && a.Agent == by.AgentID {
			return a, got
		}
	}
	return nil, nil
}
