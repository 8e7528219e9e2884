package rota_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/assign"
	"frontdesk/shared/conversation"
	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/live"
	"frontdesk/shared/message"
	"frontdesk/shared/playbook"
	"frontdesk/shared/record"
	"frontdesk/shared/rota"
	"frontdesk/shared/table"
)

const staffed = `{"languages": ["en"], "templates": [], "filters": [], "hours": [{"id": "day", "time_zone": "UTC", "weekly": {}}, {"id": "night", "time_zone": "UTC", "weekly": {"mon": ["00:00-24:00"]}}],
  "teams": [
    {"id": "sales", "name": "Sales", "members": [{"id": "li"}]},
    {"id": "care", "name": "Care", "calendar": "night", "assign": "least_busy", "reassign": "unanswered", "members": [
      {"id": "ana", "capacity": 2}, {"id": "kim", "calendar": "day", "off": true}]}]}`

func read(t *testing.T, text string) playbook.Playbook {
	t.Helper()
	var p playbook.Playbook
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *world) publish(text string) *live.Cache {
	w.t.Helper()
	if err := w.store.Publish(w.t.Context(), read(w.t, text), record.VersionInfo{Number: 1, At: noon}, record.Audit{ID: "1", At: noon}); err != nil {
		w.t.Fatal(err)
	}
	return &live.Cache{Store: w.store}
}

func TestTeamsThatGiveOutAreThoseThatSayHow(t *testing.T) {
	p := read(t, staffed)
	want := []rota.Team{{ID: "care", Way: assign.LeastBusy, Unanswered: true, Members: []rota.Member{
		{ID: "ana", Capacity: 2, Duty: assign.Duty{Calendar: "night"}},
		{ID: "kim", Duty: assign.Duty{Calendar: "day", Off: true}},
	}}}
	if d := cmp.Diff(want, rota.TeamsOf(&p)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// The errand of a team settles it as the live playbook has it; a table that takes nothing
// makes it wait, and that is no failure.
func TestTheErrandOfATeam(t *testing.T) {
	w := newWorld(t)
	r := rota.New(w.store, w.publish(staffed), func() time.Time { return w.now }, w.rota.Log)
	w.handOff(0)
	w.handOff(1)
	job := errand.Errand{Kind: errand.Assign, Channel: "care", At: noon}
	if err := r.Run(t.Context(), job, 1); err != nil {
		t.Fatal(err)
	}
	w.want("ana ana")
	w.table.fail = table.ErrBusy
	if err := r.Run(t.Context(), job, 1); !inbox.Waits(err) {
		t.Errorf("got %v, want it to wait", err)
	}
	unread := rota.New(w.store, &live.Cache{Store: w.store}, func() time.Time { return w.now }, w.rota.Log)
	if err := unread.Run(t.Context(), job, 1); !errors.Is(err, table.ErrBusy) {
		t.Errorf("got %v, want that the playbook cannot be read", err)
	}
}

// shelf is a queue that keeps what is put, or fails.
type shelf struct {
	jobs []inbox.Job
	fail error
}

func (s *shelf) Put(_ context.Context, jobs ...inbox.Job) error {
	s.jobs = append(s.jobs, jobs...)
	return s.fail
}

func TestTheBellRingsForTeamsThatGiveOut(t *testing.T) {
	for team, want := range map[string]int{"care": 1, "sales": 0, "gone": 0, "": 0} {
		w, q := newWorld(t), &shelf{}
		b := rota.Bell{Inbox: q, Live: w.publish(staffed), Now: func() time.Time { return noon }, Log: w.rota.Log}
		b.Ring(t.Context(), team, id(0))
		if len(q.jobs) != want || w.log.Len() != 0 {
			t.Errorf("%q: got %d errands and log %q, want %d", team, len(q.jobs), w.log.String(), want)
		}
	}
}

func TestABellThatFailsIsLoggedAndNoMore(t *testing.T) {
	w, q := newWorld(t), &shelf{fail: table.ErrBusy}
	b := rota.Bell{Inbox: q, Live: w.publish(staffed), Now: func() time.Time { return noon }, Log: w.rota.Log}
	b.Ring(t.Context(), "care", id(0))
	if !strings.Contains(w.log.String(), "settled with the next minute") {
		t.Errorf("got log %q, want that the timers do it", w.log.String())
	}
}

// A session is called for once per change of its conversation, in the customer's own group.
func TestCallingPutsWhatBringsASessionToPeople(t *testing.T) {
	person := message.Person{UserID: "wmEXAMPLE0001"}
	for name, c := range map[string]struct {
		session conversation.Session
		fail    error
		jobs    int
		log     bool
	}{
		"a session with the bot":     {conversation.Session{}, nil, 1, false},
		"people have it already":     {conversation.Session{People: true}, nil, 0, false},
		"it stays where it is":       {conversation.Session{Stays: true}, nil, 0, false},
		"a queue that takes nothing": {conversation.Session{}, table.ErrBusy, 1, true},
	} {
		var log bytes.Buffer
		q := &shelf{fail: c.fail}
		h := conversation.Head{ID: id(0), Channel: "kf-main", HandedOff: noon, Version: 7, Session: c.session}
		h.Contact.Person = person
		rota.Calling(q, slog.New(slog.NewJSONHandler(&log, nil)))(t.Context(), h)
		if len(q.jobs) != c.jobs || (log.Len() > 0) != c.log || strings.Contains(log.String(), person.UserID) {
			t.Errorf("%s: got %d jobs and log %q, want %d", name, len(q.jobs), log.String(), c.jobs)
		}
		for _, job := range q.jobs {
			e, err := message.DecodeElsewhere(job.Body)
			if err != nil || job.Group != h.ID || job.ID != "kf-main/given-"+h.ID+"-7" || e.Did != message.Called || e.To != person {
				t.Errorf("%s: got %+v of %+v, %v", name, job, e, err)
			}
		}
	}
}
