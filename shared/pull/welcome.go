package pull

import (
	"context"
	"errors"
	"fmt"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/intake"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/render"
	"frontdesk/shared/wecom"
)

// welcome answers one entry with the playbook's welcome, at most once: it is claimed
// before it is sent and never tried again.
func (p *Puller) welcome(ctx context.Context, ch channel.Channel, e wecom.Entry) error {
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
	return p.greeted(ctx, e, w)
}

// greeted notes that somebody was welcomed, so that their first message is not answered
// with the welcome again.
func (p *Puller) greeted(ctx context.Context, e wecom.Entry, w record.Welcome) error {
	err := record.ErrStale
	for range 5 {
		h, failed := p.Store.Head(ctx, w.Conversation)
		if errors.Is(failed, record.ErrNotFound) {
			h = conversation.Head{
				ID: w.Conversation, Home: w.Conversation, Channel: w.Channel, Status: conversation.Resolved,
				Contact: conversation.Contact{Person: e.Customer},
			}
		} else if failed != nil {
			return fmt.Errorf("read the conversation of somebody who was welcomed: %w", failed)
		}
		h.Session.Greeted = w.At
		if err = p.Store.Record(ctx, record.Turn{Head: h}); !errors.Is(err, record.ErrStale) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("note that somebody was welcomed: %w", err)
	}
	return nil
}

// words renders the welcome; nil when the playbook has none, when people are in
// charge of the conversation, or when the contact is muted, blocked or has
// opted out.
func (p *Puller) words(ctx context.Context, ch channel.Channel, e wecom.Entry) (record.Welcome, *message.Content, error) {
	now := p.Now()
	w := record.Welcome{Channel: ch.ID, Conversation: conversation.ID(ch.ID, e.Customer), At: now}
	book, err := p.Live.Book(ctx, now)
	if err != nil {
		return w, nil, err
	}
	moment := book.Welcome(ch.ID)
	if moment == nil || moment.Reply == "" {
		return w, nil, nil
	}
	h, err := p.Store.Head(ctx, w.Conversation)
	if err != nil && !errors.Is(err, record.ErrNotFound) {
		return w, nil, fmt.Errorf("read the conversation of somebody who came in: %w", err)
	}
	if !h.HandedOff.IsZero() || h.Contact.Silent(now) || h.Marketing.Everything {
		return w, nil, nil
	}
	w.Template = moment.Reply
	content, err := book.Templates.Reply(moment.Reply, h.Contact.Language, true, render.Values{
		ContactName: h.Contact.Name, FirstContact: h.New(), Team: moment.Assign, Now: now.In(p.Zone), Channel: ch.ID, Kind: ch.Kind,
	})
	if err != nil {
		return w, nil, fmt.Errorf("render a welcome: %w", err)
	}
	return w, &content, nil
}
