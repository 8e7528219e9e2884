package admin_test

import (
	"strings"
	"testing"

	"frontdesk/shared/admin"
)

func TestAPersonIsExportedAndErased(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "a person please, says Zhang Example")
	path := "/v1/contacts/" + id
	s.want(403, s.do("supervisor", "GET", path+"/export", ""))
	s.want(403, s.do("supervisor", "DELETE", path, ""))
	w := s.want(200, s.do("admin", "GET", path+"/export", ""))
	got := read[admin.Export](t, w)
	if got.Contact.Phone != "+"+phone || len(got.Messages) != 2 || !strings.Contains(w.Body.String(), "Zhang Example") || got.FollowUps == nil {
		t.Errorf("got %s, want the number and what was said", w.Body)
	}
	s.want(204, s.do("admin", "DELETE", path, ""))
	for _, p := range []string{path, path + "/export", "/v1/conversations/" + id, "/v1/conversations/" + id + "/messages"} {
		s.want(404, s.do("admin", "GET", p, ""))
	}
	s.want(404, s.do("admin", "DELETE", path, ""))
	if list := read[list[admin.Conversation]](t, s.do("admin", "GET", "/v1/conversations", "")).Items; len(list) != 0 {
		t.Errorf("got %+v on the day's list, want nobody", list)
	}
	audit := s.audit()
	if last := audit[len(audit)-1]; last != "admin@example.com contact.erase "+id {
		t.Errorf("got audit %s, want who erased which conversation", last)
	}
	raw := s.do("admin", "GET", "/v1/audit", "").Body.String()
	for _, word := range []string{phone, "Zhang", "Li Example"} {
		if strings.Contains(raw+s.log.String(), word) {
			t.Errorf("got %s in the audit or the log", word)
		}
	}
}
