package sla_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/sla"
)

func TestDeadline(t *testing.T) {
	book, china, berlin := hours(t), zone(t, "Asia/Shanghai"), zone(t, "Europe/Berlin")
	at := func(z *time.Location, month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, z)
	}
	cases := []struct {
		name, calendar string
		from           time.Time
		after          time.Duration
		want           time.Time
	}{
		{"no calendar is the clock", "", at(china, 11, 22, 3, 0), 90 * time.Minute, at(china, 11, 22, 4, 30)},
		{"within a morning", "care", at(china, 11, 23, 9, 30), time.Hour, at(china, 11, 23, 10, 30)},
		{"to the very end of it", "care", at(china, 11, 23, 9, 0), 3 * time.Hour, at(china, 11, 23, 12, 0)},
		{"over the break at noon", "care", at(china, 11, 23, 11, 30), time.Hour, at(china, 11, 23, 13, 30)},
		{"from the evening", "care", at(china, 11, 23, 20, 0), time.Hour, at(china, 11, 24, 10, 0)},
		{"over a weekend", "care", at(china, 11, 27, 17, 30), time.Hour, at(china, 11, 30, 9, 30)},
		{"over the national holiday to its make-up Saturday's week", "care", at(china, 9, 30, 17, 0), 2 * time.Hour, at(china, 10, 8, 10, 0)},
		{"a make-up workday counts", "care", at(china, 10, 9, 17, 30), time.Hour, at(china, 10, 10, 9, 30)},
		{"the night that has an hour less", "berlin", at(berlin, 3, 28, 22, 0), 7 * time.Hour, at(berlin, 3, 29, 6, 0)},
		{"the night that has an hour more", "berlin", at(berlin, 10, 24, 22, 0), 9 * time.Hour, at(berlin, 10, 25, 6, 0)},
		{"a calendar that never opens", "closed", at(china, 11, 23, 9, 0), time.Minute, time.Time{}},
		{"one that does not exist", "nothing", at(china, 11, 23, 9, 0), time.Minute, time.Time{}},
		{"no time at all", "care", at(china, 11, 22, 3, 0), 0, at(china, 11, 22, 3, 0)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := sla.Deadline(book, c.calendar, c.from, c.after); !got.Equal(c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestUntilADeadlineACalendarIsOpenForExactlyThatLong(t *testing.T) {
	book, start := hours(t), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		calendar := rapid.SampledFrom([]string{"care", "berlin"}).Draw(t, "calendar")
		from := start.Add(time.Duration(rapid.Int64Range(0, int64(300*24*time.Hour)).Draw(t, "from")))
		d := time.Duration(rapid.Int64Range(1, int64(60*time.Hour)).Draw(t, "for"))
		got := sla.Deadline(book, calendar, from, d)
		if open := book.OpenTime(calendar, from, got); open != d {
			t.Fatalf("until %v it is open for %v, want %v", got, open, d)
		}
		if !book.Open(calendar, got.Add(-1)) {
			t.Fatalf("%v is not the earliest such time: it is closed just before", got)
		}
	})
}
