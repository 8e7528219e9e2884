package clockwork

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"time"

	netmail "net/mail"

	"frontdesk/shared/live"
	"frontdesk/shared/mail"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
	"frontdesk/shared/week"
)

// Weekly makes the report of an ISO week and mails it to every recipient, once.
type Weekly struct {
	Store *record.Store
	Live  *live.Cache
	// Channels are display names by channel id.
	Channels map[string]string
	Zone     *time.Location
	// From is the sender; recipients who want no more mail write to it.
	From string
	Now  func() time.Time
	Log  *slog.Logger
	// RollUp makes the figures of a day (see [Rollup.Day]).
	RollUp func(ctx context.Context, day string) error
	// Send hands a mail over; nil means that it was accepted.
	Send func(ctx context.Context, e mail.Envelope) error
}

// Last is the ISO week before the one of a moment: the one to report on.
func (w *Weekly) Last(now time.Time) string {
	last, err := week.Before(week.Of(now, w.Zone), 1)
	if err != nil {
		return "" // Of gives valid weeks only
	}
	return last
}

// Report builds the figures of a week, narrowed to a channel or a team when these
// are not empty. One read per week that it looks at, one for what channels counted
// themselves, and one for the names.
func (w *Weekly) Report(ctx context.Context, name string, o report.Options) (report.Week, error) {
	read, err := w.read(ctx, name)
	if err != nil {
		return report.Week{}, err
	}
	return read.report(o)
}

// reading is everything that the reports of one week are made of.
type reading struct {
	week  string
	rows  []rollup.Row
	own   []rollup.ChannelDay
	names report.Options
}

func (r reading) report(o report.Options) (report.Week, error) {
	names := r.names
	names.Channel, names.Team = o.Channel, o.Team
	figures, err := report.Build(r.week, r.rows, names)
	if err != nil {
		return figures, err
	}
	figures.Own, err = report.OwnFigures(r.week, r.own, names)
	return figures, err
}

// missing lists the days of the week that have no rows.
func (r reading) missing() ([]string, error) {
	days, err := week.Days(r.week)
	return slices.DeleteFunc(slices.Clone(days[:]), func(day string) bool {
		return slices.ContainsFunc(r.rows, func(row rollup.Row) bool { return row.Day == day })
	}), err
}

// read reads the rows of a week and the weeks before it, and what things are
// called now.
func (w *Weekly) read(ctx context.Context, name string) (reading, error) {
	out := reading{week: name}
	for back := range report.Weeks {
		earlier, err := week.Before(name, back)
		if err != nil {
			return out, err
		}
		stored, err := w.Store.KPIRows(ctx, earlier)
		if err != nil {
			return out, err
		}
		for _, s := range stored {
			row, err := report.Decode(s.Body, back)
			if err != nil {
				return out, fmt.Errorf("decode KPI row of %s: %w", s.Day, err)
			}
			out.rows = append(out.rows, row)
		}
	}
	if err := w.counted(ctx, &out); err != nil {
		return out, err
	}
	return out, w.name(ctx, &out.names)
}

// counted reads what channels counted themselves in the week.
func (w *Weekly) counted(ctx context.Context, out *reading) error {
	stored, err := w.Store.ChannelDays(ctx, out.week)
	if err != nil {
		return err
	}
	for _, s := range stored {
		var d rollup.ChannelDay
		if err := json.Unmarshal(s.Body, &d); err != nil {
			return fmt.Errorf("decode a channel's own figures of %s: %w", s.Day, err)
		}
		out.own = append(out.own, d)
	}
	return nil
}

// name fills in what filters, templates, teams and channels are called now.
func (w *Weekly) name(ctx context.Context, o *report.Options) error {
	book, err := w.Live.Book(ctx, w.Now())
	if err != nil {
		return err
	}
	p := book.Playbook()
	o.Channels, o.Filters, o.Templates, o.Teams = w.Channels, map[string]string{}, map[string]string{}, map[string]string{}
	for _, f := range p.Filters {
		o.Filters[f.ID] = f.Name
	}
	for _, t := range p.Templates {
		o.Templates[t.ID] = t.Name
	}
	for _, t := range p.Teams {
		o.Teams[t.ID] = t.Name
	}
	return nil
}

// Compose makes the mail of a week for one recipient without sending it.
func (w *Weekly) Compose(ctx context.Context, name string, r record.Recipient) (mail.Message, error) {
	read, err := w.read(ctx, name)
	if err != nil {
		return mail.Message{}, fmt.Errorf("read %s: %w", name, err)
	}
	return w.compose(read, r)
}

