package clockwork_test

import (
	"fmt"
	"math"
	"slices"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
)

// reckoning counts by hand what a desk should report: slowly, from the bare events. It
// shares no code with the rollup, the desk or the calendar.
type reckoning struct {
	zone *time.Location
	of   map[int]*somebodysPast
	// lives counts how often somebody was erased: then they are somebody new.
	lives map[int]int
	wrote int64 // those of erased people who had written

	in, byTemplate, byPeople int64
	weeks, days, months      map[string]bool
	resolved, reopened       int64
	firstMet, firstBroken    int64
	nextMet, nextBroken      int64
	waits                    map[string][]int64 // what, and how long in ms
	delivered                map[string]bool    // our message, and whether it is billed
}

type somebodysPast struct {
	wrote                  bool
	last, opened, waiting  time.Time
	ended, taken           time.Time
	withPeople, care       bool
	botFirst, peopleBefore bool
}

func newReckoning(zone *time.Location) *reckoning {
	return &reckoning{zone: zone, of: map[int]*somebodysPast{}, lives: map[int]int{}, weeks: map[string]bool{}, days: map[string]bool{}, months: map[string]bool{},
		waits: map[string][]int64{}, delivered: map[string]bool{}}
}

func (r *reckoning) who(n int) *somebodysPast {
	if r.of[n] == nil {
		r.of[n] = &somebodysPast{}
	}
	return r.of[n]
}

func (r *reckoning) erase(n int) {
	if r.who(n).wrote {
		r.wrote++
	}
	delete(r.of, n)
	r.lives[n]++
}

func (r *reckoning) says(n int, text string, at time.Time) {
	s, local := r.who(n), at.In(r.zone)
	r.in++
	year, number := local.ISOWeek()
	r.weeks[fmt.Sprint(n, "/", r.lives[n], " ", year, " ", number)] = true
	r.days[fmt.Sprint(n, "/", r.lives[n], " ", local.Format("2006-01-02"))] = true
	r.months[fmt.Sprint(n, "/", r.lives[n], " ", local.Format("2006-01"))] = true
	if s.opened.IsZero() || !s.withPeople && at.Sub(s.last) >= 24*time.Hour {
		if !s.ended.IsZero() && s.opened.IsZero() && at.Sub(s.ended) <= 7*24*time.Hour {
			r.reopened++
		}
		s.opened, s.botFirst, s.peopleBefore = at, false, false
	}
	s.wrote, s.last = true, at
	if s.waiting.IsZero() {
		s.waiting = at
	}
	switch {
	case s.withPeople:
	case text == "price":
		r.byTemplate++
		r.wait("bot", s, at, !s.botFirst)
		s.botFirst, s.waiting = true, time.Time{}
	case text == "person":
		r.byTemplate++
		s.withPeople, s.care, s.taken = true, true, at
	}
}

func (r *reckoning) wait(by string, s *somebodysPast, at time.Time, first bool) int64 {
	long := at.Sub(s.waiting).Milliseconds()
	open := long
	if s.care {
		open = r.office(s.waiting, at)
	}
	r.waits[by] = append(r.waits[by], long)
	r.waits[by+" open"] = append(r.waits[by+" open"], open)
	if first {
		r.waits["first "+by] = append(r.waits["first "+by], long)
		r.waits["first "+by+" open"] = append(r.waits["first "+by+" open"], open)
	}
	return open
}

func (r *reckoning) people(n int, at time.Time) {
	s := r.who(n)
	r.byPeople++
	if !s.waiting.IsZero() {
		open := r.wait("people", s, at, !s.peopleBefore)
		r.promise(s, open)
	}
	if !s.withPeople {
		s.taken = at
	}
	s.withPeople, s.peopleBefore, s.waiting = true, true, time.Time{}
}

func (r *reckoning) promise(s *somebodysPast, open int64) {
	switch {
	case !s.care:
	case !s.peopleBefore && open <= 30*60_000:
		r.firstMet++
	case !s.peopleBefore:
		r.firstBroken++
	case open <= 120*60_000:
		r.nextMet++
	default:
		r.nextBroken++
	}
}

func (r *reckoning) resolve(n int, at time.Time) {
	s := r.who(n)
	if s.withPeople {
		r.resolved++
		s.ended = at
		began := s.opened
		if began.IsZero() {
			began = s.taken
		}
		long := at.Sub(began).Milliseconds()
		open := long
		if s.care {
			open = r.office(began, at)
		}
		r.waits["resolution"] = append(r.waits["resolution"], long)
		r.waits["resolution open"] = append(r.waits["resolution open"], open)
	}
	s.withPeople, s.waiting, s.opened, s.peopleBefore = false, time.Time{}, time.Time{}, false
}

