package clockwork_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/report"
	"frontdesk/shared/table"
)

// A desk that is too busy to be read at once has no figures of today before the night, and
// that is found out by one short read.
func TestADayThatIsTooBusyIsNotReadAtOnce(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.chat(t, 1, w.now)
	ask := func() (report.Period, int64) {
		w.reads.Store(0)
		got, err := w.weekly.Period(ctx, "2026-11-23", "2026-11-23", report.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return got, w.reads.Load()
	}
	if got, _ := ask(); got.Live == nil || got.Live.TooBusy || len(got.Missing) != 0 || got.Figures.MessagesIn == 0 {
		t.Errorf("got %+v, %v missing, %d messages, want the figures so far", got.Live, got.Missing, got.Figures.MessagesIn)
	}
	for i := range 130 {
		key := table.Key{PK: "DAY#2026-11-23#00", SK: fmt.Sprintf("0%025d", i)}
		if err := w.store.Table.Put(ctx, table.Item{Key: key, Body: "{}"}, table.Condition{}); err != nil {
			t.Fatal(err)
		}
	}
	got, items := ask()
	if got.Live == nil || !got.Live.TooBusy || len(got.Missing) != 1 || items > 130 {
		t.Errorf("got %+v, %v missing, %d items read, want it told and little read", got.Live, got.Missing, items)
	}
}

// After a move to the west it is once more a day that was rolled up in the old zone.
func TestTodayCountsOnceAfterTheCompanyMovedWest(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.chat(t, 1, time.Date(2026, 11, 22, 20, 0, 0, 0, w.rollup.Zone))
	w.emptyWeeks(t) // it is the 23rd in Shanghai: the 22nd is rolled up
	la, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	w.weekly.Zone = la // where it is the 22nd still
	ask := func() report.Period {
		t.Helper()
		got, err := w.weekly.Period(ctx, "2026-11-22", "2026-11-22", report.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := ask(); got.Live == nil || got.Live.TooBusy || got.Figures.MessagesIn != 1 {
		t.Errorf("got %+v and %d messages, want the one counted once", got.Live, got.Figures.MessagesIn)
	}
	for i := range 130 {
		key := table.Key{PK: "DAY#2026-11-22#00", SK: fmt.Sprintf("0%025d", i)}
		if err := w.store.Table.Put(ctx, table.Item{Key: key, Body: "{}"}, table.Condition{}); err != nil {
			t.Fatal(err)
		}
	}
	if got := ask(); got.Live == nil || !got.Live.TooBusy || got.Figures.MessagesIn != 1 {
		t.Errorf("too busy to be read at once: got %+v and %d messages, want the stored one", got.Live, got.Figures.MessagesIn)
	}
}

func TestAPeriodHasBounds(t *testing.T) {
	w := newWeek(t)
	for _, c := range []struct {
		from, to string
		want     error
	}{
		{"2026-11-02", "2026-11-01", report.ErrOrder}, {"2025-01-01", "2026-02-05", clockwork.ErrLong}, {"2025-01-01", "2026-02-04", nil},
	} {
		if _, err := w.weekly.Period(t.Context(), c.from, c.to, report.Options{}); !errors.Is(err, c.want) {
			t.Errorf("%s to %s: got %v, want %v", c.from, c.to, err, c.want)
		}
	}
}
