package admin

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"time"
	"unicode/utf8"

	"frontdesk/shared/access"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// errMonth says that a month is not written as one.
var errMonth = errors.New("write a month like 2026-11")

// DeadLetter is what is told of a dead letter. It holds nothing that a customer
// wrote, and no number: the channel's message id would hold one.
type DeadLetter struct {
	ID    string    `json:"id"`
	At    time.Time `json:"at"`
	Queue string    `json:"queue" enum:"inbox,receipts,webhook"`
	// Conversation is the queue's group; empty for what belongs to none.
	Conversation string `json:"conversation,omitempty"`
	Reason       string `json:"reason"`
	Size         int    `json:"size"`
	// Body is only in a single dead letter, for those who may put it back.
	Body     string `json:"body,omitempty"`
	Encoding string `json:"encoding,omitempty" doc:"base64 when the body is not text."`
}

type (
	// AuditRequest asks for a page of the audit.
	AuditRequest struct {
		Paging
		Month string `query:"month" maxLength:"7" doc:"2026-11, in UTC; this month when left out."`
	}
	// DeadLetterRequest names a dead letter.
	DeadLetterRequest struct {
		ID string `path:"id" maxLength:"64"`
	}
)

func (a *API) auditOperations(g *group) {
	add(g, operation{id: "list-audit", method: "GET", path: "/v1/audit", permission: access.AuditRead, errors: []int{http.StatusUnprocessableEntity},
		summary: "Who changed what, newest first"}, a.listAudit)
}

func (a *API) deadLetterOperations(g *group) {
	const path = "/v1/deadletters"
	missing := []int{http.StatusNotFound}
	add(g, operation{id: "list-dead-letters", method: "GET", path: path, permission: access.DeadLettersRead,
		summary: "What could not be worked on, in order of id, which says nothing of time"}, a.listDeadLetters)
	add(g, operation{id: "get-dead-letter", method: "GET", path: path + "/{id}", permission: access.DeadLettersRead, errors: missing,
		summary: "One dead letter; with its body for those who may put it back"}, a.getDeadLetter)
	add(g, operation{id: "retry-dead-letter", method: "POST", path: path + "/{id}/retry", permission: access.DeadLettersWrite,
		status: http.StatusNoContent, errors: append(missing, http.StatusConflict), summary: "Put it back where it came from"}, a.retryDeadLetter)
	add(g, operation{id: "drop-dead-letter", method: "DELETE", path: path + "/{id}", permission: access.DeadLettersWrite,
		status: http.StatusNoContent, errors: missing, summary: "Remove it for good"}, a.dropDeadLetter)
}

func (a *API) listAudit(ctx context.Context, c call, in *AuditRequest) (*answer[List[record.Audit]], error) {
	month := c.at
	if in.Month != "" {
		var err error
		if month, err = time.Parse("2006-01", in.Month); err != nil {
			return nil, errMonth
		}
	}
	list := "audit/" + month.UTC().Format("2006-01")
	before, err := in.after(list)
	if err != nil {
		return nil, err
	}
	entries, err := a.cfg.Store.AuditPage(ctx, month, before, in.Limit)
	out := List[record.Audit]{Items: listed(entries)}
	if n := len(entries); n == in.Limit {
		out.Next = cursor(list, entries[n-1].ID)
	}
	return reply(out), err
}

func (a *API) listDeadLetters(ctx context.Context, _ call, in *Paging) (*answer[List[DeadLetter]], error) {
	after, err := in.after("deadletters")
	if err != nil {
		return nil, err
	}
	dead, err := a.cfg.Store.DeadLetters(ctx, after, in.Limit)
	out := List[DeadLetter]{Items: make([]DeadLetter, 0, len(dead))}
	for _, d := range dead {
		out.Items = append(out.Items, told(d))
	}
	if n := len(dead); n == in.Limit {
		out.Next = cursor("deadletters", dead[n-1].ID)
	}
	return reply(out), err
}

func told(d record.DeadLetter) DeadLetter {
	return DeadLetter{ID: d.ID, At: d.At, Queue: d.Queue, Conversation: d.Group, Reason: d.Reason, Size: d.Size}
}

func (a *API) getDeadLetter(ctx context.Context, c call, in *DeadLetterRequest) (*answer[DeadLetter], error) {
	d, body, err := a.cfg.Store.DeadLetter(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := told(d)
	if !c.May(access.DeadLettersWrite) {
		return reply(out), nil
	}
	out.Body = string(body)
	if !utf8.Valid(body) {
		out.Body, out.Encoding = base64.StdEncoding.EncodeToString(body), "base64"
	}
	return reply(out), nil
}

func (a *API) retryDeadLetter(ctx context.Context, c call, in *DeadLetterRequest) (*answer[none], error) {
	d, _, err := a.cfg.Store.DeadLetter(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if _, ok := a.cfg.Keeper.Back[d.Queue]; !ok {
		return nil, refuse(http.StatusConflict, "it came from %s, and nothing can be put back there from here", d.Queue)
	}
	err = a.audited(ctx, c, "deadletter.retry", in.ID, change{told(d), nil}, func() error { return a.cfg.Keeper.Retry(ctx, in.ID) })
	if err == nil || errors.Is(err, table.ErrBusy) || errors.Is(err, record.ErrNotFound) || ctx.Err() != nil {
		return nil, err
	}
	a.cfg.Log.Warn("a dead letter was not put back", "id", in.ID, "queue", d.Queue, "request", c.requestID, "error", err)
	return nil, refuse(http.StatusConflict, "it could not be put back, so it stays here; the log has the reason under request %s", c.requestID)
}

func (a *API) dropDeadLetter(ctx context.Context, c call, in *DeadLetterRequest) (*answer[none], error) {
	d, _, err := a.cfg.Store.DeadLetter(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, a.audited(ctx, c, "deadletter.drop", in.ID, change{told(d), nil}, func() error { return a.cfg.Keeper.Drop(ctx, in.ID) })
}
