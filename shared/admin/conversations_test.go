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
	"frontdesk/shared/desk"
	"frontdesk/shared/message"
	"frontdesk/shared/record"
)

const phone = "16505551234"

func TestAViewerSeesNoPhoneNumber(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "a person please")
	for role, want := range map[string]string{"admin": "+16505551234", "viewer": "+165•••1234"} {
		one := read[admin.Conversation](t, s.want(200, s.do(role, "GET", "/v1/conversations/"+id, "")))
		contact := read[admin.Contact](t, s.want(200, s.do(role, "GET", "/v1/contacts/"+id, "")))
		all := read[list[admin.Conversation]](t, s.want(200, s.do(role, "GET", "/v1/conversations", ""))).Items
		if len(all) != 1 {
			t.Fatalf("got %d conversations, want 1", len(all))
		}
		if d := cmp.Diff([]string{want, want, want}, []string{one.Contact.Phone, contact.Phone, all[0].Contact.Phone}); d != "" {
			t.Errorf("%s (-want +got):\n%s", role, d)
		}
	}
	if log := s.log.String(); strings.Contains(log, phone) {
		t.Errorf("got a phone number in the log: %s", log)
	}
}

func TestAConversationAsItIs(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "a person please")
	got := read[admin.Conversation](t, s.want(200, s.do("viewer", "GET", "/v1/conversations/"+id, "")))
	wrote := got.Opened
	want := admin.Conversation{
		ID: id, Channel: "wa-main", Status: "open", Team: "care", Tags: []string{}, HandedOff: wrote, Reason: got.Reason,
		Opened: wrote, WaitingSince: wrote, WindowUntil: wrote.Add(24 * time.Hour),
		Contact: admin.Contact{ID: id, Channel: "wa-main", Phone: "+165•••1234", Name: "Li Example", Language: "en", First: wrote, LastInbound: wrote},
	}
	if d := cmp.Diff(want, got); d != "" || wrote.IsZero() || got.Reason == "" {
		t.Errorf("conversation (-want +got):\n%s", d)
	}
	s.want(404, s.do("viewer", "GET", "/v1/conversations/nobody", ""))
	s.want(404, s.do("viewer", "GET", "/v1/conversations/nobody/messages", ""))
}

func TestConversationsOfADayInPages(t *testing.T) {
	s := opened(t)
	var want []string
	for i := range 7 {
		text := "the price?"
		if i%2 == 0 {
			text = "a person"
		}
		want = append(want, s.customer(fmt.Sprintf("1650555%04d", i), text))
	}
	slices.Sort(want)
	pages := func(query string) (ids []string) {
		for next := ""; ; {
			page := read[list[admin.Conversation]](t, s.want(200, s.do("viewer", "GET", "/v1/conversations?"+query+"&cursor="+next, "")))
			for _, c := range page.Items {
				ids = append(ids, c.ID)
			}
			if next = page.Next; next == "" {
				return ids
			}
		}
	}
	if d := cmp.Diff(want, pages("limit=3")); d != "" {
		t.Errorf("three at a time (-want +got):\n%s", d)
	}
	if d := cmp.Diff(want, pages("limit=7&day=2026-11-18")); d != "" {
		t.Errorf("all at once (-want +got):\n%s", d)
	}
	if got := pages("limit=1&team=care"); len(got) != 4 {
		t.Errorf("got %d of the team care, want 4", len(got))
	}
	if got := pages("limit=2&status=resolved"); len(got) != 3 {
		t.Errorf("got %d resolved, want 3", len(got))
	}
	if got := pages("limit=2&day=2026-11-17"); got != nil {
		t.Errorf("got %v of yesterday, want none", got)
	}
	for _, query := range []string{"day=18.11.2026", "status=closed", "limit=0", "limit=x", "tema=care"} {
		s.want(422, s.do("viewer", "GET", "/v1/conversations?"+query, ""))
	}
}

