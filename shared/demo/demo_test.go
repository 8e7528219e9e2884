package demo_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/demo"
	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
	"frontdesk/shared/week"
)

// between is a figure and the bounds inside which a small shop's lies.
type between struct {
	name           string
	got, low, high float64
}

func (b between) check(t *testing.T) {
	t.Helper()
	if b.got < b.low || b.got > b.high {
		t.Errorf("%s: got %v, want %v to %v", b.name, b.got, b.low, b.high)
	}
}

// TestWhatIsInTheDemo looks at one seeded store from all sides.
func TestWhatIsInTheDemo(t *testing.T) {
	w := seeded(t)
	for _, tt := range []struct {
		name  string
		check func(*testing.T, *world)
	}{
		{"the counts are a small shop's", countsAreASmallShops},
		{"the last full week reads like one", weekReadsLikeOne},
		{"days and hours are a shop's", daysAndHoursAreAShops},
		{"the six weeks grow and are whole", weeksGrowAndAreWhole},
		{"no finished day is left to roll up again", noDayIsLeft},
		{"version 1 is live and the draft is the same", versionOneIsLive},
		{"the mail goes to one of each language", mailGoesToBothLanguages},
		{"a newcomer's first questions are answered", firstQuestionsAreAnswered},
		{"every kind of talk occurs", everyKindOccurs},
		{"nobody in it is real", nobodyIsReal},
		{"the same seed gives the same data", sameSeedSameData},
		{"a second seeding is refused", secondSeedingIsRefused},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.check(t, w) })
	}
}

func countsAreASmallShops(t *testing.T, first *world) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed+1), func(t *testing.T) {
			w := first
			if seed > 0 {
				w = empty(t)
				w.seed = seed + 1
				if err := w.fill(); err != nil {
					t.Fatal(err)
				}
			}
			r := w.result
			sent := float64(r.Replies + r.Answers + r.Surveys)
			for _, b := range []between{
				{"customer messages", float64(r.Inbound), 1200, 2500},
				{"contacts", float64(r.Contacts), 250, 650},
				{"template replies of each message", float64(r.Replies) / float64(r.Inbound), 0.6, 0.95},
				{"agents' answers of each message", float64(r.Answers) / float64(r.Inbound), 0.08, 0.35},
				{"receipts of each message", float64(r.Receipts) / sent, 2.4, 3},
				{"failures of each message", float64(r.Failures) / sent, 0.002, 0.025},
				{"surveys", float64(r.Surveys), 100, 500},
				{"days rolled up", float64(r.Days), 45, 45}, // six weeks and Monday to Wednesday
			} {
				b.check(t)
			}
		})
	}
}

func weekReadsLikeOne(t *testing.T, w *world) {
	r := w.report(t, 1)
	f := r.Figures
	if f.FirstReplyBot == nil || f.FirstReplyPeople == nil || f.ContainedShare == nil || f.ReadShare == nil {
		t.Fatalf("got %+v, want figures of templates and of people", f)
	}
	for _, b := range []between{
		{"messages in", float64(f.MessagesIn), 180, 450},
		{"conversations", float64(f.Conversations), 90, 220},
		{"active customers", float64(f.ActiveCustomers), 80, 200},
		{"new customers of the active ones", float64(f.NewCustomers) / float64(f.ActiveCustomers), 0.3, 0.75},
		{"answered by templates alone", *f.ContainedShare, 0.4, 0.8},
		{"handed off", *f.HandedOffShare, 0.15, 0.55},
		{"unanswered", *f.UnansweredShare, 0.005, 0.1},
		{"waiting of the handed off", float64(f.Waiting) / float64(f.HandedOff), 0, 0.4},
		{"first reply by templates, s", float64(f.FirstReplyBot.Median) / 1000, 0.8, 4},
		{"first reply by people, min", float64(f.FirstReplyPeople.Median) / 60000, 5, 60},
		{"one in ten waits for people over night, h", float64(f.FirstReplyPeople.P90) / 3600000, 1, 24},
		{"on average for people, h", float64(f.FirstReplyPeople.Mean) / 3600000, 0.5, 12},
		{"the same in business hours, min", float64(f.FirstReplyPeople.Open.P90) / 60000, 10, 120},
		{"read share", *f.ReadShare, 0.75, 0.97},
		{"failed share", *f.FailedShare, 0, 0.03},
		{"rated of the asked", float64(f.Rated) / float64(f.Surveys), 0.3, 0.8},
		{"filters in use", float64(len(r.Filters)), 8, 40},
		{"templates in use", float64(len(r.Templates)), 8, 40},
		{"groups: two teams and none", float64(len(r.Teams)), 3, 3},
	} {
		b.check(t)
	}
	if len(r.Missing) != 0 || len(r.Compared) != 7 {
		t.Errorf("missing days %v, compared days %v; want none and seven", r.Missing, r.Compared)
	}
}

