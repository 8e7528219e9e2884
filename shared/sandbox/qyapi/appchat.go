package qyapi

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
)

// chat is an internal group that an app made.
type chat struct {
	id, name, owner string
	agent           int64
	members         []string
}

var chatID = regexp.MustCompile(`^[0-9a-zA-Z]{1,32}$`)

// chatBody is the request of appchat/create and appchat/update (W:90244).
type chatBody struct {
	Name  string   `json:"name"`
	Owner string   `json:"owner"`
	Users []string `json:"userlist"`
	ID    string   `json:"chatid"`
}

func (b *chatBody) about() Request { return Request{From: b.ID, Type: "appchat"} }

func (b *chatBody) check(*Sandbox) *refusal {
	switch {
	case len([]rune(b.Name)) > 50:
		return refuse(86004, "the chat's name is longer than 50 characters")
	case b.ID != "" && !chatID.MatchString(b.ID):
		return refuse(86001, "chatid must be 1 to 32 letters and digits")
	case len(b.Users) < 2 || len(b.Users) > 2000:
		return refuse(86006, "a chat has 2 to 2000 members")
	}
	return nil
}

func chatCreate(s *Sandbox, c *caller, b *chatBody) (answer, *refusal) {
	if s.chats[b.ID] != nil && b.ID != "" {
		return nil, refuse(86215, "chatid exists")
	}
	owner := orElse(b.Owner, b.Users[0])
	if !slices.Contains(b.Users, owner) {
		return nil, refuse(86005, "the owner is not in userlist")
	}
	for _, id := range b.Users {
		if m := s.members[strings.ToLower(id)]; m == nil || !c.app.sees(m) {
			return nil, refuse(86216, "a member of the chat is not valid")
		}
	}
	if !s.rates.spend(bound{rateKey{"chats", c.app.id()}, s.cfg.Limits.ChatsPerDay, day, true}, s.cfg.Now(), 1) {
		return nil, refuse(45009, "api freq out of limit")
	}
	if b.ID == "" {
		id, err := s.id("")
		if err != nil {
			return nil, noID(err)
		}
		b.ID = strings.NewReplacer("-", "x", "_", "y").Replace(id)
	}
	s.chats[b.ID] = &chat{id: b.ID, name: b.Name, owner: owner, agent: c.app.AgentID, members: slices.Clone(b.Users)}
	return answer{"chatid": b.ID}, nil
}

// chatOf finds a chat that this app made.
func (s *Sandbox) chatOf(c *caller, id string) (*chat, *refusal) {
	switch ch := s.chats[id]; {
	case ch == nil:
		return nil, refuse(86003, "no chat has this chatid")
	case ch.agent != c.app.AgentID:
		return nil, refuse(86008, "the chat was not made by this app")
	default:
		return ch, nil
	}
}

// chatChange is the request of appchat/update.
type chatChange struct {
	ID    string   `json:"chatid"`
	Name  string   `json:"name"`
	Owner string   `json:"owner"`
	Add   []string `json:"add_user_list"`
	Del   []string `json:"del_user_list"`
}

func (b *chatChange) about() Request { return Request{From: b.ID, Type: "appchat"} }

func (b *chatChange) check(*Sandbox) *refusal {
	if len([]rune(b.Name)) > 50 {
		return refuse(86004, "the chat's name is longer than 50 characters")
	}
	return need(86001, "chatid", b.ID)
}

func chatUpdate(s *Sandbox, c *caller, b *chatChange) (answer, *refusal) {
	ch, r := s.chatOf(c, b.ID)
	if r != nil {
		return nil, r
	}
	var members []string
	for _, id := range append(slices.Clone(ch.members), b.Add...) {
		m := s.members[strings.ToLower(id)]
		if m == nil || !c.app.sees(m) {
			return nil, refuse(86216, "a member of the chat is not valid")
		}
		if !slices.Contains(b.Del, id) && !slices.Contains(members, id) {
			members = append(members, id)
		}
	}
	owner := orElse(b.Owner, ch.owner)
	switch {
	case len(members) < 2 || len(members) > 2000:
		return nil, refuse(86006, "a chat has 2 to 2000 members")
	case !slices.Contains(members, owner):
		return nil, refuse(86005, "the owner is not in the chat")
	}
	ch.name, ch.owner, ch.members = orElse(b.Name, ch.name), owner, members
	return nil, nil
}

func chatGet(s *Sandbox, c *caller) (answer, *refusal) {
	ch, r := s.chatOf(c, c.query.Get("chatid"))
	if r != nil {
		return nil, r
	}
	return answer{"chat_info": map[string]any{"chatid": ch.id, "name": ch.name, "owner": ch.owner, "userlist": ch.members}}, nil
}

// chatMessage is the request of appchat/send (W:90245).
type chatMessage struct {
	ID   string `json:"chatid"`
	Type string `json:"msgtype"`

	content content
	raw     []byte
}

// UnmarshalJSON keeps the objects of the types, too.
func (b *chatMessage) UnmarshalJSON(data []byte) error {
	type plain chatMessage
	b.raw = data
	return json.Unmarshal(data, (*plain)(b))
}

func (b *chatMessage) about() Request { return Request{From: b.ID, Type: b.Type} }

func (b *chatMessage) check(*Sandbox) *refusal {
	if r := need(86001, "chatid", b.ID); r != nil {
		return r
	}
	var r *refusal
	b.content, r = contentOf(b.raw, b.Type, chatShapes())
	if r != nil && r.code == 40008 {
		r.code = 86214
	}
	return r
}

func chatSend(s *Sandbox, c *caller, b *chatMessage) (answer, *refusal) {
	ch, r := s.chatOf(c, b.ID)
	if r != nil {
		return nil, r
	}
	now := s.cfg.Now()
	if !s.rates.spend(bound{rateKey{"push", c.app.id()}, s.cfg.Limits.ChatPush, time.Minute, true}, now, len(ch.members)) {
		return nil, refuse(45009, "api freq out of limit")
	}
	id, err := s.id("")
	if err != nil {
		return nil, noID(err)
	}
	m := SentMessage{ID: id, Via: ViaAppchat, From: ch.id, Type: b.Type, Body: b.content.raw, Text: b.content.text, Choices: b.content.choices}
	for _, member := range ch.members {
		if s.rates.spend(bound{rateKey{"chat/member", member}, s.cfg.Limits.ChatMember, time.Minute, false}, now, 1) {
			m.To = append(m.To, member)
			continue
		}
		m.Dropped = append(m.Dropped, member)
		s.tell(Event{Kind: MessageDropped, Where: m.From, Who: member, ID: id, Type: m.Type})
	}
	s.enter(m)
	return nil, nil
}
