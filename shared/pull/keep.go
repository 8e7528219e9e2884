package pull

import (
	"context"
	"encoding/json"
	"fmt"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/intake"
	"frontdesk/shared/message"
	"frontdesk/shared/wecom"
)

// keep puts everything on a page on the queues, and then does what cannot wait: greet who
// came in, and ask whose session has ended how it was.
func (p *Puller) keep(ctx context.Context, ch channel.Channel, page wecom.Page) error {
	var heard intake.Heard
	var now occasions
	for _, raw := range page.Items {
		item, err := wecom.ParseItem(ch, raw)
		if err != nil {
			stray, err := intake.Unfetched(ch.ID, raw, "the item cannot be used: "+err.Error())
			if err != nil {
				return err
			}
			heard.Strays = append(heard.Strays, stray)
			continue
		}
		if err := add(&heard, ch, item); err != nil {
			return err
		}
		now.add(item)
	}
	if err := p.Intake.Keep(ctx, heard); err != nil {
		return err
	}
	p.seize(ctx, ch, now)
	return nil
}

// add sorts one item by who speaks in it.
func add(heard *intake.Heard, ch channel.Channel, item wecom.Item) error {
	switch {
	case item.Inbound != nil:
		heard.Inbox = append(heard.Inbox, intake.Said{Inbound: item.Inbound})
	case item.Answer != nil:
		heard.Inbox = append(heard.Inbox, intake.Said{Elsewhere: wrote(*item.Answer)})
	case item.Receipt != nil:
		heard.Receipts = append(heard.Receipts, whole(*item.Receipt))
	case item.Session != nil && deed(item.Session.Change) != "":
		heard.Inbox = append(heard.Inbox, intake.Said{Elsewhere: changed(*item.Session)})
	case item.Session != nil:
		return addNotice(heard, ch, "session_status_change", *item.Session)
	case item.Entry != nil:
		return addNotice(heard, ch, "enter_session", *item.Entry)
	case item.Event != nil:
		heard.Notices = append(heard.Notices, item.Event.Notice())
	}
	return nil
}

func wrote(a wecom.Answer) *message.Elsewhere {
	return &message.Elsewhere{
		Channel: a.Channel, ID: a.ID, To: a.To, By: a.Servicer, Time: a.Time, Did: message.Wrote,
		Type: a.Type, Text: a.Text, Body: a.Body, Extra: a.Extra,
	}
}

// deed is what a change of a session means for us; "" for one that we do not know.
func deed(c wecom.Change) message.Deed {
	switch c {
	case wecom.FromPool, wecom.Transferred, wecom.Reopened:
		return message.Took
	case wecom.Closed:
		return message.Ended
	}
	return ""
}

func changed(s wecom.Session) *message.Elsewhere {
	e := message.Elsewhere{Channel: s.Channel, ID: s.ID, To: s.Customer, By: s.New, Time: s.Time, Did: deed(s.Change), Extra: s.Extra}
	if e.Did == message.Ended {
		e.By = s.Old
	}
	return &e
}

// whole gives a receipt the reference under which the desk keeps the reply: customer
// service carries our reply's id alone, and names the customer beside it.
func whole(r message.Receipt) message.Receipt {
	r.Ref = conversation.Ref(conversation.ID(r.Channel, r.Recipient), r.Ref)
	return r
}

// addNotice keeps an event that has a form of its own, without the codes in it, which
// are credentials.
func addNotice(heard *intake.Heard, ch channel.Channel, name string, event any) error {
	n := message.Notice{Account: ch.CorpID, Channel: ch.ID, Field: name}
	switch e := event.(type) {
	case wecom.Entry:
		n.Time, e.WelcomeCode = e.Time, ""
		event = e
	case wecom.Session:
		n.Time, e.Code = e.Time, ""
		event = e
	}
	value, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("encode an event: %w", err)
	}
	n.Value = value
	heard.Notices = append(heard.Notices, n)
	return nil
}
