package approved

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
	"frontdesk/shared/whatsapp"
)

// Lister lists templates ([whatsapp.Sender]).
type Lister interface {
	Templates(ctx context.Context, ch channel.Channel, after string) (whatsapp.TemplatePage, error)
}

// Syncer fetches. Its fields must not change.
type Syncer struct {
	Channels []channel.Channel
	WhatsApp Lister
	Store    *record.Store
	// Live is the playbook whose templates an operator hears of.
	Live *live.Cache
	Now  func() time.Time
	Log  *slog.Logger
}

const (
	// stale is how old an errand may be: the timer asks anew every hour.
	stale = time.Hour
	// maxListed is how many templates are kept of an account: Meta lets it have 250, or
	// 6,000 when it is verified. maxPages bounds the calls for them.
	maxListed = 10_000
	maxPages  = 250
	// shut and longest bound the pause before the same errand is tried again.
	shut    = time.Minute
	longest = 30 * time.Minute
	// maxTold is of how many templates it is remembered that an operator was told.
	maxTold = 50
)

// Run does one errand of kind [errand.Approved]. It makes no call when the templates were
// fetched since it was asked for. What Meta refuses for good is written down, and the timer
// asks again; where waiting may help the errand comes back. One read, one write of the table (two
// for a large list) and a call for every hundred templates.
func (s *Syncer) Run(ctx context.Context, e errand.Errand, attempt int) error {
	now := s.Now()
	if now.Sub(e.At) > stale {
		return nil
	}
	a, err := s.Store.ApprovedOf(ctx, e.Channel)
	if err != nil || !a.Began.Before(e.At) {
		return err
	}
	ch, ok := channel.Find(s.Channels, e.Channel)
	if !ok || !lists(ch) {
		a.None, a.Refused = true, now
		return s.Store.SetApproved(ctx, a)
	}
	a.None = false
	if a.Account != ch.BusinessID { // what was fetched is another account's
		a.Account, a.Began, a.Templates, a.Told = ch.BusinessID, time.Time{}, 0, nil
	}
	templates, err := s.fetch(ctx, ch)
	if err != nil {
		return s.failed(ctx, a, attempt, err)
	}
	return s.save(ctx, a, templates, now)
}

// fetch lists all templates. What stands on two pages, because the list has changed
// meanwhile, is taken as it was seen last.
func (s *Syncer) fetch(ctx context.Context, ch channel.Channel) ([]whatsapp.Template, error) {
	var all []whatsapp.Template
	seen := map[[2]string]int{}
	after := ""
	for range maxPages {
		page, err := s.WhatsApp.Templates(ctx, ch, after)
		if err != nil {
			return nil, err
		}
		for _, t := range page.Templates {
			key := [2]string{t.Name, t.Language}
			if i, twice := seen[key]; twice {
				all[i] = t
				continue
			}
			seen[key] = len(all)
			all = append(all, t)
		}
		if after = page.Next; after == "" {
			return all, nil
		}
		if len(all) > maxListed {
			break
		}
	}
	return nil, &message.SendError{Class: message.Bug, Reason: fmt.Sprintf("the account lists more than %d templates", maxListed)}
}

// save keeps the list, after an operator was told of what cannot be sent any more: a crash
// between the two tells it twice.
func (s *Syncer) save(ctx context.Context, a record.Approved, templates []whatsapp.Template, now time.Time) error {
	list, err := json.Marshal(templates)
	if err != nil {
		return fmt.Errorf("encode a list of templates: %w", err)
	}
	book, err := s.Live.Book(ctx, now)
	if err != nil {
		return err
	}
	if a.Code != 0 {
		s.Log.Info("the message templates of a channel are listed again", "channel", a.Channel)
	}
	a.Began, a.Templates = now, len(templates)
	a.Refused, a.Code, a.Reason = time.Time{}, 0, ""
	found := Stale(*book.Playbook(), Known{Channel: a.Channel, Account: a.Account, Fetched: now, Templates: templates}, now)
	a.Told = s.tell(a, found)
	return s.Store.SaveTemplates(ctx, a, list)
}

// tell raises one alarm when something is found that was not found the last time, and
// returns what is told by now.
func (s *Syncer) tell(a record.Approved, found []Unusable) []string {
	var all []string
	news := 0
	for _, u := range found {
		name := u.String()
		if slices.Contains(all, name) || len(all) == maxTold {
			continue
		}
		all = append(all, name)
		if !slices.Contains(a.Told, name) {
			news++
		}
	}
	if news > 0 {
		s.Log.Error("the live playbook names WhatsApp templates that cannot be sent", "alarm", "approved_template",
			"channel", a.Channel, "new", news, "templates", all)
	}
	return all
}

// failed says what becomes of an errand that got no list.
func (s *Syncer) failed(ctx context.Context, a record.Approved, attempt int, err error) error {
	refused, ok := errors.AsType[*message.SendError](err)
	if !ok {
		return err
	}
	switch refused.Class {
	case message.Retry, message.Slow, message.RetryLong, message.Unknown:
		return inbox.Wait(max(refused.After, grown(attempt)), refused)
	}
	if a.Refused.IsZero() || a.Code != refused.Code {
		s.Log.Warn("the message templates of a channel cannot be listed; what the playbook names is not checked", "channel", a.Channel, "code", refused.Code, "error", refused.Reason)
	}
	a.Refused, a.Code, a.Reason = s.Now(), refused.Code, refused.Reason
	return s.Store.SetApproved(ctx, a)
}

// grown is a pause that doubles with the deliveries, where a queue counts them.
func grown(attempt int) time.Duration {
	return min(shut<<min(max(attempt-1, 0), 10), longest)
}
