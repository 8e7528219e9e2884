package figures_test

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/live"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
)

// The whole way: a day at WeCom, fetched, in the week's report and its mail.
func TestTheWeeklyMailShowsWhatWasFetched(t *testing.T) {
	o := newOffice(t)
	o.busyDay()
	o.at("2026-11-23 07:30")
	o.due()
	o.work()
	weekly := &clockwork.Weekly{
		Store: o.store, Live: &live.Cache{Store: o.store}, Channels: map[string]string{"kf-main": "Tea house"}, Zone: china, From: "desk@example.com",
		Now: o.clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), RollUp: func(context.Context, string) error { return nil },
	}
	w, err := weekly.Report(t.Context(), "2026-W47", report.Options{})
	o.must(err)
	if len(w.Own) != 2 || w.Own[0].Name.Name != "Tea house" || w.Own[0].Service.Messages != 2 || w.Own[1].Contact.Added != 1 {
		t.Errorf("got %+v, want the account and the app", w.Own)
	}
	m, err := weekly.Compose(t.Context(), "2026-W47", record.Recipient{ID: "ana", Address: "ana@example.com", Language: "en"})
	o.must(err)
	// Sunday may still be filled in, so a Sunday on which nothing happened is no day yet.
	for _, want := range []string{"WeCom's own figures", "Tea house (5 of 7 days)", "Messages from customers: Ours –; WeCom 2"} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("want %q in\n%s", want, m.Text)
		}
	}
	team, err := weekly.Report(t.Context(), "2026-W47", report.Options{Team: "care"})
	o.must(err)
	if len(team.Own) != 0 {
		t.Errorf("a team: got %+v, want nothing of the whole account", team.Own)
	}
}
