// Package tabletest holds the contract of [table.Table] as tests. Both engines run
// it, so what holds on one machine holds on AWS:
//
//   - single items: get, put, delete, every condition, versions, conflicts
//   - transactions: all or nothing, checks, deletes, the first conflict
//   - queries: order, bounds, both directions, pages
//   - expiry, under a clock that the test moves
//   - limits: what is refused, and with which error
//   - concurrency: no lost update, one winner
//   - a random history, compared with a simple model
package tabletest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"frontdesk/shared/table"
)

// Open opens an empty table that tells the time by now and is closed when t ends.
type Open func(t *testing.T, now func() time.Time) table.Table

// Run tests an engine against the contract.
func Run(t *testing.T, open func(t *testing.T, now func() time.Time) table.Table) {
	for _, part := range []struct {
		name string
		run  func(*testing.T, Open)
	}{
		{"single items", testItems},
		{"transactions", testTransactions},
		{"queries", testQueries},
		{"expiry", testExpiry},
		{"limits", testLimits},
		{"concurrency", testConcurrency},
		{"random history", testHistory},
	} {
		t.Run(part.name, func(t *testing.T) { part.run(t, open) })
	}
}

// clock is a time that the test moves. It starts far ahead, so that no engine's own
// housekeeping takes an item for long expired.
type clock struct {
	mu sync.Mutex
	at time.Time
}

var start = time.Date(2101, 3, 4, 5, 6, 7, 0, time.UTC)

func newClock() *clock { return &clock{at: start} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// suite is one opened table with short forms of its calls.
type suite struct {
	*testing.T
	ctx   context.Context
	table table.Table
	clock *clock
}

type namedCase struct {
	name string
	run  func(suite)
}

func runCases(t *testing.T, open Open, cases []namedCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			clock := newClock()
			c.run(suite{T: t, ctx: t.Context(), table: open(t, clock.now), clock: clock})
		})
	}
}

func key(pk, sk string) table.Key { return table.Key{PK: pk, SK: sk} }

func item(pk, sk, body string) table.Item { return table.Item{Key: key(pk, sk), Body: body} }

func (s suite) put(it table.Item, cond table.Condition) {
	s.Helper()
	if err := s.table.Put(s.ctx, it, cond); err != nil {
		s.Fatalf("put %s: %v", it.Key, err)
	}
}

// putAll puts items without bodies of their own, one for each SK.
func (s suite) putAll(pk string, sks ...string) {
	s.Helper()
	for _, sk := range sks {
		s.put(item(pk, sk, `"`+sk+`"`), table.Condition{})
	}
}

// wantItem checks what lies under a key: its body and version.
func (s suite) wantItem(k table.Key, body string, version int64) {
	s.Helper()
	got, err := table.GetOne(s.ctx, s.table, k)
	if err != nil {
		s.Fatalf("get %s: %v", k, err)
	}
	if got.Body != body || got.Version != version {
		s.Errorf("%s: got body %.60q at version %d, want %.60q at %d", k, got.Body, got.Version, body, version)
	}
}

func (s suite) wantNone(k table.Key) {
	s.Helper()
	if _, err := table.GetOne(s.ctx, s.table, k); !errors.Is(err, table.ErrNotFound) {
		s.Errorf("get %s: got error %v, want ErrNotFound", k, err)
	}
}

func (s suite) wantError(err, want error) {
	s.Helper()
	if !errors.Is(err, want) {
		s.Errorf("got error %v, want %v", err, want)
	}
}

// wantConflict checks that err is a conflict about k whose current item has this
// body, "" for none.
func (s suite) wantConflict(err error, k table.Key, body string) {
	s.Helper()
	var conflict *table.Conflict
	if !errors.As(err, &conflict) || !errors.Is(err, table.ErrConflict) {
		s.Fatalf("got error %v, want a conflict", err)
	}
	if conflict.Key != k {
		s.Errorf("conflict names %s, want %s", conflict.Key, k)
	}
	if body == "" {
		if conflict.Current != nil {
			s.Errorf("conflict has current item %+v, want none", *conflict.Current)
		}
		return
	}
	if conflict.Current == nil {
		s.Fatalf("conflict has no current item, want body %s", body)
	}
	want, err := table.GetOne(s.ctx, s.table, k)
	if err != nil {
		s.Fatalf("get %s: %v", k, err)
	}
	if diff := gocmp.Diff(want, *conflict.Current); diff != "" || want.Body != body {
		s.Errorf("the conflict's current item is not what lies there with body %s (-want +got):\n%s", body, diff)
	}
}

// sks reads a query to its end and returns the SKs in the order they came. It also
// checks that no page is longer than the limit.
func (s suite) sks(q table.Query) []string {
	s.Helper()
	got := []string{}
	for pages := 0; ; pages++ {
		page, err := s.table.Query(s.ctx, q)
		if err != nil {
			s.Fatalf("query %+v: %v", q, err)
		}
		if q.Limit > 0 && len(page.Items) > q.Limit {
			s.Fatalf("query %+v: a page has %d items", q, len(page.Items))
		}
		for _, it := range page.Items {
			got = append(got, it.SK)
		}
		if page.Next == "" {
			return got
		}
		if pages > 1000 {
			s.Fatalf("query %+v: pages without end", q)
		}
		q.After = page.Next
	}
}

func (s suite) wantSKs(q table.Query, want ...string) {
	s.Helper()
	if want == nil {
		want = []string{}
	}
	if diff := gocmp.Diff(want, s.sks(q)); diff != "" {
		s.Errorf("query %+v (-want +got):\n%s", q, diff)
	}
}

func sorted(items []table.Item) []table.Item {
	return slices.SortedFunc(slices.Values(items), func(a, b table.Item) int {
		return cmp.Or(cmp.Compare(a.PK, b.PK), cmp.Compare(a.SK, b.SK))
	})
}
