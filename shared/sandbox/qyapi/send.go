package qyapi

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// sendBody is the request of message/send (B6).
type sendBody struct {
	ToUser   string `json:"touser"`
	ToParty  string `json:"toparty"`
	ToTag    string `json:"totag"`
	Type     string `json:"msgtype"`
	Agent    *int64 `json:"agentid"`
	Check    int    `json:"enable_duplicate_check"`
	Interval int    `json:"duplicate_check_interval"`

	content content
	raw     []byte
}

// UnmarshalJSON keeps the objects of the types, too.
func (b *sendBody) UnmarshalJSON(data []byte) error {
	type plain sendBody
	b.raw = data
	return json.Unmarshal(data, (*plain)(b))
}

func (b *sendBody) about() Request {
	return Request{To: strings.Trim(b.ToUser+"|"+b.ToParty+"|"+b.ToTag, "|"), Type: b.Type, ID: b.content.taskID}
}

func (b *sendBody) check(s *Sandbox) *refusal {
	switch {
	case b.Agent == nil:
		return refuse(41011, "missing agentid")
	case b.ToUser == "" && b.ToParty == "" && b.ToTag == "":
		return refuse(82001, "touser, toparty and totag are all empty")
	case len(split(b.ToUser)) > 1000:
		return refuse(40032, "touser has more than 1000 members")
	case len(split(b.ToParty)) > 100:
		return refuse(82002, "toparty has more than 100 departments")
	case len(split(b.ToTag)) > 100:
		return refuse(82003, "totag has more than 100 tags")
	case b.Interval < 0 || b.Interval > 4*60*60:
		return refuse(40058, "duplicate_check_interval is longer than 4 hours")
	}
	var r *refusal
	b.content, r = contentOf(b.raw, b.Type, s.appShapes())
	return r
}

// contentOf reads the object of the type from a whole request.
func contentOf(data []byte, kind string, shapes map[string]shape) (content, *refusal) {
	var all fields
	if json.Unmarshal(data, &all) != nil {
		return content{}, refuse(40058, "invalid Request Parameter")
	}
	return parseContent(kind, all, shapes)
}

func split(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, "|")
}

// messageSend: B6.
func messageSend(s *Sandbox, c *caller, b *sendBody) (answer, *refusal) {
	if *b.Agent != c.app.AgentID {
		return nil, refuse(301002, "the access token is not that of this agentid")
	}
	if c.app.Disabled {
		return nil, refuse(50003, "the app is disabled")
	}
	if r := s.uploaded(b.content); r != nil {
		return nil, r
	}
	to := s.receivers(c.app, b)
	if len(to.valid) == 0 && len(to.unlicensed) == 0 {
		return nil, refuse(81013, "user & party & tag all invalid")
	}
	if taken := s.cards[cardKey{c.app.id(), b.content.taskID}]; taken != nil && b.content.taskID != "" {
		return nil, refuse(42014, "task_id was used before")
	}
	limit := bound{rateKey{"persons", c.app.id()}, s.cfg.Limits.Ceiling * 200, day, true}
	if s.cfg.Limits.Ceiling > 0 && !s.rates.spend(limit, s.cfg.Now(), len(to.valid)) {
		return nil, refuse(45009, "api freq out of limit")
	}
	id, err := s.id("")
	if err != nil {
		return nil, noID(err)
	}
	done := to.answer(id)
	if s.repeated(b, to.valid) {
		s.tell(Event{Kind: MessageTwice, Where: c.app.id(), Who: strings.Join(to.valid, "|"), Type: b.Type})
		return done, nil
	}
	m := s.enterApp(c.app, b, id, to.valid)
	if m.TaskID != "" {
		if r := s.openCard(m, done); r != nil {
			return nil, r
		}
	}
	return done, nil
}

// enterApp writes an app's message into the books, for those who are not over
// their limit.
func (s *Sandbox) enterApp(a *app, b *sendBody, id string, members []string) *SentMessage {
	m := SentMessage{ID: id, Via: ViaApp, From: a.id(), Type: b.Type, Body: b.content.raw, Text: b.content.text, Choices: b.content.choices, TaskID: b.content.taskID}
	for _, member := range members {
		if s.reaches(a.id(), member) {
			m.To = append(m.To, member)
			continue
		}
		m.Dropped = append(m.Dropped, member)
		s.tell(Event{Kind: MessageDropped, Where: m.From, Who: member, ID: id, Type: m.Type})
	}
	return s.enter(m)
}

