package admin

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/record"
)

// roleAge is how long the company's own roles are trusted before they are read again, as
// long as the number of the live playbook: a change is known everywhere within it.
const roleAge = 3 * time.Second

// roleBook knows what roles allow. Built-in ones need no reading.
type roleBook struct {
	store *record.Store

	mu    sync.Mutex
	own   map[string]access.Set
	asked time.Time
}

// permissions is what roles allow together: [access.ErrNoRole] when there is none of them
// any more. One read when it is due and a role is not built in.
func (b *roleBook) permissions(ctx context.Context, ids []string, now time.Time) (access.Set, error) {
	var all access.Set
	found := false
	for _, id := range ids {
		set, known, err := b.permissionsOf(ctx, id, now)
		if err != nil {
			return nil, err
		}
		all, found = append(all, set...), found || known
	}
	if !found {
		return nil, access.ErrNoRole
	}
	return all, nil
}

func (b *roleBook) permissionsOf(ctx context.Context, id string, now time.Time) (access.Set, bool, error) {
	if slices.Contains(access.Roles(), id) {
		return access.Permissions(id), true, nil
	}
	own, err := b.owned(ctx, now)
	set, known := own[id]
	return set, known, err
}

// owned is what the company's own roles allow.
func (b *roleBook) owned(ctx context.Context, now time.Time) (map[string]access.Set, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if age := now.Sub(b.asked); b.own != nil && age >= 0 && age < roleAge {
		return b.own, nil
	}
	roles, err := b.store.Roles(ctx)
	if err != nil {
		return nil, fmt.Errorf("look up what roles allow: %w", err)
	}
	own := make(map[string]access.Set, len(roles))
	for _, r := range roles {
		own[r.ID] = r.Permissions
	}
	b.own, b.asked = own, now
	return own, nil
}

// forget makes the next question read anew: a role has just been changed here.
func (b *roleBook) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.own = nil
}
