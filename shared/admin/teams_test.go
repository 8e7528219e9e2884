package admin_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/record"
)

// twoTeams is a playbook whose filters route to the teams care and sales.
const twoTeams = `{
  "languages": ["en"],
  "templates": [{"id": "person", "name": "A person comes", "variants": [{"language": "en", "shape": "text", "text": "A colleague will answer."}]}],
  "filters": [
    {"id": "care", "name": "Care", "when": {"whole_word": ["help"]}, "then": {"reply": "person", "assign": "care", "hand_off": true}},
    {"id": "sales", "name": "Sales", "when": {"whole_word": ["buy"]}, "then": {"reply": "person", "assign": "sales", "hand_off": true}}
  ],
  "hours": [],
  "teams": [{"id": "care", "name": "Care"}, {"id": "sales", "name": "Sales"}]
}`

// TestAnotherTeamsDataIsNotThere walks what names a conversation as somebody of a team: what
// is another's cannot be told from what there is not.
func TestAnotherTeamsDataIsNotThere(t *testing.T) {
	s := open(t)
	s.want(200, s.do("admin", "PUT", "/v1/playbook", twoTeams, "If-Match", "*"))
	s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{}`))
	s.want(200, s.do("admin", "PUT", "/v1/roles/night", own, "If-None-Match", "*"))
	privacy := `{"name": "Privacy", "permissions": ["conversations:read_team", "contacts:read", "contacts:numbers", "contacts:erase"]}`
	s.want(200, s.do("admin", "PUT", "/v1/roles/privacy", privacy, "If-None-Match", "*"))
	ours, others, nobodys := s.customer(phone, "help please"), s.customer("16505550002", "buy tea"), s.customer("16505550003", "hello")
	s.teams = []string{"care"}
	bodies := strings.NewReplacer("POST /v1/conversations/{id}/messages", `{"text": "hello"}`, "POST /v1/conversations/{id}/notes", `{"text": "hello"}`,
		"POST /v1/conversations/{id}/follow-ups", `{"at": "2026-11-20T04:00:00Z"}`,
		"PATCH /v1/conversations/{id}", `{"add_tags": ["seen"]}`, "PATCH /v1/contacts/{id}", `{"attributes": {"tier": "gold"}}`)
	for _, id := range []string{ours, others} {
		if _, err := s.store.SetFollowUp(t.Context(), record.FollowUp{ID: "f1", Home: id, Conversation: id, At: noon.Add(time.Hour), If: "open"}); err != nil {
			t.Fatal(err)
		}
	}
	for op, need := range matrix() {
		if need.teams != theirs {
			continue
		}
		method, path, _ := strings.Cut(op, " ")
		body := bodies.Replace(op)
		if body == op {
			body = ""
		}
		one := "agent"
		all := "supervisor"
		if need.permission == "contacts:write" || need.permission == "contacts:test" {
			one = "night" // agents may not
		}
		if need.permission == "contacts:test" {
			all = "editor"
		}
		ours, others := ours, others
		if need.permission == "contacts:erase" || need.permission == "contacts:numbers" {
			one, all = "privacy", "admin"
			ours, others = s.customer("16505550004", "help please"), s.customer("16505550005", "buy tea")
		}
		ask := func(role, id string) *httptest.ResponseRecorder {
			return s.do(role, method, strings.NewReplacer("{id}", id, "{follow_up}", "f1").Replace(path), body)
		}
		missing := sentence(t, ask(one, "0000000000000000000000000"))
		for _, id := range []string{others, nobodys} {
			if got := ask(one, id); got.Code != 404 || sentence(t, got) != missing || strings.Contains(got.Body.String(), "sales") {
				t.Errorf("%s: got %d %s, want what is told of one that there is not", op, got.Code, got.Body)
			}
		}
		if got := ask(one, ours); got.Code >= 400 {
			t.Errorf("%s: got %d %s for a conversation of theirs", op, got.Code, got.Body)
		}
		if got := ask(all, others).Code; got >= 400 {
			t.Errorf("%s: got %d for the role %s, which sees all teams", op, got, all)
		}
	}
	s.teams = nil
	s.want(404, s.do("agent", "GET", "/v1/conversations/"+ours, ""))
	if n := strings.Count(s.want(200, s.do("admin", "GET", "/v1/conversations/"+others+"/messages", "")).Body.String(), `"direction":"out","source":"agent"`); n != 1 {
		t.Errorf("got %d messages of people in the other team's conversation, want the supervisor's alone", n)
	}
}

// sentence is what a problem says.
func sentence(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	return read[problem](t, w).Detail
}

func TestFiguresAreOfOnesOwnTeams(t *testing.T) {
	s := open(t)
	s.want(200, s.do("admin", "PUT", "/v1/playbook", twoTeams, "If-Match", "*"))
	s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{}`))
	for id, team := range map[string]string{"all": "", "care": "care", "sales": "sales"} {
		body := fmt.Sprintf(`{"address": "%s@example.com", "language": "en", "team": %q}`, id, team)
		s.want(200, s.do("admin", "PUT", "/v1/reports/recipients/"+id, body, "If-None-Match", "*"))
	}
	const week = "/v1/reports/weeks/2026-W46"
	for _, c := range []struct {
		teams  []string
		path   string
		status int
	}{
		{[]string{"care"}, week, 200}, {[]string{"care"}, week + "?team=care", 200}, {[]string{"care"}, week + "?team=sales", 404},
		{[]string{"care"}, week + "/mail?team=sales", 404}, {[]string{"care", "sales"}, week + "/mail?team=sales", 200},
		{[]string{"care", "sales"}, week, 422}, {nil, week, 403}, {nil, week + "/mail", 403}, {nil, week + "/charts/days.svg", 403}, {[]string{"care"}, week + "/charts/days.svg?team=sales", 404}, {nil, week + "?team=care", 404},
		{[]string{"care"}, "/v1/reports/recipients/care", 200}, {[]string{"care"}, "/v1/reports/recipients/sales", 404}, {[]string{"care"}, "/v1/reports/recipients/all", 404},
	} {
		s.teams = c.teams
		if got := s.do("agent", "GET", c.path, ""); got.Code != c.status {
			t.Errorf("%s in %v: got %d %s, want %d", c.path, c.teams, got.Code, got.Body, c.status)
		}
	}
	s.teams = []string{"care"}
	w := s.want(200, s.do("agent", "GET", week, ""))
	if got := read[struct{ Team struct{ ID string } }](t, w).Team.ID; got != "care" {
		t.Errorf("got the figures of team %q, want those of care", got)
	}
	got := read[list[record.Recipient]](t, s.want(200, s.do("agent", "GET", "/v1/reports/recipients?limit=1", "")))
	if len(got.Items) != 1 || got.Items[0].ID != "care" || got.Next != "" {
		t.Errorf("got %+v, want the recipient of their team and no sign of others", got)
	}
}

