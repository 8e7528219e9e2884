package admin_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/access"
	"frontdesk/shared/admin"
)

// How an operation keeps to the teams of somebody who may see no others.
const (
	free     = "free"     // nothing in it belongs to a team
	theirs   = "theirs"   // another team's is not there
	filtered = "filtered" // it shows what is theirs alone
	closed   = "closed"   // not for them
)

// need is what an operation needs, and how it keeps to teams.
type need struct{ permission, teams string }

// matrix is every operation and what it needs. Braces stand for one word.
func matrix() map[string]need {
	return map[string]need{
		"GET /v1/reports/weeks/{week}/review":                       {"reports:read", filtered},
		"GET /v1/reports/weeks/{week}/unanswered":                   {"reports:read", filtered},
		"POST /v1/reports/weeks/{week}/unanswered/{group}/template": {"templates:write", filtered},

		"GET /v1/playbook":                                     {"playbook:read", free},
		"PUT /v1/playbook":                                     {"playbook:write", free},
		"GET /v1/playbook/live":                                {"playbook:read", free},
		"POST /v1/playbook/check":                              {"playbook:read", free},
		"GET /v1/playbook/diff":                                {"playbook:read", free},
		"POST /v1/playbook/publish":                            {"playbook:publish", free},
		"GET /v1/playbook/versions":                            {"playbook:read", free},
		"GET /v1/playbook/versions/{number}":                   {"playbook:read", free},
		"POST /v1/playbook/rollback":                           {"playbook:publish", free},
		"GET /v1/templates":                                    {"playbook:read", free},
		"GET /v1/templates/{id}":                               {"playbook:read", free},
		"PUT /v1/templates/{id}":                               {"templates:write", free},
		"DELETE /v1/templates/{id}":                            {"templates:write", free},
		"GET /v1/filters":                                      {"playbook:read", free},
		"GET /v1/filters/{id}":                                 {"playbook:read", free},
		"PUT /v1/filters/{id}":                                 {"filters:write", free},
		"DELETE /v1/filters/{id}":                              {"filters:write", free},
		"POST /v1/filters/order":                               {"filters:write", free},
		"GET /v1/hours":                                        {"playbook:read", free},
		"GET /v1/hours/{id}":                                   {"playbook:read", free},
		"PUT /v1/hours/{id}":                                   {"hours:write", free},
		"DELETE /v1/hours/{id}":                                {"hours:write", free},
		"POST /v1/simulate":                                    {"simulate", closed},
		"POST /v1/dry-run":                                     {"simulate", closed},
		"GET /v1/conversations":                                {"conversations:read", filtered},
		"GET /v1/conversations/{id}":                           {"conversations:read", theirs},
		"PATCH /v1/conversations/{id}":                         {"conversations:write", theirs},
		"GET /v1/conversations/{id}/messages":                  {"conversations:read", theirs},
		"POST /v1/conversations/{id}/messages":                 {"conversations:write", theirs},
		"POST /v1/conversations/{id}/resolve":                  {"conversations:write", theirs},
		"GET /v1/contacts/{id}":                                {"contacts:read", theirs},
		"PATCH /v1/contacts/{id}":                              {"contacts:write", theirs},
		"GET /v1/reports/weeks/{week}":                         {"reports:read", filtered},
		"GET /v1/reports/weeks/{week}/mail":                    {"reports:read", filtered},
		"GET /v1/reports/weeks/{week}/charts/{file}":           {"reports:read", filtered},
		"POST /v1/reports/weeks/{week}/send":                   {"reports:send", closed},
		"POST /v1/reports/weeks/{week}/test":                   {"reports:send", closed},
		"POST /v1/reports/weeks/{week}/recipients/{id}/resend": {"reports:send", closed},
		"POST /v1/reports/recipients/{id}/start":               {"reports:write", closed},
		"GET /v1/reports/sends":                                {"reports:read", filtered},
		"GET /v1/reports/figures":                              {"reports:read", filtered},
		"GET /v1/reports/now":                                  {"reports:read", filtered},
		"POST /v1/reports/redo":                                {"reports:write", closed},
		"GET /v1/reports/recipients":                           {"reports:read", filtered},
		"GET /v1/reports/recipients/{id}":                      {"reports:read", filtered},
		"PUT /v1/reports/recipients/{id}":                      {"reports:write", closed},
		"DELETE /v1/reports/recipients/{id}":                   {"reports:write", closed},
		"GET /v1/approved":                                     {"playbook:read", free},
		"GET /v1/audit":                                        {"audit:read", closed},
		"GET /v1/deadletters":                                  {"deadletters:read", closed},
		"GET /v1/deadletters/{id}":                             {"deadletters:read", closed},
		"POST /v1/deadletters/retry":                           {"deadletters:write", closed},
		"POST /v1/deadletters/{id}/retry":                      {"deadletters:write", closed},
		"DELETE /v1/deadletters/{id}":                          {"deadletters:write", closed},
		"GET /v1/roles":                                        {"roles:read", free},
		"GET /v1/roles/{id}":                                   {"roles:read", free},
		"PUT /v1/roles/{id}":                                   {"roles:write", free},
		"DELETE /v1/roles/{id}":                                {"roles:write", free},
		"POST /v1/conversations/{id}/notes":                    {"conversations:write", theirs},
		"GET /v1/contacts":                                     {"contacts:read", filtered},
		"GET /v1/conversations/{id}/follow-ups":                {"conversations:read", theirs},
		"POST /v1/conversations/{id}/follow-ups":               {"conversations:write", theirs},
		"DELETE /v1/conversations/{id}/follow-ups/{follow_up}": {"conversations:write", theirs},
		"GET /v1/members":                                      {"conversations:read", filtered},
		"PUT /v1/members/{member}/away":                        {"conversations:write", filtered},
		"DELETE /v1/contacts/{id}":                             {"contacts:erase", theirs},
		"GET /v1/contacts/{id}/export":                         {"contacts:numbers", theirs},
		"PUT /v1/contacts/{id}/tester":                         {"contacts:test", theirs},
		"DELETE /v1/contacts/{id}/tester":                      {"contacts:test", theirs},
		"GET /v1/testers":                                      {"contacts:read", filtered},
	}
}

