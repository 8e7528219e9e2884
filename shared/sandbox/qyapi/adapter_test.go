package qyapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/wecom"
)

const (
	corp    = "wx5823bf96d3bd56c7"
	agent   = int64(1000002)
	account = "wkAJ2GCAAAservice"
)

var (
	oldKey = channel.CallbackKey{Token: "QDG6eK", AESKey: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}
	newKey = channel.CallbackKey{Token: "newToken", AESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"}
	robin  = qyapi.Customer{ExternalUserID: "wmEXAMPLE0001", Name: "Robin 🐦"}
)

// met is our own adapter and the sandbox, face to face.
type met struct {
	*qyapi.Sandbox
	t       *testing.T
	door    *wecom.Door
	sender  *wecom.Sender
	app, kf channel.Channel

	mu       sync.Mutex
	now      time.Time
	received []wecom.Received
	refused  []error
}

func (m *met) clock() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

func (m *met) pass(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
}

// take is the webhook: open, parse, keep.
func (m *met) take(_ context.Context, cb qyapi.Callback) ([]byte, error) {
	q, err := wecom.ParseQuery(cb.Query.Encode())
	if err != nil {
		return nil, err
	}
	if q.Echo != "" {
		return m.door.Echo(m.app.ID, q)
	}
	o, err := m.door.Open(m.app.ID, q, cb.Body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", qyapi.ErrStatus, err)
	}
	r, err := m.door.Parse(o)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err != nil {
		m.refused = append(m.refused, err)
		return nil, nil
	}
	m.received = append(m.received, r)
	return nil, nil
}

func meet(t *testing.T, change func(*qyapi.Config)) *met {
	t.Helper()
	m := &met{t: t, now: time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)}
	cfg := qyapi.Config{
		CorpID:    corp,
		Apps:      []qyapi.App{{AgentID: agent, Secret: "desk-secret-0001", Key: oldKey}},
		Accounts:  []qyapi.Account{{OpenKFID: account, Name: "Service", Agent: agent, Servicers: []string{"zhang", "li"}}},
		Members:   []qyapi.Member{{UserID: "zhang"}, {UserID: "li"}, {UserID: "guest", Unlicensed: true}},
		Customers: []qyapi.Customer{robin},
		Post:      m.take, Now: m.clock,
		After: func(_ time.Duration, f func()) { f() }, // what comes later overtakes, as it may
	}
	if change != nil {
		change(&cfg)
	}
	sb, err := qyapi.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sb.Close)
	srv := httptest.NewServer(sb)
	t.Cleanup(srv.Close)
	m.Sandbox = sb
	both := []channel.CallbackKey{newKey, oldKey} // while rotating
	m.app = channel.Channel{ID: "desk", Kind: message.WeComApp, APIURL: srv.URL, CorpID: corp, AgentID: agent, Secret: "desk-secret-0001", CallbackKeys: both}
	m.kf = channel.Channel{ID: "service", Kind: message.WeComKF, APIURL: srv.URL, CorpID: corp, OpenKFID: account, Secret: "desk-secret-0001", CallbackKeys: both}
	if m.door, err = wecom.NewDoor([]channel.Channel{m.app, m.kf}); err != nil {
		t.Fatal(err)
	}
	m.sender = &wecom.Sender{Tokens: &wecom.Tokens{Store: &wecom.Memory{}, Now: m.clock}}
	return m
}

