package send

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/wecom"
)

func TestAMessageGoesOutOnItsOwnChannel(t *testing.T) {
	var got []string
	graph := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.URL.Path+" "+r.Header.Get("Authorization"))
		_, _ = io.WriteString(w, `{"messaging_product":"whatsapp","messages":[{"id":"wamid.OUT"}]}`)
	}))
	defer graph.Close()
	r := New([]channel.Channel{
		{ID: "wa-one", Kind: message.WhatsApp, PhoneNumberID: "111", Token: "token-one", APIURL: graph.URL + "/v26.0"},
		{ID: "wa-two", Kind: message.WhatsApp, PhoneNumberID: "222", Token: "token-two", APIURL: graph.URL + "/v26.0"},
		{ID: "other", Kind: "pager"},
	}, &wecom.Memory{})
	out := message.Outgoing{Channel: "wa-two", To: message.Person{Phone: "16505551234"}, Content: message.Content{Shape: message.ShapeText, Text: "hello"}}
	id, err := r.Send(t.Context(), out)
	if err != nil || id != "wamid.OUT" || len(got) != 1 || got[0] != "/v26.0/222/messages Bearer token-two" {
		t.Errorf("got %q, %v after %v, want it sent by the second number with its token", id, err, got)
	}
	for name, want := range map[string]string{"gone": "FRONTDESK_CHANNELS", "other": "pager"} {
		out.Channel = name
		_, err := r.Send(t.Context(), out)
		refused, ok := errors.AsType[*message.SendError](err)
		if !ok || refused.Class != message.Stop || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want the channel stopped and %s named", name, err, want)
		}
	}
	if len(got) != 1 {
		t.Errorf("got %d requests, want none for channels that cannot send", len(got))
	}
}

// An app and a customer service account of one company and secret: one access token.
func TestBothKindsOfWeComGoOutWithOneToken(t *testing.T) {
	var got []string
	qyapi := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.URL.Path)
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok","access_token":"t","expires_in":7200,"msgid":"MSG"}`)
	}))
	defer qyapi.Close()
	app := channel.Channel{ID: "app", Kind: message.WeComApp, CorpID: "wx5823bf96d3bd56c7", Secret: "s", AgentID: 1000002, APIURL: qyapi.URL}
	kf := app
	kf.ID, kf.Kind, kf.OpenKFID = "kf", message.WeComKF, "wkAJ2GCAAAservice"
	r := New([]channel.Channel{app, kf}, &wecom.Memory{})
	for _, ch := range []string{"app", "kf"} {
		out := message.Outgoing{Channel: ch, To: message.Person{UserID: "zhang"}, Content: message.Content{Shape: message.ShapeText, Text: "hello"}, Ref: "r1"}
		if id, err := r.Send(t.Context(), out); err != nil || id != "MSG" {
			t.Errorf("%s: got %q, %v, want it sent", ch, id, err)
		}
	}
	want := "/cgi-bin/gettoken /cgi-bin/message/send /cgi-bin/kf/send_msg"
	if strings.Join(got, " ") != want {
		t.Errorf("got calls %v, want %s", got, want)
	}
}

// An AI bot has no token: its answer goes to the address that came with the question.
func TestAnAnswerOfABotGoesToItsAddress(t *testing.T) {
	var got []string
	qyapi := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.URL.Path+"?"+r.URL.RawQuery)
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
	}))
	defer qyapi.Close()
	r := New([]channel.Channel{{ID: "bot", Kind: message.WeComBot, BotID: "aibEXAMPLE", APIURL: qyapi.URL}}, &wecom.Memory{})
	out := message.Outgoing{Channel: "bot", To: message.Person{UserID: "zhang"}, Content: message.Content{Shape: message.ShapeText, Text: "hello"}, Ref: "r1"}
	if _, err := r.Send(t.Context(), out); err == nil {
		t.Error("sent without a message to answer")
	}
	out.Return = qyapi.URL + "/cgi-bin/aibot/response?response_code=x"
	if id, err := r.Send(t.Context(), out); err != nil || id != "" {
		t.Errorf("got %q, %v, want it sent", id, err)
	}
	if want := "/cgi-bin/aibot/response?response_code=x"; strings.Join(got, " ") != want {
		t.Errorf("got calls %v, want %s", got, want)
	}
}
