package demo_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/demo"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playground"
	"frontdesk/shared/publish"
	"frontdesk/shared/render"
	"frontdesk/shared/week"
)

// TestThePlaybookOfASeededStoreMayGoLive on the channels that are there.
func TestThePlaybookOfASeededStoreMayGoLive(t *testing.T) {
	tests := map[string]struct {
		others []string
		menus  int
	}{"WhatsApp alone": {nil, 0}, "with WeChat customer service": {[]string{demo.Service}, 0}, "with an app, too": {[]string{demo.Service, demo.Staff}, 1}}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p, err := demo.Playbook(channelID, tt.others...)
			if err != nil {
				t.Fatal(err)
			}
			channels := []publish.Channel{{ID: channelID, Kind: message.WhatsApp}}
			for _, id := range tt.others {
				channels = append(channels, publish.Channel{ID: id, Kind: map[string]message.Kind{demo.Service: message.WeComKF, demo.Staff: message.WeComApp}[id]})
			}
			for _, f := range publish.Check(p, channels, time.Date(2026, 11, 19, 15, 30, 0, 0, time.UTC)) {
				t.Errorf("%s: %s (%s)", f.Path, f.Message, f.Fix)
			}
			if len(p.Menus) != tt.menus {
				t.Errorf("got %d menus, want %d", len(p.Menus), tt.menus)
			}
		})
	}
}

func firstQuestionsAreAnswered(t *testing.T, w *world) {
	ctx := context.Background()
	cache := live.Cache{Store: w.store}
	book, err := cache.Book(ctx, w.now)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ text, language, starts string }{
		{"hi what is the price?", "en", "Our teas, per tin of 100 g:"},
		{"请问多少钱?", "zh-CN", "我们的茶每罐 100 克"},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			d := decide.Decide(book.Book, conversation.Head{}, message.Inbound{Channel: channelID, Type: "text", Text: tt.text}, w.now)
			c, err := book.Templates.Reply(d.Reply, d.Language, true, render.Values{Now: w.now})
			if err != nil {
				t.Fatal(err)
			}
			if d.By != "price" || d.Language != tt.language || !strings.HasPrefix(c.Text, tt.starts) {
				t.Errorf("got %s in %s: %q, want the prices in %s", d.By, d.Language, c.Text, tt.language)
			}
		})
	}
}

