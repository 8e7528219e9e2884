package desk_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/send"
	"frontdesk/shared/wecom"
)

// botWorld is a desk, an AI bot of the sandbox, and what stands between.
type botWorld struct {
	*world
	bots *qyapi.Sandbox
	door *wecom.Door
	jobs []inbox.Job
	lost int // so many answers of the API do not come back
}

const withWelcome = `"hours": [], "welcome": {"reply": "team"},`

func newBotWorld(t *testing.T) *botWorld {
	t.Helper()
	w := &botWorld{world: newWorld(t)}
	w.publish(strings.Replace(book, `"hours": [],`, withWelcome, 1))
	api := httptest.NewServer(http.HandlerFunc(w.api))
	t.Cleanup(api.Close)
	key := channel.CallbackKey{Token: "QDG6eK", AESKey: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}
	ch := channel.Channel{ID: "bot-main", Kind: message.WeComBot, BotID: "aibEXAMPLE", APIURL: api.URL, CallbackKeys: []channel.CallbackKey{key}}
	var err error
	w.bots, err = qyapi.New(qyapi.Config{
		CorpID: "wx5823bf96d3bd56c7", Apps: []qyapi.App{{AgentID: 1000002, Secret: "s", Key: key}}, Members: []qyapi.Member{{UserID: "zhang"}},
		Bots: []qyapi.Bot{{ID: "aibEXAMPLE", Name: "Desk", Key: key, APIURL: api.URL}}, Post: w.callback, Now: w.clock,
		After: func(_ time.Duration, f func()) { f() },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.bots.Close)
	if w.door, err = wecom.NewDoor([]channel.Channel{ch}); err != nil {
		t.Fatal(err)
	}
	router := send.New([]channel.Channel{ch}, &wecom.Memory{})
	router.WeCom().Now = w.clock
	guard := send.NewGuard([]channel.Channel{ch}, send.Options{Send: router.Send, Gates: w.store, Now: w.clock})
	w.desk.Send, w.desk.Guard = guard.Send, guard
	return w
}

func (w *botWorld) api(rw http.ResponseWriter, r *http.Request) {
	if w.lost == 0 {
		w.bots.ServeHTTP(rw, r)
		return
	}
	w.lost--
	w.bots.ServeHTTP(httptest.NewRecorder(), r)
	if conn, _, err := http.NewResponseController(rw).Hijack(); err == nil {
		_ = conn.Close()
	}
}

// callback is the door: what a callback says becomes a job.
func (w *botWorld) callback(_ context.Context, cb qyapi.Callback) ([]byte, error) {
	o, err := w.door.Open("bot-main", cb.Query, cb.Body)
	if err != nil {
		return nil, err
	}
	got, err := w.door.Parse(o)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(got.Inbound)
	w.jobs = append(w.jobs, inbox.Job{ID: got.Inbound.ID, Body: body})
	return nil, err
}

// asks lets zhang ask and the desk work on it.
func (w *botWorld) asks(group, text string) error {
	w.t.Helper()
	q := qyapi.Ask(text)
	q.Group = group
	if _, err := w.bots.AskBot(context.Background(), "aibEXAMPLE", "zhang", q); err != nil {
		w.t.Fatal(err)
	}
	return w.work(1)
}

func (w *botWorld) work(attempt int) error {
	job := w.jobs[len(w.jobs)-1]
	job.Attempt = attempt
	return w.desk.Handle(context.Background(), job)
}

func (w *botWorld) zhang() conversation.Head {
	w.t.Helper()
	h, err := w.store.Head(context.Background(), conversation.ID("bot-main", message.Person{UserID: "zhang"}))
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

func (w *botWorld) said() (all []string) {
	for _, m := range w.bots.Sent() {
		all = append(all, m.Group+"|"+m.Text)
	}
	return all
}

func (w *botWorld) want(all ...string) {
	w.t.Helper()
	if got := w.said(); strings.Join(got, "\n") != strings.Join(all, "\n") {
		w.t.Errorf("got %q, want %q", got, all)
	}
}

func (w *botWorld) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

const priceText = "Hello there, tea is 9 a box."

func TestABotAnswersWhereItWasAsked(t *testing.T) {
	w := newBotWorld(t)
	w.must(w.asks("wrGROUP", "price"))
	w.must(w.asks("wrGROUP", "hello"))
	w.want("wrGROUP|" + priceText)
	if h := w.zhang(); !h.New() || !h.LastInbound.IsZero() {
		t.Errorf("got %+v, want that a group makes no contact and opens no window", h)
	}
	w.pass(2 * time.Minute)
	w.must(w.asks("", "hello")) // the door has welcomed whoever opened the chat
	w.want("wrGROUP|" + priceText)
	if h := w.zhang(); h.New() || h.WaitingSince.IsZero() {
		t.Errorf("got %+v, want a contact who waits", h)
	}
}

// The channel knows its own answer again, so a lost answer is found within seconds.
func TestALostAnswerOfABotIsNotSentTwice(t *testing.T) {
	w := newBotWorld(t)
	w.lost = 2 // both tries of the first send
	if err := w.asks("", "price"); !inbox.Waits(err) {
		t.Fatalf("got %v, want it to wait", err)
	}
	w.pass(5 * time.Second)
	w.must(w.work(2))
	w.want("|" + priceText)
	if h := w.zhang(); !h.HandedOff.IsZero() || strings.Contains(w.log.String(), "unproven") {
		t.Errorf("got %+v and %s, want it recorded without doubt", h, w.log.String())
	}
	w.must(w.work(3)) // a repeat
	w.want("|" + priceText)
}

func TestABotIsAskedTooLongAgo(t *testing.T) {
	w := newBotWorld(t)
	body, err := json.Marshal(message.Inbound{
		Channel: "bot-main", ID: "m1", From: message.Person{UserID: "zhang"}, Time: w.clock(), Type: "text", Text: "price",
		Return: "https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=x",
	})
	w.must(err)
	w.pass(time.Hour)
	w.must(w.desk.Handle(context.Background(), inbox.Job{ID: "m1", Body: body, Attempt: 1}))
	if h := w.zhang(); h.HandedOff.IsZero() || h.Reason != "window_shut" {
		t.Errorf("got %+v, want people with the reason", h)
	}
}

func TestABotWithoutAPlaceForItsAnswer(t *testing.T) {
	w := newBotWorld(t)
	body, err := json.Marshal(message.Inbound{Channel: "bot-main", ID: "m1", From: message.Person{UserID: "zhang"}, Time: w.clock(), Type: "text", Text: "price"})
	w.must(err)
	w.must(w.desk.Handle(context.Background(), inbox.Job{ID: "m1", Body: body, Attempt: 1}))
	if h := w.zhang(); h.HandedOff.IsZero() || h.Reason != "send_failed" {
		t.Errorf("got %+v, want people with the reason", h)
	}
}

// The address for an answer is a credential: it is on the queue, and nowhere else.
func TestTheAddressForAnAnswerIsNotStored(t *testing.T) {
	w := newBotWorld(t)
	w.must(w.asks("", "price"))
	all, err := w.store.Messages(context.Background(), w.zhang().Home, time.Time{}, w.clock().Add(time.Hour))
	w.must(err)
	stored := string(encoded(t, all)) + string(encoded(t, w.zhang())) + w.log.String()
	if strings.Contains(stored, "response_code") || len(all) != 2 {
		t.Errorf("got %s", stored)
	}
}
