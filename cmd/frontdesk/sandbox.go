package main

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"frontdesk/shared/budget"
	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/mail/file"
	"frontdesk/shared/message"
	"frontdesk/shared/playground"
	"frontdesk/shared/record"
	"frontdesk/shared/sandbox"
	"frontdesk/shared/week"
)

// sandboxPath is where the sandbox plays the Graph API.
const sandboxPath = "/sandbox/"

// The sandbox's one number carries the ids of Meta's documentation.
const (
	demoChannel  = "wa-main"
	demoNumber   = "106540352242922"
	demoDisplay  = "15550783881"
	demoBusiness = "102290129340398"
)

// sandboxChannel is the one channel of a demo; it points at the sandbox. Its
// secrets are made anew at each start and are known to nobody else.
func (p *program) sandboxChannel() channel.Channel {
	return channel.Channel{
		ID: demoChannel, Kind: message.WhatsApp, PhoneNumberID: demoNumber, BusinessID: demoBusiness,
		Token: channel.Secret(rand.Text()), AppSecrets: []channel.Secret{channel.Secret(rand.Text())},
		VerifyToken: channel.Secret(rand.Text()), APIURL: p.url + sandboxPath + "v26.0", Throughput: 80,
	}
}

// openSandbox makes the sandbox, the playground and the mailbox, when the
// sandbox plays the channels; with demo data on real channels, the mailbox alone.
// They exist on loopback only.
func (p *program) openSandbox(ctx context.Context) error {
	if !p.cfg.Demo {
		return nil
	}
	if !p.cfg.Sandbox {
		pages, err := playground.New(playground.Config{Mails: mailbox{p.mails}, Data: p.cfg.Data})
		p.pages = pages
		return err
	}
	book, err := p.desk.Live.Book(ctx, time.Now())
	if err != nil {
		return err
	}
	ch := p.channels[0]
	p.sandbox, err = sandbox.New(sandbox.Config{
		Numbers: []sandbox.Number{{
			PhoneNumberID: demoNumber, DisplayNumber: demoDisplay, BusinessID: demoBusiness,
			Token: ch.Token.Reveal(), AppSecret: ch.AppSecrets[0].Reveal(),
		}},
		Templates:  approved(book.Playbook()),
		WebhookURL: p.url + "/webhooks/whatsapp",
	})
	if err != nil {
		return err
	}
	if err := p.remember(ctx); err != nil {
		return err
	}
	return p.openPages()
}

// remember tells the sandbox who wrote lately, so that windows stay open over a restart.
func (p *program) remember(ctx context.Context) error {
	now := time.Now()
	for _, at := range []time.Time{now.Add(-budget.WhatsApp().Window), now} {
		homes, err := p.store.ActiveDay(ctx, week.Day(at, p.cfg.Zone))
		if err != nil {
			return err
		}
		for _, home := range homes {
			h, err := p.store.Head(ctx, home)
			if errors.Is(err, record.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			if err := p.sandbox.Remember(demoNumber, customer(h.Contact), h.LastInbound); err != nil {
				return err
			}
		}
	}
	return nil
}

func customer(c conversation.Contact) sandbox.Customer {
	return sandbox.Customer{Phone: c.Phone, UserID: c.UserID, Name: c.Name, Username: c.Username}
}

func (p *program) openPages() error {
	pages, err := playground.New(playground.Config{
		Sandbox: p.sandbox, Mails: mailbox{p.mails}, Data: p.cfg.Data,
		Numbers: []playground.Number{{ID: demoNumber, Name: "Frontdesk"}},
	})
	if err != nil {
		return err
	}
	p.pages = pages
	p.desk.Decided = func(e desk.Explanation) { pages.Decided(playground.Explanation(e)) }
	return nil
}

// mailbox shows the folder of mails to the pages.
type mailbox struct{ box *file.Box }

func (m mailbox) List() ([]playground.MailEntry, error) {
	entries, err := m.box.List()
	if err != nil {
		return nil, err
	}
	out := make([]playground.MailEntry, 0, len(entries))
	for _, e := range entries {
		out = append(out, playground.MailEntry{ID: e.ID, At: e.Date, To: []string{e.To}, Subject: e.Subject})
	}
	return out, nil
}

func (m mailbox) Read(id string) ([]byte, error) {
	mail, err := m.box.Read(id)
	return mail.Raw, err
}
