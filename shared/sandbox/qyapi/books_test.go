package qyapi

import (
	"context"
	"errors"
	"fmt"
	"frontdesk/shared/sandbox/feed"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestAConfigurationIsChecked(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{"no company", func(c *Config) { c.CorpID = "" }, "no corp id"},
		{"no app", func(c *Config) { c.Apps = nil }, "no app"},
		{"an app without a secret", func(c *Config) { c.Apps[0].Secret = "" }, "app 1000002 needs an id and a secret"},
		{"an app twice", func(c *Config) { c.Apps[1].AgentID = desk }, "app 1000002 is there twice"},
		{"an app with no key", func(c *Config) { c.Apps[0].Key.AESKey = "x" }, "app 1000002"},
		{"an account of no app", func(c *Config) { c.Accounts[0].Agent = 7 }, "needs an id and a known app"},
		{"nowhere to post to", func(c *Config) { c.Post = nil }, "neither Post nor a WebhookURL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := config()
			cfg.Post = func(context.Context, Callback) ([]byte, error) { return nil, nil }
			c.change(&cfg)
			if _, err := New(cfg); !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestTheFeedTellsEverythingInOrder(t *testing.T) {
	st := play(t, nil)
	live, cancel := st.Watch()
	ctx := context.Background()
	_, err := st.WriteApp(ctx, desk, "zhang", Text("hello"))
	st.must(err)
	st.sends(0)
	st.want(81013, st.call("message/send", toApp("nobody", textObject("hi"))))
	st.wrote()
	st.pull()
	st.want(0, st.call("kf/service_state/trans", trans(1, "")))
	cancel()
	var got []EventKind
	seq := int64(0)
	for e := range live {
		got = append(got, e.Kind)
		if seq++; e.Seq != seq {
			t.Errorf("got seq %d, want %d", e.Seq, seq)
		}
	}
	want := []EventKind{MemberWrote, TokenGiven, MessageAccepted, CallRefused, CustomerWrote, Pulled, StateChanged}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if past := st.Events(5); len(past) != 2 || past[0].Kind != Pulled || past[0].Count != 1 {
		t.Errorf("got %+v", past)
	}
	cancel() // twice does no harm
	st.Close()
	if _, open := <-first2(st.Watch()); open {
		t.Error("an ended sandbox still tells")
	}
}

func first2(ch <-chan Event, _ func()) <-chan Event { return ch }

func TestASlowWatcherIsLetGo(t *testing.T) {
	st := play(t, nil)
	live, _ := st.Watch()
	for range feed.Buffer + 1 {
		st.wrote()
	}
	n := 0
	for range live {
		n++
	}
	if n != feed.Buffer {
		t.Errorf("got %d events before the end, want %d", n, feed.Buffer)
	}
}

func TestOldMessagesAreForgotten(t *testing.T) {
	st := play(t, func(c *Config) { c.Keep, c.Limits.PerMember = 4, -1 })
	first := st.want(0, st.call("message/send", toApp("zhang", cardObject(buttonCard, `,"task_id":"t1"`+cardButtons(1)))))
	st.wrote()
	st.want(0, st.call("kf/send_msg", toKF(robin, `"msgid":"r1",`+textObject("hi"))))
	for range 10 {
		st.sends(0)
	}
	if n := len(st.Sent()); n < 4 || n > 5 {
		t.Errorf("got %d messages, want 4 or 5", n)
	}
	if _, known := st.Find(first.text("msgid")); known {
		t.Error("the first message is still known")
	}
	if len(st.responses) != 0 || len(st.cards) != 0 || len(st.accounts[service].ids) != 0 {
		t.Error("what belongs to a forgotten message is still there")
	}
	last := st.Sent()[len(st.Sent())-1]
	if m, known := st.Find(last.ID); !known || m.Text != "hi" {
		t.Errorf("got %+v", m)
	}
	for range 20 {
		st.wrote()
	}
	if n := len(st.pull()); n < 4 || n > 5 {
		t.Errorf("got %d stored messages, want 4 or 5", n)
	}
}

func TestALedgerForgetsWhatIsOver(t *testing.T) {
	var l ledger[int]
	for i := range 100_000 {
		l.add(fmt.Sprint(i), i, func(v int) bool { return v < i-10 })
	}
	if n := len(l.items); n > 2100 {
		t.Errorf("got %d items, want a few", n)
	}
}

func TestStrangersAndStrangeThings(t *testing.T) {
	st := play(t, nil)
	ctx := context.Background()
	for name, err := range map[string]error{
		"an unknown member":  second(st.WriteApp(ctx, desk, "nobody", Text("x"))),
		"an unknown app":     second(st.WriteApp(ctx, 7, "zhang", Text("x"))),
		"outside the app":    second(st.WriteApp(ctx, other, "li", Text("x"))),
		"an unknown account": second(st.WriteKF(ctx, "wk7", robin, KFText("x"))),
		"no such card":       second(st.Tap(ctx, desk, "zhang", Tap{TaskID: "t9", Key: "k"})),
		"no such menu":       st.Click(ctx, desk, "zhang", "tea"),
		"no such group":      st.JoinGroup(ctx, desk, "g", 1),
		"no talk anywhere":   st.TalkInGroup("g", "zhang", 1),
		"no such servicer":   st.OnDuty(ctx, service, "wang", true),
		"no account to call": st.Ring(ctx, "wk7"),
		"no account at all":  st.Reject(ctx, Thread{"wk7", "x"}, true),
	} {
		if !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: got %v, want ErrUnknown", name, err)
		}
	}
	for name, err := range map[string]error{
		"a file to an app":         second(st.WriteApp(ctx, desk, "zhang", Message{Type: "file"})),
		"a message of no type":     second(st.WriteKF(ctx, service, robin, Item{})),
		"a message of broken JSON": second(st.WriteKF(ctx, service, robin, Item{Type: "text", Body: []byte("{")})),
		"taken from no pool":       st.Take(ctx, Thread{service, robin.ExternalUserID}, "zhang"),
	} {
		if !errors.Is(err, ErrNotNow) {
			t.Errorf("%s: got %v, want ErrNotNow", name, err)
		}
	}
	if _, err := st.WriteKF(ctx, service, Customer{Name: "x"}, KFText("x")); !errors.Is(err, ErrCustomer) {
		t.Errorf("a customer without an id: got %v", err)
	}
	if len(st.posted) != 0 {
		t.Errorf("got %d callbacks, want none", len(st.posted))
	}
}

func second(_ string, err error) error { return err }

func TestOtherTypesMayBeDelivered(t *testing.T) {
	st := play(t, func(c *Config) { c.Unsure.DeliverFiles = true })
	_, err := st.WriteApp(context.Background(), desk, "zhang", Message{Type: "file"})
	st.must(err)
	if !strings.Contains(st.opened(), "<MsgType><![CDATA[file]]></MsgType>") {
		t.Errorf("got %s", st.opened())
	}
}

// TestEverybodyAtOnce is for the race detector: ids stay unique, nothing is lost.
func TestEverybodyAtOnce(t *testing.T) {
	st := play(t, func(c *Config) { c.Limits.PerMember = -1 })
	st.auth()
	ctx := context.Background()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			who := Customer{ExternalUserID: fmt.Sprint("wmEXAMPLE1", i)}
			for range 25 {
				if _, err := st.WriteApp(ctx, desk, "zhang", Text("hello")); err != nil {
					t.Error(err)
				}
				if _, err := st.WriteKF(ctx, service, who, KFText("hello")); err != nil {
					t.Error(err)
				}
				st.want(0, st.call("message/send", toApp("zhang", textObject("hi"))))
				st.want(0, st.call("kf/send_msg", toKF(who, textObject("hi"))))
			}
		})
	}
	all.Wait()
	ids := map[string]bool{}
	for _, m := range st.Sent() {
		ids[m.ID] = true
	}
	if len(ids) != 400 || len(st.pull()) != 200 || len(st.posted) != 400 {
		t.Errorf("got %d messages, %d stored, %d callbacks", len(ids), len(st.pull()), len(st.posted))
	}
}

func TestNoRandomnessIsTold(t *testing.T) {
	st := play(t, func(c *Config) { c.Entropy = strings.NewReader("eleven byte") })
	st.token = ""
	st.want(0, st.get(getDesk))
	st.want(-1, st.call("appchat/create", `{"userlist":["zhang","li"]}`))
	if _, err := st.WriteKF(context.Background(), service, robin, KFText("x")); err == nil {
		t.Error("got a message without an id")
	}
	st.pass(time.Minute)
	if len(st.posted) != 0 {
		t.Error("something was posted")
	}
}
