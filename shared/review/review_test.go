package review_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/playbook"
	"frontdesk/shared/review"
	"frontdesk/shared/rollup"
)

var update = flag.Bool("update", false, "write the golden files")

// shop is four weeks with something of every kind.
func shop() review.Input {
	in := review.Input{Known: map[string]bool{}, Published: []int64{7, 8}}
	for d := range 28 {
		day := fmt.Sprintf("2026-11-%02d", d+1)
		in.Known[day] = true
		row := rollup.Row{Day: day, Channel: "wa-main"}
		row.Filters = map[string]int64{"price": 10, "person": 5}
		row.FilterHandOffs = map[string]int64{"person": 5}
		row.Templates = map[string]rollup.Use{"prices": {Sent: 10, Failed: 1, Asked: 4, HandedOff: 1}, "returns": {Sent: 5, HandedOff: 3}, "gone": {Sent: 50, Asked: 50}}
		if d < 21 {
			in.Before = append(in.Before, day)
		} else {
			in.Days = append(in.Days, day)
			row.WaitHours[14] = rollup.Wait{Answers: 6, Waited: 9_000_000, WaitedOpen: int64(d) * 360_000}
			row.WaitHours[3] = rollup.Wait{Answers: 6, Waited: 99_000_000}
			row.WaitHours[4] = rollup.Wait{Answers: 1, WaitedOpen: 99_000_000}
		}
		in.Rows = append(in.Rows, row)
	}
	in.Now = playbook.Playbook{
		Templates: []playbook.Template{{ID: "prices", Name: "Prices"}, {ID: "returns", Name: "Returns"}, {ID: "old", Name: "{2} Old"}, {ID: "fresh"}},
		Filters: []playbook.Filter{
			{ID: "price", Name: "Price", Then: playbook.Action{Reply: "prices"}}, {ID: "person", Name: "Person", Then: playbook.Action{HandOff: true}},
			{ID: "never", Then: playbook.Action{Reply: "old"}}, {ID: "tags", Then: playbook.Action{Tag: []string{"vip"}}},
			{ID: "off", Off: true, Then: playbook.Action{Reply: "old"}}, {ID: "new", Then: playbook.Action{Reply: "old"}},
		},
	}
	then := in.Now
	then.Templates, then.Filters = then.Templates[:3], then.Filters[:5]
	in.Then, in.Began = &then, then
	return in
}

func kinds(items []review.Item) (out []review.Kind) {
	for _, i := range items {
		out = append(out, i.Kind)
	}
	return out
}

func list(t *testing.T, in review.Input) []review.Item {
	t.Helper()
	items, err := review.List(in)
	if err != nil {
		t.Fatal(err)
	}
	return items
}

func TestTheWholeList(t *testing.T) {
	const golden = "testdata/list.json"
	got, err := json.MarshalIndent(list(t, shop()), "", " ")
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
	if d := cmp.Diff(string(want), string(got)+"\n"); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestWhatIsNotSaid(t *testing.T) {
	all := kinds(list(t, shop()))
	for _, c := range []struct {
		name string
		edit func(*review.Input)
		gone []review.Kind
	}{
		{"a day has no figures", func(in *review.Input) { delete(in.Known, in.Before[3]) }, []review.Kind{review.NeverMatched, review.Unused}},
		{"nothing was live four weeks ago", func(in *review.Input) { in.Then = nil }, []review.Kind{review.NeverMatched, review.Unused}},
		{"a row had no room for all filters", func(in *review.Input) { in.Rows[0].Filters = map[string]int64{rollup.Other: 1, "person": 5} }, []review.Kind{review.NeverMatched}},
		{"a row had no room for all templates", func(in *review.Input) { in.Rows[0].Templates = map[string]rollup.Use{rollup.Other: {Sent: 1}} }, []review.Kind{review.Unused}},
		{"nothing was published", func(in *review.Input) { in.Published = nil }, []review.Kind{review.Changed}},
		{"the same was published again", func(in *review.Input) { in.Began = in.Now }, []review.Kind{review.Changed}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := shop()
			c.edit(&in)
			var want []review.Kind
			for _, k := range all {
				if len(c.gone) == 0 || k != c.gone[0] && k != c.gone[len(c.gone)-1] {
					want = append(want, k)
				}
			}
			if d := cmp.Diff(want, kinds(list(t, in))); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestNothingToSay(t *testing.T) {
	if got := list(t, review.Input{Known: map[string]bool{}}); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
}

func TestARowIsReadAsFarAsItIsUsed(t *testing.T) {
	want := shop().Rows[27]
	body, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := review.Decode(body)
	if d := cmp.Diff(want, got, cmp.Comparer(func(a, b rollup.Sketch) bool { return a.Count() == b.Count() })); d != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}
