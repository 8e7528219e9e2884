package record

import (
	"context"
	"fmt"
	"time"

	"frontdesk/shared/table"
)

// Role is a role of the company's own.
type Role struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Permissions []string `json:"permissions"`
	Version     int64    `json:"-"`
}

// Roles lists the company's own roles, by id. One read.
func (s *Store) Roles(ctx context.Context) ([]Role, error) {
	var out []Role
	err := each(ctx, s, table.Query{PK: pkRoles}, func(it table.Item, r Role) bool {
		r.Version = it.Version
		out = append(out, r)
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("list roles: %w", err)
	}
	return out, nil
}

// Role reads one. One read.
func (s *Store) Role(ctx context.Context, id string) (Role, error) {
	var r Role
	version, err := s.get(ctx, roleKey(id), &r)
	r.Version = version
	return r, err
}

// SaveRole writes a role at the version it was read with (0: it is new), with its audit
// entry. [ErrStale]: somebody else was faster. One write.
func (s *Store) SaveRole(ctx context.Context, r Role, a Audit) error {
	it, err := item(roleKey(r.ID), r, time.Time{})
	if err != nil {
		return err
	}
	return s.withAudit(ctx, table.Write{Item: it, If: table.AtVersion(r.Version)}, a)
}

// DeleteRole removes a role at the version it was read with, with its audit entry.
// [ErrStale]: somebody else was faster. One write.
func (s *Store) DeleteRole(ctx context.Context, r Role, a Audit) error {
	return s.withAudit(ctx, table.Write{Item: table.Item{Key: roleKey(r.ID)}, If: table.AtVersion(r.Version), Delete: true}, a)
}
