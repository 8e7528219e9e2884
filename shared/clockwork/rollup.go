// Package clockwork holds the jobs that run by the clock: the rollup of a day,
// the weekly mail, and what is due every minute. A ticker runs them on one
// machine, EventBridge Scheduler on AWS; each can be run for another time and
// any number of times.
package clockwork

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"frontdesk/shared/questions"
	"frontdesk/shared/record"
	"frontdesk/shared/rollup"
	"frontdesk/shared/week"
)

// readers is how many conversations of a day are read at once, unless [Rollup.Readers]
// says otherwise.
const readers = 8

// Rollup turns the messages of a day into KPI rows.
type Rollup struct {
	Store *record.Store
	Zone  *time.Location
	Now   func() time.Time
	Log   *slog.Logger
	// Readers is how many conversations are read at once; more where each read waits for
	// a network. 0 for the usual number.
	Readers int
}

// catchUp is how many days back a night looks for days that were never rolled up,
// because the machine was off or the job failed.
const catchUp = 14

// Nightly rolls up the day before at, every day of the two weeks before that has
// not been rolled up, and every day that has changed since it was rolled up.
func (r *Rollup) Nightly(ctx context.Context, at time.Time) error {
	days, err := r.before(at)
	if err != nil {
		return err
	}
	done, err := r.Store.Rolled(ctx, days[len(days)-1])
	if err != nil {
		return err
	}
	var failed error
	for i, day := range days {
		if i == 0 || !done[day] {
			failed = errors.Join(failed, r.Day(ctx, day))
		}
	}
	return errors.Join(failed, r.Again(ctx))
}

// before lists the finished days before a moment, yesterday first.
func (r *Rollup) before(at time.Time) ([]string, error) {
	start, _, err := week.Bounds(week.Day(at, r.Zone), r.Zone)
	days := make([]string, 0, catchUp)
	for range catchUp {
		if err != nil {
			return nil, err
		}
		day := week.Day(start.Add(-time.Minute), r.Zone)
		days = append(days, day)
		start, _, err = week.Bounds(day, r.Zone)
	}
	return days, err
}

// Again rolls up every day that has changed since it was rolled up. A mark is
// taken away only after its day is done, and only if nothing marked it meanwhile.
func (r *Rollup) Again(ctx context.Context) error {
	marks, err := r.Store.Redo(ctx)
	if err != nil {
		return fmt.Errorf("list days to roll up again: %w", err)
	}
	today := week.Day(r.Now(), r.Zone)
	var failed error
	rolled, last := error(nil), ""
	for _, mark := range marks { // in order of day, each day perhaps several times
		if mark.Day >= today {
			continue // not over yet
		}
		if mark.Day != last {
			rolled, last = r.Day(ctx, mark.Day), mark.Day
			failed = errors.Join(failed, rolled)
		}
		if rolled == nil {
			failed = errors.Join(failed, r.Store.Done(ctx, mark))
		}
	}
	return failed
}

// Day rolls up one day. Repeating it gives the same rows. A day whose messages
// are no longer kept is left as it is: its rows are the last word.
func (r *Rollup) Day(ctx context.Context, day string) error {
	from, to, err := week.Bounds(day, r.Zone)
	if err != nil {
		return err
	}
	if r.expired(from) {
		r.Log.Warn("not rolled up: the messages of this day have expired", "day", day)
		return nil
	}
	sum, err := r.whole(ctx, span{day: day, from: from, to: to})
	if err != nil {
		return fmt.Errorf("roll up %s: %w", day, err)
	}
	w, err := week.OfDay(day)
	if err != nil {
		return err
	}
	if err := r.Store.ReplaceQuestions(ctx, w, day, sum.asked, from); err != nil {
		return err
	}
	if err := r.Store.ReplaceDay(ctx, w, day, sum.rows); err != nil {
		return err
	}
	r.Log.Info("rolled up", "day", day, "conversations", sum.conversations, "rows", len(sum.rows))
	return nil
}

// zones is how far the same day lies apart in two time zones at most (UTC-12 and UTC+14).
const zones = 26 * time.Hour

// span is one day of the company.
type span struct {
	day      string
	from, to time.Time
	// erased is what is left of conversations that were erased.
	erased []json.RawMessage
}

