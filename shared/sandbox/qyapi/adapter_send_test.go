package qyapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdesk/shared/channel"
	"frontdesk/shared/message"
	"frontdesk/shared/sandbox/qyapi"
	"frontdesk/shared/wecom"
)

// TestOurSenderSendsEveryShape: what one of them believes, the other keeps to.
func TestOurSenderSendsEveryShape(t *testing.T) {
	long := strings.Repeat("茶", 1000)
	many := func(n int) []message.Choice {
		var all []message.Choice
		for i := range n {
			all = append(all, message.Choice{ID: fmt.Sprint("c", i), Title: fmt.Sprint("Tea ", i), Description: "Roasted"})
		}
		return all
	}
	contents := map[string]message.Content{
		"a text":              {Shape: message.ShapeText, Text: "Hello 👋"},
		"a long text":         {Shape: message.ShapeText, Text: long},
		"buttons":             {Shape: message.ShapeButtons, Header: "Teas", Text: "Which?", Footer: "CNY", Buttons: many(6)},
		"buttons, long text":  {Shape: message.ShapeButtons, Text: long, Buttons: many(1)},
		"a list":              {Shape: message.ShapeList, Text: "Which?", Open: "Open", Sections: []message.Section{{Title: "All", Rows: many(10)}}},
		"a list, long footer": {Shape: message.ShapeList, Text: "Which?", Footer: long, Open: "Open", Sections: []message.Section{{Rows: many(2)}}},
	}
	for name, c := range contents {
		t.Run(name, func(t *testing.T) {
			m := meet(t, nil)
			_, err := m.WriteKF(context.Background(), account, robin, qyapi.KFText("hi"))
			m.must(err)
			m.send(m.app, message.Person{UserID: "zhang"}, message.Outgoing{Ref: "home.r1", Content: c})
			id := m.send(m.kf, message.Person{UserID: robin.ExternalUserID}, message.Outgoing{Ref: "home.r1", Content: c})
			sent := m.Sent()
			if len(sent) != 2 || len(sent[0].To) != 1 || sent[1].ID != id || id != wecom.MsgID("home.r1") {
				t.Fatalf("got %+v", sent)
			}
			if c.Shape != message.ShapeText && len(sent[1].Choices) != len(c.Buttons)+rows(c) {
				t.Errorf("got choices %+v", sent[1].Choices)
			}
			if !strings.Contains(sent[0].Text, string([]rune(c.Text)[:5])) || !strings.Contains(sent[1].Text, string([]rune(c.Text)[:5])) {
				t.Errorf("got %q and %q", sent[0].Text, sent[1].Text)
			}
		})
	}
}

func rows(c message.Content) int {
	n := 0
	for _, s := range c.Sections {
		n += len(s.Rows)
	}
	return n
}

// pulled fetches by the newest callback and parses every item.
func (m *met) pulled(cursor string) ([]wecom.Item, string) {
	m.t.Helper()
	last := m.received[len(m.received)-1].Pull
	if last == nil || last.Channel != m.kf.ID {
		m.t.Fatalf("the last callback is no call to pull: %+v", m.received[len(m.received)-1])
	}
	var all []wecom.Item
	for {
		page, err := m.sender.SyncMsg(context.Background(), m.kf, cursor, last.Token, 2)
		m.must(err)
		cursor = page.Next
		for _, raw := range page.Items {
			item, err := wecom.ParseItem(m.kf, raw)
			m.must(err)
			all = append(all, item)
		}
		if !page.HasMore {
			return all, cursor
		}
	}
}

