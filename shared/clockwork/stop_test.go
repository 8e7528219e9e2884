package clockwork_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/record"
	"frontdesk/shared/table"
	"frontdesk/shared/unsubscribe"
)

// link is where the mail that was sent last leads to unsubscribe.
func (w *deskWeek) link(t *testing.T) string {
	t.Helper()
	raw := string(w.sent[len(w.sent)-1].MIME)
	_, rest, _ := strings.Cut(raw, "List-Unsubscribe: <https://desk.example.com/unsubscribe/")
	token, _, ok := strings.Cut(rest, ">")
	if !ok || !strings.Contains(raw, "List-Unsubscribe-Post: List-Unsubscribe=One-Click") {
		t.Fatalf("got no link of one click in %.900s", raw)
	}
	return token
}

func TestOneClickEndsTheMailsOfOneRecipient(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.weekly.PublicURL = "https://desk.example.com"
	w.emptyWeeks(t)
	w.save(t, record.Recipient{ID: "ana"})
	if err := w.weekly.Due(ctx, w.now); err != nil {
		t.Fatal(err)
	}
	w.save(t, record.Recipient{ID: "bo"})
	token := w.link(t)
	for range 2 { // clients repeat it
		if err := w.weekly.Unsubscribe(ctx, token); err != nil {
			t.Fatal(err)
		}
	}
	ana, _ := w.store.Recipient(ctx, "ana")
	bo, _ := w.store.Recipient(ctx, "bo")
	if ana.Stopped == nil || ana.Stopped.Why != record.StopUnsubscribed || bo.Stopped != nil || ana.Version != 2 {
		t.Errorf("got ana %+v at version %d, bo %+v; want ana stopped once and bo not", ana.Stopped, ana.Version, bo.Stopped)
	}
	w.now = w.now.AddDate(0, 0, 7)
	if err := w.weekly.Run(ctx, "2026-W48"); err != nil || len(w.sent) != 2 || w.sent[1].To != "bo@example.com" {
		t.Errorf("got %v and %d mails, want the second to bo alone", err, len(w.sent))
	}
	if err := w.weekly.Unsubscribe(ctx, token[:40]+"AAA"); !errors.Is(err, unsubscribe.ErrToken) {
		t.Errorf("a link that we did not make: got %v, want ErrToken", err)
	}
	if err := w.store.DeleteRecipient(ctx, ana, record.Audit{ID: "x", At: w.now}); err != nil {
		t.Fatal(err)
	}
	if err := w.weekly.Unsubscribe(ctx, token); err != nil {
		t.Errorf("somebody who is off the list: got %v, want nothing", err)
	}
}

func TestTheLinkOfWhoHadThePlaceBeforeStopsNobodyElse(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.weekly.PublicURL = "https://desk.example.com"
	w.emptyWeeks(t)
	w.save(t, record.Recipient{ID: "boss"})
	if err := w.weekly.Due(ctx, w.now); err != nil {
		t.Fatal(err)
	}
	old := w.link(t)
	before, err := w.store.Recipient(ctx, "boss")
	if err != nil {
		t.Fatal(err)
	}
	next := before
	next.Address = "successor@example.com"
	if err := w.store.SaveRecipient(ctx, next.After(before, w.now), record.Audit{ID: "next", At: w.now}); err != nil {
		t.Fatal(err)
	}
	if err := w.weekly.Unsubscribe(ctx, old); err != nil {
		t.Errorf("got %v, want nothing: they get no more mail", err)
	}
	if got, err := w.store.Recipient(ctx, "boss"); err != nil || got.Stopped != nil {
		t.Errorf("got %+v, %v, want the successor's mail going on", got.Stopped, err)
	}
}

