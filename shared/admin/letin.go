package admin

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"frontdesk/shared/access"
	"frontdesk/shared/record"
)

// teamRule says how an operation keeps to the teams of somebody who may see no others
// ([access.Set.Narrowed]).
type teamRule uint8

const (
	// refused: it shows what belongs to all teams, so they may not ask for it.
	refused teamRule = iota
	// teamless: nothing in it belongs to a team.
	teamless
	// teamOfPath: {id} in its path is a conversation, which is looked up before the
	// operation begins. Another team's is not there (404): that there is one is no news for
	// strangers.
	teamOfPath
	// teamByHandler: the operation itself asks [call.sees] about each thing that it shows.
	teamByHandler
)

// rule is the operation's own rule, or what its permission says: the playbook and roles
// belong to no team, and what names a conversation belongs to its team. All else is
// refused until the operation has a rule.
func (op operation) rule() teamRule {
	if op.teams != refused {
		return op.teams
	}
	area, _, _ := strings.Cut(op.permission, ":")
	switch area {
	case "playbook", "templates", "filters", "hours", "roles":
		return teamless
	case "conversations", "contacts":
		if strings.Contains(op.path, "/{id}") {
			return teamOfPath
		}
	}
	return refused
}

// onConversation reports whether an operation does something with one conversation.
func (op operation) onConversation() bool { return op.does() && op.rule() == teamOfPath }

// sees reports whether the caller may see what belongs to a team.
func (c call) sees(team string) bool { return !c.Narrowed() || slices.Contains(c.Teams, team) }

// letIn finds out who asks and whether they may. It is the one place where permissions to
// begin an operation are checked; what they see of its answer the operation says itself.
func (g *group) letIn(ctx huma.Context, next func(huma.Context)) {
	r, w := humago.Unwrap(ctx)
	op, _ := ctx.Operation().Metadata[operationKey].(operation)
	c := call{from: host(r.RemoteAddr), requestID: w.Header().Get(RequestID), at: g.api.cfg.Now().UTC(), request: r}
	err := g.api.identify(r.Context(), &c)
	if err == nil {
		err = g.api.admit(r.Context(), c, op)
	}
	if err == nil {
		next(huma.WithValue(ctx, callKey{}, c))
		return
	}
	p := g.api.problem(op.id, c, err)
	if p.GetStatus() == http.StatusUnauthorized {
		ctx.SetHeader("WWW-Authenticate", `Bearer realm="frontdesk"`)
	}
	_ = huma.WriteErr(g.huma, ctx, p.GetStatus(), p.Error())
}

// identify fills in who asks and what they may do.
func (a *API) identify(ctx context.Context, c *call) (err error) {
	if c.Identity, err = a.cfg.Authenticate(c.request); err != nil {
		return err
	}
	c.Set, err = a.roles.permissions(ctx, c.Roles, c.at)
	return err
}

// admit says whether a caller may do an operation.
func (a *API) admit(ctx context.Context, c call, op operation) error {
	needed := op.permission
	if needed == access.ConversationsRead {
		needed = access.ConversationsReadTeam // the rule below keeps them to theirs
	}
	for _, permission := range append([]string{needed}, op.also...) {
		if !c.May(permission) {
			return refuse(http.StatusForbidden, "%s does not include %s", roleWords(c.Roles), permission)
		}
	}
	if !c.Narrowed() {
		return nil
	}
	switch op.rule() {
	case refused:
		return refuse(http.StatusForbidden, "this shows what belongs to all teams, and %s is for your own: it needs %s", roleWords(c.Roles), access.ConversationsRead)
	case teamOfPath:
		return a.theirs(ctx, c, c.request.PathValue("id"))
	}
	return nil
}

// theirs is [record.ErrNotFound] when a conversation is not one of the caller's teams, or
// there is none. One read.
func (a *API) theirs(ctx context.Context, c call, id string) error {
	if !readable(id) {
		return record.ErrNotFound
	}
	h, err := a.cfg.Store.Head(ctx, id)
	if err == nil && !c.sees(h.Team) {
		return record.ErrNotFound
	}
	if errors.Is(err, record.ErrNotFound) {
		return record.ErrNotFound
	}
	return err
}

func roleWords(roles []string) string {
	if len(roles) == 1 {
		return "your role " + roles[0]
	}
	return "none of your roles (" + strings.Join(roles, ", ") + ")"
}

// host cuts the port off an address.
func host(address string) string {
	if h, _, err := net.SplitHostPort(address); err == nil {
		return h
	}
	return address
}
