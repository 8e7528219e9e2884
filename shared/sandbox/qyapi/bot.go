package qyapi

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/wecom"
)

// Bot is an AI bot (智能机器人) that calls back. B13.
type Bot struct {
	// ID is its aibotid, Name what a group calls it.
	ID, Name   string
	Key        channel.CallbackKey
	WebhookURL string
	// APIURL is where this sandbox is reached, without a slash at the end: response_urls
	// point there.
	APIURL string
}

// aibot is a bot and whom it has greeted, by member.
type aibot struct {
	Bot
	pair    *wecom.Pair
	greeted map[string]time.Time
}

func (c Config) checkBots() error {
	seen := map[string]bool{}
	for _, b := range c.Bots {
		switch {
		case b.ID == "" || b.APIURL == "":
			return fmt.Errorf("%w: bot %q needs an id and the sandbox's own address", ErrConfig, b.ID)
		case c.Post == nil && b.WebhookURL == "":
			return fmt.Errorf("%w: bot %s has neither Post nor a WebhookURL", ErrConfig, b.ID)
		case seen[b.ID]:
			return fmt.Errorf("%w: bot %s is there twice", ErrConfig, b.ID)
		}
		seen[b.ID] = true
	}
	return nil
}

// Question is what a member says to a bot (W:100719).
type Question struct {
	// Group is the chat's id; empty alone with the bot.
	Group string
	// Type is text, mixed, image, voice or file; Body the object under its name.
	Type string
	Body any
	// Quote is the object of what it quotes; nil for nothing.
	Quote any
	// At, when set, is told as create_time: the page shows none, newer callbacks have it (?).
	At      time.Time
	Deliver Deliver
}

// spoken is a JSON object that is being written.
type spoken = map[string]any

// Ask returns a text. In a group it mentions the bot, as it must to reach it.
func Ask(text string) Question { return Question{Type: "text", Body: spoken{"content": text}} }

// Spoken returns a voice message, whose words come as text.
func Spoken(text string) Question { return Question{Type: "voice", Body: spoken{"content": text}} }

// Picture and Paper return an image and a file, whose addresses would be good for 5 minutes.
func Picture() Question {
	return Question{Type: "image", Body: spoken{"url": "https://ww-aibot-img.example/1?sign=EXAMPLE"}}
}

// Paper returns a file.
func Paper() Question {
	return Question{Type: "file", Body: spoken{"url": "https://ww-aibot-img.example/2?sign=EXAMPLE"}}
}

// Mixed returns texts with a picture behind each.
func Mixed(texts ...string) Question {
	var items []any
	for _, t := range texts {
		items = append(items, spoken{"msgtype": "text", "text": spoken{"content": t}}, spoken{"msgtype": "image", "image": Picture().Body})
	}
	return Question{Type: "mixed", Body: spoken{"msg_item": items}}
}

// alone are the types that reach a bot in single chats only (W:100719).
var alone = [...]string{"image", "voice", "file"}

// AskBot lets a member write to a bot and returns the msgid. It returns after the first
// delivery of the callback, answered 200 or not.
func (s *Sandbox) AskBot(ctx context.Context, bot, member string, q Question) (string, error) {
	if q.Group != "" && slices.Contains(alone[:], q.Type) {
		return "", fmt.Errorf("send a %s to a bot in a group: %w", q.Type, ErrNotNow)
	}
	b, id, err := s.botHears(bot, member, Event{Kind: MemberWrote, Type: q.Type, Text: q.words()})
	if err != nil {
		return "", err
	}
	said := b.head(id, member, q.Group)
	said["msgtype"], said[q.Type] = q.Type, b.mentioned(q)
	if q.Quote != nil {
		said["quote"] = q.Quote
	}
	if !q.At.IsZero() {
		said["create_time"] = q.At.Unix()
	}
	if err := s.promise(b, said); err != nil {
		return "", err
	}
	return id, s.tellBot(ctx, b, said, q.Deliver)
}

// words are what a feed tells of a question.
func (q Question) words() string {
	body, _ := q.Body.(spoken)
	text, _ := body["content"].(string)
	return text
}

// mentioned is the body of a question with the mention that a group needs.
func (b *aibot) mentioned(q Question) any {
	if body, ok := q.Body.(spoken); ok && q.Group != "" && q.Type == "text" {
		return spoken{"content": "@" + b.Name + " " + fmt.Sprint(body["content"])}
	}
	return q.Body
}

