package report_test

import (
	"strconv"
	"testing"

	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
)

func TestSatisfaction(t *testing.T) {
	row := func(day string, surveys int64, ratings ...int64) rollup.Row {
		r := rollup.Row{Day: day, Channel: "kf-main"}
		r.Surveys = surveys
		copy(r.Ratings[:], ratings)
		return r
	}
	tests := []struct {
		name                      string
		rows                      []rollup.Row
		rated                     int64
		response, satisfied, mean string
	}{
		{"made of totals, not of days", []rollup.Row{row("2026-11-16", 10, 0, 0, 0, 0, 1), row("2026-11-17", 10, 3, 0, 0, 3, 1)}, 8, "0.4", "0.625", "3.125"},
		{"asked and not answered", []rollup.Row{row("2026-11-16", 4)}, 0, "0", "none", "none"},
		{"never asked", []rollup.Row{row("2026-11-16", 0)}, 0, "none", "none", "none"},
		{"more answers than questions: asked last week", []rollup.Row{row("2026-11-16", 1, 0, 1, 1)}, 2, "none", "0", "2.5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := build(t, "2026-W47", tt.rows, report.Options{}).Figures
			if f.Rated != tt.rated || shown(f.ResponseRate) != tt.response || shown(f.SatisfiedShare) != tt.satisfied || shown(f.RatingMean) != tt.mean {
				t.Errorf("got %d rated, %s, %s, %s; want %d, %s, %s, %s", f.Rated, shown(f.ResponseRate), shown(f.SatisfiedShare), shown(f.RatingMean),
					tt.rated, tt.response, tt.satisfied, tt.mean)
			}
		})
	}
	t.Run("against the week before, by channel and by team", func(t *testing.T) {
		before := full(t, "2026-W46", 1, 0, 0)
		before[0].Ratings = [5]int64{0: 1, 4: 1}
		before[0].Surveys = 4
		now := full(t, "2026-W47", 1, 0, 0)
		now[0].Ratings = [5]int64{4: 2}
		now[0].Surveys = 4
		got := build(t, "2026-W47", append(before, now...), report.Options{})
		if d := got.Changes["satisfied_share"].Delta; d != 0.5 {
			t.Errorf("got a change of %v, want 0.5", d)
		}
		if shown(got.Channels[0].Figures.SatisfiedShare) != "1" || shown(got.Teams[0].Figures.SatisfiedShare) != "1" {
			t.Errorf("got %+v and %+v, want all satisfied", got.Channels[0].Figures.Satisfaction, got.Teams[0].Figures.Satisfaction)
		}
	})
}

func shown(f *float64) string {
	if f == nil {
		return "none"
	}
	return strconv.FormatFloat(*f, 'f', -1, 64)
}
