package admin

import (
	"context"
	"fmt"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/approved"
	"frontdesk/shared/playbook"
	"frontdesk/shared/whatsapp"
)

type (
	// ApprovedChannel is what Meta says of the message templates of one WhatsApp channel.
	ApprovedChannel struct {
		Channel string    `json:"channel"`
		Account string    `json:"account,omitempty" doc:"The WhatsApp Business Account; missing when the channel's settings do not name it."`
		Fetched time.Time `json:"fetched,omitzero" doc:"When the list was fetched; missing when it never was."`
		Refused time.Time `json:"refused,omitzero" doc:"When Meta last refused to list them; missing when it has listed them since."`
		Code    int       `json:"code,omitempty" doc:"Meta's code of that refusal, and its words."`
		Reason  string    `json:"reason,omitempty"`
		// Templates are all of them, whatever their state.
		Templates []ApprovedTemplate `json:"templates"`
	}
	// ApprovedTemplate is one message template in one locale.
	ApprovedTemplate struct {
		whatsapp.Template
		Unfilled []string `json:"unfilled" doc:"What a send would have to fill in that Frontdesk does not; with any, the template cannot be used."`
	}
	// ApprovedRequest asks for the templates of one channel, or of all.
	ApprovedRequest struct {
		Channel string `query:"channel" maxLength:"100"`
	}
)

func (a *API) approvedOperations(g *group) {
	add(g, operation{id: "list-approved", method: "GET", path: "/v1/approved", permission: access.PlaybookRead,
		summary: "The message templates of every WhatsApp channel, as Meta last listed them"}, a.listApproved)
}

func (a *API) listApproved(ctx context.Context, _ call, in *ApprovedRequest) (*answer[List[ApprovedChannel]], error) {
	known, err := a.cfg.Approved(ctx)
	out := List[ApprovedChannel]{Items: []ApprovedChannel{}}
	for _, k := range known {
		if in.Channel == "" || in.Channel == k.Channel {
			out.Items = append(out.Items, approvedChannel(k))
		}
	}
	return reply(out), err
}

func approvedChannel(k approved.Known) ApprovedChannel {
	c := ApprovedChannel{Channel: k.Channel, Account: k.Account, Fetched: k.Fetched, Refused: k.Refused, Code: k.Code, Reason: k.Reason, Templates: []ApprovedTemplate{}}
	for _, t := range k.Templates {
		c.Templates = append(c.Templates, ApprovedTemplate{t, listed(t.Unfilled())})
	}
	return c
}

// compare holds the approved variants of a playbook against what Meta last listed. A channel
// is asked for only when there is any, because on AWS that asks for a secret.
func (a *API) compare(ctx context.Context, c call, p playbook.Playbook) (faults, notes []playbook.Fault, err error) {
	if !approved.Any(p) {
		return nil, nil, nil
	}
	known, err := a.cfg.Approved(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("read the approved templates: %w", err)
	}
	number, err := a.cfg.Store.Live(ctx)
	if err != nil {
		return nil, nil, err
	}
	book, err := a.cfg.Live.Use(ctx, number, c.at)
	if err != nil {
		return nil, nil, err
	}
	faults, notes = approved.Check(p, *book.Playbook(), known, c.at)
	return faults, notes, nil
}
