package clockwork_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/mail"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

func hour(n int) *int { return &n }

func TestWhenTheMailOfAWeekIsDue(t *testing.T) {
	tests := []struct {
		name, week, company string
		r                   record.Recipient
		want                string
	}{
		{"Monday at eight in the company's zone, if nothing else was chosen", "2026-W47", "Asia/Shanghai", record.Recipient{}, "2026-11-23T08:00:00+08:00"},
		{"their weekday and hour", "2026-W47", "Asia/Shanghai", record.Recipient{Weekday: "fri", Hour: hour(17)}, "2026-11-27T17:00:00+08:00"},
		{"Sunday is the last day of the week that follows", "2026-W47", "Asia/Shanghai", record.Recipient{Weekday: "sun", Hour: hour(23)}, "2026-11-29T23:00:00+08:00"},
		{"their zone, west of the company's", "2026-W47", "Asia/Shanghai", record.Recipient{Zone: "America/Los_Angeles"}, "2026-11-23T08:00:00-08:00"},
		{"a zone of half hours", "2026-W47", "Europe/Berlin", record.Recipient{Zone: "Asia/Kolkata", Hour: hour(9)}, "2026-11-23T09:00:00+05:30"},
		{"their Monday begins before the company's week is over: the day after", "2026-W47", "America/Los_Angeles", record.Recipient{Zone: "Asia/Shanghai"}, "2026-11-24T08:00:00+08:00"},
		{"before the figures are ready: the day after", "2026-W47", "Asia/Shanghai", record.Recipient{Hour: hour(3)}, "2026-11-24T03:00:00+08:00"},
		{"zones more than a day apart: two days after", "2026-W47", "Pacific/Pago_Pago", record.Recipient{Weekday: "mon", Hour: hour(0), Zone: "Pacific/Kiritimati"}, "2026-11-25T00:00:00+14:00"},
		{"midnight is an hour, too", "2026-W47", "Asia/Shanghai", record.Recipient{Weekday: "tue", Hour: hour(0)}, "2026-11-24T00:00:00+08:00"},
		{"summer time begins: two o'clock is not there, so three", "2026-W12", "Europe/Berlin", record.Recipient{Weekday: "sun", Hour: hour(2)}, "2026-03-29T03:00:00+02:00"},
		{"summer time ends: two o'clock comes twice, so the first", "2026-W42", "Europe/Berlin", record.Recipient{Weekday: "sun", Hour: hour(2)}, "2026-10-25T02:00:00+02:00"},
		{"summer time began on the day before: eight is eight", "2026-W13", "Europe/Berlin", record.Recipient{}, "2026-03-30T08:00:00+02:00"},
		{"the last week of a long year", "2026-W53", "Asia/Shanghai", record.Recipient{}, "2027-01-04T08:00:00+08:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			zone, err := time.LoadLocation(tt.company)
			if err != nil {
				t.Fatal(err)
			}
			got, err := clockwork.Moment(tt.week, tt.r, zone)
			if err != nil || got.Format(time.RFC3339) != tt.want {
				t.Errorf("got %s, %v, want %s", got.Format(time.RFC3339), err, tt.want)
			}
		})
	}
}

func TestARecipientWithoutAZoneOrDayThatThereIsGetsNothingAndTheOthersGetTheirs(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.emptyWeeks(t)
	w.save(t, record.Recipient{ID: "ana", Zone: "Mars/Olympus"})
	w.save(t, record.Recipient{ID: "bo", Weekday: "someday"})
	w.save(t, record.Recipient{ID: "cy"})
	if err := w.weekly.Due(ctx, w.now); err == nil || len(w.sent) != 1 || w.sent[0].To != "cy@example.com" {
		t.Errorf("got %v and %d mails, want an error and one to cy", err, len(w.sent))
	}
}

func (w *deskWeek) save(t *testing.T, r record.Recipient) {
	t.Helper()
	r.Address, r.Language = r.ID+"@example.com", "en"
	if err := w.store.SaveRecipient(context.Background(), r, record.Audit{ID: r.ID + fmt.Sprint(r.Version), At: w.now}); err != nil {
		t.Fatal(err)
	}
}

