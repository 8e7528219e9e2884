package admin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"frontdesk/shared/admin"
	"frontdesk/shared/record"
)

// What will change can be read before it is published, stands in the answer of publishing
// and in the audit, and again for the way back.
func TestWhatWillChangeCanBeReadBefore(t *testing.T) {
	s := opened(t)
	const said = "Template “Prices”: en, text changed from “Tea is 9 a box.” to “Tea is 11 a box.”."
	const saidZH = "模板“Prices”：en，文字由“Tea is 9 a box.”改为“Tea is 11 a box.”。"
	dearer := strings.Replace(book, "9 a box", "11 a box", 1)
	live := s.live()
	if d := read[admin.Diff](t, s.want(200, s.do("viewer", "GET", "/v1/playbook/diff", ""))); len(d.Changes) != 0 || d.Changes == nil || d.From != "live" || d.To != "draft" {
		t.Errorf("got %+v of a draft that is live, want no changes", d)
	}
	s.want(200, s.do("admin", "PUT", "/v1/playbook", dearer, "If-Match", s.do("admin", "GET", "/v1/playbook", "").Header().Get("ETag")))
	d := read[admin.Diff](t, s.want(200, s.do("viewer", "GET", "/v1/playbook/diff?from=live&to=draft", "")))
	if len(d.Changes) != 1 || d.Changes[0].Text != said || d.Changes[0].TextZH != saidZH || d.Changes[0].ID != "price" {
		t.Errorf("got %+v, want %s", d.Changes, said)
	}
	out := read[admin.Published](t, s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{}`)))
	if len(out.Changes) != 1 || out.Changes[0].Text != said || out.Number != live+1 {
		t.Errorf("got %+v, want what has changed in version %d", out, live+1)
	}
	if kept := s.lastAudit(); !strings.Contains(kept, said) || !strings.Contains(kept, saidZH) {
		t.Errorf("got %s in the audit, want what has changed", kept)
	}
	out = read[admin.Published](t, s.want(200, s.do("admin", "POST", "/v1/playbook/rollback", fmt.Sprintf(`{"version":%d}`, live))))
	back := "changed from “Tea is 11 a box.” to “Tea is 9 a box.”"
	if len(out.Changes) != 1 || !strings.Contains(out.Changes[0].Text, back) {
		t.Errorf("got %+v of the way back, want %s", out.Changes, back)
	}
	d = read[admin.Diff](t, s.want(200, s.do("viewer", "GET", fmt.Sprintf("/v1/playbook/diff?from=%d&to=%d", live, live+2), "")))
	if len(d.Changes) != 0 {
		t.Errorf("got %+v after going back, want none", d.Changes)
	}
	if d = read[admin.Diff](t, s.want(200, s.do("viewer", "GET", "/v1/playbook/diff?from=0&to=live", ""))); len(d.Changes) < 6 {
		t.Errorf("got %+v of a playbook against an empty one, want all of it", d.Changes)
	}
	s.want(422, s.do("viewer", "GET", "/v1/playbook/diff?from=yesterday", ""))
	s.want(422, s.do("viewer", "GET", "/v1/playbook/diff?to=-1", ""))
	s.want(404, s.do("viewer", "GET", "/v1/playbook/diff?from=99", ""))
}

func (s *shop) live() int64 {
	s.t.Helper()
	number, err := s.store.Live(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	return number
}

// lastAudit is the newest entry as JSON.
func (s *shop) lastAudit() string {
	s.t.Helper()
	page := read[list[record.Audit]](s.t, s.want(200, s.do("admin", "GET", "/v1/audit?limit=1", "")))
	if len(page.Items) == 0 {
		s.t.Fatal("the audit is empty")
	}
	text, err := json.Marshal(page.Items[0])
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// However many changes there are, an audit entry stays small.
func TestTheAuditOfALargeChangeIsBounded(t *testing.T) {
	s := opened(t)
	var filters []string
	for i := range 200 {
		filters = append(filters, fmt.Sprintf(`{"id": "f%d", "name": "%s", "when": {"exact": ["f%d", "%s"]}, "then": {"reply": "price"}}`, i, strings.Repeat("茶", 150), i, strings.Repeat("杯", 450)))
	}
	large := strings.Replace(book, `"filters": [`, `"filters": [`+strings.Join(filters, ",")+",", 1)
	s.want(200, s.do("admin", "PUT", "/v1/playbook", large, "If-Match", s.do("admin", "GET", "/v1/playbook", "").Header().Get("ETag")))
	s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{}`))
	if kept := s.lastAudit(); len(kept) > 110_000 || !strings.Contains(kept, `"more":150`) {
		t.Errorf("got %d bytes that end with %s, want at most 110,000 and how many are left out", len(kept), kept[len(kept)-200:])
	}
}
