package admin

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/dryrun"
	"frontdesk/shared/week"
)

// DryRunRequest says which messages to replay, and on which playbook.
type DryRunRequest struct {
	Body struct {
		Days     int    `json:"days,omitempty" minimum:"1" maximum:"31" doc:"How many days back, today included; 7 when left out."`
		On       string `json:"on,omitempty" doc:"draft (the default), or the number of a version. It is compared with the live one."`
		Messages int    `json:"messages,omitempty" minimum:"1" maximum:"100000" doc:"How many messages at most, of the conversations that were active last; 100000 when left out."`
		Cursor   string `json:"cursor,omitempty" maxLength:"400" doc:"next of the part before; days, on and messages stay the same."`
	}
}

// DryRun is what a playbook would change, or the part of it that there was time for.
type DryRun struct {
	On string `json:"on"`
	dryrun.Result
	// Next hides that of the result, which is a place and no cursor.
	Next string `json:"next,omitempty" doc:"Missing when all is done; else the cursor of the next part, whose counts are added to these."`
}

// dryRunTime is how long one part takes about: API Gateway waits for 29 seconds.
const dryRunTime = 20 * time.Second

func (a *API) dryRunOperations(g *group) {
	add(g, operation{id: "dry-run", method: "POST", path: "/v1/dry-run", permission: access.Simulate, also: []string{access.ConversationsRead},
		errors: []int{http.StatusNotFound, http.StatusConflict}, summary: "Which of the last days' real messages would be answered differently? Nothing is sent or stored"}, a.dryRun)
}

func (a *API) dryRun(ctx context.Context, c call, in *DryRunRequest) (*answer[DryRun], error) {
	span, err := a.span(c, in)
	if err != nil {
		return nil, err
	}
	if in.Body.On == "live" {
		return nil, refuse(http.StatusUnprocessableEntity, "on must be draft or the number of a version: it is compared with the live one")
	}
	on := "draft"
	if in.Body.On != "" {
		on = in.Body.On
	}
	draft, err := a.book(ctx, c, on)
	if err != nil {
		return nil, err
	}
	now, err := a.book(ctx, c, "live")
	if err != nil {
		return nil, err
	}
	end := a.cfg.Now().Add(dryRunTime)
	runner := dryrun.Runner{Store: a.cfg.Store, Zone: a.cfg.Zone}
	got, err := runner.Run(ctx, dryrun.Plan{
		Live: now.Book, Draft: draft.Book, From: span.from, Until: span.until, Most: span.left, After: span.after,
		Stop: func() bool { return a.cfg.Now().After(end) },
	})
	if err != nil {
		return nil, fmt.Errorf("replay the last days: %w", err)
	}
	span.after, span.left = got.Next, span.left-got.Messages
	return reply(DryRun{On: on, Result: got, Next: span.cursor()}), nil
}

// replaySpan is which messages a dry run has still to judge.
type replaySpan struct {
	from, until time.Time
	left        int
	after       string
}

// dryRunList is what a dry run's cursors belong to.
const dryRunList = "dry-run"

func (s replaySpan) cursor() string {
	if s.after == "" {
		return ""
	}
	return cursor(dryRunList, fmt.Sprintf("%d/%d/%d/%s", s.from.UnixMilli(), s.until.UnixMilli(), s.left, s.after))
}

// span is what a request asks for: all of its days, or what its cursor leaves.
func (a *API) span(c call, in *DryRunRequest) (replaySpan, error) {
	key, err := Paging{Cursor: in.Body.Cursor}.after(dryRunList)
	if err != nil {
		return replaySpan{}, refuse(http.StatusUnprocessableEntity, "%s", err)
	}
	if key != "" {
		return parseSpan(key, a.cfg.Zone)
	}
	days, most := in.Body.Days, in.Body.Messages
	if days == 0 {
		days = 7
	}
	if most == 0 {
		most = dryrun.MaxMessages
	}
	first := week.Day(c.at.In(a.cfg.Zone).AddDate(0, 0, 1-days), a.cfg.Zone)
	from, _, err := week.Bounds(first, a.cfg.Zone)
	return replaySpan{from: from, until: c.at.In(a.cfg.Zone), left: most}, err
}

func parseSpan(key string, zone *time.Location) (replaySpan, error) {
	part := strings.SplitN(key, "/", 4)
	bad := refuse(http.StatusUnprocessableEntity, "%s", errCursor)
	if len(part) != 4 {
		return replaySpan{}, bad
	}
	var n [3]int64
	for i := range n {
		var err error
		if n[i], err = strconv.ParseInt(part[i], 10, 64); err != nil || n[i] <= 0 {
			return replaySpan{}, bad
		}
	}
	s := replaySpan{from: time.UnixMilli(n[0]).In(zone), until: time.UnixMilli(n[1]).In(zone), left: int(min(n[2], dryrun.MaxMessages)), after: part[3]}
	if !s.from.Before(s.until) || s.until.Sub(s.from) > 32*24*time.Hour {
		return replaySpan{}, bad
	}
	return s, nil
}
