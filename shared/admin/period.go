package admin

import (
	"context"
	"net/http"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/report"
	"frontdesk/shared/week"
)

type (
	// FiguresRequest asks for the figures of any days.
	FiguresRequest struct {
		From    string `query:"from" maxLength:"10" doc:"The first day in the company's zone: 2026-11-01."`
		To      string `query:"to" maxLength:"10" doc:"The last day, included; from when left out."`
		Period  string `query:"period" maxLength:"10" doc:"Instead of from and to: today, a week (2026-W47), a month (2026-11) or a day."`
		Channel string `query:"channel" maxLength:"100" doc:"Narrow it to one channel."`
		Team    string `query:"team" maxLength:"100" doc:"Narrow it to one team."`
	}
	// Now is how the teams' conversations stand at a moment.
	Now struct {
		At    time.Time `json:"at"`
		Teams []TeamNow `json:"teams" nullable:"false"`
	}
	// TeamNow is how one team's stand.
	TeamNow struct {
		report.Name
		Held    int       `json:"held" doc:"Open conversations that a member has."`
		Waiting int       `json:"waiting" doc:"Conversations that wait for a member; at most 1,000 are counted."`
		More    bool      `json:"more,omitempty" doc:"More wait than were counted."`
		Since   time.Time `json:"since,omitzero" doc:"Since when the first of them waits."`
	}
)

// maxQueue is how many conversations of a queue are counted: each is read.
const maxQueue = 1000

func (a *API) periodOperations(g *group) {
	add(g, operation{id: "get-figures", method: "GET", path: "/v1/reports/figures", permission: access.ReportsRead, teams: teamByHandler, errors: []int{http.StatusNotFound},
		summary: "The figures of any days, compared with as many days before; those of today are live"}, a.getFigures)
	add(g, operation{id: "get-now", method: "GET", path: "/v1/reports/now", permission: access.ReportsRead, teams: teamByHandler,
		summary: "What waits for people now, by team"}, a.getNow)
}

func (a *API) getFigures(ctx context.Context, c call, in *FiguresRequest) (*answer[report.Period], error) {
	from, to, err := in.days(week.Day(c.at, a.cfg.Zone))
	if err != nil {
		return nil, err
	}
	team, err := c.team(in.Team)
	if err != nil {
		return nil, err
	}
	p, err := a.cfg.Weekly.Period(ctx, from, to, report.Options{Channel: in.Channel, Team: team})
	if err != nil {
		return nil, err
	}
	same := p
	same.Live = nil // the time of looking is no change
	tag, err := hashed(same)
	return tagged(tag, p), err
}

// days are the first and the last day that were asked for.
func (r FiguresRequest) days(today string) (from, to string, err error) {
	p := r.Period
	switch {
	case (p == "") == (r.From == ""), p != "" && r.To != "":
		return "", "", refuse(http.StatusUnprocessableEntity, "say which days: from and to, or period alone")
	case p == "today":
		return today, today, nil
	case p == "" && r.To == "":
		return r.From, r.From, nil
	case p == "":
		return r.From, r.To, nil
	case len(p) == len("2026-11"):
		return month(p)
	case len(p) == len("2026-W47"):
		days, err := week.Days(p)
		if err != nil {
			return "", "", err
		}
		return days[0], days[6], nil
	}
	return p, p, nil
}

// month is the first and the last day of a month.
func month(m string) (from, to string, err error) {
	first, err := time.Parse("2006-01", m)
	if err != nil {
		return "", "", week.ErrFormat
	}
	return m + "-01", first.AddDate(0, 1, -1).Format(time.DateOnly), nil
}

// getNow reads the board and the queue of every team that the caller may see.
func (a *API) getNow(ctx context.Context, c call, _ *struct{}) (*answer[Now], error) {
	book, err := a.cfg.Live.Book(ctx, c.at)
	if err != nil {
		return nil, err
	}
	out := Now{At: c.at, Teams: []TeamNow{}}
	for _, t := range book.Playbook().Teams {
		if !c.sees(t.ID) {
			continue
		}
		_, held, err := a.cfg.Store.TeamBoard(ctx, t.ID)
		if err != nil {
			return nil, err
		}
		queue, err := a.cfg.Store.Queue(ctx, t.ID, maxQueue)
		if err != nil {
			return nil, err
		}
		now := TeamNow{Name: report.Name{ID: t.ID, Name: t.Name}, Held: len(held), Waiting: len(queue), More: len(queue) == maxQueue}
		if len(queue) > 0 {
			now.Since = queue[0].Since
		}
		out.Teams = append(out.Teams, now)
	}
	return reply(out), nil
}
