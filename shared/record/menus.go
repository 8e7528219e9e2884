package record

import (
	"context"
	"errors"
	"fmt"
	"time"

	"frontdesk/shared/table"
)

// AppMenu is what we know of the menu of one WeCom app.
type AppMenu struct {
	Channel string `json:"-"`
	// Playbook is the version that the app has the menu of; 0 for none.
	Playbook int64 `json:"playbook"`
	// Digest stands for the menu that we gave it; empty when we gave it none, or took it away.
	Digest string `json:"digest,omitempty"`
	// Trying is the version that could not be given yet, Tries how often it was tried, and
	// Next when it is tried again. All are zero when there is none.
	Trying int64     `json:"trying,omitempty"`
	Tries  int       `json:"tries,omitempty"`
	Next   time.Time `json:"next,omitzero"`
	// Told says that an operator was told of it.
	Told    bool  `json:"told,omitempty"`
	Version int64 `json:"-"`
}

// AppMenu reads what we know of an app's menu; the zero one when we never gave it one.
// One read.
func (s *Store) AppMenu(ctx context.Context, channel string) (AppMenu, error) {
	it, err := table.GetOne(ctx, s.Table, menuKey(channel))
	if errors.Is(err, ErrNotFound) {
		return AppMenu{Channel: channel}, nil
	}
	if err != nil {
		return AppMenu{}, fmt.Errorf("read what menu an app has: %w", err)
	}
	return decodeMenu(it)
}

func decodeMenu(it table.Item) (AppMenu, error) {
	m := AppMenu{Channel: it.SK}
	err := decode(it, &m)
	m.Version = it.Version
	return m, err
}

// SetAppMenu writes it at the version it was read with. [ErrStale]: somebody else works on
// the same app. One write.
func (s *Store) SetAppMenu(ctx context.Context, m AppMenu) error {
	if err := s.put(ctx, menuKey(m.Channel), m, table.AtVersion(m.Version), time.Time{}); err != nil {
		return fmt.Errorf("write what menu an app has: %w", err)
	}
	return nil
}

// AppMenus reads up to limit of them in the order of their channels. One read.
func (s *Store) AppMenus(ctx context.Context, limit int) ([]AppMenu, error) {
	all, err := page(ctx, s, table.Query{PK: pkMenus, Limit: limit}, decodeMenu)
	if err != nil {
		return nil, fmt.Errorf("list what menus apps have: %w", err)
	}
	return all, nil
}
