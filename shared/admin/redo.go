package admin

import (
	"context"
	"fmt"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/report"
)

// RedoRequest says which days' figures to make again.
type RedoRequest struct {
	Body struct {
		From string `json:"from,omitempty" format:"date" doc:"The first day; when left out, the first that was ever rolled up."`
		To   string `json:"to,omitempty" format:"date" doc:"The last day; yesterday when left out."`
	}
}

// redoTime is after how long no further day is begun: API Gateway waits for 29 seconds.
const redoTime = 10 * time.Second

func (a *API) redoOperations(g *group) {
	add(g, operation{id: "redo-days", method: "POST", path: "/v1/reports/redo", permission: access.ReportsWrite,
		summary: "Make the figures of past days again, as a changed definition has them; call it with next until there is none"}, a.redo)
}

func (a *API) redo(ctx context.Context, c call, in *RedoRequest) (*answer[report.Redone], error) {
	var out report.Redone
	err := a.audited(ctx, c, "report.redo", in.Body.From+".."+in.Body.To, change{}, func() (err error) {
		out, err = a.cfg.Weekly.Redo(ctx, in.Body.From, in.Body.To, c.at.Add(redoTime))
		if err != nil {
			err = fmt.Errorf("make the figures of past days again: %w", err)
		}
		return err
	})
	return reply(out), err
}
