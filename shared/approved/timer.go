package approved

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/record"
	"frontdesk/shared/week"
)

const (
	// every is how old a list may get, and rarely how long a channel without one is left.
	every  = time.Hour
	rarely = 24 * time.Hour
	// unheard is how long an errand may go without an effect until it is put once more.
	unheard = 10 * time.Minute
	// skew is how far the clocks of two processes may differ.
	skew = 2 * time.Second
)

// Timer asks for the lists that are due. Its fields must not change.
type Timer struct {
	Store *record.Store
	Inbox inbox.Queue
	// Channels are those to ask for (see [Channels]); nil for all that were asked for before
	// and all that had messages this week or last, where the settings of channels are not at
	// hand. One that has no templates is then found out by asking, once a day.
	Channels []string
	Now      func() time.Time

	mu       sync.Mutex
	called   map[string]time.Time // the last errand for each channel
	heard    []string             // the channels that had messages
	listened time.Time            // when that was looked up
}

// Due puts an errand for each of up to limit channels whose list is an hour old, or of whose
// account something was told since, and says for how many: a job of clockwork's timers, once a
// minute. One read; without Channels two more, once an hour.
func (t *Timer) Due(ctx context.Context, limit int) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	known, changed, err := t.Store.AllApproved(ctx)
	if err != nil {
		return 0, err
	}
	now, done := t.Now(), 0
	all, err := t.all(ctx, known, now)
	if err != nil {
		return 0, err
	}
	for _, a := range all {
		if done == limit {
			break
		}
		if !t.due(a, changed[a.Account], now) {
			continue
		}
		if err := t.put(ctx, a.Channel, now); err != nil {
			return done, err
		}
		done++
	}
	return done, nil
}

// all are the channels to look at, with what is known of each.
func (t *Timer) all(ctx context.Context, known []record.Approved, now time.Time) ([]record.Approved, error) {
	ids := t.Channels
	if ids == nil {
		if err := t.listen(ctx, now); err != nil {
			return nil, err
		}
		for _, a := range known {
			ids = append(ids, a.Channel)
		}
		ids = append(ids, t.heard...)
		slices.Sort(ids)
		ids = slices.Compact(ids)
	}
	all := make([]record.Approved, len(ids))
	for i, id := range ids {
		all[i] = record.Approved{Channel: id}
		if n := slices.IndexFunc(known, func(a record.Approved) bool { return a.Channel == id }); n >= 0 {
			all[i] = known[n]
		}
	}
	return all, nil
}

// listen looks up the channels of the KPI rows of this week and the last.
func (t *Timer) listen(ctx context.Context, now time.Time) error {
	if !t.listened.IsZero() && now.Sub(t.listened) < every {
		return nil
	}
	var ids []string
	for _, at := range []time.Time{now, now.AddDate(0, 0, -7)} {
		rows, err := t.Store.KPIRows(ctx, week.Of(at, time.UTC))
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.Channel != "" && !slices.Contains(ids, r.Channel) {
				ids = append(ids, r.Channel)
			}
		}
	}
	t.heard, t.listened = ids, now
	return nil
}

// due reports whether a channel is to be asked for.
func (t *Timer) due(a record.Approved, changed, now time.Time) bool {
	last, pause := a.Began, every
	if a.Refused.After(last) {
		last = a.Refused
	}
	if a.None {
		pause = rarely
	}
	told := !changed.IsZero() && changed.After(last.Add(-skew))
	if now.Sub(last) < pause && !told {
		return false
	}
	called := t.called[a.Channel]
	return now.Sub(called) >= unheard || told && changed.After(called)
}

func (t *Timer) put(ctx context.Context, channel string, now time.Time) error {
	job, err := errand.Errand{Kind: errand.Approved, Channel: channel, At: now}.Job()
	if err != nil {
		return err
	}
	if err := t.Inbox.Put(ctx, job); err != nil {
		return fmt.Errorf("ask for the templates of a channel: %w", err)
	}
	if t.called == nil {
		t.called = map[string]time.Time{}
	}
	t.called[channel] = now
	return nil
}
