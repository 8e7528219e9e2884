package record

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"frontdesk/shared/table"
)

// Mailing is the record of one weekly mail to one recipient.
type Mailing struct {
	Week      string `json:"week"`
	Recipient string `json:"recipient"`
	// State is sending, sent, failed or unknown. A mailing that stays at sending was cut off in
	// the middle. Like one of which nobody knows whether the mail server took it, it may have
	// gone out, and is never repeated by itself.
	State string    `json:"state"`
	At    time.Time `json:"at"`
	// Reason says why it failed.
	Reason string `json:"reason,omitempty"`
	// Tries is how often sending it has failed or begun, Resent how often somebody asked for
	// it again after it had gone out.
	Tries   int   `json:"tries,omitempty"`
	Resent  int   `json:"resent,omitempty"`
	Version int64 `json:"-"`
}

// The states of a [Mailing].
const (
	MailSending = "sending"
	MailSent    = "sent"
	MailFailed  = "failed"
	MailUnknown = "unknown"
)

// mailCut is after how long a mailing that is still being sent was cut off: a function lives
// for 15 minutes at most, and one mail takes a minute.
const mailCut = 15 * time.Minute

// Seen is the mailing as people should read it at a moment: one that has been sending for too
// long is unknown.
func (m Mailing) Seen(now time.Time) Mailing {
	if m.State == MailSending && now.Sub(m.At) > mailCut {
		m.State, m.Reason = MailUnknown, "cut off while it was sent"
	}
	return m
}

func mailingKey(week, recipient string) table.Key {
	return table.Key{PK: "MAIL#" + week, SK: recipient}
}

// StartMailing claims the right to send a week's mail to a recipient; a failed
// one may be claimed again. [ErrDuplicate]: it was sent, or is being sent, or
// nobody knows. One write, two when it had failed.
func (s *Store) StartMailing(ctx context.Context, m Mailing) (Mailing, error) {
	key := mailingKey(m.Week, m.Recipient)
	m.State, m.Version, m.Tries = MailSending, 1, 1
	err := s.put(ctx, key, m, table.Absent(), time.Time{})
	var taken *table.Conflict
	if !errors.As(err, &taken) || taken.Current == nil {
		return m, err
	}
	var old Mailing
	if err := decode(*taken.Current, &old); err != nil {
		return m, err
	}
	old.Version = taken.Current.Version
	if old.State != MailFailed {
		return old, ErrDuplicate
	}
	return s.claim(ctx, old, m.At)
}

// Resend claims a mailing that was read, whatever became of it, because a person wants it
// sent again. [ErrStale]: somebody else did meanwhile. One write with its audit entry.
func (s *Store) Resend(ctx context.Context, old Mailing, now time.Time, a Audit) (Mailing, error) {
	m := old
	m.State, m.Reason, m.At, m.Tries, m.Resent = MailSending, "", now, 1, old.Resent+1
	it, err := item(mailingKey(m.Week, m.Recipient), m, time.Time{})
	if err != nil {
		return m, err
	}
	err = s.withAudit(ctx, table.Write{Item: it, If: table.AtVersion(old.Version)}, a)
	m.Version = old.Version + 1
	return m, err
}

func (s *Store) claim(ctx context.Context, old Mailing, now time.Time) (Mailing, error) {
	m := old
	m.State, m.Reason, m.At, m.Tries = MailSending, "", now, old.Tries+1
	err := s.put(ctx, mailingKey(m.Week, m.Recipient), m, table.AtVersion(old.Version), time.Time{})
	if errors.Is(err, ErrStale) {
		return old, ErrDuplicate // another run was first
	}
	m.Version = old.Version + 1
	return m, err
}

// EndMailing writes how a started mailing ended. One write.
func (s *Store) EndMailing(ctx context.Context, m Mailing) error {
	return s.put(ctx, mailingKey(m.Week, m.Recipient), m, table.AtVersion(m.Version), time.Time{})
}

// Mailing reads the mail of a week to a recipient. One read.
func (s *Store) Mailing(ctx context.Context, week, recipient string) (Mailing, error) {
	var m Mailing
	version, err := s.get(ctx, mailingKey(week, recipient), &m)
	m.Version = version
	return m, err
}

// Mailings lists the mails of a week. One read.
func (s *Store) Mailings(ctx context.Context, week string) ([]Mailing, error) {
	var out []Mailing
	err := each(ctx, s, table.Query{PK: "MAIL#" + week}, func(it table.Item, m Mailing) bool {
		m.Version = it.Version
		out = append(out, m)
		return true
	})
	return out, err
}

// mailKeySize is the size of the key that signs the links of mails, in bytes.
const mailKeySize = 32

// MailKey reads the key that signs the links of mails, and makes it when there is none. One
// read, and one write the first time.
func (s *Store) MailKey(ctx context.Context, entropy io.Reader) ([]byte, error) {
	key := table.Key{PK: pkMailKey, SK: "1"}
	var have []byte
	if _, err := s.get(ctx, key, &have); !errors.Is(err, ErrNotFound) {
		return have, err
	}
	fresh := make([]byte, mailKeySize)
	if _, err := io.ReadFull(entropy, fresh); err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	err := s.put(ctx, key, fresh, table.Absent(), time.Time{})
	if errors.Is(err, ErrStale) { // another process was first
		_, err = s.get(ctx, key, &fresh)
	}
	return fresh, err
}
