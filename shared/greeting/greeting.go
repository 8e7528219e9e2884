// Package greeting says how somebody is greeted who opens the chat with an AI bot: with
// the welcome of the live playbook, in the language that they last wrote in. It reads the
// head of their conversation, then the playbook when its number is due, and renders. It
// writes nothing: WeCom tells of the first opening of a day, once, and takes the greeting
// in the answer to that alone (WeCom, page 101027).
//
// It refuses to greet when the playbook has no welcome, when people are in charge of the
// conversation, when the contact has opted out, and when anything fails: a missed greeting is no loss, a late one is.
package greeting

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/render"
	"frontdesk/shared/wecom"
)

// Greeter knows the words. It is safe for concurrent use.
type Greeter struct {
	Store *record.Store
	Live  *live.Cache
	// Zone is the company's.
	Zone *time.Location
	Now  func() time.Time
	Log  *slog.Logger
}

// Words returns the greeting as one text; false for none.
func (g *Greeter) Words(ctx context.Context, channel string, person message.Person) (string, bool) {
	words, err := g.words(ctx, channel, person)
	if err != nil {
		g.Log.Warn("somebody was not welcomed", "channel", channel, "conversation", conversation.ID(channel, person), "error", err)
	}
	return words, err == nil && words != ""
}

func (g *Greeter) words(ctx context.Context, channel string, person message.Person) (string, error) {
	now := g.Now()
	book, err := g.Live.Book(ctx, now)
	if err != nil {
		return "", err
	}
	welcome := book.Welcome(channel)
	if welcome == nil || welcome.Reply == "" {
		return "", nil
	}
	h, err := g.Store.Head(ctx, conversation.ID(channel, person))
	if err != nil && !errors.Is(err, record.ErrNotFound) {
		return "", fmt.Errorf("read the conversation of somebody who came in: %w", err)
	}
	if !h.HandedOff.IsZero() || h.Contact.Silent(now) || h.Marketing.Everything {
		return "", nil
	}
	content, err := book.Templates.Reply(welcome.Reply, h.Contact.Language, true, render.Values{
		ContactName: h.Contact.Name, FirstContact: h.New(), Team: welcome.Assign, Now: now.In(g.Zone), Channel: channel, Kind: message.WeComBot,
	})
	if err != nil {
		return "", fmt.Errorf("render a welcome: %w", err)
	}
	return wecom.BotMarkdown(content), nil
}
