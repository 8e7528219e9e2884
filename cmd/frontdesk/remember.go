package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"frontdesk/shared/budget"
	"frontdesk/shared/conversation"
	"frontdesk/shared/record"
	"frontdesk/shared/sandbox"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/week"
)

// remember tells the sandboxes what the store knows and they, being new, do not: who
// wrote lately, so that windows stay open; who is served by people; and how far customer
// service was fetched.
func (p *program) remember(ctx context.Context) error {
	at, err := p.store.Cursor(ctx, demoService)
	if err != nil {
		return err
	}
	if err := p.sandbox.weCom.Resume(demoAccount, at.Next); err != nil {
		return fmt.Errorf("this folder belongs to other channels than the demo's; choose another FRONTDESK_DATA, or name its channels in FRONTDESK_CHANNELS: %w", err)
	}
	if err := p.rememberMenu(ctx); err != nil {
		return err
	}
	for _, day := range p.lately(time.Now()) {
		homes, err := p.store.ActiveDay(ctx, day)
		if err != nil {
			return err
		}
		for _, home := range homes {
			if err := p.rememberOne(ctx, home); err != nil {
				return err
			}
		}
	}
	return nil
}

// rememberMenu gives the app of the staff its menu again: the store says that it has it,
// and the new sandbox does not.
func (p *program) rememberMenu(ctx context.Context) error {
	had, err := p.store.AppMenu(ctx, demoStaff)
	if err != nil {
		return err
	}
	if had.Version > 0 {
		if err := p.store.SetAppMenu(ctx, record.AppMenu{Channel: demoStaff, Version: had.Version}); err != nil {
			return err
		}
	}
	_, err = p.menus.Due(ctx, 1)
	return err
}

// lately are the days on which somebody may have written whose window is still open.
func (p *program) lately(now time.Time) []string {
	longest := max(budget.WhatsApp().Window, budget.KF().Window)
	var days []string
	for at := now.Add(-longest); !at.After(now); at = at.Add(12 * time.Hour) {
		days = append(days, week.Day(at, p.cfg.Zone))
	}
	return slices.Compact(days)
}

func (p *program) rememberOne(ctx context.Context, home string) error {
	h, err := p.store.Head(ctx, home)
	if errors.Is(err, record.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	switch h.Channel {
	case demoChannel:
		return p.sandbox.whatsApp.Remember(demoNumber, customer(h.Contact), h.LastInbound)
	case demoService:
		return p.rememberService(h)
	}
	return nil // an app has no window
}

func customer(c conversation.Contact) sandbox.Customer {
	return sandbox.Customer{Phone: c.Phone, UserID: c.UserID, Name: c.Name, Username: c.Username}
}

// rememberService opens a customer's window. Who is with people is with the servicer who
// took over, or waits in the pool.
func (p *program) rememberService(h conversation.Head) error {
	err := p.sandbox.weCom.Remember(demoAccount, qyapi.Customer{ExternalUserID: h.Contact.UserID}, h.LastInbound)
	if err != nil {
		return err
	}
	state := qyapi.StateBot
	if !h.HandedOff.IsZero() {
		state = qyapi.StatePool
	}
	if state == qyapi.StatePool && h.Assignee == demoServicer {
		state = qyapi.StatePerson
	}
	return p.sandbox.weCom.ResumeSession(qyapi.Thread{OpenKFID: demoAccount, Customer: h.Contact.UserID}, state, h.Assignee)
}