func TestAnAddressThatBouncedGetsNoMoreUnderAnyName(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.emptyWeeks(t)
	w.save(t, record.Recipient{ID: "ana"})
	w.save(t, record.Recipient{ID: "bo"})
	if err := w.weekly.StopAddress(ctx, "Ana@Example.com", record.StopBounced); err != nil {
		t.Fatal(err)
	}
	if err := w.weekly.StopAddress(ctx, "ana@example.com", record.StopComplained); err != nil { // the first reason stays
		t.Fatal(err)
	}
	if err := w.weekly.Due(ctx, w.now); err != nil || len(w.sent) != 1 || w.sent[0].To != "bo@example.com" {
		t.Errorf("got %v and %d mails, want one to bo", err, len(w.sent))
	}
	ana, err := w.store.Recipient(ctx, "ana")
	if err != nil || ana.Stopped == nil || ana.Stopped.Why != record.StopBounced {
		t.Errorf("got %+v, %v, want bounced", ana.Stopped, err)
	}
	entries, _, err := w.store.AuditPage(ctx, w.now, record.AuditSearch{Action: "recipient.stop"}, 10)
	if err != nil || len(entries) != 1 || entries[0].Target != "ana" || string(entries[0].New) != `"bounced"` {
		t.Errorf("got %+v in the audit, %v, want one stop", entries, err)
	}
}

// busy is a table in which an admin saves a recipient just before the next transaction.
type busy struct {
	table.Table
	first *func()
}

func (b busy) Transact(ctx context.Context, writes ...table.Write) error {
	if f := *b.first; f != nil {
		*b.first = nil
		f()
	}
	return b.Table.Transact(ctx, writes...)
}

func TestAStopMeetsAnAdminWhoSavesTheSameRecipient(t *testing.T) {
	for _, tt := range []struct {
		name, address string
		want          bool
	}{{"their hour: the stop stays", "ana@example.com", true}, {"another address: nothing is known of that", "new@example.com", false}} {
		t.Run(tt.name, func(t *testing.T) {
			w, ctx := newWeek(t), context.Background()
			w.save(t, record.Recipient{ID: "ana"})
			healthy := w.store.Table
			edit := func() {
				r := record.Recipient{ID: "ana", Address: tt.address, Language: "en", Hour: hour(9), Version: 1}
				if err := record.New(healthy).SaveRecipient(ctx, r, record.Audit{ID: "edit", At: w.now}); err != nil {
					t.Error(err)
				}
			}
			w.store.Table = busy{healthy, &edit}
			if err := w.weekly.StopAddress(ctx, "ana@example.com", record.StopBounced); err != nil {
				t.Fatal(err)
			}
			r, err := w.store.Recipient(ctx, "ana")
			if err != nil || (r.Stopped != nil) != tt.want || r.Hour == nil || r.Address != tt.address {
				t.Errorf("got %+v, %v, want stopped %v with the admin's changes", r, err, tt.want)
			}
		})
	}
}

func TestWhoComesBackWaitsForTheNextMail(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	was := now.AddDate(0, -1, 0)
	stop := &record.Stop{Why: record.StopBounced, At: was}
	tests := []struct {
		name     string
		old, new record.Recipient
		since    time.Time
		stopped  bool
	}{
		{"new on the list", record.Recipient{}, record.Recipient{Address: "a@example.com"}, now, false},
		{"another hour", record.Recipient{Address: "a@example.com", Since: was, Version: 1}, record.Recipient{Address: "a@example.com", Hour: hour(9)}, was, false},
		{"off", record.Recipient{Address: "a@example.com", Since: was, Version: 1}, record.Recipient{Address: "a@example.com", Off: true}, was, false},
		{"on again", record.Recipient{Address: "a@example.com", Since: was, Version: 1, Off: true}, record.Recipient{Address: "a@example.com"}, now, false},
		{"saved again at an address that bounced: still stopped", record.Recipient{Address: "a@example.com", Since: was, Version: 1, Stopped: stop}, record.Recipient{Address: "A@example.com"}, was, true},
		{"another address after one that bounced", record.Recipient{Address: "a@example.com", Since: was, Version: 1, Stopped: stop}, record.Recipient{Address: "b@example.com"}, now, false},
	}
	for _, tt := range tests {
		if got := tt.new.After(tt.old, now); !got.Since.Equal(tt.since) || (got.Stopped != nil) != tt.stopped {
			t.Errorf("%s: got since %s, stopped %v, want %s, %v", tt.name, got.Since, got.Stopped, tt.since, tt.stopped)
		}
	}
}
