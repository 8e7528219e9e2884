package compare

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"frontdesk/shared/playbook"
)

// at is a place in JSON values that can be changed.
type at struct {
	set func(any)
	old any
	top string // the field of the playbook that it stands in
}

// leaves are all values of a playbook that hold no others, and its lists.
func leaves(v any, top string, set func(any)) []at {
	var out []at
	switch v := v.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			under := top
			if top == "" {
				under = name
			}
			out = append(out, leaves(v[name], under, func(n any) { v[name] = n })...)
		}
		return out
	case []any:
		for i := range v {
			out = append(out, leaves(v[i], top, func(n any) { v[i] = n })...)
		}
	}
	return append(out, at{set, v, top})
}

// other is another value for one of a playbook.
func other(t *rapid.T, v any) any {
	switch v := v.(type) {
	case string:
		return v + rapid.StringMatching(`[a-z茶]{1,5}`).Draw(t, "more")
	case bool:
		return !v
	case json.Number:
		return json.Number(v.String() + "1")
	case []any:
		if len(v) > 0 && rapid.Bool().Draw(t, "less") {
			i := rapid.IntRange(0, len(v)-1).Draw(t, "which")
			return slices.Delete(slices.Clone(v), i, i+1)
		}
		return rapid.Permutation(v).Draw(t, "order")
	}
	return v
}

func parsed(t *rapid.T, m map[string]any) (playbook.Playbook, bool) {
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var p playbook.Playbook
	return p, json.Unmarshal(data, &p) == nil
}

// TestOneChangeAnywhereIsToldAndNothingElse changes one value of a real playbook, wherever
// it stands: nothing is said when nothing differs, and else the field that it stands in is
// named, and no other, with sentences in both languages.
func TestOneChangeAnywhereIsToldAndNothingElse(t *testing.T) {
	real := read(t, "../demo/playbook.json")
	rapid.Check(t, func(t *rapid.T) {
		m, err := form(real)
		if err != nil {
			t.Fatal(err)
		}
		places := leaves(any(m), "", func(any) {})
		where := places[rapid.IntRange(0, len(places)-1).Draw(t, "where")]
		where.set(other(t, where.old))
		now, ok := parsed(t, m)
		if !ok {
			return // no playbook
		}
		list, err := Books(real, now)
		if err != nil {
			t.Fatal(err)
		}
		same := canonical(t, real) == canonical(t, now)
		if (len(list) == 0) != same {
			t.Fatalf("%s of %v: got %+v, want nothing said: %v", where.top, where.old, list, same)
		}
		for _, c := range list {
			if c.Of != where.top || len(c.Fields) == 0 || c.Text == "" || c.TextZH == "" || strings.Contains(c.Text+c.TextZH, "{1}") {
				t.Fatalf("%s was changed: got %+v", where.top, c)
			}
		}
	})
}

// canonical is a playbook as text without what is empty: another way to see whether two are
// the same.
func canonical(t *rapid.T, p playbook.Playbook) string {
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(pruned(v))
}

func pruned(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, field := range v {
			if f := pruned(field); f != nil {
				out[name] = f
			}
		}
		if len(out) == 0 {
			return nil
		}
		return out
	case []any:
		if len(v) == 0 {
			return nil
		}
		out := make([]any, len(v))
		for i := range v {
			out[i] = pruned(v[i])
		}
		return out
	case string:
		if v == "" {
			return nil
		}
	}
	return v
}

// TestListsBecomeTheOther draws two lists of filters and plays what is told: whoever takes
// out what is gone, puts in what is new and moves what has moved has the new list, and the
// others have kept their order.
func TestListsBecomeTheOther(t *testing.T) {
	ids := rapid.SliceOfNDistinct(rapid.SampledFrom(strings.Split("abcdefghij", "")), 0, 8, rapid.ID)
	rapid.Check(t, func(t *rapid.T) {
		a, b := ids.Draw(t, "old"), ids.Draw(t, "now")
		touched := map[string]bool{}
		list, err := Books(filters(strings.Join(a, " ")), filters(strings.Join(b, " ")))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			touched[c.ID] = true
			gone, isNew := !slices.Contains(b, c.ID), !slices.Contains(a, c.ID)
			if want := []string{"#"}; !gone && !isNew && !reflect.DeepEqual(c.Fields, want) || (gone || isNew) && c.Fields[0] != "." {
				t.Fatalf("%v to %v: got %+v", a, b, c)
			}
		}
		left := func(list []string) []string {
			return slices.DeleteFunc(slices.Clone(list), func(id string) bool { return touched[id] })
		}
		if !slices.Equal(left(a), left(b)) {
			t.Fatalf("%v to %v: what nothing is said of is %v and %v", a, b, left(a), left(b))
		}
	})
}

// BenchmarkBooks compares two versions of a large playbook: 10,000 filters, one of which
// has moved to the front.
func BenchmarkBooks(b *testing.B) {
	var old playbook.Playbook
	for i := range 10_000 {
		id := fmt.Sprintf("f%d", i)
		old.Filters = append(old.Filters, playbook.Filter{ID: id, Name: id, When: playbook.Condition{Contains: []string{id}}, Then: playbook.Action{Reply: "t"}})
	}
	now := old
	now.Filters = append([]playbook.Filter{old.Filters[9_999]}, old.Filters[:9_999]...)
	b.ReportAllocs()
	for b.Loop() {
		if list, err := Books(old, now); err != nil || len(list) != 1 {
			b.Fatal(list, err)
		}
	}
}
