package send_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/send"
	"frontdesk/shared/wecom"
)

// hall is customer service as its pages describe it, with the refusals that a test wants.
type hall struct {
	state wecom.State
	calls []string
	// refuse says what a transition is refused with; nil is yes.
	refuse func(to wecom.State, servicer string) error
	get    error
}

func (h *hall) GetState(context.Context, channel.Channel, string) (wecom.State, string, error) {
	h.calls = append(h.calls, "get")
	return h.state, "", h.get
}

func (h *hall) TransState(_ context.Context, ch channel.Channel, customer string, to wecom.State, servicer string) (string, error) {
	h.calls = append(h.calls, fmt.Sprint(int(to), servicer))
	if h.refuse != nil {
		if err := h.refuse(to, servicer); err != nil {
			return "", err
		}
	}
	h.state = to
	return "CODE", nil
}

func (h *hall) SendOnEvent(_ context.Context, _ channel.Channel, code string, _ message.Outgoing) (string, error) {
	h.calls = append(h.calls, "event "+code)
	return "m1", nil
}

func (h *hall) sessions() *send.Sessions {
	return send.NewSessions([]channel.Channel{{ID: "kf-main", Kind: message.WeComKF}, {ID: "wa-main", Kind: message.WhatsApp}}, h)
}

func refusal(class message.Class, code int) *message.SendError {
	return &message.SendError{Class: class, Code: code, Reason: "documented"}
}

func TestWhereASessionIsMoved(t *testing.T) {
	off := func(_ wecom.State, servicer string) error {
		if servicer == "zhang" {
			return refusal(message.Drop, 95019)
		}
		return nil
	}
	cases := []struct {
		name      string
		state     wecom.State
		servicers []string
		refuse    func(wecom.State, string) error
		calls     []string
		people    bool
		class     message.Class
	}{
		{"to the first", wecom.Untouched, []string{"zhang", "li"}, nil, []string{"get", "3zhang"}, true, ""},
		{"the first is off duty", wecom.Bot, []string{"zhang", "li"}, off, []string{"get", "3zhang", "3li"}, true, ""},
		{"nobody is on duty", wecom.Bot, []string{"zhang"}, off, []string{"get", "3zhang", "2"}, true, ""},
		{"nobody is named", wecom.Bot, nil, nil, []string{"get", "2"}, true, ""},
		{"a servicer has it", wecom.Person, []string{"zhang"}, nil, []string{"get"}, true, ""},
		{"it waits in the pool", wecom.Pool, []string{"zhang"}, nil, []string{"get"}, true, ""},
		{"it has ended", wecom.Ended, []string{"zhang"}, nil, []string{"get"}, false, ""},
		{"no answer", wecom.Bot, []string{"zhang", "li"}, func(wecom.State, string) error { return refusal(message.Unknown, 0) }, []string{"get", "3zhang"}, false, message.Unknown},
		{"the company may not", wecom.Bot, nil, func(wecom.State, string) error { return refusal(message.Stop, 48002) }, []string{"get", "2"}, false, message.Stop},
		{"the pool is refused for good", wecom.Bot, []string{"zhang"}, func(wecom.State, string) error { return refusal(message.Drop, 95015) }, []string{"get", "3zhang", "2"}, false, message.Drop},
		{"refused although it fits", wecom.Bot, []string{"zhang"}, func(wecom.State, string) error { return refusal(message.Drop, 95016) }, []string{"get", "3zhang", "get"}, false, message.Drop},
	}
	for _, c := range cases {
		h := &hall{state: c.state, refuse: c.refuse}
		people, err := h.sessions().Move(t.Context(), "kf-main", "wmEXAMPLE0001", c.servicers)
		refused, _ := errors.AsType[*message.SendError](err)
		class := message.Class("")
		if refused != nil {
			class = refused.Class
		}
		if people != c.people || class != c.class || !slices.Equal(h.calls, c.calls) {
			t.Errorf("%s: got %v, %v after %q; want %v, %q after %q", c.name, people, err, h.calls, c.people, c.class, c.calls)
		}
	}
}

// Between the look and the move somebody else may move it, or end it.
func TestSomebodyIsFaster(t *testing.T) {
	for state, want := range map[wecom.State]bool{wecom.Person: true, wecom.Pool: true, wecom.Ended: false} {
		h := &hall{state: wecom.Bot}
		h.refuse = func(wecom.State, string) error {
			h.state = state
			return refusal(message.Drop, 95016)
		}
		if people, err := h.sessions().Move(t.Context(), "kf-main", "wmEXAMPLE0001", []string{"zhang"}); people != want || err != nil {
			t.Errorf("state %d: got %v, %v, want %v", state, people, err, want)
		}
	}
}