// TestCustomerServiceFromTheCallbackToTheReceipt lives a customer's day.
func TestCustomerServiceFromTheCallbackToTheReceipt(t *testing.T) {
	m := meet(t, func(c *qyapi.Config) {
		c.Failures = func(s qyapi.SentMessage) []qyapi.Failure {
			if s.ID == "lost" {
				return []qyapi.Failure{{Type: 10}}
			}
			return nil
		}
		c.Unsure.HollowPages = 3
	})
	ctx := context.Background()
	who := message.Person{UserID: robin.ExternalUserID}
	say := message.Content{Shape: message.ShapeText, Text: "hi"}
	_, err := m.EnterSession(ctx, account, robin, qyapi.Entry{Scene: "shop"})
	m.must(err)
	items, cursor := m.pulled("")
	if len(items) != 1 || items[0].Entry == nil || items[0].Entry.WelcomeCode == "" || len(items[0].Entry.Extra) != 0 {
		t.Fatalf("got %+v", items)
	}
	_, err = m.sender.SendOnEvent(ctx, m.kf, items[0].Entry.WelcomeCode, message.Outgoing{Ref: "home.welcome", Content: say})
	m.must(err)
	for _, i := range []qyapi.Item{
		qyapi.KFText("hello"), qyapi.KFMenu("green", "Green tea"), qyapi.KFMedia("image"), qyapi.KFMedia("voice"), qyapi.KFMedia("video"), qyapi.KFMedia("file"),
		{Type: "location", Body: json.RawMessage(`{"latitude":31.2,"longitude":121.4,"name":"Bund","address":"1"}`)},
		{Type: "link", Body: json.RawMessage(`{"title":"Tea","desc":"","url":"https://shop.example/","pic_url":""}`)},
		{Type: "merged_msg", Body: json.RawMessage(`{"title":"chat","item":[]}`)},
	} {
		_, err := m.WriteKF(ctx, account, robin, i)
		m.must(err)
	}
	items, cursor = m.pulled(cursor)
	var got []string
	for _, i := range items {
		got = append(got, i.Inbound.Type+" "+i.Inbound.Text+" "+i.Inbound.Choice)
		if len(i.Inbound.Extra) != 0 {
			t.Errorf("%s: got unknown fields %v", i.Inbound.Type, i.Inbound.Extra)
		}
	}
	if want := "[text hello  text Green tea green image   voice   video   file   location Bund  link Tea  merged_msg  ]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
	m.send(m.kf, who, message.Outgoing{Ref: "lost", Content: say})
	items, cursor = m.pulled(cursor)
	if len(items) != 1 || items[0].Receipt == nil || items[0].Receipt.Ref != "lost" || items[0].Receipt.Status != message.Failed || items[0].Receipt.Faults[0].Code != 10 {
		t.Fatalf("got %+v, want a receipt", items)
	}
	code, err := m.sender.TransState(ctx, m.kf, robin.ExternalUserID, wecom.Pool, "")
	m.must(err)
	_, err = m.sender.SendOnEvent(ctx, m.kf, code, message.Outgoing{Ref: "home.wait", Content: say})
	m.must(err)
	m.must(m.Take(ctx, qyapi.Thread{OpenKFID: account, Customer: robin.ExternalUserID}, "zhang"))
	_, err = m.Answer(ctx, qyapi.Thread{OpenKFID: account, Customer: robin.ExternalUserID}, "zhang", qyapi.KFText("I am a person"))
	m.must(err)
	m.must(m.OnDuty(ctx, account, "li", true))
	m.must(m.EndSession(ctx, qyapi.Thread{OpenKFID: account, Customer: robin.ExternalUserID}))
	items, _ = m.pulled(cursor)
	if len(items) != 4 || items[0].Session.Change != wecom.FromPool || items[1].Answer.Text != "I am a person" || items[2].Event.Name != "servicer_status_change" || items[3].Session.Change != wecom.Closed {
		t.Fatalf("got %+v", items)
	}
	_, err = m.sender.SendOnEvent(ctx, m.kf, items[3].Session.Code, message.Outgoing{Ref: "home.how", Content: wecomCard("").Content})
	m.must(err)
	state, _, err := m.sender.GetState(ctx, m.kf, robin.ExternalUserID)
	if err != nil || state != wecom.Ended {
		t.Errorf("got state %d, %v", state, err)
	}
}

