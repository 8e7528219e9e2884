package admin_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/admin"
)

func TestAMemberGoesAwayAndComesBack(t *testing.T) {
	s := open(t)
	staffed := strings.Replace(book, `"name": "Care", `, `"name": "Care", "assign": "least_busy", `, 1)
	s.want(200, s.do("admin", "PUT", "/v1/playbook", staffed, "If-Match", "*"))
	s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{"note":"first"}`))
	s.want(404, s.do("admin", "PUT", "/v1/members/nobody/away", `{"away": true}`))
	s.want(204, s.do("admin", "PUT", "/v1/members/ana/away", `{"away": true}`))
	got := read[admin.List[admin.TeamMember]](t, s.want(200, s.do("admin", "GET", "/v1/members", "")))
	if len(got.Items) != 1 || !got.Items[0].Away || got.Items[0].By == "" {
		t.Errorf("got %+v, want ana away, and who said so", got)
	}
	s.want(204, s.do("admin", "PUT", "/v1/members/ana/away", `{"away": false}`))
	if away, err := s.store.AllAway(context.Background()); err != nil || len(away) != 0 {
		t.Errorf("got %v, %v away, want nobody", away, err)
	}
}

func TestAFollowUpIsSetOnceAndCalledOff(t *testing.T) {
	s := opened(t)
	path := "/v1/conversations/" + s.customer("16505551234", "a person please") + "/follow-ups"
	s.want(422, s.do("admin", "POST", path, `{"at":"2020-01-01T00:00:00Z"}`))
	body := `{"at":"` + noon.Add(time.Hour).Format(time.RFC3339) + `","if":"open","then":"hand_off","note":"call back"}`
	first := read[admin.PlannedFollowUp](t, s.want(201, s.do("admin", "POST", path, body, "Idempotency-Key", "once")))
	again := read[admin.PlannedFollowUp](t, s.want(201, s.do("admin", "POST", path, body, "Idempotency-Key", "once")))
	all := read[admin.List[admin.PlannedFollowUp]](t, s.want(200, s.do("admin", "GET", path, "")))
	if first.ID == "" || again.ID != first.ID || len(all.Items) != 1 || all.Items[0].Then != "hand_off" {
		t.Errorf("got %+v, %+v and %+v, want one", first, again, all)
	}
	s.want(204, s.do("admin", "DELETE", path+"/"+first.ID, ""))
	s.want(404, s.do("admin", "DELETE", path+"/"+first.ID, ""))
}
