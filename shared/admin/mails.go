package admin

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"frontdesk/shared/access"
	"frontdesk/shared/clockwork"
	"frontdesk/shared/record"
	"frontdesk/shared/week"
)

type (
	// SendsRequest asks what became of the mails of a week.
	SendsRequest struct {
		Week string `query:"week" maxLength:"8" doc:"An ISO week: 2026-W47. The last one that is over if it is left out."`
		Paging
	}
	// ResendRequest sends a mail again.
	ResendRequest struct {
		Week string `path:"week" maxLength:"8" doc:"An ISO week: 2026-W47."`
		RecipientRequest
	}
	// TestRequest sends the mail of a week as a test.
	TestRequest struct {
		Week string `path:"week" maxLength:"8" doc:"An ISO week: 2026-W47."`
		Body TestBody
	}
	// TestBody is who gets the test.
	TestBody struct {
		Address  string `json:"address" maxLength:"254" doc:"A bare mail address, such as your own."`
		Language string `json:"language" enum:"en,zh-CN"`
		Team     string `json:"team,omitempty" maxLength:"40" doc:"The edition of one team; without it, that of the whole company."`
	}
)

func (a *API) mailOperations(g *group) {
	missing, conflict := []int{http.StatusNotFound}, []int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionRequired}
	add(g, operation{id: "list-sends", method: "GET", path: "/v1/reports/sends", permission: access.ReportsRead, teams: teamByHandler,
		summary: "Who had the mail of a week, when, and what became of it"}, a.listSends)
	add(g, operation{id: "resend-mail", method: "POST", path: "/v1/reports/weeks/{week}/recipients/{id}/resend", permission: access.ReportsSend, errors: conflict,
		summary: "Send the mail of a week to one recipient again, although they had it; needs an Idempotency-Key"}, a.resend)
	add(g, operation{id: "test-mail", method: "POST", path: "/v1/reports/weeks/{week}/test", permission: access.ReportsSend, status: http.StatusNoContent, errors: []int{http.StatusBadGateway},
		summary: "Send the mail of a week to an address, marked as a test"}, a.testMail)
	add(g, operation{id: "start-recipient", method: "POST", path: "/v1/reports/recipients/{id}/start", permission: access.ReportsWrite, errors: append(missing, http.StatusPreconditionFailed),
		summary: "Let a recipient have mail again whose address was stopped"}, a.startRecipient)
}

func (a *API) listSends(ctx context.Context, c call, in *SendsRequest) (*answer[List[record.Mailing]], error) {
	name := in.Week
	if name == "" {
		last, err := week.Before(week.Of(c.at, a.cfg.Zone), 1)
		if err != nil {
			return nil, err
		}
		name = last
	}
	if _, _, err := week.Parse(name); err != nil {
		return nil, err
	}
	all, err := a.cfg.Weekly.Sends(ctx, name)
	if err != nil {
		return nil, err
	}
	if c.Narrowed() {
		recipients, err := a.cfg.Store.Recipients(ctx)
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(m record.Mailing) bool {
			return !slices.ContainsFunc(recipients, func(r record.Recipient) bool { return r.ID == m.Recipient && c.sees(r.Team) })
		})
	}
	page, err := slicePage(all, in.Paging, "sends "+name, func(m *record.Mailing) string { return m.Recipient })
	return reply(page), err
}

// resend wants an Idempotency-Key, so that a request which is repeated by accident sends
// nothing twice.
func (a *API) resend(ctx context.Context, c call, in *ResendRequest) (*answer[record.Mailing], error) {
	if _, _, err := week.Parse(in.Week); err != nil {
		return nil, err
	}
	if c.request.Header.Get(IdempotencyKey) == "" {
		return nil, refuse(http.StatusPreconditionRequired, "send the header %s, such as a UUID, so that nobody gets this mail twice by accident", IdempotencyKey)
	}
	entry, err := a.entry(c, "report.resend", in.Week+" "+in.ID, change{})
	if err != nil {
		return nil, err
	}
	c.attempt.underWay()
	m, err := a.cfg.Weekly.Resend(ctx, in.Week, in.ID, entry)
	switch {
	case errors.Is(err, clockwork.ErrSilent), errors.Is(err, clockwork.ErrSending):
		return nil, refuse(http.StatusConflict, "%s", err.Error())
	case errors.Is(err, record.ErrStale):
		return nil, refuse(http.StatusConflict, "%s", clockwork.ErrSending.Error())
	}
	return reply(m), err
}

func (a *API) testMail(ctx context.Context, c call, in *TestRequest) (*answer[none], error) {
	if _, _, err := week.Parse(in.Week); err != nil {
		return nil, err
	}
	body := RecipientBody{Address: in.Body.Address, Language: in.Body.Language, Team: in.Body.Team}
	if err := a.wrongRecipient(ctx, c, body); err != nil {
		return nil, err
	}
	once, err := a.newID(c.at)
	if err != nil {
		return nil, err
	}
	to := record.Recipient{ID: "test", Address: body.Address, Language: body.Language, Team: body.Team}
	err = a.audited(ctx, c, "report.test", in.Week, change{nil, in.Body}, func() error { return a.cfg.Weekly.Test(ctx, in.Week, once, to) })
	if err != nil {
		a.cfg.Log.Warn("a test mail was not sent", "week", in.Week, "error", err)
		return nil, refuse(http.StatusBadGateway, "the test mail was not sent: look at the mail server's settings and the log")
	}
	return nil, nil
}

// startRecipient takes back that an address was stopped, and nothing else.
func (a *API) startRecipient(ctx context.Context, c call, in *RecipientRequest) (*answer[record.Recipient], error) {
	old, err := a.cfg.Store.Recipient(ctx, in.ID)
	if err != nil || old.Stopped == nil {
		return tagged(recipientTag(old), old), err
	}
	r := old
	r.Stopped, r.Since = nil, c.at
	entry, err := a.entry(c, "recipient.start", in.ID, change{old, r})
	if err != nil {
		return nil, err
	}
	if err := a.cfg.Store.SaveRecipient(ctx, r, entry); err != nil {
		return nil, moved(err)
	}
	r.Version++
	return tagged(recipientTag(r), r), nil
}