// botHears notes that a member does something with a bot.
func (s *Sandbox) botHears(bot, member string, e Event) (*aibot, string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.bots[bot]
	switch {
	case s.closed:
		return nil, "", ErrClosed
	case b == nil || s.members[strings.ToLower(member)] == nil:
		return nil, "", fmt.Errorf("a member and a bot: %w", ErrUnknown)
	}
	id, err := s.id("CAIQ")
	if err != nil {
		return nil, "", err
	}
	e.Where, e.Who, e.ID = bot, member, id
	s.tell(e)
	return b, id, nil
}

// head is what every callback of a bot has.
func (b *aibot) head(id, member, group string) spoken {
	all := spoken{"msgid": id, "aibotid": b.ID, "chattype": "single", "from": spoken{"userid": member}}
	if group != "" {
		all["chatid"], all["chattype"] = group, "group"
	}
	return all
}

// event is the callback of an event (W:101027).
func (s *Sandbox) event(b *aibot, head spoken, name string, body any) spoken {
	inner := spoken{"eventtype": name}
	if body != nil {
		inner[name] = body
	}
	head["create_time"], head["msgtype"], head["event"] = s.cfg.Now().Unix(), "event", inner
	return head
}

func (s *Sandbox) tellBot(ctx context.Context, b *aibot, said spoken, d Deliver) error {
	plain, err := json.Marshal(said)
	if err != nil {
		return fmt.Errorf("write a bot's callback: %w", err)
	}
	_, tapped := said["response_url"]
	return s.hand(ctx, letter{bot: b, plain: plain, once: tapped && said["msgtype"] == "event"}, d)
}

// EnterBot opens the chat with a bot: enter_chat, when it is the first time that day, and
// whatever came of it (W:101027). It reports whether there was a callback.
func (s *Sandbox) EnterBot(ctx context.Context, bot, member string) (bool, error) {
	s.mu.Lock()
	b, today := s.bots[bot], s.cfg.Now().In(s.cfg.Day).Truncate(0)
	first := b != nil && b.greeted[member].Format(time.DateOnly) != today.Format(time.DateOnly)
	if first {
		b.greeted[member] = today
	}
	s.mu.Unlock()
	if b != nil && !first {
		return false, nil
	}
	b, id, err := s.botHears(bot, member, Event{Kind: EventTold, Type: "enter_chat"})
	if err != nil {
		return false, err
	}
	head := b.head(id, member, "")
	delete(head, "chattype") // the page shows none
	return true, s.tellBot(ctx, b, s.event(b, head, "enter_chat", nil), Deliver{})
}

// TapBot taps a card that a bot has sent. The callback comes once, answered or not
// (W:101027).
func (s *Sandbox) TapBot(ctx context.Context, bot, member string, t Tap) error {
	c, err := s.tappedOn(bot, member, t)
	if err != nil {
		return fmt.Errorf("tap on a bot's card: %w", err)
	}
	b, id, err := s.botHears(bot, member, Event{Kind: EventTold, Type: "template_card_event", Text: t.Key, Options: t.Options})
	if err != nil {
		return err
	}
	said := s.event(b, b.head(id, member, ""), "template_card_event", c.tap(t)) // cards stand in single chats only
	if err := s.promise(b, said); err != nil {
		return err
	}
	return s.tellBot(ctx, b, said, t.Deliver)
}

// tappedOn finds the card of a tap, which must be the member's.
func (s *Sandbox) tappedOn(bot, member string, t Tap) (card, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var c card
	m := s.cards[cardKey{bot, t.TaskID}]
	has := func(c Choice) bool { return c.ID == t.Key }
	if m == nil || !slices.Contains(m.To, member) || !slices.ContainsFunc(m.Choices, has) {
		return c, ErrUnknown
	}
	return c, json.Unmarshal(m.Body, &c)
}

// tap is the object of a tap's event.
func (b *card) tap(t Tap) spoken {
	body := spoken{"card_type": b.Type, "event_key": t.Key, "task_id": t.TaskID}
	var items []any
	for _, question := range slices.Sorted(maps.Keys(t.Options)) {
		items = append(items, spoken{"question_key": question, "option_ids": spoken{"option_id": t.Options[question]}})
	}
	if items != nil {
		body["selected_items"] = spoken{"selected_item": items}
	}
	return body
}

// RateBot tells what a member thinks of an answer: 1 right, 2 wrong, 3 neither any more.
func (s *Sandbox) RateBot(ctx context.Context, bot, member string, mark int) error {
	b, id, err := s.botHears(bot, member, Event{Kind: EventTold, Type: "feedback_event"})
	if err != nil {
		return err
	}
	body := spoken{"id": "FEEDBACKID", "type": mark}
	return s.tellBot(ctx, b, s.event(b, b.head(id, member, ""), "feedback_event", body), Deliver{})
}
