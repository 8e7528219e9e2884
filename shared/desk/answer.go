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
var ErrWindow = errors.New("the contact has not written for 24 hours, so only approved templates can be sent")

// Answer sends an agent's text. From then on people are in charge of the
// conversation and templates stay silent until it is resolved.
func (d *Desk) Answer(ctx context.Context, id, agent, text string) (conversation.Message, error) {
	h, err := d.Store.Head(ctx, id)
	if err != nil {
		return conversation.Message{}, fmt.Errorf("read conversation: %w", err)
	}
	now := d.Now()
	if now.Sub(h.LastInbound) >= Window {
		return conversation.Message{}, ErrWindow
	}
	book, err := d.Live.Book(ctx, now)
	if err != nil {
		return conversation.Message{}, err
	}
	replyID, err := d.newID(now)
	if err != nil {
		return conversation.Message{}, err
	}
	content := message.Content{Shape: message.ShapeText, Text: text}
	channelID, err := d.Send(ctx, message.Outgoing{
		Channel: h.Channel, To: h.Contact.Person, Content: content, Ref: conversation.Ref(h.Home, replyID),
	})
	if err != nil {
		return conversation.Message{}, fmt.Errorf("send an agent's answer: %w", err)
	}
	w := moment{book: book, zone: d.Zone, now: d.Now()}
	out := conversation.Message{
		ID: replyID, Channel: h.Channel, Direction: conversation.Out, Source: conversation.ByAgent,
		ChannelID: channelID, At: w.now, Type: string(content.Shape), Content: &content,
	}
	return d.recordAnswer(ctx, w, h, agent, out)
}

// recordAnswer writes an agent's message and the head it leads to.
func (d *Desk) recordAnswer(ctx context.Context, w moment, h conversation.Head, agent string, out conversation.Message) (conversation.Message, error) {
	// The message is out: what it means is written even when the caller has left.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	for try := range recordTries {
		stored, next := w.answered(h, agent, out)
		turn := record.Turn{Head: next, New: []conversation.Message{stored}}
		if stored.Facts.Day != h.Day {
			turn.Days = []string{stored.Facts.Day}
		}
		err := d.Store.Record(ctx, turn)
		if errors.Is(err, table.ErrBusy) {
			d.sleep(ctx, recordPause<<try)
			continue
		}
		if !errors.Is(err, record.ErrStale) {
			return stored, err
		}
		if h, err = d.Store.Head(ctx, h.ID); err != nil {
			return stored, err
		}
	}
	return out, record.ErrStale
}

// answered is an agent's message with its facts, and the head after it.
func (w moment) answered(h conversation.Head, agent string, out conversation.Message) (conversation.Message, conversation.Head) {
	out.Conversation = h.Home
	out.Facts = w.facts(conversation.IDTime(out.ID))
	out.Facts.Team = h.Team
	if !h.WaitingSince.IsZero() {
		out.Facts.Answers, out.Facts.First = true, !h.AgentReplied
		out.Facts.Waited = max(out.At.Sub(h.WaitingSince).Milliseconds(), 0)
		out.Facts.WaitedOpen = w.business(h.Team, h.WaitingSince, out.At)
	}
	if h.HandedOff.IsZero() {
		h.HandedOff, h.Reason = out.At, "agent"
	}
	h.Status, h.AgentReplied, h.Assignee, h.WaitingSince = conversation.Open, true, agent, time.Time{}
	h.Day = max(h.Day, out.Facts.Day)
	return out, h
}

// Resolve closes a conversation: nobody waits, and templates answer again.
func (d *Desk) Resolve(ctx context.Context, id string) (conversation.Head, error) {
	for range 5 {
		h, err := d.Store.Head(ctx, id)
		if err != nil {
			return h, fmt.Errorf("read conversation: %w", err)
		}
		h.Status, h.HandedOff, h.Reason, h.Assignee = conversation.Resolved, time.Time{}, "", ""
		h.WaitingSince, h.Opened = time.Time{}, time.Time{} // the next message begins a new spell
		err = d.Store.Record(ctx, record.Turn{Head: h})
		if !errors.Is(err, record.ErrStale) {
			h.Version++
			return h, err
		}
	}
	return conversation.Head{}, record.ErrStale
}
