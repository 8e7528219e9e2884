package decide_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/decide"
)

// hours compiles one calendar with the id c.
func hours(t testing.TB, zone, rest string) *decide.Book {
	t.Helper()
	b, err := decide.Compile(parse(t, `{"languages": ["en"], "hours": [{"id": "c", "time_zone": "`+zone+`", `+rest+`}]}`), 1)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	office   = `"weekly": {"mon": ["09:00-12:00", "13:30-18:00"], "tue": ["09:00-18:00"], "wed": ["09:00-18:00"], "thu": ["09:00-18:00"], "fri": ["09:00-18:00"]}`
	bar      = `"weekly": {"fri": ["22:00-02:00"], "sat": ["20:00-00:00"], "sun": ["00:00-01:00"]}`
	allDays  = `"weekly": {"mon": ["00:00-24:00"], "tue": ["00:00-24:00"], "wed": ["00:00-24:00"], "thu": ["00:00-24:00"], "fri": ["00:00-24:00"], "sat": ["00:00-24:00"], "sun": ["00:00-24:00"]}`
	holidays = office + `, "exceptions": [{"date": "2026-10-01", "name": "National Day"}, {"date": "2026-10-10", "name": "make-up workday", "spans": ["09:00-18:00"]}, {"date": "2026-10-12", "spans": ["10:00-11:00"]}]`
	barShut  = bar + `, "exceptions": [{"date": "2026-11-27", "name": "closed Friday"}]`
	barSat   = bar + `, "exceptions": [{"date": "2026-11-28", "name": "closed Saturday"}]`
	early    = `"weekly": {"sun": ["01:00-03:30"]}`
	gap      = `"weekly": {"sun": ["02:00-03:00"]}`
	overlap  = `"weekly": {"mon": ["12:00-18:00", "09:00-13:00", "10:00-11:00"]}`
)

func TestOpenAndNextChange(t *testing.T) {
	const sh, ny = "Asia/Shanghai", "America/New_York"
	for _, c := range []struct {
		name, zone, hours, at string
		open                  bool
		next                  string
	}{
		{"at opening", sh, office, "2026-11-23 09:00", true, "2026-11-23 12:00"},
		{"before opening", sh, office, "2026-11-23 08:59", false, "2026-11-23 09:00"},
		{"at the break", sh, office, "2026-11-23 12:00", false, "2026-11-23 13:30"},
		{"after the break", sh, office, "2026-11-23 17:59", true, "2026-11-23 18:00"},
		{"at closing", sh, office, "2026-11-23 18:00", false, "2026-11-24 09:00"},
		{"Friday evening", sh, office, "2026-11-27 20:00", false, "2026-11-30 09:00"},

		{"over midnight, before", sh, bar, "2026-11-27 23:00", true, "2026-11-28 02:00"},
		{"over midnight, after", sh, bar, "2026-11-28 01:59", true, "2026-11-28 02:00"},
		{"over midnight, the end", sh, bar, "2026-11-28 02:00", false, "2026-11-28 20:00"},
		{"until 00:00, and on from 00:00 the next day", sh, bar, "2026-11-28 22:00", true, "2026-11-29 01:00"},
		{"a closed Friday takes its span over midnight with it", sh, barShut, "2026-11-28 01:00", false, "2026-11-28 20:00"},
		{"a closed Saturday leaves what began on Friday", sh, barSat, "2026-11-28 01:00", true, "2026-11-28 02:00"},
		{"a closed Saturday", sh, barSat, "2026-11-28 21:00", false, "2026-11-29 00:00"},

		{"a holiday", sh, holidays, "2026-10-01 10:00", false, "2026-10-02 09:00"},
		{"a make-up workday on a Saturday", sh, holidays, "2026-10-10 10:00", true, "2026-10-10 18:00"},
		{"a special Monday", sh, holidays, "2026-10-12 09:30", false, "2026-10-12 10:00"},
		{"a special Monday has no other spans", sh, holidays, "2026-10-12 14:00", false, "2026-10-13 09:00"},

		{"around the clock", sh, allDays, "2026-11-23 00:00", true, ""},
		{"never", sh, `"weekly": {}`, "2026-11-23 12:00", false, ""},
		{"overlapping spans are one", sh, overlap, "2026-11-23 12:30", true, "2026-11-23 18:00"},

		{"the night when the clock goes forward", ny, early, "2026-03-08 03:15", true, "2026-03-08 03:30"},
		{"a span that the clock skips", ny, gap, "2026-03-08 01:59", false, "2026-03-15 02:00"},
		{"the night when the clock goes back", ny, early, "2026-11-01 03:15", true, "2026-11-01 03:30"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, at := hours(t, c.zone, c.hours), local(t, c.zone, c.at)
			if got := b.Open("c", at); got != c.open {
				t.Errorf("open: got %v, want %v", got, c.open)
			}
			want := time.Time{}
			if c.next != "" {
				want = local(t, c.zone, c.next)
			}
			if got := b.NextChange("c", at); !got.Equal(want) {
				t.Errorf("next change: got %v, want %v", got, want)
			}
		})
	}
}

