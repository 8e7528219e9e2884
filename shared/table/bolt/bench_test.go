package bolt

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"frontdesk/shared/table"
)

// BenchmarkPut is durable: every put is on disk when it is answered.
func BenchmarkPut(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			db := openTest(b, Options{})
			benchWriters(b, writers, func(n int64) error { return db.Put(b.Context(), benchItem(n, "a"), table.Absent()) })
		})
	}
}

// BenchmarkTransact is what the desk does for a message: a new item, a changed one,
// and a list entry.
func BenchmarkTransact(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			db := openTest(b, Options{})
			benchWriters(b, writers, func(n int64) error {
				return db.Transact(b.Context(),
					table.Write{Item: benchItem(n, "message"), If: table.Absent()},
					table.Write{Item: benchItem(n%100, "head")},
					table.Write{Item: benchItem(n, "day"), If: table.Absent()})
			})
		})
	}
}

func benchItem(n int64, sk string) table.Item {
	return table.Item{Key: table.Key{PK: fmt.Sprintf("conversation %08d", n), SK: sk}, Body: benchBody}
}

var benchBody = `{"text":"` + strings.Repeat("x", 300) + `"}`

// benchWriters shares b.N calls among so many goroutines.
func benchWriters(b *testing.B, writers int, call func(n int64) error) {
	b.Helper()
	b.ReportAllocs()
	b.ResetTimer()
	var next atomic.Int64
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := call(n); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
}

func BenchmarkGet(b *testing.B) {
	db := openTest(b, Options{NoSync: true})
	for n := range int64(1000) {
		if err := db.Put(b.Context(), benchItem(n, "a"), table.Absent()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	n := int64(0)
	for b.Loop() {
		n++
		if items, err := db.Get(b.Context(), benchItem(n%1000, "a").Key); err != nil || len(items) != 1 {
			b.Fatal(len(items), err)
		}
	}
}
