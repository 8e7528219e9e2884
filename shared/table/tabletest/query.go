package tabletest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/table"
)

func testQueries(t *testing.T, open Open) {
	runCases(t, open, []namedCase{
		{"one partition only, in order", func(s suite) {
			s.putAll("shop", "b", "a", "c")
			s.putAll("sho", "x")
			s.putAll("shop2", "y")
			s.putAll("shop\x01", "z")
			s.wantSKs(table.Query{PK: "shop"}, "a", "b", "c")
			s.wantSKs(table.Query{PK: "shop", Descending: true}, "c", "b", "a")
			s.wantSKs(table.Query{PK: "nothing"})
		}},
		{"order is that of bytes", testByteOrder},
		{"bounds", testBounds},
		{"after", testAfter},
		{"pages of every size, both ways, with bounds", testPages},
		{"large items come in several pages", testLargePages},
		{"items are whole", func(s suite) {
			s.put(item("shop", "a", "1"), always)
			s.put(item("shop", "a", "2"), always)
			page, err := s.table.Query(s.ctx, table.Query{PK: "shop"})
			if err != nil || len(page.Items) != 1 {
				s.Fatalf("got %d items and error %v, want 1 item", len(page.Items), err)
			}
			if got := page.Items[0]; got.Key != key("shop", "a") || got.Body != "2" || got.Version != 2 || !got.Expires.IsZero() {
				s.Errorf("got %+v", got)
			}
		}},
		{"All stops when told", func(s suite) {
			s.putAll("shop", "a", "b", "c")
			seen := 0
			err := table.All(s.ctx, s.table, table.Query{PK: "shop", Limit: 1}, func(table.Item) bool {
				seen++
				return seen < 2
			})
			if err != nil || seen != 2 {
				s.Errorf("saw %d items, error %v, want 2 and none", seen, err)
			}
		}},
	})
}

func testByteOrder(s suite) {
	sks := []string{"\x00", "\x01", " ", "#", "0", "10", "2", "A", "Z", "_", "a", "a\x00", "a\x00b", "aa", "b", "~", "\x7f",
		"é", "Ω", "中", "\ue000", "\uffff", "😀", "\U0010ffff"}
	shuffled := slices.Clone(sks)
	slices.Reverse(shuffled)
	s.putAll("shop", shuffled...)
	s.wantSKs(table.Query{PK: "shop"}, sks...)
	slices.Reverse(sks)
	s.wantSKs(table.Query{PK: "shop", Descending: true, Limit: 5}, sks...)
}

func testBounds(s suite) {
	s.putAll("shop", "a", "b", "c", "d")
	for _, c := range []struct {
		from, to string
		want     []string
	}{
		{"b", "", []string{"b", "c", "d"}},
		{"", "c", []string{"a", "b"}},
		{"b", "d", []string{"b", "c"}},
		{"b", "b\x00", []string{"b"}},
		{"aa", "cc", []string{"b", "c"}},
		{"b", "b", nil},
		{"d", "a", nil},
		{"x", "", nil},
		{"", "a", nil},
	} {
		s.wantSKs(table.Query{PK: "shop", From: c.from, To: c.to}, c.want...)
		slices.Reverse(c.want)
		s.wantSKs(table.Query{PK: "shop", From: c.from, To: c.to, Descending: true}, c.want...)
		s.wantSKs(table.Query{PK: "shop", From: c.from, To: c.to, Descending: true, Limit: 1}, c.want...)
	}
}

// testAfter continues behind keys that are there, not there, and out of bounds.
func testAfter(s suite) {
	s.putAll("shop", "a", "b", "c", "d")
	for _, c := range []struct {
		q    table.Query
		want []string
	}{
		{table.Query{After: "b"}, []string{"c", "d"}},
		{table.Query{After: "bb"}, []string{"c", "d"}},
		{table.Query{After: "d"}, nil},
		{table.Query{After: "b", Descending: true}, []string{"a"}},
		{table.Query{After: "bb", Descending: true}, []string{"b", "a"}},
		{table.Query{After: "a", From: "c"}, []string{"c", "d"}},
		{table.Query{After: "c", To: "c"}, nil},
		{table.Query{After: "x", To: "c"}, nil},
		{table.Query{After: "b", From: "a", To: "d"}, []string{"c"}},
		{table.Query{After: "d", To: "c", Descending: true}, []string{"b", "a"}},
		{table.Query{After: "c", To: "c", Descending: true}, []string{"b", "a"}},
		{table.Query{After: "b", From: "c", Descending: true}, nil},
		{table.Query{After: "c", From: "c", Descending: true}, nil},
	} {
		c.q.PK = "shop"
		s.wantSKs(c.q, c.want...)
	}
}

func testPages(s suite) {
	var all []string
	for i := range 17 {
		all = append(all, fmt.Sprintf("%02d", i))
	}
	s.putAll("shop", all...)
	for _, limit := range []int{1, 2, 5, 16, 17, 18} {
		s.wantSKs(table.Query{PK: "shop", Limit: limit}, all...)
		s.wantSKs(table.Query{PK: "shop", Limit: limit, From: "03", To: "11"}, all[3:11]...)
		down := slices.Clone(all)
		slices.Reverse(down)
		s.wantSKs(table.Query{PK: "shop", Limit: limit, Descending: true}, down...)
		s.wantSKs(table.Query{PK: "shop", Limit: limit, Descending: true, From: "03", To: "11"}, down[6:14]...)
	}
}

