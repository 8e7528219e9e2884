package webhook_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/inbox"
	"frontdesk/shared/intake"
	"frontdesk/shared/message"
	"frontdesk/shared/webhook"
	"frontdesk/shared/wecom"
)

// The company and the keys of Tencent's own sample.
const corp = "wx5823bf96d3bd56c7"

var callbackKey = channel.CallbackKey{Token: "QDG6eK", AESKey: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}

func newCallbackDoor(t *testing.T) door {
	t.Helper()
	app := channel.Channel{ID: "app-main", Kind: message.WeComApp, CorpID: corp, AgentID: 1000002, CallbackKeys: []channel.CallbackKey{callbackKey}}
	kf := channel.Channel{ID: "kf-main", Kind: message.WeComKF, CorpID: corp, OpenKFID: "wkAJ2GCAAAservice", CallbackKeys: app.CallbackKeys}
	callbacks, err := wecom.NewDoor([]channel.Channel{app, kf})
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

// call posts a callback as WeCom does, to the address of a channel.
func (d door) call(t *testing.T, id, xml string) *httptest.ResponseRecorder {
	t.Helper()
	q, body := seal(t, xml).Post(corp, "1000002")
	return d.do(http.MethodPost, "/webhooks/wecom/"+id+"?"+q.Encode(), string(body))
}

func (d door) do(method, address, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	d.mux.ServeHTTP(w, httptest.NewRequest(method, address, strings.NewReader(body)))
	return w
}

func seal(t *testing.T, text string) wecom.Sealed {
	t.Helper()
	pair, err := wecom.NewPair(callbackKey)
	if err != nil {
		t.Fatal(err)
	}
	return pair.Seal([16]byte{7}, []byte(text), corp, "1409659589", "263014780")
}

const (
	head     = "<xml><ToUserName>" + corp + "</ToUserName><CreateTime>1780000000</CreateTime>"
	fromZhan = "<FromUserName>zhang</FromUserName><AgentID>1000002</AgentID>"
	textXML  = head + fromZhan + "<MsgType>text</MsgType><Content>price</Content><MsgId>1</MsgId></xml>"
	enterXML = head + fromZhan + "<MsgType>event</MsgType><Event>enter_agent</Event></xml>"
	pullXML  = head + "<MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>T1</Token><OpenKfId>wkAJ2GCAAAservice</OpenKfId></xml>"
	strayXML = head + "<MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>T1</Token><OpenKfId>wkOTHER</OpenKfId></xml>"
)

func TestTheCheckOfACallbackAddress(t *testing.T) {
	d := newCallbackDoor(t)
	const sample = "/webhooks/wecom/app-main?msg_signature=5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3&timestamp=1409659589&nonce=263014780&echostr=P9nAzCzyDtyTWESHep1vC5X9xho%2FqYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp%2B4RPcs8TgAE7OaBO%2BFZXvnaqQ%3D%3D"
	tests := []struct {
		name, address, body string
		status              int
	}{
		{"Tencent's own sample", sample, "1616140317555161061", 200},
		{"another signature", strings.Replace(sample, "5c45", "5c46", 1), "callback refused (-40001): the signature does not match\n", 401},
		{"no signature", "/webhooks/wecom/app-main", wecom.ErrQuery.Error() + "\n", 401},
		{"no such channel", strings.Replace(sample, "app-main", "gone", 1), "no WeCom channel has this id\n", 404},
		{"no such channel and no signature", "/webhooks/wecom/gone", "no WeCom channel has this id\n", 404},
	}
	for _, tt := range tests {
		w := d.do(http.MethodGet, tt.address, "")
		if w.Code != tt.status || w.Body.String() != tt.body {
			t.Errorf("%s: got %d %q, want %d %q", tt.name, w.Code, w.Body.String(), tt.status, tt.body)
		}
	}
}

func TestWhatACallbackBecomes(t *testing.T) {
	tests := []struct {
		name, xml string
		kept      func(d door) []inbox.Job
		group     string
	}{
		{"a member's message goes to the desk", textXML, func(d door) []inbox.Job { return d.inbox.jobs }, ""},
		{"an event is noted", enterXML, func(d door) []inbox.Job { return d.receipts.jobs }, "notices"},
		{"a call to pull waits behind others of its account", pullXML, func(d door) []inbox.Job { return d.inbox.jobs }, "pull-kf-main"},
		{"one for an unknown account is kept", strayXML, func(d door) []inbox.Job { return d.grave.jobs }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newCallbackDoor(t)
			for range 2 { // WeCom repeats
				if w := d.call(t, "app-main", tt.xml); w.Code != 200 || w.Body.Len() > 0 {
					t.Fatalf("got %d %q, want 200 and nothing", w.Code, w.Body.String())
				}
			}
			jobs := tt.kept(d)
			if len(d.inbox.jobs)+len(d.receipts.jobs)+len(d.grave.jobs) != 2 || len(jobs) != 2 || jobs[0].ID != jobs[1].ID {
				t.Fatalf("got %d, %d and %d jobs, want the same one twice in one place", len(d.inbox.jobs), len(d.receipts.jobs), len(d.grave.jobs))
			}
			if tt.group != "" && jobs[0].Group != tt.group {
				t.Errorf("got group %s, want %s", jobs[0].Group, tt.group)
			}
		})
	}
}

