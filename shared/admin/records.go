package admin

import (
	"context"
	"errors"
	"net/http"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/record"
)

// errMonth says that a month is not written as one.
var errMonth = errors.New("write a month like 2026-11")

// AuditRequest asks for a page of the audit.
type AuditRequest struct {
	Paging
	Month string `query:"month" maxLength:"7" doc:"2026-11, in UTC; this month when left out."`
}

func (a *API) auditOperations(g *group) {
	add(g, operation{id: "list-audit", method: "GET", path: "/v1/audit", permission: access.AuditRead, errors: []int{http.StatusUnprocessableEntity},
		summary: "Who changed what, newest first"}, a.listAudit)
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
