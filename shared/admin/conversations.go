package admin

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/budget"
	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/week"
)

// Contact is a person on a channel, as much of them as the caller may see.
type Contact struct {
	ID       string `json:"id"`
	Channel  string `json:"channel"`
	UserID   string `json:"user_id,omitempty"`
	Phone    string `json:"phone,omitempty" doc:"With a plus; the middle is hidden from viewers."`
	Name     string `json:"name,omitempty" doc:"What they call themselves on the channel; never to be trusted."`
	Username string `json:"username,omitempty"`
	Language string `json:"language,omitempty" doc:"The one they last wrote in."`
	// Attributes are what the company's own systems have told.
	Attributes map[string]string `json:"attributes,omitempty" doc:"What your own systems have told, for those who may see contacts."`

	Tester bool `json:"tester,omitempty" doc:"The draft answers them, and nothing of theirs counts in the figures."`

	First       time.Time `json:"first,omitzero"`
	LastInbound time.Time `json:"last_inbound,omitzero"`
	// Blocked and MutedUntil say what of templates and people still reaches them.
	Blocked      bool      `json:"blocked,omitempty" doc:"What they write is kept, and nothing of it is answered or wakes anybody."`
	BlockedSince time.Time `json:"blocked_since,omitzero"`
	MutedUntil   time.Time `json:"muted_until,omitzero" doc:"No template answers them before."`
}

// Conversation is the state of a conversation.
type Conversation struct {
	ID       string              `json:"id"`
	Channel  string              `json:"channel"`
	Contact  Contact             `json:"contact"`
	Status   conversation.Status `json:"status" enum:"open,resolved"`
	Team     string              `json:"team,omitempty"`
	Assignee string              `json:"assignee,omitempty"`
	Tags     []string            `json:"tags"`
	// HandedOff is when people took over; Reason says why.
	HandedOff    time.Time `json:"handed_off,omitzero"`
	Reason       string    `json:"reason,omitempty"`
	Opened       time.Time `json:"opened,omitzero"`
	WaitingSince time.Time `json:"waiting_since,omitzero" doc:"The first message that nobody has answered yet."`
	WindowUntil  time.Time `json:"window_until,omitzero" doc:"Until then free text can be sent (WhatsApp 24 hours, WeChat customer service 48); missing where the channel has no such limit."`
}

type (
	// ConversationsRequest asks for the conversations that were active on a day.
	ConversationsRequest struct {
		Paging
		Day    string `query:"day" maxLength:"10" doc:"2026-11-22 in the company's zone; today when left out."`
		Team   string `query:"team" maxLength:"100"`
		Status string `query:"status" enum:"open,resolved"`
	}
	// ConversationRequest names a conversation, by the id of now or of before.
	ConversationRequest struct {
		ID string `path:"id" maxLength:"64"`
	}
)

func (a *API) conversationOperations(g *group) {
	a.followUpOperations(g)
	const path = "/v1/conversations"
	missing := []int{http.StatusNotFound}
	add(g, operation{id: "list-conversations", method: "GET", path: path, permission: access.ConversationsRead, teams: teamByHandler, errors: []int{http.StatusUnprocessableEntity},
		summary: "The conversations in which something was said on a day"}, a.listConversations)
	add(g, operation{id: "get-conversation", method: "GET", path: path + "/{id}", permission: access.ConversationsRead, errors: missing,
		summary: "The state of a conversation"}, a.getConversation)
	add(g, operation{id: "change-conversation", method: "PATCH", path: path + "/{id}", permission: access.ConversationsWrite,
		errors:  []int{http.StatusNotFound, http.StatusConflict, http.StatusBadGateway},
		summary: "Give it to a team or to somebody, tag it, hand it to people or close it"}, a.changeConversation)
	add(g, operation{id: "list-messages", method: "GET", path: path + "/{id}/messages", permission: access.ConversationsRead, errors: missing,
		summary: "Its messages, newest first"}, a.listMessages)
	add(g, operation{id: "answer", method: "POST", path: path + "/{id}/messages", permission: access.ConversationsWrite, status: http.StatusCreated,
		errors:  []int{http.StatusNotFound, http.StatusConflict, http.StatusBadGateway},
		summary: "Answer for people; templates stay silent from then on until it is resolved"}, a.answer)
	add(g, operation{id: "leave-note", method: "POST", path: path + "/{id}/notes", permission: access.ConversationsWrite, status: http.StatusCreated,
		errors: missing, summary: "Leave a note that people alone see, among its messages"}, a.leaveNote)
	add(g, operation{id: "resolve", method: "POST", path: path + "/{id}/resolve", permission: access.ConversationsWrite,
		errors:  []int{http.StatusNotFound, http.StatusConflict, http.StatusBadGateway},
		summary: "Close it: nobody waits, and templates answer again"}, a.resolve)
}