// TestWhatOurSenderSaysOfRefusals: the class decides what the desk does.
func TestWhatOurSenderSaysOfRefusals(t *testing.T) {
	say := message.Content{Shape: message.ShapeText, Text: "hi"}
	zhang := message.Person{UserID: "zhang"}
	customer := message.Person{UserID: robin.ExternalUserID}
	fault := func(f qyapi.Fault) func(*qyapi.Config) {
		return func(c *qyapi.Config) {
			c.Fault = func(r qyapi.Request) *qyapi.Fault {
				if r.Call == "gettoken" {
					return nil
				}
				return &f
			}
		}
	}
	for _, c := range []struct {
		name   string
		change func(*qyapi.Config)
		kf     bool
		to     message.Person
		code   int
		class  message.Class
		sent   int
	}{
		{"a stranger", nil, false, message.Person{UserID: "nobody"}, 81013, message.Drop, 0},
		{"a member without a licence", nil, false, message.Person{UserID: "guest"}, 0, message.Drop, 1},
		{"a customer who never wrote", nil, true, customer, 95002, message.SwitchForm, 0},
		{"a customer of nobody", nil, true, message.Person{UserID: "wm9"}, 40096, message.Drop, 0},
		{"an address that is not trusted", func(c *qyapi.Config) { c.TrustedIPs = []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")} }, false, zhang, 60020, message.Stop, 0},
		{"a disabled app", func(c *qyapi.Config) { c.Apps[0].Disabled = true }, false, zhang, 50003, message.Stop, 0},
		{"busy", fault(qyapi.Fault{Code: -1}), false, zhang, -1, message.Retry, 0},
		{"too often", fault(qyapi.Fault{Code: 45009}), false, zhang, 45009, message.Slow, 0},
		{"a time-out after it was taken", fault(qyapi.Fault{Status: 504, Accept: true}), false, zhang, 0, message.Unknown, 1},
		{"a broken connection after it was taken", fault(qyapi.Fault{Reset: true, Accept: true}), false, zhang, 0, message.Unknown, 1},
		{"half an answer", fault(qyapi.Fault{Torn: true, Accept: true}), false, zhang, 0, message.Unknown, 1},
		{"an answer that nobody can read", fault(qyapi.Fault{Status: 200, Accept: true}), false, zhang, 0, message.Unknown, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := meet(t, c.change)
			ch := m.app
			if c.kf {
				ch = m.kf
			}
			_, err := m.sender.Send(context.Background(), ch, message.Outgoing{Channel: ch.ID, To: c.to, Ref: "home.r1", Content: say})
			var failed *message.SendError
			if !errors.As(err, &failed) || failed.Code != c.code || failed.Class != c.class {
				t.Errorf("got %v (%+v), want %s with code %d", err, failed, c.class, c.code)
			}
			if c.code == 60020 && !strings.Contains(err.Error(), "127.0.0.1") {
				t.Errorf("got %v, want the address to allow", err)
			}
			if n := len(m.Sent()); n != c.sent {
				t.Errorf("got %d messages in the books, want %d", n, c.sent)
			}
		})
	}
}

// TestATokenIsFetchedOnce: however many ask, and once more when it is refused.
func TestATokenIsFetchedOnce(t *testing.T) {
	for _, tokens := range []qyapi.Tokens{qyapi.SameAgain, qyapi.NewEndsOld, qyapi.NewBesideOld} {
		m := meet(t, func(c *qyapi.Config) { c.Unsure.Tokens = tokens })
		send := func() {
			var all sync.WaitGroup
			for i := range 8 {
				all.Go(func() {
					out := message.Outgoing{Channel: m.app.ID, To: message.Person{UserID: "zhang"}, Ref: fmt.Sprint("home.r", i), Content: message.Content{Shape: message.ShapeText, Text: "hi"}}
					if _, err := m.sender.Send(context.Background(), m.app, out); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
		}
		send()
		m.pass(time.Minute)
		m.ExpireTokens(true)
		send()
		if n := count(m.Events(0), qyapi.TokenGiven); n != 2 {
			t.Errorf("tokens %d: got %d, want 2 for 16 messages", tokens, n)
		}
		if n := len(m.Sent()); n != 16 {
			t.Errorf("got %d messages, want 16", n)
		}
	}
}

// TestASealWithTheNewKeyIsTaken: while the keys are rotated both pairs are good.
func TestASealWithTheNewKeyIsTaken(t *testing.T) {
	for _, key := range []channel.CallbackKey{oldKey, newKey} {
		m := meet(t, func(c *qyapi.Config) { c.Apps[0].Key = key })
		m.must(m.Check(context.Background(), agent))
		_, err := m.WriteApp(context.Background(), agent, "zhang", qyapi.Text("hello"))
		m.must(err)
		if got := m.told(); !slices.Equal(got, []string{`text "hello" ""`}) {
			t.Errorf("got %q", got)
		}
	}
}

// TestASecondTryIsHarmless where the channel's settings say so, whatever the way.
func TestASecondTryIsHarmless(t *testing.T) {
	out := message.Outgoing{Ref: "home.r1", Content: message.Content{Shape: message.ShapeText, Text: "Hello 👋"}}
	for _, c := range []struct {
		name string
		way  qyapi.RepeatedID
		code int
		want int
	}{
		{"ignored", qyapi.SentOnce, 0, 1},
		{"refused", qyapi.RefusedSecond, 40035, 1},
		{"sent twice, which no setting can help", qyapi.SentTwice, 0, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := meet(t, func(cfg *qyapi.Config) { cfg.Unsure.RepeatedID = c.way })
			m.must(m.Remember(account, robin, m.clock()))
			m.kf.RepeatSafe, m.kf.RepeatCode = c.way != qyapi.SentTwice, c.code
			first := m.send(m.kf, message.Person{UserID: robin.ExternalUserID}, out)
			if again := m.send(m.kf, message.Person{UserID: robin.ExternalUserID}, out); again != first || len(m.Sent()) != c.want {
				t.Errorf("got %q after %q and %d messages, want %d", again, first, len(m.Sent()), c.want)
			}
		})
	}
	m := meet(t, nil)
	m.app.DuplicateCheck = 60
	m.send(m.app, message.Person{UserID: "zhang"}, out)
	m.send(m.app, message.Person{UserID: "zhang"}, out)
	if n := len(m.Sent()); n != 1 {
		t.Errorf("got %d messages of the app, want 1", n)
	}
}