func (m *met) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// TestTheDoorTakesEveryCallback: whatever members do arrives, parsed and with nothing
// lost.
func TestTheDoorTakesEveryCallback(t *testing.T) {
	m := meet(t, nil)
	ctx := context.Background()
	m.must(m.Check(ctx, agent))
	m.must(m.menu())
	card := wecomCard("t1")
	m.send(m.app, message.Person{UserID: "zhang"}, card)
	sent := m.Sent()[0]
	for _, act := range []func() error{
		func() error { _, err := m.WriteApp(ctx, agent, "zhang", qyapi.Text("hi ]]> & <b> 👋")); return err },
		func() error { _, err := m.WriteApp(ctx, agent, "zhang", qyapi.Image()); return err },
		func() error { _, err := m.WriteApp(ctx, agent, "zhang", qyapi.Voice()); return err },
		func() error { _, err := m.WriteApp(ctx, agent, "zhang", qyapi.Video()); return err },
		func() error {
			_, err := m.WriteApp(ctx, agent, "zhang", qyapi.Place(31.23, 121.47, "Bund"))
			return err
		},
		func() error {
			_, err := m.WriteApp(ctx, agent, "zhang", qyapi.Link("Tea", "green", "https://shop.example/"))
			return err
		},
		func() error {
			_, err := m.Tap(ctx, agent, "zhang", qyapi.Tap{TaskID: sent.TaskID, Key: "green"})
			return err
		},
		func() error { return m.Click(ctx, agent, "zhang", "report") },
		func() error { return m.Click(ctx, agent, "zhang", "scan") },
		func() error { return m.Click(ctx, agent, "zhang", "scanpush") },
		func() error { return m.Click(ctx, agent, "zhang", "photo") },
		func() error { return m.Click(ctx, agent, "zhang", "place") },
		func() error { return m.Click(ctx, agent, "zhang", "https://shop.example/") },
		func() error { return m.Enter(ctx, agent, "zhang") },
		func() error { return m.Subscribe(ctx, agent, "zhang", true) },
		func() error { return m.Subscribe(ctx, agent, "zhang", false) },
		func() error {
			return m.AddContact(ctx, agent, qyapi.Contact{Member: "zhang", Customer: robin.ExternalUserID}, true)
		},
		func() error {
			return m.AddContact(ctx, agent, qyapi.Contact{Member: "zhang", Customer: robin.ExternalUserID}, false)
		},
		func() error {
			return m.OpenGroup(ctx, agent, qyapi.Group{ChatID: "wrGROUP1", Owner: "zhang", Members: 3})
		},
		func() error { return m.JoinGroup(ctx, agent, "wrGROUP1", 2) },
		func() error { return m.JoinGroup(ctx, agent, "wrGROUP1", -1) },
	} {
		m.must(act())
	}
	want := []string{
		`text "hi ]]> & <b> 👋" ""`, `image "" ""`, `voice "" ""`, `video "" ""`, `location "Bund" ""`, `link "Tea" ""`,
		`template_card_event "" "green"`, `click "" "report"`, `scancode_waitmsg "https://shop.example/1" "scan"`,
		`scancode_push zhang `, `pic_photo_or_album zhang `, `location_select zhang `, `view zhang `,
		`enter_agent zhang `, `subscribe zhang `, `unsubscribe zhang `, `change_external_contact sys add_external_contact`,
		`change_external_contact sys del_follow_user`, `change_external_chat sys create`, `change_external_chat sys update`, `change_external_chat sys update`,
	}
	if got := m.told(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if len(m.refused) != 0 || count(m.Events(0), qyapi.CallbackFailed) != 0 {
		t.Errorf("refused: %v", m.refused)
	}
}

// told is what was received, in short.
func (m *met) told() []string {
	var all []string
	for _, r := range m.received {
		switch {
		case r.Inbound != nil:
			all = append(all, fmt.Sprintf("%s %q %q", r.Inbound.Type, r.Inbound.Text, r.Inbound.Choice))
			if len(r.Inbound.Extra) != 0 || r.Inbound.Channel != m.app.ID || r.Inbound.From.UserID != "zhang" {
				m.t.Errorf("got %+v", r.Inbound)
			}
		case r.Event != nil:
			all = append(all, fmt.Sprintf("%s %s %s", r.Event.Name, r.Event.From, r.Event.Change))
		case r.Pull != nil:
			all = append(all, "pull "+r.Pull.Channel)
		}
	}
	return all
}

func count(events []qyapi.Event, kind qyapi.EventKind) int {
	n := 0
	for _, e := range events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func wecomCard(ref string) message.Outgoing {
	return message.Outgoing{Ref: ref, Content: message.Content{
		Shape: message.ShapeButtons, Header: "Teas", Text: "Which?", Footer: "CNY", Buttons: []message.Choice{{ID: "green", Title: "Green tea"}},
	}}
}

// send lets our sender send, and wants it to go through.
func (m *met) send(ch channel.Channel, to message.Person, out message.Outgoing) string {
	m.t.Helper()
	out.Channel, out.To = ch.ID, to
	id, err := m.sender.Send(context.Background(), ch, out)
	m.must(err)
	return id
}

// menu makes a menu with a button of every kind, by a call of our own sandbox.
func (m *met) menu() error {
	body := `{"button":[{"name":"Work","sub_button":[{"type":"click","name":"Report","key":"report"},{"type":"scancode_waitmsg","name":"Scan","key":"scan"},
		{"type":"scancode_push","name":"Push","key":"scanpush"},{"type":"pic_photo_or_album","name":"Photo","key":"photo"},{"type":"location_select","name":"Place","key":"place"}]},
		{"type":"view","name":"Shop","url":"https://shop.example/"}]}`
	token, err := m.sender.Tokens.Get(context.Background(), m.app)
	if err != nil {
		return err
	}
	r := httptest.NewRequest("POST", fmt.Sprintf("/cgi-bin/menu/create?agentid=%d&access_token=%s", agent, token.Value.Reveal()), strings.NewReader(body))
	w := httptest.NewRecorder()
	m.ServeHTTP(w, r)
	if !strings.Contains(w.Body.String(), `"errcode":0`) {
		return errors.New(w.Body.String())
	}
	return nil
}
