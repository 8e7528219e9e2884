package playground

import (
	"context"
	"fmt"
	"iter"
	"strconv"

	"frontdesk/shared/sandbox"
	"frontdesk/shared/sandbox/qyapi"
)

// WeChat is an account of WeChat customer service that customers write to, and an app
// that staff write to, on one device.
type WeChat struct {
	Sandbox *qyapi.Sandbox
	// Service is our id of the account, Account its open_kfid, ServiceName what
	// customers see.
	Service, Account, ServiceName string
	// Staff is our id of the app, Agent its agent id, AppName what staff see.
	Staff   string
	Agent   int64
	AppName string
	// Servicer is the member (userid) who serves customers on the page.
	Servicer string
	// Customers and Members to write as; [WeChatUsers] and [Members] when empty.
	Customers, Members []Persona
}

func (cfg WeChat) lines() []*line {
	if len(cfg.Customers) == 0 {
		cfg.Customers = WeChatUsers()
	}
	if len(cfg.Members) == 0 {
		cfg.Members = Members()
	}
	customers := (&crowd{line: "kf", prefix: "k", channel: cfg.Service, user: "wm"}).with(cfg.Customers)
	members := (&crowd{line: "app", prefix: "m", channel: cfg.Staff}).with(cfg.Members)
	return []*line{
		{"kf", cfg.ServiceName, &customerService{weChat{cfg.Sandbox, cfg.Account, customers, members}, cfg.Servicer}, customers},
		{"app", cfg.AppName, &staffApp{weChat{cfg.Sandbox, strconv.FormatInt(cfg.Agent, 10), members, members}, cfg.Agent}, members},
	}
}

// weChat is the screen of a phone with WeChat.
type weChat struct {
	sandbox *qyapi.Sandbox
	where   string // open_kfid or agent id
	people  *crowd
	staff   *crowd
}

func (p weChat) past() []entry { return shown(p.sandbox.Events(0), p.entryOf) }

func (p weChat) watch(ctx context.Context) iter.Seq[entry] {
	return follow(ctx, p.sandbox.Watch, p.entryOf)
}

// entryOf translates an event; ok is false for what no chat shows.
func (p weChat) entryOf(e qyapi.Event) (entry, bool) {
	out := entry{Seq: e.Seq, At: e.At, Line: p.people.line, ID: e.ID, Text: e.Text, Customer: p.people.idOf(sandbox.Customer{UserID: e.Who})}
	switch e.Kind {
	case qyapi.CustomerWrote, qyapi.MemberWrote:
		out.Kind = "in"
		if e.Type != "text" {
			out.Text = "[" + e.Type + "]"
		}
	case qyapi.ServicerWrote:
		out.Kind, out.Servicer = "staff", p.named(e.By)
	case qyapi.MessageAccepted:
		out.Kind, out.Text, out.Content = "out", "", contentOf(*e.Sent)
	case qyapi.MessageDropped:
		out.Kind, out.Reason = "refused", e.Reason
	case qyapi.StateChanged:
		out.Kind, out.Code, out.Servicer, out.Text = "state", e.Code, p.named(e.Text), ""
	case qyapi.MenuChanged:
		out.Kind, out.Menu = "menu", p.menu()
		return out, e.Where == p.where
	case qyapi.EventTold:
		p.event(&out, e)
	}
	return out, out.Kind != "" && out.Customer != "" && e.Where == p.where
}

// event translates what somebody did without writing.
func (p weChat) event(out *entry, e qyapi.Event) {
	switch e.Type {
	case "enter_session", "enter_agent":
		out.Kind = "opened"
	case "click", "template_card_event":
		// Nobody gives such an event an id; the page needs one.
		out.Kind, out.Tap, out.ID = "in", true, fmt.Sprint("tap-", e.Seq)
		out.Text = p.tapped(e)
	}
}

// tapped is the title of what was tapped.
func (p weChat) tapped(e qyapi.Event) string {
	if e.Type == "click" {
		for _, top := range p.menu() {
			for _, one := range append(top.Below, top.menuLine) {
				if one.ID == e.Text {
					return one.Title
				}
			}
		}
		return e.Text
	}
	m, _ := p.sandbox.Find(e.ID)
	c := contentOf(m)
	for _, one := range c.choices() {
		if one.ID == e.Text || chosen(e.Options, one.ID) {
			return one.Title
		}
	}
	return e.Text
}

// named is what a servicer is called.
func (p weChat) named(servicer string) string {
	for _, one := range p.staff.people() {
		if one.customer.UserID == servicer {
			return one.Name
		}
	}
	return servicer
}

// customerService is a phone with WeChat on which a customer writes to an account.
type customerService struct {
	weChat
	hired string // the servicer
}

func (p *customerService) write(ctx context.Context, who persona, text string) (string, error) {
	return p.sandbox.WriteKF(ctx, p.where, customer(who), qyapi.KFText(text))
}

func customer(who persona) qyapi.Customer {
	return qyapi.Customer{ExternalUserID: who.customer.UserID, Name: who.Name}
}

// tap sends the line of a menu that this message showed this customer.
func (p *customerService) tap(ctx context.Context, who persona, on touch) (string, error) {
	m, ok := shownTo(p.sandbox, on.Message, who)
	if !ok {
		return "", errInput
	}
	for _, one := range m.Choices {
		if one.ID == on.Choice && m.Type == "msgmenu" {
			return p.sandbox.WriteKF(ctx, p.where, customer(who), qyapi.KFMenu(one.ID, one.Title))
		}
	}
	return "", errInput
}

func (p *customerService) open(ctx context.Context, who persona) error {
	_, err := p.sandbox.EnterSession(ctx, p.where, customer(who), qyapi.Entry{Scene: "playground"})
	return err
}

// serve lets the servicer take a customer out of the pool, answer and end.
func (p *customerService) serve(ctx context.Context, who persona, s service) error {
	thread := qyapi.Thread{OpenKFID: p.where, Customer: who.customer.UserID}
	switch s.Do {
	case "take":
		return p.sandbox.Take(ctx, thread, p.hired)
	case "end":
		return p.sandbox.EndSession(ctx, thread)
	case "answer":
		_, serves := p.sandbox.State(thread)
		_, err := p.sandbox.Answer(ctx, thread, serves, qyapi.KFText(s.Text))
		return err
	}
	return errInput
}

// staffApp is a phone with WeCom on which a member of staff writes to an app.
type staffApp struct {
	weChat
	agent int64
}

func (p *staffApp) write(ctx context.Context, who persona, text string) (string, error) {
	return p.sandbox.WriteApp(ctx, p.agent, who.customer.UserID, qyapi.Text(text))
}

// tap taps a button or chooses an option of a card, or without a message a button of the
// app's menu. Neither has an id.
func (p *staffApp) tap(ctx context.Context, who persona, on touch) (string, error) {
	member := who.customer.UserID
	if on.Message == "" {
		return "", p.sandbox.Click(ctx, p.agent, member, on.Choice)
	}
	m, ok := shownTo(p.sandbox, on.Message, who)
	if !ok || m.TaskID == "" {
		return "", errInput
	}
	tap := qyapi.Tap{TaskID: m.TaskID, Key: on.Choice}
	if question, submit, votes := vote(m, on.Choice); votes {
		tap.Key, tap.Options = submit, map[string][]string{question: {on.Choice}}
	}
	_, err := p.sandbox.Tap(ctx, p.agent, member, tap)
	return "", err
}

func (p *staffApp) open(ctx context.Context, who persona) error {
	return p.sandbox.Enter(ctx, p.agent, who.customer.UserID)
}
