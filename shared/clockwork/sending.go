package clockwork

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	netmail "net/mail"

	"frontdesk/shared/mail"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
	"frontdesk/shared/unsubscribe"
)

// Compose makes the mail of a week for one recipient without sending it.
func (w *Weekly) Compose(ctx context.Context, name string, r record.Recipient) (mail.Message, error) {
	read, err := w.read(ctx, name)
	if err != nil {
		return mail.Message{}, fmt.Errorf("read %s: %w", name, err)
	}
	return w.compose(ctx, read, r, w.writeTo())
}

func (w *Weekly) compose(ctx context.Context, read reading, r record.Recipient, leave string) (mail.Message, error) {
	figures, err := read.report(report.Options{Team: r.Team})
	if err != nil {
		return mail.Message{}, fmt.Errorf("report of %s: %w", read.week, err)
	}
	more, err := w.more(ctx, read, r)
	if err != nil {
		return mail.Message{}, fmt.Errorf("what to look at in %s: %w", read.week, err)
	}
	return mail.Compose(figures, mail.Recipient{
		ID: r.ID, Address: r.Address, Name: r.Name, Language: r.Language, Team: r.Team,
	}, mail.Options{Zone: w.Zone.String(), Unsubscribe: leave, More: more})
}

// writeTo is the address that takes somebody off the list by a person's hand.
func (w *Weekly) writeTo() string {
	from, err := netmail.ParseAddress(w.From)
	if err != nil {
		return ""
	}
	return "mailto:" + from.Address + "?subject=" + url.PathEscape("unsubscribe")
}

// leave is how a recipient gets off the list: with one click when clients can reach us.
func (w *Weekly) leave(ctx context.Context, r record.Recipient) (string, error) {
	if !strings.HasPrefix(w.PublicURL, "https://") {
		return w.writeTo(), nil
	}
	key, err := w.Store.MailKey(ctx, w.Entropy)
	if err != nil {
		return "", fmt.Errorf("read the key of links: %w", err)
	}
	return strings.TrimSuffix(w.PublicURL, "/") + unsubscribe.Path + unsubscribe.Token(key, r.ID, r.Address), nil
}

// Run sends the mail of a week to everybody who has not had it, whatever their hour, and puts
// its card into the outbox of every group that is to have it. Finished days that have no
// figures yet are rolled up first: a mail goes out once, so it must not go out while figures
// are missing. When that fails nothing is sent, nor of a week that has not begun: [ErrNotBegun].
// One recipient's failure does not keep the others from theirs.
func (w *Weekly) Run(ctx context.Context, name string) error {
	read, err := w.complete(ctx, name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	_, err = w.sendAll(ctx, read)
	return errors.Join(err, w.announce(ctx, read))
}

// Cards puts the card of a week into the outbox of every group that is to have it.
func (w *Weekly) Cards(ctx context.Context, name string) error {
	read, err := w.complete(ctx, name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return w.announce(ctx, read)
}

// SendWeek sends the mail of a week and tells what became of each. A mail is claimed
// before it is sent: a run that is cut off between the two leaves it at
// "sending", and no run sends it again by itself. [ErrNotBegun]: nothing was
// claimed.
func (w *Weekly) SendWeek(ctx context.Context, name string) ([]record.Mailing, error) {
	read, err := w.complete(ctx, name)
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
	return w.sendTo(ctx, read, recipients)
}

// sendTo sends to those of the recipients who are to get mail.
func (w *Weekly) sendTo(ctx context.Context, read reading, recipients []record.Recipient) ([]record.Mailing, error) {
	var failed error
	var out []record.Mailing
	for _, r := range recipients {
		if r.Silent() {
			continue
		}
		m, err := w.sendOne(ctx, read, r)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("mail of %s to recipient %s: %w", read.week, r.ID, err))
		}
		out = append(out, m)
	}
	return out, failed
}

func (w *Weekly) sendOne(ctx context.Context, read reading, r record.Recipient) (record.Mailing, error) {
	m := record.Mailing{Week: read.week, Recipient: r.ID, State: record.MailFailed, At: w.Now()}
	l, err := w.write(ctx, read, r)
	if err != nil {
		m.Reason = "the mail could not be made"
		return m, err
	}
	m, err = w.Store.StartMailing(ctx, m)
	if errors.Is(err, record.ErrDuplicate) {
		return w.settle(ctx, m)
	}
	if err != nil {
		return m, err
	}
	return w.finish(ctx, m, r, w.mail(ctx, m, l))
}

// letter is a mail that is written and has no id yet.
type letter struct {
	message   mail.Message
	to, leave string
}

// write makes the mail of a week to a recipient. It is done before the mail is claimed, so that
// a run which is cut off meanwhile costs nobody theirs.
func (w *Weekly) write(ctx context.Context, read reading, r record.Recipient) (letter, error) {
	leave, err := w.leave(ctx, r)
	if err != nil {
		return letter{}, err
	}
	message, err := w.compose(ctx, read, r, leave)
	return letter{message, r.Address, leave}, err
}

