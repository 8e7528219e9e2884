package week_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"frontdesk/shared/week"

	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func at(t testing.TB, rfc3339 string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDayAndWeekOfATime(t *testing.T) {
	for _, c := range []struct{ name, time, zone, day, week string }{
		{"an ordinary Sunday", "2026-11-22T10:00:00Z", "Asia/Shanghai", "2026-11-22", "2026-W47"},
		{"late on Sunday in London is Monday in Shanghai", "2026-11-22T16:00:00Z", "Asia/Shanghai", "2026-11-23", "2026-W48"},
		{"one second before Shanghai's midnight", "2026-11-22T15:59:59Z", "Asia/Shanghai", "2026-11-22", "2026-W47"},
		{"New Year in the old year's last week", "2027-01-01T00:00:00Z", "UTC", "2027-01-01", "2026-W53"},
		{"the last days of a year in the new year's first week", "2025-12-29T00:00:00Z", "UTC", "2025-12-29", "2026-W01"},
		{"a leap day", "2028-02-29T12:00:00Z", "UTC", "2028-02-29", "2028-W09"},
	} {
		t.Run(c.name, func(t *testing.T) {
			when, loc := at(t, c.time), zone(t, c.zone)
			if got := week.Day(when, loc); got != c.day {
				t.Errorf("day: got %s, want %s", got, c.day)
			}
			if got := week.Of(when, loc); got != c.week {
				t.Errorf("week: got %s, want %s", got, c.week)
			}
			if got, err := week.OfDay(c.day); got != c.week || err != nil {
				t.Errorf("week of the day: got %s, %v, want %s", got, err, c.week)
			}
		})
	}
}

func TestAWeekHasSevenDays(t *testing.T) {
	got, err := week.Days("2026-W53")
	want := []string{"2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func TestBefore(t *testing.T) {
	for _, c := range []struct {
		week string
		n    int
		want string
	}{
		{"2026-W47", 1, "2026-W46"},
		{"2026-W47", 0, "2026-W47"},
		{"2026-W47", -1, "2026-W48"},
		{"2026-W01", 1, "2025-W52"}, // 2025 has 52 weeks
		{"2027-W01", 1, "2026-W53"}, // 2026 has 53
		{"2027-W01", 8, "2026-W46"},
	} {
		if got, err := week.Before(c.week, c.n); got != c.want || err != nil {
			t.Errorf("%d before %s: got %s, %v, want %s", c.n, c.week, got, err, c.want)
		}
	}
	if got, err := week.Before("0001-W01", 1); !errors.Is(err, week.ErrFormat) {
		t.Errorf("before year 1: got %q, %v, want ErrFormat", got, err)
	}
}

func TestRefusesWhatIsNoWeekOrDay(t *testing.T) {
	for _, w := range []string{"", "2026-47", "2026-W00", "2026-W54", "2025-W53", "2026-w47", "2026-W4", "2026-W047",
		"0000-W01", "+026-W01", "2026-W-1", "2026-W47 ", "２０２６-W47", "9999-W52"} {
		if _, err := week.Days(w); !errors.Is(err, week.ErrFormat) {
			t.Errorf("Days(%q): got %v, want ErrFormat", w, err)
		}
		if _, err := week.Before(w, 1); !errors.Is(err, week.ErrFormat) {
			t.Errorf("Before(%q): got %v, want ErrFormat", w, err)
		}
		if _, _, err := week.Parse(w); !errors.Is(err, week.ErrFormat) {
			t.Errorf("Parse(%q): got %v, want ErrFormat", w, err)
		}
	}
	for _, d := range []string{"", "2026-02-30", "2026-2-3", "22.11.2026", "2026-11-22T00:00:00Z", "0000-01-01"} {
		if _, err := week.OfDay(d); !errors.Is(err, week.ErrFormat) {
			t.Errorf("OfDay(%q): got %v, want ErrFormat", d, err)
		}
		if _, _, err := week.Bounds(d, time.UTC); !errors.Is(err, week.ErrFormat) {
			t.Errorf("Bounds(%q): got %v, want ErrFormat", d, err)
		}
	}
}

func TestParse(t *testing.T) {
	if y, n, err := week.Parse("2026-W53"); y != 2026 || n != 53 || err != nil {
		t.Errorf("got %d, %d, %v, want 2026, 53", y, n, err)
	}
}

func TestBounds(t *testing.T) {
	for _, c := range []struct {
		name, day, zone, from string
		hours                 float64
	}{
		{"an ordinary day", "2026-11-22", "Asia/Shanghai", "2026-11-22T00:00:00+08:00", 24},
		{"clocks go forward", "2026-03-29", "Europe/Berlin", "2026-03-29T00:00:00+01:00", 23},
		{"clocks go back", "2026-10-25", "Europe/Berlin", "2026-10-25T00:00:00+02:00", 25},
		{"no midnight: the day starts at one", "2026-03-29", "Asia/Beirut", "2026-03-29T01:00:00+03:00", 23},
		{"two midnights: it starts at the first", "2026-10-25", "Atlantic/Azores", "2026-10-25T00:00:00+00:00", 25},
		{"half an hour", "2026-04-05", "Australia/Lord_Howe", "2026-04-05T00:00:00+11:00", 24.5},
		{"the day before a day that the zone skipped", "2011-12-29", "Pacific/Apia", "2011-12-29T00:00:00-10:00", 24},
	} {
		t.Run(c.name, func(t *testing.T) {
			from, to, err := week.Bounds(c.day, zone(t, c.zone))
			if err != nil {
				t.Fatal(err)
			}
			if got := from.Format(time.RFC3339); !from.Equal(at(t, c.from)) {
				t.Errorf("from: got %s, want %s", got, c.from)
			}
			if got := to.Sub(from).Hours(); got != c.hours {
				t.Errorf("length: got %v h, want %v h", got, c.hours)
			}
		})
	}
	if _, _, err := week.Bounds("2011-12-30", zone(t, "Pacific/Apia")); !errors.Is(err, week.ErrNoDay) {
		t.Errorf("a skipped day: got %v, want ErrNoDay", err)
	}
}

var zones = []string{"Asia/Shanghai", "UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Beirut",
	"Atlantic/Azores", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati", "America/St_Johns", "Africa/Casablanca"}

func TestEveryMomentIsInExactlyOneDayOfItsWeek(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		// From 2000 to 2037, where every zone's changes are known.
		when := time.Unix(rapid.Int64Range(946684800, 2145916800).Draw(t, "unix"), 0)
		day := week.Day(when, loc)
		from, to, err := week.Bounds(day, loc)
		if err != nil || when.Before(from) || !when.Before(to) {
			t.Fatalf("%s in %s: got %s to %s, %v", when, loc, from, to, err)
		}
		if before := week.Day(from.Add(-1), loc); before >= day {
			t.Fatalf("a nanosecond before %s is still %s", from, before)
		}
		if next := week.Day(to, loc); next <= day {
			t.Fatalf("the end %s is still %s", to, next)
		}
		days, err := week.Days(week.Of(when, loc))
		if err != nil || len(days) != 7 || !slices.Contains(days, day) {
			t.Fatalf("the days of %s: got %v, %v, want seven with %s", week.Of(when, loc), days, err, day)
		}
	})
}

func TestGoingBackAndForthEndsWhereItBegan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := week.Of(time.Unix(rapid.Int64Range(0, 4102444800).Draw(t, "unix"), 0), time.UTC)
		n := rapid.IntRange(-600, 600).Draw(t, "n")
		back, err := week.Before(w, n)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := week.Before(back, -n); got != w || err != nil {
			t.Fatalf("%s, %d back is %s, and forth: got %s, %v", w, n, back, got, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-W47", "2026-W53", "2025-W53", "0000-W00", "9999-W52", "2026-11-22", "", "-W"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if days, err := week.Days(s); err == nil {
			if got, err := week.OfDay(days[6]); got != s || err != nil {
				t.Errorf("%q was read as a week, but its Sunday %s is in %q, %v", s, days[6], got, err)
			}
		}
		if w, err := week.OfDay(s); err == nil {
			if days, err := week.Days(w); err != nil || !slices.Contains(days, s) {
				t.Errorf("%q was read as a day of %s, whose days are %v, %v", s, w, days, err)
			}
		}
	})
}

func BenchmarkOf(b *testing.B) {
	loc := zone(b, "Asia/Shanghai")
	when := at(b, "2026-11-22T10:00:00Z")
	b.ReportAllocs()
	for b.Loop() {
		week.Of(when, loc)
	}
}
