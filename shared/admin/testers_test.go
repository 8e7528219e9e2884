package admin_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/admin"
	"frontdesk/shared/conversation"
)

// drafted saves the tests' playbook with other words for the price, and other changes.
func drafted(s *shop, words string, changes ...string) {
	s.t.Helper()
	text := strings.NewReplacer(append([]string{"9 a box", words}, changes...)...).Replace(book)
	s.want(200, s.do("admin", "PUT", "/v1/playbook", text, "If-Match", "*"))
}

// lastSent is what went out last.
func (s *shop) lastSent() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sent) == 0 {
		return ""
	}
	return s.sent[len(s.sent)-1].Content.Text
}

func TestATestContactIsAnsweredByTheDraft(t *testing.T) {
	s := opened(t)
	tester := s.customer(phone, "hello")
	s.want(200, s.do("editor", "PUT", "/v1/contacts/"+tester+"/tester", ""))
	for _, words := range []string{"10 a box", "11 a box"} {
		drafted(s, words)
		s.pass(5 * time.Second)
		s.customer("16505550002", "price?")
		if got := s.lastSent(); !strings.Contains(got, "9 a box") {
			t.Errorf("got %q for somebody else, want what is live", got)
		}
		s.pass(time.Hour)
		s.customer(phone, "price?")
		if got := s.lastSent(); !strings.Contains(got, words) {
			t.Errorf("got %q five seconds after it was saved, want %s", got, words)
		}
		s.pass(time.Hour)
	}
	s.want(200, s.do("editor", "DELETE", "/v1/contacts/"+tester+"/tester", ""))
	s.customer(phone, "price?")
	if got := s.lastSent(); !strings.Contains(got, "9 a box") {
		t.Errorf("got %q for a test contact no longer, want what is live", got)
	}
	if got := s.entries(tester); strings.Join(got, "; ") !=
		`editor@example.com contact.tester {"tester":false} {"tester":true}; editor@example.com contact.tester {"tester":true} {"tester":false}` {
		t.Errorf("got audit %q", got)
	}
}

// What a test contact writes and gets says so, with the draft that decided.
func TestMessagesSayThatTheyAreATest(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "price?")
	s.want(200, s.do("editor", "PUT", "/v1/contacts/"+id+"/tester", ""))
	drafted(s, "10 a box")
	tag := s.do("editor", "GET", "/v1/playbook", "").Header().Get("ETag")
	s.pass(time.Hour)
	s.customer(phone, "price?")
	s.want(201, s.do("supervisor", "POST", "/v1/conversations/"+id+"/messages", `{"text": "Hello from a person"}`))
	all := read[list[admin.Message]](t, s.want(200, s.do("viewer", "GET", "/v1/conversations/"+id+"/messages", ""))).Items
	if len(all) != 5 {
		t.Fatalf("got %d messages, want 5", len(all))
	}
	for i, m := range all {
		test, draft := i < 3, i == 1 || i == 2
		if m.Test != test || (m.Draft > 0) != draft || draft && (m.Playbook != 0 || tag != fmt.Sprintf(`"draft-%d"`, m.Draft)) || i > 2 && m.Playbook != 1 {
			t.Errorf("message %d from the end: got test %v, draft %d (%s), playbook %d", i, m.Test, m.Draft, tag, m.Playbook)
		}
	}
}

func TestADraftWithFaultsLeavesTestContactsOnWhatIsLive(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "hello")
	told := func(from, english, chinese string) {
		t.Helper()
		got := read[admin.Testers](t, s.want(200, s.do("editor", "GET", "/v1/testers", "")))
		if got.From != from || !strings.Contains(got.Note, english) || !strings.Contains(got.NoteZH, chinese) || len(got.Items) != 1 || !got.Items[0].Tester {
			t.Errorf("got %+v, want %s and that %s", got, from, english)
		}
	}
	s.want(200, s.do("editor", "PUT", "/v1/contacts/"+id+"/tester", ""))
	drafted(s, "10 a box")
	told("draft", "are answered by the draft", "由草稿回复")
	drafted(s, "11 a box", `"reply": "price"`, `"reply": "nothing"`)
	told("live", "has faults (1)", "有错误（1 处）")
	s.pass(time.Hour)
	s.customer(phone, "price?")
	if got := s.lastSent(); !strings.Contains(got, "9 a box") {
		t.Errorf("got %q, want what is live", got)
	}
	sim := `{"on": "draft", "message": {"text": "price"}}`
	s.want(422, s.do("editor", "POST", "/v1/simulate", sim)) // such a draft decides nothing at all
	drafted(s, "12 a box", `{"filter": "price"}`, `{"filter": "person"}`)
	if got := read[admin.Simulation](t, s.want(200, s.do("editor", "POST", "/v1/simulate", sim))); !strings.Contains(got.Note, "faults") || !strings.Contains(got.NoteZH, "错误") {
		t.Errorf("got note %q and %q, want that the draft has faults", got.Note, got.NoteZH)
	}
}

func TestWithoutADraftTestContactsGetWhatIsLive(t *testing.T) {
	s := open(t)
	if got := read[admin.Testers](t, s.want(200, s.do("editor", "GET", "/v1/testers", ""))); got.From != "live" || len(got.Items) != 0 || !strings.Contains(got.Note, "no draft") {
		t.Errorf("got %+v, want live and nobody", got)
	}
}

func TestTestContactsAreListedAndBounded(t *testing.T) {
	s := opened(t)
	var last string
	for n := range 50 {
		last = s.customer(fmt.Sprint(16505550100+n), "hello")
		s.want(200, s.do("admin", "PUT", "/v1/contacts/"+last+"/tester", ""))
	}
	s.want(200, s.do("admin", "PUT", "/v1/contacts/"+last+"/tester", "")) // who is one already
	one := s.customer(phone, "hello")
	s.want(409, s.do("admin", "PUT", "/v1/contacts/"+one+"/tester", ""))
	s.touch(last, func(h *conversation.Head) { h.Contact.Tester = false })
	s.want(200, s.do("admin", "PUT", "/v1/contacts/"+one+"/tester", ""))
	if got := len(read[admin.Testers](t, s.do("admin", "GET", "/v1/testers", "")).Items); got != 50 {
		t.Errorf("got %d, want those who are test contacts", got)
	}
	s.want(412, s.do("admin", "DELETE", "/v1/contacts/"+one+"/tester", "", "If-Match", `"1-x"`))
	s.want(404, s.do("admin", "PUT", "/v1/contacts/0000000000000000000000000/tester", ""))
}
