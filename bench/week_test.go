package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/conversation"
	"frontdesk/shared/live"
	"frontdesk/shared/mail"
	"frontdesk/shared/record"
	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
	"frontdesk/shared/table/dynamo"
	"frontdesk/shared/week"
)

// reportWeek is the week that benchmarks report on; rolledDay is a day in it.
const (
	reportWeek = "2026-W47"
	rolledDay  = "2026-11-18"
)

// teams is how many rows there are for each day.
var teams = []string{"", "sales", "support"}

// company gives a store everything that the nightly and the weekly job read: one
// day of conversations, rows for every day of the weeks that a report looks at,
// and somebody to mail to.
func company(tb testing.TB, s *record.Store, conversations int) {
	tb.Helper()
	publish(tb, s)
	at, err := time.Parse(time.RFC3339, rolledDay+"T02:00:00Z")
	if err != nil {
		tb.Fatal(err)
	}
	c := newCounter(tb, s, at)
	for n := range conversations {
		c.now = at.Add(time.Duration(n) * time.Minute)
		c.serve(inbound(n, n, c.now, texts[n%len(texts)].text))
		receive(c, s, c.now.Add(3*time.Second))
	}
	roll := &clockwork.Rollup{Store: s, Zone: c.desk.Zone, Now: func() time.Time { return at.AddDate(0, 0, 1) }, Log: slog.New(slog.DiscardHandler)}
	if err := roll.Day(tb.Context(), rolledDay); err != nil {
		tb.Fatal(err)
	}
	spread(tb, s)
	audit := record.Audit{ID: conversation.NewID(at, []byte("boss")), At: at, Who: "bench", Action: "recipient"}
	if err := s.SaveRecipient(tb.Context(), record.Recipient{ID: "boss", Address: "boss@example.com", Language: "en"}, audit); err != nil {
		tb.Fatal(err)
	}
}

// spread copies the rolled day to every day of the weeks of a report, for each team.
func spread(tb testing.TB, s *record.Store) {
	tb.Helper()
	rolled, err := s.KPIRows(tb.Context(), reportWeek)
	if err != nil || len(rolled) == 0 {
		tb.Fatalf("got rows %v, %v, want the rolled day's", rolled, err)
	}
	var row rollup.Row
	if err := json.Unmarshal(rolled[0].Body, &row); err != nil {
		tb.Fatal(err)
	}
	last, err := time.Parse(time.DateOnly, "2026-11-22") // the Sunday of the week
	if err != nil {
		tb.Fatal(err)
	}
	for back := range 7 * report.Weeks {
		row.Day = last.AddDate(0, 0, -back).Format(time.DateOnly)
		name, err := week.OfDay(row.Day)
		if err != nil {
			tb.Fatal(err)
		}
		var rows []record.KPIRow
		for _, row.Team = range teams {
			body, err := json.Marshal(row)
			if err != nil {
				tb.Fatal(err)
			}
			rows = append(rows, record.KPIRow{Day: row.Day, Channel: row.Channel, Team: row.Team, Body: body})
		}
		if err := s.ReplaceDay(tb.Context(), name, row.Day, rows); err != nil {
			tb.Fatal(err)
		}
	}
}

// mailWeek mails one week and returns what that read and wrote.
func mailWeek(tb testing.TB) (rows int, u used) {
	tb.Helper()
	var m meter
	counting := &bill{Table: emulator.Table(tb, dynamo.Options{Meter: m.add})}
	s := record.New(counting)
	company(tb, s, len(texts))
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		tb.Fatal(err)
	}
	mails := 0
	job := &clockwork.Weekly{
		Store: s, Live: &live.Cache{Store: s}, Zone: zone, From: "Frontdesk <desk@example.com>", Now: func() time.Time { return time.Date(2026, 11, 23, 8, 0, 0, 0, zone) }, Log: slog.New(slog.DiscardHandler),
		Send: func(context.Context, mail.Envelope) error { mails++; return nil },
	}
	counting.take()
	m.take()
	if err := job.Run(tb.Context(), reportWeek); err != nil || mails != 1 {
		tb.Fatalf("got %d mails, %v, want one", mails, err)
	}
	return counting.take().rows, m.take()
}

// A week's mail reads the rows of its eight weeks and nothing of any message.
func TestAWeeklyReportReadsKPIRowsOnly(t *testing.T) {
	rows, u := mailWeek(t)
	if want := 7 * report.Weeks * len(teams); rows != want {
		t.Errorf("got %d KPI rows read, want %d", rows, want)
	}
	// Recipients, eight weeks, the channels' own figures, what no template answered, the live
	// playbook's number and its text, and which versions there were.
	if want := 1 + report.Weeks + 5; u.reads > want || u.writes != 2 {
		t.Errorf("got %d reads and %d writes, want at most %d and 2", u.reads, u.writes, want)
	}
}

func weekly(tb testing.TB, s *sheet) {
	rows, u := mailWeek(tb)
	s.table(fmt.Sprintf("Weekly report and mail: %d weeks, one channel, %d teams, one recipient", report.Weeks, len(teams)), [][]string{
		{"KPI rows read", "reads", "writes", "read units", "write units"},
		{fmt.Sprint(rows), fmt.Sprint(u.reads), fmt.Sprint(u.writes), units(u.readUnits), units(u.writeUnits)}})
}
