package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/message"
	"frontdesk/shared/webhook"
	"frontdesk/shared/wecom"
)

func newBotDoor(t *testing.T) door {
	t.Helper()
	bot := channel.Channel{ID: "bot-main", Kind: message.WeComBot, BotID: "aibEXAMPLE", APIURL: channel.WeComURL, CallbackKeys: []channel.CallbackKey{callbackKey}}
	callbacks, err := wecom.NewDoor([]channel.Channel{bot})
	if err != nil {
		t.Fatal(err)
	}
	d := door{inbox: &shelf{}, receipts: &shelf{}, grave: &shelf{}, mux: http.NewServeMux()}
	d.Door = &webhook.Door{
		WeCom: callbacks, Inbox: d.inbox, Receipts: d.receipts, Grave: d.grave, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Now: func() time.Time { return time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC) },
	}
	d.Routes(d.mux)
	return d
}

// ask posts what an AI bot hears, as WeCom does.
func (d door) ask(t *testing.T, inside string) *httptest.ResponseRecorder {
	t.Helper()
	pair, err := wecom.NewPair(callbackKey)
	if err != nil {
		t.Fatal(err)
	}
	sealed := pair.Seal([16]byte{7}, []byte(inside), "", "1780000000", "263014780")
	q, _ := sealed.Post("", "")
	return d.do(http.MethodPost, "/webhooks/wecom/bot-main?"+q.Encode(), string(sealed.PostJSON()))
}

const (
	botHead   = `{"msgid":"m1","aibotid":"aibEXAMPLE","chattype":"single","from":{"userid":"zhang"},"response_url":"https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=EXAMPLE",`
	botText   = botHead + `"msgtype":"text","text":{"content":"price"}}`
	botPoll   = botHead + `"msgtype":"stream","stream":{"id":"s"}}`
	botTap    = botHead + `"msgtype":"event","create_time":1780000001,"event":{"eventtype":"template_card_event","template_card_event":{"event_key":"price"}}}`
	botEnters = `{"msgid":"m2","create_time":1780000001,"aibotid":"aibEXAMPLE","from":{"userid":"zhang"},"msgtype":"event","event":{"eventtype":"enter_chat"}}`
	botStray  = `{"msgid":"m3","aibotid":"aibOTHER","from":{"userid":"zhang"},"msgtype":"text","text":{"content":"hello"}}`
)

func TestWhatABotsCallbackBecomes(t *testing.T) {
	for _, c := range []struct {
		name, json               string
		inbox, notices, unusable int
	}{
		{"a message goes to the desk", botText, 1, 0, 0},
		{"so does a tap", botTap, 1, 0, 0},
		{"an event is noted", botEnters, 0, 1, 0},
		{"one for another bot is kept", botStray, 0, 0, 1},
		{"what is no JSON is kept", `hello`, 0, 0, 1},
		{"a poll for a stream leaves nothing", botPoll, 0, 0, 0},
	} {
		d := newBotDoor(t)
		if w := d.ask(t, c.json); w.Code != 200 || w.Body.Len() > 0 {
			t.Errorf("%s: got %d %q, want 200 and nothing", c.name, w.Code, w.Body.String())
		}
		if i, n, u := len(d.inbox.jobs), len(d.receipts.jobs), len(d.grave.jobs); i != c.inbox || n != c.notices || u != c.unusable {
			t.Errorf("%s: got %d, %d and %d jobs, want %d, %d and %d", c.name, i, n, u, c.inbox, c.notices, c.unusable)
		}
	}
}

func TestTheAddressForTheAnswerGoesAlong(t *testing.T) {
	d := newBotDoor(t)
	d.ask(t, botText)
	var m message.Inbound
	if err := json.Unmarshal(d.inbox.jobs[0].Body, &m); err != nil || !strings.HasSuffix(m.Return, "response_code=EXAMPLE") {
		t.Errorf("got %+v and %v, want the response_url on the queue", m, err)
	}
	if strings.Contains(d.inbox.jobs[0].ID, "response_code") {
		t.Error("the job's id, which logs show, holds it")
	}
}

