package mail

import (
	"strings"
	"testing"

	"frontdesk/shared/report"
)

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		name  string
		edit  func(*report.Week)
		level string
		says  string
	}{
		{"everything answered", func(*report.Week) {}, good, "Every conversation that needed an answer got one."},
		{"a few unanswered", func(w *report.Week) { unanswered(w, 20) }, good, "20 conversations (2 %) got no answer."},
		{"some unanswered", func(w *report.Week) { unanswered(w, 21) }, fair, "21 conversations (2.1 %) got no answer."},
		{"many unanswered", func(w *report.Week) { unanswered(w, 51) }, poor, "51 conversations (5.1 %) got no answer."},
		{"a few failed", func(w *report.Week) { failed(w, 0.001) }, good, "7 of our messages (0.1 %) could not be delivered."},
		{"many failed", func(w *report.Week) { failed(w, 0.06) }, poor, "7 of our messages (6 %) could not be delivered."},
		{"templates answer less", func(w *report.Week) { dropped(w, -0.03) }, fair, "The share that templates answered fell by 3 pts."},
		{"templates answer far less", func(w *report.Week) { dropped(w, -0.06) }, poor, "fell by 6 pts."},
		{"templates answer more", func(w *report.Week) { dropped(w, 0.06) }, good, "got one."},
		{"people are much slower", func(w *report.Week) { slowed(w, 12*60_000, 60) }, fair, "People took 12 min to answer first (median), 5 min the week before."},
		{"people are slower and still quick", func(w *report.Week) { slowed(w, 9*60_000, 80) }, good, "got one."},
		{"many wait for people", func(w *report.Week) { w.Figures.Waiting = 30 }, fair, "30 conversations that were handed off"},
		{"nearly everybody waits", func(w *report.Week) { w.Figures.Waiting = 900 }, fair, "900 conversations"},
		{"nobody wrote", func(w *report.Week) { w.Figures = report.Figures{} }, quiet, "Nobody wrote anything that needed an answer."},
		{"no figures", func(w *report.Week) { w.Missing = make([]string, 7) }, empty, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := report.Week{Week: "2026-W07", Changes: map[string]report.Change{}}
			w.Figures.Conversations, w.Figures.ContainedShare = 1000, new(float64)
			c.edit(&w)
			v := newPrinter(English).verdict(w)
			if text := strings.Join(v.Text, " "); v.Level != c.level || !strings.Contains(text, c.says) {
				t.Errorf("got %s: %q, want %s: %q", v.Level, text, c.level, c.says)
			}
			if !strings.HasPrefix(v.Title, "Week 7 ") {
				t.Errorf("got the headline %q, want it to name week 7", v.Title)
			}
		})
	}
}

func unanswered(w *report.Week, n int64) {
	s := float64(n) / 1000
	w.Figures.Unanswered, w.Figures.UnansweredShare = n, &s
}

func failed(w *report.Week, share float64) { w.Figures.Failed, w.Figures.FailedShare = 7, &share }

func dropped(w *report.Week, delta float64) {
	w.Changes["contained_share"] = report.Change{Before: 0.9, Delta: delta}
}

func slowed(w *report.Week, now int64, percent float64) {
	w.Figures.FirstReplyPeople = &report.Times{Median: now}
	w.Changes["first_reply_people_median_ms"] = report.Change{Before: 5 * 60_000, Percent: &percent}
}

func TestChanges(t *testing.T) {
	p := newPrinter(English)
	percent := func(n float64) *float64 { return &n }
	for _, c := range []struct {
		name string
		c    report.Change
		up   int
		want delta
	}{
		{"more of what is good", report.Change{Delta: 9, Percent: percent(9)}, 1, delta{"▲ 9 %", "good"}},
		{"less of what is good", report.Change{Delta: -9, Percent: percent(-9)}, 1, delta{"▼ 9 %", "bad"}},
		{"less waiting", report.Change{Delta: -9, Percent: percent(-9)}, -1, delta{"▼ 9 %", "good"}},
		{"neither good nor bad", report.Change{Delta: -9, Percent: percent(-9)}, 0, delta{"▼ 9 %", "even"}},
		{"too little to be good", report.Change{Delta: 2, Percent: percent(2)}, 1, delta{"▲ 2 %", "even"}},
		{"too little to say", report.Change{Delta: 1, Percent: percent(0.4)}, 1, delta{"unchanged", "even"}},
		{"from nothing", report.Change{Delta: 4}, 1, delta{"new", "even"}},
		{"nothing and nothing", report.Change{}, 1, delta{"unchanged", "even"}},
	} {
		if got := p.change(c.c, c.up); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
	shares := map[string]report.Change{"a": {Delta: 0.0004}, "b": {Delta: -0.02}}
	if a, b, none := p.shareDelta(shares, "a"), p.shareDelta(shares, "b"), p.shareDelta(shares, "c"); a.Text != "unchanged" || b != (delta{"▼ 2 pts", "bad"}) || none != (delta{}) {
		t.Errorf("shares: got %v, %v, %v, want unchanged, ▼ 2 pts and none", a, b, none)
	}
}
