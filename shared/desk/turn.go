package desk

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// A turn is one message on its way through the desk.
type turn struct {
	moment
	place
	// who is the message's channel, sender and former identity, without its contents.
	who      message.Inbound
	detected string
	inbound  conversation.Message
	// asked is when the reply was asked for, and again says that it was asked for before
	// and that nobody knows what came of it.
	asked time.Time
	again bool
}

// home is where this message and its reply are kept: with the head, or still under the
// id that the contact has left.
func (t turn) home() string {
	if t.inbound.Conversation != "" {
		return t.inbound.Conversation
	}
	return t.head.Home
}

// record writes a turn, built anew from a fresh head when somebody else (an
// admin, an agent) has changed it meanwhile. A busy table is asked again a few times: after a send, giving up means not
// knowing whether the reply went out. The write goes on when the caller is gone.
func (d *Desk) record(ctx context.Context, t turn, build func(turn) record.Turn) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	var err error
	for try := range recordTries {
		next := build(t)
		next.Notices = t.notices(next, d.Now())
		switch err = d.Store.Record(ctx, next); {
		case err == nil:
			d.ring(ctx, next.Notices)
			d.seated(ctx, t.head.Seat, next.Head)
			return nil
		case errors.Is(err, record.ErrStale):
			if _, t.place, err = d.open(ctx, t.who); err != nil {
				return err
			}
			err = record.ErrStale
		case errors.Is(err, table.ErrBusy):
			d.sleep(ctx, recordPause<<try)
		default:
			return err
		}
	}
	return err
}

// How often and how long a turn is written again.
const (
	recordTries   = 6
	recordPause   = 25 * time.Millisecond
	recordTimeout = 5 * time.Second
)

