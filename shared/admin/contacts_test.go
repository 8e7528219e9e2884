package admin_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/admin"
	"frontdesk/shared/conversation"
)

func TestWhatACompanyKnowsOfAContact(t *testing.T) {
	s := opened(t)
	path := "/v1/contacts/" + s.customer(phone, "hello")
	for _, c := range []struct {
		name, body string
		want       map[string]string
	}{
		{"the first ones", `{"attributes": {"tier": "gold", "since": "2026-10-01", "balance": "12.5"}}`, map[string]string{"tier": "gold", "since": "2026-10-01", "balance": "12.5"}},
		{"one more, one other, one less", `{"attributes": {"city": "厦门", "tier": "silver", "balance": null}}`, map[string]string{"tier": "silver", "since": "2026-10-01", "city": "厦门"}},
		{"one that was not there is removed", `{"attributes": {"nothing": null}}`, map[string]string{"tier": "silver", "since": "2026-10-01", "city": "厦门"}},
		{"none is left", `{"attributes": {"city": null, "tier": null, "since": null}}`, nil},
	} {
		for _, got := range []admin.Contact{
			read[admin.Contact](t, s.want(200, s.do("supervisor", "PATCH", path, c.body))), read[admin.Contact](t, s.do("viewer", "GET", path, "")),
		} {
			if !maps.Equal(got.Attributes, c.want) || got.Name != "Li Example" || got.Language != "en" {
				t.Errorf("%s: got %+v, want %v and the rest as it was", c.name, got, c.want)
			}
		}
	}
}

func TestNameAndLanguageOfAContact(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "hello")
	path := "/v1/contacts/" + id
	for _, c := range []struct{ body, name, language string }{
		{`{"name": "李 Example"}`, "李 Example", "en"}, {`{"language": "zh-CN"}`, "李 Example", "zh-CN"}, {`{"name": "", "language": ""}`, "", ""},
	} {
		if got := read[admin.Contact](t, s.want(200, s.do("admin", "PATCH", path, c.body))); got.Name != c.name || got.Language != c.language {
			t.Errorf("%s: got %q and %q, want %q and %q", c.body, got.Name, got.Language, c.name, c.language)
		}
	}
	s.customer(phone, "what is the price of this?")
	if got := read[admin.Contact](t, s.do("admin", "GET", path, "")); got.Name != "Li Example" || got.Language != "en" {
		t.Errorf("got %+v after they wrote, want what the channel tells, and the language they wrote in", got)
	}
}

func TestAttributesStayWhenTheContactWrites(t *testing.T) {
	s := opened(t)
	path := "/v1/contacts/" + s.customer(phone, "hello")
	s.want(200, s.do("admin", "PATCH", path, `{"attributes": {"tier": "gold"}}`))
	s.pass(time.Minute)
	s.customer(phone, "the price?")
	if got := read[admin.Contact](t, s.do("admin", "GET", path, "")); got.Attributes["tier"] != "gold" {
		t.Errorf("got %+v, want gold still", got)
	}
}

// Attributes may be personal data: they are for those who may see contacts, wherever a contact is shown.
func TestAttributesAreForThoseWhoMaySeeContacts(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "a person please")
	s.want(200, s.do("admin", "PUT", "/v1/roles/sync", `{"name": "Sync", "permissions": ["conversations:read", "contacts:write"]}`, "If-None-Match", "*"))
	wrote := s.want(200, s.do("sync", "PATCH", "/v1/contacts/"+id, `{"attributes": {"tier": "goldfish"}}`))
	blind := []string{wrote.Body.String(), s.do("sync", "GET", "/v1/conversations/"+id, "").Body.String(), s.do("sync", "GET", "/v1/conversations", "").Body.String()}
	for _, body := range blind {
		if strings.Contains(body, "goldfish") || !strings.Contains(body, id) {
			t.Errorf("got %s without contacts:read, want no attributes", body)
		}
	}
	for _, path := range []string{"/v1/contacts/" + id, "/v1/conversations/" + id, "/v1/conversations"} {
		if body := s.want(200, s.do("viewer", "GET", path, "")).Body.String(); !strings.Contains(body, "goldfish") {
			t.Errorf("%s: got %s, want the attributes", path, body)
		}
	}
	s.want(403, s.do("sync", "GET", "/v1/contacts/"+id, ""))
}