// reaches counts one message to a member: above 30 a minute and 1,000 an hour it is
// lost without a word (W:90454).
func (s *Sandbox) reaches(agent, member string) bool {
	now, who := s.cfg.Now(), agent+"/"+member
	return s.rates.spend(bound{rateKey{"member", who}, s.cfg.Limits.PerMember, time.Minute, false}, now, 1) &&
		s.rates.spend(bound{rateKey{"member/hour", who}, s.cfg.Limits.PerMemberHour, time.Hour, false}, now, 1)
}

// repeated holds the duplicate check: the same content to the same people.
func (s *Sandbox) repeated(b *sendBody, members []string) bool {
	if b.Check != 1 {
		return false
	}
	now := s.cfg.Now()
	hash := sha256.Sum256([]byte(b.Type + "\x00" + strings.Join(members, "|") + "\x00" + string(b.content.raw)))
	sum := hex.EncodeToString(hash[:])
	if now.Before(s.twice.items[sum]) {
		return true
	}
	till := now.Add(time.Duration(orElse(b.Interval, 1800)) * time.Second)
	s.twice.add(sum, till, func(t time.Time) bool { return !now.Before(t) })
	return false
}

// receivers are whom a message reaches and what is wrong with the others.
type receivers struct {
	valid, unlicensed                     []string
	invalidUser, invalidParty, invalidTag []string
}

// answer names those who are not reached: errcode is 0 all the same (B6). Ids come
// back in lower case (page of message/send, by memory (?)).
func (r receivers) answer(id string) answer {
	a := answer{"msgid": id}
	for name, list := range map[string][]string{
		"invaliduser": r.invalidUser, "invalidparty": r.invalidParty, "invalidtag": r.invalidTag, "unlicenseduser": r.unlicensed,
	} {
		if len(list) > 0 {
			a[name] = strings.ToLower(strings.Join(list, "|"))
		}
	}
	return a
}

func (s *Sandbox) receivers(a *app, b *sendBody) receivers {
	var r receivers
	users := split(b.ToUser)
	if b.ToUser == "@all" {
		users = s.memberIDs(func(*Member) bool { return true })
	}
	for _, id := range users {
		if m := s.members[strings.ToLower(id)]; m != nil && a.sees(m) {
			r.add(m)
		} else {
			r.invalidUser = append(r.invalidUser, id)
		}
	}
	r.invalidParty = s.resolve(&r, a, split(b.ToParty), func(m *Member) []string { return m.Parties })
	r.invalidTag = s.resolve(&r, a, split(b.ToTag), func(m *Member) []string { return m.Tags })
	return r
}

// resolve adds the members of departments or tags and returns those that have none.
func (s *Sandbox) resolve(r *receivers, a *app, names []string, of func(*Member) []string) []string {
	var none []string
	for _, name := range names {
		ids := s.memberIDs(func(m *Member) bool { return a.sees(m) && slices.Contains(of(m), name) })
		for _, id := range ids {
			r.add(s.members[strings.ToLower(id)])
		}
		if len(ids) == 0 {
			none = append(none, name)
		}
	}
	return none
}

// memberIDs are the ids of some members, in order.
func (s *Sandbox) memberIDs(which func(*Member) bool) []string {
	var ids []string
	for _, m := range s.members {
		if which(m) {
			ids = append(ids, m.UserID)
		}
	}
	slices.Sort(ids)
	return ids
}

func (r *receivers) add(m *Member) {
	list := &r.valid
	if m.Unlicensed {
		list = &r.unlicensed
	}
	if !slices.Contains(*list, m.UserID) {
		*list = append(*list, m.UserID)
	}
}

func (a *app) sees(m *Member) bool {
	return a.Visible == nil || slices.ContainsFunc(a.Visible, func(id string) bool { return strings.EqualFold(id, m.UserID) })
}

// recallBody is the request of message/recall.
type recallBody struct {
	ID string `json:"msgid"`
}

func (b *recallBody) check(*Sandbox) *refusal { return need(40063, "msgid", b.ID) }
func (b *recallBody) about() Request          { return Request{ID: b.ID} }

// recall: W:94867, within 24 hours. Its codes are by the list (W:90313): 40058 for an
// id of no message of the app (?), 42052 when it is too late.
func recall(s *Sandbox, c *caller, b *recallBody) (answer, *refusal) {
	m := s.byID[b.ID]
	switch {
	case m == nil || m.Via != ViaApp || m.From != c.app.id():
		return nil, refuse(40058, "no message of this app has this msgid")
	case s.cfg.Now().Sub(m.At) > day:
		return nil, refuse(42052, "the message is older than 24 hours")
	}
	m.Recalled = true
	s.tell(Event{Kind: MessageRecalled, Where: m.From, Who: strings.Join(m.To, "|"), ID: m.ID})
	return nil, nil
}
