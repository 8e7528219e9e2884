package report_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
	"frontdesk/shared/week"
)

func number[T any](v T) *T { return &v }

func kfDay(day string, d rollup.ServiceDay) rollup.ChannelDay {
	return rollup.ChannelDay{Day: day, Channel: "kf-main", Service: &d}
}

func own(t *testing.T, o report.Options, days ...rollup.ChannelDay) []report.Own {
	t.Helper()
	got, err := report.OwnFigures("2026-W47", days, o)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Messages and sessions add up over days, people and ratios do not.
func TestAWeekOfACustomerServiceAccount(t *testing.T) {
	got := own(t, names,
		kfDay("2026-11-17", rollup.ServiceDay{Sessions: 5, BotSessions: 4, Messages: 20, Customers: 5, Rejected: 1, ToPeople: number(0.5), Servicers: rollup.ServicersDay{
			Sessions: 2, Messages: 9, Customers: 2, ReplyRate: number(1.0), FirstReply: number(int64(45_000)), Asked: 3, Rated: 2, Satisfied: 2}}),
		kfDay("2026-11-16", rollup.ServiceDay{Sessions: 3, BotSessions: 3, Messages: 7, Customers: 2, ToPeople: number(0.25), Servicers: rollup.ServicersDay{
			Sessions: 1, ReplyRate: number(0.5), FirstReply: number(int64(12_000)), Asked: 2, Rated: 1}}),
		kfDay("2026-11-18", rollup.ServiceDay{}),                 // nothing happened: no ratio
		rollup.ChannelDay{Day: "2026-11-19", Channel: "kf-main"}, // no figures yet
		kfDay("2026-11-15", rollup.ServiceDay{Messages: 1000}),   // the week before
	)
	want := []report.Own{{Name: report.Name{ID: "kf-main", Name: "kf-main"}, Days: 3, Service: &report.OwnService{
		Messages: 27, Sessions: 8, BotSessions: 7, Customers: report.Daily{Mean: 7.0 / 3, Most: 5}, Rejected: report.Daily{Mean: 1.0 / 3, Most: 1},
		ToPeople: &report.Spread{Low: 0.25, High: 0.5, Days: 2}, PeopleSessions: 3,
		ReplyRate: &report.Spread{Low: 0.5, High: 1, Days: 2}, FirstReply: &report.Spread{Low: 12_000, High: 45_000, Days: 2},
		Asked: 5, Rated: 3, Satisfied: 2, SatisfiedShare: number(2.0 / 3),
	}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestAWeekOfCustomerContact(t *testing.T) {
	got := own(t, report.Options{Channels: map[string]string{"app-main": "Sales app"}},
		rollup.ChannelDay{Day: "2026-11-18", Channel: "app-main",
			Contact: &rollup.ContactDay{Chats: 4, Messages: 9, ReplyRate: number(0.8), FirstReply: number(int64(120_000)), Applied: 1, Added: 2, Lost: 1},
			Groups:  &rollup.GroupDay{NewChats: 1, NewMembers: 4, Chats: 6, Members: 60, Messages: 500}},
		rollup.ChannelDay{Day: "2026-11-16", Channel: "app-main",
			Contact: &rollup.ContactDay{Chats: 2, Messages: 3, Added: 1},
			Groups:  &rollup.GroupDay{NewChats: 1, NewMembers: 2, Chats: 5, Members: 56, Messages: 400}})
	want := []report.Own{{Name: report.Name{ID: "app-main", Name: "Sales app"}, Days: 2,
		Contact: &report.OwnContact{Chats: report.Daily{Mean: 3, Most: 4}, Messages: 12, ReplyRate: &report.Spread{Low: 0.8, High: 0.8, Days: 1},
			FirstReply: &report.Spread{Low: 120_000, High: 120_000, Days: 1}, Applied: 1, Added: 3, Lost: 1},
		Groups: &report.OwnGroups{NewChats: 2, NewMembers: 6, Chats: 6, Members: 60},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestWhoseOwnFiguresAreShown(t *testing.T) {
	days := []rollup.ChannelDay{
		kfDay("2026-11-16", rollup.ServiceDay{Messages: 1}), {Day: "2026-11-16", Channel: "kf-other", Service: &rollup.ServiceDay{Messages: 2}},
		{Day: "2026-11-16", Channel: "kf-new"}, {Day: "2026-11-16", Channel: "app-main", Contact: &rollup.ContactDay{Messages: 9}},
	}
	for _, tt := range []struct {
		name string
		o    report.Options
		want []string
	}{
		{"the whole company: every channel that has any, the busiest account first", report.Options{}, []string{"kf-other", "kf-main", "app-main"}},
		{"one channel", report.Options{Channel: "kf-other"}, []string{"kf-other"}},
		{"a team: none, because WeCom does not know our teams", report.Options{Team: "sales"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, o := range own(t, tt.o, days...) {
				got = append(got, o.ID)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	if _, err := report.OwnFigures("2026-47", days, report.Options{}); !errors.Is(err, week.ErrFormat) {
		t.Errorf("got %v, want ErrFormat", err)
	}
}
