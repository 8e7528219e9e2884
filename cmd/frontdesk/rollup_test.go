package main

import (
	"strings"
	"testing"
	"time"

	"frontdesk/shared/record"
)

func TestDaysAreMadeAgainByACommand(t *testing.T) {
	c := newCounter(t)
	today := c.clock().UTC()
	day := func(back int) string { return today.AddDate(0, 0, -back).Format(time.DateOnly) }
	for back := 1; back <= 3; back++ {
		if err := c.store.ReplaceDay(t.Context(), "2026-W01", day(back), []record.KPIRow{}); err != nil {
			t.Fatal(err)
		}
	}
	got := c.must("rollup", "--from", day(3), "--to", day(2))
	if !strings.Contains(got, "2 days made again.") || !strings.Contains(got, day(3)+"\n"+day(2)+"\n") {
		t.Errorf("got %q, want the two days", got)
	}
	for _, wrong := range [][]string{{"rollup"}, {"rollup", "--all", "--from", day(3)}, {"rollup", "Monday"}} {
		if _, err := c.run(wrong...); err == nil {
			t.Errorf("%v: want a word on how to use it", wrong)
		}
	}
	if got := c.must("rollup", "--all"); !strings.Contains(got, "made again.") {
		t.Errorf("got %q", got)
	}
}
