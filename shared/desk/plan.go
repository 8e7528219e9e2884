package desk

import (
	"errors"
	"time"

	"frontdesk/shared/budget"
	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/render"
)

// Why a conversation was handed to people when no filter said so.
const (
	ReasonRender = "render_failed"
	ReasonWindow = "window_shut"
	ReasonSend   = "send_failed"
	ReasonGaveUp = "gave_up"
	// ReasonUnknown: the reply was sent twice without any trace of either.
	ReasonUnknown = "send_unknown"
	// ReasonOptedOut: only marketing could be sent, and the contact wants none.
	ReasonOptedOut = "opted_out"
	// ReasonPortfolio: the company may not write to more people today.
	ReasonPortfolio = "portfolio_limit"
	// ReasonReplies: as many replies were sent as the channel takes until the contact
	// writes again.
	ReasonReplies = "replies_used_up"
	// ReasonSession: the session was ended after the contact wrote, so that nothing can be
	// sent until they write again.
	ReasonSession = "session_over"
)

// A plan is what one message comes to, before anything is done about it.
type plan struct {
	inbound  conversation.Message
	decision decide.Decision
	// content is what to send; nil for nothing.
	content *message.Content
	// counted says that the contact was counted as reached outside a window.
	counted bool
	// fault is why rendering failed, if it did, and unwritten why a note did.
	fault, unwritten error
}

// moment is the world that a plan is made in.
type moment struct {
	book   *live.Book
	zone   *time.Location
	now    time.Time
	limits budget.Limits
}

// plan decides and renders. It is pure.
func (w moment) plan(h conversation.Head, m message.Inbound) plan {
	if m.Group == "" && conversation.Rating(m.Choice) > 0 && w.book.Playbook().Survey != nil && h.Contact.Blocked == 0 {
		return w.rated(h, m)
	}
	if w.limits.Kind == string(message.WeComBot) && h.Session.Greeted.IsZero() {
		h.Session.Greeted = m.Time // whoever writes to a bot has opened it, which the door answers
	}
	h = asked(h, m)
	p := plan{decision: decide.Decide(w.book.Book, h, m, w.now.In(w.zone))}
	h = asked(h.Returned(p.decision.Returned), m)
	effects := effectsOf(p.decision)
	switch {
	case p.decision.Reply != "":
		p.content, p.fault = w.render(h, m, p.decision)
	case p.decision.Text != "":
		p.content = &message.Content{Shape: message.ShapeText, Text: p.decision.Text}
	}
	if len(p.decision.Notes) > 0 {
		effects.Notes, p.unwritten = w.notes(h, m, p.decision)
	}
	effects.Notify = w.notify(p.decision)
	if p.fault != nil {
		p.decision.Outcome = conversation.HandedOff
		effects = handOff(effects, reasonOf(p.fault))
	}
	p.inbound = w.inbound(h, m, p.decision)
	p.inbound.Effects = effects
	if p.content == nil {
		p.inbound.Effects = unsent(p.inbound.Effects)
	}
	p.inbound.Facts.Tags = effects.Retag(h.Tags)
	return p
}

// asked is the head that filters are asked about: a message that begins a new spell is
// the first of it.
func asked(h conversation.Head, m message.Inbound) conversation.Head {
	if opens(h, m.Time) {
		h.Count = 0
		if h.HandedOff.IsZero() {
			h.StartedBy = ""
		}
	}
	return h
}

// unsent takes out of effects what only a reply that goes out brings about.
func unsent(e conversation.Effects) conversation.Effects {
	e.Remember, e.AwayUntil = "", time.Time{}
	return e
}

// withheld is a plan whose reply must not go out: people take over with the reason.
func (p plan) withheld(reason string) plan {
	p.content = nil
	if p.inbound.OfSurvey() {
		return p
	}
	if p.inbound.OfWish() { // it is granted all the same
		p.inbound.Outcome = conversation.Ignored
		return p
	}
	p.decision.Outcome, p.inbound.Outcome = conversation.HandedOff, conversation.HandedOff
	p.inbound.Effects = unsent(handOff(p.inbound.Effects, reason))
	return p
}

func reasonOf(fault error) string {
	if errors.Is(fault, render.ErrNoApproved) {
		return ReasonWindow
	}
	return ReasonRender
}