func (w *Weekly) compose(read reading, r record.Recipient) (mail.Message, error) {
	figures, err := read.report(report.Options{Team: r.Team})
	if err != nil {
		return mail.Message{}, fmt.Errorf("report of %s: %w", read.week, err)
	}
	return mail.Compose(figures, mail.Recipient{
		ID: r.ID, Address: r.Address, Name: r.Name, Language: r.Language, Team: r.Team,
	}, mail.Options{Zone: w.Zone.String(), Unsubscribe: w.unsubscribe()})
}

func (w *Weekly) unsubscribe() string {
	from, err := netmail.ParseAddress(w.From)
	if err != nil {
		return ""
	}
	return "mailto:" + from.Address + "?subject=" + url.PathEscape("unsubscribe")
}

// Run sends the mail of a week to everybody who has not had it, and puts its card into the
// outbox of every group that is to have it. Finished days that have no figures yet are
// rolled up first: a mail goes out once, so it must not go out while figures are missing. When that fails nothing is sent. One
// recipient's failure does not keep the others from theirs.
func (w *Weekly) Run(ctx context.Context, name string) error {
	read, err := w.complete(ctx, name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	_, err = w.sendAll(ctx, read)
	return errors.Join(err, w.announce(ctx, read))
}

// complete reads a week after rolling up what is missing of it.
func (w *Weekly) complete(ctx context.Context, name string) (reading, error) {
	read, err := w.read(ctx, name)
	if err != nil {
		return read, err
	}
	missing, err := read.missing()
	if err != nil {
		return read, err
	}
	rolled := false
	for _, day := range missing {
		if day >= week.Day(w.Now(), w.Zone) {
			break // not over yet
		}
		if err := w.RollUp(ctx, day); err != nil {
			return read, err
		}
		rolled = true
	}
	if rolled {
		return w.read(ctx, name)
	}
	return read, nil
}

// SendWeek sends the mail of a week as it stands and tells what became of each. A mail is claimed
// before it is sent: a run that is cut off between the two leaves it at
// "sending", and no run sends it again by itself.
func (w *Weekly) SendWeek(ctx context.Context, name string) ([]record.Mailing, error) {
	read, err := w.read(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return w.sendAll(ctx, read)
}

func (w *Weekly) sendAll(ctx context.Context, read reading) ([]record.Mailing, error) {
	recipients, err := w.Store.Recipients(ctx)
	if err != nil {
		return nil, fmt.Errorf("list recipients: %w", err)
	}
	var failed error
	var out []record.Mailing
	for _, r := range recipients {
		m, err := w.sendOne(ctx, read, r)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("mail of %s to recipient %s: %w", read.week, r.ID, err))
		}
		out = append(out, m)
	}
	return out, failed
}

func (w *Weekly) sendOne(ctx context.Context, read reading, r record.Recipient) (record.Mailing, error) {
	name := read.week
	message, err := w.compose(read, r)
	if err != nil {
		return record.Mailing{Week: name, Recipient: r.ID, State: record.MailFailed, Reason: "the mail could not be made"}, err
	}
	id, err := mail.MessageID(name, r.ID, w.From)
	if err != nil {
		return record.Mailing{Week: name, Recipient: r.ID, State: record.MailFailed, Reason: "the sender is not an address"}, err
	}
	now := w.Now()
	envelope, err := mail.Pack(message, mail.Headers{From: w.From, To: r.Address, Date: now, ID: id, Unsubscribe: w.unsubscribe()})
	if err != nil {
		return record.Mailing{Week: name, Recipient: r.ID, State: record.MailFailed, Reason: "the address is not valid"}, err
	}
	m, err := w.Store.StartMailing(ctx, record.Mailing{Week: name, Recipient: r.ID, At: now})
	if errors.Is(err, record.ErrDuplicate) {
		if m.State == record.MailSending {
			w.Log.Warn("a mail was cut off while it was sent; it is not repeated by itself", "alarm", "mail_unknown", "week", name, "recipient", r.ID)
		}
		return m, nil
	}
	if err != nil {
		return m, err
	}
	return w.finish(ctx, m, w.Send(ctx, envelope))
}

// finish writes down how a mail ended.
func (w *Weekly) finish(ctx context.Context, m record.Mailing, err error) (record.Mailing, error) {
	m.State, m.At = record.MailSent, w.Now()
	if err != nil {
		m.State, m.Reason = record.MailFailed, err.Error()
		w.Log.Error("a mail was not sent", "alarm", "mail_failed", "week", m.Week, "recipient", m.Recipient, "error", err)
	}
	// Written even when the program is being stopped: a mailing that stays at
	// "sending" is never sent again.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTimeout)
	defer cancel()
	return m, errors.Join(err, w.Store.EndMailing(ctx, m))
}

const endTimeout = 5 * time.Second
