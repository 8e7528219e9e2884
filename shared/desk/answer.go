package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// ErrWindow says that the service window is shut, so free text cannot be sent.
var ErrWindow = errors.New("the contact has not written for so long that the channel takes no free message (WhatsApp 24 hours, KF 48)")

// ErrBudget says that the channel takes no further message until the contact writes.
var ErrBudget = errors.New("the channel takes no further message until the contact writes again (KF: five after each of theirs)")

// ErrElsewhere says that people answer this contact in the channel's own client.
var ErrElsewhere = errors.New("people answer this customer in WeCom's client; answer there, or resolve the conversation first")

// ErrReplyOnly says that a channel takes nothing but the answer to a message.
var ErrReplyOnly = errors.New("this channel takes nothing but the bot's answer to a message")

// ErrBlocked says that somebody has blocked the contact.
var ErrBlocked = errors.New("the contact is blocked, so that nothing they answer would be seen: unblock them first")

// ErrOver says that the contact's session has ended.
var ErrOver = errors.New("the customer's session has ended: nothing can be sent until they write again")

// Answer sends an agent's text. From then on people are in charge of the
// conversation and templates stay silent until it is resolved.
//
// The message is stored before it is sent, so that it never goes out without a trace.
// When nobody knows whether it went out it stays stored with its claim, and the error
// is a [*message.SendError] of class Unknown: the agent looks before writing again.
// Other errors are [ErrBlocked], [ErrElsewhere], [ErrReplyOnly], [ErrWindow], [ErrBudget], [ErrOver] and
// [*NotYet], before anything is sent or stored. Where people answer in the channel's own
// client, this answer is the last from here: the session is moved to them behind it.
func (d *Desk) Answer(ctx context.Context, id, agent, text string) (conversation.Message, error) {
	h, err := d.Store.Head(ctx, id)
	if err != nil {
		return conversation.Message{}, fmt.Errorf("read conversation: %w", err)
	}
	now := d.Now()
	if gate, err := d.Store.Gate(ctx, h.Channel); err == nil {
		d.guard().Learn(h.Channel, gate)
	}
	limits := d.guard().Limits(h.Channel)
	if err := d.may(ctx, h, limits, now); err != nil {
		return conversation.Message{}, err
	}
	book, err := d.Live.Book(ctx, now)
	if err != nil {
		return conversation.Message{}, err
	}
	a := answer{moment: moment{book: book, zone: d.Zone, now: now, limits: limits}, head: h, agent: agent}
	if a.out, err = d.draft(a, text); err != nil {
		return conversation.Message{}, err
	}
	if err := d.Store.Intend(ctx, a.out); err != nil {
		return conversation.Message{}, fmt.Errorf("keep an agent's answer before it is sent: %w", err)
	}
	a.out.Version = 1
	channelID, err := d.Send(ctx, message.Outgoing{
		Channel: h.Channel, To: h.Contact.Person, Content: *a.out.Content, Ref: conversation.Ref(h.Home, a.out.ID),
	})
	out, err := d.settleAnswer(ctx, a, channelID, err)
	if left := d.handOver(ctx, message.Inbound{Channel: h.Channel, From: h.Contact.Person}); err == nil && left != nil {
		d.Log.Warn("a session was not moved to people; the next message tries again", "channel", h.Channel, "conversation", h.ID, "error", left)
	}
	return out, err
}

// An answer is one message of an agent on its way.
type answer struct {
	moment
	head  conversation.Head
	agent string
	out   conversation.Message
}

// draft is an agent's message as it is stored before it is sent.
func (d *Desk) draft(a answer, text string) (conversation.Message, error) {
	id, err := d.newID(a.now)
	if err != nil {
		return conversation.Message{}, err
	}
	content := message.Content{Shape: message.ShapeText, Text: text}
	out := conversation.Message{
		ID: id, Conversation: a.head.Home, Channel: a.head.Channel, Direction: conversation.Out,
		Source: conversation.ByAgent, At: a.now, Type: string(content.Shape), Content: &content,
		Facts: a.factsOf(a.head, conversation.IDTime(id)),
		Claim: &conversation.Claim{Until: a.now.Add(Lease), By: a.agent, Attempt: 1, ReplyID: id, Asked: true, Since: a.now},
	}
	out.Facts.Team, out.Facts.Agent = a.head.Team, a.person(a.agent)
	return out, nil
}