func (d *Desk) sleep(ctx context.Context, pause time.Duration) {
	if d.Sleep != nil {
		d.Sleep(ctx, pause)
		return
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// arrived is the turn of a message that gets no reply.
func (t turn) arrived(now time.Time) record.Turn {
	return t.base(now, arrive(t.head, t.inbound, t.who.From, t.detected), t.inbound)
}

// replied is the turn of a message whose reply went out.
func (t turn) replied(asked, now time.Time, channelID string) record.Turn {
	h := arrive(t.head, t.inbound, t.who.From, t.detected)
	out := t.reply(now, h)
	h = t.spent(h, asked, now)
	out.ChannelID = channelID
	if !t.inbound.OfSurvey() {
		h.Auto = h.Auto.Sent(now, t.inbound.At, conversation.ReplyOf(out.Template, out.Language, out.Playbook), t.book.Keep())
	}
	h.BotReplied = h.BotReplied || out.Facts.Answers
	if h.HandedOff.IsZero() && !t.inbound.Waits() && !t.inbound.OfSurvey() && !t.inbound.OfWish() { // whatever waited before, the customer has an answer now
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

// spent is a head after a reply has used up some of what the channel allows. One
// that may have gone out twice counts twice.
func (t turn) spent(h conversation.Head, asked, now time.Time) conversation.Head {
	for range 1 + t.inbound.Claim.Unproven {
		h = t.spend(h, asked, now)
	}
	if t.inbound.Claim.Counted {
		h.Reached = now
	}
	return h
}

// spend is a head after one more message to its contact.
func (w moment) spend(h conversation.Head, asked, now time.Time) conversation.Head {
	h.Pair = h.Pair.Spend(w.limits.Pair, asked, now)
	if w.limits.Replies > 0 {
		h.Since++
		h.Sent = max(h.Sent, now.UnixMilli())
	}
	return h
}

// refused is the turn of a message whose reply cannot be sent: people take over,
// and the failure is kept like a receipt, so that the figures count it.
func (t turn) refused(now time.Time, refused *message.SendError) record.Turn {
	if !t.inbound.OfSurvey() && !t.inbound.OfWish() {
		t.inbound.Effects = handOff(t.inbound.Effects, reasonOfRefusal(refused))
		t.inbound.Outcome = conversation.HandedOff
	}
	t.inbound.Effects.AwayUntil = time.Time{}
	h := arrive(t.head, t.inbound, t.who.From, t.detected)
	if refused.Class == message.Unknown && t.limits.Replies > 0 { // it may have gone out
		h = t.spent(h, now, now)
	}
	h.Failed = max(h.Failed, t.inbound.Claim.ReplyID)
	if refused.Class == message.OptedOut {
		h.Marketing = conversation.Marketing{Stopped: true, Everything: h.Marketing.Everything, At: now}
	}
	out := t.reply(now, h)
	out.Facts.Answers, out.Facts.First, out.Facts.Waited, out.Facts.WaitedOpen = false, false, 0, 0
	r := t.base(now, h, out)
	r.Receipts = []conversation.Receipt{{ReplyID: out.ID, Receipt: message.Receipt{
		Channel: t.inbound.Channel, Status: message.Failed, Time: now,
		Faults: []message.Fault{{Code: refused.Code, Title: refused.Reason}},
	}}}
	return r
}

func reasonOfRefusal(e *message.SendError) string {
	if errors.Is(e, errOptedOut) || e.Class == message.OptedOut {
		return ReasonOptedOut
	}
	switch {
	case errors.Is(e, errPortfolio):
		return ReasonPortfolio
	case errors.Is(e, errReplies):
		return ReasonReplies
	case errors.Is(e, errOver):
		return ReasonSession
	}
	switch e.Class {
	case message.Unknown:
		return ReasonUnknown
	case message.SwitchForm:
		return ReasonWindow
	}
	return ReasonSend
}

// silenced is the turn of a message whose reply is not sent after all, because
// people have taken over meanwhile. The message is stored already.
func (t turn) silenced(now time.Time) record.Turn {
	r := t.base(now, arrive(t.head, t.inbound, t.who.From, t.detected), t.inbound)
	r.New = t.private()
	return r
}

// abandoned is the turn of a message that could not even be stored: people are
// told, and what it would have meant for the figures is left to its retry.
func (t turn) abandoned() record.Turn {
	h := t.head
	if h.Contact.Blocked > 0 { // nobody is woken
		return record.Turn{Head: h, Left: t.left}
	}
	if h.HandedOff.IsZero() {
		h.HandedOff, h.Reason = t.now, ReasonGaveUp
	}
	if h.WaitingSince.IsZero() {
		h.WaitingSince = t.inbound.At
	}
	h.Status = conversation.Open
	return record.Turn{Head: t.follow(h, t.now), Left: t.left}
}

// reply is the outbound message as it will be stored.
func (t turn) reply(now time.Time, h conversation.Head) conversation.Message {
	in := t.inbound
	// The day is that of the id, under which the reply is kept and by which
	// receipts find its day, even when it was sent a little later.
	f := t.facts(conversation.IDTime(in.Claim.ReplyID))
	f.Team, f.ByBot, f.Test = h.Team, true, in.Facts.Test
	if !in.Waits() && !in.OfSurvey() && !in.OfWish() { // else the contact still waits for people
		since := in.At
		if h.HandedOff.IsZero() && !h.WaitingSince.IsZero() && h.WaitingSince.Before(since) {
			since = h.WaitingSince // nobody has answered what they wrote before
		}
		f.Answers, f.First = true, !h.BotReplied
		f.Waited = max(now.Sub(since).Milliseconds(), 0)
		f.WaitedOpen = t.business(h.Team, since, now)
	}
	return conversation.Message{
		ID: in.Claim.ReplyID, Conversation: t.home(), Channel: in.Channel, Direction: conversation.Out,
		Source: conversation.ByFilter, At: now, Type: string(in.Claim.Content.Shape), InReplyTo: in.ID,
		Filter: in.Filter, Template: in.Template, Language: in.Language, Playbook: in.Playbook, Draft: in.Draft,
		Facts: f, Unproven: in.Claim.Unproven,
	}
}

// base puts a turn together: the new message, the head, and the day lists that
// do not have the conversation yet.
func (t turn) base(now time.Time, h conversation.Head, m conversation.Message) record.Turn {
	r := record.Turn{Head: t.follow(h, m.At), Left: t.left, Home: t.home(), New: append([]conversation.Message{m}, t.private()...), FollowUps: t.followUps(h)}
	for _, day := range []string{t.inbound.Facts.Day, m.Facts.Day} {
		if (day != t.head.Day || r.Home != h.Home) && (len(r.Days) == 0 || r.Days[0] != day) {
			r.Days = append(r.Days, day)
		}
	}
	r.Head.Day = max(h.Day, t.inbound.Facts.Day, m.Facts.Day)
	today := t.facts(now).Day
	for _, day := range slices.Compact([]string{t.inbound.Facts.Day, m.Facts.Day}) {
		if day < today {
			r.Redo = append(r.Redo, day)
		}
	}
	return r
}
