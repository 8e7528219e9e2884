package admin_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/admin"
	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
)

func TestAConversationIsGivenTaggedAndClosed(t *testing.T) {
	s := opened(t)
	path := "/v1/conversations/" + s.customer(phone, "the price?")
	for _, c := range []struct {
		name, body, want string
	}{
		{"a team alone, the bot goes on", `{"team": "care"}`, `care//[]/resolved/false`},
		{"tags", `{"tags": ["b", "a", "b"]}`, `care//[b a]/resolved/false`},
		{"more tags and fewer", `{"add_tags": ["c", "a"], "remove_tags": ["b"]}`, `care//[a c]/resolved/false`},
		{"people", `{"status": "open"}`, `care//[a c]/open/true`},
		{"somebody", `{"assignee": "zhang"}`, `care/zhang/[a c]/open/true`},
		{"somebody else, and a tag", `{"assignee": "李 four", "add_tags": ["d"]}`, `care/李 four/[a c d]/open/true`},
		{"back to nobody, people stay in charge", `{"assignee": ""}`, `care//[a c d]/open/true`},
		{"all at once", `{"team": "care", "tags": [], "assignee": "", "status": "resolved"}`, `care//[]/resolved/false`},
		{"who takes it reopens it", `{"assignee": "zhang"}`, `care/zhang/[]/open/true`},
		{"closed", `{"status": "resolved", "add_tags": ["done"]}`, `care//[done]/resolved/false`},
	} {
		for _, got := range []admin.Conversation{
			read[admin.Conversation](t, s.want(200, s.do("admin", "PATCH", path, c.body))), read[admin.Conversation](t, s.do("admin", "GET", path, "")),
		} {
			if got := fmt.Sprintf("%s/%s/%v/%s/%t", got.Team, got.Assignee, got.Tags, got.Status, !got.HandedOff.IsZero()); got != c.want {
				t.Errorf("%s: got %s, want %s", c.name, got, c.want)
			}
		}
	}
	s.customer(phone, "the price?")
	if len(s.sent) != 2 {
		t.Errorf("got %d replies, want templates to answer again", len(s.sent))
	}
}

func TestTemplatesAreSilentWhereSomebodyHasTaken(t *testing.T) {
	s := opened(t)
	path := "/v1/conversations/" + s.customer(phone, "the price?")
	got := read[admin.Conversation](t, s.want(200, s.do("admin", "PATCH", path, `{"assignee": "zhang"}`)))
	if got.Reason != "agent" || !got.HandedOff.Equal(s.clock()) {
		t.Errorf("got %+v, want it handed off now, by an agent", got)
	}
	taken := got.HandedOff
	s.pass(time.Minute)
	s.customer(phone, "the price?")
	if len(s.sent) != 1 {
		t.Errorf("got %d replies, want silence", len(s.sent))
	}
	if got := read[admin.Conversation](t, s.do("admin", "PATCH", path, `{"assignee": "li", "status": "open"}`)); !got.HandedOff.Equal(taken) {
		t.Errorf("got people in charge since %v, want since %v", got.HandedOff, taken)
	}
}

