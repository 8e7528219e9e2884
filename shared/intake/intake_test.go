package intake_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"frontdesk/shared/conversation"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/inbox"
	"frontdesk/shared/intake"
	"frontdesk/shared/message"
)

// shelf is a queue and a graveyard that only remember.
type shelf struct {
	jobs  []inbox.Job
	where []string
	err   error
}

func (s *shelf) Put(_ context.Context, jobs ...inbox.Job) error {
	if s.err == nil {
		s.jobs = append(s.jobs, jobs...)
	}
	return s.err
}

func (s *shelf) Bury(_ context.Context, queue string, job inbox.Job, reason string) error {
	if s.err == nil {
		s.jobs, s.where = append(s.jobs, job), append(s.where, queue+": "+reason)
	}
	return s.err
}

type shelves struct{ inbox, receipts, grave shelf }

func (s *shelves) intake() intake.Intake {
	return intake.Intake{Inbox: &s.inbox, Receipts: &s.receipts, Grave: &s.grave}
}

var (
	at     = time.Unix(1780000000, 0).UTC()
	person = message.Person{UserID: "wmEXAMPLE0001"}
	wrote  = message.Inbound{Channel: "kf-main", ID: "m1", From: person, Time: at, Type: "text", Text: "price"}
	deed   = message.Elsewhere{Channel: "kf-main", ID: "m2", To: person, Time: at, Did: message.Ended}
)

func TestWhatWasHeardGoesWhereItBelongs(t *testing.T) {
	var s shelves
	err := s.intake().Keep(t.Context(), intake.Heard{
		Inbox:    []intake.Said{{Inbound: &wrote}, {Elsewhere: &deed}},
		Receipts: []message.Receipt{{Channel: "kf-main", ID: "r", Status: message.Failed, Recipient: person}},
		Notices:  []message.Notice{{Account: "corp", Field: "enter_agent", Time: at, Value: json.RawMessage(`{}`)}},
		Strays:   []intake.Stray{intake.Unread([]byte("odd"), "it is odd")},
	})
	if err != nil || len(s.inbox.jobs) != 2 || len(s.receipts.jobs) != 2 || len(s.grave.jobs) != 1 {
		t.Fatalf("got %d, %d and %d jobs, %v, want 2, 2 and 1", len(s.inbox.jobs), len(s.receipts.jobs), len(s.grave.jobs), err)
	}
	home := conversation.ID("kf-main", person)
	for i, id := range []string{"kf-main/m1", "kf-main/m2"} {
		if job := s.inbox.jobs[i]; job.ID != id || job.Group != home {
			t.Errorf("got job %s in group %s, want %s in the group of the conversation", job.ID, job.Group, id)
		}
	}
	if !message.IsElsewhere(s.inbox.jobs[1].Body) || message.IsElsewhere(s.inbox.jobs[0].Body) {
		t.Error("what happened elsewhere cannot be told from a message")
	}
}

func TestWhatNoQueueWouldTakeIsKept(t *testing.T) {
	var s shelves
	large := wrote
	large.ID, large.Text = "m3", strings.Repeat("x", inbox.MaxBody)
	if err := s.intake().Keep(t.Context(), intake.Heard{Inbox: intake.Messages([]message.Inbound{large, wrote})}); err != nil {
		t.Fatal(err)
	}
	if len(s.inbox.jobs) != 1 || len(s.grave.jobs) != 1 || !strings.HasPrefix(s.grave.where[0], deadletter.Inbox) {
		t.Errorf("got %d jobs and dead letters %v, want the small one queued and the large one kept", len(s.inbox.jobs), s.grave.where)
	}
}

func TestAFailureIsToldAndNothingIsAcknowledged(t *testing.T) {
	for _, broken := range []func(*shelves) *shelf{
		func(s *shelves) *shelf { return &s.inbox }, func(s *shelves) *shelf { return &s.receipts }, func(s *shelves) *shelf { return &s.grave },
	} {
		var s shelves
		broken(&s).err = errors.New("full")
		err := s.intake().Keep(t.Context(), intake.Heard{
			Inbox: []intake.Said{{Inbound: &wrote}}, Notices: []message.Notice{{Field: "f", Value: json.RawMessage(`{}`)}},
			Strays: []intake.Stray{intake.Unread([]byte("odd"), "it is odd")},
		})
		if err == nil {
			t.Error("got no error, want one")
		}
	}
}

func TestAPullComesBack(t *testing.T) {
	p := intake.Pull{Channel: "kf-main", Token: "T1", At: at}
	job, err := p.Job("c1")
	if err != nil || inbox.Check(job) != nil || !intake.IsPull(job) {
		t.Fatalf("got %+v, %v, want a job of a puller", job, err)
	}
	if got, err := intake.ParsePull(job); err != nil || got.Channel != p.Channel || got.Token != p.Token || !got.At.Equal(at) {
		t.Errorf("got %+v, %v, want %+v", got, err, p)
	}
	if intake.IsPull(inbox.Job{Group: conversation.ID("kf-main", person)}) {
		t.Error("a conversation was taken for a call to pull")
	}
}

func FuzzParsePull(f *testing.F) {
	f.Add([]byte(`{"pull":{"channel":"kf-main","token":"T1","at":"2026-11-22T02:00:00Z"}}`))
	f.Add([]byte(`{"pull":null}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := intake.ParsePull(inbox.Job{Body: body})
		if err != nil {
			return
		}
		if _, err := p.Job("x"); err != nil {
			t.Errorf("%s was read and cannot be written: %v", body, err)
		}
	})
}
