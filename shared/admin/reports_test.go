package admin_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/admin"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
)

func TestRecipients(t *testing.T) {
	s := opened(t)
	const path = "/v1/reports/recipients/boss"
	body := `{"address": "boss@example.com", "name": "The boss", "language": "zh-CN", "team": "care", "weekday": "fri", "hour": 17, "zone": "Europe/Berlin"}`
	s.want(404, s.do("viewer", "GET", path, ""))
	s.want(428, s.do("admin", "PUT", path, body))
	s.want(412, s.do("admin", "PUT", path, body, "If-Match", "*"))
	made := s.want(200, s.do("admin", "PUT", path, body, "If-None-Match", "*"))
	got := s.want(200, s.do("viewer", "GET", path, ""))
	stored := read[record.Recipient](t, got)
	want := record.Recipient{ID: "boss", Address: "boss@example.com", Name: "The boss", Language: "zh-CN", Team: "care", Weekday: "fri", Hour: new(17), Zone: "Europe/Berlin", Since: stored.Since}
	if stored.Since.IsZero() {
		t.Error("nobody knows since when the boss is on the list")
	}
	if d := cmp.Diff(want, read[record.Recipient](t, got)); d != "" || got.Header().Get("ETag") != made.Header().Get("ETag") {
		t.Errorf("got ETag %s after %s, recipient (-want +got):\n%s", got.Header().Get("ETag"), made.Header().Get("ETag"), d)
	}
	s.want(412, s.do("admin", "PUT", path, body, "If-Match", `"recipient-7"`))
	s.want(200, s.do("admin", "PUT", path, body, "If-Match", got.Header().Get("ETag")))
	s.want(412, s.do("admin", "DELETE", path, "", "If-Match", got.Header().Get("ETag")))
	s.want(428, s.do("admin", "DELETE", path, ""))
	if all := read[list[record.Recipient]](t, s.do("viewer", "GET", "/v1/reports/recipients", "")).Items; len(all) != 1 {
		t.Errorf("got %d recipients, want 1", len(all))
	}
	s.want(204, s.do("admin", "DELETE", path, "", "If-Match", `"recipient-2"`))
	s.want(404, s.do("admin", "DELETE", path, "", "If-Match", "*"))
	want3 := []string{"admin@example.com recipient.save boss", "admin@example.com recipient.save boss", "admin@example.com recipient.delete boss"}
	if d := cmp.Diff(want3, s.audit()[2:]); d != "" {
		t.Errorf("audit (-want +got):\n%s", d)
	}
}

func TestARecipientIsCheckedWhole(t *testing.T) {
	s := opened(t)
	for body, want := range map[string]string{
		`{"address": "The boss <boss@example.com>", "language": "en"}`:          "body.address",
		`{"address": "boss", "language": "en", "team": "nobody"}`:               "body.address body.team",
		`{"address": "boss@example.com", "language": "en", "zone": "Berlin"}`:   "body.zone",
		`{"address": "boss@example.com", "language": "en", "zone": "Local"}`:    "body.zone",
		`{"address": "boss@example.com", "language": "en", "hour": 24}`:         "body.hour",
		`{"address": "boss@example.com", "language": "en", "weekday": "mo"}`:    "body.weekday",
		`{"address": "boss@example.com", "language": "de"}`:                     "body.language",
		`{"address": "boss@example.com"}`:                                       "body",
		`{"address": "boss@example.com", "language": "en", "a": 1, "teem": ""}`: "body.a body.teem",
	} {
		w := s.want(422, s.do("admin", "PUT", "/v1/reports/recipients/boss", body, "If-None-Match", "*"))
		where := map[string]bool{}
		for _, e := range read[problem](t, w).Errors {
			where[e.Location] = true
		}
		for _, place := range strings.Fields(want) {
			if !where[place] {
				t.Errorf("%s: got faults at %v, want one at %s", body, where, place)
			}
		}
	}
	s.want(422, s.do("admin", "PUT", "/v1/reports/recipients/The%20Boss", `{"address": "boss@example.com", "language": "en"}`, "If-None-Match", "*"))
}

