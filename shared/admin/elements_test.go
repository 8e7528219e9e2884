package admin_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/admin"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
)

// elements are one of each kind, as an admin writes it.
func elements() map[string]string {
	return map[string]string{
		"templates": `{"id": "new", "name": "New", "variants": [{"language": "en", "shape": "text", "text": "Hello"}]}`,
		"filters":   `{"id": "new", "name": "New", "when": {"contains": ["new"]}, "then": {"reply": "price"}}`,
		"hours":     `{"id": "new", "name": "New", "time_zone": "Asia/Shanghai", "weekly": {"sun": ["10:00-12:00"]}}`,
	}
}

func TestAnElementIsMadeChangedAndDeleted(t *testing.T) {
	for kind, body := range elements() {
		t.Run(kind, func(t *testing.T) {
			s := opened(t)
			path := "/v1/" + kind + "/new"
			s.want(404, s.do("viewer", "GET", path, ""))
			s.want(428, s.do("admin", "PUT", path, body))
			s.want(412, s.do("admin", "PUT", path, body, "If-Match", `"x"`))
			made := s.want(200, s.do("admin", "PUT", path, body, "If-None-Match", "*"))
			s.want(412, s.do("admin", "PUT", path, body, "If-None-Match", "*"))

			got := s.want(200, s.do("viewer", "GET", path, ""))
			if made.Header().Get("ETag") == "" || got.Header().Get("ETag") != made.Header().Get("ETag") || got.Body.String() != made.Body.String() {
				t.Errorf("got %s %s, want what was saved: %s %s", got.Header().Get("ETag"), got.Body, made.Header().Get("ETag"), made.Body)
			}
			changed := s.want(200, s.do("admin", "PUT", path, strings.Replace(body, "New", "Newer", 1), "If-Match", got.Header().Get("ETag")))
			s.want(412, s.do("admin", "DELETE", path, "", "If-Match", got.Header().Get("ETag")))
			s.want(428, s.do("admin", "DELETE", path, ""))
			s.want(204, s.do("admin", "DELETE", path, "", "If-Match", changed.Header().Get("ETag")))
			s.want(404, s.do("admin", "DELETE", path, "", "If-Match", "*"))
		})
	}
}

func TestAnElementsAuditKeepsOldAndNew(t *testing.T) {
	s := opened(t)
	s.want(200, s.do("admin", "PUT", "/v1/templates/price", `{"name": "Prices", "variants": []}`, "If-Match", "*"))
	s.want(204, s.do("admin", "DELETE", "/v1/templates/price", "", "If-Match", "*"))
	got := read[list[record.Audit]](t, s.do("viewer", "GET", "/v1/audit?limit=2", "")).Items
	if got[1].Action != "template.save" || !strings.Contains(string(got[1].Old), "Tea is 9") || !strings.Contains(string(got[1].New), `"variants":[]`) {
		t.Errorf("got %s → %s, want the template before and after", got[1].Old, got[1].New)
	}
	if got[0].Action != "template.delete" || string(got[0].Old) != string(got[1].New) || got[0].New != nil {
		t.Errorf("got %s %s → %s, want what was deleted", got[0].Action, got[0].Old, got[0].New)
	}
}

func TestAnElementIsReadStrictly(t *testing.T) {
	s := opened(t)
	for _, c := range []struct {
		name, body string
		want       []string
	}{
		{"every fault at once", `{"nme": "x", "when": {"contians": ["x"], "regex": 5}, "then": []}`, []string{"nme", "when.contians", "when.regex", "then"}},
		{"no object", `[]`, []string{""}},
		{"null", `null`, []string{""}},
		{"more than one", `{"id": "new"}, {"id": "b"}`, []string{"line 1, column 13"}},
		{"a way out of the list", `{"id": "new"}], "templates": [{"id": "x"}`, []string{"line 1, column 13"}},
		{"cut off", `{"id": "new"`, []string{"line 1, column 12"}},
		{"another id", `{"id": "other", "when": {}, "then": {}}`, []string{"id"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := s.do("admin", "PUT", "/v1/filters/new", c.body, "If-None-Match", "*")
			if w.Code != 422 {
				t.Fatalf("got %d %s, want 422", w.Code, w.Body)
			}
			var where []string
			for _, e := range read[problem](t, w).Errors {
				where = append(where, e.Location)
			}
			if d := cmp.Diff(c.want, where); d != "" {
				t.Errorf("faults (-want +got):\n%s", d)
			}
		})
	}
	if got := len(s.audit()); got != 2 {
		t.Errorf("got %d audit entries, want only those of opening the shop", got)
	}
}

