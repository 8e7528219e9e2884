package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"frontdesk/shared/access"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
)

// Role is a role as the API shows it.
type Role struct {
	ID          string   `json:"id"`
	Name        string   `json:"name,omitempty"`
	Permissions []string `json:"permissions"`
	BuiltIn     bool     `json:"built_in" doc:"It is always there and cannot be changed."`
}

// RoleList is all roles, and what they can be made of.
type RoleList struct {
	List[Role]
	Permissions []string `json:"permissions" doc:"Every permission that there is."`
}

type (
	// RoleRequest names a role.
	RoleRequest struct {
		ID string `path:"id" maxLength:"40" pattern:"^[a-z][a-z0-9_-]*$" patternDescription:"small letters, digits, _ and -, a letter first"`
	}
	// RoleBody is a role of the company's own.
	RoleBody struct {
		Name        string   `json:"name" minLength:"1" maxLength:"100" doc:"What people call it."`
		Permissions []string `json:"permissions" nullable:"false" minItems:"1" maxItems:"100" doc:"What it allows; GET /v1/roles lists what there is."`
	}
	// RolePut saves a role.
	RolePut struct {
		RoleRequest
		Precondition
		Body RoleBody
	}
	// RoleDelete removes a role.
	RoleDelete struct {
		RoleRequest
		Precondition
	}
)

// maxRoles is how many roles of its own a company may have: all are read at once.
const maxRoles = 200

func (a *API) roleOperations(g *group) {
	const path = "/v1/roles"
	missing := []int{http.StatusNotFound}
	edit := []int{http.StatusConflict, http.StatusPreconditionFailed, http.StatusPreconditionRequired}
	add(g, operation{id: "list-roles", method: "GET", path: path, permission: access.RolesRead,
		summary: "The roles that there are, the built-in ones first"}, a.listRoles)
	add(g, operation{id: "get-role", method: "GET", path: path + "/{id}", permission: access.RolesRead, errors: missing,
		summary: "One role"}, a.getRole)
	add(g, operation{id: "put-role", method: "PUT", path: path + "/{id}", permission: access.RolesWrite, errors: edit,
		summary: "Save a role of your own. It can give no more than your own roles give, and holds everywhere within seconds"}, a.putRole)
	add(g, operation{id: "delete-role", method: "DELETE", path: path + "/{id}", permission: access.RolesWrite, errors: append(edit, missing...),
		status: http.StatusNoContent, summary: "Remove a role of your own; who has no other may do nothing within seconds"}, a.deleteRole)
}

func builtIn(id string) (Role, bool) {
	for _, r := range access.BuiltIn() {
		if r.ID == id {
			return Role{ID: r.ID, Permissions: r.Permissions, BuiltIn: true}, true
		}
	}
	return Role{}, false
}

func ownRole(r record.Role) Role { return Role{ID: r.ID, Name: r.Name, Permissions: r.Permissions} }

func (a *API) listRoles(ctx context.Context, _ call, in *Paging) (*answer[RoleList], error) {
	own, err := a.cfg.Store.Roles(ctx)
	if err != nil {
		return nil, err
	}
	var all []Role
	for _, id := range access.Roles() {
		r, _ := builtIn(id)
		all = append(all, r)
	}
	for _, r := range own {
		all = append(all, ownRole(r))
	}
	page, err := slicePage(all, *in, "roles", func(r *Role) string { return r.ID })
	return reply(RoleList{page, access.All()}), err
}

func (a *API) getRole(ctx context.Context, _ call, in *RoleRequest) (*answer[Role], error) {
	if r, ok := builtIn(in.ID); ok {
		return reply(r), nil
	}
	r, err := a.cfg.Store.Role(ctx, in.ID)
	return tagged(roleTag(r), ownRole(r)), err
}

func roleTag(r record.Role) string {
	if r.Version == 0 {
		return ""
	}
	return numbered("role", r.Version)
}

// role reads a role that is about to be changed; the zero one when there is none. It is
// refused when the role is built in, or gives more than the caller has.
func (a *API) role(ctx context.Context, c call, id string) (record.Role, error) {
	if _, ok := builtIn(id); ok {
		return record.Role{}, refuse(http.StatusConflict, "the role %s is built in and stays as it is: make one of your own", id)
	}
	old, err := a.cfg.Store.Role(ctx, id)
	if errors.Is(err, record.ErrNotFound) {
		return record.Role{}, nil
	}
	if err != nil {
		return old, err
	}
	if lacks := c.Lacks(old.Permissions); lacks != "" {
		return old, refuse(http.StatusForbidden, "the role %s gives %s, which you do not have yourself", id, lacks)
	}
	return old, nil
}

