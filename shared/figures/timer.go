package figures

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/record"
	"frontdesk/shared/rollup"
	"frontdesk/shared/wecom"
	"frontdesk/shared/week"
)

// Timer asks for the channels' own figures, once a day and channel. Its fields must not
// change.
type Timer struct {
	Store *record.Store
	Inbox inbox.Queue
	// Channels are those to ask for (see [Channels]); nil for all that had messages this
	// week or last, where the settings of channels are not at hand. One that has no
	// figures of its own is then found out by asking.
	Channels []string
	Now      func() time.Time

	mu   sync.Mutex
	done string // the day for which nothing is left to ask
}

// Due puts errands for up to limit days and says for how many: a job of clockwork's
// timers. Nothing is read before 06:00 China time, and nothing once this process knows that
// all was asked for today; else one read, and once a day and process the rows of the
// last 31 days. The days of one channel are asked for together, so a channel that does not
// fit any more waits for the next minute.
//
// An errand says that it was asked for at 06:00, whenever it is put. So what two processes
// ask for at once is one thing, and is fetched once.
func (t *Timer) Due(ctx context.Context, limit int) (int, error) {
	now := t.Now()
	from, err := opens(now)
	if err != nil || now.Before(from) || t.finished(now) {
		return 0, err
	}
	asked, barred, err := t.Store.Askings(ctx)
	if err != nil {
		return 0, err
	}
	left, err := t.left(ctx, now, asked)
	if err != nil {
		return 0, err
	}
	if len(left) == 0 {
		t.finish(now)
		return 0, nil
	}
	have, err := t.fetched(ctx, now)
	if err != nil {
		return 0, err
	}
	return t.ask(ctx, round{from, left, have, barred, limit})
}

// left are the channels that nobody has asked for today.
func (t *Timer) left(ctx context.Context, now time.Time, asked map[string]record.Asked) ([]string, error) {
	all := t.Channels
	if all == nil {
		var err error
		if all, err = t.heard(ctx, now); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(ch string) bool { return asked[ch].On == today(now) }), nil
}

// heard are the channels of the KPI rows of this week and the last.
func (t *Timer) heard(ctx context.Context, now time.Time) ([]string, error) {
	var all []string
	for _, at := range []time.Time{now, now.AddDate(0, 0, -7)} {
		rows, err := t.Store.KPIRows(ctx, week.Of(at, wecom.DayZone()))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.Channel != "" {
				all = append(all, r.Channel)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// one is a day of a channel.
type one struct{ channel, day string }

// fetched says when each of the last days was fetched.
func (t *Timer) fetched(ctx context.Context, now time.Time) (map[one]time.Time, error) {
	have, seen := map[one]time.Time{}, ""
	for n := back; n > 0; n-- {
		w := week.Of(now.AddDate(0, 0, -n), wecom.DayZone())
		if w == seen {
			continue
		}
		seen = w
		rows, err := t.Store.ChannelDays(ctx, w)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			var d rollup.ChannelDay
			if err := json.Unmarshal(r.Body, &d); err != nil {
				return nil, fmt.Errorf("decode a channel's own figures of %s: %w", r.Day, err)
			}
			have[one{r.Channel, r.Day}] = d.Fetched
		}
	}
	return have, nil
}

// round is what one call of Due asks for.
type round struct {
	from   time.Time
	left   []string
	have   map[one]time.Time
	barred map[string]record.Barred
	limit  int
}

func (t *Timer) ask(ctx context.Context, r round) (int, error) {
	done := 0
	for _, ch := range r.left {
		days, err := r.days(ch)
		if err != nil {
			return done, err
		}
		if done > 0 && done+len(days) > r.limit {
			return done, nil
		}
		if err := t.put(ctx, r.from, ch, days); err != nil {
			return done, err
		}
		done += len(days)
	}
	return done, nil
}

// put asks for days of a channel, and only then notes that it has been asked for: what is
// cut off between the two is asked for twice.
func (t *Timer) put(ctx context.Context, from time.Time, ch string, days []string) error {
	var jobs []inbox.Job
	for _, day := range days {
		job, err := errand.Errand{Kind: errand.Figures, Channel: ch, Key: day, At: from}.Job()
		if err != nil {
			return err
		}
		jobs = append(jobs, job)
	}
	if len(jobs) > 0 {
		if err := t.Inbox.Put(ctx, jobs...); err != nil {
			return fmt.Errorf("ask for the figures of a channel: %w", err)
		}
	}
	return t.Store.SetAsked(ctx, record.Asked{Channel: ch, On: today(from)})
}

// days are those to ask for, oldest first. A channel that gives nothing is asked for
// yesterday alone, to see whether it does now.
func (r round) days(ch string) ([]string, error) {
	first := back
	if r.barred[ch].On != "" {
		first = 1
	}
	var all []string
	for n := first; n > 0; n-- {
		day := today(r.from.AddDate(0, 0, -n))
		from, err := ready(day)
		if err != nil {
			return nil, err
		}
		// Filled in for good after late; until then today's figures are newer.
		good := from.Add(late)
		if r.from.Before(good) {
			good = r.from
		}
		if r.have[one{ch, day}].Before(good) {
			all = append(all, day)
		}
	}
	return all, nil
}

func (t *Timer) finished(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.done == today(now)
}

func (t *Timer) finish(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done = today(now)
}
