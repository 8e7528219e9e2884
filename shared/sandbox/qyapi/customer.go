package qyapi

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"frontdesk/shared/wecom"
)

// Item is what a customer or a servicer writes in customer service, of any type of B9.
type Item struct {
	// Type is WeCom's word, Body the object under that name.
	Type    string
	Body    json.RawMessage
	Deliver Deliver
}

// KFText returns a text message.
func KFText(content string) Item { return item("text", map[string]string{"content": content}) }

// KFMenu returns the text that follows a tap on an item of a msgmenu.
func KFMenu(id, content string) Item {
	return item("text", map[string]string{"content": content, "menu_id": id})
}

// KFMedia returns an image, voice, video or file with made-up media.
func KFMedia(kind string) Item {
	return item(kind, map[string]string{"media_id": "2iSLeVyqzk4eX0IB5kTi9Ljf"})
}

func item(kind string, fields map[string]string) Item {
	b, err := json.Marshal(fields)
	if err != nil { // strings always marshal
		b = nil
	}
	return Item{Type: kind, Body: b}
}

// Where items come from (B9).
const (
	originCustomer = 3
	originSystem   = 4
	originServicer = 5
)

// WriteKF stores a customer's message and calls for it. It opens the 48 hours and the
// 5 messages, and a new session when the last one has ended. It returns the msgid
// after the first delivery of the callback, answered 200 or not.
func (s *Sandbox) WriteKF(ctx context.Context, openKFID string, from Customer, i Item) (string, error) {
	var a *account
	var id string
	var err error
	s.locked(func() { a, id, err = s.kfHears(openKFID, from, i) })
	if err != nil {
		return "", err
	}
	return id, s.ring(ctx, a, i.Deliver)
}

// Backlog stores customers' messages without a callback, as after a day on which
// nobody answered; [Sandbox.Ring] then calls for all of them.
func (s *Sandbox) Backlog(openKFID string, letters ...Letter) ([]string, error) {
	var ids []string
	var err error
	s.locked(func() {
		for _, l := range letters {
			var id string
			if _, id, err = s.kfHears(openKFID, l.From, l.Item); err != nil {
				return
			}
			ids = append(ids, id)
		}
	})
	return ids, err
}

// Letter is one message with its writer.
type Letter struct {
	From Customer
	Item Item
}

// Ring sends one callback with a fresh token.
func (s *Sandbox) Ring(ctx context.Context, openKFID string) error {
	a := s.accounts[openKFID] // the map never changes
	if a == nil {
		return fmt.Errorf("call for an account: %w", ErrUnknown)
	}
	return s.ring(ctx, a, Deliver{})
}

func (s *Sandbox) kfHears(openKFID string, from Customer, i Item) (*account, string, error) {
	se, a, err := s.meet(openKFID, from)
	switch {
	case err != nil:
		return nil, "", err
	case i.Type == "" || i.Body != nil && !json.Valid(i.Body):
		return nil, "", fmt.Errorf("write to customer service: %w: no type or no valid JSON", ErrNotNow)
	}
	now := s.cfg.Now()
	if se.rejected {
		s.stats.of(now, a.OpenKFID, se.servicer).rejected[se.customer] = true
		s.stats.of(now, a.OpenKFID, "").rejected[se.customer] = true
		return nil, "", fmt.Errorf("write to customer service: %w: the account rejects the customer", ErrNotNow)
	}
	s.opens(a, se, now)
	id, err := s.store(a, wireItem(a, se, originCustomer, i), now)
	if err != nil {
		return nil, "", err
	}
	s.tell(Event{Kind: CustomerWrote, Where: a.OpenKFID, Who: se.customer, ID: id, Type: i.Type, Text: i.content()})
	return a, id, nil
}

// opens notes that a customer wrote: the budget is full again, and an ended session
// begins anew.
func (s *Sandbox) opens(a *account, se *session, now time.Time) {
	all := s.stats.of(now, a.OpenKFID, "")
	if se.wrote.IsZero() || se.state == StateEnded {
		all.sessions++
	}
	if se.state == StateEnded {
		s.move(a, se, StateNew, "")
	}
	se.wrote, se.count = now, 0
	all.hear(se.customer)
	if se.servicer == "" {
		return
	}
	mine := s.stats.of(now, a.OpenKFID, se.servicer)
	mine.hear(se.customer)
	if se.waiting.IsZero() {
		se.waiting = now
		mine.asked++
	}
}

func (c *count) hear(customer string) {
	c.customers[customer] = true
	c.messages++
}

// meet finds the account and the customer's session. The caller holds the lock.
func (s *Sandbox) meet(openKFID string, c Customer) (*session, *account, error) {
	a := s.accounts[openKFID]
	switch {
	case s.closed:
		return nil, nil, ErrClosed
	case a == nil:
		return nil, nil, fmt.Errorf("customer service: %w", ErrUnknown)
	case c.ExternalUserID == "":
		return nil, nil, ErrCustomer
	}
	known := s.customers[c.ExternalUserID]
	known.ExternalUserID = c.ExternalUserID
	known.Name, known.UnionID = orElse(c.Name, known.Name), orElse(c.UnionID, known.UnionID)
	s.customers[c.ExternalUserID] = known
	return a.session(c.ExternalUserID), a, nil
}

