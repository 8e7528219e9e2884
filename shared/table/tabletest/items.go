package tabletest

import (
	"context"
	"fmt"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"frontdesk/shared/table"
)

var always = table.Condition{}

func testItems(t *testing.T, open Open) {
	runCases(t, open, []namedCase{
		{"what was put is read back", func(s suite) {
			s.put(item("shop", "a", `{"n":1}`), always)
			s.wantItem(key("shop", "a"), `{"n":1}`, 1)
			s.wantNone(key("shop", "b"))
			s.wantNone(key("other", "a"))
		}},
		{"every write counts the version, conditional or not", func(s suite) {
			k := key("shop", "a")
			s.put(item("shop", "a", "1"), always)
			s.put(item("shop", "a", "2"), always)
			s.wantItem(k, "2", 2)
			s.put(item("shop", "a", "3"), table.AtVersion(2))
			s.wantItem(k, "3", 3)
			s.put(item("shop", "a", "4"), always)
			s.wantItem(k, "4", 4)
		}},
		{"the version in a put item is ignored", func(s suite) {
			it := item("shop", "a", "1")
			it.Version = 70
			s.put(it, always)
			s.wantItem(it.Key, "1", 1)
		}},
		{"absent holds once", func(s suite) {
			s.put(item("shop", "a", "1"), table.Absent())
			err := s.table.Put(s.ctx, item("shop", "a", "2"), table.Absent())
			s.wantConflict(err, key("shop", "a"), "1")
			s.wantItem(key("shop", "a"), "1", 1)
		}},
		{"version 0 means absent", func(s suite) {
			s.put(item("shop", "a", "1"), table.AtVersion(0))
			s.wantConflict(s.table.Put(s.ctx, item("shop", "a", "2"), table.AtVersion(0)), key("shop", "a"), "1")
		}},
		{"a wrong version conflicts and tells the item", func(s suite) {
			s.put(item("shop", "a", "1"), always)
			for _, v := range []int64{2, 7, 1 << 60} {
				s.wantConflict(s.table.Put(s.ctx, item("shop", "a", "x"), table.AtVersion(v)), key("shop", "a"), "1")
			}
			s.wantItem(key("shop", "a"), "1", 1)
		}},
		{"a version of what is not there conflicts without an item", func(s suite) {
			s.wantConflict(s.table.Put(s.ctx, item("shop", "a", "x"), table.AtVersion(1)), key("shop", "a"), "")
			s.wantNone(key("shop", "a"))
		}},
		{"delete", testDelete},
		{"get of several", testGetSeveral},
		{"unicode keys and bodies", testUnicode},
		{"an empty body is a body", func(s suite) {
			s.put(item("shop", "a", ""), always)
			s.wantItem(key("shop", "a"), "", 1)
		}},
		{"a cancelled call does nothing", testCancelled},
	})
}

func testDelete(s suite) {
	k := key("shop", "a")
	if err := s.table.Delete(s.ctx, k, always); err != nil {
		s.Errorf("delete of what is not there: %v", err)
	}
	s.wantConflict(s.table.Delete(s.ctx, k, table.AtVersion(1)), k, "")
	s.put(item("shop", "a", "1"), always)
	s.wantConflict(s.table.Delete(s.ctx, k, table.AtVersion(2)), k, "1")
	s.wantConflict(s.table.Delete(s.ctx, k, table.Absent()), k, "1")
	s.wantItem(k, "1", 1)
	if err := s.table.Delete(s.ctx, k, table.AtVersion(1)); err != nil {
		s.Fatalf("delete: %v", err)
	}
	s.wantNone(k)
	s.put(item("shop", "a", "2"), always)
	s.wantItem(k, "2", 1)
	if err := s.table.Delete(s.ctx, k, always); err != nil {
		s.Fatalf("delete: %v", err)
	}
	s.wantNone(k)
}

func testGetSeveral(s suite) {
	var keys []table.Key
	var want []table.Item
	for i := range table.MaxKeys {
		k := key(fmt.Sprintf("group %d", i%3), fmt.Sprintf("%03d", i))
		keys = append(keys, k)
		if i%4 != 0 {
			it := table.Item{Key: k, Body: fmt.Sprint(i), Version: 1}
			s.put(it, always)
			want = append(want, it)
		}
	}
	got, err := s.table.Get(s.ctx, keys...)
	if err != nil {
		s.Fatal(err)
	}
	if diff := gocmp.Diff(sorted(want), sorted(got)); diff != "" {
		s.Errorf("items (-want +got):\n%s", diff)
	}
	got, err = s.table.Get(s.ctx, keys[1], keys[1], keys[2], keys[1])
	if err != nil || len(got) != 2 {
		s.Errorf("get of a repeated key: got %d items and error %v, want 2 items", len(got), err)
	}
	if got, err := s.table.Get(s.ctx); err != nil || len(got) != 0 {
		s.Errorf("get of nothing: got %v, %v", got, err)
	}
}

func testUnicode(s suite) {
	bodies := []string{`{"text":"请问多少钱?"}`, `"\u0000 \ud83d"`, `"👩‍👩‍👧 مرحبا é"`, "\"\u2028<&>\x7f\"", "a\nb\tc"}
	for i, body := range bodies {
		it := item("店铺 🏪", fmt.Sprintf("对话/%d/é", i), body)
		s.put(it, always)
		s.wantItem(it.Key, body, 1)
	}
	if got := s.sks(table.Query{PK: "店铺 🏪"}); len(got) != len(bodies) {
		s.Errorf("got %d items, want %d", len(got), len(bodies))
	}
}

func testCancelled(s suite) {
	s.put(item("shop", "a", "1"), always)
	ctx, cancel := context.WithCancel(s.ctx)
	cancel()
	k := key("shop", "a")
	_, err := s.table.Get(ctx, k)
	s.wantError(err, context.Canceled)
	_, err = s.table.Get(ctx, k, key("shop", "b"))
	s.wantError(err, context.Canceled)
	_, err = s.table.Query(ctx, table.Query{PK: "shop"})
	s.wantError(err, context.Canceled)
	s.wantError(s.table.Put(ctx, item("shop", "a", "2"), always), context.Canceled)
	s.wantError(s.table.Delete(ctx, k, always), context.Canceled)
	s.wantError(s.table.Transact(ctx, table.Write{Item: item("shop", "b", "2")}), context.Canceled)
	s.wantItem(k, "1", 1)
	s.wantNone(key("shop", "b"))
}
