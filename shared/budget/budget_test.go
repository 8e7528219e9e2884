package budget_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"frontdesk/shared/budget"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestWindow(t *testing.T) {
	cases := []struct {
		name  string
		wrote time.Time
		want  bool
	}{
		{"a moment ago", noon.Add(-time.Second), true},
		{"nearly a day ago", noon.Add(-24*time.Hour + 2*time.Minute), true},
		{"the last minute is kept clear", noon.Add(-24*time.Hour + 30*time.Second), false},
		{"a day ago", noon.Add(-24 * time.Hour), false},
		{"never", time.Time{}, false},
		{"a channel whose clock is ahead", noon.Add(time.Minute), true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := budget.WhatsApp().Open(c.wrote, noon); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// spend sends n messages at once.
func spend(p budget.Pair, n int, at time.Time) budget.Pair {
	for range n {
		p = p.Spend(budget.WhatsApp().Pair, at, at)
	}
	return p
}

func TestPairRate(t *testing.T) {
	cases := []struct {
		name  string
		sent  int // at noon
		after time.Duration
		want  time.Duration
	}{
		{"nothing was sent", 0, 0, 0},
		{"a second message at once is borrowed", 1, 0, 0},
		{"one message is paid back after 6 s", 1, 6 * time.Second, 0},
		{"behind the span nothing goes until it is paid back", 2, 7 * time.Second, 5 * time.Second},
		{"twenty at once mean two minutes of silence", 20, 10 * time.Second, 110 * time.Second},
		{"and not longer", 20, 120 * time.Second, 0},
		{"44 at once leave one", 44, time.Second, 0},
		{"45 at once leave none", 45, time.Second, 269 * time.Second},
		{"the last second of the span is kept clear", 2, 5500 * time.Millisecond, 6500 * time.Millisecond},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := spend(budget.Pair{}, c.sent, noon).Wait(budget.WhatsApp().Pair, noon.Add(c.after)); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// meta keeps the documented rule in the plainest way: a list of all that was sent.
type meta struct {
	start, paid time.Time
	n           int
}

func (m *meta) accept(at time.Time) bool {
	switch {
	case !at.Before(m.paid):
		m.start, m.paid, m.n = at, at, 0
	case at.Sub(m.start) >= 6*time.Second || m.n >= 45:
		return false
	}
	m.n++
	m.paid = m.paid.Add(6 * time.Second)
	return true
}

// Whoever waits as long as told is never refused, whatever the way to the channel takes.
func TestWhoWaitsIsNeverRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var ours budget.Pair
		var theirs meta
		now := noon
		for range rapid.IntRange(1, 120).Draw(t, "messages") {
			now = now.Add(time.Duration(rapid.Int64Range(0, 8000).Draw(t, "pause")) * time.Millisecond)
			now = now.Add(ours.Wait(budget.WhatsApp().Pair, now))
			way := time.Duration(rapid.Int64Range(0, 900).Draw(t, "way there")) * time.Millisecond
			back := time.Duration(rapid.Int64Range(0, 900).Draw(t, "way back")) * time.Millisecond
			if !theirs.accept(now.Add(way)) {
				t.Fatalf("refused at %v with %+v", now.Sub(noon), ours)
			}
			ours = ours.Spend(budget.WhatsApp().Pair, now, now.Add(way+back))
			now = now.Add(way + back)
		}
	})
}

func TestAClockSetBackHoldsNobodyForLong(t *testing.T) {
	p := spend(budget.Pair{}, 3, noon)
	if got := p.Wait(budget.WhatsApp().Pair, noon.Add(-24*time.Hour)); got > 45*6*time.Second {
		t.Errorf("got %v, want no more than a whole burst", got)
	}
}

func TestPortfolioLimit(t *testing.T) {
	hour := noon.Truncate(time.Hour)
	used := map[time.Time]int{hour: 100, hour.Add(-23 * time.Hour): 100, hour.Add(-24 * time.Hour): 30, hour.Add(-25 * time.Hour): 1000}
	cases := []struct {
		name string
		told int
		set  int
		want int
	}{
		{"a new portfolio, hours that may still count included", 0, 0, 20},
		{"what the channel told", 2000, 0, 1770},
		{"the setting goes before it", 2000, 10_000, 9770},
		{"used up and lowered", 0, 100, 0},
		{"no limit by setting", 250, -1, int(^uint(0) >> 1)},
		{"no limit, told", -1, 0, int(^uint(0) >> 1)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := (budget.Reach{Hours: used, Told: c.told}).Left(c.set, noon); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestGateAsksAFewTimesAMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var g budget.Gate
		now, asked := noon, 0
		for now.Before(noon.Add(time.Hour)) {
			if g.Hold(now) == 0 {
				g = g.Next(now, 0, rapid.Float64Range(0, 0.99).Draw(t, "chance"))
				asked++
			}
			now = now.Add(500 * time.Millisecond)
		}
		if asked < 60 || asked > 124 {
			t.Fatalf("got %d asks in an hour, want one or two a minute and a few more at first", asked)
		}
	})
}

func TestGateWaitsAsLongAsItIsAsked(t *testing.T) {
	g := budget.Gate{}.Next(noon, 10*time.Minute, 0)
	if got := g.Hold(noon); got != 10*time.Minute {
		t.Errorf("got %v, want the ten minutes that the channel asked for", got)
	}
	if got := g.Hold(noon.Add(-3 * time.Hour)); got > 2*time.Hour {
		t.Errorf("a clock set back: got %v, want it bounded", got)
	}
	if (budget.Gate{}).Hold(noon) != 0 || (budget.Gate{}).Shut() {
		t.Error("the zero gate is not open")
	}
}

func TestWaitingJobsAreSpreadAndLookSeldomWhereThatHasAPrice(t *testing.T) {
	down := budget.Gate{Since: noon.Add(-8 * time.Hour)}.Next(noon, 0, 0)
	if got := down.Later(noon, 0, 0.999); got > time.Minute+time.Second {
		t.Errorf("on one machine: got %v, want a minute at most", got)
	}
	if got := down.Later(noon, time.Hour, 0.5); got < 30*time.Minute || got > time.Hour {
		t.Errorf("where looking has a price: got %v, want about half an hour", got)
	}
	if got := down.Later(noon, time.Hour, 0); got != down.Hold(noon) {
		t.Errorf("without chance: got %v, want the hold %v", got, down.Hold(noon))
	}
}

// WeCom drops what is too much without a word: 30 a minute and 1,000 an hour to one
// member, however the minute is counted.
func TestAnAppNeverSendsAMemberTooMuch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := budget.App().Pair
		var p budget.Pair
		var sent []time.Time
		now := noon
		for range 1200 {
			now = now.Add(time.Duration(rapid.Int64Range(0, 5000).Draw(t, "ms")) * time.Millisecond)
			now = now.Add(p.Wait(rate, now))
			p = p.Spend(rate, now, now)
			sent = append(sent, now)
		}
		for i := range sent {
			if i >= 30 && sent[i].Sub(sent[i-30]) < time.Minute || i >= 1000 && sent[i].Sub(sent[i-1000]) < time.Hour {
				t.Fatalf("message %d is one too many", i)
			}
		}
	})
}

func TestAKFAccountHasTwoDaysAndNoPairRate(t *testing.T) {
	kf := budget.KF()
	if !kf.Open(noon.Add(-47*time.Hour), noon) || kf.Open(noon.Add(-48*time.Hour), noon) || kf.Replies != 5 {
		t.Errorf("got %+v", kf)
	}
	if got := (budget.Pair{Paid: noon.Add(time.Hour).UnixMilli()}).Wait(kf.Pair, noon); got != 0 {
		t.Errorf("got a wait of %v, want none", got)
	}
	if !budget.App().Open(time.Time{}, noon) {
		t.Error("an app may write to its members at any time")
	}
}

func TestHowLongAChannelKnowsAMessageAgain(t *testing.T) {
	first := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	l := budget.Limits{Repeat: time.Minute}
	for after, want := range map[time.Duration]bool{-time.Second: false, 0: true, 59 * time.Second: true, time.Minute: false} {
		if got := l.Known(first, first.Add(after)); got != want {
			t.Errorf("after %s: got %v", after, got)
		}
	}
	if budget.WhatsApp().Known(first, first) {
		t.Error("WhatsApp knows nothing again")
	}
}
