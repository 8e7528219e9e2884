package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"frontdesk/shared/table"
)

// KPIRow is one stored row of figures. The body belongs to package rollup.
type KPIRow struct {
	Day     string
	Channel string
	Team    string
	Body    json.RawMessage
}

func (r KPIRow) key(week string) table.Key {
	return table.Key{PK: kpiPK(week), SK: r.Day + "#" + r.Channel + "#" + r.Team}
}

// KPIRows reads all rows of an ISO week, in order of day, channel and team. One
// read per page of 1 MB.
func (s *Store) KPIRows(ctx context.Context, week string) ([]KPIRow, error) {
	return s.kpiRows(ctx, table.Query{PK: kpiPK(week)})
}

func (s *Store) kpiRows(ctx context.Context, q table.Query) ([]KPIRow, error) {
	var rows []KPIRow
	err := table.All(ctx, s.Table, q, func(it table.Item) bool {
		parts := append(strings.SplitN(it.SK, "#", 3), "", "")
		rows = append(rows, KPIRow{parts[0], parts[1], parts[2], json.RawMessage(it.Body)})
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("read KPI rows: %w", err)
	}
	return rows, nil
}

// ReplaceDay makes rows the only ones of a day: it writes them all and deletes
// those that are there and not among them; then it notes that the day was rolled
// up. Repeating it changes nothing.
func (s *Store) ReplaceDay(ctx context.Context, week, day string, rows []KPIRow) error {
	old, err := s.kpiRows(ctx, table.Query{PK: kpiPK(week), From: day + "#", To: day + "$"})
	if err != nil {
		return err
	}
	keep := map[table.Key]bool{}
	for _, r := range rows {
		keep[r.key(week)] = true
		it := table.Item{Key: r.key(week), Body: string(r.Body)}
		if err := s.Table.Put(ctx, it, table.Condition{}); err != nil {
			return fmt.Errorf("write KPI row of %s: %w", day, err)
		}
	}
	for _, r := range old {
		if keep[r.key(week)] {
			continue
		}
		if err := s.Table.Delete(ctx, r.key(week), table.Condition{}); err != nil {
			return fmt.Errorf("delete KPI row of %s: %w", day, err)
		}
	}
	return s.put(ctx, table.Key{PK: pkRolled, SK: day}, struct{}{}, table.Condition{}, time.Time{})
}

// Rolled lists the days from the given one on that have been rolled up. One read.
func (s *Store) Rolled(ctx context.Context, from string) (map[string]bool, error) {
	days := map[string]bool{}
	err := table.All(ctx, s.Table, table.Query{PK: pkRolled, From: from}, func(it table.Item) bool {
		days[it.SK] = true
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("list rolled up days: %w", err)
	}
	return days, nil
}

// Recipient is somebody who gets the weekly mail.
type Recipient struct {
	ID       string `json:"id"`
	Address  string `json:"address"`
	Name     string `json:"name,omitempty"`
	Language string `json:"language"` // en or zh-CN
	Team     string `json:"team,omitempty"`
	Version  int64  `json:"-"`
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

// Mailing is the record of one weekly mail to one recipient.
type Mailing struct {
	Week      string `json:"week"`
	Recipient string `json:"recipient"`
	// State is sending, sent or failed. A mailing that stays at sending was cut
	// off in the middle: it may have gone out, and is never repeated by itself.
	State string    `json:"state"`
	At    time.Time `json:"at"`
	// Reason says why it failed.
	Reason  string `json:"reason,omitempty"`
	Version int64  `json:"-"`
}

// The states of a [Mailing].
const (
	MailSending = "sending"
	MailSent    = "sent"
	MailFailed  = "failed"
)

// StartMailing claims the right to send a week's mail to a recipient; a failed
// one may be claimed again. [ErrDuplicate]: it was sent, or is being sent. One
// write, two when it had failed.
func (s *Store) StartMailing(ctx context.Context, m Mailing) (Mailing, error) {
	key := table.Key{PK: "MAIL#" + m.Week, SK: m.Recipient}
	m.State, m.Version = MailSending, 1
	err := s.put(ctx, key, m, table.Absent(), time.Time{})
	var taken *table.Conflict
	if !errors.As(err, &taken) || taken.Current == nil {
		return m, err
	}
	var old Mailing
	if err := decode(*taken.Current, &old); err != nil {
		return m, err
	}
	if old.State != MailFailed {
		return old, ErrDuplicate
	}
	m.Version = taken.Current.Version + 1
	return m, s.put(ctx, key, m, table.AtVersion(taken.Current.Version), time.Time{})
}

// EndMailing writes how a started mailing ended. One write.
func (s *Store) EndMailing(ctx context.Context, m Mailing) error {
	return s.put(ctx, table.Key{PK: "MAIL#" + m.Week, SK: m.Recipient}, m, table.AtVersion(m.Version), time.Time{})
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
