package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/config"
	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/message"
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
	_, stop = serveProgram(t, cfg, listener, scene{playbook.Playbook{
		Languages: []string{"en"},
		Safety:    &playbook.Safety{Quick: "off"},
		Templates: []playbook.Template{{ID: "price", Name: "Price", Variants: []playbook.Variant{{Language: "en", Shape: "text", Text: "Tea is 9 a box."}}}},
		Filters:   []playbook.Filter{{ID: "price", Name: "Price", When: playbook.Condition{WholeWord: []string{"price"}}, Then: playbook.Action{Reply: "price"}}},
	}, io.Discard})
	return stop
}

// scene is the playbook that is live and where the log goes.
type scene struct {
	book playbook.Playbook
	log  io.Writer
}

// serveProgram runs the program until stop is called.
func serveProgram(t *testing.T, cfg config.Config, listener net.Listener, in scene) (p *program, stop func()) {
	t.Helper()
	p, err := open(t.Context(), cfg, "http://"+listener.Addr().String(), slog.New(slog.NewTextHandler(in.log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	makeLive(t, p.store, in.book)
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
	return p, func() {
		end()
		if err := <-ended; err != nil {
			t.Errorf("the program ended: %v", err)
		}
	}
}

// makeLive publishes a playbook, unless the store has one.
func makeLive(t *testing.T, s *record.Store, book playbook.Playbook) {
	t.Helper()
	live, err := s.Live(t.Context())
	if err != nil || live > 0 {
		return
	}
	if err := s.Publish(t.Context(), book, record.VersionInfo{Number: 1, At: time.Now()}, record.Audit{ID: "1", At: time.Now()}); err != nil {
		t.Fatal(err)
	}
}

// waitSent waits until n messages were accepted.
func waitSent(t *testing.T, sb *qyapi.Sandbox, n int) {
	t.Helper()
	told, leave := sb.Watch()
	defer leave()
	late := time.After(patience)
	for len(sb.Sent()) < n {
		select {
		case <-told:
		case <-late:
			t.Fatalf("got %d messages, want %d", len(sb.Sent()), n)
		}
	}
}

// TestAPersonAndBackAtWeCom lets the real program hand a customer to a servicer, ends the
// session through the admin API, and lets the bot answer again.
func TestAPersonAndBackAtWeCom(t *testing.T) {
	const account = "wkAJ2GCAAAservice"
	robin := qyapi.Customer{ExternalUserID: "wmEXAMPLE0001", Name: "Robin"}
	thread := qyapi.Thread{OpenKFID: account, Customer: robin.ExternalUserID}
	heard := make(ear, 1)
	sb, p := manned(t, robin, heard)
	write := func(i qyapi.Item) {
		t.Helper()
		if _, err := sb.WriteKF(t.Context(), account, robin, i); err != nil {
			t.Fatal(err)
		}
	}
	write(qyapi.KFText("a person please"))
	waitState(t, sb, thread, qyapi.StatePerson)
	if _, err := sb.Answer(t.Context(), thread, "zhang", qyapi.KFText("I am here.")); err != nil {
		t.Fatal(err)
	}
	id := conversation.ID("kf-main", message.Person{UserID: robin.ExternalUserID})
	select {
	case <-heard:
	case <-time.After(patience):
		t.Fatal("the servicer's answer was never recorded")
	}
	if _, err := p.desk.Answer(t.Context(), id, "ana", "Me, too."); !errors.Is(err, desk.ErrElsewhere) {
		t.Errorf("got %v, want an agent told to answer in WeCom's client", err)
	}
	if _, err := p.desk.Resolve(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	waitSent(t, sb, 2) // how was it
	write(qyapi.KFMenu("survey:5", "Good"))
	waitSent(t, sb, 3) // thanks
	write(qyapi.KFText("price"))
	waitSent(t, sb, 4)
	var got []string
	for _, m := range sb.Sent() {
		got = append(got, m.Text)
	}
	if want := []string{"A colleague will answer.", "How was it?\nBad\nGood", "Thank you.", "Tea is 9 a box."}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// ear is a log that tells when somebody has answered in WeCom's client.
type ear chan struct{}

func (s ear) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("somebody answered elsewhere")) {
		select {
		case s <- struct{}{}:
		default:
		}
	}
	return len(line), nil
}

// manned is the program with customer service that a team answers.
func manned(t *testing.T, customer qyapi.Customer, log io.Writer) (*qyapi.Sandbox, *program) {
	t.Helper()
	const corp, account = "wx5823bf96d3bd56c7", "wkAJ2GCAAAservice"
	keys := channel.CallbackKey{Token: "QDG6eK", AESKey: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	sb, err := qyapi.New(qyapi.Config{
		CorpID: corp, Members: []qyapi.Member{{UserID: "zhang"}}, Customers: []qyapi.Customer{customer},
		Apps:     []qyapi.App{{AgentID: 1000002, Secret: "desk-secret", Key: keys, WebhookURL: address + "/webhooks/wecom/kf-main"}},
		Accounts: []qyapi.Account{{OpenKFID: account, Agent: 1000002, Servicers: []string{"zhang"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sb.Close)
	api := httptest.NewServer(sb)
	t.Cleanup(api.Close)
	cfg := config.Config{
		Data: t.TempDir(), Zone: time.UTC, Keep: record.Keep, MailFrom: "desk@example.com",
		Channels: fmt.Sprintf(`[{"id":"kf-main","kind":"wecom_kf","open_kfid":%q,"corp_id":%q,"secret":"desk-secret","token":%q,"aes_key":%q,"api_url":%q}]`,
			account, corp, keys.Token.Reveal(), keys.AESKey.Reveal(), api.URL),
	}
	p, stop := serveProgram(t, cfg, listener, scene{mannedPlaybook(), log})
	t.Cleanup(stop)
	return sb, p
}

// mannedPlaybook has a price, a team behind it and a survey.
func mannedPlaybook() playbook.Playbook {
	text := func(id, text string) playbook.Template {
		return playbook.Template{ID: id, Name: id, Variants: []playbook.Variant{{Language: "en", Shape: "text", Text: text}}}
	}
	how := text("how", "How was it?")
	how.Variants[0].Shape = "buttons"
	how.Variants[0].Buttons = []playbook.Choice{{ID: "survey:1", Title: "Bad"}, {ID: "survey:5", Title: "Good"}}
	return playbook.Playbook{
		Languages: []string{"en"},
		Templates: []playbook.Template{text("price", "Tea is 9 a box."), text("team", "A colleague will answer."), text("thanks", "Thank you."), how},
		Filters: []playbook.Filter{
			{ID: "price", Name: "Price", When: playbook.Condition{WholeWord: []string{"price"}}, Then: playbook.Action{Reply: "price"}},
			{ID: "person", Name: "Person", When: playbook.Condition{WholeWord: []string{"person"}}, Then: playbook.Action{Reply: "team", Assign: "care", HandOff: true}},
		},
		Teams:  []playbook.Team{{ID: "care", Name: "Care", Servicers: []string{"zhang"}}},
		Survey: &playbook.Survey{Ask: "how", Thanks: "thanks"},
	}
}

// waitState waits until a session is in a state.
func waitState(t *testing.T, sb *qyapi.Sandbox, thread qyapi.Thread, want int) {
	t.Helper()
	told, leave := sb.Watch()
	defer leave()
	late := time.After(patience)
	for state, _ := sb.State(thread); state != want; state, _ = sb.State(thread) {
		select {
		case <-told:
		case <-late:
			t.Fatalf("got the session in state %d, want %d", state, want)
		}
	}
}
