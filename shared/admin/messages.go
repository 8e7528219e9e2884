package admin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"frontdesk/shared/access"
	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
)

// Message is one message of a conversation.
type Message struct {
	ID        string                 `json:"id"`
	At        time.Time              `json:"at"`
	Direction conversation.Direction `json:"direction" enum:"in,out,note" doc:"note: it went nowhere; people at the desk alone see it."`
	Source    conversation.Source    `json:"source,omitempty"`
	By        string                 `json:"by,omitempty" doc:"Who wrote a note; missing when a filter left it."`
	Type      string                 `json:"type"`
	Text      string                 `json:"text,omitempty" doc:"Left out for viewers when the message is the channel's own, which names numbers."`
	Choice    string                 `json:"choice,omitempty"`
	// Content is what was sent, of an outbound message.
	Content   *message.Content `json:"content,omitempty"`
	InReplyTo string           `json:"in_reply_to,omitempty"`
	// Outcome and the next four say what deciding an inbound message came to.
	Outcome  conversation.Outcome `json:"outcome,omitempty"`
	Filter   string               `json:"filter,omitempty"`
	Template string               `json:"template,omitempty"`
	Language string               `json:"language,omitempty"`
	Playbook int64                `json:"playbook,omitempty" doc:"The version that decided; missing when it was the draft."`
	Draft    int64                `json:"draft,omitempty" doc:"The saved draft that decided, by the number in its ETag: the contact was a test contact."`
	Test     bool                 `json:"test,omitempty" doc:"By or to a test contact: it counts in no figure."`
	Team     string               `json:"team,omitempty"`
	// State is the furthest that receipts tell of an outbound message; failed is
	// final, and Faults are the channel's reasons.
	State  message.Status  `json:"state,omitempty" doc:"sent, delivered, read, played or failed; missing while there is no receipt. unknown: nobody knows whether an agent's message went out."`
	Faults []message.Fault `json:"faults,omitempty"`
	// Body is the raw body of what is not plain text, for those who may see numbers.
	Body json.RawMessage `json:"body,omitempty"`
}

type (
	// MessagesRequest asks for a page of messages.
	MessagesRequest struct {
		ConversationRequest
		Paging
	}
	// AnswerRequest is what an agent writes.
	AnswerRequest struct {
		ConversationRequest
		Body struct {
			Text string `json:"text" minLength:"1" maxLength:"4096" doc:"Plain text (WhatsApp: at most 4,096 characters)."`
		}
	}
	// NoteRequest is what an agent notes down for others.
	NoteRequest struct {
		ConversationRequest
		Body struct {
			Text string `json:"text" minLength:"1" maxLength:"4000" doc:"Plain text. The contact never gets it."`
		}
	}
)

