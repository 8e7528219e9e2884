package clockwork

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"frontdesk/shared/record"
	"frontdesk/shared/week"
)

// defaultHour is when somebody gets the mail who chose no hour.
const defaultHour = 8

// Moment is when the mail of an ISO week is due to a recipient: on their weekday, at their
// hour, in their zone, in the week that follows. The figures are ready on Monday at 03:10 in
// the company's zone; for somebody to whom that is later than their hour (the company is in Los
// Angeles, they are in Shanghai) it is their hour on the first day when they are ready.
func Moment(name string, r record.Recipient, company *time.Location) (time.Time, error) {
	next, err := week.Before(name, -1)
	if err != nil {
		return time.Time{}, err
	}
	days, err := week.Days(next)
	if err != nil {
		return time.Time{}, err
	}
	midnight, _, err := week.Bounds(days[0], company)
	if err != nil {
		return time.Time{}, err
	}
	zone, weekday, hour, err := wish(r, company)
	if err != nil {
		return time.Time{}, err
	}
	later, err := week.Before(next, -1)
	if err != nil {
		return time.Time{}, err
	}
	more, err := week.Days(later)
	if err != nil {
		return time.Time{}, err
	}
	for _, day := range append(days, more...)[weekday:] {
		at, err := week.Clock(day, hour, zone)
		if err == nil && !at.Before(midnight.Add(nightlyAt)) {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("no day for the mail of %s", name)
}

// wish is when a recipient wants their mail: weekday 0 is Monday.
func wish(r record.Recipient, company *time.Location) (zone *time.Location, weekday, hour int, err error) {
	zone, hour = company, defaultHour
	if r.Hour != nil {
		hour = *r.Hour
	}
	if r.Weekday != "" {
		weekday = slices.Index(Weekdays(), r.Weekday)
	}
	if r.Zone != "" {
		zone, err = time.LoadLocation(r.Zone)
	}
	if weekday < 0 || err != nil {
		return nil, 0, 0, fmt.Errorf("recipient %s has no weekday or zone that there is", r.ID)
	}
	return zone, weekday, hour, nil
}

// Weekdays are the words for the days of a week, Monday first.
func Weekdays() []string { return []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} }

// latest is the last week whose mail has been due to a recipient at a moment.
func latest(now time.Time, r record.Recipient, company *time.Location) (name string, due time.Time, err error) {
	for back := 1; back <= 3; back++ {
		if name, err = week.Before(week.Of(now, company), back); err != nil {
			return "", due, err
		}
		if due, err = Moment(name, r, company); err != nil {
			return "", due, err
		}
		if !due.After(now) {
			return name, due, nil
		}
	}
	return "", due, fmt.Errorf("recipient %s has no week that is due", r.ID)
}

// Due sends the mails whose hour has come, each once for its week and recipient. Somebody whose
// hour passed while nothing ran gets theirs late; who was put on the list after the hour
// waits for the next week. What failed is tried again after a pause that doubles. It costs a
// read, and one for each week that is due to somebody.
func (w *Weekly) Due(ctx context.Context, now time.Time) error {
	recipients, err := w.Store.Recipients(ctx)
	if err != nil {
		return fmt.Errorf("list recipients: %w", err)
	}
	due, failed := w.dueBy(now, recipients)
	for name, who := range due {
		failed = errors.Join(failed, w.sendDue(ctx, now, name, who))
	}
	return failed
}

// dueBy sorts the recipients by the week that is due to them.
func (w *Weekly) dueBy(now time.Time, recipients []record.Recipient) (map[string][]record.Recipient, error) {
	out := map[string][]record.Recipient{}
	var failed error
	for _, r := range recipients {
		if r.Silent() {
			continue
		}
		name, due, err := latest(now, r, w.Zone)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		if !due.Before(r.Since) {
			out[name] = append(out[name], r)
		}
	}
	return out, failed
}

// sendDue sends a week to those of the recipients who have not had it.
func (w *Weekly) sendDue(ctx context.Context, now time.Time, name string, who []record.Recipient) error {
	had, err := w.Store.Mailings(ctx, name)
	if err != nil {
		return fmt.Errorf("read the mails of %s: %w", name, err)
	}
	who = slices.DeleteFunc(who, func(r record.Recipient) bool {
		i := slices.IndexFunc(had, func(m record.Mailing) bool { return m.Recipient == r.ID })
		return i >= 0 && rests(had[i], now)
	})
	if len(who) == 0 {
		return nil
	}
	read, err := w.complete(ctx, name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	_, err = w.sendTo(ctx, read, who)
	return err
}

// maxRest is the longest pause between two tries.
const maxRest = 24 * time.Hour

// rests reports whether nothing is to be done about a mail now.
func rests(m record.Mailing, now time.Time) bool {
	switch m.State {
	case record.MailFailed:
		pause := again << min(max(m.Tries-1, 0), 10)
		return now.Sub(m.At) < min(pause, maxRest)
	case record.MailSending:
		return m.Seen(now).State == record.MailSending
	}
	return true
}
