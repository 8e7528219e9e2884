package admin

import (
	"context"
	"net/http"
	"strconv"

	"frontdesk/shared/compare"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
)

type (
	// DiffRequest names two playbooks.
	DiffRequest struct {
		From string `query:"from" default:"live" maxLength:"20" doc:"live, draft, or the number of a version; 0 is an empty playbook."`
		To   string `query:"to" default:"draft" maxLength:"20" doc:"As from."`
	}
	// Diff is what one has to change in one playbook to make it the other.
	Diff struct {
		From string `json:"from"`
		To   string `json:"to"`
		// Changes are empty when both are the same.
		Changes []compare.Change `json:"changes" doc:"One for each filter, template and so on, in the order in which a playbook is written."`
	}
	// Published is a version that was made live, and what it has changed.
	Published struct {
		record.VersionInfo
		Changes []compare.Change `json:"changes" doc:"Against the version that was live before."`
	}
	// publishedShort is a version as the audit keeps it.
	publishedShort struct {
		record.VersionInfo
		Changes []shortChange `json:"changes"`
		// More is how many changes are left out; all of them are in the versions.
		More int `json:"more,omitempty"`
	}
	shortChange struct {
		Of     string `json:"of"`
		ID     string `json:"id,omitempty"`
		Text   string `json:"text"`
		TextZH string `json:"text_zh"`
	}
)

const (
	auditedChanges = 50  // of one version
	auditedText    = 200 // characters of one
)

func (a *API) diff(ctx context.Context, _ call, in *DiffRequest) (*answer[Diff], error) {
	from, err := a.named(ctx, in.From)
	if err != nil {
		return nil, err
	}
	to, err := a.named(ctx, in.To)
	if err != nil {
		return nil, err
	}
	changes, err := compare.Books(from, to)
	return reply(Diff{in.From, in.To, changes}), err
}

// named reads a playbook: one read, and one more to know which version is live.
func (a *API) named(ctx context.Context, name string) (playbook.Playbook, error) {
	switch name {
	case "draft":
		d, err := a.draft(ctx)
		return d.Playbook, err
	case "live":
		number, err := a.cfg.Store.Live(ctx)
		if err != nil {
			return playbook.Playbook{}, err
		}
		return a.version(ctx, number)
	}
	number, err := strconv.ParseInt(name, 10, 64)
	if err != nil || number < 0 {
		return playbook.Playbook{}, refuse(http.StatusUnprocessableEntity, "from and to must be live, draft or the number of a version")
	}
	return a.version(ctx, number)
}

// version reads a published playbook; 0, before anything was, is an empty one.
func (a *API) version(ctx context.Context, number int64) (playbook.Playbook, error) {
	if number == 0 {
		return playbook.Playbook{}, nil
	}
	p, _, err := a.cfg.Store.Playbook(ctx, number)
	return p, err
}

// changed compares a playbook with a version.
func (a *API) changed(ctx context.Context, since int64, p playbook.Playbook) ([]compare.Change, error) {
	old, err := a.version(ctx, since)
	if err != nil {
		return nil, err
	}
	return compare.Books(old, p)
}

// inShort is what the audit keeps of a version: its entries are bounded, a playbook's
// changes are not.
func inShort(info record.VersionInfo, changes []compare.Change) publishedShort {
	short := publishedShort{VersionInfo: info, Changes: []shortChange{}, More: max(len(changes)-auditedChanges, 0)}
	for _, c := range changes[:len(changes)-short.More] {
		short.Changes = append(short.Changes, shortChange{c.Of, c.ID, clipped(c.Text), clipped(c.TextZH)})
	}
	return short
}

func clipped(text string) string {
	if r := []rune(text); len(r) > auditedText {
		return string(r[:auditedText]) + "…"
	}
	return text
}
