package clockwork_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/record"
	"frontdesk/shared/report"
)

// tamper makes the stored rows of a day those of an older definition.
func (w *deskWeek) tamper(t *testing.T, day string) {
	t.Helper()
	rows := []record.KPIRow{{Day: day, Channel: "wa-main", Body: json.RawMessage(`{"day":"` + day + `","channel":"wa-main","in":77}`)}}
	if err := w.store.ReplaceDay(context.Background(), "2026-W47", day, rows); err != nil {
		t.Fatal(err)
	}
}

func (w *deskWeek) messagesIn(t *testing.T) int64 {
	t.Helper()
	got, err := w.weekly.Report(context.Background(), "2026-W47", report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return got.Figures.MessagesIn
}

func TestAChangedDefinitionIsAppliedToTheDaysThatAreKept(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.chat(t, 1, time.Date(2026, 11, 17, 10, 0, 0, 0, w.rollup.Zone))
	w.chat(t, 2, time.Date(2026, 11, 19, 10, 0, 0, 0, w.rollup.Zone))
	w.tamper(t, "2026-11-17")
	w.tamper(t, "2026-11-19")
	w.store.Keep = 6 * 24 * time.Hour // Tuesday is not kept any more, Thursday is
	var told []string
	for range 2 { // repeating it changes nothing
		told = nil
		got, err := w.rollup.Redo(ctx, "", "", time.Time{}, func(day string) { told = append(told, day) })
		if err != nil {
			t.Fatal(err)
		}
		want := report.Redone{Done: []string{"2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"}, Expired: []string{"2026-11-17", "2026-11-18"}}
		if d := cmp.Diff(want, got) + cmp.Diff(want.Done, told); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		if n := w.messagesIn(t); n != 77+1 {
			t.Errorf("got %d messages, want 77 of the day that is left alone and 1 of the other", n)
		}
	}
}

func TestRollingUpAgainGoesOnWhereTimeRanOut(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.emptyWeeks(t)
	from, days := "2026-11-17", []string{}
	for range 10 {
		got, err := w.rollup.Redo(ctx, from, "2026-11-20", w.now.Add(-time.Second), func(string) {})
		if err != nil {
			t.Fatal(err)
		}
		days = append(days, got.Done...)
		if from = got.Next; from == "" {
			break
		}
	}
	if d := cmp.Diff([]string{"2026-11-17", "2026-11-18", "2026-11-19", "2026-11-20"}, days); d != "" {
		t.Errorf("one day at a time (-want +got):\n%s", d)
	}
	if got, err := w.rollup.Redo(ctx, "2026-11-20", "2026-12-31", time.Time{}, func(string) {}); err != nil || len(got.Done) != 3 {
		t.Errorf("got %v, %v, want the three days that are over", got.Done, err)
	}
	for _, day := range []string{"Monday", "2026", "0000-00-00"} {
		if _, err := w.rollup.Redo(ctx, day, "", time.Time{}, func(string) {}); err == nil {
			t.Errorf("%s, which is no day: want an error", day)
		}
	}
}

func TestRollingUpAgainBeginsNoEarlierThanTheFirstDayThatHasFigures(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	if got, err := w.rollup.Redo(ctx, "0001-01-03", "", time.Time{}, func(string) {}); err != nil || len(got.Done)+len(got.Expired) != 0 {
		t.Errorf("before the first night: got %d done and %d expired, %v, want none", len(got.Done), len(got.Expired), err)
	}
	w.tamper(t, "2026-11-19")
	for keep, want := range map[time.Duration]report.Redone{
		0:              {Done: []string{"2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"}, Expired: []string{}},
		72 * time.Hour: {Done: []string{"2026-11-22"}, Expired: []string{"2026-11-19", "2026-11-20", "2026-11-21"}},
	} {
		w.store.Keep = keep
		got, err := w.rollup.Redo(ctx, "0001-01-03", "", time.Time{}, func(string) {})
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("kept for %s: %v (-want +got):\n%s", keep, err, d)
		}
	}
}

// A receipt that comes after the messages have expired marks a day whose rows are the last word.
func TestExpiringChangesNoReport(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.chat(t, 1, time.Date(2026, 11, 17, 10, 0, 0, 0, w.rollup.Zone))
	if err := w.rollup.Nightly(ctx, w.now); err != nil {
		t.Fatal(err)
	}
	before, err := w.weekly.Report(ctx, "2026-W47", report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.store.Keep = 30 * 24 * time.Hour
	w.now = w.now.AddDate(0, 2, 0) // all of it has expired
	if err := w.store.MarkDay(ctx, "2026-11-17", "0"); err != nil {
		t.Fatal(err)
	}
	if err := w.rollup.Nightly(ctx, w.now); err != nil {
		t.Fatal(err)
	}
	after, err := w.weekly.Report(ctx, "2026-W47", report.Options{})
	if d := cmp.Diff(before, after); err != nil || d != "" {
		t.Errorf("%v (-before +after):\n%s", err, d)
	}
}

func TestMovingTheTimeZoneTakesNothingOutOfDays(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.chat(t, 1, time.Date(2026, 11, 18, 1, 0, 0, 0, w.rollup.Zone)) // still the 17th in Berlin
	w.emptyWeeks(t)
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, zone := range []*time.Location{w.rollup.Zone, berlin} {
		w.rollup.Zone = zone
		if _, err := w.rollup.Redo(ctx, "2026-11-16", "2026-11-20", time.Time{}, func(string) {}); err != nil {
			t.Fatal(err)
		}
		got, err := w.weekly.Report(ctx, "2026-W47", report.Options{})
		if err != nil || got.Days[2].MessagesIn != 1 || got.Figures.MessagesIn != 1 {
			t.Errorf("in %s: got %d messages, %d of them on Wednesday, %v; want the one where it was counted", zone, got.Figures.MessagesIn, got.Days[2].MessagesIn, err)
		}
	}
}