func (a *API) putRole(ctx context.Context, c call, in *RolePut) (*answer[Role], error) {
	permissions, err := checkedPermissions(c, in.ID, in.Body.Permissions)
	if err != nil {
		return nil, err
	}
	old, err := a.role(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	if err := in.check(roleTag(old)); err != nil {
		return nil, err
	}
	if err := a.room(ctx, old); err != nil {
		return nil, err
	}
	r := record.Role{ID: in.ID, Name: access.Name(in.Body.Name), Permissions: permissions, Version: old.Version}
	if err := a.staysAdmin(ctx, c, in.ID, permissions); err != nil {
		return nil, err
	}
	values := change{nil, ownRole(r)}
	if old.Version > 0 {
		values.old = ownRole(old)
	}
	entry, err := a.entry(c, "role.save", in.ID, values)
	if err != nil {
		return nil, err
	}
	if err := a.cfg.Store.SaveRole(ctx, r, entry); err != nil {
		return nil, moved(err)
	}
	a.roles.forget()
	r.Version++
	return tagged(roleTag(r), ownRole(r)), nil
}

// room refuses one role more than there may be.
func (a *API) room(ctx context.Context, old record.Role) error {
	if old.Version > 0 {
		return nil
	}
	roles, err := a.cfg.Store.Roles(ctx)
	if err == nil && len(roles) >= maxRoles {
		return refuse(http.StatusConflict, "there are %d roles already: delete one first", maxRoles)
	}
	return err
}

// checkedPermissions are those of a role that is to be saved, sorted and each once.
func checkedPermissions(c call, id string, permissions []string) (access.Set, error) {
	set := access.Set(slices.Compact(slices.Sorted(slices.Values(permissions))))
	var faults []playbook.Fault
	if !access.IsRoleID(id) {
		faults = append(faults, playbook.Fault{Path: "path.id", Message: "This id stands for a team in the name of a group.", Fix: "Use one that does not begin with team-."})
	}
	for _, p := range set {
		if !access.Known(p) {
			faults = append(faults, playbook.Fault{Path: "body.permissions", Message: fmt.Sprintf("There is no permission %q.", cut(p)), Fix: "GET /v1/roles lists them."})
		}
	}
	if p := set.MissingRead(); p != "" {
		faults = append(faults, playbook.Fault{Path: "body.permissions", Message: p + " needs to know whose conversations.",
			Fix: "Add " + access.ConversationsRead + ", or " + access.ConversationsReadTeam + " for those of one's own teams."})
	}
	if len(faults) > 0 {
		return nil, faulty("The role", faults)
	}
	if lacks := c.Lacks(set); lacks != "" {
		return nil, refuse(http.StatusForbidden, "a role can give no more than you have yourself, and you do not have %s", lacks)
	}
	return set, nil
}

// cut shortens what somebody sent, for a sentence.
func cut(s string) string { return strings.ToValidUTF8(s[:min(len(s), 40)], "") }

// staysAdmin refuses to take from callers, by a change of a role of theirs, what they
// change roles with: nobody may be left who could undo it. permissions are those that the
// role is to have, none when it is deleted.
func (a *API) staysAdmin(ctx context.Context, c call, id string, permissions access.Set) error {
	left := slices.Clone(permissions)
	if !slices.Contains(c.Roles, id) {
		return nil
	}
	for _, other := range c.Roles {
		if other == id {
			continue
		}
		set, _, err := a.roles.permissionsOf(ctx, other, c.at)
		if err != nil {
			return err
		}
		left = append(left, set...)
	}
	if left.May(access.RolesWrite) {
		return nil
	}
	return refuse(http.StatusConflict, "you change roles by the role %s itself: this would take that away from you. Have somebody do it who has %s by another role", id, access.RolesWrite)
}

func (a *API) deleteRole(ctx context.Context, c call, in *RoleDelete) (*answer[none], error) {
	old, err := a.role(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	if old.Version == 0 {
		return nil, record.ErrNotFound
	}
	if in.IfMatch == "" {
		return nil, errUnconditional
	}
	if !matches(in.IfMatch, roleTag(old)) {
		return nil, errStale
	}
	if err := a.staysAdmin(ctx, c, in.ID, nil); err != nil {
		return nil, err
	}
	entry, err := a.entry(c, "role.delete", in.ID, change{ownRole(old), nil})
	if err != nil {
		return nil, err
	}
	if err := a.cfg.Store.DeleteRole(ctx, old, entry); err != nil {
		return nil, moved(err)
	}
	a.roles.forget()
	return nil, nil
}
