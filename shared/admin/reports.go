package admin

import (
	"context"
	"errors"
	"net/http"
	netmail "net/mail"
	"slices"
	"strings"
	"time"

	"frontdesk/shared/access"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
	"frontdesk/shared/week"
)

type (
	// WeekRequest asks for the report of a week.
	WeekRequest struct {
		Week    string `path:"week" maxLength:"8" doc:"An ISO week: 2026-W47."`
		Channel string `query:"channel" maxLength:"100" doc:"Narrow it to one channel."`
		Team    string `query:"team" maxLength:"100" doc:"Narrow it to one team."`
	}
	// PreviewRequest asks for the mail of a week.
	PreviewRequest struct {
		Week     string `path:"week" maxLength:"8" doc:"An ISO week: 2026-W47."`
		Language string `query:"language" enum:"en,zh-CN" default:"en"`
		Format   string `query:"format" enum:"html,text" default:"html"`
		Team     string `query:"team" maxLength:"100" doc:"As somebody gets it who may see one team only."`
	}
	// SendRequest sends the mail of a week.
	SendRequest struct {
		Week string `path:"week" maxLength:"8" doc:"An ISO week: 2026-W47."`
	}
)

// Mails says what became of each recipient's mail.
type Mails struct {
	Mails []record.Mailing `json:"mails"`
}

func (a *API) reportOperations(g *group) {
	const path = "/v1/reports/weeks/{week}"
	missing := []int{http.StatusNotFound}
	add(g, operation{id: "get-week", method: "GET", path: path, permission: access.ReportsRead, teams: teamByHandler, errors: missing,
		summary: "The figures of an ISO week, and of the weeks before it"}, a.getWeek)
	add(g, operation{id: "preview-mail", method: "GET", path: path + "/mail", permission: access.ReportsRead, teams: teamByHandler, errors: missing, media: []string{"text/html", "text/plain"},
		summary: "The mail of a week, as HTML or text; nothing is sent"}, a.preview)
	add(g, operation{id: "send-mail", method: "POST", path: path + "/send", permission: access.ReportsSend, errors: []int{http.StatusConflict},
		summary: "Send the mail of a week to everybody who has not had it"}, a.sendWeek)
	a.periodOperations(g)
	a.chartOperations(g)
	a.askedOperations(g)
	a.reviewOperations(g)
	a.redoOperations(g)
	a.recipientOperations(g)
	a.mailOperations(g)
}

// team is whose figures a caller is shown who asks for those of a team, or of all (empty):
// another team's are not there, and who may see their own alone gets those if they have
// one.
func (c call) team(asked string) (string, error) {
	switch {
	case !c.Narrowed():
		return asked, nil
	case asked != "" && !c.sees(asked):
		return "", record.ErrNotFound
	case asked != "":
		return asked, nil
	case len(c.Teams) == 1:
		return c.Teams[0], nil
	case len(c.Teams) == 0:
		return "", refuse(http.StatusForbidden, "you may see the figures of your teams, and you belong to none: ask an admin for one")
	}
	return "", refuse(http.StatusUnprocessableEntity, "you may see the figures of your teams: name one of %s", strings.Join(c.Teams, ", "))
}

func (a *API) getWeek(ctx context.Context, c call, in *WeekRequest) (*answer[report.Week], error) {
	if _, _, err := week.Parse(in.Week); err != nil {
		return nil, err
	}
	team, err := c.team(in.Team)
	if err != nil {
		return nil, err
	}
	figures, err := a.cfg.Weekly.Report(ctx, in.Week, report.Options{Channel: in.Channel, Team: team})
	return reply(figures), err
}

// policy keeps a mail or a chart that is looked at in a browser from running or loading anything:
// what it shows, it holds itself.
const policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; sandbox"

