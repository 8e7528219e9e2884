package admin

import (
	"context"
	"net/http"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
)

// TeamMember is one person of the live playbook's teams, and whether they are away.
type TeamMember struct {
	ID    string   `json:"id" doc:"The name by which the audit knows them."`
	Name  string   `json:"name,omitempty"`
	Teams []string `json:"teams"`
	Away  bool     `json:"away" doc:"They are given no conversations, and theirs go to others."`
	// Since and By say since when, and who said so.
	Since time.Time `json:"since,omitzero"`
	By    string    `json:"by,omitempty"`
}

type (
	// AwayPut says whether a member is away.
	AwayPut struct {
		Member string `path:"member" maxLength:"128"`
		Body   AwayBody
	}
	// AwayBody is whether they are.
	AwayBody struct {
		Away bool `json:"away"`
	}
)

func (a *API) memberOperations(g *group) {
	const path = "/v1/members"
	add(g, operation{id: "list-members", method: "GET", path: path, permission: access.ConversationsRead, teams: teamByHandler,
		summary: "The members of teams, in order of the playbook, and who is away"}, a.listMembers)
	add(g, operation{id: "set-member-away", method: "PUT", path: path + "/{member}/away", permission: access.ConversationsWrite, teams: teamByHandler,
		status: http.StatusNoContent, errors: []int{http.StatusNotFound}, summary: "A member takes nothing now, and what they have goes to others; or is back"}, a.setAway)
}

// members are those of the teams that the caller sees, each once.
func (a *API) members(ctx context.Context, c call) ([]TeamMember, error) {
	book, err := a.cfg.Live.Book(ctx, c.at)
	if err != nil {
		return nil, err
	}
	all, at := []TeamMember{}, map[string]int{}
	for _, t := range book.Playbook().Teams {
		if !c.sees(t.ID) {
			continue
		}
		for _, m := range t.Members {
			all = joined(all, at, t.ID, m)
		}
	}
	return all, nil
}

func joined(all []TeamMember, at map[string]int, team string, m playbook.Member) []TeamMember {
	if i, known := at[m.ID]; known {
		all[i].Teams = append(all[i].Teams, team)
		return all
	}
	at[m.ID] = len(all)
	return append(all, TeamMember{ID: m.ID, Name: m.Name, Teams: []string{team}})
}

func (a *API) listMembers(ctx context.Context, c call, _ *struct{}) (*answer[List[TeamMember]], error) {
	all, err := a.members(ctx, c)
	if err != nil {
		return nil, err
	}
	away, err := a.cfg.Store.AllAway(ctx)
	for i := range all {
		if gone, is := away[all[i].ID]; is {
			all[i].Away, all[i].Since, all[i].By = true, gone.At, gone.By
		}
	}
	return reply(List[TeamMember]{Items: all}), err
}

// setAway notes it, and lets the teams of the member be settled at once.
func (a *API) setAway(ctx context.Context, c call, in *AwayPut) (*answer[none], error) {
	id, away := in.Member, in.Body.Away
	all, err := a.members(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if m.ID != id {
			continue
		}
		err := a.audited(ctx, c, "member.away", id, change{!away, away}, func() error {
			return a.cfg.Store.SetAway(ctx, record.Away{Member: id, At: c.at, By: c.Name}, away)
		})
		for _, team := range m.Teams {
			if err == nil && a.cfg.Give != nil {
				a.cfg.Give(ctx, team, c.requestID)
			}
		}
		return nil, err
	}
	return nil, record.ErrNotFound
}