// settleAnswer records what became of an agent's message.
func (d *Desk) settleAnswer(ctx context.Context, a answer, channelID string, err error) (conversation.Message, error) {
	asked := a.now
	a.now = d.Now()
	a.out.At, a.out.ChannelID = a.now, channelID
	if err == nil {
		return d.recordAnswer(ctx, a, func(a answer) record.Turn { return a.sent(asked) })
	}
	refused, ok := errors.AsType[*message.SendError](err)
	if ok && refused.Class == message.Unknown {
		d.Log.Warn("nobody knows whether an agent's answer went out", "channel", a.head.Channel, "conversation", a.head.ID)
		out, failed := d.recordAnswer(ctx, a, func(a answer) record.Turn { return a.doubtful(asked) })
		return out, errors.Join(err, failed)
	}
	if !ok {
		refused = &message.SendError{Class: message.Bug, Reason: "it was not sent"}
	}
	out, failed := d.recordAnswer(ctx, a, func(a answer) record.Turn { return a.failed(refused) })
	return out, errors.Join(fmt.Errorf("send an agent's answer: %w", err), failed)
}

// recordAnswer writes what became of an agent's message; it goes on when the caller
// has left.
func (d *Desk) recordAnswer(ctx context.Context, a answer, build func(answer) record.Turn) (conversation.Message, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	err := record.ErrStale
	for try := range recordTries {
		turn := build(a)
		err = d.Store.Record(ctx, turn)
		switch {
		case errors.Is(err, table.ErrBusy):
			d.sleep(ctx, recordPause<<try)
		case errors.Is(err, record.ErrStale):
			if out, done := d.answered(ctx, a); done {
				return out, nil
			}
			if a.head, err = d.Store.Head(ctx, a.head.ID); err != nil {
				return a.out, err
			}
			err = record.ErrStale
		default:
			if err == nil {
				d.seated(ctx, a.head.Seat, turn.Head)
			}
			return turn.Changed[0], err
		}
	}
	return a.out, err
}

// answered reports whether the record of an answer is there already: its write was
// carried out and the news of it lost.
func (d *Desk) answered(ctx context.Context, a answer) (conversation.Message, bool) {
	stored, err := d.Store.Message(ctx, a.out.Conversation, a.out.ID)
	return stored, err == nil && stored.Version > a.out.Version
}

// failed is the turn of an agent's message that surely did not go out.
func (a answer) failed(refused *message.SendError) record.Turn {
	a.out.Claim = nil
	h := a.head
	h.Day = max(h.Day, a.out.Facts.Day)
	return record.Turn{Head: h, Changed: []conversation.Message{a.out}, Receipts: []conversation.Receipt{{
		ReplyID: a.out.ID, Receipt: message.Receipt{
			Channel: a.out.Channel, Status: message.Failed, Time: a.now,
			Faults: []message.Fault{{Code: refused.Code, Title: refused.Reason}},
		},
	}}}
}

// doubtful is the turn of an agent's message that may have gone out: people are in charge,
// and the customer counts as waiting until it is known.
func (a answer) doubtful(asked time.Time) record.Turn {
	h := a.taken(a.head)
	h.Day = max(h.Day, a.out.Facts.Day)
	return record.Turn{Head: a.spend(a.follow(h, a.out.At), asked, a.now), Changed: []conversation.Message{a.out}}
}

// taken is a head that the agent has taken.
func (a answer) taken(h conversation.Head) conversation.Head {
	if h.Opened.IsZero() {
		h.StartedBy = "agent"
	}
	h = h.Taken(a.out.At, conversation.ReasonAgent)
	return h.With(a.agent)
}

// sent is the turn of an agent's message that went out: its facts, and the head that
// people are in charge of.
func (a answer) sent(asked time.Time) record.Turn {
	out, h := a.out, a.head
	out.Claim = nil
	if !h.WaitingSince.IsZero() {
		out.Facts = a.answered(out.Facts, h, out.At)
	}
	h = a.taken(h)
	h.AgentReplied, h.WaitingSince = true, time.Time{}
	h.Day = max(h.Day, out.Facts.Day)
	h = a.spend(a.follow(h, out.At), asked, a.now)
	return record.Turn{Head: h, Changed: []conversation.Message{out}}
}
