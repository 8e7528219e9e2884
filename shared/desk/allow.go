package desk

import (
	"context"
	"errors"
	"time"

	"frontdesk/shared/budget"
	"frontdesk/shared/conversation"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
)

// Guard knows what each channel allows.
type Guard interface {
	// Hold is how long a message to this channel has to wait; 0 when it may be sent.
	Hold(channel string) time.Duration
	// Learn takes over what the table says of the channel.
	Learn(channel string, gate budget.Gate)
	// Limits are the channel's own.
	Limits(channel string) budget.Limits
}

type noGuard struct{}

func (noGuard) Hold(string) time.Duration { return 0 }
func (noGuard) Learn(string, budget.Gate) {}
func (noGuard) Limits(channel string) budget.Limits {
	l := budget.WhatsApp()
	l.Portfolio = channel
	return l
}

func (d *Desk) guard() Guard {
	if d.Guard == nil {
		return noGuard{}
	}
	return d.Guard
}

// Why a reply does not go out, or not now.
var (
	errNotYet    = errors.New("the channel allows no message to this contact yet")
	errOptedOut  = errors.New("the contact wants no marketing")
	errPortfolio = errors.New("the portfolio has reached as many people outside service windows as it may")
	errReplies   = errors.New("the channel takes no further reply until the contact writes again")
	errOver      = errors.New("the session is over until the contact writes again")
)

// hold is how long a reply has to wait for its contact and its channel.
func (d *Desk) hold(t turn, now time.Time) time.Duration {
	return max(t.head.Pair.Wait(t.limits.Pair, now), d.guard().Hold(t.inbound.Channel))
}

// allow chooses the way out before anything is claimed: as planned, later, or not
// at all and people with the reason.
func (d *Desk) allow(ctx context.Context, t turn, p plan) (plan, error) {
	if p.content == nil {
		return p, nil
	}
	if wait := d.hold(t, t.now); wait > 0 && !d.known(ctx, t) { // else its reply may be out: look before waiting
		return p, inbox.Wait(wait, errNotYet)
	}
	if p.content.Approved != nil && d.known(ctx, t) {
		return p, nil // a repeat: the claim will tell
	}
	spent := d.spentOut(ctx, t)
	if spent != nil && !d.known(ctx, t) {
		return p.withheld(reasonOfRefusal(spent)), nil
	}
	counted, err := d.bar(ctx, t, *p.content)
	switch {
	case errors.Is(err, errOptedOut):
		return p.withheld(ReasonOptedOut), nil
	case errors.Is(err, errPortfolio):
		p = p.withheld(ReasonPortfolio)
		p.fault = err
		return p, nil
	}
	p.counted = counted
	return p, err
}

// spentOut says why nothing can be sent to a contact until they write again: the replies
// are used up, or their session has ended. It is nil as a rule.
func (d *Desk) spentOut(ctx context.Context, t turn) *message.SendError {
	if t.limits.Replies > 0 && since(t.head, t.inbound.At)+t.uncounted() >= t.limits.Replies {
		return &message.SendError{Class: message.Drop, Reason: "the replies are used up", Err: errReplies}
	}
	if d.over(ctx, t.head, t.inbound.At) {
		return &message.SendError{Class: message.Drop, Reason: "the session is over", Err: errOver}
	}
	return nil
}

// uncounted is how many sends of this reply the channel may have counted and the head has
// not.
func (t turn) uncounted() int {
	c := t.inbound.Claim
	if c == nil || !c.Asked || t.limits.Known(c.FirstAsked(), t.now) {
		return 0
	}
	return 1 + c.Unproven
}

// known reports whether a message is stored already, so that a repeat of it does not
// count its contact once more.
func (d *Desk) known(ctx context.Context, t turn) bool {
	_, err := d.Store.Message(ctx, t.head.Home, t.inbound.ID)
	return err == nil
}

// bar refuses an approved template that this contact must not get now, with
// errOptedOut or errPortfolio, and counts the contact when the window is shut.
func (d *Desk) bar(ctx context.Context, t turn, c message.Content) (counted bool, err error) {
	if c.Approved == nil {
		return false, nil
	}
	if t.optedOut(c) {
		return false, errOptedOut
	}
	counts := t.now.Truncate(time.Hour).After(t.head.Reached) // once an hour: they are counted as long as the last time counts
	if t.open(t.head, t.inbound.At) || !counts {
		return false, nil
	}
	counted, err = d.Store.Reach(ctx, t.limits.Portfolio, t.limits.People, t.now)
	if err == nil && !counted {
		err = errPortfolio
	}
	return counted, err
}

func (t turn) optedOut(c message.Content) bool {
	return c.Approved != nil && c.Approved.Category == message.Marketing && t.head.Marketing.Stopped
}

// reform makes a claimed reply fit to be sent now: when the window has shut since it
// was claimed, the approved variant. refused says that there is none, or none that
// this contact may get.
func (d *Desk) reform(ctx context.Context, t turn) (turn, *message.SendError, error) {
	if spent := d.spentOut(ctx, t); spent != nil {
		return t, spent, nil
	}
	approved := t.inbound.Claim.Content.Shape == message.ShapeApproved
	if !approved && t.open(t.head, t.inbound.At) || approved && t.inbound.Claim.Counted && !t.optedOut(t.inbound.Claim.Content) {
		return t, nil, nil
	}
	return d.approve(ctx, t)
}

// approve puts the approved variant into the claim.
func (d *Desk) approve(ctx context.Context, t turn) (turn, *message.SendError, error) {
	c, err := t.approved()
	if err != nil {
		return t, &message.SendError{Class: message.SwitchForm, Reason: "the service window has shut"}, nil
	}
	counted, err := d.bar(ctx, t, c)
	if errors.Is(err, errOptedOut) || errors.Is(err, errPortfolio) {
		return t, &message.SendError{Class: message.Drop, Reason: "not allowed outside the service window", Err: err}, nil
	}
	if err != nil {
		return t, nil, err
	}
	claim := *t.inbound.Claim
	claim.Content, claim.Counted = c, claim.Counted || counted
	t.inbound.Claim = &claim
	return t, nil, nil
}

// NotYet says that nothing may be sent to a contact for a while.
type NotYet struct{ After time.Duration }

func (e *NotYet) Error() string {
	return "the channel takes no message to this contact for " + e.After.Round(time.Second).String() + ": try again then"
}

// may says why an agent may not write now: [ErrBlocked], [ErrElsewhere], [ErrReplyOnly], [ErrWindow],
// [ErrBudget], [ErrOver] or [*NotYet].
func (d *Desk) may(ctx context.Context, h conversation.Head, limits budget.Limits, now time.Time) error {
	switch {
	case h.Contact.Blocked > 0:
		return ErrBlocked
	case h.Session.People:
		return ErrElsewhere
	case limits.ReplyOnly:
		return ErrReplyOnly
	}
	if !limits.Open(h.LastInbound, now) {
		return ErrWindow
	}
	if limits.Replies > 0 && h.Since >= limits.Replies {
		return ErrBudget
	}
	if d.over(ctx, h, h.LastInbound) {
		return ErrOver
	}
	if wait := max(h.Pair.Wait(limits.Pair, now), d.guard().Hold(h.Channel)); wait > 0 {
		return &NotYet{After: wait}
	}
	return nil
}
