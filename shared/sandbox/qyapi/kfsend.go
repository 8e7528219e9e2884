package qyapi

import (
	"encoding/json"
	"regexp"
	"time"
)

// The budget of customer service: 5 messages within 48 hours of the customer's last
// one (B9).
const (
	kfWindow = 48 * time.Hour
	kfBudget = 5
)

var ownID = regexp.MustCompile(`^[0-9a-zA-Z_-]{0,32}$`)

// kfBody is the request of kf/send_msg (B9).
type kfBody struct {
	To      string `json:"touser"`
	Account string `json:"open_kfid"`
	ID      string `json:"msgid"`
	Type    string `json:"msgtype"`

	content content
	raw     []byte
}

// UnmarshalJSON keeps the objects of the types, too.
func (b *kfBody) UnmarshalJSON(data []byte) error {
	type plain kfBody
	b.raw = data
	return json.Unmarshal(data, (*plain)(b))
}

func (b *kfBody) about() Request {
	return Request{From: b.Account, To: b.To, Type: b.Type, ID: b.ID}
}

func (b *kfBody) check(s *Sandbox) *refusal {
	if r := first(need(40063, "touser", b.To), need(40063, "open_kfid", b.Account)); r != nil {
		return r
	}
	if !ownID.MatchString(b.ID) {
		return refuse(40058, "msgid must be at most 32 of 0-9a-zA-Z_-")
	}
	var r *refusal
	b.content, r = contentOf(b.raw, b.Type, s.kfShapes())
	return r
}

// kfSend: W:94699 and its neighbours.
func kfSend(s *Sandbox, c *caller, b *kfBody) (answer, *refusal) {
	a, r := s.account(c, b.Account)
	if r != nil {
		return nil, r
	}
	if _, known := s.customers[b.To]; !known {
		return nil, refuse(40096, "invalid external userid")
	}
	if r := s.uploaded(b.content); r != nil {
		return nil, r
	}
	if b.ID != "" && a.ids[b.ID] {
		switch s.cfg.Unsure.RepeatedID {
		case RefusedSecond:
			return nil, refuse(s.cfg.Unsure.RepeatedCode, "msgid was used before")
		case SentOnce:
			s.tell(Event{Kind: MessageTwice, Where: a.OpenKFID, Who: b.To, ID: b.ID, Type: b.Type})
			return answer{"msgid": b.ID}, nil
		}
	}
	fate, r := s.budget(a.session(b.To))
	if r != nil {
		return nil, r
	}
	return s.kfEnter(a, b, fate)
}

// budget holds the state, the 48 hours and the 5 messages, in this order. fate is
// the fail_type of what is accepted and fails later.
func (s *Sandbox) budget(se *session) (fate int, _ *refusal) {
	if se.state == StateEnded && s.cfg.Unsure.StaysEnded {
		return 0, refuse(95013, "conversation end")
	}
	if se.state != StateNew && se.state != StateBot {
		return 0, refuse(95018, "send msg session status invalid")
	}
	late := se.wrote.IsZero() || s.cfg.Now().Sub(se.wrote) > kfWindow
	over := se.count >= kfBudget
	switch {
	case !late && !over:
		return 0, nil
	case s.cfg.Unsure.OverBudget == FailsLater && late:
		return 4, nil
	case s.cfg.Unsure.OverBudget == FailsLater:
		return 6, nil
	case s.cfg.Unsure.OverBudget == ByState:
		return 0, refuse(95018, "send msg session status invalid")
	case late:
		return 0, refuse(95002, "send msg beyond 48 hours")
	}
	return 0, refuse(95001, "send msg count limit")
}

func (s *Sandbox) kfEnter(a *account, b *kfBody, fate int) (answer, *refusal) {
	id := b.ID
	if id == "" {
		made, err := s.id("")
		if err != nil {
			return nil, noID(err)
		}
		id = made
	}
	se := a.session(b.To)
	if fate == 0 {
		se.count++
		se.sentAt = s.cfg.Now()
	}
	a.ids[id] = true
	m := s.enter(SentMessage{
		ID: id, Via: ViaKF, From: a.OpenKFID, To: []string{b.To}, Type: b.Type, Body: b.content.raw, Text: b.content.text, Choices: b.content.choices, Fate: fate,
	})
	s.planFailures(a, m)
	return answer{"msgid": id}, nil
}

// planFailures schedules the msg_send_fail events of a message.
func (s *Sandbox) planFailures(a *account, m *SentMessage) {
	plan := s.cfg.Failures(*m)
	if m.Fate != 0 {
		plan = []Failure{{After: 300 * time.Millisecond, Type: m.Fate}}
	}
	for _, f := range plan {
		s.plan(f.After, func() {
			_ = s.kfEvent(s.ctx, a, happening{ // an ended sandbox tells nobody
				"msg_send_fail", m.To[0], map[string]any{"fail_msgid": m.ID, "fail_type": f.Type}, f.Deliver,
			})
		})
	}
}

// kfShapes are the types of kf/send_msg (B9).
func (s *Sandbox) kfShapes() map[string]shape {
	return map[string]shape{
		"text": of[fullText], "image": of[media], "voice": of[media], "video": of[media], "file": of[media], "link": of[kfLink],
		"miniprogram": of[kfMini], "location": of[kfPlace], "msgmenu": s.menuShape, "business_card": of[kfCard],
	}
}

type kfLink struct {
	Title string `json:"title"`
	Desc  string `json:"desc"`
	URL   string `json:"url"`
	Thumb string `json:"thumb_media_id"`
}

func (b *kfLink) check() *refusal {
	return first(
		need(41016, "link.title", b.Title), within(45002, "link.title", b.Title, 128), within(45004, "link.desc", b.Desc, 512),
		need(41010, "link.url", b.URL), webAddress("link.url", b.URL), need(41006, "link.thumb_media_id", b.Thumb))
}
func (b *kfLink) see() seen { return seen{text: b.Title, choices: []Choice{{b.URL, b.Title}}} }

type kfMini struct {
	AppID string `json:"appid"`
	Title string `json:"title"`
	Path  string `json:"pagepath"`
	Thumb string `json:"thumb_media_id"`
}

func (b *kfMini) check() *refusal {
	return first(need(40063, "miniprogram.appid", b.AppID), need(40063, "miniprogram.pagepath", b.Path), need(41006, "miniprogram.thumb_media_id", b.Thumb))
}
func (b *kfMini) see() seen { return seen{text: b.Title} }

type kfPlace struct {
	Latitude  *float64 `json:"latitude"`
	Longitude *float64 `json:"longitude"`
	Name      string   `json:"name"`
	Address   string   `json:"address"`
}

func (b *kfPlace) check() *refusal {
	if b.Latitude == nil || b.Longitude == nil || *b.Latitude < -90 || *b.Latitude > 90 || *b.Longitude < -180 || *b.Longitude > 180 {
		return refuse(95022, "location is not on the globe")
	}
	return nil
}
func (b *kfPlace) see() seen { return seen{text: orElse(b.Name, "[location]")} }

// kfCard is the card of a member, which some pages list.
type kfCard struct {
	UserID string `json:"userid"`
}

func (b *kfCard) check() *refusal { return need(40063, "business_card.userid", b.UserID) }
func (b *kfCard) see() seen       { return seen{text: b.UserID} }
