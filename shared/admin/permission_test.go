package admin_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// everybody and admins say who may do an operation; nobody may do any without a token.
const (
	everybody = true
	admins    = false
)

// matrix is every operation and who may do it. Braces stand for one word.
func matrix() map[string]bool {
	return map[string]bool{
		"GET /v1/playbook":                     everybody,
		"PUT /v1/playbook":                     admins,
		"GET /v1/playbook/live":                everybody,
		"POST /v1/playbook/check":              everybody,
		"POST /v1/playbook/publish":            admins,
		"GET /v1/playbook/versions":            everybody,
		"GET /v1/playbook/versions/{number}":   everybody,
		"POST /v1/playbook/rollback":           admins,
		"GET /v1/templates":                    everybody,
		"GET /v1/templates/{id}":               everybody,
		"PUT /v1/templates/{id}":               admins,
		"DELETE /v1/templates/{id}":            admins,
		"GET /v1/filters":                      everybody,
		"GET /v1/filters/{id}":                 everybody,
		"PUT /v1/filters/{id}":                 admins,
		"DELETE /v1/filters/{id}":              admins,
		"POST /v1/filters/order":               admins,
		"GET /v1/hours":                        everybody,
		"GET /v1/hours/{id}":                   everybody,
		"PUT /v1/hours/{id}":                   admins,
		"DELETE /v1/hours/{id}":                admins,
		"POST /v1/simulate":                    everybody,
		"GET /v1/conversations":                everybody,
		"GET /v1/conversations/{id}":           everybody,
		"GET /v1/conversations/{id}/messages":  everybody,
		"POST /v1/conversations/{id}/messages": admins,
		"POST /v1/conversations/{id}/resolve":  admins,
		"GET /v1/contacts/{id}":                everybody,
		"GET /v1/reports/weeks/{week}":         everybody,
		"GET /v1/reports/weeks/{week}/mail":    everybody,
		"POST /v1/reports/weeks/{week}/send":   admins,
		"GET /v1/reports/recipients":           everybody,
		"GET /v1/reports/recipients/{id}":      everybody,
		"PUT /v1/reports/recipients/{id}":      admins,
		"DELETE /v1/reports/recipients/{id}":   admins,
		"GET /v1/audit":                        everybody,
		"GET /v1/deadletters":                  everybody,
		"GET /v1/deadletters/{id}":             everybody,
		"POST /v1/deadletters/retry":           admins,
		"POST /v1/deadletters/{id}/retry":      admins,
		"DELETE /v1/deadletters/{id}":          admins,
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	s := opened(t)
	fill := strings.NewReplacer("{number}", "1", "{week}", "2026-W46", "{id}", "x")
	for op, viewers := range matrix() {
		method, path, _ := strings.Cut(fill.Replace(op), " ")
		t.Run(op, func(t *testing.T) {
			s.t = t
			refusedAs(t, s, "no token", 401, method, path, "")
			refusedAs(t, s, "a token that was changed", 401, method, path, "Bearer "+s.token("admin", time.Hour)+"x")
			refusedAs(t, s, "a token of another kind", 401, method, path, "Basic YWRtaW46YWRtaW4=")
			if got := s.do("viewer", method, path, "{}").Code; (got == 403) == viewers || got == 401 {
				t.Errorf("got %d for a viewer, want them let in: %t", got, viewers)
			}
			if got := s.do("admin", method, path, "{}").Code; got == 401 || got == 403 || got >= 500 {
				t.Errorf("got %d for an admin, want them let in", got)
			}
		})
	}
	s.t = t
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
			if op.Summary == "" || op.OperationID == "" || len(op.Security) != 1 || len(op.Security[0]["bearer"]) != 1 {
				t.Errorf("%s: got summary %q, id %q, security %v, want all three", name, op.Summary, op.OperationID, op.Security)
			}
			for _, status := range []string{"400", "401", "403", "500", "503"} {
				if _, ok := op.Responses[status].Content["application/problem+json"]; !ok {
					t.Errorf("%s: got no problem for %s", name, status)
				}
			}
			if method == "put" && op.RequestBody.Content["application/json"].Schema["$ref"] == nil {
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