func TestACallToPullSaysWhatAndWhen(t *testing.T) {
	d := newCallbackDoor(t)
	d.call(t, "kf-main", pullXML)
	got, err := intake.ParsePull(d.inbox.jobs[0])
	if err != nil || got.Channel != "kf-main" || got.Token != "T1" || !got.At.Equal(d.Now()) || !intake.IsPull(d.inbox.jobs[0]) {
		t.Errorf("got %+v, %v, want the account, its token and when it came", got, err)
	}
}

func TestCallbacksThatAreRefused(t *testing.T) {
	q, body := seal(t, textXML).Post(corp, "1000002")
	address := "/webhooks/wecom/app-main?" + q.Encode()
	forged := strings.Replace(address, "msg_signature=", "msg_signature=0", 1)
	tests := []struct {
		name, address, body string
		status              int
	}{
		{"no signature", "/webhooks/wecom/app-main", string(body), 401},
		{"a wrong one", forged, string(body), 401},
		{"no envelope", address, "<xml></xml>", 401},
		{"no such channel", strings.Replace(address, "app-main", "gone", 1), string(body), 404},
		{"too large", address, strings.Repeat(" ", wecom.MaxBody+1), 413},
	}
	for _, tt := range tests {
		d := newCallbackDoor(t)
		if w := d.do(http.MethodPost, tt.address, tt.body); w.Code != tt.status {
			t.Errorf("%s: got %d %q, want %d", tt.name, w.Code, w.Body.String(), tt.status)
		}
		if n := len(d.inbox.jobs) + len(d.receipts.jobs) + len(d.grave.jobs); n > 0 {
			t.Errorf("%s: got %d things kept, want none", tt.name, n)
		}
	}
}

func TestABodyOfUnknownLengthIsBounded(t *testing.T) {
	d := newCallbackDoor(t)
	q, _ := seal(t, textXML).Post(corp, "")
	r := httptest.NewRequest(http.MethodPost, "/webhooks/wecom/app-main?"+q.Encode(), io.LimitReader(endless{}, 1<<20))
	r.ContentLength = -1
	w := httptest.NewRecorder()
	d.mux.ServeHTTP(w, r)
	if w.Code != 413 {
		t.Errorf("got %d, want 413", w.Code)
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

func TestWithoutAQueueACallbackIsNotAccepted(t *testing.T) {
	for name, xml := range map[string]string{"a message": textXML, "an event": enterXML, "a call": pullXML, "a stray": strayXML} {
		d := newCallbackDoor(t)
		d.inbox.err, d.receipts.err, d.grave.err = errors.New("full"), errors.New("full"), errors.New("full")
		if w := d.call(t, "app-main", xml); w.Code != 503 {
			t.Errorf("%s: got %d, want 503", name, w.Code)
		}
	}
}

// A callback that named an account we did not have goes through the door again when an
// operator has added it.
func TestAKeptCallbackComesBack(t *testing.T) {
	d := newCallbackDoor(t)
	d.call(t, "app-main", strayXML)
	letter := d.grave.jobs[0]
	back := d.Back()[deadletter.Webhook]
	if err := back(context.Background(), letter); err == nil || !strings.Contains(err.Error(), "it still cannot be read") {
		t.Errorf("got %v, want that it still cannot be read", err)
	}
	app := channel.Channel{ID: "app-main", Kind: message.WeComApp, CorpID: corp, AgentID: 1000002, CallbackKeys: []channel.CallbackKey{callbackKey}}
	added := channel.Channel{ID: "kf-new", Kind: message.WeComKF, CorpID: corp, OpenKFID: "wkOTHER", CallbackKeys: app.CallbackKeys}
	callbacks, err := wecom.NewDoor([]channel.Channel{app, added})
	if err != nil {
		t.Fatal(err)
	}
	d.WeCom = callbacks
	if err := back(context.Background(), letter); err != nil || len(d.inbox.jobs) != 1 || d.inbox.jobs[0].Group != "pull-kf-new" {
		t.Errorf("got %v and jobs %v, want a call to pull for the new account", err, d.inbox.jobs)
	}
}
