package admin_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/admin"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

func TestTheAuditByMonthInPages(t *testing.T) {
	s := opened(t)
	var got []string
	for next := ""; ; {
		page := read[list[record.Audit]](t, s.want(200, s.do("viewer", "GET", "/v1/audit?month=2026-11&limit=1&cursor="+next, "")))
		for _, e := range page.Items {
			got = append(got, e.Action)
		}
		if next = page.Next; next == "" {
			break
		}
	}
	if d := cmp.Diff([]string{"playbook.publish", "playbook.save"}, got); d != "" {
		t.Errorf("audit, newest first (-want +got):\n%s", d)
	}
	if got := read[list[record.Audit]](t, s.want(200, s.do("viewer", "GET", "/v1/audit?month=2026-10", ""))).Items; len(got) != 0 {
		t.Errorf("got %+v of another month, want none", got)
	}
	s.want(422, s.do("viewer", "GET", "/v1/audit?month=11-2026", ""))
}

func TestNothingIsDoneWithoutATrace(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "a person please")
	before := len(s.sent)
	s.table.refusePuts = errors.New("disk full")
	s.want(500, s.do("admin", "POST", "/v1/conversations/"+id+"/messages", `{"text": "hello"}`))
	if len(s.sent) != before {
		t.Error("got a message sent although the audit could not be written")
	}
}

func TestWhatGoesWrongInsideStaysInside(t *testing.T) {
	s := opened(t)
	s.table.err = errors.New("disk sector 7 of /secret/path")
	w := s.want(500, s.do("admin", "GET", "/v1/playbook", ""))
	if strings.Contains(w.Body.String(), "sector") {
		t.Errorf("got %s, want no inner error", w.Body)
	}
	id := w.Header().Get(admin.RequestID)
	if log := s.log.String(); !strings.Contains(log, "sector 7") || !strings.Contains(log, id) || !strings.Contains(w.Body.String(), id) {
		t.Errorf("got log %s for %s, want the error under the request that the caller was told", log, w.Body)
	}
	s.table.err = table.ErrBusy
	s.want(503, s.do("admin", "GET", "/v1/playbook", ""))
}

func TestBodiesHaveALimitAndAreJSON(t *testing.T) {
	s := opened(t)
	large := `{"message": {"text": "` + strings.Repeat("x", 300<<10) + `"}}`
	s.want(413, s.do("viewer", "POST", "/v1/simulate", large))
	s.want(415, s.do("viewer", "POST", "/v1/simulate", `{"message": {"text": "hi"}}`, "Content-Type", "text/plain"))
	s.want(400, s.do("viewer", "POST", "/v1/simulate", ""))
	s.want(400, s.do("viewer", "POST", "/v1/simulate", "{"))
	w := s.want(422, s.do("viewer", "POST", "/v1/simulate", `{"message": {"txt": "hi", "kind": "x"}, "of": "live"}`))
	golden(t, "unknown-fields.json", masked(t, w))
}
