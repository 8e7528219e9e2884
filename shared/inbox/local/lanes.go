package local

import (
	"container/heap"
	"context"
	"strings"
	"sync"
	"time"
)

// lanes is the order of work in memory: a lane per group that has jobs, each
// ready, in work, or paused. Ready lanes wait in a line, so that a group with
// many jobs takes its turn like the others.
type lanes struct {
	now func() time.Time

	mu      sync.Mutex
	changed *sync.Cond // a lane became ready, or a context ended
	byGroup map[string]*lane
	ready   line
	paused  pauses
	alarm   *time.Timer // for the first paused lane
	pending int         // jobs of all lanes, those in work included
	working int
}

// lane is one group. It is in exactly one of: lanes.ready, lanes.paused, in work.
type lane struct {
	group string
	seqs  []uint64 // the jobs that are not done, the first of them in work or next
	due   time.Time
	next  *lane // in the line
}

func newLanes(now func() time.Time) *lanes {
	l := &lanes{now: now, byGroup: make(map[string]*lane)}
	l.changed = sync.NewCond(&l.mu)
	return l
}

// add puts a job at the end of its group. due is the end of a pause that the job
// brings along; it counts when the job is the first of its group.
func (l *lanes) add(group string, seq uint64, due time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pending++
	if known := l.byGroup[group]; known != nil {
		known.seqs = append(known.seqs, seq)
		return
	}
	group = strings.Clone(group) // so that the lane keeps nothing else of the caller's alive
	fresh := &lane{group: group, seqs: []uint64{seq}}
	l.byGroup[group] = fresh
	l.queue(fresh, due)
}

func (l *lanes) has(group string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.byGroup[group] != nil
}

// take waits for a ready lane and returns it with its first job; ok is false
// when ctx has ended. The lane is the caller's until done or pause.
func (l *lanes) take(ctx context.Context) (taken *lane, seq uint64, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.ready.first == nil && ctx.Err() == nil {
		l.changed.Wait()
	}
	if ctx.Err() != nil {
		return nil, 0, false
	}
	l.working++
	taken = l.ready.pop()
	return taken, taken.seqs[0], true
}

// done takes the first job off a lane in work and lets the group go on.
func (l *lanes) done(worked *lane) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.working--
	l.pending--
	worked.seqs = worked.seqs[1:]
	if len(worked.seqs) == 0 {
		delete(l.byGroup, worked.group)
		return
	}
	l.queue(worked, time.Time{})
}

// pause holds the lane in work, first job included, until due.
func (l *lanes) pause(worked *lane, due time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.working--
	l.queue(worked, due)
}

// count returns how many jobs wait and how many are in work.
func (l *lanes) count() (waiting, working int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pending - l.working, l.working
}

// wake lets everybody in take look at their context.
func (l *lanes) wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.changed.Broadcast()
}

func (l *lanes) queue(idle *lane, due time.Time) {
	if due.After(l.now()) {
		idle.due = due
		heap.Push(&l.paused, idle)
		l.setAlarm()
		return
	}
	l.ready.push(idle)
	l.changed.Signal()
}

// ring moves the lanes whose pause is over into the line.
func (l *lanes) ring() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.paused) > 0 && !l.paused[0].due.After(l.now()) {
		l.ready.push(heap.Pop(&l.paused).(*lane))
		l.changed.Signal()
	}
	l.setAlarm()
}

func (l *lanes) setAlarm() {
	if len(l.paused) == 0 {
		return
	}
	wait := l.paused[0].due.Sub(l.now())
	if l.alarm == nil {
		l.alarm = time.AfterFunc(wait, l.ring)
		return
	}
	l.alarm.Reset(wait)
}

// line is a queue of lanes, linked through them.
type line struct{ first, last *lane }

func (q *line) push(l *lane) {
	if q.first == nil {
		q.first = l
	} else {
		q.last.next = l
	}
	q.last = l
}

func (q *line) pop() *lane {
	l := q.first
	q.first, l.next = l.next, nil
	return l
}

// pauses is a heap of lanes, the first due on top.
type pauses []*lane

func (p pauses) Len() int           { return len(p) }
func (p pauses) Less(i, j int) bool { return p[i].due.Before(p[j].due) }
func (p pauses) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *pauses) Push(x any)        { *p = append(*p, x.(*lane)) }
func (p *pauses) Pop() any {
	last := (*p)[len(*p)-1]
	(*p)[len(*p)-1] = nil
	*p = (*p)[:len(*p)-1]
	return last
}
