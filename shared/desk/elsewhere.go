package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// HandleElsewhere works on one job of the inbox that says what people did in the
// channel's own client. What they wrote counts as an agent's answer, and templates are
// silent until they have ended it. Nothing is sent. Repeats change nothing.
func (d *Desk) HandleElsewhere(ctx context.Context, job inbox.Job) error {
	e, err := message.DecodeElsewhere(job.Body)
	if err != nil || !e.To.Known() || e.Time.IsZero() {
		return inbox.Dead("the job does not say who did what elsewhere, and when", nil)
	}
	switch e.Did {
	case message.Wrote:
		err = d.overhear(ctx, e)
	case message.Took, message.Ended:
		err = d.session(ctx, e)
	case message.Called:
		err = d.handOver(ctx, message.Inbound{Channel: e.Channel, From: e.To})
	default:
		return inbox.Dead("the job tells of something that people cannot do elsewhere", nil)
	}
	if errors.Is(err, table.ErrBusy) && !inbox.Waits(err) {
		err = inbox.Wait(busyPause, err)
	}
	return err
}

// overhear records a message that somebody sent elsewhere.
func (d *Desk) overhear(ctx context.Context, e message.Elsewhere) error {
	who := message.Inbound{Channel: e.Channel, ID: e.ID, From: e.To, Time: e.Time}
	w, at, err := d.open(ctx, who)
	if err != nil {
		return err
	}
	t := turn{moment: w, place: at, who: identity(who), inbound: w.overheard(at.head, e, conversation.InboundID(who))}
	err = d.record(ctx, t, func(t turn) record.Turn { return t.taken(e.By, d.Now()) })
	if errors.Is(err, record.ErrDuplicate) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("record what was written elsewhere: %w", err)
	}
	d.Log.Info("somebody answered elsewhere", "channel", e.Channel, "conversation", at.head.ID)
	return nil
}

// overheard is the message as it will be stored.
func (w moment) overheard(h conversation.Head, e message.Elsewhere, id string) conversation.Message {
	out := conversation.Message{
		ID: id, Channel: e.Channel, Direction: conversation.Out, Source: conversation.ByAgent, ChannelID: e.ID,
		At: e.Time, Type: e.Type, Body: e.Body, Extra: e.Extra, Facts: w.factsOf(h, e.Time),
	}
	if e.Text != "" {
		out.Content = &message.Content{Shape: message.ShapeText, Text: e.Text}
	}
	return out
}

// taken is the turn of a message that somebody sent elsewhere. It uses up nothing of
// what the channel allows us. One that is older than the end of its session, or of people's
// spell, changes the figures alone.
func (t turn) taken(by string, now time.Time) record.Turn {
	out, h := t.inbound, t.head
	out.Conversation, out.Facts.Team, out.Facts.Agent = h.Home, h.Team, t.person(by)
	if !h.WaitingSince.IsZero() && !out.At.Before(h.WaitingSince) {
		out.Facts = t.answered(out.Facts, h, out.At)
		h.WaitingSince = time.Time{}
	}
	if !out.At.Before(h.Session.At) && out.At.UnixMilli() > h.Ended {
		session := h.Session
		h = looksAfter(h, memberOf(t.book.Playbook(), by), out.At)
		if !t.limits.Client { // the WhatsApp Business app beside us: there is no session
			h.Session = session
		}
	}
	h.AgentReplied = true
	h.Contact.Person = merge(h.Contact.Person, t.who.From)
	t.inbound = out
	return t.base(now, h, out)
}

// looksAfter is a head that somebody has taken elsewhere.
func looksAfter(h conversation.Head, by string, at time.Time) conversation.Head {
	h = h.Taken(at, conversation.ReasonAgent)
	h.Session.People, h.Session.Stays = true, false
	if by != "" {
		h = h.With(by)
	}
	return h
}

// session keeps a conversation in step with a session that people change elsewhere.
// A change that is older than what the head knows is a repeat.
func (d *Desk) session(ctx context.Context, e message.Elsewhere) error {
	who := message.Inbound{Channel: e.Channel, From: e.To}
	for range recordTries {
		w, at, err := d.open(ctx, who)
		if err != nil {
			return err
		}
		h := at.head
		if h.Version == 0 || e.Time.Before(h.Session.At) || e.ID == h.Session.ID {
			return nil // nobody we know, or a repeat
		}
		e.By = memberOf(w.book.Playbook(), e.By)
		id := conversation.InboundID(message.Inbound{Channel: e.Channel, ID: conversation.StatusEnded + e.ID, Time: e.Time})
		turn := w.ends(record.Turn{Head: w.follow(sessionChanged(h, e), e.Time), Left: at.left}, h, e.Time, id)
		if err = d.Store.Record(ctx, turn); err == nil {
			d.seated(ctx, h.Seat, turn.Head)
		}
		if !errors.Is(err, record.ErrStale) {
			return err
		}
	}
	return record.ErrStale
}

// sessionChanged is a head after its session was taken or ended. Whatever people began
// here after the end stays theirs.
func sessionChanged(h conversation.Head, e message.Elsewhere) conversation.Head {
	h.Session = conversation.Session{At: e.Time, ID: e.ID, Ended: h.Session.Ended, Greeted: h.Session.Greeted}
	if e.Did == message.Took {
		return looksAfter(h, e.By, e.Time)
	}
	h.Session.Ended = e.Time
	if !h.HandedOff.IsZero() && !h.HandedOff.After(e.Time) {
		h = h.Closed()
	}
	return h
}
