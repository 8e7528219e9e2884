package clockwork_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/report"
)

func TestAWeekThatHasNotBegunIsMailedToNobody(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.recipient(t, "ana", "en")
	for _, now := range []time.Time{time.Date(2026, 10, 1, 12, 0, 0, 0, w.rollup.Zone), time.Date(2026, 11, 15, 23, 59, 0, 0, w.rollup.Zone)} {
		w.now = now
		_, sent := w.weekly.SendWeek(ctx, "2026-W47")
		if run := w.weekly.Run(ctx, "2026-W47"); !errors.Is(run, clockwork.ErrNotBegun) || !errors.Is(sent, clockwork.ErrNotBegun) {
			t.Errorf("at %s: got %v and %v, want ErrNotBegun", now, run, sent)
		}
	}
	w.now = time.Date(2026, 11, 23, 0, 0, 0, 0, w.rollup.Zone)
	if mails, err := w.weekly.SendWeek(ctx, "2026-W47"); err != nil || len(mails) != 1 || len(w.sent) != 1 {
		t.Errorf("when it is over: got %v, %v and %d mails sent, want the first and only one", mails, err, len(w.sent))
	}
}

func TestAWeekThatIsNotOverIsMailedAsFarAsItGoes(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.recipient(t, "ana", "en")
	w.now = time.Date(2026, 11, 19, 12, 0, 0, 0, w.rollup.Zone)
	if err := w.weekly.Run(ctx, "2026-W47"); err != nil || len(w.sent) != 1 {
		t.Fatalf("got %v and %d mails, want one", err, len(w.sent))
	}
	got, err := w.weekly.Report(ctx, "2026-W47", report.Options{})
	if err != nil || len(got.Missing) != 4 {
		t.Errorf("got missing %v, %v, want Thursday to Sunday", got.Missing, err)
	}
}
