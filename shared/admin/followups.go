package admin

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/record"
)

// PlannedFollowUp is something that is looked at again.
type PlannedFollowUp struct {
	ID           string    `json:"id"`
	Conversation string    `json:"conversation"`
	At           time.Time `json:"at"`
	If           string    `json:"if" doc:"What must be so then: always, open, unanswered, or silent (the contact has not written since)."`
	Then         string    `json:"then" enum:"notify,hand_off"`
	Note         string    `json:"note,omitempty"`
	By           string    `json:"by" doc:"A person, or a filter."`
	Set          time.Time `json:"set"`
	Ended        time.Time `json:"ended,omitzero"`
	Outcome      string    `json:"outcome,omitempty" enum:"told,handed_off,not_needed,called_off"`
}

type (
	// FollowUpPost sets one.
	FollowUpPost struct {
		ConversationRequest
		Body struct {
			At   time.Time `json:"at" doc:"When to look again: at most 90 days from now."`
			If   string    `json:"if,omitempty" enum:"always,open,unanswered,silent" doc:"always when left out."`
			Then string    `json:"then,omitempty" enum:"notify,hand_off" doc:"notify when left out: whoever hears of follow_up."`
			Note string    `json:"note,omitempty" maxLength:"500"`
		}
	}
	// FollowUpRequest names one.
	FollowUpRequest struct {
		ConversationRequest
		FollowUp string `path:"follow_up" maxLength:"64"`
	}
)

const (
	maxFollowUps = 20 // open ones of a conversation
	maxAhead     = 90 * 24 * time.Hour
)

func (a *API) followUpOperations(g *group) {
	const path = "/v1/conversations/{id}/follow-ups"
	add(g, operation{id: "list-follow-ups-of-conversation", method: "GET", path: path, permission: access.ConversationsRead, errors: []int{http.StatusNotFound},
		summary: "What is looked at again in a conversation, and what came of it"}, a.listFollowUps)
	add(g, operation{id: "set-follow-up", method: "POST", path: path, permission: access.ConversationsWrite, status: http.StatusCreated, errors: []int{http.StatusNotFound},
		summary: "Look at it again at a time, if it still applies then"}, a.setFollowUp)
	add(g, operation{id: "call-off-follow-up", method: "DELETE", path: path + "/{follow_up}", permission: access.ConversationsWrite,
		status: http.StatusNoContent, errors: []int{http.StatusNotFound}, summary: "Do not look at it again"}, a.callOff)
}

func shownFollowUp(f record.FollowUp) PlannedFollowUp {
	then := f.Then
	if then == "" {
		then = "notify"
	}
	return PlannedFollowUp{ID: f.ID, Conversation: f.Conversation, At: f.At, If: f.If, Then: then, Note: f.Note, By: f.By, Set: f.Set, Ended: f.Ended, Outcome: f.Outcome}
}

func (a *API) listFollowUps(ctx context.Context, _ call, in *ConversationRequest) (*answer[List[PlannedFollowUp]], error) {
	h, err := a.cfg.Store.Head(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	all, err := a.cfg.Store.FollowUps(ctx, h.Home)
	out := List[PlannedFollowUp]{Items: make([]PlannedFollowUp, 0, len(all))}
	for _, f := range all {
		out.Items = append(out.Items, shownFollowUp(f))
	}
	return reply(out), err
}

func (a *API) setFollowUp(ctx context.Context, c call, in *FollowUpPost) (*answer[PlannedFollowUp], error) {
	if ahead := in.Body.At.Sub(c.at); ahead <= 0 || ahead > maxAhead {
		return nil, refuse(http.StatusUnprocessableEntity, "at must be a time of the next 90 days")
	}
	h, err := a.cfg.Store.Head(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	all, err := a.cfg.Store.FollowUps(ctx, h.Home)
	if err != nil {
		return nil, err
	}
	open := 0
	for _, f := range all {
		if f.Ended.IsZero() {
			open++
		}
	}
	if open >= maxFollowUps {
		return nil, refuse(http.StatusUnprocessableEntity, "the conversation has %d follow-ups, and that is the most: call some off", open)
	}
	id, err := a.newID(c.at)
	if err != nil {
		return nil, fmt.Errorf("make a follow-up: %w", err)
	}
	f := record.FollowUp{ID: id, Home: h.Home, Conversation: h.ID, At: in.Body.At, If: in.Body.If, Note: in.Body.Note, Set: c.at, By: c.Name}
	if f.If == "" {
		f.If = "always"
	}
	if in.Body.Then == "hand_off" {
		f.Then = in.Body.Then
	}
	err = a.audited(ctx, c, "follow-up.set", h.ID, change{nil, map[string]any{"id": f.ID, "at": f.At, "if": f.If, "then": f.Then}}, func() (err error) {
		f, err = a.cfg.Store.SetFollowUp(ctx, f)
		return err
	})
	return reply(shownFollowUp(f)), err
}

func (a *API) callOff(ctx context.Context, c call, in *FollowUpRequest) (*answer[none], error) {
	h, err := a.cfg.Store.Head(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	f, err := a.cfg.Store.FollowUp(ctx, h.Home, in.FollowUp)
	if err != nil {
		return nil, err
	}
	if !f.Ended.IsZero() {
		return nil, record.ErrNotFound
	}
	return nil, a.audited(ctx, c, "follow-up.call-off", h.ID, change{map[string]any{"id": f.ID, "at": f.At}, nil}, func() error {
		f.Ended, f.Outcome = c.at, record.CalledOff
		_, err := a.cfg.Store.SetFollowUp(ctx, f)
		return err
	})
}
