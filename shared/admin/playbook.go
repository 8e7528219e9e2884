package admin

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strconv"

	"frontdesk/shared/access"
	"frontdesk/shared/playbook"
	"frontdesk/shared/publish"
	"frontdesk/shared/record"
)

// RawPlaybook is a playbook as it is sent. It is read by [publish.Load], which
// lists all faults of its form at once.
type RawPlaybook struct {
	Precondition
	RawBody []byte `contentType:"application/json"`
}

// Version is one published version, whole.
type Version struct {
	record.VersionInfo
	Playbook playbook.Playbook `json:"playbook"`
}

// Faults lists what keeps the draft from going live, and what is to be known of it but does
// not.
type Faults struct {
	Faults []playbook.Fault `json:"faults"`
	Notes  []playbook.Fault `json:"notes" doc:"Choices that no filter answers, templates that nothing sends, approved templates of the live playbook that cannot be sent any more, and channels whose templates could not be compared."`
}

type (
	// VersionRequest names a version.
	VersionRequest struct {
		Number int64 `path:"number" minimum:"1"`
	}
	// PublishRequest publishes the draft.
	PublishRequest struct {
		IfMatch string `header:"If-Match" doc:"The ETag of the draft to publish; left out, the draft as it is now."`
		Body    struct {
			Note string `json:"note,omitempty" maxLength:"500" doc:"What has changed, for the list of versions."`
		}
	}
	// RollbackRequest publishes an old version again.
	RollbackRequest struct {
		Body struct {
			Version int64  `json:"version" minimum:"1"`
			Note    string `json:"note,omitempty" maxLength:"500"`
		}
	}
)

func (a *API) playbookOperations(g *group) {
	const path = "/v1/playbook"
	conditional := []int{http.StatusPreconditionFailed, http.StatusPreconditionRequired, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity}
	add(g, operation{id: "get-draft", method: "GET", path: path, permission: access.PlaybookRead,
		summary: "The draft of the playbook; without one, the live version to start from"}, a.getDraft)
	add(g, operation{id: "put-draft", method: "PUT", path: path, permission: access.PlaybookWrite, errors: conditional,
		limit: publish.MaxSize, body: reflect.TypeFor[playbook.Playbook](),
		summary: "Save the draft. It may be unfinished, but not malformed"}, a.putDraft)
	add(g, operation{id: "get-live", method: "GET", path: path + "/live", permission: access.PlaybookRead, errors: []int{http.StatusNotFound},
		summary: "The version that answers customers now"}, a.getLive)
	add(g, operation{id: "check-draft", method: "POST", path: path + "/check", permission: access.PlaybookRead,
		summary: "Everything that keeps the draft from going live"}, a.checkDraft)
	add(g, operation{id: "diff-playbooks", method: "GET", path: path + "/diff", permission: access.PlaybookRead, errors: []int{http.StatusNotFound},
		summary: "What one has to change in a playbook to make it another, in English and Chinese"}, a.diff)
	add(g, operation{id: "publish-draft", method: "POST", path: path + "/publish", permission: access.PlaybookPublish,
		errors:  []int{http.StatusConflict, http.StatusPreconditionFailed},
		summary: "Check the draft and make it live as the next version"}, a.publishDraft)
	add(g, operation{id: "list-versions", method: "GET", path: path + "/versions", permission: access.PlaybookRead,
		summary: "Published versions, newest first"}, a.listVersions)
	add(g, operation{id: "get-version", method: "GET", path: path + "/versions/{number}", permission: access.PlaybookRead,
		errors: []int{http.StatusNotFound}, summary: "One published version"}, a.getVersion)
	add(g, operation{id: "roll-back", method: "POST", path: path + "/rollback", permission: access.PlaybookPublish,
		errors:  []int{http.StatusNotFound, http.StatusConflict},
		summary: "Check an old version and make it live again as the next version. The draft stays as it is"}, a.rollBack)
}

func (a *API) getDraft(ctx context.Context, _ call, _ *struct{}) (*answer[playbook.Playbook], error) {
	d, err := a.draft(ctx)
	return tagged(d.tag, d.Playbook), err
}

func (a *API) putDraft(ctx context.Context, c call, in *RawPlaybook) (*answer[playbook.Playbook], error) {
	p, faults := publish.Load(in.RawBody)
	if len(faults) > 0 {
		return nil, faulty("The playbook", faults)
	}
	d, err := a.edit(ctx, c, "playbook.save", "draft", func(d *draft) (change, error) {
		if err := in.check(d.tag); err != nil {
			return change{}, err
		}
		old := d.Playbook
		d.Playbook = whole(p)
		return change{old, d.Playbook}, nil
	})
	return tagged(d.tag, d.Playbook), err
}

func (a *API) getLive(ctx context.Context, c call, _ *struct{}) (*answer[Version], error) {
	number, err := a.cfg.Store.Live(ctx)
	if err != nil {
		return nil, err
	}
	if number == 0 {
		return nil, refuse(http.StatusNotFound, "nothing has been published yet")
	}
	return a.getVersion(ctx, c, &VersionRequest{number})
}