func TestEndingASession(t *testing.T) {
	lost := func(h *hall) func(wecom.State, string) error {
		return func(to wecom.State, _ string) error { h.state = to; return refusal(message.Unknown, 0) }
	}
	h := &hall{state: wecom.Person}
	if code, err := h.sessions().End(t.Context(), "kf-main", "wmEXAMPLE0001"); code != "CODE" || err != nil {
		t.Errorf("got %q, %v, want the code of the end", code, err)
	}
	for _, state := range []wecom.State{wecom.Untouched, wecom.Bot, wecom.Ended} {
		h := &hall{state: state}
		if code, err := h.sessions().End(t.Context(), "kf-main", "wmEXAMPLE0001"); code != "" || err != nil || len(h.calls) != 1 {
			t.Errorf("state %d: got %q, %v after %q, want nothing to end", state, code, err, h.calls)
		}
	}
	h = &hall{state: wecom.Pool}
	h.refuse = lost(h)
	if code, err := h.sessions().End(t.Context(), "kf-main", "wmEXAMPLE0001"); code != "" || err != nil {
		t.Errorf("a lost answer: got %q, %v, want to see that it has ended", code, err)
	}
	h = &hall{state: wecom.Pool, refuse: func(wecom.State, string) error { return refusal(message.Unknown, 0) }}
	if _, err := h.sessions().End(t.Context(), "kf-main", "wmEXAMPLE0001"); err == nil {
		t.Error("a lost call: got no error, want to end it again")
	}
}

func TestOnlyCustomerServiceHasSessions(t *testing.T) {
	h := &hall{}
	s := h.sessions()
	_, err1 := s.Move(t.Context(), "wa-main", "16505551234", nil)
	_, err2 := s.End(t.Context(), "gone", "wmEXAMPLE0001")
	_, err3 := s.OnEvent(t.Context(), "CODE", message.Outgoing{Channel: "wa-main"})
	_, err4 := s.Ours(t.Context(), "wa-main", "16505551234")
	for _, err := range []error{err1, err2, err3, err4} {
		if refused, ok := errors.AsType[*message.SendError](err); !ok || refused.Class != message.Drop {
			t.Errorf("got %v, want it refused for good without a call", err)
		}
	}
	if len(h.calls) > 0 {
		t.Errorf("got calls %q", h.calls)
	}
}

func TestWhoseASessionIs(t *testing.T) {
	for state, want := range map[wecom.State]bool{wecom.Untouched: true, wecom.Bot: true, wecom.Pool: false, wecom.Person: false, wecom.Ended: false} {
		h := &hall{state: state}
		if ours, err := h.sessions().Ours(t.Context(), "kf-main", "wmEXAMPLE0001"); ours != want || err != nil {
			t.Errorf("state %d: got %v, %v, want %v", state, ours, err, want)
		}
	}
}

func TestWhatChannelsAllowByTheirSettings(t *testing.T) {
	kf := channel.Channel{ID: "c", Kind: message.WeComKF}
	safe, api, app, checked := kf, kf, kf, kf
	safe.RepeatSafe, api.HandOffAPI = true, true
	app.Kind, checked.Kind, checked.DuplicateCheck = message.WeComApp, message.WeComApp, 120
	short, bot := checked, kf
	short.DuplicateCheck, bot.Kind = 20, message.WeComBot
	cases := []struct {
		name   string
		ch     channel.Channel
		client bool
		repeat time.Duration
	}{
		{"customer service", kf, true, 0},
		{"its msgid is safe to repeat", safe, true, 48 * time.Hour},
		{"people answer through the API", api, false, 0},
		{"an app", app, false, 0},
		{"an app with a duplicate check", checked, false, 90 * time.Second},
		{"one that is too short to be of use", short, false, 0},
		{"an AI bot, whose address takes one answer in its hour", bot, false, time.Hour},
	}
	for _, c := range cases {
		l := send.NewGuard([]channel.Channel{c.ch}, send.Options{}).Limits("c")
		if l.Client != c.client || l.Repeat != c.repeat || l.Kind != string(c.ch.Kind) {
			t.Errorf("%s: got %+v, want client %v and repeats for %s", c.name, l, c.client, c.repeat)
		}
	}
}