func (a *API) listConversations(ctx context.Context, c call, in *ConversationsRequest) (*answer[List[Conversation]], error) {
	if in.Day == "" {
		in.Day = week.Day(c.at, a.cfg.Zone)
	}
	if _, err := week.OfDay(in.Day); err != nil {
		return nil, err
	}
	list := "conversations/" + in.Day
	after, err := in.after(list)
	if err != nil {
		return nil, err
	}
	homes, err := a.cfg.Store.ActiveDay(ctx, in.Day)
	if err != nil {
		return nil, err
	}
	windows, err := a.windows(ctx)
	if err != nil {
		return nil, err
	}
	start, found := slices.BinarySearch(homes, after)
	if found {
		start++
	}
	out := List[Conversation]{Items: []Conversation{}}
	for batch := range slices.Chunk(homes[start:], batchSize) {
		heads, err := a.heads(ctx, batch)
		if err != nil {
			return nil, err
		}
		for i, h := range heads {
			if !in.wants(h) || !c.sees(h.Team) {
				continue
			}
			if len(out.Items) == in.Limit {
				return reply(out), nil
			}
			out.Items = append(out.Items, seen(c, h, windows))
			out.Next = cursor(list, batch[i])
		}
	}
	out.Next = "" // that was all of them
	return reply(out), nil
}

// batchSize is how many heads are read at once.
const batchSize = 100

func (r ConversationsRequest) wants(h conversation.Head) bool {
	return h.ID != "" && (r.Team == "" || r.Team == h.Team) && (r.Status == "" || r.Status == string(h.Status))
}

// heads reads the heads of homes, in their order; one that has expired is empty.
// One read, and more for each contact who has changed number or id.
func (a *API) heads(ctx context.Context, homes []string) ([]conversation.Head, error) {
	opened, err := a.cfg.Store.Open(ctx, "", homes...)
	if err != nil {
		return nil, err
	}
	heads := make([]conversation.Head, len(homes))
	for i, home := range homes {
		heads[i] = opened.Heads[home]
		if heads[i].Moved == "" {
			continue
		}
		if heads[i], err = a.cfg.Store.Head(ctx, heads[i].Moved); err != nil {
			return nil, fmt.Errorf("follow a moved conversation: %w", err)
		}
	}
	return heads, nil
}

func (a *API) getConversation(ctx context.Context, c call, in *ConversationRequest) (*answer[Conversation], error) {
	h, err := a.cfg.Store.Head(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	windows, err := a.windows(ctx)
	return tagged(headTag(h), seen(c, h, windows)), err
}

func (a *API) resolve(ctx context.Context, c call, in *ConversationRequest) (*answer[Conversation], error) {
	before, err := a.cfg.Store.Head(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	windows, err := a.windows(ctx)
	if err != nil {
		return nil, err
	}
	h, err := a.close(ctx, c, before)
	return tagged(headTag(h), seen(c, h, windows)), err
}

// close resolves a conversation.
func (a *API) close(ctx context.Context, c call, before conversation.Head) (h conversation.Head, err error) {
	values := change{map[string]any{"status": before.Status, "assignee": before.Assignee}, map[string]any{"status": conversation.Resolved}}
	err = a.audited(ctx, c, "conversation.resolve", before.ID, values, func() (err error) {
		h, err = a.cfg.Desk.Resolve(ctx, before.ID)
		return err
	})
	return h, err
}

// windows says for how long each channel takes free text after a contact's last message.
func (a *API) windows(ctx context.Context) (map[string]time.Duration, error) {
	channels, err := a.cfg.Channels(ctx)
	if err != nil {
		return nil, fmt.Errorf("look which channels there are: %w", err)
	}
	all := make(map[string]time.Duration, len(channels))
	for _, ch := range channels {
		all[ch.ID] = window(ch.Kind)
	}
	return all, nil
}

func window(kind message.Kind) time.Duration {
	switch kind {
	case message.WhatsApp:
		return budget.WhatsApp().Window
	case message.WeComKF:
		return budget.KF().Window
	}
	return 0 // an app takes messages always, and a bot answers and nothing else
}

// seen is a conversation as the caller may see it.
func seen(c call, h conversation.Head, windows map[string]time.Duration) Conversation {
	out := Conversation{
		ID: h.ID, Channel: h.Channel, Contact: person(c, h), Status: h.Status, Team: h.Team, Assignee: h.Assignee,
		Tags: listed(h.Tags), HandedOff: h.HandedOff, Reason: h.Reason, Opened: h.Opened, WaitingSince: h.WaitingSince,
	}
	if w := windows[h.Channel]; w > 0 && !h.LastInbound.IsZero() {
		out.WindowUntil = h.LastInbound.Add(w)
	}
	return out
}

// person is a contact as the caller may see them.
func person(c call, h conversation.Head) Contact {
	p := h.Contact.Person
	out := Contact{
		ID: h.ID, Channel: h.Channel, UserID: p.UserID, Name: p.Name, Username: p.Username,
		Language: h.Contact.Language, Tester: h.Contact.Tester, First: h.First, LastInbound: h.LastInbound, Phone: access.Mask(p.Phone),
	}
	if p.Phone != "" && c.May(access.ContactsNumbers) {
		out.Phone = "+" + p.Phone
	}
	if b := h.Contact.Blocked; b > 0 {
		out.Blocked, out.BlockedSince = true, time.UnixMilli(b).UTC()
	}
	if m := h.Contact.MutedUntil; h.Contact.Muted(c.at) {
		out.MutedUntil = time.UnixMilli(m).UTC()
	}
	if c.May(access.ContactsRead) {
		out.Attributes = h.Contact.Attributes
	}
	return out
}