func TestAdminsWhoEditDifferentFiltersDoNotDisturbEachOther(t *testing.T) {
	s := opened(t)
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			id := fmt.Sprintf("f%d", i)
			if w := s.do("admin", "PUT", "/v1/filters/"+id, `{"when": {"contains": ["`+id+`"]}, "then": {"reply": "price"}}`, "If-None-Match", "*"); w.Code != 200 {
				t.Errorf("got %d %s for %s, want 200", w.Code, w.Body, id)
			}
		})
	}
	all.Wait()
	if got := len(s.filters()); got != 6 {
		t.Errorf("got %d filters, want the two from before and four new ones", got)
	}
}

// filters lists the ids of the draft's filters, a page of two at a time.
func (s *shop) filters() []string {
	s.t.Helper()
	var ids []string
	for next := ""; ; {
		page := read[list[playbook.Filter]](s.t, s.want(200, s.do("viewer", "GET", "/v1/filters?limit=2&cursor="+next, "")))
		for _, f := range page.Items {
			ids = append(ids, f.ID)
		}
		if next = page.Next; next == "" {
			return ids
		}
	}
}

func TestFiltersAreReordered(t *testing.T) {
	s := opened(t)
	s.want(200, s.do("admin", "PUT", "/v1/filters/new", elements()["filters"], "If-None-Match", "*"))
	etag := s.do("viewer", "GET", "/v1/filters", "").Header().Get("ETag")
	s.want(428, s.do("admin", "POST", "/v1/filters/order", `{"ids": ["new", "person", "price"]}`))
	w := s.want(200, s.do("admin", "POST", "/v1/filters/order", `{"ids": ["new", "person", "price"]}`, "If-Match", etag))
	want := []string{"new", "person", "price"}
	if d := cmp.Diff(want, read[admin.Order](t, w).IDs); d != "" {
		t.Errorf("answer (-want +got):\n%s", d)
	}
	if d := cmp.Diff(want, s.filters()); d != "" {
		t.Errorf("draft (-want +got):\n%s", d)
	}
	s.want(412, s.do("admin", "POST", "/v1/filters/order", `{"ids": ["price", "person", "new"]}`, "If-Match", etag))
	etag = w.Header().Get("ETag")
	for _, ids := range [][]string{{"new"}, {"new", "person", "price", "more"}, {"new", "new", "price"}, {}} {
		body, _ := json.Marshal(admin.Order{IDs: ids})
		s.want(422, s.do("admin", "POST", "/v1/filters/order", string(body), "If-Match", etag))
	}
}

func TestACursorIsRefusedWhenItsItemHasMoved(t *testing.T) {
	s := opened(t)
	next := read[list[playbook.Filter]](t, s.do("viewer", "GET", "/v1/filters?limit=1", "")).Next
	s.want(200, s.do("viewer", "GET", "/v1/filters?limit=1&cursor="+next, ""))
	s.want(204, s.do("admin", "DELETE", "/v1/filters/price", "", "If-Match", "*"))
	s.want(400, s.do("viewer", "GET", "/v1/filters?limit=1&cursor="+next, ""))
	s.want(400, s.do("viewer", "GET", "/v1/templates?cursor="+next, ""))
	s.want(400, s.do("viewer", "GET", "/v1/templates?cursor=%21", ""))
}
