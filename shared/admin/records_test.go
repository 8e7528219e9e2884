package admin_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/admin"
	"frontdesk/shared/inbox"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
)

// bury keeps a dead letter and returns its id.
func (s *shop) bury(queue, job, body string) string {
	s.t.Helper()
	s.pass(time.Millisecond)
	if err := s.keeper.Bury(s.t.Context(), queue, inbox.Job{ID: job, Group: "home", Body: []byte(body)}, "the job is not a message"); err != nil {
		s.t.Fatal(err)
	}
	all, err := s.store.DeadLetters(s.t.Context(), "", 100)
	if err != nil {
		s.t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(d record.DeadLetter) bool { return d.JobID == job })
	return all[at].ID
}

func TestDeadLettersTellNothingOfCustomers(t *testing.T) {
	s := opened(t)
	const secret = "wamid.HBgLMTY1MDU1NTEyMzQ"
	id := s.bury("inbox", secret, `{"text": "my secret question"}`)
	raw := s.bury("webhook", "b", "\xff\xfe")
	w := s.want(200, s.do("admin", "GET", "/v1/deadletters", ""))
	if strings.Contains(w.Body.String(), secret) || strings.Contains(w.Body.String(), "secret question") {
		t.Errorf("got %s, want neither message id nor text", w.Body)
	}
	got := read[list[admin.DeadLetter]](t, w).Items
	at := slices.IndexFunc(got, func(d admin.DeadLetter) bool { return d.ID == id })
	want := admin.DeadLetter{ID: id, At: got[at].At, Queue: "inbox", Conversation: "home", Reason: "the job is not a message", Size: 30}
	if d := cmp.Diff(want, got[at]); d != "" || len(got) != 2 {
		t.Errorf("dead letter (-want +got):\n%s", d)
	}
	if got := read[admin.DeadLetter](t, s.want(200, s.do("viewer", "GET", "/v1/deadletters/"+id, ""))); got.Body != "" {
		t.Errorf("got body %q for a viewer, want none", got.Body)
	}
	if got := read[admin.DeadLetter](t, s.want(200, s.do("admin", "GET", "/v1/deadletters/"+id, ""))); got.Body != `{"text": "my secret question"}` {
		t.Errorf("got body %q for an admin, want it whole", got.Body)
	}
	if got := read[admin.DeadLetter](t, s.do("admin", "GET", "/v1/deadletters/"+raw, "")); got.Body != "//4=" || got.Encoding != "base64" {
		t.Errorf("got %q as %q, want bytes that are no text as base64", got.Body, got.Encoding)
	}
	s.want(404, s.do("viewer", "GET", "/v1/deadletters/none", ""))
}

func TestADeadLetterIsPutBackOrDropped(t *testing.T) {
	s := opened(t)
	first, second, third := s.bury("inbox", "a", "one"), s.bury("inbox", "b", "two"), s.bury("receipts", "c", "three")
	s.want(204, s.do("admin", "POST", "/v1/deadletters/"+first+"/retry", ""))
	if len(s.back) != 1 || string(s.back[0].Body) != "one" {
		t.Errorf("got %+v put back, want the first", s.back)
	}
	s.want(404, s.do("admin", "POST", "/v1/deadletters/"+first+"/retry", ""))
	s.broken = errors.New("it still cannot be read")
	s.want(409, s.do("admin", "POST", "/v1/deadletters/"+second+"/retry", ""))
	s.broken = table.ErrBusy
	s.want(503, s.do("admin", "POST", "/v1/deadletters/"+second+"/retry", ""))
	if got := read[problem](t, s.want(409, s.do("admin", "POST", "/v1/deadletters/"+third+"/retry", ""))); !strings.Contains(got.Detail, "receipts") {
		t.Errorf("got %q, want it to say where it came from", got.Detail)
	}
	s.want(204, s.do("admin", "DELETE", "/v1/deadletters/"+second, ""))
	s.want(404, s.do("admin", "DELETE", "/v1/deadletters/"+second, ""))
	if left, _ := s.store.DeadLetters(t.Context(), "", 10); len(left) != 1 || left[0].ID != third {
		t.Errorf("got %+v left, want the third", left)
	}
	got := s.audit()
	for _, want := range []string{"deadletter.retry " + first, "deadletter.retry.failed " + second, "deadletter.drop " + second} {
		if !slices.Contains(got, "admin@example.com "+want) {
			t.Errorf("got audit %v, want %s in it", got, want)
		}
	}
}

func TestDeadLettersInPages(t *testing.T) {
	s := opened(t)
	var want, got []string
	for _, job := range []string{"a", "b", "c"} {
		want = append(want, s.bury("inbox", job, "x"))
	}
	for next := ""; ; {
		page := read[list[admin.DeadLetter]](t, s.want(200, s.do("viewer", "GET", "/v1/deadletters?limit=1&cursor="+next, "")))
		for _, d := range page.Items {
			got = append(got, d.ID)
		}
		if next = page.Next; next == "" {
			break
		}
	}
	slices.Sort(want)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("dead letters (-want +got):\n%s", d)
	}
}

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
