package admin_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/admin"
	"frontdesk/shared/record"
)

const night = `{"name": "Night shift", "permissions": ["playbook:read", "filters:write"]}`

func TestARoleOfOnesOwn(t *testing.T) {
	s := opened(t)
	s.want(403, s.do("night", "GET", "/v1/filters", ""))
	s.want(428, s.do("admin", "PUT", "/v1/roles/night", night))
	w := s.want(200, s.do("admin", "PUT", "/v1/roles/night", night, "If-None-Match", "*"))
	tag := w.Header().Get("ETag")
	s.want(200, s.do("night", "GET", "/v1/filters", ""))
	s.want(403, s.do("night", "GET", "/v1/audit", ""))
	s.want(412, s.do("night", "PUT", "/v1/filters/price", `{"name": "Price", "when": {"contains": ["cost"]}, "then": {"reply": "price"}}`, "If-Match", `"x"`))
	s.want(403, s.do("night", "PUT", "/v1/templates/price", `{}`, "If-Match", "*"))

	s.want(412, s.do("admin", "PUT", "/v1/roles/night", night, "If-None-Match", "*"))
	s.want(412, s.do("admin", "PUT", "/v1/roles/night", night, "If-Match", `"role-7"`))
	wider := `{"name": "Night shift", "permissions": ["simulate", "playbook:read", "simulate"]}`
	w = s.want(200, s.do("admin", "PUT", "/v1/roles/night", wider, "If-Match", tag))
	want := admin.Role{ID: "night", Name: "Night shift", Permissions: []string{"playbook:read", "simulate"}}
	if d := cmp.Diff(want, read[admin.Role](t, w)); d != "" {
		t.Errorf("role (-want +got):\n%s", d)
	}
	got := s.want(200, s.do("viewer", "GET", "/v1/roles/night", ""))
	if got.Header().Get("ETag") != w.Header().Get("ETag") || got.Header().Get("ETag") == tag {
		t.Errorf("got ETag %q, want the one of the change, %q", got.Header().Get("ETag"), w.Header().Get("ETag"))
	}
	s.want(428, s.do("admin", "DELETE", "/v1/roles/night", ""))
	s.want(412, s.do("admin", "DELETE", "/v1/roles/night", "", "If-Match", tag))
	s.want(204, s.do("admin", "DELETE", "/v1/roles/night", "", "If-Match", w.Header().Get("ETag")))
	s.want(404, s.do("admin", "DELETE", "/v1/roles/night", "", "If-Match", "*"))
	s.want(404, s.do("admin", "GET", "/v1/roles/night", ""))
	s.want(403, s.do("night", "GET", "/v1/filters", ""))

	trail := read[list[record.Audit]](t, s.do("admin", "GET", "/v1/audit?target=night", "")).Items
	if len(trail) != 3 || trail[1].Action != "role.save" || !strings.Contains(string(trail[1].Old), "filters:write") || !strings.Contains(string(trail[1].New), "simulate") ||
		trail[2].Old != nil || trail[0].New != nil {
		t.Errorf("got audit %+v, want made, changed and deleted with old and new value", trail)
	}
}

func TestAllRolesWithWhatTheyAllow(t *testing.T) {
	s := open(t)
	s.want(200, s.do("admin", "PUT", "/v1/roles/night", night, "If-None-Match", "*"))
	var ids []string
	for next := ""; ; {
		page := read[struct {
			list[admin.Role]
			Permissions []string
		}](t, s.want(200, s.do("viewer", "GET", "/v1/roles?limit=3&cursor="+next, "")))
		for _, r := range page.Items {
			ids = append(ids, r.ID)
			if r.BuiltIn == (r.ID == "night") || len(r.Permissions) == 0 {
				t.Errorf("got %+v", r)
			}
		}
		if !slices.Contains(page.Permissions, "conversations:read_team") {
			t.Errorf("got permissions %v, want all that there are", page.Permissions)
		}
		if next = page.Next; next == "" {
			break
		}
	}
	if d := cmp.Diff(strings.Fields("admin publisher editor supervisor agent viewer night"), ids); d != "" {
		t.Errorf("roles (-want +got):\n%s", d)
	}
}

