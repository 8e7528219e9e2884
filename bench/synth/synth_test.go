package main

import (
	"context"
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"frontdesk/shared/record"
	"frontdesk/shared/rollup"
	"frontdesk/shared/table/bolt"
)

// synth runs the command and returns what it wrote.
func synth(t *testing.T, args ...string) string {
	t.Helper()
	var out strings.Builder
	if err := run(context.Background(), args, &out); err != nil {
		t.Fatalf("synth %s: %v", strings.Join(args, " "), err)
	}
	return out.String()
}

// rowsOf are the KPI rows of the week in a file, added up.
func rowsOf(t *testing.T, path string) (sum rollup.Row, rows int) {
	t.Helper()
	db, err := bolt.Open(path, bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	stored, err := record.New(db).KPIRows(t.Context(), "2026-W47")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stored {
		var row rollup.Row
		if err := json.Unmarshal(s.Body, &row); err != nil {
			t.Fatal(err)
		}
		if err := sum.Merge(row); err != nil {
			t.Fatal(err)
		}
	}
	return sum, len(stored)
}

func TestAMadeDayIsRolledUpWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "day.db")
	synth(t, "day", "-file", path, "-conversations", "300")
	if out := synth(t, "rollup", "-file", path); !strings.Contains(out, "processor time") {
		t.Errorf("got %q, want the time that it took", out)
	}
	sum, rows := rowsOf(t, path)
	out := sum.OutFilter + sum.OutAgent + sum.OutSystem
	if rows != len(cells()) || sum.Conversations != 300 || sum.In != 1500 || out != 1500 {
		t.Errorf("got %d rows, %d conversations, %d messages in, %d out; want %d, 300, 1500, 1500", rows, sum.Conversations, sum.In, out, len(cells()))
	}
	if sum.HandedOff == 0 || sum.Unanswered == 0 || sum.Contained == 0 || sum.Read == 0 || sum.Failed == 0 || sum.Times.People.Count() == 0 || len(sum.Prices) == 0 {
		t.Errorf("got %+v, want something of everything", sum.Counts)
	}
}

// A week of 10 million messages reports from at most 1,000 rows.
func TestTheReportOfTenMillionMessages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "weeks.db")
	made := synth(t, "week", "-file", path, "-messages", "150000")
	if n := strings.Count(made, " messages\n"); n != 8 {
		t.Errorf("got %q, want eight weeks", made)
	}
	told := regexp.MustCompile(`(\d+) messages in, 840 rows`).FindStringSubmatch(synth(t, "report", "-file", path))
	if sum, _ := rowsOf(t, path); told == nil || sum.In < 50_000 {
		t.Errorf("got %v and %d messages in, want 840 rows: fewer than 1,000 however many the messages", told, sum.In)
	}
}

func TestWrongUse(t *testing.T) {
	for _, args := range [][]string{nil, {"sing"}, {"day"}, {"day", "-file", "x", "-zone", "Nowhere"}} {
		if err := run(t.Context(), args, &strings.Builder{}); err == nil {
			t.Errorf("%v: want an error", args)
		}
	}
}