func TestAWeek(t *testing.T) {
	s := opened(t)
	row := record.KPIRow{Day: "2026-11-16", Channel: "wa-main", Team: "care",
		Body: []byte(`{"day": "2026-11-16", "channel": "wa-main", "team": "care", "in": 7, "conversations": 5, "contained": 5}`)}
	if err := s.store.ReplaceDay(t.Context(), "2026-W47", "2026-11-16", []record.KPIRow{row}); err != nil {
		t.Fatal(err)
	}
	got := read[report.Week](t, s.want(200, s.do("viewer", "GET", "/v1/reports/weeks/2026-W47", "")))
	if got.Figures.MessagesIn != 7 || len(got.Channels) != 1 || got.Channels[0].Name.Name != "Shop line" {
		t.Errorf("got %d messages in on %+v, want 7 on the shop line", got.Figures.MessagesIn, got.Channels)
	}
	got = read[report.Week](t, s.want(200, s.do("viewer", "GET", "/v1/reports/weeks/2026-W47?team=nobody", "")))
	if got.Figures.MessagesIn != 0 {
		t.Errorf("got %d messages in of another team, want 0", got.Figures.MessagesIn)
	}
	for _, week := range []string{"2026-47", "2026-W54", "W47", "2025-W53"} {
		for _, path := range []string{"", "/mail"} {
			s.want(422, s.do("viewer", "GET", "/v1/reports/weeks/"+week+path, ""))
		}
		s.want(422, s.do("admin", "POST", "/v1/reports/weeks/"+week+"/send", ""))
	}
}

func TestTheMailOfAWeekIsPreviewed(t *testing.T) {
	s := opened(t)
	for query, want := range map[string][2]string{
		"":                            {"text/html; charset=utf-8", "<html"},
		"?format=text":                {"text/plain; charset=utf-8", "2026"},
		"?format=text&language=zh-CN": {"text/plain; charset=utf-8", "周"},
		"?team=care":                  {"text/html; charset=utf-8", "Care"},
	} {
		w := s.want(200, s.do("viewer", "GET", "/v1/reports/weeks/2026-W47/mail"+query, ""))
		if got := w.Header().Get("Content-Type"); got != want[0] || !strings.Contains(w.Body.String(), want[1]) {
			t.Errorf("%s: got %s with %.80s, want %s with %q", query, got, w.Body, want[0], want[1])
		}
		if got := w.Header().Get("Content-Security-Policy"); !strings.Contains(got, "sandbox") {
			t.Errorf("got policy %q, want a sandbox", got)
		}
	}
	if len(s.mails) > 0 {
		t.Error("got a mail sent by a preview")
	}
	s.want(422, s.do("viewer", "GET", "/v1/reports/weeks/2026-W47/mail?format=pdf", ""))
}

func TestAWeekThatHasNotBegunIsNotSent(t *testing.T) {
	s := bossOnTheList(t)
	for _, week := range []string{"2026-W48", "2027-W10"} {
		s.want(409, s.do("admin", "POST", "/v1/reports/weeks/"+week+"/send", ""))
		if got := read[list[record.Mailing]](t, s.want(200, s.do("viewer", "GET", "/v1/reports/sends?week="+week, ""))).Items; len(got)+len(s.mails) != 0 {
			t.Errorf("%s: got mailings %+v and %d mails, want none", week, got, len(s.mails))
		}
	}
}

func TestTheMailOfAWeekIsSentOnce(t *testing.T) {
	s := opened(t)
	s.want(200, s.do("admin", "PUT", "/v1/reports/recipients/boss", `{"address": "boss@example.com", "language": "en"}`, "If-None-Match", "*"))
	send := func() string {
		mails := read[admin.Mails](t, s.want(200, s.do("admin", "POST", "/v1/reports/weeks/2026-W46/send", ""))).Mails
		if len(mails) != 1 {
			t.Fatalf("got %+v, want one mail", mails)
		}
		return mails[0].State
	}
	s.refuse = errors.New("the mail host is away")
	if got := send(); got != record.MailFailed {
		t.Errorf("got %s, want failed", got)
	}
	s.refuse = nil
	for range 2 {
		if got := send(); got != record.MailSent {
			t.Errorf("got %s, want sent", got)
		}
	}
	if len(s.mails) != 2 {
		t.Errorf("got %d mails handed over, want the one that failed and the one that was sent", len(s.mails))
	}
	if got := s.audit(); got[len(got)-1] != "admin@example.com report.send 2026-W46" {
		t.Errorf("got audit %v, want who sent it", got)
	}
}