func testLargePages(s suite) {
	big := `"` + strings.Repeat("x", 300_000) + `"`
	sks := []string{"1", "2", "3", "4", "5"}
	for _, sk := range sks {
		s.put(item("shop", sk, big), always)
	}
	page, err := s.table.Query(s.ctx, table.Query{PK: "shop"})
	if err != nil {
		s.Fatal(err)
	}
	if n := len(page.Items); n == 0 || n == len(sks) || page.Next == "" {
		s.Errorf("first page has %d items and next %q, want part of %d and a next", n, page.Next, len(sks))
	}
	s.wantSKs(table.Query{PK: "shop"}, sks...)
	got, err := s.table.Get(s.ctx, key("shop", "1"), key("shop", "2"), key("shop", "3"), key("shop", "4"), key("shop", "5"))
	if err != nil || len(got) != len(sks) {
		s.Errorf("get: got %d items, error %v", len(got), err)
	}
}

func testExpiry(t *testing.T, open Open) {
	runCases(t, open, []namedCase{
		{"gone from its second on, and not before", testExpires},
		{"absent holds for what has expired, a version does not", testExpiredConditions},
		{"queries pass over it without losing the rest", testExpiredQueries},
		{"a later write without expiry keeps the item", func(s suite) {
			s.put(expiring("a", s.clock.now().Add(time.Minute)), always)
			s.put(item("shop", "a", "2"), always)
			s.clock.advance(time.Hour)
			s.wantItem(key("shop", "a"), "2", 2)
			s.put(expiring("a", s.clock.now().Add(time.Minute)), table.AtVersion(2))
			s.clock.advance(time.Hour)
			s.wantNone(key("shop", "a"))
		}},
		{"what is put expired is never seen", func(s suite) {
			s.put(expiring("a", s.clock.now().Add(-time.Hour)), always)
			s.wantNone(key("shop", "a"))
			s.put(item("shop", "a", "2"), table.Absent())
			s.wantItem(key("shop", "a"), "2", 1)
		}},
		{"delete of what has expired", func(s suite) {
			s.put(expiring("a", s.clock.now().Add(time.Second)), always)
			s.clock.advance(time.Minute)
			if err := s.table.Delete(s.ctx, key("shop", "a"), table.Absent()); err != nil {
				s.Errorf("delete: %v", err)
			}
			s.wantNone(key("shop", "a"))
		}},
	})
}

func expiring(sk string, at time.Time) table.Item {
	it := item("shop", sk, `"`+sk+`"`)
	it.Expires = at
	return it
}

func testExpires(s suite) {
	at := s.clock.now().Add(90*time.Second + 700*time.Millisecond)
	s.put(expiring("a", at), always)
	got, err := table.GetOne(s.ctx, s.table, key("shop", "a"))
	if err != nil || !got.Expires.Equal(at.Truncate(time.Second)) {
		s.Errorf("got expiry %v and error %v, want %v in whole seconds", got.Expires, err, at)
	}
	s.clock.advance(90*time.Second - time.Millisecond)
	s.wantItem(key("shop", "a"), `"a"`, 1)
	s.clock.advance(time.Millisecond)
	s.wantNone(key("shop", "a"))
	several, err := s.table.Get(s.ctx, key("shop", "a"), key("shop", "b"))
	if err != nil || len(several) != 0 {
		s.Errorf("get of several: got %v, %v", several, err)
	}
}

func testExpiredConditions(s suite) {
	for _, sk := range []string{"a", "b", "c", "d"} {
		s.put(expiring(sk, s.clock.now().Add(time.Second)), always)
	}
	s.clock.advance(time.Second)
	s.wantConflict(s.table.Put(s.ctx, item("shop", "a", "x"), table.AtVersion(1)), key("shop", "a"), "")
	s.wantConflict(s.table.Delete(s.ctx, key("shop", "a"), table.AtVersion(1)), key("shop", "a"), "")
	s.wantConflict(s.table.Transact(s.ctx, check(key("shop", "b"), table.AtVersion(1))), key("shop", "b"), "")
	s.put(item("shop", "a", "2"), table.Absent())
	s.wantItem(key("shop", "a"), "2", 1)
	s.transact(
		write(item("shop", "b", "2"), table.Absent()),
		check(key("shop", "c"), table.Absent()),
		remove(key("shop", "d"), table.Absent()),
	)
	s.wantSKs(table.Query{PK: "shop"}, "a", "b")
}

func testExpiredQueries(s suite) {
	var alive []string
	for i := range 24 {
		sk := fmt.Sprintf("%02d", i)
		if i%3 == 0 {
			s.put(item("shop", sk, "1"), always)
			alive = append(alive, sk)
			continue
		}
		s.put(expiring(sk, s.clock.now().Add(time.Second)), always)
	}
	s.clock.advance(time.Minute)
	for _, limit := range []int{0, 1, 2, 7} {
		s.wantSKs(table.Query{PK: "shop", Limit: limit}, alive...)
		down := slices.Clone(alive)
		slices.Reverse(down)
		s.wantSKs(table.Query{PK: "shop", Limit: limit, Descending: true}, down...)
	}
}
