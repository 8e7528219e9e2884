package qyapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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

// botMet is our own adapter and an AI bot of the sandbox, face to face.
type botMet struct {
	*qyapi.Sandbox
	t      *testing.T
	door   *wecom.Door
	sender *wecom.Sender
	ch     channel.Channel

	mu       sync.Mutex
	now      time.Time
	received []wecom.Received
	cut      int // so many answers of the API are lost
}

func (m *botMet) clock() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// take is the webhook, with a welcome for who enters.
func (m *botMet) take(_ context.Context, cb qyapi.Callback) ([]byte, error) {
	if cb.Query.Echo != "" {
		return m.door.Echo(m.ch.ID, cb.Query)
	}
	o, err := m.door.Open(m.ch.ID, cb.Query, cb.Body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", qyapi.ErrStatus, err)
	}
	r, err := m.door.Parse(o)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	m.received = append(m.received, r)
	m.mu.Unlock()
	if r.Event != nil {
		if who, ok := r.Event.Entered(); ok {
			return o.Answer([16]byte{3}, wecom.BotText("welcome "+who.UserID), m.clock())
		}
	}
	return nil, nil
}

// ServeHTTP is the API, whose answers get lost on the way when told.
func (m *botMet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	lost := m.cut > 0
	if lost {
		m.cut--
	}
	m.mu.Unlock()
	if !lost {
		m.Sandbox.ServeHTTP(w, r)
		return
	}
	m.Sandbox.ServeHTTP(httptest.NewRecorder(), r)
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

func meetBot(t *testing.T, change func(*qyapi.Config)) *botMet {
	t.Helper()
	m := &botMet{t: t, now: time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)}
	srv := httptest.NewServer(m)
	t.Cleanup(srv.Close)
	cfg := qyapi.Config{
		CorpID: corp, Apps: []qyapi.App{{AgentID: agent, Secret: "desk-secret-0001", Key: oldKey}},
		Bots:    []qyapi.Bot{{ID: "aibEXAMPLE", Name: "Desk", Key: oldKey, APIURL: srv.URL}},
		Members: []qyapi.Member{{UserID: "zhang"}, {UserID: "li"}},
		Post:    m.take, Now: m.clock, After: func(_ time.Duration, f func()) { f() },
	}
	if change != nil {
		change(&cfg)
	}
	sb, err := qyapi.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sb.Close)
	m.Sandbox = sb
	m.ch = channel.Channel{ID: "bot", Kind: message.WeComBot, BotID: "aibEXAMPLE", APIURL: srv.URL, CallbackKeys: []channel.CallbackKey{newKey, oldKey}}
	if m.door, err = wecom.NewDoor([]channel.Channel{m.ch}); err != nil {
		t.Fatal(err)
	}
	m.sender = &wecom.Sender{Now: m.clock}
	return m
}

func (m *botMet) must(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// heard is the newest message.
func (m *botMet) heard() message.Inbound {
	m.t.Helper()
	r := m.received[len(m.received)-1]
	if r.Inbound == nil {
		m.t.Fatalf("got %+v, want a message", r)
	}
	return *r.Inbound
}

// answer answers the newest message.
func (m *botMet) answer(k message.Content, ref string) error {
	in := m.heard()
	_, err := m.sender.Send(context.Background(), m.ch, message.Outgoing{
		Channel: "bot", To: in.From, Content: k, Ref: ref, Return: in.Return, Group: in.Group, Heard: in.Time,
	})
	return err
}

func text(s string) message.Content { return message.Content{Shape: message.ShapeText, Text: s} }

func TestABotIsAskedAndAnswers(t *testing.T) {
	ctx := context.Background()
	m := meetBot(t, nil)
	m.must(m.CheckBot(ctx, "aibEXAMPLE"))
	grouped := qyapi.Ask("opening hours")
	grouped.Group = "wrGROUP"
	mixed := qyapi.Mixed("look at", "this")
	for _, q := range []qyapi.Question{qyapi.Ask("opening hours"), grouped, qyapi.Spoken("opening hours"), mixed, qyapi.Picture(), qyapi.Paper()} {
		id, err := m.AskBot(ctx, "aibEXAMPLE", "zhang", q)
		m.must(err)
		in := m.heard()
		want := map[string]string{"text": "opening hours", "voice": "opening hours", "mixed": "look at\nthis"}[q.Type]
		if in.Text != want || in.ID != id || in.Group != q.Group || in.Type != q.Type || in.Return == "" {
			t.Errorf("%s: got %+v, want %q", q.Type, in, want)
		}
		m.must(m.answer(text("We are open."), id))
		sent := m.Sent()
		if got := sent[len(sent)-1]; got.Text != "We are open." || got.ReplyTo != id || got.Group != q.Group || got.Type != "markdown" {
			t.Errorf("%s: got %+v, want the answer beside the question", q.Type, got)
		}
	}
}

func TestChoicesOfABot(t *testing.T) {
	ctx := context.Background()
	m := meetBot(t, nil)
	tea := message.Content{Shape: message.ShapeButtons, Text: "Which tea?", Buttons: []message.Choice{{ID: "green", Title: "Green"}, {ID: "black", Title: "Black"}}}
	list := message.Content{Shape: message.ShapeList, Text: "What?", Open: "Choose", Sections: []message.Section{{Rows: tea.Buttons}}}
	_, err := m.AskBot(ctx, "aibEXAMPLE", "zhang", qyapi.Ask("tea"))
	m.must(err)
	m.must(m.answer(tea, "home.r1"))
	m.must(m.TapBot(ctx, "aibEXAMPLE", "zhang", qyapi.Tap{TaskID: m.Sent()[0].TaskID, Key: "black"}))
	if in := m.heard(); in.Choice != "black" {
		t.Errorf("got %+v, want the choice black", in)
	}
	m.must(m.answer(list, "home.r2"))
	card := m.Sent()[1]
	m.must(m.TapBot(ctx, "aibEXAMPLE", "zhang", qyapi.Tap{TaskID: card.TaskID, Key: card.Choices[0].ID, Options: map[string][]string{card.Choices[0].ID: {"green"}}}))
	if in := m.heard(); in.Choice != "green" {
		t.Errorf("got %+v, want the row green", in)
	}
	m.must(m.answer(text("Here it is."), "home.r3"))
	grouped := qyapi.Ask("tea")
	grouped.Group = "wrGROUP"
	_, err = m.AskBot(ctx, "aibEXAMPLE", "zhang", grouped)
	m.must(err)
	m.must(m.answer(tea, "home.r4"))
	if got := m.Sent()[3]; got.Text != "Which tea?\n\n1. Green\n2. Black" || got.Type != "markdown" {
		t.Errorf("in a group: got %q, want the choices as a list", got.Text)
	}
}

func refusal(t *testing.T, err error) *message.SendError {
	t.Helper()
	var refused *message.SendError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a refusal", err)
	}
	if strings.Contains(err.Error(), "response_code=") || strings.Contains(err.Error(), "http") {
		t.Errorf("the error shows the address: %v", err)
	}
	return refused
}

