// Package feed is what the fake APIs remember and tell: a [Journal] of the newest
// entries, and a [Feed] of events that can be watched. Its users hold a lock.
package feed

// Journal keeps the newest entries; forgetting is cheap on average.
type Journal[T any] struct{ Items []T }

// Add appends and returns what is forgotten.
func (j *Journal[T]) Add(item T, keep int) []T {
	j.Items = append(j.Items, item)
	if len(j.Items) <= keep+keep/4 {
		return nil
	}
	old := j.Items[:len(j.Items)-keep]
	j.Items = append([]T(nil), j.Items[len(j.Items)-keep:]...)
	return old
}

// Buffer is how far a watcher may fall behind before its channel is closed.
const Buffer = 1024

// Feed numbers events from 1, keeps the newest and hands them to watchers.
type Feed[E any] struct {
	seq      int64
	past     Journal[E]
	watchers map[chan E]bool
}

// Seq is the number of the latest event; Next that of the one to be told.
func (f *Feed[E]) Seq() int64 { return f.seq }

// Next is the number of the event that is told next.
func (f *Feed[E]) Next() int64 { return f.seq + 1 }

// Tell keeps an event and hands it to every watcher. Who has fallen behind is dropped.
func (f *Feed[E]) Tell(e E, keep int) {
	f.seq++
	f.past.Add(e, keep)
	for ch := range f.watchers {
		select {
		case ch <- e:
		default:
			f.Drop(ch)
		}
	}
}

// After returns what was told after an event's number, as far as it is kept.
func (f *Feed[E]) After(seq int64) []E {
	forgotten := f.seq - int64(len(f.past.Items))
	from := min(max(seq-forgotten, 0), int64(len(f.past.Items)))
	return append([]E(nil), f.past.Items[from:]...)
}

// Watch returns a channel that gets everything told from now on.
func (f *Feed[E]) Watch() chan E {
	ch := make(chan E, Buffer)
	if f.watchers == nil {
		f.watchers = map[chan E]bool{}
	}
	f.watchers[ch] = true
	return ch
}

// Drop ends one watcher.
func (f *Feed[E]) Drop(ch chan E) {
	if f.watchers[ch] {
		delete(f.watchers, ch)
		close(ch)
	}
}

// Close ends every watcher.
func (f *Feed[E]) Close() {
	for ch := range f.watchers {
		f.Drop(ch)
	}
}