// own is a role of the company's own: what no built-in one has.
const own = `{"name": "Night shift", "permissions": ["conversations:read_team", "contacts:read", "contacts:write", "contacts:test", "filters:write", "reports:send", "deadletters:read"]}`

// TestWhoMayDoWhat walks every operation as nobody, with tokens that are no good, in every
// built-in role, in a role of the company's own and in one that there is not.
func TestWhoMayDoWhat(t *testing.T) {
	s := opened(t)
	s.teams = []string{"care"}
	s.want(200, s.do("admin", "PUT", "/v1/roles/night", own, "If-None-Match", "*"))
	roles := map[string]access.Set{"night": read[admin.RoleBody](t, s.do("admin", "GET", "/v1/roles/night", "")).Permissions}
	for _, r := range access.BuiltIn() {
		roles[r.ID] = r.Permissions
	}
	fill := strings.NewReplacer("{number}", "1", "{week}", "2026-W46", "{id}", "x")
	for op, need := range matrix() {
		method, path, _ := strings.Cut(fill.Replace(op), " ")
		t.Run(op, func(t *testing.T) {
			s.t = t
			refusedAs(t, s, "no token", 401, method, path, "")
			refusedAs(t, s, "a token that was changed", 401, method, path, "Bearer "+s.token("admin", time.Hour)+"x")
			refusedAs(t, s, "a token of another kind", 401, method, path, "Basic YWRtaW46YWRtaW4=")
			refusedAs(t, s, "a role that there is not", 403, method, path, "Bearer "+s.token("ghost", time.Hour))
			for role, set := range roles {
				want := need.allows(set)
				if got := s.do(role, method, path, "{}").Code; (got != 403) != want || got == 401 || got >= 500 {
					t.Errorf("got %d for the role %s, want them let in: %t", got, role, want)
				}
			}
		})
	}
	s.t = t
}

// allows is whether somebody with these permissions is let in.
func (n need) allows(set access.Set) bool {
	if n.permission == "conversations:read" && n.teams != closed {
		return set.May("conversations:read_team")
	}
	return set.May(n.permission) && (n.teams != closed || !set.Narrowed())
}

func refusedAs(t *testing.T, s *shop, who string, status int, method, path, authorization string) {
	t.Helper()
	w := s.want(status, s.do("", method, path, "{}", "Authorization", authorization))
	if got := read[problem](t, w); got.Status != status || got.Detail == "" || !strings.HasPrefix(got.Instance, "urn:frontdesk:request:") {
		t.Errorf("got problem %+v for %s, want a sentence and the request", got, who)
	}
	if status == 401 && !strings.HasPrefix(w.Header().Get("WWW-Authenticate"), "Bearer") {
		t.Errorf("got WWW-Authenticate %q for %s, want Bearer", w.Header().Get("WWW-Authenticate"), who)
	}
}

