package qyapi

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdesk/shared/wecom"
)

// Message is what a member sends to an app, of any type of B4.
type Message struct {
	Type     string
	Elements []wecom.Element
	// At is WeCom's time of it; now when zero.
	At      time.Time
	Deliver Deliver
}

func element(name, text string) wecom.Element { return wecom.Element{Name: name, Text: text} }
func number(name string, n int64) wecom.Element {
	return wecom.Element{Name: name, Text: strconv.FormatInt(n, 10), Number: true}
}
func decimal(name string, f float64) wecom.Element {
	return element(name, strconv.FormatFloat(f, 'f', 6, 64))
}

// Text returns a text message.
func Text(content string) Message {
	return Message{Type: "text", Elements: []wecom.Element{element("Content", content)}}
}

// Image, Voice and Video return messages with made-up media, which would be good for
// 3 days.
func Image() Message {
	return Message{Type: "image", Elements: []wecom.Element{element("PicUrl", "https://p.qpic.example/1"), element("MediaId", "1Yv-zXfHjSjU")}}
}

// Voice returns a voice recording.
func Voice() Message {
	return Message{Type: "voice", Elements: []wecom.Element{element("MediaId", "1Yv-zXfHjSjV"), element("Format", "amr")}}
}

// Video returns a video.
func Video() Message {
	return Message{Type: "video", Elements: []wecom.Element{element("MediaId", "1Yv-zXfHjSjW"), element("ThumbMediaId", "1Yv-zXfHjSjX")}}
}

// Place returns a location.
func Place(latitude, longitude float64, label string) Message {
	return Message{Type: "location", Elements: []wecom.Element{
		decimal("Location_X", latitude), decimal("Location_Y", longitude), number("Scale", 16), element("Label", label), element("AppType", "wxwork"),
	}}
}

// Link returns a shared link.
func Link(title, description, address string) Message {
	return Message{Type: "link", Elements: []wecom.Element{
		element("Title", title), element("Description", description), element("Url", address), element("PicUrl", "https://p.qpic.example/2"),
	}}
}

// listed are the types that an app gets (B4).
var listed = [...]string{"text", "image", "voice", "video", "location", "link"}

// WriteApp sends a message of a member to an app and returns its MsgId. It returns
// after the first delivery of the callback, answered 200 or not. The errors are an
// unknown app or member and an ended sandbox.
func (s *Sandbox) WriteApp(ctx context.Context, agent int64, member string, m Message) (string, error) {
	if !slices.Contains(listed[:], m.Type) && !s.cfg.Unsure.DeliverFiles {
		return "", fmt.Errorf("send a %s to an app: %w: no page lists it", m.Type, ErrNotNow)
	}
	a, id, err := s.appHears(agent, member, m)
	if err != nil {
		return "", err
	}
	number := wecom.Element{Name: "MsgId", Text: id, Number: true}
	m.Elements = append(slices.Clone(m.Elements), number)
	return id, s.hand(ctx, s.letter(a, member, m), m.Deliver)
}

func (s *Sandbox) appHears(agent int64, member string, m Message) (*app, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.between(agent, member)
	if err != nil {
		return nil, "", err
	}
	id, err := s.messageID()
	if err != nil {
		return nil, "", err
	}
	e := Event{Kind: MemberWrote, Where: a.id(), Who: member, ID: id, Type: m.Type, At: m.At}
	if m.Type == "text" && len(m.Elements) > 0 {
		e.Text = m.Elements[0].Text
	}
	s.tell(e)
	return a, id, nil
}

// between finds an app and one of its members. The caller holds the lock.
func (s *Sandbox) between(agent int64, member string) (*app, error) {
	a, m := s.apps[agent], s.members[strings.ToLower(member)]
	switch {
	case s.closed:
		return nil, ErrClosed
	case a == nil, m == nil, !a.sees(m):
		return nil, fmt.Errorf("a member and an app: %w", ErrUnknown)
	}
	return a, nil
}

// letter writes the XML of a member's callback.
func (s *Sandbox) letter(a *app, from string, m Message) letter {
	all := []wecom.Element{
		element("ToUserName", s.cfg.CorpID), element("FromUserName", from),
		number("CreateTime", orElse(m.At, s.cfg.Now()).Unix()), element("MsgType", m.Type),
	}
	all = append(append(all, m.Elements...), number("AgentID", a.AgentID))
	return letter{app: a, agent: a.id(), plain: wecom.Encode(all...)}
}

// messageID makes a MsgId: 19 digits, unique by its serial. The caller holds the lock.
func (s *Sandbox) messageID() (string, error) {
	var b [2]byte
	s.serial++
	if _, err := io.ReadFull(s.cfg.Entropy, b[:]); err != nil {
		return "", fmt.Errorf("make a message id: %w", err)
	}
	return strconv.FormatUint(7_000_000_000_000_000_000+s.serial<<16+uint64(binary.BigEndian.Uint16(b[:])), 10), nil
}

// Notice is an event of an app (B4).
type Notice struct {
	// Event is WeCom's name of it, From a member or "sys".
	Event, From string
	Elements    []wecom.Element
	At          time.Time
	Deliver     Deliver
}

// Notify sends an event, of any name. From need not be a member.
func (s *Sandbox) Notify(ctx context.Context, agent int64, n Notice) error {
	a := s.apps[agent] // the map never changes
	if a == nil {
		return fmt.Errorf("tell an event: %w", ErrUnknown)
	}
	s.locked(func() { s.tell(Event{Kind: EventTold, Where: a.id(), Who: n.From, Type: n.Event, At: n.At}) })
	elements := append([]wecom.Element{element("Event", n.Event)}, n.Elements...)
	return s.hand(ctx, s.letter(a, n.From, Message{Type: "event", At: n.At, Elements: elements}), n.Deliver)
}

// Enter opens the app's chat: enter_agent.
func (s *Sandbox) Enter(ctx context.Context, agent int64, member string) error {
	return s.Notify(ctx, agent, Notice{Event: "enter_agent", From: member, Elements: []wecom.Element{element("EventKey", "")}})
}

// Subscribe lets a member begin to follow the app, or stop it.
func (s *Sandbox) Subscribe(ctx context.Context, agent int64, member string, on bool) error {
	name := "unsubscribe"
	if on {
		name = "subscribe"
	}
	return s.Notify(ctx, agent, Notice{Event: name, From: member, Elements: []wecom.Element{element("EventKey", "")}})
}