func TestOneAnswerWithinAnHour(t *testing.T) {
	ctx := context.Background()
	m := meetBot(t, nil)
	_, err := m.AskBot(ctx, "aibEXAMPLE", "zhang", qyapi.Ask("tea"))
	m.must(err)
	m.must(m.answer(text("one"), "r1"))
	if got := refusal(t, m.answer(text("two"), "r2")); got.Class != message.Drop || got.Code != 60140 || !strings.Contains(got.Reason, "must write again") {
		t.Errorf("a second answer: got %v, want it dropped with what to do", got)
	}
	_, err = m.AskBot(ctx, "aibEXAMPLE", "zhang", qyapi.Ask("tea"))
	m.must(err)
	m.mu.Lock()
	m.now = m.now.Add(time.Hour)
	m.mu.Unlock()
	if got := refusal(t, m.answer(text("late"), "r3")); got.Class != message.Drop || got.Code != 0 || !strings.Contains(got.Reason, "older than an hour") {
		t.Errorf("an hour later: got %v, want it dropped without a call", got)
	}
	if n := len(m.Sent()); n != 1 {
		t.Errorf("got %d answers, want one", n)
	}
}

// The address takes one answer, so what is lost is asked for again, and a place that is
// used up proves the first.
func TestALostAnswerIsFoundAgain(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		name string
		lost int
		want message.Class
	}{{"one", 1, ""}, {"both", 2, message.Unknown}} {
		m := meetBot(t, nil)
		_, err := m.AskBot(ctx, "aibEXAMPLE", "zhang", qyapi.Ask("tea"))
		m.must(err)
		m.cut = c.lost
		err = m.answer(text("one"), "r1")
		if c.want == "" && err != nil || c.want != "" && refusal(t, err).Class != c.want {
			t.Errorf("%s answer lost: got %v, want %q", c.name, err, c.want)
		}
		in := m.heard()
		again := message.Outgoing{Channel: "bot", To: in.From, Content: text("one"), Ref: "r1", Return: in.Return, Heard: in.Time, Again: true}
		if _, err := m.sender.Send(ctx, m.ch, again); err != nil {
			t.Errorf("%s answer lost, asked again later: got %v, want it found", c.name, err)
		}
		if n := len(m.Sent()); n != 1 {
			t.Errorf("%s answer lost: got %d answers, want one", c.name, n)
		}
	}
}

func TestWhoOpensTheChatWithABot(t *testing.T) {
	ctx := context.Background()
	m := meetBot(t, nil)
	if told, err := m.EnterBot(ctx, "aibEXAMPLE", "li"); err != nil || !told {
		t.Fatal(told, err)
	}
	m.must(m.RateBot(ctx, "aibEXAMPLE", "li", 1))
	if sent := m.Sent(); len(sent) != 1 || sent[0].Text != "welcome li" || sent[0].Via != qyapi.ViaReply {
		t.Errorf("got %+v, want one welcome", sent)
	}
	if got := m.received[1].Event; got == nil || got.Name != "feedback_event" || got.From != "li" {
		t.Errorf("got %+v, want the opinion as an event", got)
	}
}
