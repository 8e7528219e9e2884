package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/demo"
	"frontdesk/shared/desk"
	"frontdesk/shared/mail/file"
	"frontdesk/shared/message"
	"frontdesk/shared/playground"
	"frontdesk/shared/sandbox"
	"frontdesk/shared/sandbox/qyapi"
)

// Where the sandbox plays the Graph API and the API of WeCom.
const (
	graphPath = "/sandbox/v26.0/"
	wecomPath = "/sandbox/qyapi/"
)

// The channels of a demo. The number carries the ids of Meta's documentation, the
// others made-up ones.
const (
	demoChannel  = "wa-main"
	demoNumber   = "106540352242922"
	demoDisplay  = "15550783881"
	demoBusiness = "102290129340398"

	demoService = demo.Service
	demoStaff   = demo.Staff
	demoCorp    = "wwEXAMPLE000000001"
	demoAccount = "wkEXAMPLE00000001"
	// The app of the staff, and the one that manages customer service.
	demoStaffAgent, demoServiceAgent = 1000002, 1000003
	// demoServicer is the member who serves customers on the playground's page.
	demoServicer = "zhang"

	demoName      = "Cloud & Leaf"
	demoServiceAs = "云叶茶舍 Cloud & Leaf"
	demoStaffAs   = "云叶前台 Staff desk"
)

// sandboxes play the channels of a demo.
type sandboxes struct {
	whatsApp *sandbox.Sandbox
	weCom    *qyapi.Sandbox
}

// Close ends them, and with them the pages' streams.
func (s *sandboxes) Close() {
	s.whatsApp.Close()
	s.weCom.Close()
}

func (s *sandboxes) routes(mux *http.ServeMux) {
	mux.Handle(graphPath, http.StripPrefix("/sandbox", s.whatsApp))
	mux.Handle(wecomPath, http.StripPrefix(wecomPath[:len(wecomPath)-1], s.weCom))
}

// sandboxChannels are the channels of a demo; they point at the sandboxes. Their
// secrets are made anew at each start and are known to nobody else.
func (p *program) sandboxChannels() []channel.Channel {
	service, staff := p.weComChannel(demoService, message.WeComKF), p.weComChannel(demoStaff, message.WeComApp)
	service.OpenKFID, service.RepeatSafe = demoAccount, true // the sandbox answers a repeated msgid and sends nothing
	staff.AgentID = demoStaffAgent
	return []channel.Channel{{
		ID: demoChannel, Kind: message.WhatsApp, PhoneNumberID: demoNumber, BusinessID: demoBusiness,
		Token: channel.Secret(rand.Text()), AppSecrets: []channel.Secret{channel.Secret(rand.Text())},
		VerifyToken: channel.Secret(rand.Text()), APIURL: p.url + graphPath[:len(graphPath)-1], Throughput: 80,
	}, service, staff}
}

// otherDemoChannels are those that the demo's playbook may name besides the first:
// none when the channels are real.
func (p *program) otherDemoChannels() []string {
	if !p.cfg.Sandbox {
		return nil
	}
	return []string{demoService, demoStaff}
}

func (p *program) weComChannel(id string, kind message.Kind) channel.Channel {
	key := channel.CallbackKey{Token: channel.Secret(rand.Text()), AESKey: channel.Secret((rand.Text() + rand.Text())[:43])}
	return channel.Channel{
		ID: id, Kind: kind, CorpID: demoCorp, Secret: channel.Secret(rand.Text()), APIURL: p.url + wecomPath[:len(wecomPath)-1],
		Token: key.Token, AESKey: key.AESKey, CallbackKeys: []channel.CallbackKey{key},
	}
}

// openSandbox makes the sandboxes, the playground and the mailbox, when sandboxes
// play the channels; with demo data on real channels, the mailbox alone.
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
	whatsApp, err := p.playWhatsApp(ctx)
	if err != nil {
		return err
	}
	weCom, err := p.playWeCom()
	if err != nil {
		whatsApp.Close()
		return err
	}
	p.sandbox = &sandboxes{whatsApp, weCom}
	if err := p.remember(ctx); err != nil {
		return err
	}
	return p.openPages()
}

func (p *program) demoChannel(id string) (channel.Channel, error) {
	for _, ch := range p.channels {
		if ch.ID == id {
			return ch, nil
		}
	}
	return channel.Channel{}, fmt.Errorf("the demo has no channel %s", id)
}

func (p *program) playWhatsApp(ctx context.Context) (*sandbox.Sandbox, error) {
	ch, err := p.demoChannel(demoChannel)
	if err != nil {
		return nil, err
	}
	book, err := p.desk.Live.Book(ctx, time.Now())
	if err != nil {
		return nil, err
	}
	return sandbox.New(sandbox.Config{
		Numbers: []sandbox.Number{{
			PhoneNumberID: demoNumber, DisplayNumber: demoDisplay, BusinessID: demoBusiness,
			Token: ch.Token.Reveal(), AppSecret: ch.AppSecrets[0].Reveal(),
		}},
		Templates:  played(book.Playbook()),
		WebhookURL: p.url + "/webhooks/whatsapp",
	})
}

// playWeCom plays a company with two apps: one for its staff, one that manages
// customer service. Each has its own callback address, as at WeCom.
func (p *program) playWeCom() (*qyapi.Sandbox, error) {
	service, err1 := p.demoChannel(demoService)
	staff, err2 := p.demoChannel(demoStaff)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	cfg := qyapi.Config{
		CorpID:   demoCorp,
		Apps:     []qyapi.App{p.weComApp(staff, demoStaffAgent), p.weComApp(service, demoServiceAgent)},
		Accounts: []qyapi.Account{{OpenKFID: demoAccount, Name: demoServiceAs, Agent: demoServiceAgent, Servicers: []string{demoServicer}}},
		Unsure:   qyapi.Unsure{RepeatedID: qyapi.SentOnce},
	}
	for _, one := range playground.Members() {
		cfg.Members = append(cfg.Members, qyapi.Member{UserID: one.UserID, Name: one.Name})
	}
	for _, one := range playground.WeChatUsers() {
		cfg.Customers = append(cfg.Customers, qyapi.Customer{ExternalUserID: one.UserID, Name: one.Name})
	}
	return qyapi.New(cfg)
}

func (p *program) weComApp(ch channel.Channel, agent int64) qyapi.App {
	return qyapi.App{AgentID: agent, Secret: ch.Secret.Reveal(), Key: ch.CallbackKeys[0], WebhookURL: p.url + "/webhooks/wecom/" + ch.ID}
}

func (p *program) openPages() error {
	pages, err := playground.New(playground.Config{
		WhatsApp: &playground.WhatsApp{Sandbox: p.sandbox.whatsApp, Channel: demoChannel, Number: demoNumber, Name: demoName, Files: demo.File},
		WeChat: &playground.WeChat{
			Sandbox: p.sandbox.weCom, Servicer: demoServicer,
			Service: demoService, Account: demoAccount, ServiceName: demoServiceAs,
			Staff: demoStaff, Agent: demoStaffAgent, AppName: demoStaffAs,
		},
		Mails: mailbox{p.mails}, Data: p.cfg.Data,
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
