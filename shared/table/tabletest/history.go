package tabletest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontdesk/shared/table"
)

// model is the contract in its simplest form: a map.
type model struct {
	now   func() time.Time
	items map[table.Key]table.Item
}

func (m model) get(k table.Key) (table.Item, bool) {
	it, ok := m.items[k]
	if ok && !it.Expires.IsZero() && !it.Expires.After(m.now()) {
		return table.Item{}, false
	}
	return it, ok
}

func (m model) holds(w table.Write) bool {
	want, named := w.If.Version()
	it, ok := m.get(w.Item.Key)
	return !named || (ok && it.Version == want) || (!ok && want == 0)
}

// firstConflict returns the place of the first step whose condition fails, or -1.
func (m model) firstConflict(writes []table.Write) int {
	return slices.IndexFunc(writes, func(w table.Write) bool { return !m.holds(w) })
}

func (m model) apply(w table.Write) {
	if w.Check {
		return
	}
	old, _ := m.get(w.Item.Key)
	delete(m.items, w.Item.Key)
	if w.Delete {
		return
	}
	it := w.Item
	it.Version = old.Version + 1
	m.items[it.Key] = it
}

func (m model) query(q table.Query) []table.Item {
	var found []table.Item
	for k := range m.items {
		it, ok := m.get(k)
		if ok && k.PK == q.PK && k.SK >= q.From && (q.To == "" || k.SK < q.To) {
			found = append(found, it)
		}
	}
	slices.SortFunc(found, func(a, b table.Item) int { return strings.Compare(a.SK, b.SK) })
	if q.Descending {
		slices.Reverse(found)
	}
	return found
}

// history drives an engine and the model through the same random calls.
type history struct {
	*rapid.T
	suite suite
	model model
	world string // a prefix of all keys, so that each history starts empty
}

func testHistory(t *testing.T, open Open) {
	clock := newClock()
	s := suite{T: t, ctx: t.Context(), table: open(t, clock.now), clock: clock}
	worlds := 0
	rapid.Check(t, func(rt *rapid.T) {
		worlds++
		h := history{T: rt, suite: s, world: fmt.Sprintf("world %d ", worlds),
			model: model{now: clock.now, items: map[table.Key]table.Item{}}}
		rt.Repeat(map[string]func(*rapid.T){
			"write":    h.write,
			"transact": h.transact,
			"get":      h.get,
			"query":    h.query,
			"time passes": func(rt *rapid.T) {
				clock.advance(time.Duration(rapid.IntRange(1, 40).Draw(rt, "seconds")) * time.Second)
			},
		})
	})
}

func (h history) key(t *rapid.T) table.Key {
	return key(h.world+rapid.SampledFrom([]string{"p", "q"}).Draw(t, "pk"),
		rapid.SampledFrom([]string{"1", "10", "2", "é", "中"}).Draw(t, "sk"))
}

// condition draws one that often holds.
func (h history) condition(t *rapid.T, k table.Key) table.Condition {
	it, _ := h.model.get(k)
	switch rapid.IntRange(0, 5).Draw(t, "condition") {
	case 0:
		return table.Absent()
	case 1, 2:
		return table.AtVersion(it.Version)
	case 3:
		return table.AtVersion(rapid.Int64Range(0, 4).Draw(t, "version"))
	}
	return always
}

func (h history) step(t *rapid.T) table.Write {
	k := h.key(t)
	w := table.Write{Item: table.Item{Key: k}, If: h.condition(t, k)}
	switch rapid.SampledFrom([]string{"put", "put", "put", "delete", "check"}).Draw(t, "kind") {
	case "delete":
		w.Delete = true
	case "check":
		w.Check = true
	default:
		w.Item.Body = rapid.String().Draw(t, "body")
		if ttl := rapid.IntRange(0, 60).Draw(t, "ttl"); ttl > 10 {
			w.Item.Expires = h.model.now().Add(time.Duration(ttl) * time.Second)
		}
	}
	if _, alive := h.model.get(k); !alive && !w.Delete && !w.Check && w.If.Any() {
		// Over an expired item an engine may count on or begin anew.
		w.If = table.Absent()
	}
	return w
}

func (h history) write(t *rapid.T) {
	w := h.step(t)
	var err error
	switch {
	case w.Delete:
		err = h.suite.table.Delete(h.suite.ctx, w.Item.Key, w.If)
	case w.Check:
		err = h.suite.table.Transact(h.suite.ctx, w)
	default:
		err = h.suite.table.Put(h.suite.ctx, w.Item, w.If)
	}
	h.settle(t, err, []table.Write{w})
}

func (h history) transact(t *rapid.T) {
	var writes []table.Write
	for range rapid.IntRange(1, 4).Draw(t, "steps") {
		w := h.step(t)
		if !slices.ContainsFunc(writes, func(x table.Write) bool { return x.Item.Key == w.Item.Key }) {
			writes = append(writes, w)
		}
	}
	h.settle(t, h.suite.table.Transact(h.suite.ctx, writes...), writes)
}

// settle compares the engine's answer with the model's and applies the writes to it.
func (h history) settle(t *rapid.T, err error, writes []table.Write) {
	failed := h.model.firstConflict(writes)
	if failed < 0 {
		if err != nil {
			t.Fatalf("write: got error %v, want none", err)
		}
		for _, w := range writes {
			h.model.apply(w)
		}
		return
	}
	var conflict *table.Conflict
	if !errors.As(err, &conflict) {
		t.Fatalf("write: got error %v, want a conflict at step %d", err, failed)
	}
	want := table.Conflict{Key: writes[failed].Item.Key}
	if it, ok := h.model.get(want.Key); ok {
		want.Current = &it
	}
	if diff := gocmp.Diff(want, *conflict); diff != "" {
		t.Fatalf("conflict (-want +got):\n%s", diff)
	}
}

func (h history) get(t *rapid.T) {
	var keys []table.Key
	var want []table.Item
	for range rapid.IntRange(1, 4).Draw(t, "keys") {
		k := h.key(t)
		if it, ok := h.model.get(k); ok && !slices.Contains(keys, k) {
			want = append(want, it)
		}
		keys = append(keys, k)
	}
	got, err := h.suite.table.Get(h.suite.ctx, keys...)
	if err != nil {
		t.Fatalf("get: %v", err)
	}
	if diff := gocmp.Diff(sorted(want), sorted(got)); diff != "" {
		t.Fatalf("get (-want +got):\n%s", diff)
	}
}

func (h history) query(t *rapid.T) {
	bound := rapid.SampledFrom([]string{"", "", "1", "2", "3", "中"})
	q := table.Query{
		PK:         h.key(t).PK,
		From:       bound.Draw(t, "from"),
		To:         bound.Draw(t, "to"),
		Descending: rapid.Bool().Draw(t, "descending"),
		Limit:      rapid.IntRange(0, 3).Draw(t, "limit"),
	}
	var got []table.Item
	if err := table.All(h.suite.ctx, h.suite.table, q, func(it table.Item) bool {
		got = append(got, it)
		return true
	}); err != nil {
		t.Fatalf("query: %v", err)
	}
	if diff := gocmp.Diff(h.model.query(q), got); diff != "" {
		t.Fatalf("query %+v (-want +got):\n%s", q, diff)
	}
}
