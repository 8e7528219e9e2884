package admin

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"time"
	"unicode/utf8"

	"frontdesk/shared/access"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

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
	// DeadLetterRequest names a dead letter.
	DeadLetterRequest struct {
		ID string `path:"id" maxLength:"64"`
	}
	// RetryRequest names dead letters in the order in which they are to be put back.
	RetryRequest struct {
		Body struct {
			IDs []string `json:"ids" minItems:"1" maxItems:"100" doc:"Oldest first, so that messages of one conversation keep their order."`
		}
	}
)

// Retried is what came of putting dead letters back. Every id of the request stands
// in one of the lists.
type Retried struct {
	PutBack []string `json:"put_back"`
	// Gone were not there any more: put back, dropped or expired meanwhile.
	Gone []string `json:"gone"`
	Left []Left   `json:"left"`
	// Busy says that it ended early, so that none overtook another: those left were
	// not tried.
	Busy bool `json:"busy"`
}

// Left is a dead letter that stays, with a sentence that says why.
type Left struct {
	ID  string `json:"id"`
	Why string `json:"why"`
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
	add(g, operation{id: "retry-dead-letters", method: "POST", path: path + "/retry", permission: access.DeadLettersWrite,
		summary: "Put many back, in the order given"}, a.retryDeadLetters)
	add(g, operation{id: "drop-dead-letter", method: "DELETE", path: path + "/{id}", permission: access.DeadLettersWrite,
		status: http.StatusNoContent, errors: missing, summary: "Remove it for good"}, a.dropDeadLetter)
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

// getDeadLetter shows one. Its body is a customer's message, so whoever sees it
// leaves a trace.
func (a *API) getDeadLetter(ctx context.Context, c call, in *DeadLetterRequest) (*answer[DeadLetter], error) {
	d, body, err := a.cfg.Store.DeadLetter(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	out := told(d)
	if !c.May(access.DeadLettersWrite) {
		return reply(out), nil
	}
	if err := a.audited(ctx, c, "deadletter.show", in.ID, change{}, func() error { return nil }); err != nil {
		return nil, err
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
	err = a.audited(ctx, c, "deadletter.retry", in.ID, change{told(d), nil}, func() error { return a.cfg.Keeper.Retry(ctx, in.ID) })
	if err == nil || passing(ctx, err) || errors.Is(err, record.ErrNotFound) {
		return nil, err
	}
	return nil, refuse(http.StatusConflict, "%s", a.stays(c, in.ID, err))
}

// retryDeadLetters puts back what it can. One that cannot be put back does not keep
// the others; a store or a queue that is busy ends it, with what was not tried
// among those left. The ids are the audit's entry: one entry for all.
func (a *API) retryDeadLetters(ctx context.Context, c call, in *RetryRequest) (*answer[Retried], error) {
	out := Retried{PutBack: []string{}, Gone: []string{}, Left: []Left{}}
	target := fmt.Sprintf("%d dead letters", len(in.Body.IDs))
	err := a.audited(ctx, c, "deadletter.retry", target, change{nil, in.Body.IDs}, func() error { return a.retryEach(ctx, c, in.Body.IDs, &out) })
	if err != nil && len(out.PutBack) == 0 {
		return nil, err
	}
	return reply(out), nil
}

// retryEach fills out. Its error is why it ended early.
func (a *API) retryEach(ctx context.Context, c call, ids []string, out *Retried) error {
	for i, id := range ids {
		err := a.cfg.Keeper.Retry(ctx, id)
		switch {
		case err == nil:
			out.PutBack = append(out.PutBack, id)
		case errors.Is(err, record.ErrNotFound):
			out.Gone = append(out.Gone, id)
		case passing(ctx, err):
			out.Busy = true
			for _, id := range ids[i:] {
				out.Left = append(out.Left, Left{id, "the queue or the store is busy: try again in a moment"})
			}
			return err
		default:
			out.Left = append(out.Left, Left{id, a.stays(c, id, err)})
		}
	}
	return nil
}

// passing reports whether a later call may go better.
func passing(ctx context.Context, err error) bool {
	return errors.Is(err, table.ErrBusy) || ctx.Err() != nil
}

// stays tells people why a dead letter was not put back, and the log the rest.
func (a *API) stays(c call, id string, err error) string {
	if no, ok := errors.AsType[*deadletter.NoWayBack](err); ok {
		return "it came from " + no.Queue + ", and nothing can be put back there from here"
	}
	a.cfg.Log.Warn("a dead letter was not put back", "id", id, "request", c.requestID, "error", err)
	return "it could not be put back, so it stays here; the log has the reason under request " + c.requestID
}

func (a *API) dropDeadLetter(ctx context.Context, c call, in *DeadLetterRequest) (*answer[none], error) {
	d, _, err := a.cfg.Store.DeadLetter(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, a.audited(ctx, c, "deadletter.drop", in.ID, change{told(d), nil}, func() error { return a.cfg.Keeper.Drop(ctx, in.ID) })
}
