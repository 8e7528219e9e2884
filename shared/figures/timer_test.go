package figures_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/record"
)

func TestYesterdayAndTheTwoDaysBeforeOnceADay(t *testing.T) {
	o := newOffice(t)
	o.at("2026-11-18 06:00")
	o.due() // the first time: 31 days
	o.work()
	o.at("2026-11-19 06:00")
	if n := o.due(); n != 6 {
		t.Errorf("got %d days, want three of each channel", n)
	}
	got, failed := o.work()
	want := []string{"app-main 2026-11-16", "app-main 2026-11-17", "app-main 2026-11-18", "kf-main 2026-11-16", "kf-main 2026-11-17", "kf-main 2026-11-18"}
	if d := cmp.Diff(want, sorted(got)); d != "" || failed != nil {
		t.Errorf("%v (-want +got):\n%s", failed, d)
	}
	o.asked()
	o.timer, o.fetcher = o.process() // a restart
	for _, minute := range []string{"06:01", "06:02", "15:00", "23:59"} {
		o.at("2026-11-19 " + minute)
		o.reads = 0
		if n := o.due(); n != 0 || o.reads > 1 {
			t.Errorf("%s: got %d days and %d reads, want none and at most one", minute, n, o.reads)
		}
	}
	if n := o.asked(); n != 0 {
		t.Errorf("got %d calls, want none", n)
	}
	// A process ended between asking and noting it; the rows say that all was fetched.
	o.must(o.store.SetAsked(t.Context(), record.Asked{Channel: "kf-main", On: "2026-11-18"}))
	o.timer, _ = o.process()
	if n := o.due(); n != 0 {
		t.Errorf("got %d days, want none: they were fetched today", n)
	}
}

func TestAfterALongOutage(t *testing.T) {
	o := newOffice(t)
	o.at("2026-10-01 07:00")
	o.due()
	o.work()
	o.at("2026-10-03 07:00")
	o.due()
	o.work()
	o.asked()
	for _, c := range []struct {
		back  string
		first string
		days  int
	}{
		// The 30th of September was still being filled in on the 3rd of October.
		{"2026-10-12 09:00", "kf-main 2026-10-01", 11},
		{"2026-12-20 09:00", "kf-main 2026-11-19", 31},
	} {
		o.at(c.back)
		o.due()
		all, failed := o.work()
		var kf []string
		for _, day := range all {
			if strings.HasPrefix(day, "kf") {
				kf = append(kf, day)
			}
		}
		if len(kf) != c.days || kf[0] != c.first || failed != nil {
			t.Errorf("%s: got %d days from %s, %v; want %d from %s", c.back, len(kf), kf[0], failed, c.days, c.first)
		}
		if n := o.asked(); n != 4*c.days {
			t.Errorf("%s: got %d calls, want two for each day and channel", c.back, n)
		}
	}
}

// Two processes ask at the same moment, and the inbox keeps both errands: WeCom is asked
// once.
func TestTwoProcessesAtOnce(t *testing.T) {
	o := newOffice(t)
	o.at("2026-11-19 06:00")
	stale := o.timer
	o.due()
	other, _ := o.process()
	jobs := o.jobs
	o.must(o.store.SetAsked(t.Context(), record.Asked{Channel: "kf-main", On: "2026-11-18"})) // the other has read before we wrote
	if n, err := other.Due(t.Context(), 500); err != nil || n == 0 {
		t.Fatalf("got %d, %v, want the other to ask too", n, err)
	}
	ids := map[string]int{}
	for _, job := range o.jobs {
		ids[job.ID]++
	}
	if len(ids) != len(jobs) {
		t.Errorf("got %d different errands of two processes, want the %d of one", len(ids), len(jobs))
	}
	o.work()
	if n := o.asked(); n != 4*31 {
		t.Errorf("got %d calls, want two for each of 31 days and two channels", n)
	}
	o.timer = stale
	if n := o.due(); n != 0 {
		t.Errorf("got %d, want nothing left", n)
	}
}

// Where settings are not at hand, whoever had messages is asked for; a channel that WeCom
// does not know is asked for once a day and makes no call.
func TestChannelsAreFoundByTheirMessages(t *testing.T) {
	o := newOffice(t)
	o.must(o.store.ReplaceDay(t.Context(), "2026-W47", "2026-11-18", []record.KPIRow{
		{Day: "2026-11-18", Channel: "kf-main", Body: []byte(`{}`)}, {Day: "2026-11-18", Channel: "kf-main", Team: "care", Body: []byte(`{}`)}, {Day: "2026-11-18", Channel: "wa-main", Team: "care", Body: []byte(`{}`)},
	}))
	o.timer.Channels = nil
	o.at("2026-11-19 06:00")
	o.due()
	o.work()
	o.at("2026-11-20 06:00")
	o.asked()
	o.due()
	got, failed := o.work()
	want := []string{"kf-main 2026-11-17", "kf-main 2026-11-18", "kf-main 2026-11-19", "wa-main 2026-11-19"}
	if d := cmp.Diff(want, sorted(got)); d != "" || failed != nil || o.asked() != 6 {
		t.Errorf("%v (-want +got):\n%s", failed, d)
	}
	if o.due(); o.due() != 0 {
		t.Error("want nothing left")
	}
	o.reads = 0
	if o.due(); o.reads != 0 {
		t.Errorf("got %d reads once all was asked for, want none", o.reads)
	}
}

// A limit never tears a channel apart, and what does not fit comes in the next minute.
func TestALimit(t *testing.T) {
	o := newOffice(t)
	o.at("2026-11-19 06:00")
	var got []int
	for range 4 {
		n, err := o.timer.Due(t.Context(), 10)
		o.must(err)
		got = append(got, n)
	}
	if d := cmp.Diff([]int{31, 31, 0, 0}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
