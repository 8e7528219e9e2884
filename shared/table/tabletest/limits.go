package tabletest

import (
	"fmt"
	"strings"
	"testing"

	"frontdesk/shared/table"
)

func testLimits(t *testing.T, open Open) {
	runCases(t, open, []namedCase{
		{"the largest body is stored, one byte more is refused", testLargestBody},
		{"the longest keys are stored, longer ones refused", testLongestKeys},
		{"keys that are empty or no text", testBadKeys},
		{"a body that is no text", func(s suite) {
			s.wantError(s.table.Put(s.ctx, item("shop", "a", "\xff"), always), table.ErrInvalid)
			s.wantNone(key("shop", "a"))
		}},
		{"a key twice in one transaction", func(s suite) {
			s.wantError(s.table.Transact(s.ctx,
				write(item("shop", "a", "1"), always), write(item("shop", "b", "1"), always), remove(key("shop", "a"), always),
			), table.ErrInvalid)
			s.wantNone(key("shop", "b"))
		}},
		{"a step that deletes and checks", func(s suite) {
			s.wantError(s.table.Transact(s.ctx, table.Write{Item: item("shop", "a", ""), Delete: true, Check: true}), table.ErrInvalid)
		}},
		{"a transaction that is too large", testLargestTransaction},
		{"too many keys in one get", func(s suite) {
			var keys []table.Key
			for i := range table.MaxKeys + 1 {
				keys = append(keys, key("shop", fmt.Sprint(i)))
			}
			_, err := s.table.Get(s.ctx, keys...)
			s.wantError(err, table.ErrTooLarge)
		}},
		{"a negative limit", func(s suite) {
			_, err := s.table.Query(s.ctx, table.Query{PK: "shop", Limit: -1})
			s.wantError(err, table.ErrInvalid)
		}},
	})
}

func testLargestBody(s suite) {
	body := strings.Repeat("x", table.MaxBody)
	s.put(item("shop", "a", body), always)
	s.wantItem(key("shop", "a"), body, 1)
	s.wantError(s.table.Put(s.ctx, item("shop", "a", body+"y"), always), table.ErrTooLarge)
	s.wantError(s.table.Transact(s.ctx, write(item("shop", "b", body+"y"), always)), table.ErrTooLarge)
	s.wantItem(key("shop", "a"), body, 1)
	s.wantNone(key("shop", "b"))
	wide := strings.Repeat("中", table.MaxBody/3)
	s.put(item("shop", "c", wide), always)
	s.wantItem(key("shop", "c"), wide, 1)
}

func testLongestKeys(s suite) {
	pk, sk := strings.Repeat("p", table.MaxPK), strings.Repeat("s", table.MaxSK)
	s.put(item(pk, sk, strings.Repeat("x", table.MaxBody)), always)
	s.wantSKs(table.Query{PK: pk}, sk)
	s.wantError(s.table.Put(s.ctx, item(pk+"p", sk, "1"), always), table.ErrTooLarge)
	s.wantError(s.table.Put(s.ctx, item(pk, sk+"s", "1"), always), table.ErrTooLarge)
}

func testBadKeys(s suite) {
	for name, k := range map[string]table.Key{
		"empty PK":            key("", "a"),
		"empty SK":            key("shop", ""),
		"PK that is no UTF-8": key("shop\xff", "a"),
		"SK that is no UTF-8": key("shop", "\xc3"),
		"PK with a zero byte": key("shop\x00", "a"),
	} {
		s.Log(name)
		_, err := s.table.Get(s.ctx, k)
		s.wantError(err, table.ErrInvalid)
		_, err = s.table.Get(s.ctx, key("shop", "fine"), k)
		s.wantError(err, table.ErrInvalid)
		s.wantError(s.table.Put(s.ctx, table.Item{Key: k, Body: "1"}, always), table.ErrInvalid)
		s.wantError(s.table.Delete(s.ctx, k, always), table.ErrInvalid)
		s.wantError(s.table.Transact(s.ctx, write(item("shop", "fine", "1"), always), check(k, table.Absent())), table.ErrInvalid)
	}
	_, err := s.table.Query(s.ctx, table.Query{})
	s.wantError(err, table.ErrInvalid)
	s.wantSKs(table.Query{PK: "shop"})
}

func testLargestTransaction(s suite) {
	body := strings.Repeat("x", 370_000)
	var writes []table.Write
	for i := range 10 {
		writes = append(writes, write(item("shop", fmt.Sprint(i), body), always))
	}
	s.transact(writes...)
	s.wantItem(key("shop", "9"), body, 1)
	writes = append(writes, write(item("shop", "more", body), always))
	s.wantError(s.table.Transact(s.ctx, writes...), table.ErrTooLarge)
	s.wantItem(key("shop", "9"), body, 1)
}