func TestAnExpiredTokenIsToldSo(t *testing.T) {
	s := open(t)
	token := s.token("admin", time.Hour)
	s.pass(time.Hour)
	w := s.want(401, s.do("", "GET", "/v1/playbook", "", "Authorization", "Bearer "+token))
	if got := read[problem](t, w).Detail; !strings.Contains(got, "expired") {
		t.Errorf("got %q, want it to say that the token has expired", got)
	}
}

// document is the part of OpenAPI that is looked at.
type document struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		OperationID string
		Summary     string
		Security    []map[string][]string
		RequestBody struct {
			Content map[string]struct{ Schema map[string]any }
		}
		Responses map[string]struct {
			Content map[string]json.RawMessage
		}
	}
	Components struct {
		Schemas         map[string]json.RawMessage
		SecuritySchemes map[string]any
	}
}

func TestTheDocumentListsEveryOperationAndWhatItNeeds(t *testing.T) {
	s := open(t)
	w := s.want(200, s.do("", "GET", "/v1/openapi.json", ""))
	doc := read[document](t, w)
	if doc.OpenAPI != "3.1.0" || doc.Components.SecuritySchemes["bearer"] == nil {
		t.Errorf("got OpenAPI %q with security %v, want 3.1.0 with bearer", doc.OpenAPI, doc.Components.SecuritySchemes)
	}
	listed := map[string]bool{}
	for path, operations := range doc.Paths {
		for method, op := range operations {
			name := strings.ToUpper(method) + " " + path
			listed[name] = true
			if op.Summary == "" || op.OperationID == "" || len(op.Security) != 1 || len(op.Security[0]["bearer"]) == 0 {
				t.Errorf("%s: got summary %q, id %q, security %v, want all three", name, op.Summary, op.OperationID, op.Security)
			} else if got := op.Security[0]["bearer"][0]; got != matrix()[name].permission {
				t.Errorf("%s: got that it needs %s, want %s", name, got, matrix()[name].permission)
			}
			for _, status := range []string{"400", "401", "403", "500", "503"} {
				if _, ok := op.Responses[status].Content["application/problem+json"]; !ok {
					t.Errorf("%s: got no problem for %s", name, status)
				}
			}
			if method == "put" && !strings.HasSuffix(path, "/tester") && op.RequestBody.Content["application/json"].Schema["$ref"] == nil {
				t.Errorf("%s: got schema %v, want the type of the body", name, op.RequestBody.Content)
			}
		}
	}
	want := map[string]bool{}
	for op := range matrix() {
		want[op] = true
	}
	if d := cmp.Diff(want, listed); d != "" {
		t.Errorf("operations (-in the matrix +in the document):\n%s", d)
	}
	for _, ref := range strings.Split(w.Body.String(), `"#/components/schemas/`)[1:] {
		name, _, _ := strings.Cut(ref, `"`)
		if doc.Components.Schemas[name] == nil {
			t.Errorf("the document refers to a schema %s that it does not have", name)
		}
	}
}

// What JSON shows as null where there is nothing to tell is described so.
func TestTheDocumentTellsNulls(t *testing.T) {
	doc := read[document](t, open(t).do("", "GET", "/v1/openapi.json", ""))
	for field, want := range map[string]string{
		"Calendar.weekly": `"type":["object","null"]`, "Simulation.reply": `"oneOf":[{"$ref":"#/components/schemas/MessageContent"},{"type":"null"}]`,
	} {
		name, property, _ := strings.Cut(field, ".")
		var s struct{ Properties map[string]json.RawMessage }
		if err := json.Unmarshal(doc.Components.Schemas[name], &s); err != nil || !strings.Contains(string(s.Properties[property]), want) {
			t.Errorf("%s: got %s, %v, want %s", field, s.Properties[property], err, want)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	s := open(t)
	for path, want := range map[string]int{"/v1/": 404, "/v1/nonsense": 404, "/v1/playbook/nonsense": 404, "/v1/playbookx": 404, "/v1/docs": 404} {
		s.want(want, s.do("admin", "GET", path, ""))
	}
	w := s.want(405, s.do("admin", "DELETE", "/v1/playbook", ""))
	if got := w.Header().Get("Allow"); got != http.MethodGet+", "+http.MethodPut {
		t.Errorf("got Allow %q, want GET, PUT", got)
	}
}