func TestOpenTime(t *testing.T) {
	const sh, ny = "Asia/Shanghai", "America/New_York"
	for _, c := range []struct{ name, zone, hours, from, to, want string }{
		{"inside a span", sh, office, "2026-11-23 09:10", "2026-11-23 09:15", "5m"},
		{"over the break", sh, office, "2026-11-23 11:50", "2026-11-23 13:40", "20m"},
		{"over a night", sh, office, "2026-11-23 17:00", "2026-11-24 09:30", "1h30m"},
		{"over a weekend", sh, office, "2026-11-27 17:00", "2026-11-30 10:00", "2h"},
		{"out of hours", sh, office, "2026-11-28 10:00", "2026-11-29 10:00", "0s"},
		{"a whole week", sh, office, "2026-11-23 00:00", "2026-11-30 00:00", "43h30m"},
		{"over midnight", sh, bar, "2026-11-27 23:30", "2026-11-28 12:00", "2h30m"},
		{"over a holiday", sh, holidays, "2026-09-30 17:00", "2026-10-02 10:00", "2h"},
		{"overlapping spans count once", sh, overlap, "2026-11-23 00:00", "2026-11-24 00:00", "9h"},
		{"backwards", sh, office, "2026-11-23 12:00", "2026-11-23 09:00", "0s"},
		{"nothing", sh, office, "2026-11-23 10:00", "2026-11-23 10:00", "0s"},
		{"around the clock, the clock goes forward", ny, allDays, "2026-03-08 00:00", "2026-03-09 00:00", "23h"},
		{"around the clock, the clock goes back", ny, allDays, "2026-11-01 00:00", "2026-11-02 00:00", "25h"},
		{"a span over the hour that is skipped", ny, early, "2026-03-08 00:00", "2026-03-09 00:00", "1h30m"},
		{"a span over the hour that comes twice", ny, early, "2026-11-01 00:00", "2026-11-02 00:00", "3h30m"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := hours(t, c.zone, c.hours)
			want, err := time.ParseDuration(c.want)
			if err != nil {
				t.Fatal(err)
			}
			if got := b.OpenTime("c", local(t, c.zone, c.from), local(t, c.zone, c.to)); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestACalendarThatDoesNotExistIsNeverOpen(t *testing.T) {
	b := hours(t, "UTC", allDays)
	if b.Open("x", monday) || !b.NextChange("x", monday).IsZero() || b.OpenTime("x", monday, night) != 0 {
		t.Error("got an open calendar, want a closed one")
	}
}

// TestTimeAddsUp holds the three questions about a calendar against each other.
func TestTimeAddsUp(t *testing.T) {
	var books []*decide.Book
	for _, zone := range []string{"Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"} {
		for _, h := range []string{office, bar, barShut, holidays, allDays, early, overlap} {
			books = append(books, hours(t, zone, h))
		}
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SampledFrom(books).Draw(t, "book")
		at := start.Add(time.Duration(rapid.IntRange(0, 365*24*4).Draw(t, "quarter")) * 15 * time.Minute)
		middle := at.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "first")) * time.Minute)
		end := middle.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "second")) * time.Minute)
		sum := b.OpenTime("c", at, middle) + b.OpenTime("c", middle, end)
		if whole := b.OpenTime("c", at, end); whole != sum {
			t.Fatalf("open from %v to %v: %v, in two parts %v", at, end, whole, sum)
		}
		var steps time.Duration
		for m := at; m.Before(end); m = m.Add(time.Minute) {
			if b.Open("c", m) {
				steps += time.Minute
			}
		}
		if steps != sum {
			t.Fatalf("open from %v to %v: %v, minute by minute %v", at, end, sum, steps)
		}
		if next := b.NextChange("c", at); !next.IsZero() {
			if b.Open("c", at) == b.Open("c", next) || b.Open("c", at) != b.Open("c", next.Add(-time.Minute)) {
				t.Fatalf("at %v the next change is said to be %v", at, next)
			}
		}
	})
}

func local(t *testing.T, zone, at string) time.Time {
	t.Helper()
	l, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	tm, err := time.ParseInLocation("2006-01-02 15:04", at, l)
	if err != nil {
		t.Fatal(err)
	}
	return tm
}
