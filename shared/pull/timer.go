package pull

import (
	"context"
	"strconv"
	"sync"
	"time"

	"frontdesk/shared/intake"
	"frontdesk/shared/record"
)

// every is how long a channel may go without a complete fetch until one is called for
// without a callback. WeCom repeats a callback twice and then leaves it, so a lost one
// would keep a customer waiting until the next one writes. Fetching without the
// token of a callback has a strict limit of its own (WeCom, page 94670), so it is rare.
const every = 10 * time.Minute

// Timer calls for channels that nobody has called for lately.
type Timer struct {
	Store  *record.Store
	Intake intake.Intake
	// Channels are those to call for although they were never fetched. May be nil.
	Channels []string
	Now      func() time.Time

	mu     sync.Mutex
	called map[string]time.Time
}

// Due queues a pull for up to limit channels and says for how many: a job of
// clockwork's timers. One read, and one put for each.
func (t *Timer) Due(ctx context.Context, limit int) (int, error) {
	cursors, err := t.Store.Cursors(ctx, limit)
	if err != nil {
		return 0, err
	}
	done, now := 0, t.Now()
	for _, c := range t.all(cursors) {
		if !t.due(c, now) {
			continue
		}
		id := "timer-" + strconv.FormatInt(now.Truncate(every).Unix(), 10)
		if err := t.Intake.Call(ctx, intake.Pull{Channel: c.Channel, At: now}, id); err != nil {
			return done, err
		}
		t.mark(c.Channel, now)
		done++
	}
	return done, nil
}

// all adds the channels that were never fetched.
func (t *Timer) all(cursors []record.Cursor) []record.Cursor {
	known := make(map[string]bool, len(cursors))
	for _, c := range cursors {
		known[c.Channel] = true
	}
	for _, id := range t.Channels {
		if !known[id] {
			cursors = append(cursors, record.Cursor{Channel: id})
		}
	}
	return cursors
}

func (t *Timer) due(c record.Cursor, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return past(c.Began, now) && past(t.called[c.Channel], now)
}

// past reports whether a time is long enough ago. One that is still to come is of a clock
// that was set back.
func past(at, now time.Time) bool { return now.Sub(at) >= every || at.After(now.Add(skew)) }

func (t *Timer) mark(channel string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.called == nil {
		t.called = map[string]time.Time{}
	}
	t.called[channel] = now
}
