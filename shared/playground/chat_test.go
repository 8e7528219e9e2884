package playground

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
)

const buttonsPart = `"type":"interactive","interactive":{"type":"button","body":{"text":"Which?"},"action":{"buttons":[{"type":"reply","reply":{"id":"green","title":"Green tea"}}]}}`
const listPart = `"type":"interactive","interactive":{"type":"list","body":{"text":"Which?"},"action":{"button":"Open","sections":[{"rows":[{"id":"r1","title":"Oolong","description":"Roasted"}]}]}}`

func TestADayAtTheCounter(t *testing.T) {
	st := newStage(t, nil)
	owl := Personas()[2].Customer
	code, body := st.post("/playground/messages", `{"customer":"c3","text":"请问多少钱?"}`)
	var wrote struct{ ID string }
	if err := json.Unmarshal([]byte(body), &wrote); err != nil || code != 200 || wrote.ID == "" {
		t.Fatalf("write: %d %s", code, body)
	}
	st.Decided(Explanation{Channel: "wa-main", MessageID: wrote.ID, Decision: decide.Decision{Outcome: conversation.Replied, By: "price"}, Steps: []decide.Step{{Filter: "price", Matched: true, Why: `text contains "多少钱"`, WhyZH: `文本包含“多少钱”`}}})
	st.reply(owl, buttonsPart)
	st.reply(owl, listPart)
	sent := st.sb.Sent()
	for _, tap := range []string{`"` + sent[0].ID + `","choice":"green"`, `"` + sent[1].ID + `","choice":"r1"`} {
		if code, body := st.post("/playground/taps", `{"customer":"c3","message":`+tap+`}`); code != 200 {
			t.Fatalf("tap: %d %s", code, body)
		}
	}
	got := st.state()
	var lines []string
	for _, e := range got.Entries {
		text := e.Text
		if e.Content != nil {
			text = string(e.Content.Shape) + " " + e.Content.Text
		}
		lines = append(lines, fmt.Sprint(e.Customer, " ", e.Kind, " ", text, " ", e.Tap))
	}
	want := []string{"c3 in 请问多少钱? false", "c3 out buttons Which? false", "c3 out list Which? false", "c3 in Green tea true", "c3 in Oolong true"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("the chat (-want +got):\n%s", diff)
	}
	if len(got.Decisions) != 1 || got.Decisions[0].MessageID != wrote.ID || got.Decisions[0].Steps[0].Why != `text contains "多少钱"` || got.Decisions[0].Steps[0].WhyZH != `文本包含“多少钱”` {
		t.Errorf("decisions: %+v", got.Decisions)
	}
}

func TestWhatThePageWouldNotSendIsRefused(t *testing.T) {
	st := newStage(t, nil)
	if code, _ := st.post("/playground/messages", `{"customer":"c3","text":"hi"}`); code != 200 {
		t.Fatal("could not write")
	}
	st.reply(Personas()[2].Customer, buttonsPart)
	sent := st.sb.Sent()[0].ID
	cases := []struct{ name, path, body string }{
		{"no such customer", "messages", `{"customer":"c9","text":"hi"}`},
		{"nothing written", "messages", `{"customer":"c1","text":" "}`},
		{"4,097 characters", "messages", `{"customer":"c1","text":"` + strings.Repeat("x", 4097) + `"}`},
		{"a tap on an app's menu on WhatsApp", "taps", `{"customer":"c3","choice":"green"}`},
		{"a chat that cannot be opened", "chats", `{"customer":"c3"}`},
		{"nobody's chat", "chats", `{"customer":"k9"}`},
		{"nobody serves on WhatsApp", "service", `{"customer":"c3","do":"take"}`},
		{"nobody waits for a person", "service", `{"customer":"k1","do":"take"}`},
		{"nothing answered", "service", `{"customer":"k1","do":"answer","text":" "}`},
		{"no such service", "service", `{"customer":"k1","do":"sell"}`},
		{"somebody new among the staff", "customers", `{"line":"app"}`},
		{"somebody new on no line", "customers", `{"line":"fax"}`},
		{"an unknown field", "messages", `{"customer":"c1","text":"hi","as":"admin"}`},
		{"broken JSON", "messages", `{`},
		{"a tap on nothing", "taps", `{"customer":"c3","message":"wamid.X","choice":"green"}`},
		{"a choice that was not offered", "taps", `{"customer":"c3","message":"` + sent + `","choice":"black"}`},
		{"somebody else's message", "taps", `{"customer":"c1","message":"` + sent + `","choice":"green"}`},
		{"a customer by name", "customers", `{"name":"x"}`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if code, body := st.post("/playground/"+c.path, c.body); code != http.StatusBadRequest {
				t.Errorf("got %d %s, want 400", code, body)
			}
		})
	}
	if n := len(st.state().Entries); n != 2 {
		t.Errorf("%d entries, want the 2 from before", n)
	}
}