func (a *API) getVersion(ctx context.Context, _ call, in *VersionRequest) (*answer[Version], error) {
	p, info, err := a.cfg.Store.Playbook(ctx, in.Number)
	return reply(Version{info, whole(p)}), err
}

func (a *API) listVersions(ctx context.Context, _ call, in *Paging) (*answer[List[record.VersionInfo]], error) {
	key, err := in.after("versions")
	if err != nil {
		return nil, err
	}
	var before int64
	if key != "" {
		if before, err = strconv.ParseInt(key, 10, 64); err != nil || before < 1 {
			return nil, errCursor
		}
	}
	versions, err := a.cfg.Store.Versions(ctx, before, in.Limit)
	out := List[record.VersionInfo]{Items: versions}
	if n := len(versions); n == in.Limit && versions[n-1].Number > 1 {
		out.Next = cursor("versions", strconv.FormatInt(versions[n-1].Number, 10))
	}
	return reply(out), err
}

// check finds everything that keeps a playbook from going live.
func (a *API) check(ctx context.Context, c call, p playbook.Playbook) ([]playbook.Fault, error) {
	channels, err := a.cfg.Channels(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the channels: %w", err)
	}
	return publish.Fit(channels, a.cfg.Zone)(p, c.at), nil
}

// checkFor is [API.check] with what the caller may not make live.
func (a *API) checkFor(ctx context.Context, c call, p playbook.Playbook) ([]playbook.Fault, error) {
	faults, err := a.check(ctx, c, p)
	if err != nil {
		return nil, err
	}
	others, err := a.foreignToLive(ctx, c, p)
	return append(faults, others...), err
}

func (a *API) checkDraft(ctx context.Context, c call, _ *struct{}) (*answer[Faults], error) {
	d, err := a.draft(ctx)
	if err != nil {
		return nil, err
	}
	faults, err := a.checkFor(ctx, c, d.Playbook)
	if err != nil {
		return nil, err
	}
	more, notes, err := a.compare(ctx, c, d.Playbook)
	if err != nil {
		return nil, err
	}
	channels, err := a.cfg.Channels(ctx)
	return reply(Faults{listed(append(faults, more...)), listed(append(notes, publish.Notes(d.Playbook, channels)...))}), err
}

func (a *API) publishDraft(ctx context.Context, c call, in *PublishRequest) (*answer[Published], error) {
	number, err := a.cfg.Store.Live(ctx)
	if err != nil {
		return nil, err
	}
	d, err := a.draft(ctx)
	if err != nil {
		return nil, err
	}
	if in.IfMatch != "" && !matches(in.IfMatch, d.tag) {
		return nil, errStale
	}
	// Only here: going back to what was live must not wait for Meta.
	faults, _, err := a.compare(ctx, c, d.Playbook)
	if err != nil {
		return nil, err
	}
	return a.goLive(ctx, c, d.Playbook, record.VersionInfo{Number: number + 1, Note: in.Body.Note}, faults...)
}

func (a *API) rollBack(ctx context.Context, c call, in *RollbackRequest) (*answer[Published], error) {
	number, err := a.cfg.Store.Live(ctx)
	if err != nil {
		return nil, err
	}
	if number == in.Body.Version {
		return nil, refuse(http.StatusConflict, "version %d is the one that is live", number)
	}
	p, _, err := a.cfg.Store.Playbook(ctx, in.Body.Version)
	if err != nil {
		return nil, err
	}
	return a.goLive(ctx, c, p, record.VersionInfo{Number: number + 1, Note: in.Body.Note, From: in.Body.Version})
}

// goLive publishes a playbook in which nothing is wrong, and nothing was found by others.
func (a *API) goLive(ctx context.Context, c call, p playbook.Playbook, info record.VersionInfo, found ...playbook.Fault) (*answer[Published], error) {
	faults, err := a.checkFor(ctx, c, p)
	if err != nil {
		return nil, err
	}
	if faults = append(faults, found...); len(faults) > 0 {
		return nil, faulty("The playbook", faults)
	}
	info.At, info.By = c.at, c.Name
	action := "playbook.publish"
	if info.From > 0 {
		action = "playbook.rollback"
	}
	changes, err := a.changed(ctx, info.Number-1, p)
	if err != nil {
		return nil, err
	}
	old := map[string]int64{"version": info.Number - 1}
	entry, err := a.entry(c, action, strconv.FormatInt(info.Number, 10), change{old, inShort(info, changes)})
	if err != nil {
		return nil, err
	}
	if err := a.cfg.Store.Publish(ctx, p, info, entry); err != nil {
		return nil, err
	}
	// This process answers from it at once; the others find it within live.MaxAge.
	if _, err := a.cfg.Live.Use(ctx, info.Number, c.at); err != nil {
		a.cfg.Log.Warn("a version was published and could not be read back at once", "version", info.Number, "error", err)
	}
	return reply(Published{info, changes}), nil
}
