package local_test

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"frontdesk/shared/inbox"
	"frontdesk/shared/inbox/local"
	"frontdesk/shared/table/bolt"
)

// synced opens a store that forces every commit to disk, as in production.
func synced(b *testing.B) *bolt.DB {
	b.Helper()
	db, err := bolt.Open(filepath.Join(b.TempDir(), "store.db"), bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

// putters puts n jobs of 1 KB, so many calls at a time.
func putters(b *testing.B, queue *local.Queue, n, at int) {
	body := bytes.Repeat([]byte("x"), 1000)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range at {
		wg.Go(func() {
			for {
				i := next.Add(1)
				if i > int64(n) {
					return
				}
				job := inbox.Job{ID: fmt.Sprint(i), Group: fmt.Sprint("g", i%1000), Body: body}
				if err := queue.Put(context.Background(), job); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func BenchmarkPut(b *testing.B) {
	for _, at := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("%d at a time", at), func(b *testing.B) {
			queue := newQueue(b, synced(b), local.Options{})
			b.ReportAllocs()
			b.ResetTimer()
			putters(b, queue, b.N, at)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "puts/s")
		})
	}
}

// BenchmarkPutToDone measures put, handled and removed from disk.
func BenchmarkPutToDone(b *testing.B) {
	for _, at := range []int{1, 64, 512} {
		b.Run(fmt.Sprintf("%d at a time", at), func(b *testing.B) {
			queue := newQueue(b, synced(b), local.Options{})
			var done atomic.Int64
			all := make(chan struct{})
			ctx, stop := context.WithCancel(context.Background())
			ended := make(chan error, 1)
			total := int64(b.N)
			b.ReportAllocs()
			b.ResetTimer()
			go func() {
				ended <- queue.Run(ctx, func(context.Context, inbox.Job) error {
					if done.Add(1) == total {
						close(all)
					}
					return nil
				}, 16)
			}()
			putters(b, queue, b.N, at)
			<-all
			stop()
			if err := <-ended; err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
		})
	}
}
