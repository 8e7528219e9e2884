package pull

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/message"
	"frontdesk/shared/wecom"
)

// atOnce is how many occasions are seized side by side.
const atOnce = 8

// Asker asks how it was when a session has ended ([desk.Desk]).
type Asker interface {
	AskEnded(ctx context.Context, e desk.Ended) (asked bool, err error)
}

// occasions are the entries and ends of one page that can be answered with their codes.
// Whoever has written behind one needs no welcome, and no question can reach them: their
// message is answered like any other.
type occasions struct {
	entries []wecom.Entry
	ends    []desk.Ended
	// answered are the customers whom a servicer has written to, on this page.
	answered map[string]bool
}

// add takes one item into account.
func (o *occasions) add(item wecom.Item) {
	switch {
	case item.Inbound != nil:
		o.drop(item.Inbound.From)
	case item.Answer != nil:
		if o.answered == nil {
			o.answered = map[string]bool{}
		}
		o.answered[item.Answer.To.UserID] = true
	case item.Entry != nil && item.Entry.WelcomeCode != "":
		o.entries = append(o.entries, *item.Entry)
	case item.Session != nil && item.Session.Change == wecom.Closed && item.Session.Code != "":
		s := item.Session
		o.ends = append(o.ends, desk.Ended{
			Channel: s.Channel, ID: s.ID, At: s.Time, To: s.Customer, Code: s.Code, Answered: o.answered[s.Customer.UserID],
		})
	case item.Session != nil: // somebody has it again, or it ended without a code
		o.drop(item.Session.Customer)
	}
}

// drop forgets the occasions of somebody who has gone on since.
func (o *occasions) drop(who message.Person) {
	var entries []wecom.Entry
	for _, e := range o.entries {
		if e.Customer.UserID != who.UserID {
			entries = append(entries, e)
		}
	}
	var ends []desk.Ended
	for _, e := range o.ends {
		if e.To.UserID != who.UserID {
			ends = append(ends, e)
		}
	}
	o.entries, o.ends = entries, ends
}

// seize answers the occasions while their codes are good. Nothing depends on it: who is not
// greeted now is welcomed when they write, and who is not asked is not asked.
func (p *Puller) seize(ctx context.Context, ch channel.Channel, o occasions) {
	var work errgroup.Group
	work.SetLimit(atOnce)
	for _, e := range o.entries {
		p.within(ctx, &work, moment{ch.ID, e.Customer, e.Time}, func(ctx context.Context) error { return p.welcome(ctx, ch, e) })
	}
	for _, e := range o.ends {
		if p.Asker == nil {
			break
		}
		p.within(ctx, &work, moment{ch.ID, e.To, e.At}, func(ctx context.Context) error {
			asked, err := p.Asker.AskEnded(ctx, e)
			if asked {
				p.Log.Info("asked how it was", "channel", ch.ID, "conversation", conversation.ID(ch.ID, e.To))
			}
			return err
		})
	}
	_ = work.Wait() // the functions return no error
}

// moment is whose occasion it is, and when it came.
type moment struct {
	channel string
	who     message.Person
	at      time.Time
}

// within does something while a code is good, which is as long for an entry as for an end
// (WeCom, page 95122); after an outage it is not any more.
func (p *Puller) within(ctx context.Context, work *errgroup.Group, m moment, do func(context.Context) error) {
	work.Go(func() error {
		left := m.at.Add(desk.CodeLife).Sub(p.Now())
		if left < desk.WayThere {
			return nil
		}
		ctx, cancel := context.WithTimeout(ctx, left)
		defer cancel()
		if err := do(ctx); err != nil {
			p.Log.Warn("somebody was not welcomed, or not asked how it was", "channel", m.channel, "conversation", conversation.ID(m.channel, m.who), "error", err)
		}
		return nil
	})
}
