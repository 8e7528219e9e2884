package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/render"
	"frontdesk/shared/table"
)

// CodeLife is how long the code of an ended session is good for its one message (WeCom,
// page 95122), and WayThere what must be left of it to try.
const (
	CodeLife = 20 * time.Second
	WayThere = time.Second
)

// OnEvent sends one message with the code of an event, whatever the channel takes
// otherwise. Errors are [*message.SendError].
type OnEvent func(ctx context.Context, code string, out message.Outgoing) (channelID string, err error)

// rated is the plan for an answer to the question how it was. No filter and no moment is
// asked about it, and nobody waits for more than thanks. Of several answers to one
// question the first counts; the others are kept and change nothing.
func (w moment) rated(h conversation.Head, m message.Inbound) plan {
	p := plan{decision: decide.Decision{
		Playbook: w.book.Version(), Outcome: conversation.Ignored, By: conversation.BySurvey, Language: h.Contact.Language,
	}}
	survey := w.book.Playbook().Survey
	if !h.Rated && h.HandedOff.IsZero() && survey != nil && survey.Thanks != "" && !h.Contact.Silent(w.now) {
		p.decision.Reply = survey.Thanks
		p.content, p.fault = w.render(h, m, p.decision)
	}
	p.inbound = w.inbound(h, m, p.decision)
	p.inbound.Facts.Opened = false
	if !h.Rated {
		p.inbound.Facts.Rating = conversation.Rating(m.Choice)
	}
	return p
}

// ratedSteps tells why no filter was asked.
func ratedSteps() []decide.Step {
	return []decide.Step{{
		Filter: conversation.BySurvey, Matched: true,
		Why: "the contact says how it was, so no filter is asked", WhyZH: "客户在评价服务，不再匹配规则",
	}}
}

// Ended is a session that people have ended in the channel's own client.
type Ended struct {
	Channel string
	// ID is the channel's of this end, and At when it was.
	ID string
	At time.Time
	To message.Person
	// Code is good for one message until [CodeLife] after At.
	Code string
	// Answered says that somebody wrote in it for sure, whatever is recorded so far.
	Answered bool
}

// AskEnded asks how it was when a session has just ended: once, in time, and only when
// one of the people has written in it. It reports whether it asked.
func (d *Desk) AskEnded(ctx context.Context, e Ended) (bool, error) {
	book, err := d.Live.Book(ctx, d.Now())
	if err != nil || book.Playbook().Survey == nil {
		return false, err
	}
	h, err := d.Store.Head(ctx, conversation.ID(e.Channel, e.To))
	if errors.Is(err, record.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read whether anybody answered in a session: %w", err)
	}
	now := d.Now()
	ours := !h.HandedOff.IsZero() || h.Session.ID == e.ID // else this spell is over already, or has not begun
	if h.Marketing.Everything || h.Contact.Silent(now) {
		return false, nil
	}
	if !e.Answered && !(h.AgentReplied && ours) || e.At.Add(CodeLife).Sub(now) < WayThere {
		return false, nil
	}
	a := d.asker(h, moment{book: book, zone: d.Zone, now: now, limits: d.guard().Limits(h.Channel)})
	a.out.ID = conversation.InboundID(message.Inbound{Channel: e.Channel, ID: conversation.BySurvey + e.ID, Time: e.At})
	return d.put(ctx, a, question{code: e.Code, until: e.At.Add(CodeLife)})
}

// askResolved asks how it was when people have finished: with the code of the session
// that was ended, else with a message like any other while the channel takes one.
func (d *Desk) askResolved(ctx context.Context, before, h conversation.Head, code string) {
	now := d.Now()
	book, err := d.Live.Book(ctx, now)
	if err != nil || book.Playbook().Survey == nil || before.HandedOff.IsZero() || !before.AgentReplied || h.Marketing.Everything || h.Contact.Silent(now) {
		return
	}
	limits := d.guard().Limits(h.Channel)
	if code == "" && d.may(ctx, h, limits, now) != nil {
		return
	}
	a := d.asker(h, moment{book: book, zone: d.Zone, now: now, limits: limits})
	a.out.ID, err = d.newID(now)
	if err == nil {
		_, err = d.put(ctx, a, question{code: code, until: now.Add(CodeLife)})
	}
	if err != nil {
		d.Log.Warn("somebody was not asked how it was", "channel", h.Channel, "conversation", h.ID, "error", err)
	}
}

