package bench

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/desk"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
)

// shop is the playbook that answers in the benchmarks: texts of usual length,
// one reply with buttons, in two languages.
func shop() playbook.Playbook {
	buttons := func(words ...string) (all []playbook.Choice) {
		for i, w := range words {
			all = append(all, playbook.Choice{ID: fmt.Sprintf("menu_%d", i), Title: w})
		}
		return all
	}
	return playbook.Playbook{
		Languages: []string{"en", "zh-CN"},
		Templates: []playbook.Template{
			{ID: "price", Name: "Prices", Variants: []playbook.Variant{
				{Language: "en", Shape: "text", Text: "Hello {{ contact.name }}, our teas start at 98 yuan for 100 g. The whole price list is at https://cloudleaf.example/prices. Delivery is free from 199 yuan."},
				{Language: "zh-CN", Shape: "text", Text: "{{ contact.name }}，您好！我们的茶叶每 100 克 98 元起，完整的价目表在 https://cloudleaf.example/prices。满 199 元包邮，还有什么想了解的吗？"},
			}},
			{ID: "menu", Name: "Menu", Variants: []playbook.Variant{
				{Language: "en", Shape: "buttons", Text: "We are a small tea house and sell teas from single gardens in Hangzhou, Anxi and Yunnan. What would you like to know?", Footer: "Or just write your question.", Buttons: buttons("Prices", "Opening hours", "Delivery")},
				{Language: "zh-CN", Shape: "buttons", Text: "我们是上海的一家小茶馆，专做杭州、安溪和云南的单一产地茶。您想了解什么？", Footer: "也可以直接把问题发给我们。", Buttons: buttons("价格", "营业时间", "配送")},
			}},
		},
		Filters: []playbook.Filter{
			{ID: "price", Name: "Price", When: playbook.Condition{Contains: []string{"price", "how much", "多少钱", "价格"}}, Then: playbook.Action{Reply: "price"}},
			{ID: "menu", Name: "Menu", When: playbook.Condition{Contains: []string{"menu", "菜单"}}, Then: playbook.Action{Reply: "menu"}},
		},
	}
}

// publish makes the shop's playbook version 1.
func publish(tb testing.TB, s *record.Store) {
	tb.Helper()
	now := time.Now()
	audit := record.Audit{ID: conversation.NewID(now, []byte("public")), At: now, Who: "bench", Action: "publish"}
	if err := s.Publish(tb.Context(), shop(), record.VersionInfo{Number: 1, At: now, By: "bench"}, audit); err != nil {
		tb.Fatal(err)
	}
}

// customer is the n-th made-up person.
func customer(n int) message.Person {
	return message.Person{UserID: fmt.Sprintf("US.%020d", n), Phone: phone(n), Name: "Sheena Nelson"}
}

// inbound is a message of the n-th customer.
func inbound(n, id int, at time.Time, text string) message.Inbound {
	return message.Inbound{Channel: "wa-main", ID: wamid(id), From: customer(n), Time: at.Truncate(time.Second).UTC(), Type: "text", Text: text}
}

// counter works on messages with the real desk, at a time that it is told, and
// with a channel that accepts everything.
type counter struct {
	tb   testing.TB
	desk *desk.Desk
	now  time.Time
	sent int
	// ref is our reference of the last reply.
	ref string
}

func newCounter(tb testing.TB, s *record.Store, now time.Time) *counter {
	tb.Helper()
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		tb.Fatal(err)
	}
	c := &counter{tb: tb, now: now}
	c.desk = &desk.Desk{
		Store: s, Live: &live.Cache{Store: s}, Zone: zone, Now: func() time.Time { return c.now }, Entropy: rand.Reader,
		Log: slog.New(slog.DiscardHandler), Attempts: inbox.Default.MaxAttempts, Send: c.send,
	}
	return c
}

func (c *counter) send(_ context.Context, out message.Outgoing) (string, error) {
	c.sent++
	c.ref = out.Ref
	return wamid(1_000_000 + c.sent), nil
}

// serve has the desk work on a message, which must be answered.
func (c *counter) serve(m message.Inbound) {
	c.tb.Helper()
	text, err := json.Marshal(m)
	if err != nil {
		c.tb.Fatal(err)
	}
	before := c.sent
	job := inbox.Job{ID: m.ID, Group: conversation.ID(m.Channel, m.From), Body: text, Attempt: 1}
	if err := c.desk.Handle(c.tb.Context(), job); err != nil {
		c.tb.Fatal(err)
	}
	if c.sent != before+1 {
		c.tb.Fatalf("got %d replies to %q, want 1", c.sent-before, m.Text)
	}
}
