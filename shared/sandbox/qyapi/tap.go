package qyapi

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"frontdesk/shared/wecom"
)

// Tap is a choice on one of our cards.
type Tap struct {
	TaskID string
	// Key is that of a button, a menu entry or the button that submits.
	Key string
	// Options are the ids chosen, by question_key.
	Options map[string][]string
	Deliver Deliver
}

// Tap sends a tap on a card of an app and returns the response_code with which the
// card can be changed once, within 72 hours.
func (s *Sandbox) Tap(ctx context.Context, agent int64, member string, t Tap) (string, error) {
	a, m, code, err := s.tapped(agent, member, t)
	if err != nil {
		return "", fmt.Errorf("tap on a card: %w", err)
	}
	var c card
	if err := json.Unmarshal(m.Body, &c); err != nil {
		return "", fmt.Errorf("read the card that was tapped: %w", err)
	}
	name := "template_card_event"
	if c.inMenu(t.Key) {
		name = "template_card_menu_event"
	}
	elements := []wecom.Element{
		element("Event", name), element("EventKey", t.Key), element("TaskId", t.TaskID),
		element("CardType", c.Type), element("ResponseCode", code),
	}
	if len(t.Options) > 0 {
		elements = append(elements, selected(t.Options))
	}
	l := s.letter(a, member, Message{Type: "event", Elements: elements})
	return code, s.hand(ctx, l, t.Deliver)
}

func (s *Sandbox) tapped(agent int64, member string, t Tap) (*app, SentMessage, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.between(agent, member)
	if err != nil {
		return nil, SentMessage{}, "", err
	}
	m := s.cards[cardKey{a.id(), t.TaskID}]
	has := func(c Choice) bool { return c.ID == t.Key }
	if m == nil || !slices.Contains(m.To, member) || !slices.ContainsFunc(m.Choices, has) {
		return nil, SentMessage{}, "", ErrUnknown
	}
	code, err := s.respond(m, member)
	if err != nil {
		return nil, SentMessage{}, "", err
	}
	s.tell(Event{Kind: EventTold, Where: a.id(), Who: member, Type: "template_card_event", ID: m.ID, Text: t.Key, Options: t.Options})
	return a, *m, code, nil
}

func (b *card) inMenu(key string) bool {
	return b.Menu != nil && slices.ContainsFunc(b.Menu.List, func(c cardButton) bool { return c.Key == key })
}

func selected(options map[string][]string) wecom.Element {
	all := wecom.Element{Name: "SelectedItems"}
	for _, question := range slices.Sorted(maps.Keys(options)) {
		ids := wecom.Element{Name: "OptionIds"}
		for _, id := range options[question] {
			ids.Elements = append(ids.Elements, element("OptionId", id))
		}
		all.Elements = append(all.Elements, wecom.Element{Name: "SelectedItem", Elements: []wecom.Element{element("QuestionKey", question), ids}})
	}
	return all
}

// Click taps a button of the app's menu, by its key or its url, and sends the event
// that its type has.
func (s *Sandbox) Click(ctx context.Context, agent int64, member, key string) error {
	a, b, err := s.clicked(agent, member, key)
	if err != nil {
		return fmt.Errorf("tap on a menu: %w", err)
	}
	elements := append([]wecom.Element{element("Event", b.Type), element("EventKey", key)}, b.told()...)
	return s.hand(ctx, s.letter(a, member, Message{Type: "event", Elements: elements}), Deliver{})
}

func (s *Sandbox) clicked(agent int64, member, key string) (*app, menuButton, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.between(agent, member)
	if err != nil {
		return nil, menuButton{}, err
	}
	var menu menuBody
	if a.menu == nil || json.Unmarshal(a.menu, &menu) != nil {
		return nil, menuButton{}, ErrUnknown
	}
	for _, upper := range menu.Buttons {
		for _, b := range append(upper.Lower, upper) {
			if key != "" && (b.Key == key || b.Type == "view" && b.URL == key) {
				s.tell(Event{Kind: EventTold, Where: a.id(), Who: member, Type: b.Type, Text: key})
				return a, b, nil
			}
		}
	}
	return nil, menuButton{}, ErrUnknown
}

// told are the elements that an event of the menu has beside the key.
func (b menuButton) told() []wecom.Element {
	switch b.Type {
	case "scancode_push", "scancode_waitmsg":
		return []wecom.Element{{Name: "ScanCodeInfo", Elements: []wecom.Element{element("ScanType", "qrcode"), element("ScanResult", "https://shop.example/1")}}}
	case "pic_sysphoto", "pic_photo_or_album", "pic_weixin":
		item := wecom.Element{Name: "item", Elements: []wecom.Element{element("PicMd5Sum", "5a75aaca956d97be686719218f275c6b")}}
		return []wecom.Element{{Name: "SendPicsInfo", Elements: []wecom.Element{number("Count", 1), {Name: "PicList", Elements: []wecom.Element{item}}}}}
	case "location_select":
		return []wecom.Element{{Name: "SendLocationInfo", Elements: []wecom.Element{
			decimal("Location_X", 31.23), decimal("Location_Y", 121.47), number("Scale", 16), element("Label", "Shanghai"), element("Poiname", ""),
		}}}
	}
	return nil
}
