package admin

import (
	"context"
	"net/http"

	"frontdesk/shared/access"
	"frontdesk/shared/erase"
)

// Export is what is stored of a person, for them.
type Export struct {
	Contact      Contact           `json:"contact"`
	Conversation Conversation      `json:"conversation"`
	FollowUps    []PlannedFollowUp `json:"follow_ups" nullable:"false"`
	// Messages are a page of them.
	Messages []Message `json:"messages" nullable:"false" doc:"Newest first."`
	Next     string    `json:"next,omitempty" doc:"Pass it as cursor to get older messages."`
}

func (a *API) eraseOperations(g *group) {
	const path = "/v1/contacts/{id}"
	add(g, operation{id: "erase-contact", method: "DELETE", path: path, permission: access.ContactsErase, status: http.StatusNoContent,
		errors:  []int{http.StatusNotFound, http.StatusConflict},
		summary: "Erase the person of a conversation and everything that was said; figures stay. When it was cut off, do it again"}, a.eraseContact)
	add(g, operation{id: "export-contact", method: "GET", path: path + "/export", permission: access.ContactsNumbers, errors: []int{http.StatusNotFound},
		summary: "Everything that is stored of the person of a conversation, for them"}, a.exportContact)
}

// eraseContact tells the audit which conversation it was, by its id, and nothing of the
// person.
func (a *API) eraseContact(ctx context.Context, c call, in *ConversationRequest) (*answer[none], error) {
	h, err := a.cfg.Store.Head(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, a.audited(ctx, c, "contact.erase", h.ID, change{}, func() error {
		return erase.Eraser{Store: a.cfg.Store, Entropy: a.cfg.Entropy}.Contact(ctx, h.ID)
	})
}

func (a *API) exportContact(ctx context.Context, c call, in *MessagesRequest) (*answer[Export], error) {
	state, err := a.getConversation(ctx, c, &in.ConversationRequest)
	if err != nil {
		return nil, err
	}
	planned, err := a.listFollowUps(ctx, c, &in.ConversationRequest)
	if err != nil {
		return nil, err
	}
	said, err := a.listMessages(ctx, c, in)
	if err != nil {
		return nil, err
	}
	return reply(Export{state.body.Contact, state.body, planned.body.Items, said.body.Items, said.body.Next}), nil
}
