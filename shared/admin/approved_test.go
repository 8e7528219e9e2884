package admin_test

import (
	"strings"
	"testing"
	"time"

	"frontdesk/shared/approved"
	"frontdesk/shared/whatsapp"
)

// bookApproved is the book with an approved variant that names a template of Meta's.
func bookApproved(name string) string {
	return strings.Replace(book, `"variants": [`, `"variants": [{"language": "en", "shape": "approved", "approved": {"name": "`+name+`", "language": "en_US"}}, `, 1)
}

// What Meta has approved decides whether a draft may go live.
func TestApprovedTemplates(t *testing.T) {
	s := open(t)
	paused := whatsapp.Template{Name: "order_update", Language: "en_US", Status: "PAUSED", Category: "utility"}
	good := whatsapp.Template{Name: "we_are_back", Language: "en_US", Status: "APPROVED", Category: "utility"}
	s.approved = []approved.Known{{Channel: "wa-main", Account: "102290129340398", Fetched: s.clock().Add(-time.Minute), Templates: []whatsapp.Template{paused, good}}}
	if got := s.want(200, s.do("viewer", "GET", "/v1/approved", "")).Body.String(); !strings.Contains(got, `"order_update"`) || !strings.Contains(got, `"unfilled":[]`) {
		t.Errorf("got %s", got)
	}
	s.want(200, s.do("admin", "PUT", "/v1/playbook", bookApproved("order_update"), "If-Match", "*"))
	if got := s.want(422, s.do("admin", "POST", "/v1/playbook/publish", `{}`)).Body.String(); !strings.Contains(got, "is paused at wa-main") {
		t.Errorf("got %s, want the pause", got)
	}
	s.want(200, s.do("admin", "PUT", "/v1/playbook", bookApproved("we_are_back"), "If-Match", "*"))
	s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{}`))
	s.approved[0].Templates[1].Status = "PAUSED"
	if got := s.want(200, s.do("admin", "POST", "/v1/playbook/check", "")).Body.String(); !strings.Contains(got, `"faults":[]`) || !strings.Contains(got, "is paused at wa-main") {
		t.Errorf("got %s, want a note: it is live already", got)
	}
	s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{}`))
}
