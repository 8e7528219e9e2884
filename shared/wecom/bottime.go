package wecom

import (
	"sync"
	"time"
)

// remembered is how many messages without a time of their own are remembered.
const remembered = 4096

// firsts gives messages that have no time of their own the time at which WeCom signed
// their first delivery. A repeat is signed anew, and our id of a message is made of its
// time, too. After a restart between two deliveries (they come within seconds) the message
// is kept twice, and WeCom takes one answer to it.
type firsts struct {
	mu   sync.Mutex
	at   map[string]time.Time
	ring [remembered]string
	next int
}

// first returns when an id was first heard of.
func (f *firsts) first(id string, now time.Time) time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	if at, known := f.at[id]; known {
		return at
	}
	if f.at == nil {
		f.at = map[string]time.Time{}
	}
	delete(f.at, f.ring[f.next])
	f.ring[f.next], f.at[id] = id, now
	f.next = (f.next + 1) % remembered
	return now
}
