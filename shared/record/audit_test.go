package record_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/conversation"
	"frontdesk/shared/record"
)

func TestWhatAnAuditEntryDoesNotKeep(t *testing.T) {
	for in, want := range map[string]string{
		"call +16505551234 today":                "call •••1234 today",
		"电话13800138000。":                         "电话•••8000。",
		"138 0013 8000":                          "•••8000",
		"+1 (650) 555-1234":                      "•••1234",
		"(650) 555-1234":                         "•••1234",
		"2026-11-22":                             "2026-11-22",
		"2026-11-22T21:30:00+08:00":              "2026-11-22T21:30:00+08:00",
		"2026-11-22 21":                          "2026-11-22 21",
		"09:00-18:00":                            "09:00-18:00",
		"2000730679e531b87f36":                   "2000730679e531b87f36",
		"su32sr79nltq5o4n7l62kdddjg":             "su32sr79nltq5o4n7l62kdddjg",
		"order 12345678":                         "order 12345678",
		"https://example.com/send?key=abc-1&a=b": "https://example.com/send?key=•••&a=b",
		"https://example.com/?a=b&Token=s3cr3t":  "https://example.com/?a=b&Token=•••",
	} {
		if got := record.Clean(in); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

func TestAnAuditEntryHoldsNoSecretAndNoNumber(t *testing.T) {
	s := open(t)
	value := json.RawMessage(`{"text": "call 13800138000", "n": 13800138000.50, "to": ["+4915112345678"], "signing_secret": "abc", "old": {"token": ["a", "b"], "secret": ""}, "on": true, "none": null}`)
	entry := record.Audit{ID: conversation.NewID(noon, []byte("a")), At: noon, Who: "+16505551234", Where: "203.0.113.104", Action: "x", Target: "16505551234", Old: value, New: value}
	if err := s.Log(t.Context(), entry); err != nil {
		t.Fatal(err)
	}
	got, _, err := s.AuditPage(t.Context(), noon, record.AuditSearch{From: noon, Who: "+16505551234"}, 10)
	if err != nil || len(got) != 1 {
		t.Fatalf("got %v, %v, want it found under the name that was given", got, err)
	}
	const want = `{"n":13800138000.50,"none":null,"old":{"secret":"","token":"•••"},"on":true,"signing_secret":"•••","text":"call •••8000","to":["•••5678"]}`
	if string(got[0].Old) != want || string(got[0].New) != want || got[0].Who != "•••1234" || got[0].Target != "•••1234" || got[0].Where != "203.0.113.104" {
		t.Errorf("got %s and %+v, want %s", got[0].Old, got[0], want)
	}
}

func TestSearchingTheAudit(t *testing.T) {
	s := open(t)
	log := func(at time.Time, who, action, target string) {
		t.Helper()
		id := conversation.NewID(at, []byte(target))
		if err := s.Log(t.Context(), record.Audit{ID: id, At: at, Who: who, Action: action, Target: target}); err != nil {
			t.Fatal(err)
		}
	}
	const months = 5
	for back := range months {
		at := time.Date(2026, time.Month(11-back), 1, 0, 0, 0, 0, time.UTC)
		for i := range 30 {
			who := []string{"li", "wei", "mia"}[i%3]
			log(at.Add(time.Duration(i)*time.Hour), who, "filter.save", fmt.Sprintf("f%d-%02d", back, i))
		}
	}
	all := func(q record.AuditSearch, limit int) (found []string) {
		for rounds := 0; rounds < 1000; rounds++ {
			page, next, err := s.AuditPage(t.Context(), noon, q, limit)
			if err != nil || len(page) > limit {
				t.Fatalf("got %d, %v", len(page), err)
			}
			for _, a := range page {
				found = append(found, a.Target)
			}
			if q.Before = next; next == "" {
				return found
			}
		}
		t.Fatal("the pages do not end")
		return nil
	}
	year := record.AuditSearch{From: noon.AddDate(-1, 0, 0)}
	rapid.Check(t, func(r *rapid.T) {
		limit := rapid.IntRange(4, 40).Draw(r, "limit")
		q := year
		want := 30 * months
		if rapid.Bool().Draw(r, "by who") {
			q.Who, want = "wei", 10*months
		}
		got := all(q, limit)
		seen := map[string]bool{}
		for i, id := range got {
			if seen[id] || i > 0 && strings.Compare(got[i-1][:2], id[:2]) > 0 {
				r.Fatalf("got %s at %d: twice, or older before newer", id, i)
			}
			seen[id] = true
		}
		if len(got) != want {
			r.Fatalf("got %d entries by pages of %d, want %d", len(got), limit, want)
		}
	})
	q := year
	q.Target = "f4-07"
	if got := all(q, 10); len(got) != 1 {
		t.Errorf("got %v, want the one of four months ago", got)
	}
	if q.Who = "mia"; len(all(q, 10)) != 0 {
		t.Error("got what somebody else did")
	}
	if got := all(record.AuditSearch{From: noon, Action: "filter.save"}, 10); len(got) != 30 {
		t.Errorf("got %d of one month, want 30", len(got))
	}
	if got := all(record.AuditSearch{From: noon, Action: "filter"}, 10); len(got) != 0 {
		t.Error("got entries of an action that there is not")
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{"+16505551234", "138 0013 8000", "2026-11-22T21:30:00+08:00", "((((", "+", "?key=", "1-1-1-1-1-1-1-1-1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := record.Clean(text)
		if again := record.Clean(once); again != once {
			t.Errorf("got %q, and cleaned again %q", once, again)
		}
	})
}