func TestSomeoneNew(t *testing.T) {
	st := newStage(t, nil)
	for body, want := range map[string]string{`{}`: "c4", `{"line":"kf"}`: "k3"} {
		code, got := st.post("/playground/customers", body)
		if code != 200 || !strings.Contains(got, `"id":"`+want+`"`) || !strings.Contains(got, `"name":"Guest 1"`) {
			t.Fatalf("%s: got %d %s", body, code, got)
		}
		if code, _ := st.post("/playground/messages", `{"customer":"`+want+`","text":"hi"}`); code != 200 {
			t.Errorf("%s cannot write", want)
		}
	}
	for range maxPersonas {
		st.post("/playground/customers", `{}`)
	}
	n := 0
	for _, one := range st.state().Customers {
		if one.Line == "wa" {
			n++
		}
	}
	if n != maxPersonas {
		t.Errorf("%d customers, want at most %d", n, maxPersonas)
	}
}

func TestTheStream(t *testing.T) {
	st := newStage(t, nil)
	srv := httptest.NewServer(st)
	defer srv.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+"/playground/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if kind := res.Header.Get("Content-Type"); kind != "text/event-stream" {
		t.Errorf("content type %q", kind)
	}
	lines := bufio.NewScanner(res.Body)
	next := func() string {
		var all []string
		for lines.Scan() && lines.Text() != "" {
			all = append(all, lines.Text())
		}
		return strings.Join(all, " ")
	}
	if got := next(); got != "event: hello data: {}" {
		t.Errorf("first: %s", got)
	}
	st.post("/playground/messages", `{"customer":"c1","text":"two\nlines"}`)
	if got := next(); !strings.HasPrefix(got, `event: entry data: {"seq":1,`) || !strings.Contains(got, `two\nlines`) {
		t.Errorf("a message: %s", got)
	}
	st.Decided(Explanation{MessageID: "wamid.X"})
	if got := next(); !strings.HasPrefix(got, `event: decision data: {`) || !strings.Contains(got, "wamid.X") {
		t.Errorf("a decision: %s", got)
	}
	st.post("/playground/messages", `{"customer":"k1","text":"from WeChat"}`)
	if got := next(); !strings.HasPrefix(got, `event: entry data: {"seq":1,`) || !strings.Contains(got, `"line":"kf","kind":"in","customer":"k1"`) {
		t.Errorf("a message of the other phone: %s", got)
	}
	st.sb.Close()
	if got := next(); got != "" {
		t.Errorf("after the end: %s", got)
	}
}

func TestDecidedNeverWaits(t *testing.T) {
	st := newStage(t, nil)
	slow, stop := st.listen()
	defer stop()
	for i := range 2000 {
		st.Decided(Explanation{MessageID: fmt.Sprint(i)})
	}
	n := 0
	for range slow {
		n++
	}
	kept := st.state().Decisions
	if n != 256 || len(kept) > maxDecisions*5/4 || kept[len(kept)-1].MessageID != "1999" {
		t.Errorf("a slow page got %d, %d kept", n, len(kept))
	}
}

func TestEntriesOfEveryKind(t *testing.T) {
	st := newStage(t, nil)
	one := Personas()[0].Customer
	id, err := st.sb.Write(context.Background(), shop.PhoneNumberID, one, "hi")
	if err != nil {
		t.Fatal(err)
	}
	send := func(body string) {
		r := httptest.NewRequest(http.MethodPost, "/v26.0/"+shop.PhoneNumberID+"/messages", strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer t")
		r.Header.Set("Content-Type", "application/json")
		st.sb.ServeHTTP(httptest.NewRecorder(), r)
	}
	send(`{"messaging_product":"whatsapp","status":"read","message_id":"` + id + `","typing_indicator":{"type":"text"}}`)
	send(`{"messaging_product":"whatsapp","to":"+16505551234","type":"text","text":{"body":""}}`)
	send(`{"messaging_product":"whatsapp","to":"+16505559999","type":"text","text":{"body":"to a stranger"}}`)
	var kinds []string
	for _, e := range st.state().Entries {
		kinds = append(kinds, e.Kind)
	}
	if diff := cmp.Diff([]string{"in", "read", "typing", "refused"}, kinds); diff != "" {
		t.Errorf("kinds, strangers left out (-want +got):\n%s", diff)
	}
}