func (a *API) listMessages(ctx context.Context, c call, in *MessagesRequest) (*answer[List[Message]], error) {
	h, err := a.cfg.Store.Head(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	list := "messages/" + h.Home
	before, err := in.after(list)
	if err != nil {
		return nil, err
	}
	page, next, err := a.cfg.Store.MessagePage(ctx, h.Home, before, in.Limit)
	if err != nil {
		return nil, err
	}
	if err := a.complete(ctx, page); err != nil {
		return nil, err
	}
	states, err := a.states(ctx, h.Home, page)
	if err != nil {
		return nil, err
	}
	out := List[Message]{Items: make([]Message, 0, len(page)), Next: cursor(list, next)}
	for _, m := range page {
		v := view(c, m)
		v.State, v.Faults = state(m, states[m.ID]), states[m.ID].Faults
		out.Items = append(out.Items, v)
	}
	return reply(out), nil
}

// complete puts back the content of replies whose question is on an older page.
func (a *API) complete(ctx context.Context, page []conversation.Message) error {
	for i := range page {
		m := &page[i]
		if m.Content != nil || m.InReplyTo == "" {
			continue
		}
		asked, err := a.cfg.Store.Message(ctx, m.Conversation, m.InReplyTo)
		if err != nil && !errors.Is(err, record.ErrNotFound) {
			return fmt.Errorf("read what a reply answers: %w", err)
		}
		if asked.Claim != nil {
			m.Content = &asked.Claim.Content
		}
	}
	return nil
}

// states folds the receipts of the messages on a page: the furthest one counts.
func (a *API) states(ctx context.Context, home string, page []conversation.Message) (map[string]conversation.Receipt, error) {
	states := map[string]conversation.Receipt{}
	if len(page) == 0 {
		return states, nil
	}
	from, to := conversation.IDTime(page[len(page)-1].ID), conversation.IDTime(page[0].ID)
	receipts, err := a.cfg.Store.ReceiptsBetween(ctx, home, from, to.Add(time.Millisecond))
	for _, r := range receipts {
		if r.Status.Rank() > states[r.ReplyID].Status.Rank() {
			states[r.ReplyID] = r
		}
	}
	return states, err
}

// unknown is the state of an agent's message that was sent without an answer, until
// a receipt tells.
const unknown message.Status = "unknown"

func state(m conversation.Message, r conversation.Receipt) message.Status {
	if r.Status == "" && m.Direction == conversation.Out && m.Claim != nil {
		return unknown
	}
	return r.Status
}

// view is a message as the caller may see it.
func view(c call, m conversation.Message) Message {
	out := Message{
		ID: m.ID, At: m.At, Direction: m.Direction, Source: m.Source, By: m.By, Type: m.Type, Text: m.Text, Choice: m.Choice,
		Content: m.Content, InReplyTo: m.InReplyTo, Outcome: m.Outcome, Filter: m.Filter, Template: m.Template,
		Language: m.Language, Playbook: m.Playbook, Draft: m.Draft, Test: m.Facts.Test, Team: m.Facts.Team, Body: m.Body,
	}
	if m.Content != nil && out.Text == "" {
		out.Text = m.Content.Text
	}
	if !c.May(access.ContactsNumbers) {
		out.Body = nil
		if m.Type == "system" {
			out.Text = ""
		}
	}
	return out
}

// answer sends what an agent wrote. The audit keeps how long it was, not what it
// said: that stands in the conversation, and expires with it.
func (a *API) answer(ctx context.Context, c call, in *AnswerRequest) (*answer[Message], error) {
	if strings.TrimSpace(in.Body.Text) == "" {
		return nil, refuse(http.StatusUnprocessableEntity, "text must hold more than spaces")
	}
	h, err := a.cfg.Store.Head(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	var sent conversation.Message
	values := change{nil, map[string]any{"characters": utf8.RuneCountInString(in.Body.Text)}}
	err = a.audited(ctx, c, "conversation.answer", h.ID, values, func() (err error) {
		sent, err = a.cfg.Desk.Answer(ctx, h.ID, c.Name, in.Body.Text)
		return err
	})
	return reply(view(c, sent)), err
}

// leaveNote keeps what an agent notes down. It changes nothing else: nobody has answered,
// and nobody has taken the conversation. The audit keeps how long it was, as of an answer.
func (a *API) leaveNote(ctx context.Context, c call, in *NoteRequest) (*answer[Message], error) {
	text := strings.TrimSpace(in.Body.Text)
	if text == "" {
		return nil, refuse(http.StatusUnprocessableEntity, "text must hold more than spaces")
	}
	h, err := a.cfg.Store.Head(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	id, err := a.newID(c.at)
	if err != nil {
		return nil, err
	}
	note := conversation.Message{
		ID: id, Conversation: h.Home, Channel: h.Channel, Direction: conversation.Note, Source: conversation.ByAgent,
		By: c.Name, At: c.at, Type: "note", Text: text,
	}
	values := change{nil, map[string]any{"characters": utf8.RuneCountInString(text)}}
	err = a.audited(ctx, c, "conversation.note", h.ID, values, func() error { return a.cfg.Store.KeepNote(ctx, note) })
	return reply(view(c, note)), err
}
