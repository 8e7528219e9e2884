package admin_test

import (
	"errors"
	"strings"
	"testing"

	"frontdesk/shared/admin"
	"frontdesk/shared/record"
)

const boss = "/v1/reports/recipients/boss"

func bossOnTheList(t *testing.T) *shop {
	t.Helper()
	s := opened(t)
	s.want(200, s.do("admin", "PUT", boss, `{"address": "boss@example.com", "language": "en"}`, "If-None-Match", "*"))
	return s
}

func TestAMailIsSentAgainOnlyWhenSomebodyWantsIt(t *testing.T) {
	s := bossOnTheList(t)
	const path = "/v1/reports/weeks/2026-W46/recipients/boss/resend"
	s.want(404, s.do("admin", "POST", path, "", "Idempotency-Key", "early")) // there was no mail yet
	s.want(200, s.do("admin", "POST", "/v1/reports/weeks/2026-W46/send", ""))
	s.want(428, s.do("admin", "POST", path, ""))
	for range 2 { // the same click twice
		m := read[record.Mailing](t, s.want(200, s.do("admin", "POST", path, "", "Idempotency-Key", "a")))
		if m.State != record.MailSent || m.Resent != 1 {
			t.Errorf("got %+v, want sent, and again once", m)
		}
	}
	if len(s.mails) != 2 || s.mails[0].ID == s.mails[1].ID {
		t.Errorf("got %d mails, want two that mailboxes show both", len(s.mails))
	}
	s.refuse = errors.New("the mail host is away")
	if m := read[record.Mailing](t, s.want(200, s.do("admin", "POST", path, "", "Idempotency-Key", "b"))); m.State != record.MailFailed {
		t.Errorf("got %+v, want failed", m)
	}
	s.refuse = nil
	s.want(404, s.do("admin", "POST", "/v1/reports/weeks/2026-W46/recipients/nobody/resend", "", "Idempotency-Key", "c"))
	s.want(422, s.do("admin", "POST", "/v1/reports/weeks/46/recipients/boss/resend", "", "Idempotency-Key", "d"))
	s.want(200, s.do("admin", "PUT", boss, `{"address": "boss@example.com", "language": "en", "off": true}`, "If-Match", `"recipient-1"`))
	s.want(409, s.do("admin", "POST", path, "", "Idempotency-Key", "e"))
	if got := strings.Join(s.audit(), "\n"); strings.Count(got, "report.resend 2026-W46 boss") != 2 {
		t.Errorf("got audit %s, want the two that were sent", got)
	}
}

func TestTheHistoryOfAWeeksMails(t *testing.T) {
	s := bossOnTheList(t)
	s.want(200, s.do("admin", "POST", "/v1/reports/weeks/2026-W46/send", ""))
	for _, path := range []string{"/v1/reports/sends?week=2026-W46", "/v1/reports/sends"} {
		got := read[list[record.Mailing]](t, s.want(200, s.do("viewer", "GET", path, ""))).Items
		if len(got) != 1 || got[0].Recipient != "boss" || got[0].State != record.MailSent || got[0].At.IsZero() {
			t.Errorf("%s: got %+v, want the boss's, sent, with the time", path, got)
		}
	}
	s.want(422, s.do("viewer", "GET", "/v1/reports/sends?week=46", ""))
}

func TestATestMailGoesToOneAddressAndChangesNothing(t *testing.T) {
	s := bossOnTheList(t)
	const path = "/v1/reports/weeks/2026-W46/test"
	s.want(204, s.do("admin", "POST", path, `{"address": "me@example.com", "language": "en", "team": "care"}`))
	s.want(422, s.do("admin", "POST", path, `{"address": "Me <me@example.com>", "language": "en"}`))
	s.want(422, s.do("admin", "POST", path, `{"address": "me@example.com", "language": "en", "team": "nobody"}`))
	if len(s.mails) != 1 || s.mails[0].To != "me@example.com" || !strings.Contains(string(s.mails[0].MIME), "Subject: Test: ") {
		t.Errorf("got %d mails, want one test to me", len(s.mails))
	}
	s.refuse = errors.New("the mail host is away")
	s.want(502, s.do("admin", "POST", path, `{"address": "me@example.com", "language": "en"}`))
	s.refuse = nil
	if mails := read[admin.Mails](t, s.want(200, s.do("admin", "POST", "/v1/reports/weeks/2026-W46/send", ""))).Mails; len(mails) != 1 || mails[0].State != record.MailSent {
		t.Errorf("got %+v, want the boss's mail all the same", mails)
	}
}

func TestAnAddressThatWasStoppedIsStartedByHandAlone(t *testing.T) {
	s := bossOnTheList(t)
	r, err := s.store.Recipient(t.Context(), "boss")
	if err != nil {
		t.Fatal(err)
	}
	r.Stopped = &record.Stop{Why: record.StopBounced, At: s.clock()}
	if err := s.store.SaveRecipient(t.Context(), r, record.Audit{ID: "stop", At: s.clock()}); err != nil {
		t.Fatal(err)
	}
	s.want(200, s.do("admin", "PUT", boss, `{"address": "boss@example.com", "language": "zh-CN"}`, "If-Match", `"recipient-2"`))
	if got := read[record.Recipient](t, s.want(200, s.do("viewer", "GET", boss, ""))); got.Stopped == nil || got.Stopped.Why != "bounced" {
		t.Errorf("after saving: got %+v, want it stopped, and why", got)
	}
	s.want(403, s.do("viewer", "POST", boss+"/start", ""))
	if got := read[record.Recipient](t, s.want(200, s.do("admin", "POST", boss+"/start", ""))); got.Stopped != nil {
		t.Errorf("got %+v, want it started", got)
	}
	s.want(200, s.do("admin", "POST", boss+"/start", "")) // nothing to do
	s.want(404, s.do("admin", "POST", "/v1/reports/recipients/nobody/start", ""))
}