func TestMessagesWithWhatBecameOfThem(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "the price?")
	s.pass(time.Minute)
	s.customer(phone, "hello?")
	s.receipt(id, message.Read, message.Delivered)
	var all []admin.Message
	for next := ""; ; {
		page := read[list[admin.Message]](t, s.want(200, s.do("viewer", "GET", "/v1/conversations/"+id+"/messages?limit=1&cursor="+next, "")))
		all = append(all, page.Items...)
		if next = page.Next; next == "" {
			break
		}
	}
	var got []string
	for _, m := range all {
		got = append(got, strings.Join([]string{string(m.Direction), m.Text, string(m.Outcome), string(m.State)}, "|"))
	}
	want := []string{"in|hello?|unanswered|", "out|Tea is 9 a box.||read", "in|the price?|replied|"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("messages, newest first (-want +got):\n%s", d)
	}
	s.receipt(id, message.Failed, message.Sent)
	page := read[list[admin.Message]](t, s.do("viewer", "GET", "/v1/conversations/"+id+"/messages", "")).Items
	if page[1].State != message.Failed || len(page[1].Faults) != 1 || page[1].Faults[0].Code != 131026 {
		t.Errorf("got state %q with %+v, want failed, which is final, and why", page[1].State, page[1].Faults)
	}
}

// receipt stores receipts for the last message that was sent.
func (s *shop) receipt(home string, statuses ...message.Status) {
	s.t.Helper()
	_, replyID, _ := conversation.ParseRef(s.sent[len(s.sent)-1].Ref)
	for _, status := range statuses {
		r := conversation.Receipt{ReplyID: replyID, Receipt: message.Receipt{Channel: "wa-main", Status: status, Time: s.clock()}}
		if status == message.Failed {
			r.Faults = []message.Fault{{Code: 131026, Title: "Message undeliverable"}}
		}
		if err := s.store.Receive(s.t.Context(), home, r, ""); err != nil {
			s.t.Fatal(err)
		}
	}
}

func TestWhatHoldsNumbersIsForAdmins(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "hello")
	m := conversation.Message{
		ID: conversation.NewID(s.clock().Add(time.Minute), []byte("abcdef")), Conversation: id, Channel: "wa-main", Direction: conversation.In, At: s.clock(),
		Type: "system", Text: "the number changed to 16505559999", Body: []byte(`{"wa_id":"16505559999"}`),
	}
	if _, err := s.store.Claim(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	path := "/v1/conversations/" + id + "/messages"
	if w := s.want(200, s.do("viewer", "GET", path, "")); strings.Contains(w.Body.String(), "16505559999") {
		t.Errorf("got %s for a viewer, want no number", w.Body)
	}
	if w := s.want(200, s.do("admin", "GET", path, "")); strings.Count(w.Body.String(), "16505559999") != 2 {
		t.Errorf("got %s for an admin, want text and body", w.Body)
	}
}

func TestAnAgentAnswersAndResolves(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "a person please")
	path := "/v1/conversations/" + id
	m := read[admin.Message](t, s.want(201, s.do("admin", "POST", path+"/messages", `{"text": "Here I am."}`)))
	last := s.sent[len(s.sent)-1]
	if last.Content.Text != "Here I am." || m.Source != conversation.ByAgent || m.Text != "Here I am." {
		t.Errorf("got sent %+v and %+v, want the agent's text", last, m)
	}
	if got := read[admin.Conversation](t, s.do("admin", "GET", path, "")); got.Assignee != "admin@example.com" || !got.WaitingSince.IsZero() {
		t.Errorf("got %+v, want the agent in charge and nobody waiting", got)
	}
	if got := read[admin.Conversation](t, s.want(200, s.do("admin", "POST", path+"/resolve", ""))); got.Status != conversation.Resolved {
		t.Errorf("got %+v, want it resolved", got)
	}
	s.want(404, s.do("admin", "POST", "/v1/conversations/nobody/messages", `{"text": "x"}`))
	s.want(404, s.do("admin", "POST", "/v1/conversations/nobody/resolve", ""))
	for _, body := range []string{`{"text": ""}`, `{"text": " \n"}`, `{"text": "` + strings.Repeat("字", 4097) + `"}`, `{"txt": "x"}`} {
		w := s.want(422, s.do("admin", "POST", path+"/messages", body))
		if strings.Contains(w.Body.String(), "字") {
			t.Error("got the text back in a problem")
		}
	}
	want := []string{"admin@example.com conversation.answer " + id, "admin@example.com conversation.resolve " + id}
	if d := cmp.Diff(want, s.audit()[2:]); d != "" {
		t.Errorf("audit (-want +got):\n%s", d)
	}
	for _, e := range read[list[record.Audit]](t, s.do("admin", "GET", "/v1/audit", "")).Items {
		if strings.Contains(string(e.New), "Here I am") {
			t.Errorf("got a message's text in the audit, which is kept for ever: %s", e.New)
		}
	}
}

