package admin

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"frontdesk/shared/access"
	"frontdesk/shared/chart"
	"frontdesk/shared/mail"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
	"frontdesk/shared/week"
)

// ChartRequest asks for a chart of a week.
type ChartRequest struct {
	Week     string `path:"week" maxLength:"8" doc:"An ISO week: 2026-W47."`
	File     string `path:"file" maxLength:"40" pattern:"^[a-z]+[.]svg$" patternDescription:"the name of a chart and .svg" doc:"days.svg, trend.svg, contained.svg, heat.svg, times.svg, filters.svg, templates.svg or failures.svg."`
	Language string `query:"language" enum:"en,zh-CN" default:"en"`
	Theme    string `query:"theme" enum:"auto,light,dark" default:"auto" doc:"auto follows the reader's system."`
	Width    int    `query:"width" minimum:"280" maximum:"1600" default:"600" doc:"Pixels. Below 480 it is laid out for a phone."`
	Channel  string `query:"channel" maxLength:"100" doc:"Narrow it to one channel."`
	Team     string `query:"team" maxLength:"100" doc:"Narrow it to one team."`
}

func (a *API) chartOperations(g *group) {
	add(g, operation{id: "get-chart", method: "GET", path: "/v1/reports/weeks/{week}/charts/{file}", permission: access.ReportsRead,
		teams: teamByHandler, errors: []int{http.StatusNotFound}, media: []string{"image/svg+xml"},
		summary: "A chart of a week as a picture; 404 when the week has nothing for it"}, a.getChart)
}

func (a *API) getChart(ctx context.Context, c call, in *ChartRequest) (*answer[[]byte], error) {
	if _, _, err := week.Parse(in.Week); err != nil {
		return nil, err
	}
	team, err := c.team(in.Team)
	if err != nil {
		return nil, err
	}
	figures, err := a.cfg.Weekly.Report(ctx, in.Week, report.Options{Channel: in.Channel, Team: team})
	if err != nil {
		return nil, err
	}
	all := mail.Charts(figures, in.Language)
	name := strings.TrimSuffix(in.File, ".svg")
	i := slices.IndexFunc(all, func(c chart.Chart) bool { return c.Head().Name == name })
	if i < 0 {
		return nil, record.ErrNotFound
	}
	svg := all[i].SVG(chart.Canvas{Width: in.Width, Theme: strings.TrimPrefix(in.Theme, "auto")})
	tag, err := hashed(svg)
	return &answer[[]byte]{tag: tag, media: "image/svg+xml", body: []byte(svg)}, err
}
