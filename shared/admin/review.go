package admin

import (
	"context"
	"net/http"

	"frontdesk/shared/access"
	"frontdesk/shared/report"
	"frontdesk/shared/review"
	"frontdesk/shared/week"
)

// Review is what to look at after a week.
type Review struct {
	Week  string        `json:"week"`
	Items []review.Item `json:"items"`
}

func (a *API) reviewOperations(g *group) {
	add(g, operation{id: "get-review", method: "GET", path: "/v1/reports/weeks/{week}/review", permission: access.ReportsRead, teams: teamByHandler,
		errors: []int{http.StatusNotFound}, summary: "What to look at after a week, the most useful first, and what to do next"}, a.getReview)
}

func (a *API) getReview(ctx context.Context, c call, in *WeekRequest) (*answer[Review], error) {
	if _, _, err := week.Parse(in.Week); err != nil {
		return nil, err
	}
	team, err := c.team(in.Team)
	if err != nil {
		return nil, err
	}
	items, err := a.cfg.Weekly.Review(ctx, in.Week, report.Options{Channel: in.Channel, Team: team})
	return reply(Review{in.Week, listed(items)}), err
}
