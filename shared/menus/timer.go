package menus

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/record"
)

// unheard is how long an errand may go without an effect until it is put once more: the
// desk may be far behind.
const unheard = 10 * time.Minute

// maxApps is how many apps are looked at: as many as a playbook can have menus for.
const maxApps = 200

// Timer asks for the menus of a version that has just gone live.
type Timer struct {
	Store *record.Store
	Inbox inbox.Queue
	Now   func() time.Time

	mu    sync.Mutex
	given int64          // the version that all apps have
	named int64          // the version of which apps are known
	apps  []string       // those that it has a menu for
	asked map[string]ask // the last errand for each app
}

// ask is an errand for a version that had been tried so often.
type ask struct {
	version int64
	tries   int
	at      time.Time
}

// Due puts an errand for each of up to limit apps that have another menu than the live
// version says, and says for how many: a job of clockwork's timers, once a minute. While
// nothing changes it costs one read; else two, and one more for each new version.
func (t *Timer) Due(ctx context.Context, limit int) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	version, err := t.Store.Live(ctx)
	if err != nil {
		return 0, fmt.Errorf("ask for the live playbook: %w", err)
	}
	if version == t.given {
		return 0, nil
	}
	all, err := t.behind(ctx, version)
	if err != nil {
		return 0, err
	}
	done := 0
	for _, has := range all[:min(len(all), limit)] {
		asked, err := t.ask(ctx, has, version)
		if err != nil {
			return done, err
		}
		done += asked
	}
	if len(all) == 0 {
		t.given = version
	}
	return done, nil
}

// behind are the apps that do not have what a version says: those that we gave a menu and
// those that it names.
func (t *Timer) behind(ctx context.Context, version int64) ([]record.AppMenu, error) {
	known, err := t.Store.AppMenus(ctx, maxApps)
	if err != nil {
		return nil, err
	}
	if err := t.learn(ctx, version); err != nil {
		return nil, err
	}
	for _, id := range t.apps {
		if !slices.ContainsFunc(known, func(m record.AppMenu) bool { return m.Channel == id }) {
			known = append(known, record.AppMenu{Channel: id})
		}
	}
	return slices.DeleteFunc(known, func(m record.AppMenu) bool { return settled(m, version) }), nil
}

// learn reads which apps a version has menus for.
func (t *Timer) learn(ctx context.Context, version int64) error {
	if t.named == version {
		return nil
	}
	p, _, err := t.Store.Playbook(ctx, version)
	if err != nil {
		return err
	}
	t.named, t.apps = version, nil
	for _, m := range p.Menus {
		t.apps = append(t.apps, m.Channel)
	}
	return nil
}

// ask puts an errand, unless the last one is not worked on yet or must wait.
func (t *Timer) ask(ctx context.Context, has record.AppMenu, version int64) (int, error) {
	now := t.Now()
	this, last := ask{version, has.Tries, now}, t.asked[has.Channel]
	waits := has.Trying == version && now.Before(has.Next)
	if waits || last.version == this.version && last.tries == this.tries && now.Sub(last.at) < unheard {
		return 0, nil
	}
	job, err := errand.Errand{Kind: errand.Menu, Channel: has.Channel, At: now}.Job()
	if err != nil {
		return 0, err
	}
	if err := t.Inbox.Put(ctx, job); err != nil {
		return 0, fmt.Errorf("ask for an app's menu: %w", err)
	}
	if t.asked == nil {
		t.asked = map[string]ask{}
	}
	t.asked[has.Channel] = this
	return 1, nil
}
