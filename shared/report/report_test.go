package report_test

import (
	"encoding/json"
	"errors"
	"flag"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"frontdesk/shared/report"
	"frontdesk/shared/rollup"
	"frontdesk/shared/week"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

func build(t testing.TB, w string, rows []rollup.Row, o report.Options) report.Week {
	t.Helper()
	r, err := report.Build(w, rows, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// counts is a row of a day with these outcomes.
func counts(day string, contained, handedOff, unanswered, quiet int64) rollup.Row {
	r := rollup.Row{Day: day, Channel: "wa-main"}
	r.Conversations = contained + handedOff + unanswered + quiet
	r.Contained, r.HandedOff, r.Unanswered, r.Quiet = contained, handedOff, unanswered, quiet
	return r
}

// full is a row of the same outcomes on each day of a week.
func full(t testing.TB, w string, contained, handedOff, unanswered int64) []rollup.Row {
	t.Helper()
	days, err := week.Days(w)
	if err != nil {
		t.Fatal(err)
	}
	var rows []rollup.Row
	for _, d := range days {
		rows = append(rows, counts(d, contained, handedOff, unanswered, 0))
	}
	return rows
}

func TestTheWholeReport(t *testing.T) {
	const golden = "testdata/week.json"
	r := build(t, "2026-W47", shop(t, "2026-W47", 10), names)
	got, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(golden, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.TrimSpace(string(want)), string(got)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	var again report.Week
	if err := json.Unmarshal(got, &again); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(r, again); d != "" {
		t.Errorf("read back from JSON (-want +got):\n%s", d)
	}
}

func TestRowsInAnyOrderAndStoredGiveTheSameReport(t *testing.T) {
	rows := shop(t, "2026-W47", 3)
	want := build(t, "2026-W47", rows, names)
	b, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	var read []rollup.Row
	if err := json.Unmarshal(b, &read); err != nil {
		t.Fatal(err)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(read), func(i, j int) { read[i], read[j] = read[j], read[i] })
	if d := cmp.Diff(want, build(t, "2026-W47", read, names)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if d := cmp.Diff(want, build(t, "2026-W47", rows, names)); d != "" {
		t.Errorf("building twice (-want +got):\n%s", d)
	}
}

// LinkWeChat's week had eight days: both ends were included.
func TestAWeekHasSevenDaysAndNoEighth(t *testing.T) {
	rows := slices.Concat(full(t, "2026-W46", 10, 0, 0), full(t, "2026-W47", 10, 0, 0), full(t, "2026-W48", 10, 0, 0))
	r := build(t, "2026-W47", rows, report.Options{})
	if r.Figures.Conversations != 70 || len(r.Days) != 7 || r.From != "2026-11-16" || r.To != "2026-11-22" {
		t.Errorf("got %d conversations from %s to %s, want 70 from 2026-11-16 to 2026-11-22", r.Figures.Conversations, r.From, r.To)
	}
}

// LinkWeChat averaged the percentages of days.
func TestSharesAreMadeOfTotalsNotOfDays(t *testing.T) {
	r := build(t, "2026-W47", []rollup.Row{
		counts("2026-11-16", 1, 1, 0, 0), // 50 %
		counts("2026-11-17", 98, 0, 0, 5),
	}, report.Options{})
	if got := *r.Figures.ContainedShare; got != 0.99 {
		t.Errorf("got %v, want 0.99: 99 of 100 that needed an answer, not the mean of 50 %% and 100 %%", got)
	}
}

func TestMediansAreOfAllDurationsNotOfDays(t *testing.T) {
	slow, fast := counts("2026-11-16", 1, 0, 0, 0), counts("2026-11-17", 99, 0, 0, 0)
	add(t, 100_000, &slow.FirstPeople)
	for range 99 {
		add(t, 200, &fast.FirstPeople)
	}
	r := build(t, "2026-W47", []rollup.Row{slow, fast}, report.Options{})
	want := &report.Times{Count: 100, Median: 200, P90: 200, Mean: 1198}
	if d := cmp.Diff(want, r.Figures.FirstReplyPeople); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if r.Figures.FirstReplyBot != nil {
		t.Errorf("first reply by templates: got %+v, want none: people answered", r.Figures.FirstReplyBot)
	}
}

func TestNothingToDivideByIsNoShare(t *testing.T) {
	r := build(t, "2026-W47", []rollup.Row{counts("2026-11-16", 0, 0, 0, 3)}, report.Options{})
	if f := r.Figures; f.ContainedShare != nil || f.FailedShare != nil || f.ReadShare != nil || f.FirstReplyBot != nil {
		t.Errorf("got %+v, want no shares and no times", f)
	}
}

func TestChanges(t *testing.T) {
	percent := func(p float64) *float64 { return &p }
	rows := slices.Concat(full(t, "2026-W46", 8, 2, 0), full(t, "2026-W47", 18, 1, 1))
	add(t, 100, &rows[0].FirstBot)
	add(t, 50, &rows[7].FirstBot)
	r := build(t, "2026-W47", rows, report.Options{})
	for name, want := range map[string]report.Change{
		"conversations":             {Before: 70, Delta: 70, Percent: percent(100)},
		"handed_off":                {Before: 14, Delta: -7, Percent: percent(-50)},
		"unanswered":                {Before: 0, Delta: 7}, // no percentage of nothing
		"first_reply_bot_median_ms": {Before: 100, Delta: -50, Percent: percent(-50)},
		"contained_share":           {Before: 0.8, Delta: 0.1},
	} {
		got := r.Changes[name]
		got.Delta = math.Round(got.Delta*1e9) / 1e9
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
	for _, name := range []string{"first_reply_people_median_ms", "read_share"} {
		if c, ok := r.Changes[name]; ok {
			t.Errorf("%s: got %+v, want none: there is nothing to compare", name, c)
		}
	}
}

func TestMissingDaysAreNamedAndNotZero(t *testing.T) {
	this, last := full(t, "2026-W47", 10, 0, 0), full(t, "2026-W46", 20, 0, 0)
	quiet := rollup.New("2026-11-20").Rows() // rolled up, and nothing happened
	rows := slices.Concat(last, this[:4], quiet)
	r := build(t, "2026-W47", rows, report.Options{})
	if want := []string{"2026-11-21", "2026-11-22"}; !slices.Equal(r.Missing, want) {
		t.Errorf("missing: got %v, want %v", r.Missing, want)
	}
	if r.Days[4].Missing || !r.Days[5].Missing {
		t.Errorf("got %+v, want Friday without messages and Saturday missing", r.Days[4:6])
	}
	want := []string{"2026-11-09", "2026-11-10", "2026-11-11", "2026-11-12", "2026-11-13"}
	if !slices.Equal(r.Compared, want) {
		t.Errorf("compared with: got %v, want the same weekdays %v", r.Compared, want)
	}
	if c := r.Changes["conversations"]; c.Before != 100 || c.Delta != -60 {
		t.Errorf("got %+v, want 40 against the 100 of the same five days, not of seven", c)
	}
	if g := r.Channels[0].Conversations; g == nil || g.Before != 100 {
		t.Errorf("channel: got %+v, want 100 before", g)
	}
	if p := r.Trend[report.Weeks-1]; p.MissingDays != 2 || p.Conversations != 40 {
		t.Errorf("trend: got %+v, want 40 conversations and two missing days", p)
	}
}

func TestNoChangeAgainstDaysThatHaveNoFigures(t *testing.T) {
	rows := slices.Concat(full(t, "2026-W46", 20, 0, 0)[1:], full(t, "2026-W47", 10, 0, 0))
	r := build(t, "2026-W47", rows, report.Options{})
	if r.Changes != nil || r.Compared != nil || r.Channels[0].Conversations != nil {
		t.Errorf("got %v, want no change: Monday of the week before is not known", r.Changes)
	}
	empty := build(t, "2026-W47", nil, report.Options{})
	if len(empty.Missing) != 7 || empty.Changes != nil || empty.Figures != (report.Figures{}) {
		t.Errorf("without rows: got %+v, want seven missing days and no figures", empty)
	}
}

func TestTheTrendIsEightWeeks(t *testing.T) {
	r := build(t, "2027-W01", slices.Concat(full(t, "2026-W46", 99, 0, 0), full(t, "2026-W53", 2, 0, 0), full(t, "2027-W01", 3, 0, 0)), report.Options{})
	var got []string
	for _, p := range r.Trend {
		got = append(got, p.Week)
	}
	want := []string{"2026-W47", "2026-W48", "2026-W49", "2026-W50", "2026-W51", "2026-W52", "2026-W53", "2027-W01"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if p := r.Trend[0]; p.MissingDays != 7 || p.ContainedShare != nil {
		t.Errorf("a week without rows: got %+v, want seven missing days and no share", p)
	}
	if p := r.Trend[6]; p.Conversations != 14 || *p.ContainedShare != 1 {
		t.Errorf("the week before: got %+v, want 14 conversations", p)
	}
}

func TestChannelsAndTeamsAddUpToTheWhole(t *testing.T) {
	r := build(t, "2026-W47", shop(t, "2026-W47", 2), names)
	for name, groups := range map[string][]report.Group{"channels": r.Channels, "teams": r.Teams} {
		var conversations, answers int64
		for _, g := range groups {
			conversations += g.Figures.Conversations
			answers += g.Figures.FirstReplyBot.Count
		}
		if conversations != r.Figures.Conversations || answers != r.Figures.FirstReplyBot.Count {
			t.Errorf("%s: got %d conversations and %d answers, want %d and %d",
				name, conversations, answers, r.Figures.Conversations, r.Figures.FirstReplyBot.Count)
		}
	}
	if g := r.Channels[0]; g.ID != "wa-main" || g.Name.Name != "WhatsApp Shop" {
		t.Errorf("got %+v first, want the busiest channel by its name", g.Name)
	}
}

func TestNarrowed(t *testing.T) {
	rows := shop(t, "2026-W47", 2)
	whole := build(t, "2026-W47", rows, names)
	o := names
	o.Team = "care"
	r := build(t, "2026-W47", rows, o)
	if r.Team == nil || r.Team.Name != "Customer care 客服" || len(r.Teams) != 1 || len(r.Missing) != 0 {
		t.Errorf("got team %v of %d, missing %v, want customer care alone", r.Team, len(r.Teams), r.Missing)
	}
	i := slices.IndexFunc(whole.Teams, func(g report.Group) bool { return g.ID == "care" })
	if d := cmp.Diff(whole.Teams[i].Figures, r.Figures); d != "" {
		t.Errorf("differs from the team's part of the whole (-want +got):\n%s", d)
	}
	o = report.Options{Channel: "no-such"}
	if r := build(t, "2026-W47", rows, o); r.Figures.Conversations != 0 || r.Channel.Name != "no-such" || len(r.Missing) != 0 {
		t.Errorf("an unknown channel: got %d conversations, missing %v, want none and none", r.Figures.Conversations, r.Missing)
	}
}

func TestTheBusiestHoursAreTheHeatMapsHighest(t *testing.T) {
	mon, tue := counts("2026-11-16", 1, 0, 0, 0), counts("2026-11-17", 1, 0, 0, 0)
	mon.InHours[9], mon.InHours[10], tue.InHours[9] = 5, 7, 5
	r := build(t, "2026-W47", []rollup.Row{tue, mon}, report.Options{})
	want := []report.Busy{{Weekday: 1, Hour: 10, MessagesIn: 7}, {Weekday: 1, Hour: 9, MessagesIn: 5}, {Weekday: 2, Hour: 9, MessagesIn: 5}}
	if d := cmp.Diff(want, r.Busiest); d != "" || r.Heat[1][9] != 5 {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestRefuses(t *testing.T) {
	for _, w := range []string{"", "2026-W54", "2026-11-22", "0001-W01"} {
		if _, err := report.Build(w, nil, report.Options{}); !errors.Is(err, week.ErrFormat) {
			t.Errorf("week %q: got %v, want ErrFormat", w, err)
		}
	}
	for _, day := range []string{"2026-11-16", "2026-11-09", "2026-10-05"} {
		rows := slices.Concat(full(t, "2026-W46", 1, 0, 0), full(t, "2026-W47", 1, 0, 0))
		bad := counts(day, 1, 0, 0, 0)
		if err := bad.FirstBot.UnmarshalText([]byte("1 5 damaged")); err != nil {
			t.Fatal(err)
		}
		if _, err := report.Build("2026-W47", append(rows, bad), report.Options{}); !errors.Is(err, rollup.ErrSketch) {
			t.Errorf("a damaged sketch on %s: got %v, want ErrSketch", day, err)
		}
	}
}

func TestEveryCodeHasWords(t *testing.T) {
	for _, code := range report.Codes() {
		if got := report.Reason(code); got == "Other reason" {
			t.Errorf("code %d: got %q, want words of its own", code, got)
		}
	}
	if got := report.Reason(-1); got != "Other reason" {
		t.Errorf("got %q, want the words for an unknown code", got)
	}
}

func BenchmarkBuild8Weeks(b *testing.B) {
	raw, err := json.Marshal(shop(b, "2026-W47", report.Weeks))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		var rows []rollup.Row
		if err := json.Unmarshal(raw, &rows); err != nil {
			b.Fatal(err)
		}
		build(b, "2026-W47", rows, names)
	}
}
