package record

import (
	"context"
	"strings"
	"time"

	"frontdesk/shared/table"
)

// Recipient is somebody who gets the weekly mail.
type Recipient struct {
	ID       string `json:"id"`
	Address  string `json:"address"`
	Name     string `json:"name,omitempty"`
	Language string `json:"language"`       // en or zh-CN
	Team     string `json:"team,omitempty"` // whose edition they get; empty for the whole company's
	// Weekday (mon to sun), Hour (0 to 23) and Zone (IANA) are when they get it; what is not
	// set is Monday, 8 and the company's zone.
	Weekday string `json:"weekday,omitempty"`
	Hour    *int   `json:"hour,omitempty"`
	Zone    string `json:"zone,omitempty"`
	// Off says that they get none for the time being.
	Off bool `json:"off,omitempty"`
	// Stopped is set when the address must get no more mail, whatever Off says.
	Stopped *Stop `json:"stopped,omitempty"`
	// Since is when they were put on the list or let on it again: a mail that was due before
	// is not for them.
	Since   time.Time `json:"since,omitzero"`
	Version int64     `json:"-"`
}

// Stop is why an address gets no more mail.
type Stop struct {
	// Why is unsubscribed, bounced, complained or refused.
	Why string    `json:"why"`
	At  time.Time `json:"at"`
}

// Why an address gets no more mail.
const (
	StopUnsubscribed = "unsubscribed" // they clicked on the mail's link
	StopBounced      = "bounced"      // the mail came back for good
	StopComplained   = "complained"   // they called it spam
	StopRefused      = "refused"      // the mail server said no for good when it was sent
)

// Silent reports that a recipient gets no mail now.
func (r Recipient) Silent() bool { return r.Off || r.Stopped != nil }

// After is a recipient that was saved in place of an old one: an address that must get no mail
// stays so until somebody lets it, and whoever comes to the list, or back to it, waits for the
// next mail that is due.
func (r Recipient) After(old Recipient, now time.Time) Recipient {
	r.Since = old.Since
	if strings.EqualFold(r.Address, old.Address) {
		r.Stopped = old.Stopped
	}
	if old.Version == 0 || old.Silent() && !r.Silent() {
		r.Since = now
	}
	return r
}

// Recipients lists everybody who gets the mail. One read.
func (s *Store) Recipients(ctx context.Context) ([]Recipient, error) {
	var out []Recipient
	err := each(ctx, s, table.Query{PK: pkRecipients}, func(it table.Item, r Recipient) bool {
		r.Version = it.Version
		out = append(out, r)
		return true
	})
	return out, err
}

// Recipient reads one. One read.
func (s *Store) Recipient(ctx context.Context, id string) (Recipient, error) {
	var r Recipient
	version, err := s.get(ctx, table.Key{PK: pkRecipients, SK: id}, &r)
	r.Version = version
	return r, err
}

// SaveRecipient writes one at the version it was read with, with its audit
// entry. One write.
func (s *Store) SaveRecipient(ctx context.Context, r Recipient, a Audit) error {
	it, err := item(table.Key{PK: pkRecipients, SK: r.ID}, r, time.Time{})
	if err != nil {
		return err
	}
	return s.withAudit(ctx, table.Write{Item: it, If: table.AtVersion(r.Version)}, a)
}

// DeleteRecipient removes one, with its audit entry. One write.
func (s *Store) DeleteRecipient(ctx context.Context, r Recipient, a Audit) error {
	key := table.Key{PK: pkRecipients, SK: r.ID}
	return s.withAudit(ctx, table.Write{Item: table.Item{Key: key}, If: table.AtVersion(r.Version), Delete: true}, a)
}

func (s *Store) withAudit(ctx context.Context, w table.Write, a Audit) error {
	entry, err := s.audit(a)
	if err != nil {
		return err
	}
	return stale(s.Table.Transact(ctx, w, table.Write{Item: entry, If: table.Absent()}))
}
