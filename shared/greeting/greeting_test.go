package greeting_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/greeting"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/table"
	"frontdesk/shared/table/bolt"
)

var (
	noon  = time.Date(2026, 11, 18, 4, 0, 0, 0, time.UTC)
	zhang = message.Person{UserID: "zhang"}
)

const welcoming = `{"languages": ["en", "zh-CN"], "welcome": {"reply": "hello"}, "templates": [{"id": "hello", "name": "Hello", "variants": [
  {"language": "en", "shape": "buttons", "text": "{% if first_contact %}Welcome{% else %}Welcome back{% endif %}, it is {{ now | date: '%H:%M' }}.",
   "buttons": [{"id": "price", "title": "Prices"}, {"id": "hours", "title": "Hours"}]},
  {"language": "zh-CN", "shape": "text", "text": "欢迎"}]}]}`

// asked can fail and counts.
type asked struct {
	table.Table
	fail error
	n    int
}

func (a *asked) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	if a.n++; a.fail != nil {
		return nil, a.fail
	}
	return a.Table.Get(ctx, keys...)
}

func greeter(t *testing.T, book string, h *conversation.Head) (*greeting.Greeter, *asked, *bytes.Buffer) {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "desk.db"), bolt.Options{NoSync: true, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	a, log := &asked{Table: db}, &bytes.Buffer{}
	s := record.New(a)
	ctx := context.Background()
	if book != "" {
		var p playbook.Playbook
		if err := json.Unmarshal([]byte(book), &p); err != nil {
			t.Fatal(err)
		}
		if err := s.Publish(ctx, p, record.VersionInfo{Number: 1, At: noon}, record.Audit{ID: "1", At: noon}); err != nil {
			t.Fatal(err)
		}
	}
	if h != nil {
		h.ID = conversation.ID("bot-main", zhang)
		h.Home, h.Channel, h.Contact.Person = h.ID, "bot-main", zhang
		if err := s.Record(ctx, record.Turn{Head: *h}); err != nil {
			t.Fatal(err)
		}
	}
	a.n = 0
	return &greeting.Greeter{
		Store: s, Live: &live.Cache{Store: s}, Zone: time.FixedZone("UTC+8", 8*60*60), Now: func() time.Time { return noon },
		Log: slog.New(slog.NewTextHandler(log, nil)),
	}, a, log
}

func TestGreetings(t *testing.T) {
	known := func(change func(*conversation.Head)) *conversation.Head {
		h := &conversation.Head{First: noon.Add(-time.Hour), Status: conversation.Resolved}
		if change != nil {
			change(h)
		}
		return h
	}
	chinese := func(h *conversation.Head) { h.Contact.Language = "zh-CN" }
	handed := func(h *conversation.Head) { h.HandedOff, h.Status = noon, conversation.Open }
	out := func(h *conversation.Head) {
		h.Marketing = conversation.Marketing{Stopped: true, Everything: true, At: noon}
	}
	broken := strings.Replace(welcoming, "{{ now | date: '%H:%M' }}", "{{ nobody.knows }}", 1)
	for _, c := range []struct {
		name, book string
		head       *conversation.Head
		want       string
	}{
		{"somebody new", welcoming, nil, "Welcome, it is 12:00.\n\n1. Prices\n2. Hours"},
		{"somebody who wrote before", welcoming, known(nil), "Welcome back, it is 12:00.\n\n1. Prices\n2. Hours"},
		{"somebody who writes Chinese", welcoming, known(chinese), "欢迎"},
		{"people are in charge", welcoming, known(handed), ""},
		{"somebody who has opted out", welcoming, known(out), ""},
		{"a playbook without a welcome", `{"languages": ["en"]}`, nil, ""},
		{"a welcome that only routes", `{"languages": ["en"], "welcome": {"hand_off": true}}`, nil, ""},
		{"no playbook", "", nil, ""},
		{"a welcome that cannot be rendered", broken, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, _, log := greeter(t, c.book, c.head)
			got, ok := g.Words(context.Background(), "bot-main", zhang)
			if got != c.want || ok != (c.want != "") {
				t.Errorf("got %q, %v, want %q", got, ok, c.want)
			}
			if warned := log.Len() > 0; warned != (c.book == broken) || strings.Contains(log.String(), "zhang") {
				t.Errorf("got log %q", log)
			}
		})
	}
}

func TestNobodyIsGreetedWithoutATable(t *testing.T) {
	g, a, log := greeter(t, welcoming, nil)
	a.fail = errors.New("the table is down")
	if got, ok := g.Words(context.Background(), "bot-main", zhang); ok || got != "" || !strings.Contains(log.String(), "the table is down") {
		t.Errorf("got %q, %v and log %q, want no greeting and why", got, ok, log)
	}
}

func TestAGreetingCostsOneReadWhileThePlaybookIsFresh(t *testing.T) {
	g, a, _ := greeter(t, welcoming, nil)
	for range 2 {
		a.n = 0
		g.Words(context.Background(), "bot-main", zhang)
	}
	if a.n != 1 {
		t.Errorf("got %d reads, want one, of the conversation", a.n)
	}
}
