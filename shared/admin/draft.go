package admin

import (
	"context"
	"errors"
	"slices"

	"frontdesk/shared/playbook"
	"frontdesk/shared/publish"
	"frontdesk/shared/record"
)

// draft is the playbook that is being edited.
type draft struct {
	playbook.Playbook
	// version is the stored one, 0 when there is no draft yet and the playbook
	// shown is the one that is live.
	version int64
	tag     string
}

// saved reports whether there is a draft, rather than what is live to start from.
func (d draft) saved() bool { return d.version > 0 }

// draft reads the draft; without one the live version, as a start; without that
// one an empty playbook. One read, up to three without a draft.
func (a *API) draft(ctx context.Context) (draft, error) {
	p, version, err := a.cfg.Store.Draft(ctx)
	if err == nil {
		return draft{whole(p), version, numbered("draft", version)}, nil
	}
	if !errors.Is(err, record.ErrNotFound) {
		return draft{}, err
	}
	number, err := a.cfg.Store.Live(ctx)
	if err != nil {
		return draft{}, err
	}
	d := draft{tag: numbered("live", number), Playbook: playbook.Playbook{Languages: []string{"en"}}}
	if number > 0 {
		if d.Playbook, _, err = a.cfg.Store.Playbook(ctx, number); err != nil {
			return d, err
		}
	}
	d.Playbook = whole(d.Playbook)
	return d, nil
}

// whole gives lists that are missing an empty form, which JSON shows as [].
func whole(p playbook.Playbook) playbook.Playbook {
	p.Languages = listed(p.Languages)
	p.Templates = listed(p.Templates)
	p.Filters = listed(p.Filters)
	p.Hours = listed(p.Hours)
	p.Teams = listed(p.Teams)
	return p
}

func listed[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

// tries is how often an edit is made anew when the draft changed under it.
const tries = 5

// edit changes the draft and saves it with its audit entry. do checks that the
// request was made for what is there, each time that the draft has to be read
// again, and says what the audit keeps.
func (a *API) edit(ctx context.Context, c call, action, target string, do func(*draft) (change, error)) (draft, error) {
	for range tries {
		d, err := a.draft(ctx)
		if err != nil {
			return d, err
		}
		before := apart(d.Playbook)
		values, err := do(&d)
		if err != nil {
			return d, err
		}
		if faults := foreign(c, before, d.Playbook); len(faults) > 0 {
			return d, faulty("The change", faults)
		}
		entry, err := a.entry(c, action, target, values)
		if err != nil {
			return d, err
		}
		err = a.cfg.Store.SaveDraft(ctx, d.Playbook, d.version, entry)
		if err == nil {
			d.version++
			d.tag = numbered("draft", d.version)
			return d, nil
		}
		if !errors.Is(err, record.ErrStale) {
			return d, err
		}
	}
	return draft{}, record.ErrStale
}

// apart is a playbook whose lists of what belongs to teams can be changed without changing
// the original's.
func apart(p playbook.Playbook) playbook.Playbook {
	p.Filters, p.Teams, p.Notices = slices.Clone(p.Filters), slices.Clone(p.Teams), slices.Clone(p.Notices)
	return p
}

// foreign is what the caller, who may see their teams' conversations only, may not write
// into a playbook.
func foreign(c call, before, after playbook.Playbook) []playbook.Fault {
	if !c.Narrowed() {
		return nil
	}
	return publish.Foreign(publish.Author{Name: c.Name, Teams: c.Teams}, before, after)
}

// foreignToLive is [foreign] for what would take the place of the live version. One read, of
// a caller who is narrowed.
func (a *API) foreignToLive(ctx context.Context, c call, after playbook.Playbook) ([]playbook.Fault, error) {
	if !c.Narrowed() {
		return nil, nil
	}
	number, err := a.cfg.Store.Live(ctx)
	if err != nil || number == 0 {
		return foreign(c, playbook.Playbook{}, after), err
	}
	before, _, err := a.cfg.Store.Playbook(ctx, number)
	return foreign(c, before, after), err
}
