package pull_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/channel"
	"frontdesk/shared/conversation"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/whatsapp"
)

// promised is the manned playbook whose team promises, and whose member ana is zhang in WeCom.
var promised = strings.Replace(manned, `"servicers": ["zhang", "li"]`,
	`"servicers": ["zhang", "li"], "members": [{"id": "ana", "wecom": "zhang"}], "sla": {"first": "30m", "next": "10m"}`, 1)

const secret = "SECRET-app"

// newBoth is a town with that playbook and a WhatsApp number beside WeCom.
func newBoth(t *testing.T) *town {
	t.Helper()
	wa := channel.Channel{ID: "wa-main", Kind: message.WhatsApp, PhoneNumberID: "106540352242922", AppSecrets: []channel.Secret{secret}}
	w := newTownOf(t, append(channels(), wa), nil)
	w.republish(promised)
	send := w.desk.Send
	w.desk.Send = func(ctx context.Context, out message.Outgoing) (string, error) {
		if out.Channel != wa.ID {
			return send(ctx, out)
		}
		w.calls[wa.ID]++
		return fmt.Sprint("wamid.OUT", w.calls[wa.ID]), nil
	}
	return w
}

// meta posts what WhatsApp tells of a message: of the customer's, or of one from the app.
func (w *town) meta(field, list, id, ends, text string) {
	w.t.Helper()
	body := fmt.Sprintf(`{"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": [{"field": %q, "value": {
		"messaging_product": "whatsapp", "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"},
		%q: [{%s, "id": %q, "timestamp": "%d", "type": "text", "text": {"body": %q}}]}}]}]}`, field, list, ends, id, w.clock().Unix(), text)
	r := httptest.NewRequest("POST", "/webhooks/whatsapp", strings.NewReader(body))
	r.Header.Set(whatsapp.SignatureHeader, whatsapp.Sign([]byte(body), secret))
	rec := httptest.NewRecorder()
	w.mux.ServeHTTP(rec, r)
	if rec.Code != 200 {
		w.t.Fatalf("got %d, want the event taken", rec.Code)
	}
	w.work()
}

// asks and echoed are a customer who writes, and an answer in the WhatsApp Business app.
func (w *town) asks(id, text string) {
	w.meta("messages", "messages", id, `"from": "16505551234"`, text)
}

func (w *town) echoed(id, text string) {
	w.meta("smb_message_echoes", "message_echoes", id, `"from": "15550783881", "to": "16505551234"`, text)
}

// An echo names the number alone. When the conversation is kept under a user id, what the
// app wrote stands under the number until the customer writes again, who says both: then
// the two are one, and the bot is silent.
func TestAnAnswerInTheAppToWhoIsKnownByUserID(t *testing.T) {
	w := newBoth(t)
	sheena := `"from": "16505551234", "from_user_id": "US.13491208655302741918"`
	byUser := conversation.ID("wa-main", message.Person{UserID: "US.13491208655302741918"})
	byPhone := conversation.ID("wa-main", message.Person{Phone: "16505551234"})
	w.meta("messages", "messages", "wamid.1", sheena, "number 7")
	w.pass(time.Minute)
	w.echoed("wamid.2", "Here I am.")
	stands := func() (all []bool) {
		for _, id := range []string{byUser, byPhone} {
			h, err := w.store.Head(t.Context(), id)
			w.must("", err)
			all = append(all, !h.HandedOff.IsZero())
		}
		return all
	}
	want(t, "people are in charge, by user id and by number", stands(), []bool{false, true})
	w.pass(time.Minute)
	w.meta("messages", "messages", "wamid.3", sheena, "price")
	h, err := w.store.Head(t.Context(), byUser)
	w.must("", err)
	want(t, "joined", []bool{!h.HandedOff.IsZero(), h.AgentReplied, !h.WaitingSince.IsZero()}, []bool{true, true, true})
	want(t, "replies of the bot", w.calls["wa-main"], 1)
}

// way is one of the ways to answer.
type way struct {
	name, conversation, agent string
	asks                      func(w *town, id, text string)
	answers                   func(w *town, id, text string)
	sent                      func(w *town) int
}

func ways() []way {
	byPhone := conversation.ID("wa-main", message.Person{Phone: "16505551234"})
	byWeCom := conversation.ID("kf-main", message.Person{UserID: robin.ExternalUserID})
	replies := func(w *town) int { return w.calls["wa-main"] }
	return []way{
		{"the API", byPhone, "ana", (*town).asks, func(w *town, _, text string) {
			_, err := w.desk.Answer(w.t.Context(), byPhone, "ana", text)
			w.must("", err)
			w.calls["wa-main"]-- // it was no reply of the bot's
		}, replies},
		{"the WhatsApp Business app", byPhone, "", (*town).asks, (*town).echoed, replies},
		{"WeCom's client", byWeCom, "ana", func(w *town, _, text string) { w.writes(text) }, func(w *town, _, text string) {
			w.must(w.sandbox.Answer(w.t.Context(), thread, "zhang", qyapi.KFText(text)))
			w.work()
		}, func(w *town) int { return len(w.sent(robin.ExternalUserID)) }},
	}
}

// standing is where a conversation stands for those who wait and those who promise.
type standing struct {
	People, Replied, Waiting, Promised bool
	BySystem                           int
}

func (c way) standing(w *town) standing {
	w.t.Helper()
	h, err := w.store.Head(w.t.Context(), c.conversation)
	w.must("", err)
	return standing{!h.HandedOff.IsZero(), h.AgentReplied, !h.WaitingSince.IsZero(), !h.Watch.Look.IsZero(), c.sent(w)}
}

// answer is what is stored of an answer.
type answer struct {
	Text, Agent, Team string
	First             bool
	Promise           conversation.Promise
	Waited            time.Duration
}

func (c way) stored(w *town) (all []answer) {
	w.t.Helper()
	messages, err := w.store.Messages(w.t.Context(), c.conversation, time.Time{}, w.clock().Add(time.Hour))
	w.must("", err)
	for _, m := range messages {
		if m.Direction == conversation.Out && m.Source == conversation.ByAgent {
			all = append(all, answer{m.Content.Text, m.Facts.Agent, m.Facts.Team, m.Facts.First, m.Facts.Promise, time.Duration(m.Facts.Waited) * time.Millisecond})
		}
	}
	return all
}

// Whichever way a person answers: it is stored as theirs, ends the wait, counts for what
// their team promised, and keeps the bot silent.
func TestTheThreeWaysToAnswerAreOne(t *testing.T) {
	for _, c := range ways() {
		t.Run(c.name, func(t *testing.T) {
			w := newBoth(t)
			w.work()
			c.asks(w, "wamid.1", "a person please")
			want(t, "handed off", c.standing(w), standing{true, false, true, true, 1})
			w.pass(10 * time.Minute)
			c.answers(w, "wamid.2", "Here I am.")
			want(t, "answered", c.standing(w), standing{true, true, false, false, 1})
			w.pass(time.Minute)
			c.asks(w, "wamid.3", "price")
			want(t, "silent", c.standing(w), standing{true, true, true, true, 1})
			w.pass(20 * time.Minute)
			c.answers(w, "wamid.4", "Nine.")
			want(t, "answered late", c.standing(w), standing{true, true, false, false, 1})
			want(t, "stored", c.stored(w), []answer{
				{"Here I am.", c.agent, "care", true, conversation.PromiseMet, 10 * time.Minute},
				{"Nine.", c.agent, "care", false, conversation.PromiseBroken, 20 * time.Minute},
			})
		})
	}
}

func want[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}