func (a *API) preview(ctx context.Context, c call, in *PreviewRequest) (*answer[[]byte], error) {
	if _, _, err := week.Parse(in.Week); err != nil {
		return nil, err
	}
	team, err := c.team(in.Team)
	if err != nil {
		return nil, err
	}
	m, err := a.cfg.Weekly.Compose(ctx, in.Week, record.Recipient{ID: "preview", Language: in.Language, Team: team})
	if err != nil {
		return nil, err
	}
	if in.Format == "text" {
		return &answer[[]byte]{media: "text/plain; charset=utf-8", body: []byte(m.Text)}, nil
	}
	return &answer[[]byte]{media: "text/html; charset=utf-8", body: []byte(m.HTML)}, nil
}

// sendWeek answers with what became of each mail. A mail that failed is told
// there; it is no problem of the request.
func (a *API) sendWeek(ctx context.Context, c call, in *SendRequest) (*answer[Mails], error) {
	if _, _, err := week.Parse(in.Week); err != nil {
		return nil, err
	}
	var out Mails
	err := a.audited(ctx, c, "report.send", in.Week, change{}, func() error {
		mails, err := a.cfg.Weekly.SendWeek(ctx, in.Week)
		out.Mails = listed(mails)
		if len(mails) > 0 {
			return nil
		}
		return err
	})
	return reply(out), err
}

type (
	// RecipientRequest names a recipient.
	RecipientRequest struct {
		ID string `path:"id" maxLength:"40" pattern:"^[a-z0-9_-]+$" patternDescription:"small letters, digits, _ and -"`
	}
	// RecipientBody is somebody who gets the weekly mail.
	RecipientBody struct {
		Address  string `json:"address" maxLength:"254" doc:"A bare mail address."`
		Name     string `json:"name,omitempty" maxLength:"100"`
		Language string `json:"language" enum:"en,zh-CN"`
		Team     string `json:"team,omitempty" maxLength:"40" doc:"The edition for the people of one team; without it, that of the whole company."`
		Weekday  string `json:"weekday,omitempty" enum:"mon,tue,wed,thu,fri,sat,sun" default:"mon" doc:"The day on which the mail comes."`
		Hour     *int   `json:"hour,omitempty" minimum:"0" maximum:"23" default:"8" doc:"The hour at which it comes. The figures are ready on Monday at 03:10 in the company's zone; an hour before that is taken on the next day."`
		Zone     string `json:"zone,omitempty" maxLength:"60" doc:"The IANA time zone of day and hour, such as Europe/Berlin; the company's if it is left out."`
		Off      bool   `json:"off,omitempty" doc:"No mail for the time being."`
	}
	// RecipientPut saves a recipient.
	RecipientPut struct {
		RecipientRequest
		Precondition
		Body RecipientBody
	}
	// RecipientDelete takes a recipient off the list.
	RecipientDelete struct {
		RecipientRequest
		Precondition
	}
)

func (a *API) recipientOperations(g *group) {
	const path = "/v1/reports/recipients"
	edit := []int{http.StatusPreconditionFailed, http.StatusPreconditionRequired}
	missing := []int{http.StatusNotFound}
	add(g, operation{id: "list-recipients", method: "GET", path: path, permission: access.ReportsRead, teams: teamByHandler,
		summary: "Who gets the weekly mail"}, a.listRecipients)
	add(g, operation{id: "get-recipient", method: "GET", path: path + "/{id}", permission: access.ReportsRead, teams: teamByHandler, errors: missing,
		summary: "One recipient of the weekly mail"}, a.getRecipient)
	add(g, operation{id: "put-recipient", method: "PUT", path: path + "/{id}", permission: access.ReportsWrite, errors: edit,
		summary: "Save a recipient of the weekly mail"}, a.putRecipient)
	add(g, operation{id: "delete-recipient", method: "DELETE", path: path + "/{id}", permission: access.ReportsWrite, status: http.StatusNoContent,
		errors: append(edit, missing...), summary: "Take a recipient off the list"}, a.deleteRecipient)
}