// pass lets time pass in quarter hours, as the schedule does, and returns who got a mail when.
func (w *deskWeek) pass(t *testing.T, until time.Time) []string {
	t.Helper()
	var got []string
	for ; !w.now.After(until); w.now = w.now.Add(15 * time.Minute) {
		before := len(w.sent)
		if err := w.weekly.Due(context.Background(), w.now); err != nil {
			t.Fatal(err)
		}
		for _, e := range w.sent[before:] {
			got = append(got, strings.TrimSuffix(e.To, "@example.com")+w.now.Format(" Mon 2 15:04"))
		}
	}
	return got
}

func TestEachGetsTheirsAtTheirHourAndOnceAWeek(t *testing.T) {
	w := newWeek(t)
	zone := w.rollup.Zone
	w.emptyWeeks(t)
	w.now = time.Date(2026, 11, 23, 3, 15, 0, 0, zone)
	w.save(t, record.Recipient{ID: "ana"})
	w.save(t, record.Recipient{ID: "bo", Weekday: "thu", Hour: hour(18)})
	w.save(t, record.Recipient{ID: "cy", Zone: "America/Los_Angeles"})
	w.save(t, record.Recipient{ID: "off", Off: true})
	w.save(t, record.Recipient{ID: "gone", Stopped: &record.Stop{Why: record.StopBounced}})
	w.save(t, record.Recipient{ID: "new", Since: time.Date(2026, 11, 25, 12, 0, 0, 0, zone)})
	w.save(t, record.Recipient{ID: "soon", Weekday: "fri", Since: time.Date(2026, 11, 25, 12, 0, 0, 0, zone)})
	for _, id := range []string{"ana", "bo", "cy", "soon"} { // last week's, which went out then
		if _, err := w.store.StartMailing(context.Background(), record.Mailing{Week: "2026-W46", Recipient: id, At: w.now}); err != nil {
			t.Fatal(err)
		}
	}
	got := strings.Join(w.pass(t, time.Date(2026, 11, 30, 9, 0, 0, 0, zone)), ", ")
	want := "ana Mon 23 08:00, cy Tue 24 00:00, bo Thu 26 18:00, soon Fri 27 08:00, ana Mon 30 08:00, new Mon 30 08:00"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAMachineThatWasOffAtTheHourMailsWhenItIsBack(t *testing.T) {
	w := newWeek(t)
	w.emptyWeeks(t)
	w.save(t, record.Recipient{ID: "ana"})
	w.now = time.Date(2026, 11, 25, 14, 0, 0, 0, w.rollup.Zone)
	if got := strings.Join(w.pass(t, w.now.Add(time.Hour)), ", "); got != "ana Wed 25 14:00" {
		t.Errorf("got %s, want one on Wednesday", got)
	}
}

func TestWhatFailsIsTriedAgainMoreAndMoreRarely(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.emptyWeeks(t)
	w.save(t, record.Recipient{ID: "ana"})
	w.refuse = errors.New("the mail server is down")
	for range 4 * 24 * 6 {
		_ = w.weekly.Due(ctx, w.now)
		w.now = w.now.Add(15 * time.Minute)
	}
	if n := len(w.sent); n < 8 || n > 14 {
		t.Errorf("got %d tries in six days, want some ten", n)
	}
}

// verdict is an error that says what is known of the mail.
type verdict struct{ unknown, permanent bool }

func (v verdict) Error() string   { return "the server said something" }
func (v verdict) Unknown() bool   { return v.unknown }
func (v verdict) Permanent() bool { return v.permanent }

func TestAMailThatMayHaveBeenTakenIsShownAsUnknownAndNotRepeated(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.emptyWeeks(t)
	w.save(t, record.Recipient{ID: "ana"})
	w.refuse = verdict{unknown: true}
	if err := w.weekly.Due(ctx, w.now); err == nil {
		t.Error("got no error, want the server's")
	}
	w.refuse = nil
	w.now = w.now.Add(48 * time.Hour)
	if err := w.weekly.Due(ctx, w.now); err != nil {
		t.Fatal(err)
	}
	m, err := w.store.Mailing(ctx, "2026-W47", "ana")
	if err != nil || m.State != record.MailUnknown || len(w.sent) != 1 {
		t.Errorf("got %+v, %v and %d mails, want unknown and one", m, err, len(w.sent))
	}
}

func TestAnAddressThatTheServerRefusesForGoodGetsNoMore(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.emptyWeeks(t)
	w.save(t, record.Recipient{ID: "ana"})
	w.refuse = verdict{permanent: true}
	for range 3 {
		_ = w.weekly.Due(ctx, w.now)
		w.now = w.now.Add(time.Hour)
	}
	r, err := w.store.Recipient(ctx, "ana")
	if err != nil || r.Stopped == nil || r.Stopped.Why != record.StopRefused || len(w.sent) != 1 {
		t.Errorf("got %+v, %v after %d tries, want refused after one", r.Stopped, err, len(w.sent))
	}
}

// mortal is a table whose process dies before or after its n-th write.
type mortal struct {
	table.Table
	left  *int
	after bool
}

func (m mortal) write(do func() error) error {
	if *m.left--; *m.left >= 0 {
		return do()
	}
	if *m.left == -1 && m.after {
		_ = do()
	}
	return errKilled
}

func (m mortal) Put(ctx context.Context, it table.Item, c table.Condition) error {
	return m.write(func() error { return m.Table.Put(ctx, it, c) })
}

func (m mortal) Transact(ctx context.Context, writes ...table.Write) error {
	return m.write(func() error { return m.Table.Transact(ctx, writes...) })
}

func TestNobodyGetsTwoMailsForAWeekWhereverARunIsKilled(t *testing.T) {
	for at := range 5 { // two recipients: claim, end, claim, end
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("write %d, done %v", at, after), func(t *testing.T) { killedAt(t, at, after) })
		}
	}
}