// A message that was kept because no channel had its bot still has its time when it is
// put back.
func TestAMessageToABotComesBackWithItsTime(t *testing.T) {
	d := newBotDoor(t)
	d.ask(t, botStray)
	added, err := wecom.NewDoor([]channel.Channel{
		{ID: "bot-main", Kind: message.WeComBot, BotID: "aibEXAMPLE", CallbackKeys: []channel.CallbackKey{callbackKey}},
		{ID: "bot-new", Kind: message.WeComBot, BotID: "aibOTHER", CallbackKeys: []channel.CallbackKey{callbackKey}},
	})
	if err != nil {
		t.Fatal(err)
	}
	d.WeCom = added
	if err := d.Back()[deadletter.Webhook](context.Background(), d.grave.jobs[0]); err != nil {
		t.Fatal(err)
	}
	var m message.Inbound
	if err := json.Unmarshal(d.inbox.jobs[0].Body, &m); err != nil || m.Channel != "bot-new" || m.Time.Unix() != 1780000000 {
		t.Errorf("got %+v and %v, want it on the new channel at the time of its signature", m, err)
	}
}

// greeted is the text in a sealed answer; "" for no answer.
func greeted(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	if w.Code != 200 {
		t.Fatalf("got %d, want 200", w.Code)
	}
	if w.Body.Len() == 0 {
		return ""
	}
	var body struct{ Encrypt, MsgSignature, Nonce string }
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil || body.Nonce != "263014780" || w.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("got %s and %v, want the callback's nonce", w.Body, err)
	}
	pair, err := wecom.NewPair(callbackKey)
	if err != nil {
		t.Fatal(err)
	}
	if !pair.Verify(wecom.Query{Signature: body.MsgSignature, Timestamp: "1795312800", Nonce: body.Nonce}, []byte(body.Encrypt)) {
		t.Fatal("the answer's signature does not match")
	}
	plain, err := pair.Decrypt([]byte(body.Encrypt), "")
	var said struct {
		Type string `json:"msgtype"`
		Text struct{ Content string }
	}
	if err != nil || json.Unmarshal(plain, &said) != nil || said.Type != "text" {
		t.Fatalf("got %s and %v, want a text", plain, err)
	}
	return said.Text.Content
}

func TestWhoOpensTheChatIsWelcomed(t *testing.T) {
	for _, c := range []struct {
		name, json string
		welcome    func(context.Context, string, message.Person) (string, bool)
		want       string
	}{
		{"with the words of the playbook", botEnters, func(_ context.Context, channel string, p message.Person) (string, bool) {
			return "Welcome " + p.UserID + " to " + channel, true
		}, "Welcome zhang to bot-main"},
		{"not when there are none", botEnters, func(context.Context, string, message.Person) (string, bool) { return "x", false }, ""},
		{"not with nothing", botEnters, func(context.Context, string, message.Person) (string, bool) { return "", true }, ""},
		{"not when nobody knows any", botEnters, nil, ""},
		{"not who writes", botText, func(context.Context, string, message.Person) (string, bool) { return "hello", true }, ""},
		{"not who taps", botTap, func(context.Context, string, message.Person) (string, bool) { return "hello", true }, ""},
	} {
		d := newBotDoor(t)
		d.Welcome = c.welcome
		if got := greeted(t, d.ask(t, c.json)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if len(d.inbox.jobs)+len(d.receipts.jobs) != 1 {
			t.Errorf("%s: the callback was not kept", c.name)
		}
	}
}

func TestAWelcomeMayNotTakeLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newBotDoor(t)
		d.Welcome = func(context.Context, string, message.Person) (string, bool) {
			time.Sleep(4 * time.Second) // heeds nobody
			return "too late", true
		}
		began := time.Now()
		if got := greeted(t, d.ask(t, botEnters)); got != "" || time.Since(began) != time.Second {
			t.Errorf("got %q after %v, want nothing after 1 s", got, time.Since(began))
		}
		time.Sleep(time.Minute) // of the bubble: the function above ends
	})
}

func TestWithoutRandomnessNobodyIsWelcomed(t *testing.T) {
	d := newBotDoor(t)
	d.Entropy = strings.NewReader("short")
	d.Welcome = func(context.Context, string, message.Person) (string, bool) { return "hello", true }
	if got := greeted(t, d.ask(t, botEnters)); got != "" {
		t.Errorf("got %q, want nothing", got)
	}
}

func TestWithoutAQueueNobodyIsWelcomed(t *testing.T) {
	d := newBotDoor(t)
	d.receipts.err = errors.New("full")
	d.Welcome = func(context.Context, string, message.Person) (string, bool) { return "hello", true }
	if w := d.ask(t, botEnters); w.Code != 503 {
		t.Errorf("got %d, want 503", w.Code)
	}
}
