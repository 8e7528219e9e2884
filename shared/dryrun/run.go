package dryrun

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"frontdesk/shared/conversation"
	"frontdesk/shared/decide"
	"frontdesk/shared/record"
	"frontdesk/shared/week"
)

// MaxMessages is how many messages one run judges at most.
const MaxMessages = 100_000

// atOnce is how many conversations are read side by side.
const atOnce = 16

// Runner replays what is stored.
type Runner struct {
	Store *record.Store
	// Zone is the company's: days are counted in it.
	Zone *time.Location
}

// Plan is what to replay: the messages of a span, by the live playbook and another.
type Plan struct {
	Live, Draft *decide.Book
	// From and Until bound the span; at most [MaxMessages] messages are judged, those of the
	// conversations that were active last.
	From, Until time.Time
	// Most is how many messages to judge at most; [MaxMessages] when 0.
	Most int
	// After continues behind what an earlier run of the same span has done ([Result.Next]).
	After string
	// Stop, when set, ends the run when it reports true: what is going on is finished, and
	// Next says where to continue. It is called from several goroutines.
	Stop func() bool
	// Progress, when set, is told after each conversation how many are done, and of how
	// many. It is called from several goroutines, one at a time.
	Progress func(done, total int)
}

// Run replays a span, or the part of it that time was for. Reads: the lists of active
// conversations of each day, and for each conversation as many pages as its messages need, and
// its head (and one more for each change of number or id).
func (r *Runner) Run(ctx context.Context, p Plan) (Result, error) {
	all, err := r.active(ctx, p.From, p.Until)
	if err != nil {
		return Result{}, err
	}
	begin := sort.SearchStrings(all, p.After)
	if begin < len(all) && all[begin] == p.After {
		begin++
	}
	run := &run{Runner: r, plan: p, judge: newJudge(p.Live, p.Draft, r.Zone), sum: newTally(), places: all, first: begin, next: begin}
	if run.plan.Most <= 0 || run.plan.Most > MaxMessages {
		run.plan.Most = MaxMessages
	}
	if err := errors.Join(run.work(ctx), ctx.Err()); err != nil {
		return Result{}, err
	}
	run.full = run.full || run.next < len(all) && run.sum.result.Messages >= run.plan.Most
	out := run.sum.sum()
	out.From, out.Until, out.Total, out.Full = p.From, p.Until, len(all), run.full
	out.Done = run.next
	if run.next < len(all) && !run.full {
		out.Next = all[max(run.next-1, 0)]
	}
	return out, nil
}

// active lists the conversations of a span by the place of each: how many days before the
// end it was last active, and its id. So those that were active last come first. Whoever
// writes between two parts moves to the front, behind the cursor, and is left out.
func (r *Runner) active(ctx context.Context, from, until time.Time) ([]string, error) {
	var places []string
	known := map[string]bool{}
	day := week.Day(until.Add(-time.Nanosecond), r.Zone)
	for back := 0; ; back++ {
		start, _, err := week.Bounds(day, r.Zone)
		if err != nil {
			return nil, fmt.Errorf("go back by a day: %w", err)
		}
		list, err := r.Store.ActiveDay(ctx, day)
		if err != nil {
			return nil, err
		}
		for _, home := range list {
			if !known[home] {
				known[home] = true
				places = append(places, fmt.Sprintf("%04d/%s", back, home))
			}
		}
		if !start.After(from) {
			return places, nil
		}
		day = week.Day(start.Add(-time.Hour), r.Zone)
	}
}

// run is one replay that is going on.
type run struct {
	*Runner
	plan  Plan
	judge *judge
	// places are all conversations of the span, first the one that this part begins with,
	// next the one whose turn comes.
	places []string

	first int

	mu   sync.Mutex
	sum  *tally
	next int
	full bool
}

// work lets workers take conversation after conversation.
func (r *run) work(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for range min(atOnce, len(r.places)) {
		group.Go(func() error {
			for home, ok := r.take(ctx); ok; home, ok = r.take(ctx) {
				one := newTally()
				if err := r.conversation(ctx, one, home); err != nil {
					return err
				}
				r.done(one)
			}
			return nil
		})
	}
	return group.Wait()
}

// take hands out the next conversation, while there is room for its messages.
func (r *run) take(ctx context.Context) (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.next == len(r.places) || ctx.Err() != nil {
		return "", false
	}
	if r.next > r.first && r.plan.Stop != nil && r.plan.Stop() { // each part does something
		return "", false
	}
	if r.sum.result.Messages >= r.plan.Most {
		r.full = true
		return "", false
	}
	r.next++
	_, home, _ := strings.Cut(r.places[r.next-1], "/")
	return home, true
}

func (r *run) done(one *tally) {
	r.mu.Lock()
	defer r.mu.Unlock()
	one.result.Done = 1
	r.sum.add(one)
	if r.plan.Progress != nil {
		r.plan.Progress(r.sum.result.Done, len(r.places))
	}
}

// conversation replays one conversation.
func (r *run) conversation(ctx context.Context, into *tally, home string) error {
	messages, err := r.Store.Messages(ctx, home, r.plan.From, r.plan.Until)
	if err != nil {
		return fmt.Errorf("read the messages of a conversation: %w", err)
	}
	messages = slices.DeleteFunc(messages, func(m conversation.Message) bool { return m.Facts.Test })
	if !slices.ContainsFunc(messages, func(m conversation.Message) bool { return m.Direction == conversation.In }) {
		return nil
	}
	head, err := r.Store.Head(ctx, home)
	if err != nil && !errors.Is(err, record.ErrNotFound) { // else it is just being erased
		return fmt.Errorf("read a conversation: %w", err)
	}
	r.judge.replay(into, head, messages)
	return nil
}