func TestRolesThatAreRefused(t *testing.T) {
	s := open(t)
	for _, c := range []struct {
		name, path, body string
		status           int
		says             string
	}{
		{"a built-in role", "/v1/roles/admin", night, 409, "built in"},
		{"a permission that there is not", "/v1/roles/x", `{"name": "X", "permissions": ["filters:admire"]}`, 422, "filters:admire"},
		{"answering without seeing whom", "/v1/roles/x", `{"name": "X", "permissions": ["conversations:write"]}`, 422, "conversations:read_team"},
		{"a role that would be a team", "/v1/roles/team-care", night, 422, "team-"},
		{"no permissions", "/v1/roles/x", `{"name": "X", "permissions": []}`, 422, "length"},
		{"no name", "/v1/roles/x", `{"name": "", "permissions": ["simulate"]}`, 422, "name"},
		{"a strange id", "/v1/roles/X", night, 422, "small letters"},
		{"an unknown field", "/v1/roles/x", `{"name": "X", "permissions": ["simulate"], "admin": true}`, 422, "admin"},
	} {
		w := s.want(c.status, s.do("admin", "PUT", c.path, c.body, "If-None-Match", "*", "If-Match", "*"))
		if !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: got %s, want it to say %q", c.name, w.Body, c.says)
		}
	}
	s.want(409, s.do("admin", "DELETE", "/v1/roles/viewer", "", "If-Match", "*"))
	if got := len(s.audit()); got != 0 {
		t.Errorf("got %d audit entries of what was refused, want none", got)
	}
}

// A role gives no more than its author has, and the role through which somebody changes
// roles cannot lose that by their own hand.
func TestNobodyRaisesOrStrandsThemselves(t *testing.T) {
	s := open(t)
	keeper := `{"name": "Keeper of roles", "permissions": ["roles:read", "roles:write", "playbook:write", "conversations:read_team"]}`
	tag := s.want(200, s.do("admin", "PUT", "/v1/roles/keeper", keeper, "If-None-Match", "*")).Header().Get("ETag")
	s.want(200, s.do("admin", "PUT", "/v1/roles/strong", `{"name": "Strong", "permissions": ["playbook:publish"]}`, "If-None-Match", "*"))

	s.want(200, s.do("keeper", "PUT", "/v1/roles/small", `{"name": "Small", "permissions": ["filters:write"]}`, "If-None-Match", "*"))
	for name, c := range map[string][2]string{
		"more than they have":           {"/v1/roles/more", `{"name": "More", "permissions": ["playbook:publish"]}`},
		"all teams' conversations":      {"/v1/roles/more", `{"name": "More", "permissions": ["conversations:read"]}`},
		"more for themselves":           {"/v1/roles/keeper", strings.Replace(keeper, "playbook:write", "contacts:numbers", 1)},
		"less for who has more, by put": {"/v1/roles/strong", `{"name": "Strong", "permissions": ["filters:write"]}`},
	} {
		w := s.do("keeper", "PUT", c[0], c[1], "If-Match", "*")
		if w.Code != 403 {
			t.Errorf("%s: got %d %s, want 403", name, w.Code, w.Body)
		}
	}
	s.want(403, s.do("keeper", "DELETE", "/v1/roles/strong", "", "If-Match", "*"))

	s.want(409, s.do("keeper", "DELETE", "/v1/roles/keeper", "", "If-Match", "*"))
	s.want(409, s.do("keeper", "PUT", "/v1/roles/keeper", `{"name": "Keeper", "permissions": ["playbook:write"]}`, "If-Match", "*"))
	s.want(200, s.do("keeper", "PUT", "/v1/roles/keeper", `{"name": "Keeper", "permissions": ["roles:read", "roles:write"]}`, "If-Match", tag))
	s.want(204, s.do("admin", "DELETE", "/v1/roles/keeper", "", "If-Match", "*"))
}

// A change that another process made holds here within five seconds.
func TestARoleChangedElsewhereHoldsWithinSeconds(t *testing.T) {
	s := open(t)
	s.want(200, s.do("admin", "PUT", "/v1/roles/night", night, "If-None-Match", "*"))
	s.want(200, s.do("night", "GET", "/v1/filters", ""))
	r, err := s.store.Role(t.Context(), "night")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.DeleteRole(t.Context(), r, record.Audit{ID: "x", At: s.clock()}); err != nil {
		t.Fatal(err)
	}
	s.want(200, s.do("night", "GET", "/v1/filters", ""))
	s.pass(5 * time.Second)
	s.want(403, s.do("night", "GET", "/v1/filters", ""))
}

func TestRolesCostAtMostOneReadInAWhile(t *testing.T) {
	s := open(t)
	s.want(200, s.do("admin", "PUT", "/v1/roles/night", night, "If-None-Match", "*"))
	before := s.table.queries.Load()
	for range 50 {
		s.want(200, s.do("admin", "GET", "/v1/filters", ""))
	}
	if got := s.table.queries.Load() - before; got != 0 {
		t.Errorf("got %d reads for a built-in role, want none", got)
	}
	for range 50 {
		s.want(200, s.do("night", "GET", "/v1/filters", ""))
	}
	if got := s.table.queries.Load() - before; got != 1 {
		t.Errorf("got %d reads of roles for 50 requests, want 1", got)
	}
}