func versionOneIsLive(t *testing.T, w *world) {
	ctx := context.Background()
	version, err := w.store.Live(ctx)
	if err != nil || version != 1 {
		t.Fatalf("got live version %d, %v, want 1", version, err)
	}
	published, _, err := w.store.Playbook(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	draft, _, err := w.store.Draft(ctx)
	if err != nil || cmp.Diff(published, draft) != "" || len(draft.Filters) == 0 {
		t.Errorf("got a draft of %d filters, %v, want version 1 with its %d", len(draft.Filters), err, len(published.Filters))
	}
}

func mailGoesToBothLanguages(t *testing.T, w *world) {
	all, err := w.store.Recipients(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var languages []string
	for _, r := range all {
		languages = append(languages, r.Language)
		if !strings.HasSuffix(r.Address, "@example.com") {
			t.Errorf("got an address outside example.com for %s", r.ID)
		}
	}
	if slices.Sort(languages); !slices.Equal(languages, []string{"en", "zh-CN"}) {
		t.Errorf("got languages %v", languages)
	}
}

// persona is the one of the playground who comes back.
func persona(t *testing.T) message.Person {
	t.Helper()
	for _, p := range playground.Personas() {
		if p.Kind == "returning" {
			return message.Person{UserID: p.UserID, Phone: p.Phone, Name: p.Name}
		}
	}
	t.Fatal("the playground has nobody who comes back")
	return message.Person{}
}

func TestTheRegularHasBeenHereAndTemplatesAnswerHerAgain(t *testing.T) {
	zone := shanghai(t)
	monday := time.Date(2026, 11, 16, 0, 0, 30, 0, zone)
	for day := range 7 {
		w := empty(t)
		w.now, w.keep = monday.AddDate(0, 0, day), 12*24*time.Hour
		t.Run(w.now.Weekday().String(), func(t *testing.T) {
			if err := w.fill(); err != nil {
				t.Fatal(err)
			}
			p := persona(t)
			h, err := w.store.Head(context.Background(), conversation.ID(channelID, p))
			if err != nil {
				t.Fatal(err)
			}
			if h.Contact.Person != p || h.Status != conversation.Resolved || !h.HandedOff.IsZero() || !h.WaitingSince.IsZero() {
				t.Errorf("got %+v, want her, resolved and waiting for nothing", h)
			}
			between{"days since she wrote", w.now.Sub(h.LastInbound).Hours() / 24, 2, 7}.check(t)
			talk, err := w.store.Messages(context.Background(), h.Home, time.Time{}, w.now)
			if err != nil {
				t.Fatal(err)
			}
			between{"messages", float64(len(talk)), 10, 16}.check(t)
			for _, m := range talk {
				if m.Outcome == conversation.Unanswered || m.Filter == decide.ByFallback || m.Filter == decide.ByAway {
					t.Errorf("%q was not understood: %s", m.Text, m.Filter)
				}
			}
		})
	}
}

func nobodyIsReal(t *testing.T, w *world) {
	p := persona(t)
	addresses := regexp.MustCompile(`[\w.+-]+@[\w-]+(\.[\w-]+)+`)
	people := regexp.MustCompile(`"(phone|user_id)":"([^"]*)"`)
	made := regexp.MustCompile(`^(1555010\d{4}|US\.00000000005550\d{6})$`)
	numbers := regexp.MustCompile(`\+?\d[\d ()-]{9,}\d`)
	seen := map[string]bool{}
	for _, body := range w.bodies {
		for _, a := range addresses.FindAllString(body, -1) {
			if !strings.HasSuffix(a, "@example.com") {
				t.Errorf("an address outside example.com: %s", a)
			}
		}
		for _, m := range people.FindAllStringSubmatch(body, -1) {
			seen[m[2]] = true
			if !made.MatchString(m[2]) && m[2] != p.Phone && m[2] != p.UserID {
				t.Errorf("a %s outside the made-up ranges: %s", m[1], m[2])
			}
		}
	}
	if len(seen) < 300 {
		t.Errorf("looked at %d numbers and ids, want several hundred", len(seen))
	}
	scenes, err := os.ReadFile("scenes.json")
	if err != nil {
		t.Fatal(err)
	}
	if n := numbers.Find(scenes); n != nil {
		t.Errorf("somebody says a number that could be a phone's: %s", n)
	}
}

func everyKindOccurs(t *testing.T, w *world) {
	ctx := context.Background()
	seen := map[string]int{}
	for back := range demo.Weeks + 1 {
		name, err := week.Before(week.Of(w.now, w.zone), back)
		if err != nil {
			t.Fatal(err)
		}
		days, err := week.Days(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, day := range days {
			homes, err := w.store.ActiveDay(ctx, day)
			if err != nil {
				t.Fatal(err)
			}
			for _, home := range homes {
				w.kinds(t, seen, home, day)
			}
		}
	}
	for _, kind := range []string{
		"in text", "in image", "in audio", "in interactive", "in reaction", "tapped a button", "tapped a row",
		"replied", "handed_off", "silent", "ignored", "unanswered", "welcome", "away", "fallback",
		"out filter", "out agent", "language en", "language zh-CN",
		"receipt sent", "receipt delivered", "receipt read", "receipt failed", "code 131026",
	} {
		if seen[kind] == 0 {
			t.Errorf("%s never occurs", kind)
		}
	}
}

func (w *world) kinds(t *testing.T, seen map[string]int, home, day string) {
	t.Helper()
	ctx := context.Background()
	from, to, err := week.Bounds(day, w.zone)
	if err != nil {
		t.Fatal(err)
	}
	messages, err := w.store.Messages(ctx, home, from, to)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		seen[string(m.Direction)+" "+m.Type]++
		seen[string(m.Direction)+" "+string(m.Source)]++
		seen[string(m.Outcome)]++
		seen[m.Filter]++
		seen["language "+m.Language]++
		if strings.HasPrefix(m.Choice, "menu_") {
			seen["tapped a button"]++
		}
		if strings.HasPrefix(m.Choice, "tea_") {
			seen["tapped a row"]++
		}
	}
	receipts, err := w.store.ReceiptsBetween(ctx, home, from, to)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range receipts {
		seen["receipt "+string(r.Status)]++
		for _, f := range r.Faults {
			seen[fmt.Sprint("code ", f.Code)]++
		}
	}
}