func TestAContactsChangeThatIsRefused(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "hello")
	path := "/v1/contacts/" + id
	for _, c := range []struct{ name, body, place string }{
		{"nothing", `{}`, "body"},
		{"no attributes", `{"attributes": {}}`, "body"},
		{"capitals", `{"attributes": {"Tier": "gold"}}`, "body.attributes"},
		{"a digit first", `{"attributes": {"1st": "gold"}}`, "body.attributes"},
		{"no name", `{"attributes": {"": null}}`, "body.attributes"},
		{"a name without end", `{"attributes": {"` + strings.Repeat("a", 41) + `": "gold"}}`, "body.attributes"},
		{"an empty value", `{"attributes": {"tier": ""}}`, "body.attributes.tier"},
		{"a value without end", `{"attributes": {"tier": "` + strings.Repeat("字", 201) + `"}}`, "body.attributes.tier"},
		{"a control character", `{"attributes": {"tier": "a\u0000b"}}`, "body.attributes.tier"},
		{"a number that is no text", `{"attributes": {"tier": 5}}`, "body.attributes.tier"},
		{"a name with a line break", `{"name": "Li\nExample"}`, "body.name"},
		{"a language that there is not", `{"language": "klingon-language"}`, "body.language"},
		{"a language in another spelling", `{"language": "zh-cn"}`, "body.language"},
		{"a field that there is not", `{"phone": "16505550009"}`, "body.phone"},
	} {
		w := s.want(422, s.do("admin", "PATCH", path, c.body))
		got := read[problem](t, w)
		if !slices.ContainsFunc(got.Errors, func(e struct{ Location, Message string }) bool { return e.Location == c.place }) {
			t.Errorf("%s: got %+v, want a fault at %s", c.name, got.Errors, c.place)
		}
		for _, text := range []string{"gold", "字", "klingon", "Li\\nExample"} {
			if strings.Contains(w.Body.String(), text) {
				t.Errorf("%s: got what was sent back in the problem: %s", c.name, w.Body)
			}
		}
	}
	s.want(404, s.do("admin", "PATCH", "/v1/contacts/nobody", `{"name": "Li"}`))
	if got := read[admin.Contact](t, s.do("admin", "GET", path, "")); got.Attributes != nil || got.Name != "Li Example" || len(s.entries(id)) != 0 {
		t.Errorf("got %+v and audit %v, want nothing changed", got, s.entries(id))
	}
}

func TestAContactHasFiftyAttributesAtMost(t *testing.T) {
	s := opened(t)
	path := "/v1/contacts/" + s.customer(phone, "hello")
	set := func(from, to int) string {
		var all []string
		for i := from; i < to; i++ {
			all = append(all, fmt.Sprintf(`"a%d": "%s"`, i, strings.Repeat("字", 200)))
		}
		return `{"attributes": {` + strings.Join(all, ",") + `}}`
	}
	s.want(422, s.do("admin", "PATCH", path, set(0, 51)))
	s.want(200, s.do("admin", "PATCH", path, set(0, 50)))
	s.want(422, s.do("admin", "PATCH", path, set(50, 51)))
	s.want(200, s.do("admin", "PATCH", path, set(0, 1)))
	s.want(200, s.do("admin", "PATCH", path, `{"attributes": {"a0": null, "a50": "x"}}`))
}

func TestNeitherAuditNorLogKeepsWhatIsKnownOfAContact(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "hello")
	s.want(200, s.do("admin", "PATCH", "/v1/contacts/"+id, `{"name": "Zhang Secret", "attributes": {"tier": "goldfish", "city": "Xiamen"}}`))
	s.want(200, s.do("admin", "PATCH", "/v1/contacts/"+id, `{"language": "", "attributes": {"city": null, "tier": "goldfish"}}`))
	s.want(200, s.do("admin", "PATCH", "/v1/contacts/"+id, `{"attributes": {"city": null, "tier": "goldfish"}}`)) // which changes nothing
	want := []string{
		`admin@example.com contact.change  {"removed":[],"set":["attributes.city","attributes.tier","name"]}`,
		`admin@example.com contact.change  {"removed":["attributes.city","language"],"set":[]}`,
	}
	got := s.entries(id)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("audit (-want +got):\n%s", d)
	}
	for _, word := range []string{"Secret", "goldfish", "Xiamen"} {
		if strings.Contains(s.log.String()+strings.Join(got, ""), word) {
			t.Errorf("got %s in the log or the audit", word)
		}
	}
}

func TestAContactsChangeKeepsToWhatWasSeen(t *testing.T) {
	s, id := meanwhile(t, "help please", func(s *shop, id string) {
		s.touch(id, func(h *conversation.Head) { h.Contact.Attributes = map[string]string{"tier": "gold"} })
	})
	path := "/v1/contacts/" + id
	tag := s.want(200, s.do("admin", "GET", path, "")).Header().Get("ETag")
	if tag == "" {
		t.Fatal("got no ETag")
	}
	w := s.want(200, s.do("admin", "PATCH", path, `{"attributes": {"city": "Xiamen"}}`))
	if got := read[admin.Contact](t, w).Attributes; len(got) != 2 {
		t.Errorf("got %v, want what was told at the same moment kept", got)
	}
	s.want(412, s.do("admin", "PATCH", path, `{"attributes": {"city": "Fuzhou"}}`, "If-Match", tag))
	s.want(200, s.do("admin", "PATCH", path, `{"attributes": {"city": "Fuzhou"}}`, "If-Match", w.Header().Get("ETag")))
}

