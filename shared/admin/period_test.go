package admin_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/admin"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
)

// rolled puts a day's row there, in which so many messages came in.
func (s *shop) rolled(week, day string, in int) {
	s.t.Helper()
	body := fmt.Sprintf(`{"day": %q, "channel": "wa-main", "team": "care", "in": %d, "conversations": 5, "contained": 5, "active_day": 3}`, day, in)
	rows := []record.KPIRow{{Day: day, Channel: "wa-main", Team: "care", Body: []byte(body)}}
	if err := s.store.ReplaceDay(s.t.Context(), week, day, rows); err != nil {
		s.t.Fatal(err)
	}
}

func TestTheFiguresOfAnyDays(t *testing.T) {
	s := opened(t)
	s.rolled("2026-W46", "2026-11-14", 3)
	s.rolled("2026-W46", "2026-11-15", 2)
	s.rolled("2026-W47", "2026-11-16", 4)
	s.rolled("2026-W47", "2026-11-17", 6)
	ask := func(query string) report.Period {
		return read[report.Period](t, s.want(200, s.do("viewer", "GET", "/v1/reports/figures?"+query, "")))
	}
	got := ask("from=2026-11-16&to=2026-11-17")
	if got.Figures.MessagesIn != 10 || len(got.Missing) != 0 || got.Changes["messages_in"].Before != 5 || *got.Compared != (report.Span{From: "2026-11-14", To: "2026-11-15"}) {
		t.Errorf("got %d messages in, compared with %+v of %v, want 10 and 5 of the two days before", got.Figures.MessagesIn, got.Changes["messages_in"], got.Compared)
	}
	if _, ok := got.Changes["active_customers"]; ok {
		t.Error("got customers of the beginning of a week compared with days added up")
	}
	for query, want := range map[string][2]string{
		"period=2026-11": {"2026-11-01", "2026-11-30"}, "period=2026-W47": {"2026-11-16", "2026-11-22"}, "from=2026-11-15": {"2026-11-15", "2026-11-15"},
		"period=2026-11-14": {"2026-11-14", "2026-11-14"}, "period=today": {"2026-11-18", "2026-11-18"}, "period=2028-02": {"2028-02-01", "2028-02-29"},
	} {
		if got := ask(query); got.From != want[0] || got.To != want[1] {
			t.Errorf("%s: got %s to %s, want %v", query, got.From, got.To, want)
		}
	}
	if got := ask("from=2026-11-16&to=2026-11-17&team=sales"); got.Figures.MessagesIn != 0 || len(got.Missing) != 0 {
		t.Errorf("got %d messages of another team and %v missing, want none of both", got.Figures.MessagesIn, got.Missing)
	}
	for _, query := range []string{"", "to=2026-11-17", "from=2026-11-17&to=2026-11-16", "from=2026-13-01", "period=2026-13", "period=2026-W54", "period=today&from=2026-11-17",
		"from=2025-10-14&to=2026-11-18", "from=0001-01-01", "from=9999-12-31", "period=soon"} {
		s.want(422, s.do("viewer", "GET", "/v1/reports/figures?"+query, ""))
	}
}

// Today is reckoned when somebody asks, and what was erased today stays in it.
func TestTodaysFiguresAreLive(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "what is the price?")
	s.customer("16505550002", "a person please")
	ask := func() (report.Period, string) {
		w := s.want(200, s.do("viewer", "GET", "/v1/reports/figures?period=today", ""))
		return read[report.Period](t, w), w.Header().Get("ETag")
	}
	got, tag := ask()
	if f := got.Figures; f.MessagesIn != 2 || f.Contained != 1 || f.HandedOff != 1 || f.Waiting != 1 || f.ActiveCustomers != 2 || got.Live == nil || got.Live.TooBusy || got.Compared != nil {
		t.Errorf("got %+v and %+v, want what has happened so far, compared with nothing", f, got.Live)
	}
	s.want(204, s.do("admin", "DELETE", "/v1/contacts/"+id, ""))
	if got, again := ask(); got.Figures.MessagesIn != 2 || again != tag || tag == "" {
		t.Errorf("got %d messages and ETag %s after the erasure, want 2 and %s", got.Figures.MessagesIn, again, tag)
	}
	s.customer(phone, "hello")
	if got, again := ask(); got.Figures.MessagesIn != 3 || again == tag {
		t.Errorf("got %d messages and ETag %s, want 3 and another", got.Figures.MessagesIn, again)
	}
	stored, err := s.store.KPIRows(t.Context(), "2026-W47")
	if err != nil || len(stored) != 0 {
		t.Errorf("got %d rows stored, %v, want none: the day is not over", len(stored), err)
	}
}

func TestWhatWaitsNow(t *testing.T) {
	s := open(t)
	s.want(200, s.do("admin", "PUT", "/v1/playbook", twoTeams, "If-Match", "*"))
	s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{}`))
	at := s.clock()
	s.customer(phone, "help please")
	s.customer("16505550002", "help please")
	s.customer("16505550003", "buy tea")
	got := read[admin.Now](t, s.want(200, s.do("viewer", "GET", "/v1/reports/now", "")))
	if len(got.Teams) != 2 || got.Teams[0].Waiting != 2 || got.Teams[1].Waiting != 1 || got.Teams[0].Since.Sub(at).Abs() > time.Second {
		t.Errorf("got %+v, want two waiting for care and one for sales", got.Teams)
	}
	s.teams = []string{"sales"}
	if w := s.do("agent", "GET", "/v1/reports/now", ""); strings.Contains(w.Body.String(), "Care") || !strings.Contains(w.Body.String(), "Sales") {
		t.Errorf("got %s, want one's own team alone", w.Body)
	}
}
