package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"testing"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/send"
	"frontdesk/shared/wecom"
)

// TestABotFromEndToEnd plays WeCom on both sides: callbacks come over HTTP, what is on the
// queue is answered through the router, and the welcome is read in the door's answer.
func TestABotFromEndToEnd(t *testing.T) {
	ctx := context.Background()
	d := newBotDoor(t)
	d.Welcome = func(_ context.Context, _ string, p message.Person) (string, bool) { return "welcome " + p.UserID, true }
	web := httptest.NewServer(d.mux)
	defer web.Close()
	api := httptest.NewServer(nil)
	defer api.Close()
	bots, err := qyapi.New(qyapi.Config{
		CorpID: corp, Apps: []qyapi.App{{AgentID: 1000002, Secret: "s", Key: callbackKey, WebhookURL: web.URL}}, Members: []qyapi.Member{{UserID: "zhang"}},
		Bots: []qyapi.Bot{{ID: "aibEXAMPLE", Name: "Desk", Key: callbackKey, WebhookURL: web.URL + "/webhooks/wecom/bot-main", APIURL: api.URL}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer bots.Close()
	api.Config.Handler = bots
	ch := channel.Channel{ID: "bot-main", Kind: message.WeComBot, BotID: "aibEXAMPLE", APIURL: api.URL, CallbackKeys: []channel.CallbackKey{callbackKey}}
	if d.WeCom, err = wecom.NewDoor([]channel.Channel{ch}); err != nil {
		t.Fatal(err)
	}
	router := send.New([]channel.Channel{ch}, &wecom.Memory{})

	question := qyapi.Ask("price")
	question.Group, question.Deliver = "wrGROUP", qyapi.Deliver{Times: 2}
	_, asked := bots.AskBot(ctx, "aibEXAMPLE", "zhang", question)
	_, entered := bots.EnterBot(ctx, "aibEXAMPLE", "zhang")
	if err := errors.Join(bots.CheckBot(ctx, "aibEXAMPLE"), asked, entered); err != nil {
		t.Fatal(err)
	}
	if len(d.inbox.jobs) != 2 || d.inbox.jobs[0].ID != d.inbox.jobs[1].ID || string(d.inbox.jobs[0].Body) != string(d.inbox.jobs[1].Body) {
		t.Fatalf("got jobs %v, want the repeat to be the same job", d.inbox.jobs)
	}
	var in message.Inbound
	if err := json.Unmarshal(d.inbox.jobs[0].Body, &in); err != nil || in.Text != "price" {
		t.Fatalf("got %+v and %v, want the question without the mention", in, err)
	}
	answer := message.Outgoing{
		Channel: in.Channel, To: in.From, Content: message.Content{Shape: message.ShapeText, Text: "9 a box"}, Ref: "r1",
		Return: in.Return, Group: in.Group, Heard: in.Time,
	}
	if _, err := router.Send(ctx, answer); err != nil {
		t.Fatal(err)
	}
	sent := bots.Sent()
	if len(sent) != 2 || sent[0].Text != "welcome zhang" || sent[0].Via != qyapi.ViaReply || sent[1].Text != "9 a box" || sent[1].Group != "wrGROUP" {
		t.Errorf("got %+v, want the welcome and the answer in the group", sent)
	}
}