func wireItem(a *account, se *session, origin int, i Item) map[string]any {
	w := map[string]any{
		"open_kfid": a.OpenKFID, "external_userid": se.customer, "origin": origin, "servicer_userid": se.servicer, "msgtype": i.Type,
	}
	if i.Body != nil {
		w[i.Type] = i.Body
	}
	return w
}

func (i Item) content() string {
	var b struct {
		Content string `json:"content"`
	}
	if i.Type != "text" || json.Unmarshal(i.Body, &b) != nil {
		return ""
	}
	return b.Content
}

// ring calls for an account with a fresh token, good for 10 minutes.
func (s *Sandbox) ring(ctx context.Context, a *account, d Deliver) error {
	if d.Never {
		return nil
	}
	s.mu.Lock()
	token, err := s.id("ENC")
	now := s.cfg.Now()
	a.pulls.add(token, now.Add(10*time.Minute), func(till time.Time) bool { return now.After(till) })
	s.mu.Unlock()
	if err != nil {
		return err
	}
	plain := wecom.Encode(
		element("ToUserName", s.cfg.CorpID), number("CreateTime", now.Unix()), element("MsgType", "event"),
		element("Event", "kf_msg_or_event"), element("Token", token), element("OpenKfId", a.OpenKFID))
	return s.hand(ctx, letter{app: s.apps[a.Agent], plain: plain}, d)
}

// happening is a system event of customer service.
type happening struct {
	name, customer string // the customer is empty in events of servicers
	more           map[string]any
	deliver        Deliver
}

// kfEvent stores a system event and calls for it.
func (s *Sandbox) kfEvent(ctx context.Context, a *account, h happening) error {
	var err error
	s.locked(func() { err = s.storeEvent(a, h) })
	if err != nil {
		return err
	}
	return s.ring(ctx, a, h.deliver)
}

// storeEvent keeps a system event. The caller holds the lock.
func (s *Sandbox) storeEvent(a *account, h happening) error {
	if s.closed {
		return ErrClosed
	}
	event := map[string]any{"event_type": h.name, "open_kfid": a.OpenKFID}
	if h.customer != "" {
		event["external_userid"] = h.customer
	}
	maps.Copy(event, h.more)
	id, err := s.store(a, map[string]any{"origin": originSystem, "msgtype": "event", "event": event}, s.cfg.Now())
	if err == nil {
		s.tell(Event{Kind: EventTold, Where: a.OpenKFID, Who: h.customer, Type: h.name, ID: id})
	}
	return err
}

// Entry is how a customer comes in: by a link with a scene and a parameter of its own.
type Entry struct {
	Scene, Param string
	Deliver      Deliver
}

// EnterSession opens the chat. It returns the welcome_code, which is empty when the
// account greets by itself, or when the customer was greeted or got a message from us
// within 48 hours (B9).
func (s *Sandbox) EnterSession(ctx context.Context, openKFID string, c Customer, e Entry) (string, error) {
	var a *account
	var welcomeCode string
	var err error
	s.locked(func() {
		var se *session
		if se, a, err = s.meet(openKFID, c); err != nil {
			return
		}
		more := map[string]any{"scene": e.Scene, "scene_param": e.Param}
		if now := s.cfg.Now(); !a.NativeWelcome && now.Sub(se.greeted) > kfWindow && now.Sub(se.sentAt) > kfWindow {
			if welcomeCode, err = s.issueCode(a, se, welcome); err != nil {
				return
			}
			more["welcome_code"] = welcomeCode
		}
		err = s.storeEvent(a, happening{name: "enter_session", customer: c.ExternalUserID, more: more})
	})
	if err != nil {
		return "", err
	}
	return welcomeCode, s.ring(ctx, a, e.Deliver)
}

// RecallKF takes a message of a customer back: user_recall_msg.
func (s *Sandbox) RecallKF(ctx context.Context, t Thread, msgID string) error {
	a := s.accounts[t.OpenKFID]
	if a == nil {
		return fmt.Errorf("recall a message: %w", ErrUnknown)
	}
	return s.kfEvent(ctx, a, happening{name: "user_recall_msg", customer: t.Customer, more: map[string]any{"recall_msgid": msgID}})
}

// Remember opens the 48 hours as if the customer had written at a time: for a store
// that remembers more than a fresh sandbox does.
func (s *Sandbox) Remember(openKFID string, c Customer, at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	se, _, err := s.meet(openKFID, c)
	if err == nil && at.After(se.wrote) {
		se.wrote, se.count = at, 0
	}
	return err
}

// servicer checks that somebody serves the account.
func (a *account) servicer(id string) error {
	if !slices.Contains(a.Servicers, id) {
		return fmt.Errorf("a servicer: %w", ErrUnknown)
	}
	return nil
}