// mail sends a letter whose mailing is claimed. Each time that somebody asked for it again it
// has another id, or mailboxes would show the first alone; a further try of the same has the
// same.
func (w *Weekly) mail(ctx context.Context, m record.Mailing, l letter) error {
	name := m.Recipient
	if m.Resent > 0 {
		name += fmt.Sprintf("\x00%d", m.Resent)
	}
	id, err := mail.MessageID(m.Week, name, w.From)
	if err != nil {
		return err
	}
	envelope, err := mail.Pack(l.message, mail.Headers{From: w.From, To: l.to, Date: w.Now(), ID: id, Unsubscribe: l.leave})
	if err != nil {
		return err
	}
	return w.Send(ctx, envelope)
}

// settle looks at a mail that was claimed before: one that was cut off is written down as such,
// and told once.
func (w *Weekly) settle(ctx context.Context, m record.Mailing) (record.Mailing, error) {
	seen := m.Seen(w.Now())
	if seen.State == m.State {
		return m, nil
	}
	w.unknown(seen)
	err := w.Store.EndMailing(ctx, seen)
	if errors.Is(err, record.ErrStale) {
		err = nil // another run wrote it down
	}
	return seen, err
}

func (w *Weekly) unknown(m record.Mailing) {
	w.Log.Warn("nobody knows whether a mail went out; it is not repeated by itself", "alarm", "mail_unknown", "week", m.Week, "recipient", m.Recipient)
}

// finish writes down how a mail ended.
func (w *Weekly) finish(ctx context.Context, m record.Mailing, r record.Recipient, err error) (record.Mailing, error) {
	m.State, m.At = record.MailSent, w.Now()
	switch {
	case err == nil:
	case unknown(err):
		m.State, m.Reason = record.MailUnknown, err.Error()
		w.unknown(m)
	default:
		m.State, m.Reason = record.MailFailed, err.Error()
		w.Log.Error("a mail was not sent", "alarm", "mail_failed", "week", m.Week, "recipient", m.Recipient, "error", err)
	}
	// Written even when the program is being stopped: a mailing that stays at
	// "sending" is never sent again.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTimeout)
	defer cancel()
	ended := w.Store.EndMailing(ctx, m)
	if permanent(err) {
		ended = errors.Join(ended, w.stop(ctx, r, record.StopRefused))
	}
	return m, errors.Join(err, ended)
}

const endTimeout = 5 * time.Second

func unknown(err error) bool {
	var v interface{ Unknown() bool }
	return errors.As(err, &v) && v.Unknown()
}

func permanent(err error) bool {
	var v interface{ Permanent() bool }
	return errors.As(err, &v) && v.Permanent()
}

// Why a mail is not sent again. The texts are for people.
var (
	// ErrSilent: the recipient is off or stopped.
	ErrSilent = errors.New("this recipient gets no mail: turn them on, or start them again, first")
	// ErrSending: the mail is on its way.
	ErrSending = errors.New("the mail is being sent right now: look again in a quarter of an hour")
)

// Resend sends the mail of a week to a recipient once more, because a person wants it, whatever
// became of the first. The audit entry is written with the claim: a run that is cut off
// behind it is not repeated by itself. [record.ErrNotFound]: no such recipient, or they had no
// mail for that week.
func (w *Weekly) Resend(ctx context.Context, name, id string, entry record.Audit) (record.Mailing, error) {
	r, err := w.Store.Recipient(ctx, id)
	if err != nil {
		return record.Mailing{}, err
	}
	m, err := w.Store.Mailing(ctx, name, id)
	switch {
	case err != nil:
		return m, err
	case r.Silent():
		return m, ErrSilent
	case m.Seen(w.Now()).State == record.MailSending:
		return m, ErrSending
	}
	read, err := w.read(ctx, name)
	if err != nil {
		return m, fmt.Errorf("read %s: %w", name, err)
	}
	l, err := w.write(ctx, read, r)
	if err != nil {
		return m, err
	}
	m, err = w.Store.Resend(ctx, m, w.Now(), entry)
	if err != nil {
		return m, err
	}
	m, _ = w.finish(ctx, m, r, w.mail(ctx, m, l)) // what became of it is in m, and in the log
	return m, nil
}

// Test sends the mail of a week to an address that need not be on the list, marked as a test.
// Nothing is written down about it; what the list's mails became of stays as it is. once makes
// each test's id another.
func (w *Weekly) Test(ctx context.Context, name, once string, r record.Recipient) error {
	message, err := w.Compose(ctx, name, r)
	if err != nil {
		return err
	}
	id, err := mail.MessageID(name, "test\x00"+once, w.From)
	if err != nil {
		return err
	}
	message.Subject = mail.TestMark(message.Language) + message.Subject
	envelope, err := mail.Pack(message, mail.Headers{From: w.From, To: r.Address, Date: w.Now(), ID: id})
	if err != nil {
		return err
	}
	return w.Send(ctx, envelope)
}

// Sends are the mails of a week to all recipients, and what became of them. One read.
func (w *Weekly) Sends(ctx context.Context, name string) ([]record.Mailing, error) {
	all, err := w.Store.Mailings(ctx, name)
	for i := range all {
		all[i] = all[i].Seen(w.Now())
	}
	return all, err
}