func TestWhoIsBlockedStandsInAList(t *testing.T) {
	s := opened(t)
	var ids []string
	for i := range 3 {
		id := s.customer(fmt.Sprint("1650555100", i), "a person please")
		s.want(200, s.do("supervisor", "PATCH", "/v1/contacts/"+id, `{"blocked": true}`))
		ids = append(ids, id)
	}
	s.customer(phone, "hello")
	slices.Sort(ids)
	var got []string
	for next := ""; ; {
		page := read[admin.List[admin.Contact]](t, s.want(200, s.do("viewer", "GET", "/v1/contacts?blocked=true&limit=2&cursor="+next, "")))
		for _, c := range page.Items {
			if got = append(got, c.ID); !c.Blocked || c.BlockedSince.IsZero() {
				t.Errorf("got %+v, want since when they are blocked", c)
			}
		}
		if next = page.Next; next == "" {
			break
		}
	}
	if !slices.Equal(got, ids) {
		t.Errorf("got %v, want %v, each once", got, ids)
	}
	s.want(422, s.do("viewer", "GET", "/v1/contacts", ""))
	if h := read[admin.Conversation](t, s.do("viewer", "GET", "/v1/conversations/"+ids[0], "")); h.Status != conversation.Resolved || !h.HandedOff.IsZero() || !h.WaitingSince.IsZero() {
		t.Errorf("got %+v, want what people had open with them closed", h)
	}
	s.want(409, s.do("supervisor", "POST", "/v1/conversations/"+ids[0]+"/messages", `{"text": "hello"}`))
	for _, id := range ids {
		s.want(200, s.do("supervisor", "PATCH", "/v1/contacts/"+id, `{"blocked": false}`))
	}
	if page := read[admin.List[admin.Contact]](t, s.do("viewer", "GET", "/v1/contacts?blocked=true", "")); len(page.Items) != 0 {
		t.Errorf("got %+v, want nobody left", page.Items)
	}
	audit := s.do("admin", "GET", "/v1/audit", "").Body.String()
	if strings.Count(audit, `"set":["blocked"]`) != 3 || strings.Count(audit, `"removed":["blocked"]`) != 3 {
		t.Errorf("got %s, want each block and its end", audit)
	}
}

func TestMutingAContact(t *testing.T) {
	s := opened(t)
	path := "/v1/contacts/" + s.customer(phone, "hello")
	for _, body := range []string{`{"muted": "never"}`, `{"muted": "-1h"}`, `{"muted": "9000h"}`} {
		s.want(422, s.do("supervisor", "PATCH", path, body))
	}
	s.want(403, s.do("agent", "PATCH", path, `{"muted": "1h"}`))
	until := s.clock().Add(time.Hour)
	if got := read[admin.Contact](t, s.want(200, s.do("supervisor", "PATCH", path, `{"muted": "1h"}`))); got.MutedUntil.Sub(until).Abs() > time.Second {
		t.Errorf("got %s, want %s", got.MutedUntil, until)
	}
	if got := read[admin.Contact](t, s.want(200, s.do("supervisor", "PATCH", path, `{"muted": ""}`))); !got.MutedUntil.IsZero() {
		t.Errorf("got %s, want it over", got.MutedUntil)
	}
}

// A note stands among the messages, and is in none of what counts messages out.
func TestAgentsLeaveNotes(t *testing.T) {
	s := opened(t)
	path := "/v1/conversations/" + s.customer(phone, "a person please")
	for _, body := range []string{`{"text": "  "}`, `{"text": "` + strings.Repeat("x", 4001) + `"}`} {
		s.want(422, s.do("supervisor", "POST", path+"/notes", body))
	}
	s.want(403, s.do("viewer", "POST", path+"/notes", `{"text": "x"}`))
	note := read[admin.Message](t, s.want(201, s.do("supervisor", "POST", path+"/notes", `{"text": "Calls back on Monday."}`)))
	page := read[admin.List[admin.Message]](t, s.do("viewer", "GET", path+"/messages", ""))
	if got := page.Items[0]; got.ID != note.ID || got.Direction != conversation.Note || got.By == "" || got.Text != "Calls back on Monday." {
		t.Errorf("got %+v, want the note on top", got)
	}
	if got := read[admin.Conversation](t, s.do("viewer", "GET", path, "")); got.Assignee != "" || got.WaitingSince.IsZero() {
		t.Errorf("got %+v, want the customer still waiting for somebody", got)
	}
	if audit := s.do("admin", "GET", "/v1/audit", "").Body.String(); !strings.Contains(audit, `"conversation.note"`) || strings.Contains(audit, "Calls back") {
		t.Errorf("got %s, want the audit to know of it and not what it says", audit)
	}
}