func daysAndHoursAreAShops(t *testing.T, w *world) {
	var day, evening, night, monday, saturday float64
	for back := 1; back <= demo.Weeks; back++ {
		heat := w.report(t, back).Heat
		for d, hours := range heat {
			for h, n := range hours {
				switch {
				case h < 6:
					night += float64(n)
				case h < 18:
					day += float64(n)
				default:
					evening += float64(n)
				}
				if d == 0 {
					monday += float64(n)
				}
				if d == 5 {
					saturday += float64(n)
				}
			}
		}
	}
	between{"night of day", night / day, 0, 0.05}.check(t)
	between{"evening of day", evening / day, 0.15, 0.6}.check(t)
	between{"Saturday of Monday", saturday / monday, 1.5, 3.2}.check(t)
}

func weeksGrowAndAreWhole(t *testing.T, w *world) {
	trend := w.report(t, 1).Trend
	if len(trend) != report.Weeks {
		t.Fatalf("got %d weeks, want %d", len(trend), report.Weeks)
	}
	trend = trend[len(trend)-demo.Weeks:]
	for _, p := range trend {
		if p.MissingDays != 0 || p.MessagesIn < 150 {
			t.Errorf("%s: got %d messages and %d missing days, want a whole week", p.Week, p.MessagesIn, p.MissingDays)
		}
	}
	early, late := trend[0].MessagesIn+trend[1].MessagesIn, trend[4].MessagesIn+trend[5].MessagesIn
	between{"the last two weeks of the first two", float64(late) / float64(early), 1.02, 1.45}.check(t)
	this := w.report(t, 0)
	if want := []string{"2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"}; !slices.Equal(this.Missing, want) {
		t.Errorf("this week misses %v, want today and what is to come: %v", this.Missing, want)
	}
}

func sameSeedSameData(t *testing.T, a *world) {
	b := seeded(t)
	if diff := cmp.Diff(a.result, b.result); diff != "" {
		t.Errorf("counts differ:\n%s", diff)
	}
	if diff := cmp.Diff(a.rows(t), b.rows(t), cmp.AllowUnexported(rollup.Sketch{})); diff != "" {
		t.Errorf("KPI rows differ:\n%s", diff)
	}
	slices.Sort(a.bodies)
	slices.Sort(b.bodies)
	if !slices.Equal(a.bodies, b.bodies) {
		t.Error("what was written differs")
	}
}

func TestOtherStartsAndZones(t *testing.T) {
	in := func(name string) *time.Location {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return zone
	}
	const day = 24 * time.Hour
	tests := []struct {
		name string
		zone *time.Location
		now  string
		keep time.Duration
		days int
		// messages are the least and the most of the customers.
		low, high float64
	}{
		{"half a minute into a Monday", in("Asia/Shanghai"), "2026-11-16 00:00:30", 16 * day, 14, 400, 900},
		{"the last minute of a Sunday", in("Asia/Shanghai"), "2026-11-22 23:59:30", 16 * day, 14, 400, 900},
		{"a company in New York, over a clock change", in("America/New_York"), "2026-11-19 15:30:00", 25 * day, 23, 600, 1400},
		{"over New Year, in week 53, kept for ever", in("Asia/Shanghai"), "2027-01-02 12:00:00", 0, 47, 1300, 2400},
		{"messages are kept for eight days", in("Asia/Shanghai"), "2026-11-19 15:30:00", 8 * day, 6, 150, 450},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := empty(t)
			w.zone, w.keep = tt.zone, tt.keep
			var err error
			if w.now, err = time.ParseInLocation(time.DateTime, tt.now, tt.zone); err != nil {
				t.Fatal(err)
			}
			if err := w.fill(); err != nil {
				t.Fatal(err)
			}
			rolled := map[string]bool{}
			for _, row := range w.rows(t) {
				rolled[row.Day] = true
			}
			if w.result.Days != tt.days || len(rolled) != tt.days {
				t.Errorf("got %d days rolled up and rows of %d, want %d", w.result.Days, len(rolled), tt.days)
			}
			between{"customer messages", float64(w.result.Inbound), tt.low, tt.high}.check(t)
		})
	}
}

func noDayIsLeft(t *testing.T, w *world) {
	marks, err := w.store.Redo(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range marks {
		if m.Day < week.Day(w.now, w.zone) {
			t.Errorf("%s is still marked", m.Day)
		}
	}
}

func secondSeedingIsRefused(t *testing.T, w *world) {
	written := len(w.bodies)
	if err := w.fill(); !errors.Is(err, demo.ErrNotEmpty) {
		t.Errorf("got %v, want ErrNotEmpty", err)
	}
	if len(w.bodies) != written {
		t.Errorf("a refused store got %d writes", len(w.bodies)-written)
	}
}

func TestAFailedRollupEndsTheSeeding(t *testing.T) {
	w, broken := empty(t), errors.New("no space left")
	w.keep = 8 * 24 * time.Hour
	w.rollUp = func(context.Context, string) error { return broken }
	if err := w.fill(); !errors.Is(err, broken) {
		t.Errorf("got %v, want the rollup's error", err)
	}
}

func BenchmarkSeed(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		seeded(b)
	}
}
