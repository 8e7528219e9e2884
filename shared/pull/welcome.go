package pull

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/intake"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/render"
	"frontdesk/shared/wecom"
)

const (
	// codeLife is how long after an entry its code is good (WeCom, page 95122), and wayThere
	// what must be left of it to try.
	codeLife = 20 * time.Second
	wayThere = time.Second
	// atOnce is how many are greeted side by side.
	atOnce = 8
)

// greet welcomes those who have just opened a chat. Nothing depends on it: who is not
// greeted now is welcomed when they write.
func (p *Puller) greet(ctx context.Context, ch channel.Channel, entries []wecom.Entry) {
	var work errgroup.Group
	work.SetLimit(atOnce)
	for _, e := range entries {
		work.Go(func() error {
			if err := p.welcome(ctx, ch, e); err != nil {
				p.Log.Warn("somebody was not welcomed", "channel", ch.ID, "conversation", conversation.ID(ch.ID, e.Customer), "error", err)
			}
			return nil
		})
	}
	_ = work.Wait() // the functions above return no error
}

// welcome answers one entry with the playbook's welcome, at most once: it is claimed
// before it is sent and never tried again.
func (p *Puller) welcome(ctx context.Context, ch channel.Channel, e wecom.Entry) error {
	left := e.Time.Add(codeLife).Sub(p.Now())
	if left < wayThere {
		return nil // fetched late, after an outage
	}
	ctx, cancel := context.WithTimeout(ctx, left)
	defer cancel()
	w, content, err := p.words(ctx, ch, e)
	if err != nil || content == nil {
		return err
	}
	ref := intake.Hash([]byte(e.WelcomeCode))
	if err := p.Store.ClaimWelcome(ctx, ref, w); err != nil {
		if errors.Is(err, record.ErrDuplicate) {
			return nil
		}
		return fmt.Errorf("claim a welcome: %w", err)
	}
	_, err = p.WeCom.SendOnEvent(ctx, ch, e.WelcomeCode, message.Outgoing{
		Channel: ch.ID, To: e.Customer, Content: *content, Ref: ref,
	})
	if err != nil {
		return err
	}
	p.Log.Info("welcomed", "channel", ch.ID, "conversation", w.Conversation, "template", w.Template)
	return nil
}

// words renders the welcome; nil when the playbook has none, or when people are in
// charge of the conversation.
func (p *Puller) words(ctx context.Context, ch channel.Channel, e wecom.Entry) (record.Welcome, *message.Content, error) {
	now := p.Now()
	w := record.Welcome{Channel: ch.ID, Conversation: conversation.ID(ch.ID, e.Customer), At: now}
	book, err := p.Live.Book(ctx, now)
	if err != nil {
		return w, nil, err
	}
	moment := book.Playbook().Welcome
	if moment == nil || moment.Reply == "" {
		return w, nil, nil
	}
	h, err := p.Store.Head(ctx, w.Conversation)
	if err != nil && !errors.Is(err, record.ErrNotFound) {
		return w, nil, fmt.Errorf("read the conversation of somebody who came in: %w", err)
	}
	if !h.HandedOff.IsZero() {
		return w, nil, nil
	}
	w.Template = moment.Reply
	content, err := book.Templates.Reply(moment.Reply, h.Contact.Language, true, render.Values{
		FirstContact: h.New(), Team: moment.Assign, Now: now.In(p.Zone), Channel: ch.ID,
	})
	if err != nil {
		return w, nil, fmt.Errorf("render a welcome: %w", err)
	}
	return w, &content, nil
}
