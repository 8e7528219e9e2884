package notice_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/notice"
	"frontdesk/shared/record"
)

// queue keeps what is put.
type queue struct {
	jobs []inbox.Job
	err  error
}

func (q *queue) Put(_ context.Context, jobs ...inbox.Job) error {
	q.jobs = append(q.jobs, jobs...)
	return q.err
}

func TestTheTimerAsksForWhatWaits(t *testing.T) {
	w, q := newWorld(t, nil), &queue{}
	timer := notice.Timer{Store: w.store, Inbox: q, Now: w.clock}
	if n, err := timer.Due(context.Background(), 10); n != 0 || err != nil || len(q.jobs) != 0 {
		t.Errorf("nothing waits: got %d, %v", n, err)
	}
	w.handOff(w.row("robot"), w.row("robot-b"), w.row("robot-b"), w.row("group-sales"))
	n, err := timer.Due(context.Background(), 10)
	var channels []string
	for _, job := range q.jobs {
		e, err := errand.Parse(job)
		w.must(err)
		channels = append(channels, string(e.Kind)+" "+e.Channel)
	}
	if want := []string{"notice group-sales", "notice robot", "notice robot-b"}; n != 3 || err != nil || !slices.Equal(channels, want) {
		t.Errorf("got %d, %v, %v, want %v", n, err, channels, want)
	}
	if n, _ := timer.Due(context.Background(), 2); n != 2 {
		t.Errorf("got %d channels, want the limit", n)
	}
	q.err = errors.New("the queue is down")
	if n, err := timer.Due(context.Background(), 10); n != 0 || !errors.Is(err, q.err) {
		t.Errorf("got %d, %v, want the queue's fault", n, err)
	}
}

func TestTheBellAsksAtOnce(t *testing.T) {
	w, q := newWorld(t, nil), &queue{}
	bell := &notice.Bell{Inbox: q, Now: w.clock, Log: w.process(w.db).Log}
	bell.Ring(context.Background(), []record.TeamNotice{w.row(robot), w.row("group-sales")})
	bell.Ring(context.Background(), []record.TeamNotice{w.row(robot)})
	if len(q.jobs) != 3 || q.jobs[0].ID == q.jobs[2].ID || q.jobs[0].Group != q.jobs[2].Group || q.jobs[0].Group == q.jobs[1].Group {
		t.Errorf("got %+v, want three errands that no queue takes for repeats, in order for each channel", q.jobs)
	}
	q.err = errors.New("the queue is down")
	bell.Ring(context.Background(), []record.TeamNotice{w.row(robot)})
	if w.logged.with("waits for the next minute") != 1 || w.logged.with("alarm") != 0 {
		t.Errorf("log %v, want a line and no alarm", w.logged.all)
	}
}
