package report_test

import (
	"errors"
	"testing"

	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
	"frontdesk/shared/week"
)

// busy is a row in which every kind of figure has something.
func busy(t *testing.T, day string) rollup.Row {
	t.Helper()
	r := rollup.Row{Day: day, Channel: "wa-main", Team: "care"}
	r.Counts = rollup.Counts{
		In: 10, Conversations: 4, Contained: 2, HandedOff: 1, Unanswered: 1, Active: 1, ActiveDay: 3, ActiveMonth: 2, New: 1,
		Answered: 4, Again: 1, Resolved: 2, Reopened: 1, FirstMet: 3, FirstBroken: 1, Sent: 8, Delivered: 6, Failed: 2, OptOuts: 1,
	}
	r.InHours[9] = 10
	r.Agents = map[string]rollup.Agent{"ana": {Messages: 2, Answers: 2, Resolved: 1}, rollup.Other: {Messages: 9}}
	var times rollup.AgentTimes
	add(t, 60_000, &times.Reply, &times.ReplyOpen, &r.Resolution, &r.ResolutionOpen)
	r.AgentTimes = map[string]rollup.AgentTimes{"ana": times}
	r.Tags = map[string]rollup.Slice{"vip": {In: 3, Conversations: 2, Contained: 1}, "new": {In: 9, Conversations: 3, HandedOff: 1}}
	r.Languages = map[string]rollup.Slice{"en": {In: 10, Conversations: 4, Contained: 2, HandedOff: 1, Unanswered: 1}}
	r.Prices = map[string]rollup.Price{"marketing": {Free: 1}, "utility": {Billable: 5, Free: 2}}
	r.Filters = map[string]int64{"price": 4}
	r.FilterHandOffs = map[string]int64{"price": 1}
	return r
}

func TestAPeriodOfAnyDays(t *testing.T) {
	rows := []rollup.Row{busy(t, "2026-11-30"), busy(t, "2026-12-01"), busy(t, "2026-12-02"), busy(t, "2026-12-11")}
	for _, c := range []struct {
		name, from, to, per string
		active, in          int64
		missing             int
	}{
		{"the beginning of a week", "2026-11-30", "2026-12-02", "week", 3, 30, 0},
		{"the beginning of a month", "2026-12-01", "2026-12-31", "month", 6, 30, 28},
		{"something else adds up days", "2026-11-29", "2026-12-11", "day", 12, 40, 9},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := report.BuildPeriod(c.from, c.to, rows, report.Options{Agents: map[string]string{"ana": "Ana"}})
			if err != nil {
				t.Fatal(err)
			}
			if got.CustomersPer != c.per || got.Figures.ActiveCustomers != c.active || got.Figures.MessagesIn != c.in || len(got.Missing) != c.missing {
				t.Errorf("got per %s, %d customers, %d messages, %d days missing", got.CustomersPer, got.Figures.ActiveCustomers, got.Figures.MessagesIn, len(got.Missing))
			}
		})
	}
}

func TestWhatAPeriodIsMadeOf(t *testing.T) {
	got, err := report.BuildPeriod("2026-11-30", "2026-11-30", []rollup.Row{busy(t, "2026-11-30")}, report.Options{Agents: map[string]string{"ana": "Ana"}})
	if err != nil {
		t.Fatal(err)
	}
	f := got.Figures
	if *f.MessagesPerCustomer != 10 || *f.AnsweredAgainShare != 0.25 || *f.ReopenedShare != 0.5 || *f.DeliveredShare != 0.6 ||
		f.Billable != 5 || f.Free != 3 || *f.SLA.FirstReply.Share != 0.75 || f.SLA.NextReply.Share != nil || f.Resolution.Count != 1 {
		t.Errorf("figures: got %+v", f)
	}
	if got.Agents[0].Name.Name != "Ana" || got.Agents[0].Reply.Count != 1 || got.Agents[1].ID != rollup.Other {
		t.Errorf("agents: got %+v, want Ana first and everybody else last, however much they wrote", got.Agents)
	}
	if got.Tags[0].ID != "new" || *got.Tags[0].HandedOffShare != 1 || got.Tags[0].Quiet != 2 || got.Languages[0].UnansweredShare == nil {
		t.Errorf("tags: got %+v", got.Tags)
	}
	if got.Costs[0].Category != "utility" || got.Filters[0].HandedOff != 1 || got.Heat[0][9] != 10 || len(got.Teams) != 1 {
		t.Errorf("got costs %+v, filters %+v, Monday %v", got.Costs, got.Filters, got.Heat[0])
	}
}

func TestAPeriodThatIsNone(t *testing.T) {
	if _, err := report.BuildPeriod("2026-12-02", "2026-12-01", nil, report.Options{}); !errors.Is(err, report.ErrOrder) {
		t.Errorf("it ends before it begins: got %v", err)
	}
	for _, days := range [][2]string{{"Monday", "2026-12-01"}, {"2026-12-01", "2026-02-30"}} {
		if _, err := report.BuildPeriod(days[0], days[1], nil, report.Options{}); !errors.Is(err, week.ErrFormat) {
			t.Errorf("%v: got %v, want ErrFormat", days, err)
		}
	}
}
