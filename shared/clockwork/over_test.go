package clockwork_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/record"
)

func TestAWeekIsMailedFromTheMondayAfterItOn(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.recipient(t, "ana", "en")
	for _, now := range []time.Time{
		time.Date(2026, 10, 1, 12, 0, 0, 0, w.rollup.Zone), time.Date(2026, 11, 19, 12, 0, 0, 0, w.rollup.Zone), time.Date(2026, 11, 22, 23, 59, 0, 0, w.rollup.Zone),
	} {
		w.now = now
		_, sent := w.weekly.SendWeek(ctx, "2026-W47")
		if run := w.weekly.Run(ctx, "2026-W47"); !errors.Is(run, clockwork.ErrNotOver) || !errors.Is(sent, clockwork.ErrNotOver) {
			t.Errorf("at %s: got %v and %v, want ErrNotOver", now, run, sent)
		}
	}
	w.now = time.Date(2026, 11, 23, 0, 0, 0, 0, w.rollup.Zone)
	if mails, err := w.weekly.SendWeek(ctx, "2026-W47"); err != nil || len(mails) != 1 || len(w.sent) != 1 {
		t.Errorf("when it is over: got %v, %v and %d mails sent, want the first and only one", mails, err, len(w.sent))
	}
}

func TestNoMailOfAWeekWhoseFiguresAreMissingAndCannotBeMade(t *testing.T) {
	w, ctx := newWeek(t), context.Background()
	w.recipient(t, "ana", "en")
	w.weekly.RollUp = nil
	if mails, err := w.weekly.SendWeek(ctx, "2026-W47"); !errors.Is(err, clockwork.ErrMissing) || len(mails) != 0 {
		t.Errorf("got %v, %v, want ErrMissing and nothing claimed", mails, err)
	}
	w.emptyWeeks(t)
	if mails, err := w.weekly.SendWeek(ctx, "2026-W47"); err != nil || len(mails) != 1 || mails[0].State != record.MailSent {
		t.Errorf("when the figures are there: got %v, %v, want one mail", mails, err)
	}
}
