package live_test

import (
	"testing"
	"time"

	"frontdesk/shared/live"
	"frontdesk/shared/record"
)

// promised is how long after publishing every process answers from the new version.
const promised = 5 * time.Second

// Five processes look at the number at different moments. Whatever the moment, all of them
// have what was published within the time that is promised, after a rollback too, and none
// asks more often than it must.
func TestAVersionIsLiveInEveryProcessInTime(t *testing.T) {
	first, a := newCache(t)
	now, began := noon, a.n
	all := []*live.Cache{first}
	for range 4 {
		all = append(all, &live.Cache{Store: record.New(a)})
	}
	for number := int64(1); number <= 3; number++ { // the third is the first one again
		publish(t, first, number, map[int64]string{1: "old", 2: "new", 3: "old"}[number])
		for tick := time.Duration(0); tick <= promised; tick += 250 * time.Millisecond {
			for i, c := range all {
				if (tick/(250*time.Millisecond)+time.Duration(i))%time.Duration(i+1) != 0 {
					continue // this one has nothing to answer now
				}
				book, err := c.Book(t.Context(), now.Add(tick))
				if err != nil {
					t.Fatal(err)
				}
				if tick >= promised-time.Second && book.Version() != number {
					t.Errorf("process %d answers from version %d, %s after version %d was published", i, book.Version(), tick, number)
				}
			}
		}
		now = now.Add(promised + 250*time.Millisecond)
	}
	// 16 seconds are six looks at most, and three versions to read, for each process.
	if got, most := a.n-began, len(all)*(6+3); got > most {
		t.Errorf("got %d reads of %d processes, want at most %d", got, len(all), most)
	}
}