func effectsOf(d decide.Decision) conversation.Effects {
	e := conversation.Effects{
		Team: d.Team, Tags: d.Tags, Untag: d.Untag, Assignee: d.Assignee, Priority: d.Priority, Status: d.Status, HandOff: d.HandOff, Reason: d.Reason, AwayUntil: d.AwayUntil,
		Opt: d.Opt, Returned: d.Returned,
		Block: d.Block,
	}
	if !d.MutedUntil.IsZero() {
		e.MutedUntil = d.MutedUntil.UnixMilli()
	}
	for _, f := range d.FollowUps[:min(len(d.FollowUps), most)] {
		e.FollowUps = append(e.FollowUps, conversation.FollowUp(f))
	}
	if d.Cooldown > 0 {
		e.Remember = d.By
	}
	return e
}

func handOff(e conversation.Effects, reason string) conversation.Effects {
	e.HandOff, e.Reason = true, reason
	return e
}

func (w moment) render(h conversation.Head, m message.Inbound, d decide.Decision) (*message.Content, error) {
	c, err := w.book.Templates.Reply(d.Reply, d.Language, w.open(h, m.Time), w.values(h, m, d))
	if err != nil {
		return nil, err
	}
	return &c, nil
}

// values are what templates and notes can use.
func (w moment) values(h conversation.Head, m message.Inbound, d decide.Decision) render.Values {
	return render.Values{
		ContactName:  m.From.Name,
		FirstContact: m.Group == "" && h.New(),
		Text:         m.Text,
		Team:         d.Team,
		Now:          w.now.In(w.zone),
		Channel:      m.Channel,
		Greeting:     d.Greeting,
		Kind:         message.Kind(w.limits.Kind),
	}
}

// open reports whether the service window is open, for an answer to a message of
// this time.
func (w moment) open(h conversation.Head, at time.Time) bool {
	return w.limits.Open(latest(h.LastInbound, at), w.now)
}

// quiet is after how long without a message the next one begins a new spell.
const quiet = 24 * time.Hour

// opens reports whether a message at this time begins a new spell.
func opens(h conversation.Head, at time.Time) bool {
	if h.New() || h.Opened.IsZero() {
		return true
	}
	return h.HandedOff.IsZero() && at.Sub(h.LastInbound) >= quiet
}

// arrive is the head after an inbound message, before its answer.
func arrive(h conversation.Head, m conversation.Message, from message.Person, detected string) conversation.Head {
	h = h.Returned(m.Effects.Returned)
	if m.Personal() {
		h.Auto = heard(h, m)
		if h.First.IsZero() {
			h.First = m.At
		}
		h.LastInbound, h.Since = latest(h.LastInbound, m.At), since(h, m.At)
	}
	h.Rated = h.Rated || m.Facts.Rating > 0
	if m.Facts.Opened {
		h.Opened, h.BotReplied, h.AgentReplied, h.Count = m.At, false, false, 0
		if h.HandedOff.IsZero() {
			h.StartedBy = "" // the contact
		}
	}
	if m.Personal() {
		h.Count++
	}
	h.Contact.Person = merge(h.Contact.Person, from)
	if detected != "" {
		h.Contact.Language = detected
	}
	if m.Waits() && (h.WaitingSince.IsZero() || m.At.Before(h.WaitingSince)) {
		h.WaitingSince = m.At
	}
	return h.Affected(m)
}

// heard is what is remembered of automatic replies once the contact has written. While
// people are in charge none go out, so nothing is remembered.
func heard(h conversation.Head, m conversation.Message) conversation.Automatic {
	switch {
	case m.Withheld == conversation.WithheldLoop && m.Effects.HandOff:
		return h.Auto.Catch(m.At)
	case !h.HandedOff.IsZero() || m.Choice != "":
		return h.Auto
	}
	return h.Auto.Hear(m.Text, m.At)
}

// since is how many messages the channel counts after the contact's last one, when that
// is of this time. What they wrote before our last message resets nothing: it was there
// when we sent that.
func since(h conversation.Head, at time.Time) int {
	if at.UnixMilli() > h.Sent {
		return 0
	}
	return h.Since
}

// merge keeps what we know of a person and adds what the channel says now. With
// another user id the number is another one too (WhatsApp makes a new id when the
// number changes), so the old number is forgotten.
func merge(old, now message.Person) message.Person {
	if old.UserID != "" && now.UserID != "" && old.UserID != now.UserID {
		old.Phone, old.UserID = "", ""
	}
	for _, f := range []struct{ to, from *string }{
		{&now.UserID, &old.UserID}, {&now.ParentID, &old.ParentID}, {&now.Phone, &old.Phone},
		{&now.Name, &old.Name}, {&now.Username, &old.Username},
	} {
		if *f.to == "" {
			*f.to = *f.from
		}
	}
	return now
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