// lead is a role that edits and publishes the playbook, and sees the conversations of its own
// teams only.
const lead = `{"name": "Team lead", "permissions": ["conversations:read_team", "playbook:read", "playbook:write", "playbook:publish"]}`

// The failure of chatwoot's send_email_to_team: a rule named a team that its author could not
// see. Here whoever works for the team care names no other team, on none of the ways in which
// a playbook can be changed.
func TestAnActionNamesNoTeamThatItsAuthorMayNotUse(t *testing.T) {
	s := open(t)
	s.want(200, s.do("admin", "PUT", "/v1/playbook", twoTeams, "If-Match", "*"))
	s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{}`))
	s.want(200, s.do("admin", "PUT", "/v1/roles/lead", lead, "If-None-Match", "*"))
	s.teams = []string{"care"}
	toSales := strings.NewReplacer(`"assign": "care"`, `"assign": "sales"`)
	filter := `{"id": "care", "name": "Care", "when": {"whole_word": ["help"]}, "then": {"reply": "person", "assign": "care", "hand_off": true}}`

	refused := func(what, path string, w *httptest.ResponseRecorder) {
		t.Helper()
		if got := s.want(422, w).Body.String(); !strings.Contains(got, `"`+path+`"`) || !strings.Contains(got, "is not yours to use") {
			t.Errorf("%s: got %s, want it refused at %s", what, got, path)
		}
	}
	for _, role := range []string{"lead", "admin"} { // the last time by somebody who may
		save := s.do(role, "PUT", "/v1/filters/care", toSales.Replace(filter), "If-Match", "*")
		draft := s.do(role, "PUT", "/v1/playbook", toSales.Replace(twoTeams), "If-Match", "*")
		if role == "admin" {
			s.want(200, save)
			s.want(200, draft)
			continue
		}
		refused("one filter", "filters[0].then.assign", save)
		refused("the draft", "filters[0].then.assign", draft)
		s.want(200, s.do(role, "PUT", "/v1/filters/care", strings.Replace(filter, "help", "please", 1), "If-Match", "*"))
		s.want(204, s.do(role, "DELETE", "/v1/filters/sales", "", "If-Match", "*"))
	}
	refused("the draft of another, published", "filters[0].then.assign", s.do("lead", "POST", "/v1/playbook/publish", `{}`))
	if got := s.want(200, s.do("lead", "POST", "/v1/playbook/check", "")).Body.String(); !strings.Contains(got, "filters[0].then.assign") {
		t.Errorf("got %s, want the check to say what publishing will", got)
	}
	s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{}`))
	s.want(200, s.do("lead", "POST", "/v1/playbook/rollback", `{"version": 1}`))
	refused("an old version", "filters[0].then.assign", s.do("lead", "POST", "/v1/playbook/rollback", `{"version": 2}`))
	if got := s.live(); got != 3 {
		t.Errorf("got version %d live, want 3: what was refused changed nothing", got)
	}
}