// A question is how one is put: with a code that is good until then, or without.
type question struct {
	code  string
	until time.Time
}

func (d *Desk) asker(h conversation.Head, w moment) answer {
	survey := w.book.Playbook().Survey
	return answer{moment: w, head: h, agent: string(conversation.BySystem), out: conversation.Message{
		Conversation: h.Home, Channel: h.Channel, Direction: conversation.Out, Source: conversation.BySystem,
		At: w.now, Template: survey.Ask, Playbook: w.book.Version(),
	}}
}

// put sends a question. It is stored before it is sent, so that it is never put twice, and
// its fate is recorded behind it. It is no answer in the figures.
func (d *Desk) put(ctx context.Context, a answer, q question) (bool, error) {
	content, err := a.book.Templates.Reply(a.out.Template, a.head.Contact.Language, true, render.Values{
		ContactName: a.head.Contact.Name, Team: a.head.Team, Now: a.now.In(a.zone), Channel: a.head.Channel, Kind: message.Kind(a.limits.Kind),
	})
	if err != nil {
		return false, fmt.Errorf("render the question how it was: %w", err)
	}
	a.out.Content, a.out.Type = &content, string(content.Shape)
	a.out.Facts = a.factsOf(a.head, conversation.IDTime(a.out.ID))
	a.out.Facts.Team, a.out.Facts.Survey = a.head.Team, true
	a.out.Claim = &conversation.Claim{Until: a.now.Add(Lease), By: a.agent, Attempt: 1, ReplyID: a.out.ID, Asked: true, Since: a.now}
	err = d.Store.Intend(ctx, a.out)
	if conflict := (*table.Conflict)(nil); errors.As(err, &conflict) {
		return false, nil // it was asked, or somebody is at it
	}
	if err != nil {
		return false, fmt.Errorf("keep the question how it was before it is sent: %w", err)
	}
	a.out.Version = 1
	return d.sendQuestion(ctx, a, q)
}

func (d *Desk) sendQuestion(ctx context.Context, a answer, q question) (bool, error) {
	asked := d.Now()
	out := message.Outgoing{
		Channel: a.head.Channel, To: a.head.Contact.Person, Content: *a.out.Content, Ref: conversation.Ref(a.head.Home, a.out.ID),
	}
	id, err := "", error(nil)
	switch {
	case q.code == "":
		id, err = d.Send(ctx, out)
	case d.OnEvent == nil || q.until.Sub(asked) < WayThere:
		err = &message.SendError{Class: message.Drop, Reason: "the code is not good any more"}
	default:
		bounded, cancel := context.WithTimeout(ctx, q.until.Sub(asked))
		defer cancel()
		id, err = d.OnEvent(bounded, q.code, out)
	}
	refused, ok := errors.AsType[*message.SendError](err)
	unknown := ok && refused.Class == message.Unknown
	a.now = d.Now()
	_, failed := d.recordAnswer(ctx, a, func(a answer) record.Turn {
		if err != nil && !unknown {
			return a.unasked(refused)
		}
		if a.out.ChannelID = id; err == nil {
			a.out.Claim = nil
		}
		if q.code == "" { // a code uses up nothing
			a.head = a.spend(a.head, asked, a.now)
		}
		a.head.Day = max(a.head.Day, a.out.Facts.Day)
		return record.Turn{Head: a.head, Changed: []conversation.Message{a.out}}
	})
	if err != nil {
		err = fmt.Errorf("ask how it was: %w", err)
	}
	return err == nil || unknown, errors.Join(err, failed)
}

// unasked is the turn of a question that surely did not go out.
func (a answer) unasked(refused *message.SendError) record.Turn {
	if refused == nil {
		refused = &message.SendError{Class: message.Bug, Reason: "it was not sent"}
	}
	a.out.Facts.Survey = false
	return a.failed(refused)
}
