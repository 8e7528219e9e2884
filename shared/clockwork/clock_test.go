package clockwork_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"testing"
	"time"

	"frontdesk/shared/clockwork"
)

func TestWhatRunsWhen(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	tests := []struct {
		name  string
		ticks []string
		want  []string
	}{
		{"before the night's hour: nothing", []string{"2026-11-18 03:09"}, nil},
		{"once a night and a week, however many ticks", []string{"2026-11-18 03:10", "2026-11-18 03:11", "2026-11-18 23:59"}, []string{"rollup 18", "mail 2026-W46"}},
		{"a start in the afternoon catches up", []string{"2026-11-18 15:00"}, []string{"rollup 18", "mail 2026-W46"}},
		{"Monday at eight: the week that ended", []string{"2026-11-23 07:59", "2026-11-23 08:00", "2026-11-23 08:01"}, []string{"rollup 23", "mail 2026-W47"}},
		{"a machine that was off on Monday mails on Tuesday", []string{"2026-11-24 09:00", "2026-11-24 09:01"}, []string{"rollup 24", "mail 2026-W47"}},
		{"no mail before the night's rollup", []string{"2026-11-25 02:00"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			c := clock(zone, &got)
			for _, tick := range tt.ticks {
				c.Tick(context.Background(), at(tick))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func clock(zone *time.Location, got *[]string) *clockwork.Clock {
	return &clockwork.Clock{
		Zone: zone, Now: time.Now, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Minute: func(context.Context) error { return nil },
		Mails:  func(context.Context, time.Time) error { return nil },
		Nightly: func(_ context.Context, at time.Time) error {
			*got = append(*got, at.In(zone).Format("rollup 2"))
			return nil
		},
		Weekly: func(_ context.Context, w string) error {
			*got = append(*got, "mail "+w)
			return nil
		},
	}
}

func TestAFailedNightIsTriedAgain(t *testing.T) {
	zone := time.UTC
	var got []string
	c := clock(zone, &got)
	tries := 0
	c.Nightly = func(context.Context, time.Time) error {
		if tries++; tries == 1 {
			return errors.New("the table is busy")
		}
		return nil
	}
	for minute := range 40 {
		c.Tick(context.Background(), time.Date(2026, 11, 18, 4, minute, 0, 0, zone))
	}
	if tries != 2 {
		t.Errorf("got %d tries in 40 minutes, want the failed one and one a quarter of an hour later", tries)
	}
}

func TestOneTimerThatFailsDoesNotStopTheOthers(t *testing.T) {
	ran := false
	timers := clockwork.Timers{
		func(context.Context, int) (int, error) { return 0, errors.New("no such queue") },
		func(context.Context, int) (int, error) { ran = true; return 1, nil },
	}
	if err := timers.Minute(context.Background()); err == nil || !ran {
		t.Errorf("got %v, second ran: %v; want the error and true", err, ran)
	}
}
