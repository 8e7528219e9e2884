package tabletest

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"frontdesk/shared/table"
)

func testConcurrency(t *testing.T, open Open) {
	runCases(t, open, []namedCase{
		{"no update of a counter is lost", testCounter},
		{"of many that find nothing there, one wins", testOneWinner},
		{"transactions do not mix", testTransfers},
		{"a read sees every write that was answered", testReadYourWrites},
	})
}

// together runs n goroutines to their end.
func together(n int, run func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { run(i) })
	}
	all.Wait()
}

// again reports whether a write lost a race and should be tried once more.
func again(s suite, err error) bool {
	if err == nil {
		return false
	}
	if !errors.Is(err, table.ErrConflict) && !errors.Is(err, table.ErrBusy) {
		s.Errorf("write: %v", err)
		return false
	}
	return true
}

func testCounter(s suite) {
	const workers, each = 8, 10
	k := key("shop", "counter")
	increment := func() error {
		it, err := table.GetOne(s.ctx, s.table, k)
		if err != nil && !errors.Is(err, table.ErrNotFound) {
			return err
		}
		n, _ := strconv.Atoi(it.Body)
		return s.table.Put(s.ctx, item("shop", "counter", strconv.Itoa(n+1)), table.AtVersion(it.Version))
	}
	together(workers, func(int) {
		for range each {
			for again(s, increment()) {
			}
		}
	})
	s.wantItem(k, strconv.Itoa(workers*each), workers*each)
}

func testOneWinner(s suite) {
	const rounds, racers = 5, 12
	for round := range rounds {
		var wins atomic.Int32
		sk := fmt.Sprint(round)
		together(racers, func(int) {
			// All racers write the same text: the winner is known by the answer alone.
			for {
				err := s.table.Put(s.ctx, item("shop", sk, "1"), table.Absent())
				if err == nil {
					wins.Add(1)
				}
				if !errors.Is(err, table.ErrBusy) {
					return
				}
			}
		})
		if wins.Load() != 1 {
			s.Errorf("round %d has %d winners, want 1", round, wins.Load())
		}
		s.wantItem(key("shop", sk), "1", 1)
	}
}

// testTransfers moves amounts between two accounts while others read them: the sum
// never changes.
func testTransfers(s suite) {
	const workers, each, sum = 4, 8, 1000
	a, b := key("bank", "a"), key("bank", "b")
	s.transact(write(item("bank", "a", strconv.Itoa(sum)), always), write(item("bank", "b", "0"), always))
	transfer := func() error {
		from, errA := table.GetOne(s.ctx, s.table, a)
		to, errB := table.GetOne(s.ctx, s.table, b)
		if err := errors.Join(errA, errB); err != nil {
			return err
		}
		x, _ := strconv.Atoi(from.Body)
		y, _ := strconv.Atoi(to.Body)
		return s.table.Transact(s.ctx,
			write(item("bank", "a", strconv.Itoa(x-1)), table.AtVersion(from.Version)),
			write(item("bank", "b", strconv.Itoa(y+1)), table.AtVersion(to.Version)))
	}
	together(workers, func(int) {
		for range each {
			for again(s, transfer()) {
			}
		}
	})
	s.wantItem(a, strconv.Itoa(sum-workers*each), 1+workers*each)
	s.wantItem(b, strconv.Itoa(workers*each), 1+workers*each)
}

func testReadYourWrites(s suite) {
	together(6, func(i int) {
		pk := fmt.Sprintf("worker %d", i)
		for n := range 10 {
			sk := fmt.Sprintf("%02d", n)
			if err := s.table.Put(s.ctx, item(pk, sk, sk), always); err != nil {
				s.Errorf("put: %v", err)
				return
			}
			got, err := s.table.Get(s.ctx, key(pk, sk))
			if err != nil || len(got) != 1 || got[0].Body != sk {
				s.Errorf("get after put: got %v, %v", got, err)
			}
			page, err := s.table.Query(s.ctx, table.Query{PK: pk})
			if err != nil || len(page.Items) != n+1 {
				s.Errorf("query after %d puts: got %d items, %v", n+1, len(page.Items), err)
			}
		}
	})
}