// office walks from minute to minute and looks at the clock on the wall.
func (r *reckoning) office(from, to time.Time) int64 {
	open := int64(0)
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		if r.opens(at) {
			open += 60_000
		}
	}
	return open
}

func (r *reckoning) opens(at time.Time) bool {
	local := at.In(r.zone)
	clock := local.Hour()*60 + local.Minute()
	yesterday := time.Date(local.Year(), local.Month(), local.Day()-1, 12, 0, 0, 0, time.UTC)
	return inSpan(local, clock) || inSpan(yesterday, clock+1440)
}

func inSpan(day time.Time, clock int) bool {
	spans := map[time.Weekday][2]int{1: {540, 1080}, 2: {540, 1080}, 3: {540, 1080}, 4: {540, 1080}, 5: {1320, 1800}, 0: {0, 240}}
	span, ok := spans[day.Weekday()]
	switch day.Format("2006-01-02") {
	case "2026-12-31":
		return false
	case "2027-01-02":
		span, ok = [2]int{600, 840}, true
	case "2026-10-24":
		span, ok = [2]int{540, 720}, true
	}
	return ok && clock >= span[0] && clock < span[1]
}

func (r *reckoning) check(t *rapid.T, got report.Period, rows []rollup.Row) {
	var sum rollup.Row
	for _, row := range rows {
		if err := sum.Merge(row); err != nil {
			t.Fatal(err)
		}
	}
	f, wrote, billed := got.Figures, r.wrote, int64(0)
	for _, s := range r.of {
		if s.wrote {
			wrote++
		}
	}
	for _, b := range r.delivered {
		if b {
			billed++
		}
	}
	for _, c := range []struct {
		name      string
		got, want int64
	}{
		{"messages in", f.MessagesIn, r.in}, {"by template", f.OutByTemplate, r.byTemplate}, {"by people", f.OutByPeople, r.byPeople},
		{"conversations", f.Conversations, int64(len(r.days))}, {"people and days", sum.ActiveDay, int64(len(r.days))},
		{"people and weeks", sum.Active, int64(len(r.weeks))}, {"people and months", sum.ActiveMonth, int64(len(r.months))},
		{"new", f.NewCustomers, wrote}, {"resolved", f.Resolved, r.resolved}, {"reopened", f.Reopened, r.reopened},
		{"delivered", f.Delivered, int64(len(r.delivered))}, {"billed", f.Billable, billed},
		{"first met", f.SLA.FirstReply.Met, r.firstMet}, {"first broken", f.SLA.FirstReply.Broken, r.firstBroken},
		{"next met", f.SLA.NextReply.Met, r.nextMet}, {"next broken", f.SLA.NextReply.Broken, r.nextBroken},
		{"outcomes", f.Contained + f.HandedOff + f.Unanswered + f.Quiet, f.Conversations},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, c.got, c.want)
		}
	}
	r.times(t, "bot", f.ReplyBot)
	r.times(t, "first bot", f.FirstReplyBot)
	r.times(t, "people", f.ReplyPeople)
	r.times(t, "first people", f.FirstReplyPeople)
	r.times(t, "resolution", f.Resolution)
}

func (r *reckoning) times(t *rapid.T, what string, got *report.Times) {
	if len(r.waits[what]) == 0 {
		if got != nil {
			t.Errorf("%s: got %d, want none", what, got.Count)
		}
		return
	}
	if got == nil || got.Count != int64(len(r.waits[what])) {
		t.Fatalf("%s: got %+v, want %d of them", what, got, len(r.waits[what]))
	}
	near(t, what, *got, r.waits[what])
	near(t, what+" in business hours", *got.Open, r.waits[what+" open"])
}

func near(t *rapid.T, what string, got report.Times, exact []int64) {
	slices.Sort(exact)
	sum := int64(0)
	for _, ms := range exact {
		sum += ms
	}
	rank := func(q float64) int64 { return exact[int(math.Ceil(q*float64(len(exact))))-1] }
	for name, c := range map[string][2]int64{"median": {got.Median, rank(0.5)}, "p90": {got.P90, rank(0.9)}} {
		if math.Abs(float64(c[0]-c[1])) > 0.01*float64(c[1]) {
			t.Errorf("%s: %s: got %d, want %d to 1 %%", what, name, c[0], c[1])
		}
	}
	if want := math.Round(float64(sum) / float64(len(exact))); float64(got.Mean) != want {
		t.Errorf("%s: mean: got %d, want %v", what, got.Mean, want)
	}
}
