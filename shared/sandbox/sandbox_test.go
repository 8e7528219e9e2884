package sandbox

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/feed"
)

func TestAnswers(t *testing.T) {
	st := newStage(t, nil)
	st.write(sheena, "hi")
	got := st.send(textTo(sheena, "Hello"))
	id := st.Sent()[0].ID
	want := `{"contacts":[{"input":"+16505551234","wa_id":"16505551234"}],"messages":[{"id":"` + id + `"}],"messaging_product":"whatsapp"}`
	if got.body != want {
		t.Errorf("by phone\n got %s\nwant %s", got.body, want)
	}
	both := `{"messaging_product":"whatsapp","to":"16505551234","recipient":"US.1","type":"text","text":{"body":"to wins"}}`
	if got := st.send(both); got.Contacts[0]["wa_id"] != sheena.Phone {
		t.Errorf("with to and recipient: got %s, want to", got.body)
	}
	got = st.send(`{"messaging_product":"whatsapp","recipient":"` + sheena.UserID + `","type":"text","text":{"body":"Hello"}}`)
	if diff := cmp.Diff([]map[string]string{{"input": sheena.UserID, "user_id": sheena.UserID}}, got.Contacts); diff != "" {
		t.Errorf("by user id, contacts (-want +got):\n%s", diff)
	}
}

// TestContent shows what a customer sees of each shape.
func TestContent(t *testing.T) {
	st := newStage(t, nil)
	st.write(sheena, "hi")
	for _, body := range []string{
		textTo(sheena, "Hello"),
		to(sheena, strings.Replace(buttons("Yes", "No"), `"action"`, `"header":{"type":"text","text":"Head"},"footer":{"text":"Foot"},"action"`, 1)),
		to(sheena, list("Open", section("", row("r1", "Row", "More")))),
		to(sheena, template("order_update", "en_US", param("{{2}}")+","+param("7"))),
		to(sheena, `"type":"image","image":{"id":"1","caption":"the shop"}`),
	} {
		if got := st.send(body); got.Error.Code != 0 {
			t.Fatalf("refused: %s", got.body)
		}
	}
	want := []message.Content{
		{Shape: "text", Text: "Hello"},
		{Shape: "buttons", Header: "Head", Text: "Choose", Footer: "Foot", Buttons: []message.Choice{{ID: "b0", Title: "Yes"}, {ID: "b1", Title: "No"}}},
		{Shape: "list", Text: "Choose", Open: "Open", Sections: []message.Section{{Rows: []message.Choice{{ID: "r1", Title: "Row", Description: "More"}}}}},
		{Shape: "approved", Text: "Hi {{2}}, your order 7 is on its way.", Approved: &message.Approved{Name: "order_update", Language: "en_US", Params: []string{"{{2}}", "7"}}},
		{Shape: "image", Text: "the shop", Media: &message.Media{Kind: "image", ID: "1"}},
	}
	var got []message.Content
	for _, m := range st.Sent() {
		got = append(got, m.Content)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("contents (-want +got):\n%s", diff)
	}
}

func TestReadMarks(t *testing.T) {
	st := newStage(t, nil)
	theirs := st.write(sheena, "hi")
	ours := st.send(textTo(sheena, "Hello")).Messages[0].ID
	mark := func(id string) string {
		return `{"messaging_product":"whatsapp","status":"read","message_id":"` + id + `","typing_indicator":{"type":"text"}}`
	}
	if got := st.send(mark(theirs)); got.body != `{"success":true}` {
		t.Errorf("theirs: got %s", got.body)
	}
	if got := st.send(mark(ours)); got.Error.Code != 131009 {
		t.Errorf("ours: got code %d, want 131009", got.Error.Code)
	}
	var kinds []EventKind
	for _, e := range st.Events(2) {
		kinds = append(kinds, e.Kind)
	}
	if diff := cmp.Diff([]EventKind{MarkedRead, TypingShown, RequestRefused}, kinds); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestWatchAndEvents(t *testing.T) {
	st := newStage(t, func(c *Config) { c.Receipts = Usual })
	live, cancel := st.Watch()
	id := st.write(sheena, "hi")
	st.send(textTo(sheena, "Hello"))
	st.send(textTo(sheena, ""))
	st.pass(time.Minute)
	cancel()
	cancel() // twice is once
	var got []string
	for e := range live {
		got = append(got, fmt.Sprint(e.Seq, " ", e.Kind, " ", e.Status, " ", e.Code, " ", e.Customer.Name))
	}
	want := []string{
		"1 wrote  0 Sheena Nelson", "2 accepted  0 Sheena Nelson", "3 refused  131008 Sheena Nelson",
		"4 receipt sent 0 Sheena Nelson", "5 receipt delivered 0 Sheena Nelson", "6 receipt read 0 Sheena Nelson",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("live (-want +got):\n%s", diff)
	}
	if past := st.Events(0); len(past) != 6 || past[0].ID != id || string(past[0].Wrote.Body) != `{"body":"hi"}` {
		t.Errorf("past: got %d events, the first %+v", len(past), past[0])
	}
	if past := st.Events(4); len(past) != 2 || past[0].Seq != 5 {
		t.Errorf("after 4: got %+v", past)
	}
}

func TestASlowWatcherIsLetGo(t *testing.T) {
	st := newStage(t, nil)
	live, cancel := st.Watch()
	defer cancel()
	for range feed.Buffer + 1 {
		st.write(sheena, "hi")
	}
	n := 0
	for range live {
		n++
	}
	if n != feed.Buffer {
		t.Errorf("got %d events before the end, want %d", n, feed.Buffer)
	}
}

func TestTheLogForgetsTheOldest(t *testing.T) {
	st := newStage(t, func(c *Config) {
		c.Keep = 8
		c.Numbers[0].FreePairs = true
	})
	st.write(sheena, "hi")
	first := st.send(textTo(sheena, "0")).Messages[0].ID
	for i := range 20 {
		st.send(textTo(sheena, fmt.Sprint(i+1)))
	}
	sent := st.Sent()
	if len(sent) > 10 || sent[len(sent)-1].Content.Text != "20" {
		t.Errorf("got %d messages ending in %q", len(sent), sent[len(sent)-1].Content.Text)
	}
	if _, ok := st.Find(first); ok {
		t.Error("the first message is still found")
	}
	if m, ok := st.Find(sent[0].ID); !ok || m.ID != sent[0].ID {
		t.Error("a kept message is not found")
	}
}

func TestConfigIsChecked(t *testing.T) {
	post := func(context.Context, []byte, string) error { return nil }
	cases := map[string]Config{
		"no number":         {Post: post},
		"nowhere to post":   {Numbers: []Number{shop}},
		"no token":          {Post: post, Numbers: []Number{{PhoneNumberID: "1", AppSecret: "s"}}},
		"a number twice":    {Post: post, Numbers: []Number{shop, shop}},
		"a customer nobody": {Post: post, Numbers: []Number{shop}, Customers: []Customer{{Name: "x"}}},
	}
	for name, cfg := range cases {
		if _, err := New(cfg); !errors.Is(err, ErrConfig) || strings.Contains(err.Error(), shop.Token) {
			t.Errorf("%s: got %v, want ErrConfig without the token", name, err)
		}
	}
}
