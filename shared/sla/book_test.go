package sla_test

import (
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/playbook"
	"frontdesk/shared/sla"
)

func TestWhatATeamPromises(t *testing.T) {
	p := &playbook.Playbook{Teams: []playbook.Team{
		{ID: "sales", Calendar: "care"},
		{ID: "care", Calendar: "care", SLA: &playbook.SLA{First: "30m", Next: "1h30m", Resolve: "8h", Warn: "5m"}},
		{ID: "tea", SLA: &playbook.SLA{Next: "45s"}},
		{ID: "empty", SLA: &playbook.SLA{Warn: "5m"}},
	}}
	for _, c := range []struct {
		team string
		want sla.Promise
	}{
		{"care", sla.Promise{First: 30 * time.Minute, Next: 90 * time.Minute, Resolve: 8 * time.Hour, Warn: 5 * time.Minute, Calendar: "care"}},
		{"tea", sla.Promise{Next: 45 * time.Second}},
		{"empty", sla.Promise{Warn: 5 * time.Minute}},
		{"sales", sla.Promise{}},
		{"who is gone", sla.Promise{}},
		{"", sla.Promise{}},
	} {
		got := sla.Of(p, hours(t), c.team)
		if got.Promise != c.want || got.Empty() != (c.want.First+c.want.Next+c.want.Resolve == 0) {
			t.Errorf("%q: got %+v, want %+v", c.team, got.Promise, c.want)
		}
	}
}

func TestATeamWithoutACalendarPromisesByTheClock(t *testing.T) {
	p := &playbook.Playbook{Teams: []playbook.Team{{ID: "tea", SLA: &playbook.SLA{First: "1h", Resolve: "3h"}}}}
	k := newTalk(sla.Of(p, hours(t), "tea"))
	k.writes(clock(23, 0)) // the calendars of these tests are closed
	k.answers(clock(23, 50))
	if want := 50 * time.Minute; k.head.Watch.Spent != want.Milliseconds() {
		t.Errorf("got %d ms spent, want %v", k.head.Watch.Spent, want)
	}
	k.writes(clock(24, 0))
	wantEvents(t, k.look(clock(26, 9)))
	wantEvents(t, k.look(clock(26, 10)), broken(sla.Resolve, clock(26, 10)))
	if k.head.Watch.Resolve != conversation.Broken {
		t.Errorf("got %v, want it noted as told", k.head.Watch.Resolve)
	}
}

func TestAPromiseIsKeptInTheHoursThatTheFiguresUse(t *testing.T) {
	p := playbook.Playbook{Away: &playbook.Moment{Calendar: "shop"}, Teams: []playbook.Team{{ID: "care", SLA: &playbook.SLA{First: "1h"}}}}
	if got := sla.Of(&p, nil, "care").Promise.Calendar; got != "shop" {
		t.Errorf("got calendar %q, want the company's for a team without one", got)
	}
}