func killedAt(t *testing.T, at int, after bool) {
	w, ctx := newWeek(t), context.Background()
	w.emptyWeeks(t)
	w.save(t, record.Recipient{ID: "ana"})
	w.save(t, record.Recipient{ID: "bo"})
	healthy, left := w.store.Table, at
	w.store.Table = mortal{healthy, &left, after}
	w.weekly.Send = func(_ context.Context, e mail.Envelope) error {
		if left < 0 {
			return errKilled // the process is dead
		}
		w.sent = append(w.sent, e)
		return nil
	}
	_ = w.weekly.Due(ctx, w.now)
	w.store.Table = healthy
	left = 100
	for range 12 { // others take over
		w.now = w.now.Add(15 * time.Minute)
		if err := w.weekly.Due(ctx, w.now); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string]int{}
	for _, e := range w.sent {
		got[e.To]++
	}
	for _, id := range []string{"ana", "bo"} {
		m, err := w.store.Mailing(ctx, "2026-W47", id)
		sent := got[id+"@example.com"]
		told := m.State == record.MailSent && sent == 1 || m.State == record.MailUnknown && sent <= 1
		if err != nil || !told {
			t.Errorf("%s: got %d mails and the state %s, %v; want one that was sent, or one that nobody knows of", id, sent, m.State, err)
		}
	}
}

func TestAMailThatIsTriedAgainKeepsItsIDAndOneThatSomebodyWantsAgainHasAnother(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.emptyWeeks(t)
	w.save(t, record.Recipient{ID: "ana"})
	due := func() string {
		t.Helper()
		if err := w.weekly.Due(ctx, w.now); err != nil {
			t.Fatal(err)
		}
		return w.sent[len(w.sent)-1].ID
	}
	first := due()
	w.refuse = errors.New("the mail server is down")
	m, err := w.weekly.Resend(ctx, "2026-W47", "ana", record.Audit{ID: "again", At: w.now})
	if err != nil || m.State != record.MailFailed || len(w.sent) != 2 {
		t.Fatalf("got %+v, %v and %d tries, want a second that failed", m, err, len(w.sent))
	}
	w.refuse, w.now = nil, w.now.Add(2*time.Hour)
	again := w.sent[1].ID
	if got := due(); len(w.sent) != 3 || again == first || got != again {
		t.Errorf("got %d tries with ids %s, %s, %s, want the third like the second and not like the first", len(w.sent), first, again, got)
	}
}
