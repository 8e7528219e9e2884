package desk

import (
	"context"
	"errors"
	"maps"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
)

// A turn is one message on its way through the desk.
type turn struct {
	moment
	place
	from     message.Person
	detected string
	inbound  conversation.Message
}

// record writes a turn, built anew from a fresh head when somebody else (an
// admin, an agent) has changed it meanwhile.
func (d *Desk) record(ctx context.Context, t turn, build func(turn) record.Turn) error {
	for range 5 {
		err := d.Store.Record(ctx, build(t))
		if !errors.Is(err, record.ErrStale) {
			return err
		}
		m := message.Inbound{Channel: t.inbound.Channel, From: t.from}
		if _, t.place, err = d.open(ctx, m); err != nil {
			return err
		}
	}
	return record.ErrStale
}

// arrived is the turn of a message that gets no reply.
func (t turn) arrived(now time.Time) record.Turn {
	return t.base(now, arrive(t.head, t.inbound, t.from, t.detected), t.inbound)
}

// replied is the turn of a message whose reply went out.
func (t turn) replied(now time.Time, channelID string) record.Turn {
	h := arrive(t.head, t.inbound, t.from, t.detected)
	out := t.reply(now, h)
	out.ChannelID = channelID
	h.BotReplied = true
	if h.HandedOff.IsZero() && !waits(t.inbound) { // whatever waited before, the customer has an answer now
		h.WaitingSince, h.Status = time.Time{}, conversation.Resolved
	}
	if filter := t.inbound.Effects.Remember; filter != "" {
		h.Replied = maps.Clone(h.Replied)
		if h.Replied == nil {
			h.Replied = map[string]time.Time{}
		}
		h.Replied[filter] = now
	}
	return t.base(now, h, out)
}

// refused is the turn of a message whose reply cannot be sent: people take over,
// and the failure is kept like a receipt, so that the figures count it.
func (t turn) refused(now time.Time, refused *message.SendError) record.Turn {
	t.inbound.Effects = handOff(t.inbound.Effects, ReasonSend)
	t.inbound.Effects.AwayUntil = time.Time{}
	t.inbound.Outcome = conversation.HandedOff
	h := arrive(t.head, t.inbound, t.from, t.detected)
	out := t.reply(now, h)
	out.Facts.Answers, out.Facts.First, out.Facts.Waited, out.Facts.WaitedOpen = false, false, 0, 0
	r := t.base(now, h, out)
	r.Receipts = []conversation.Receipt{{ReplyID: out.ID, Receipt: message.Receipt{
		Channel: t.inbound.Channel, Status: message.Failed, Time: now,
		Faults: []message.Fault{{Code: refused.Code, Title: refused.Reason}},
	}}}
	return r
}

// reply is the outbound message as it will be stored.
func (t turn) reply(now time.Time, h conversation.Head) conversation.Message {
	in := t.inbound
	f := t.facts(now)
	f.Team, f.ByBot, f.Answers = h.Team, true, true
	f.First = !h.BotReplied
	f.Waited = max(now.Sub(in.At).Milliseconds(), 0)
	f.WaitedOpen = t.business(h.Team, in.At, now)
	return conversation.Message{
		ID: in.Claim.ReplyID, Conversation: h.Home, Channel: in.Channel, Direction: conversation.Out,
		Source: conversation.ByFilter, At: now, Type: string(in.Claim.Content.Shape), InReplyTo: in.ID,
		Filter: in.Filter, Template: in.Template, Language: in.Language, Playbook: in.Playbook,
		Facts: f, Unproven: in.Claim.Unproven,
	}
}

// business is how many milliseconds of a span the team's calendar was open (or
// the company's, which the away reply names); all of them when there is none.
func (w moment) business(team string, from, to time.Time) int64 {
	if to.Before(from) {
		return 0
	}
	calendar := ""
	if away := w.book.Playbook().Away; away != nil {
		calendar = away.Calendar
	}
	for _, t := range w.book.Playbook().Teams {
		if t.ID == team && t.Calendar != "" {
			calendar = t.Calendar
		}
	}
	if calendar == "" {
		return to.Sub(from).Milliseconds()
	}
	return w.book.OpenTime(calendar, from, to).Milliseconds()
}

// base puts a turn together: the new message, the head, and the day lists that
// do not have the conversation yet.
func (t turn) base(now time.Time, h conversation.Head, m conversation.Message) record.Turn {
	r := record.Turn{Head: h, Left: t.left, New: []conversation.Message{m}}
	for _, day := range []string{t.inbound.Facts.Day, m.Facts.Day} {
		if day != t.head.Day && (len(r.Days) == 0 || r.Days[0] != day) {
			r.Days = append(r.Days, day)
		}
	}
	r.Head.Day = max(h.Day, t.inbound.Facts.Day, m.Facts.Day)
	if today := t.facts(now).Day; t.inbound.Facts.Day < today {
		r.Redo = t.inbound.Facts.Day
	}
	return r
}
