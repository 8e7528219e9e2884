package tabletest

import (
	"fmt"
	"testing"

	"frontdesk/shared/table"
)

func testTransactions(t *testing.T, open Open) {
	runCases(t, open, []namedCase{
		{"all steps happen", testAllSteps},
		{"one failed condition undoes all", testAllOrNothing},
		{"the first failed step is named", testFirstConflict},
		{"a check writes nothing", testCheck},
		{"no steps, or only checks of nothing, succeed", func(s suite) {
			if err := s.table.Transact(s.ctx); err != nil {
				s.Errorf("no steps: %v", err)
			}
			if err := s.table.Transact(s.ctx, table.Write{Item: item("shop", "a", ""), Check: true}); err != nil {
				s.Errorf("a check without a condition: %v", err)
			}
			s.wantNone(key("shop", "a"))
		}},
		{"as many steps as are allowed", testMostSteps},
	})
}

func (s suite) transact(writes ...table.Write) {
	s.Helper()
	if err := s.table.Transact(s.ctx, writes...); err != nil {
		s.Fatalf("transact: %v", err)
	}
}

func remove(k table.Key, cond table.Condition) table.Write {
	return table.Write{Item: table.Item{Key: k}, If: cond, Delete: true}
}

func check(k table.Key, cond table.Condition) table.Write {
	return table.Write{Item: table.Item{Key: k}, If: cond, Check: true}
}

func write(it table.Item, cond table.Condition) table.Write { return table.Write{Item: it, If: cond} }

func testAllSteps(s suite) {
	s.putAll("shop", "at version", "plain", "gone", "gone too", "checked")
	s.transact(
		write(item("shop", "new", "1"), table.Absent()),
		write(item("other", "new", "2"), always),
		write(item("shop", "at version", "3"), table.AtVersion(1)),
		write(item("shop", "plain", "4"), always),
		remove(key("shop", "gone"), table.AtVersion(1)),
		remove(key("shop", "gone too"), always),
		remove(key("shop", "never was"), always),
		check(key("shop", "checked"), table.AtVersion(1)),
		check(key("shop", "not there"), table.Absent()),
	)
	s.wantItem(key("shop", "new"), "1", 1)
	s.wantItem(key("other", "new"), "2", 1)
	s.wantItem(key("shop", "at version"), "3", 2)
	s.wantItem(key("shop", "plain"), "4", 2)
	s.wantItem(key("shop", "checked"), `"checked"`, 1)
	s.wantSKs(table.Query{PK: "shop"}, "at version", "checked", "new", "plain")
}

func testAllOrNothing(s suite) {
	s.putAll("shop", "a", "b")
	failing := map[string]table.Write{
		"put absent":      write(item("shop", "b", "x"), table.Absent()),
		"put at version":  write(item("shop", "b", "x"), table.AtVersion(5)),
		"delete":          remove(key("shop", "b"), table.AtVersion(5)),
		"delete absent":   remove(key("shop", "b"), table.Absent()),
		"check version":   check(key("shop", "b"), table.AtVersion(5)),
		"check is absent": check(key("shop", "b"), table.Absent()),
	}
	for name, step := range failing {
		err := s.table.Transact(s.ctx,
			write(item("shop", "new", "x"), always),
			write(item("shop", "a", "x"), table.AtVersion(1)),
			step,
			write(item("shop", "last", "x"), always))
		s.Log(name)
		s.wantConflict(err, key("shop", "b"), `"b"`)
	}
	s.wantSKs(table.Query{PK: "shop"}, "a", "b")
	s.wantItem(key("shop", "a"), `"a"`, 1)
	s.wantItem(key("shop", "b"), `"b"`, 1)
}

func testFirstConflict(s suite) {
	s.putAll("shop", "a", "b", "c")
	s.wantConflict(s.table.Transact(s.ctx,
		write(item("shop", "a", "x"), table.AtVersion(1)),
		check(key("shop", "none"), table.AtVersion(3)),
		remove(key("shop", "c"), table.AtVersion(9)),
	), key("shop", "none"), "")
	s.wantConflict(s.table.Transact(s.ctx,
		write(item("shop", "a", "x"), table.AtVersion(1)),
		write(item("shop", "c", "x"), table.Absent()),
		remove(key("shop", "b"), table.AtVersion(9)),
	), key("shop", "c"), `"c"`)
}

func testCheck(s suite) {
	s.putAll("shop", "a")
	s.transact(check(key("shop", "a"), table.AtVersion(1)), write(item("shop", "b", "1"), always))
	s.transact(check(key("shop", "a"), always), write(item("shop", "c", "1"), always))
	s.transact(check(key("shop", "a"), table.AtVersion(1)))
	s.wantItem(key("shop", "a"), `"a"`, 1)
	s.wantItem(key("shop", "b"), "1", 1)
	s.wantItem(key("shop", "c"), "1", 1)
}

func testMostSteps(s suite) {
	var writes []table.Write
	for i := range table.MaxWrites {
		writes = append(writes, write(item("shop", fmt.Sprintf("%03d", i), "1"), table.Absent()))
	}
	s.transact(writes...)
	if n := len(s.sks(table.Query{PK: "shop"})); n != table.MaxWrites {
		s.Errorf("got %d items, want %d", n, table.MaxWrites)
	}
	writes = append(writes, write(item("shop", "one more", "1"), always))
	s.wantError(s.table.Transact(s.ctx, writes...), table.ErrTooLarge)
	s.wantNone(key("shop", "one more"))
}