// whole rolls up the conversations of a day and what is left of erased ones. When one is
// erased meanwhile it begins again, so that nobody counts twice or not at all.
func (r *Rollup) whole(ctx context.Context, s span) (sum rolled, err error) {
	for {
		if s.erased, err = r.Store.Erased(ctx, s.day); err != nil {
			return sum, err
		}
		if sum, err = r.roll(ctx, s); err != nil {
			return sum, err
		}
		now, err := r.Store.Erased(ctx, s.day)
		if err != nil || len(now) == len(s.erased) {
			return sum, err
		}
	}
}

// addErased adds what is left of erased conversations.
func addErased(sum *rollup.Roller, erased []json.RawMessage) error {
	for _, body := range erased {
		var row rollup.Row
		if err := json.Unmarshal(body, &row); err != nil {
			return fmt.Errorf("decode what is left of an erased conversation: %w", err)
		}
		if err := sum.AddRow(row); err != nil {
			return fmt.Errorf("add what is left of an erased conversation: %w", err)
		}
	}
	return nil
}

// deskDay is what one conversation did on a day, and what it asked that no template answered.
type deskDay struct {
	rollup.Day
	asked []questions.Question
}

// rolled is what a day adds up to.
type rolled struct {
	conversations int
	rows, asked   []record.KPIRow
}

// roll reads the conversations of a day, a shard of its list after the other, and adds them
// up. So what it holds in memory does not grow with the day.
func (r *Rollup) roll(ctx context.Context, s span) (out rolled, err error) {
	atOnce := cmp.Or(r.Readers, readers)
	days := make(chan deskDay, atOnce)
	work, ctx := errgroup.WithContext(ctx)
	queue := make(chan string, atOnce)
	work.Go(func() error { defer close(queue); return r.list(ctx, s.day, queue) })
	for range atOnce {
		work.Go(func() error { return r.read(ctx, s, queue, days) })
	}
	var failed error
	go func() { failed = work.Wait(); close(days) }()
	sum, open := rollup.New(s.day), questions.NewCounter()
	var refused error
	for d := range days {
		out.conversations++
		refused = errors.Join(refused, sum.Add(d.Day))
		open.Add(d.asked...)
	}
	if err := errors.Join(failed, refused, addErased(sum, s.erased)); err != nil {
		return out, err
	}
	if out.rows, err = encode(sum.Rows()); err != nil {
		return out, err
	}
	out.asked, err = encodeQuestions(s.day, open.Rows())
	return out, err
}

// progress is how often a long rollup says how far it is.
const progress = 10 * time.Second

// list puts the conversations of a day on the queue.
func (r *Rollup) list(ctx context.Context, day string, queue chan<- string) error {
	told, listed := r.Now(), 0
	for shard := range record.Shards {
		homes, err := r.Store.ActiveShard(ctx, day, shard)
		if err != nil {
			return err
		}
		for _, home := range homes {
			select {
			case queue <- home:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		listed += len(homes)
		if now := r.Now(); now.Sub(told) >= progress {
			told = now
			r.Log.Info("rolling up", "day", day, "shards", shard+1, "of", record.Shards, "conversations", listed)
		}
	}
	return nil
}

func (r *Rollup) read(ctx context.Context, s span, queue <-chan string, days chan<- deskDay) error {
	for home := range queue {
		// What was recorded in another time zone belongs to the day that it was there.
		from, to := s.from.Add(-zones), s.to.Add(zones)
		messages, receipts, err := r.Store.Counted(ctx, home, from, to)
		if err != nil {
			return err
		}
		select {
		case days <- deskDay{rollup.DeskDay(home, s.day, messages, receipts), questions.Of(home, s.day, messages)}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func encode(rows []rollup.Row) ([]record.KPIRow, error) {
	out := make([]record.KPIRow, 0, len(rows))
	for _, row := range rows {
		body, err := json.Marshal(row)
		if err != nil {
			return nil, fmt.Errorf("encode KPI row: %w", err)
		}
		out = append(out, record.KPIRow{Day: row.Day, Channel: row.Channel, Team: row.Team, Body: body})
	}
	return out, nil
}

func encodeQuestions(day string, rows []questions.Row) ([]record.KPIRow, error) {
	out := make([]record.KPIRow, 0, len(rows))
	for _, row := range rows {
		body, err := json.Marshal(row)
		if err != nil {
			return nil, fmt.Errorf("encode unanswered questions: %w", err)
		}
		out = append(out, record.KPIRow{Day: day, Channel: row.Channel, Team: row.Team, Body: body})
	}
	return out, nil
}
