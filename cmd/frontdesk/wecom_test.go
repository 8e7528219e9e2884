package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/config"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/sandbox/qyapi"
)

// TestADayAtWeCom runs the real program between WeCom's callbacks and its API: a member
// writes to the app and a customer to customer service, twice across a restart, and
// each message is answered once.
func TestADayAtWeCom(t *testing.T) {
	const corp, account = "wx5823bf96d3bd56c7", "wkAJ2GCAAAservice"
	keys := channel.CallbackKey{Token: "QDG6eK", AESKey: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	robin := qyapi.Customer{ExternalUserID: "wmEXAMPLE0001", Name: "Robin"}
	sb, err := qyapi.New(qyapi.Config{
		CorpID: corp, Members: []qyapi.Member{{UserID: "zhang"}}, Customers: []qyapi.Customer{robin},
		Apps:     []qyapi.App{{AgentID: 1000002, Secret: "desk-secret", Key: keys, WebhookURL: address + "/webhooks/wecom/app-main"}},
		Accounts: []qyapi.Account{{OpenKFID: account, Agent: 1000002, Servicers: []string{"zhang"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sb.Close)
	api := httptest.NewServer(sb)
	t.Cleanup(api.Close)
	shared := fmt.Sprintf(`"corp_id":%q,"secret":"desk-secret","token":%q,"aes_key":%q,"api_url":%q`, corp, keys.Token.Reveal(), keys.AESKey.Reveal(), api.URL)
	cfg := config.Config{
		Data: t.TempDir(), Zone: time.UTC, Keep: record.Keep, MailFrom: "desk@example.com",
		Channels: fmt.Sprintf(`[{"id":"app-main","kind":"wecom_app","agent_id":1000002,%s},{"id":"kf-main","kind":"wecom_kf","open_kfid":%q,%s}]`, shared, account, shared),
	}
	stop := serveOn(t, cfg, listener)
	if err := sb.Check(t.Context(), 1000002); err != nil {
		t.Errorf("the check of the callback address: %v", err)
	}
	text := qyapi.Text("price")
	text.Deliver.Times = 2
	if _, err := sb.WriteApp(t.Context(), 1000002, "zhang", text); err != nil {
		t.Fatal(err)
	}
	if _, err := sb.WriteKF(t.Context(), account, robin, qyapi.KFText("price")); err != nil {
		t.Fatal(err)
	}
	waitSent(t, sb, 2)
	stop()
	if _, err := sb.Backlog(account, qyapi.Letter{From: robin, Item: qyapi.KFText("price")}); err != nil { // nobody is there
		t.Fatal(err)
	}
	listener, err = net.Listen("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	stop = serveOn(t, cfg, listener)
	for range 3 {
		if err := sb.Ring(t.Context(), account); err != nil {
			t.Fatal(err)
		}
	}
	waitSent(t, sb, 3)
	stop()
	for _, m := range sb.Sent() {
		if m.Text != "Tea is 9 a box." {
			t.Errorf("got %q, want the price", m.Text)
		}
	}
	if n := len(sb.Sent()); n != 3 {
		t.Errorf("got %d messages, want one for each of three questions", n)
	}
}

// serveOn runs the program until stop is called, with one template live.
func serveOn(t *testing.T, cfg config.Config, listener net.Listener) (stop func()) {
	t.Helper()
	p, err := open(t.Context(), cfg, "http://"+listener.Addr().String(), slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	teaPlaybook(t, p.store)
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- errors.Join(p.serve(ctx, listener), p.close()) }()
	for {
		resp, err := http.Get("http://" + listener.Addr().String() + "/healthz")
		if err == nil {
			_ = resp.Body.Close()
			break
		}
	}
	return func() {
		end()
		if err := <-ended; err != nil {
			t.Errorf("the program ended: %v", err)
		}
	}
}

func teaPlaybook(t *testing.T, s *record.Store) {
	t.Helper()
	live, err := s.Live(t.Context())
	if err != nil || live > 0 {
		return
	}
	p := playbook.Playbook{
		Languages: []string{"en"},
		Templates: []playbook.Template{{ID: "price", Name: "Price", Variants: []playbook.Variant{{Language: "en", Shape: "text", Text: "Tea is 9 a box."}}}},
		Filters:   []playbook.Filter{{ID: "price", Name: "Price", When: playbook.Condition{WholeWord: []string{"price"}}, Then: playbook.Action{Reply: "price"}}},
	}
	if err := s.Publish(t.Context(), p, record.VersionInfo{Number: 1, At: time.Now()}, record.Audit{ID: "1", At: time.Now()}); err != nil {
		t.Fatal(err)
	}
}

// waitSent waits until n messages were accepted.
func waitSent(t *testing.T, sb *qyapi.Sandbox, n int) {
	t.Helper()
	told, leave := sb.Watch()
	defer leave()
	late := time.After(20 * time.Second)
	for len(sb.Sent()) < n {
		select {
		case <-told:
		case <-late:
			t.Fatalf("got %d messages, want %d", len(sb.Sent()), n)
		}
	}
}