func TestAChangeThatIsRefused(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "a person please")
	path := "/v1/conversations/" + id
	before := s.want(200, s.do("admin", "GET", path, ""))
	many := strings.TrimSuffix(strings.Repeat(`"x",`, 51), ",")
	for _, c := range []struct{ name, body, place string }{
		{"nothing", `{}`, "body"},
		{"no tags to add", `{"add_tags": []}`, "body"},
		{"a team that there is not", `{"team": "sales"}`, "body.team"},
		{"no team", `{"team": ""}`, "body.team"},
		{"a name with a line break", `{"assignee": "zhang\nli"}`, "body.assignee"},
		{"a name of spaces", `{"assignee": "  "}`, "body.assignee"},
		{"a name without end", `{"assignee": "` + strings.Repeat("字", 101) + `"}`, "body.assignee"},
		{"null, which is as if left out", `{"assignee": null, "tags": null}`, "body"},
		{"an empty tag", `{"tags": ["a", " "]}`, "body.tags[1]"},
		{"a tag without end", `{"add_tags": ["` + strings.Repeat("字", 41) + `"]}`, "body.add_tags[0]"},
		{"too many tags", `{"tags": [` + many + `]}`, "body.tags"},
		{"all tags and more", `{"tags": [], "add_tags": ["a"]}`, "body.tags"},
		{"a status that there is not", `{"status": "closed"}`, "body.status"},
		{"closed and taken", `{"status": "resolved", "assignee": "zhang"}`, "body.status"},
		{"a field that there is not", `{"asignee": "zhang"}`, "body.asignee"},
	} {
		got := read[problem](t, s.want(422, s.do("admin", "PATCH", path, c.body)))
		if !slices.ContainsFunc(got.Errors, func(e struct{ Location, Message string }) bool { return e.Location == c.place }) {
			t.Errorf("%s: got %+v, want a fault at %s", c.name, got.Errors, c.place)
		}
	}
	s.want(404, s.do("admin", "PATCH", "/v1/conversations/nobody", `{"team": "care"}`))
	if after := s.do("admin", "GET", path, ""); after.Body.String() != before.Body.String() || len(s.audit()) != 2 {
		t.Errorf("got %s and audit %v, want nothing changed", after.Body, s.audit())
	}
}

func TestAConversationHasFiftyTagsAtMost(t *testing.T) {
	s := opened(t)
	path := "/v1/conversations/" + s.customer(phone, "hello")
	tags := func(from, to int) string {
		var all []string
		for i := from; i < to; i++ {
			all = append(all, fmt.Sprintf(`"t%d"`, i))
		}
		return "[" + strings.Join(all, ",") + "]"
	}
	s.want(200, s.do("admin", "PATCH", path, `{"tags": `+tags(0, 50)+`}`))
	s.want(422, s.do("admin", "PATCH", path, `{"add_tags": ["one more"]}`))
	s.want(200, s.do("admin", "PATCH", path, `{"add_tags": ["another"], "remove_tags": ["t0"]}`))
}

func TestTheAuditHasWhatAChangeChanged(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "the price?")
	path := "/v1/conversations/" + id
	s.want(200, s.do("admin", "PATCH", path, `{"team": "care", "assignee": "zhang", "add_tags": ["vip"]}`))
	s.want(200, s.do("admin", "PATCH", path, `{"team": "care", "assignee": "zhang", "add_tags": ["vip"], "status": "open"}`)) // which changes nothing
	s.want(200, s.do("admin", "PATCH", path, `{"status": "resolved", "remove_tags": ["vip"]}`))
	s.want(200, s.do("admin", "PATCH", path, `{"status": "resolved"}`)) // nor does this
	want := []string{
		`admin@example.com conversation.change {"assignee":"","people":false,"status":"resolved","tags":[],"team":""} ` +
			`{"assignee":"zhang","people":true,"status":"open","tags":["vip"],"team":"care"}`,
		`admin@example.com conversation.change {"tags":["vip"]} {"tags":[]}`,
		`admin@example.com conversation.resolve {"assignee":"zhang","status":"open"} {"status":"resolved"}`,
	}
	if d := cmp.Diff(want, s.entries(id)); d != "" {
		t.Errorf("audit (-want +got):\n%s", d)
	}
}

// entries is the audit of one thing, oldest first, with the values.
func (s *shop) entries(target string) (out []string) {
	s.t.Helper()
	for _, e := range read[list[record.Audit]](s.t, s.want(200, s.do("admin", "GET", "/v1/audit?limit=200&target="+target, ""))).Items {
		out = append([]string{strings.Join([]string{e.Who, e.Action, string(e.Old), string(e.New)}, " ")}, out...)
	}
	return out
}

// busy is a desk at which something happens just before a change is written.
type busy struct {
	admin.Desk
	during func()
}