func (a *API) listRecipients(ctx context.Context, c call, in *Paging) (*answer[List[record.Recipient]], error) {
	all, err := a.cfg.Store.Recipients(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(r record.Recipient) bool { return !c.sees(r.Team) })
	page, err := slicePage(all, *in, "recipients", func(r *record.Recipient) string { return r.ID })
	return reply(page), err
}

func (a *API) getRecipient(ctx context.Context, c call, in *RecipientRequest) (*answer[record.Recipient], error) {
	r, err := a.cfg.Store.Recipient(ctx, in.ID)
	if err == nil && !c.sees(r.Team) {
		err = record.ErrNotFound
	}
	return tagged(recipientTag(r), r), err
}

func recipientTag(r record.Recipient) string {
	if r.Version == 0 {
		return ""
	}
	return numbered("recipient", r.Version)
}

func (a *API) putRecipient(ctx context.Context, c call, in *RecipientPut) (*answer[record.Recipient], error) {
	if err := a.wrongRecipient(ctx, c, in.Body); err != nil {
		return nil, err
	}
	old, err := a.cfg.Store.Recipient(ctx, in.ID)
	if err != nil && !errors.Is(err, record.ErrNotFound) {
		return nil, err
	}
	if err := in.check(recipientTag(old)); err != nil {
		return nil, err
	}
	r := record.Recipient{
		ID: in.ID, Address: in.Body.Address, Name: access.Name(in.Body.Name), Language: in.Body.Language, Team: in.Body.Team,
		Weekday: in.Body.Weekday, Hour: in.Body.Hour, Zone: in.Body.Zone, Off: in.Body.Off, Version: old.Version,
	}.After(old, c.at)
	values := change{nil, r}
	if old.Version > 0 {
		values.old = old
	}
	entry, err := a.entry(c, "recipient.save", in.ID, values)
	if err != nil {
		return nil, err
	}
	if err := a.cfg.Store.SaveRecipient(ctx, r, entry); err != nil {
		return nil, moved(err)
	}
	r.Version++
	return tagged(recipientTag(r), r), nil
}

// moved: what a conditional request was made for changed while it was carried out.
func moved(err error) error {
	if errors.Is(err, record.ErrStale) {
		return errStale
	}
	return err
}

func (a *API) wrongRecipient(ctx context.Context, c call, r RecipientBody) error {
	var faults []playbook.Fault
	if got, err := netmail.ParseAddress(r.Address); err != nil || got.Address != r.Address {
		faults = append(faults, playbook.Fault{Path: "body.address", Message: "This is no mail address.", Fix: "Write it bare, like boss@example.com."})
	}
	if _, err := time.LoadLocation(r.Zone); err != nil || r.Zone == "Local" {
		faults = append(faults, playbook.Fault{Path: "body.zone", Message: "There is no such time zone.", Fix: "Use an IANA name like Europe/Berlin, or leave it out for the company's."})
	}
	if r.Team != "" {
		book, err := a.cfg.Live.Book(ctx, c.at)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(book.Playbook().Teams, func(t playbook.Team) bool { return t.ID == r.Team }) {
			faults = append(faults, playbook.Fault{Path: "body.team", Message: "The live playbook has no such team.", Fix: "Use the id of one of its teams, or leave it out."})
		}
	}
	if len(faults) > 0 {
		return faulty("The recipient", faults)
	}
	return nil
}

func (a *API) deleteRecipient(ctx context.Context, c call, in *RecipientDelete) (*answer[none], error) {
	old, err := a.cfg.Store.Recipient(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if in.IfMatch == "" {
		return nil, errUnconditional
	}
	if !matches(in.IfMatch, recipientTag(old)) {
		return nil, errStale
	}
	entry, err := a.entry(c, "recipient.delete", in.ID, change{old, nil})
	if err != nil {
		return nil, err
	}
	return nil, moved(a.cfg.Store.DeleteRecipient(ctx, old, entry))
}
