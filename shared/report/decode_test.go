package report_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
	"frontdesk/shared/week"
)

// A report made of rows that were decoded only as far as it needs them must be
// the report made of the whole rows.
func TestDecodingLessGivesTheSameReport(t *testing.T) {
	const name = "2026-W47"
	back := map[string]int{}
	for n := range report.Weeks {
		w, err := week.Before(name, n)
		if err != nil {
			t.Fatal(err)
		}
		back[w] = n
	}
	var whole, less []rollup.Row
	for _, row := range shop(t, name, report.Weeks) {
		w, err := week.OfDay(row.Day)
		if err != nil {
			t.Fatal(err)
		}
		body, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		for to, weeksBack := range map[*[]rollup.Row]int{&whole: 0, &less: back[w]} {
			decoded, err := report.Decode(body, weeksBack)
			if err != nil {
				t.Fatal(err)
			}
			*to = append(*to, decoded)
		}
	}
	want, got := build(t, name, whole, report.Options{}), build(t, name, less, report.Options{})
	if len(whole) < 50 || want.Trend[0].FirstReplyBot == nil {
		t.Fatalf("the shop has only %d rows, or no replies in its first week", len(whole))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-whole rows +decoded as far as needed):\n%s", diff)
	}
	if _, err := report.Decode([]byte(`{"first_bot":7}`), 3); err == nil {
		t.Error("a damaged row of an early week is taken")
	}
}
