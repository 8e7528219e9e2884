package admin

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"frontdesk/shared/access"
	"frontdesk/shared/clockwork"
	"frontdesk/shared/desk"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/render"
	"frontdesk/shared/report"
	"frontdesk/shared/table"
	"frontdesk/shared/week"
)

// refuse makes a problem with a sentence for people.
func refuse(status int, format string, args ...any) *huma.ErrorModel {
	return &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: fmt.Sprintf(format, args...)}
}

// faulty makes the problem that lists everything wrong with something.
func faulty(what string, faults []playbook.Fault) *huma.ErrorModel {
	count := fmt.Sprintf("%d faults", len(faults))
	if len(faults) == 1 {
		count = "one fault"
	}
	p := refuse(http.StatusUnprocessableEntity, "%s has %s; nothing was changed.", what, count)
	for _, f := range faults {
		p.Errors = append(p.Errors, &huma.ErrorDetail{Location: f.Path, Message: strings.TrimSpace(f.Message + " " + f.Fix)})
	}
	return p
}

// outcome is how one error of the steps below is told.
type outcome struct {
	err    error
	status int
	detail string // the error's own text if empty
}

// outcomes is the one table from errors to HTTP.
func outcomes() []outcome {
	return []outcome{
		{access.ErrNoToken, http.StatusUnauthorized, ""},
		{access.ErrToken, http.StatusUnauthorized, ""},
		{access.ErrExpired, http.StatusUnauthorized, ""},
		{access.ErrNoRole, http.StatusForbidden, ""},
		{access.ErrOneFactor, http.StatusForbidden, ""},
		{access.ErrUnavailable, http.StatusServiceUnavailable, ""},
		{errStale, http.StatusPreconditionFailed, ""},
		{errUnconditional, http.StatusPreconditionRequired, ""},
		{errExists, http.StatusPreconditionFailed, ""},
		{errCursor, http.StatusBadRequest, ""},
		{errMonth, http.StatusUnprocessableEntity, ""},
		{week.ErrFormat, http.StatusUnprocessableEntity, "write a day like 2026-11-22 and a week like 2026-W47"},
		{report.ErrOrder, http.StatusUnprocessableEntity, ""},
		{clockwork.ErrLong, http.StatusUnprocessableEntity, ""},
		{clockwork.ErrNotBegun, http.StatusConflict, ""},
		{week.ErrNoDay, http.StatusUnprocessableEntity, ""},
		{desk.ErrWindow, http.StatusConflict, ""},
		{desk.ErrBudget, http.StatusConflict, ""},
		{desk.ErrElsewhere, http.StatusConflict, ""},
		{desk.ErrReplyOnly, http.StatusConflict, ""},
		{desk.ErrOver, http.StatusConflict, ""},
		{desk.ErrBlocked, http.StatusConflict, ""},
		{render.ErrNoTemplate, http.StatusConflict, ""},
		{record.ErrNotFound, http.StatusNotFound, "there is no such thing; it may have been deleted or have expired"},
		{record.ErrStale, http.StatusConflict, "somebody else changed this at the same moment: read it again and repeat"},
		{table.ErrTooLarge, http.StatusRequestEntityTooLarge, "this is too large to store"},
		{table.ErrBusy, http.StatusServiceUnavailable, "the store is busy: try again in a moment"},
		{context.Canceled, http.StatusServiceUnavailable, "the request was given up"},
		{context.DeadlineExceeded, http.StatusServiceUnavailable, "this took too long: try again"},
	}
}

// problem turns an error into what the caller sees. What is not foreseen is told
// to the log alone.
func (a *API) problem(op string, c call, err error) huma.StatusError {
	if p, ok := errors.AsType[*huma.ErrorModel](err); ok {
		return p
	}
	if s, ok := errors.AsType[*message.SendError](err); ok {
		return unsent(s)
	}
	if wait, ok := errors.AsType[*desk.NotYet](err); ok {
		return refuse(http.StatusTooManyRequests, "%s", wait)
	}
	for _, o := range outcomes() {
		if !errors.Is(err, o.err) {
			continue
		}
		if o.detail == "" {
			o.detail = o.err.Error()
		}
		return refuse(o.status, "%s", o.detail)
	}
	a.cfg.Log.Error("an admin's request failed", "operation", op, "request", c.requestID, "error", err)
	return refuse(http.StatusInternalServerError, "something went wrong on our side; the log has it under request %s", c.requestID)
}

// refusal is the problem of an error as it is answered: with the time to wait, if it says one.
func (a *API) refusal(op string, c call, err error) error {
	p := a.problem(op, c, err)
	if wait, ok := errors.AsType[*desk.NotYet](err); ok {
		return huma.ErrorWithHeaders(p, http.Header{"Retry-After": {strconv.Itoa(int(math.Ceil(wait.After.Seconds())))}})
	}
	return p
}

// unsent tells why a channel did not take a message.
func unsent(e *message.SendError) *huma.ErrorModel {
	if e.Class == message.Unknown {
		return refuse(http.StatusBadGateway, "the channel did not answer, so the message may have gone out: look at the conversation before you repeat it")
	}
	return refuse(http.StatusBadGateway, "the channel refused the message (%s): %s", e.Class, e.Reason)
}

// polish makes what huma itself refuses fit to be read: it names the request, says
// it in a sentence, and does not repeat what was sent, which may be a message's text.
func polish(ctx huma.Context, _ string, v any) (any, error) {
	p, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	_, w := humago.Unwrap(ctx)
	out := *p
	out.Instance = instance(w)
	if out.Detail == "validation failed" {
		out.Detail = "the request is not as it should be; nothing was changed"
	}
	out.Errors = nil
	for _, e := range p.Errors {
		out.Errors = append(out.Errors, &huma.ErrorDetail{Location: e.Location, Message: e.Message})
	}
	return &out, nil
}

// instance names this one request (RFC 9457, section 3.1.5).
func instance(w http.ResponseWriter) string {
	return "urn:frontdesk:request:" + w.Header().Get(RequestID)
}

// allowed lists the methods that an address of the group takes.
func (g *group) allowed(r *http.Request) []string {
	var methods []string
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodPost, http.MethodPatch, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := g.mux.Handler(other); pattern != "/" {
			methods = append(methods, method)
		}
	}
	return methods
}

// nothing answers for paths and methods that do not exist.
func nothing(w http.ResponseWriter, allowed []string) {
	p := refuse(http.StatusNotFound, "there is nothing at this address; %s lists everything", documentPath)
	if len(allowed) > 0 {
		methods := strings.Join(allowed, ", ")
		w.Header().Set("Allow", methods)
		p = refuse(http.StatusMethodNotAllowed, "this address takes %s", methods)
	}
	p.Instance = instance(w)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = huma.DefaultJSONFormat.Marshal(w, p)
}