func (b *busy) Amend(ctx context.Context, id string, amend func(conversation.Head) (conversation.Head, error)) (conversation.Head, error) {
	return b.Desk.Amend(ctx, id, func(h conversation.Head) (conversation.Head, error) {
		if during := b.during; during != nil {
			b.during = nil
			next, err := amend(h)
			during()
			return next, err
		}
		return amend(h)
	})
}

// meanwhile is a shop whose contact has written, and something that happens during the
// next change.
func meanwhile(t *testing.T, text string, during func(s *shop, id string)) (*shop, string) {
	t.Helper()
	b := &busy{}
	s := openWith(t, b)
	b.Desk = s.desk
	s.want(200, s.do("admin", "PUT", "/v1/playbook", twoTeams, "If-Match", "*"))
	s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{}`))
	id := s.customer(phone, text)
	b.during = func() { during(s, id) }
	return s, id
}

// touch writes a head as somebody else would.
func (s *shop) touch(id string, change func(*conversation.Head)) {
	s.t.Helper()
	h, err := s.store.Head(context.Background(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	change(&h)
	if err := s.store.Record(context.Background(), record.Turn{Head: h}); err != nil {
		s.t.Fatal(err)
	}
}

func TestAChangeIsMadeAgainWhenTheDeskWasFaster(t *testing.T) {
	s, id := meanwhile(t, "help please", func(s *shop, id string) {
		s.touch(id, func(h *conversation.Head) { h.Tags = []string{"theirs"} })
	})
	w := s.want(200, s.do("admin", "PATCH", "/v1/conversations/"+id, `{"add_tags": ["ours"]}`))
	if got := read[admin.Conversation](t, w).Tags; !slices.Equal(got, []string{"theirs", "ours"}) {
		t.Errorf("got tags %q, want both", got)
	}
	if got := s.do("admin", "GET", "/v1/conversations/"+id, "").Header().Get("ETag"); got != w.Header().Get("ETag") || got == "" {
		t.Errorf("got ETag %q, want that of the conversation as it is, %q", w.Header().Get("ETag"), got)
	}
	want := []string{
		`admin@example.com conversation.change {"tags":[]} {"tags":["ours"]}`,
		`admin@example.com conversation.change.again {"tags":["theirs"]} {"tags":["theirs","ours"]}`,
	}
	if d := cmp.Diff(want, slices.Sorted(slices.Values(s.entries(id)))); d != "" {
		t.Errorf("audit, whose last entry is what was done (-want +got):\n%s", d)
	}
}

func TestAConditionalChangeIsNotMadeOfAnotherState(t *testing.T) {
	s, id := meanwhile(t, "help please", func(s *shop, id string) { s.customer(phone, "help, please!") })
	path := "/v1/conversations/" + id
	tag := s.do("admin", "GET", path, "").Header().Get("ETag")
	s.want(412, s.do("admin", "PATCH", path, `{"add_tags": ["ours"]}`, "If-Match", tag)) // changed while we wrote
	s.want(412, s.do("admin", "PATCH", path, `{"status": "resolved"}`, "If-Match", tag)) // changed since
	if got := read[admin.Conversation](t, s.do("admin", "GET", path, "")); len(got.Tags) != 0 || got.Status != "open" {
		t.Errorf("got %+v, want nothing changed", got)
	}
	if got := s.entries(id); len(got) != 2 || !strings.Contains(strings.Join(got, "\n"), "conversation.change.failed") {
		t.Errorf("got audit %q, want that it failed", got)
	}
	w := s.want(200, s.do("admin", "PATCH", path, `{"add_tags": ["ours"]}`, "If-Match", s.do("admin", "GET", path, "").Header().Get("ETag")))
	s.want(200, s.do("admin", "PATCH", path, `{"status": "resolved"}`, "If-Match", w.Header().Get("ETag")))
}

func TestNobodyGivesAwayWhatIsNotTheirsOrToWhomTheyDoNotSee(t *testing.T) {
	s, id := meanwhile(t, "help please", func(s *shop, id string) {
		s.touch(id, func(h *conversation.Head) { h.Team = "sales" })
	})
	s.teams = []string{"care"}
	path := "/v1/conversations/" + id
	if got := read[problem](t, s.want(403, s.do("agent", "PATCH", path, `{"team": "sales"}`))).Detail; !strings.Contains(got, "your own teams") {
		t.Errorf("got %q, want why", got)
	}
	s.want(404, s.do("agent", "PATCH", path, `{"add_tags": ["ours"]}`)) // it went to sales while we wrote
	if got := read[admin.Conversation](t, s.do("admin", "GET", path, "")); len(got.Tags) != 0 || got.Team != "sales" {
		t.Errorf("got %+v, want it as sales has it", got)
	}
	s.teams = []string{"care", "sales"}
	if got := read[admin.Conversation](t, s.want(200, s.do("agent", "PATCH", path, `{"team": "care"}`))); got.Team != "care" {
		t.Errorf("got %+v, want it given to care", got)
	}
}

func TestAChangeWithAKeyIsMadeOnce(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "the price?")
	const body = `{"assignee": "zhang"}`
	first := s.want(200, s.do("admin", "PATCH", "/v1/conversations/"+id, body, admin.IdempotencyKey, uuid))
	s.want(200, s.do("admin", "POST", "/v1/conversations/"+id+"/resolve", ""))
	second := s.want(200, s.do("admin", "PATCH", "/v1/conversations/"+id, body, admin.IdempotencyKey, uuid))
	if !sameAnswer(first, second) || second.Header().Get("Idempotency-Replayed") != "true" {
		t.Errorf("got %s, want the first answer again", second.Body)
	}
	if got := read[admin.Conversation](t, s.do("admin", "GET", "/v1/conversations/"+id, "")); got.Assignee != "" {
		t.Errorf("got %+v, want it not taken again", got)
	}
}

// Whom the rota gave a conversation to has it no longer when somebody else takes it.
func TestWhoTakesAConversationHasItFromNoRota(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "a person please")
	s.touch(id, func(h *conversation.Head) { h.Assignee, h.Rota = "zhang", "zhang" })
	for _, c := range []struct{ body, rota string }{{`{"assignee": "zhang", "add_tags": ["a"]}`, "zhang"}, {`{"assignee": "li"}`, ""}} {
		s.want(200, s.do("admin", "PATCH", "/v1/conversations/"+id, c.body))
		if h, err := s.store.Head(t.Context(), id); err != nil || h.Rota != c.rota {
			t.Errorf("%s: got rota %q, %v, want %q", c.body, h.Rota, err, c.rota)
		}
	}
}

func TestAnEndedSessionThatStaysIsToldAndTheRestIsKept(t *testing.T) {
	b := &stuck{}
	s := openWith(t, b)
	b.Desk = s.desk
	s.want(200, s.do("admin", "PUT", "/v1/playbook", book, "If-Match", "*"))
	s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{}`))
	id := s.customer(phone, "a person please")
	w := s.want(502, s.do("admin", "PATCH", "/v1/conversations/"+id, `{"add_tags": ["vip"], "status": "resolved"}`))
	if got := read[problem](t, w).Detail; !strings.Contains(got, "did not answer") {
		t.Errorf("got %q, want why", got)
	}
	if got := read[admin.Conversation](t, s.do("admin", "GET", "/v1/conversations/"+id, "")); got.Status != "open" || !slices.Equal(got.Tags, []string{"vip"}) {
		t.Errorf("got %+v, want it tagged and open", got)
	}
}

// stuck is a desk that cannot resolve.
type stuck struct{ admin.Desk }

func (*stuck) Resolve(context.Context, string) (conversation.Head, error) {
	return conversation.Head{}, fmt.Errorf("end a session: %w", &message.SendError{Class: message.Unknown, Reason: "time-out"})
}