func TestAnAnswerThatCannotBeSent(t *testing.T) {
	s := opened(t)
	id := s.customer(phone, "a person please")
	for _, c := range []struct {
		name   string
		err    error
		status int
		says   string
	}{
		{"the channel refuses it", &message.SendError{Class: message.Drop, Code: 131026, Reason: "Message undeliverable"}, 502, "Message undeliverable"},
		{"nobody knows whether it went out", &message.SendError{Class: message.Unknown, Reason: "timeout"}, 502, "may have gone out"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.refuse = c.err
			w := s.do("admin", "POST", "/v1/conversations/"+id+"/messages", `{"text": "x"}`)
			if got := read[problem](t, w).Detail; w.Code != c.status || !strings.Contains(got, c.says) {
				t.Errorf("got %d %q, want %d saying %q", w.Code, got, c.status, c.says)
			}
		})
	}
	s.refuse = nil
	s.pass(24 * time.Hour)
	if got := read[problem](t, s.want(409, s.do("admin", "POST", "/v1/conversations/"+id+"/messages", `{"text": "x"}`))); !strings.Contains(got.Detail, "24 hours") {
		t.Errorf("got %q, want why it is too late", got.Detail)
	}
	if got := s.audit(); !slices.Contains(got, "admin@example.com conversation.answer.failed "+id) {
		t.Errorf("got audit %v, want that it failed", got)
	}
}

// elsewhere is a desk whose customers are with people in the channel's own client.
type elsewhere struct{ why error }

func (e elsewhere) Answer(context.Context, string, string, string) (conversation.Message, error) {
	return conversation.Message{}, e.why
}

func (e elsewhere) Amend(context.Context, string, func(conversation.Head) (conversation.Head, error)) (conversation.Head, error) {
	return conversation.Head{}, e.why
}

func (e elsewhere) Resolve(context.Context, string) (conversation.Head, error) {
	return conversation.Head{}, e.why
}

func TestAnAgentIsToldWhereACustomerIsAnswered(t *testing.T) {
	for _, c := range []struct {
		why    error
		path   string
		status int
		says   string
	}{
		{desk.ErrElsewhere, "/messages", 409, "people answer this customer in WeCom's client; answer there, or resolve the conversation first"},
		{desk.ErrOver, "/messages", 409, "until they write again"},
		{desk.ErrBudget, "/messages", 409, "five after each of theirs"},
		{desk.ErrReplyOnly, "/messages", 409, "nothing but the bot's answer"},
		{fmt.Errorf("end a session: %w", &message.SendError{Class: message.Unknown, Reason: "time-out"}), "/resolve", 502, "did not answer"},
	} {
		s := openWith(t, elsewhere{c.why})
		s.want(200, s.do("admin", "PUT", "/v1/playbook", book, "If-Match", "*"))
		s.want(200, s.do("admin", "POST", "/v1/playbook/publish", `{"note":"first"}`))
		id := s.customer(phone, "a person please")
		w := s.do("admin", "POST", "/v1/conversations/"+id+c.path, `{"text": "x"}`)
		if got := read[problem](t, w).Detail; w.Code != c.status || !strings.Contains(got, c.says) {
			t.Errorf("%v: got %d %q, want %d saying %q", c.why, w.Code, got, c.status, c.says)
		}
	}
}

func TestUntilWhenAChannelTakesFreeText(t *testing.T) {
	wrote := noon.Add(-time.Hour)
	for channel, want := range map[string]time.Time{
		"wa-main": wrote.Add(24 * time.Hour), "kf-main": wrote.Add(48 * time.Hour), "app-main": {}, "gone": {},
	} {
		s := opened(t)
		id := conversation.ID(channel, message.Person{UserID: "zhang"})
		h := conversation.Head{ID: id, Home: id, Channel: channel, First: wrote, LastInbound: wrote}
		if err := s.store.Record(t.Context(), record.Turn{Head: h, Days: []string{"2026-11-18"}}); err != nil {
			t.Fatal(err)
		}
		got := read[admin.Conversation](t, s.want(200, s.do("viewer", "GET", "/v1/conversations/"+id, "")))
		if !got.WindowUntil.Equal(want) {
			t.Errorf("%s: got %s, want %s", channel, got.WindowUntil, want)
		}
	}
}
