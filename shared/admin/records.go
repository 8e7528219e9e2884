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
	Month  string `query:"month" maxLength:"7" doc:"2026-11, in UTC; the last twelve months when left out."`
	Who    string `query:"who" maxLength:"100" doc:"Only what this person did, by the name in the audit."`
	Target string `query:"target" maxLength:"200" doc:"Only what was done to this: the id of a filter, a role, a conversation."`
	Action string `query:"action" maxLength:"100" doc:"Only this action: playbook.publish."`
}

func (a *API) auditOperations(g *group) {
	add(g, operation{id: "list-audit", method: "GET", path: "/v1/audit", permission: access.AuditRead, errors: []int{http.StatusUnprocessableEntity},
		summary: "Who changed what, newest first. A page may be short, or empty, while there is next"}, a.listAudit)
}

// auditBack is how many months before this one are looked through, when none is named.
const auditBack = 11

func (a *API) listAudit(ctx context.Context, c call, in *AuditRequest) (*answer[List[record.Audit]], error) {
	q := record.AuditSearch{Who: in.Who, Target: in.Target, Action: in.Action, From: c.at.UTC().AddDate(0, 0, 1-c.at.UTC().Day()).AddDate(0, -auditBack, 0)}
	from := c.at
	if in.Month != "" {
		month, err := time.Parse("2006-01", in.Month)
		if err != nil {
			return nil, errMonth
		}
		from, q.From = month, month
	}
	list := "audit/" + in.Month
	var err error
	if q.Before, err = in.after(list); err != nil {
		return nil, err
	}
	entries, next, err := a.cfg.Store.AuditPage(ctx, from, q, in.Limit)
	return reply(List[record.Audit]{Items: listed(entries), Next: cursor(list, next)}), err
}
