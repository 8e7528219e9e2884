package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"frontdesk/shared/message"
)

// visit is one time that a customer comes by.
type visit struct {
	scene *scene
	// said is how many lines of the scene are said, asked how many scenes were.
	said, asked int
}

// visit begins one.
func (t *talk) visit(ctx context.Context) error {
	if t.regular {
		return t.speak(ctx, &visit{scene: &t.script.Regular})
	}
	return t.speak(ctx, &visit{scene: t.script.draw(t.draw.IntN(t.script.total))})
}

// speak says the next line of a scene.
func (t *talk) speak(ctx context.Context, v *visit) error {
	l := v.scene.Say[v.said]
	v.said++
	t.topic = v.scene
	if l.Tap != "" {
		for _, c := range choices(t.shown) {
			if c.ID == l.Tap {
				return t.tap(ctx, v, c)
			}
		}
		return fmt.Errorf("our last reply does not offer %q", l.Tap)
	}
	if err := t.write(ctx, t.line(l)); err != nil {
		return err
	}
	t.goOn(v)
	return nil
}

// tap chooses from our last reply. Who has chosen a tea says how much of it.
func (t *talk) tap(ctx context.Context, v *visit, c message.Choice) error {
	m := message.Inbound{Type: "interactive", Choice: c.ID, Text: c.Title, ReplyTo: t.shownID}
	if t.shown.Shape == message.ShapeList && !t.regular {
		v.scene, v.said = t.script.named("amount"), 0
	}
	if err := t.write(ctx, m); err != nil {
		return err
	}
	t.goOn(v)
	return nil
}

// goOn decides what the customer does next, now that our reply is there (or a
// person has been called).
func (t *talk) goOn(v *visit) {
	more := v.said < len(v.scene.Say)
	if t.regular || !t.head.HandedOff.IsZero() {
		if more {
			t.soon(v, t.speak)
		}
		return
	}
	offered := choices(t.shown)
	switch {
	case len(offered) > 0 && v.asked < 4 && t.chance(t.appeal()):
		v.asked++
		choice := pick(t.draw, offered)
		t.soon(v, func(ctx context.Context, v *visit) error { return t.choose(ctx, v, choice) })
	case more && t.chance(0.85):
		t.soon(v, t.speak)
	case v.asked < 3 && t.chance(0.3):
		v.asked++
		v.scene, v.said = t.another(v.scene), 0
		t.soon(v, t.speak)
	case t.chance(0.3):
		t.soon(v, func(ctx context.Context, _ *visit) error { return t.write(ctx, t.text(t.script.Thanks)) })
	case t.chance(0.08):
		t.soon(v, t.react)
	}
}

// another is what a customer asks next.
func (t *talk) another(last *scene) *scene {
	for {
		if next := t.script.draw(t.draw.IntN(t.script.total)); next != last {
			return next
		}
	}
}

// appeal is how likely the customer chooses from what our last reply offers.
func (t *talk) appeal() float64 {
	if t.shown.Shape == message.ShapeList {
		return 0.6
	}
	return 0.42
}

// choose taps, unless a newer message of ours has come meanwhile.
func (t *talk) choose(ctx context.Context, v *visit, c message.Choice) error {
	for _, offered := range choices(t.shown) {
		if offered.ID == c.ID {
			return t.tap(ctx, v, c)
		}
	}
	return nil
}

func (t *talk) soon(v *visit, do func(context.Context, *visit) error) {
	t.after(9*time.Second, 95*time.Second, func(ctx context.Context) error { return do(ctx, v) })
}

// react puts a thumb under our last reply.
func (t *talk) react(ctx context.Context, _ *visit) error {
	body, err := json.Marshal(map[string]string{"message_id": t.shownID, "emoji": "👍"})
	if err != nil {
		return fmt.Errorf("encode a reaction: %w", err)
	}
	return t.write(ctx, message.Inbound{Type: "reaction", Text: "👍", ReplyTo: t.shownID, Body: body})
}

func choices(c message.Content) []message.Choice {
	all := c.Buttons
	for _, s := range c.Sections {
		all = append(all, s.Rows...)
	}
	return all
}

// text is one of several ways to say something.
func (t *talk) text(from texts) message.Inbound {
	return message.Inbound{Type: "text", Text: t.say(from)}
}

// say words something in the customer's language.
func (t *talk) say(from texts) string {
	words := pick(t.draw, from[t.language])
	words = strings.ReplaceAll(words, "{order}", fmt.Sprintf("%06d", 200_000+t.draw.IntN(40_000)))
	return strings.ReplaceAll(words, "{n}", fmt.Sprint(2+t.draw.IntN(4)))
}

// mediaTypes are the types of files that customers send (Meta, "Supported media types").
var mediaTypes = map[string]string{"image": "image/jpeg", "audio": "audio/ogg; codecs=opus"}

// line makes a message of a line of the script.
func (t *talk) line(l line) message.Inbound {
	m := t.text(l.Text)
	if l.Type == "" {
		return m
	}
	m.Type = l.Type
	m.Body = fmt.Appendf(nil, `{"mime_type":%q,"id":"%d","sha256":"c2FuZGJveA=="}`, mediaTypes[l.Type], 1_000_000_000+t.number*1000+t.wrote)
	return m
}
