package sqs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/inbox"
	"frontdesk/shared/inbox/inboxtest"
	"frontdesk/shared/inbox/sqs"
)

// deadQueue returns a dead-letter queue that holds what was given up after 32 deliveries.
func deadQueue(t *testing.T, jobs ...inbox.Job) *inboxtest.SQS {
	t.Helper()
	dead := &inboxtest.SQS{}
	queue := &inboxtest.SQS{MaxReceive: 32, DeadLetter: dead}
	if err := sqs.New(queue, inboxtest.URL).Put(t.Context(), jobs...); err != nil {
		t.Fatal(err)
	}
	for queue.Len() > 0 {
		inboxtest.Lambda{Queue: queue}.Poll(t.Context(), crash)
	}
	return dead
}

func crash(context.Context, events.SQSEvent) (events.SQSEventResponse, error) {
	return events.SQSEventResponse{}, errors.New("the process exited")
}

func failCall(name, code, message string) func(string) error {
	return func(call string) error {
		if call != name {
			return nil
		}
		return &smithy.GenericAPIError{Code: code, Message: message}
	}
}

func TestDrainBuriesWhatSQSGaveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		long := strings.Repeat("long", 100)
		dead := deadQueue(t, inbox.Job{ID: "a1", Group: "a", Body: []byte(`1`)}, inbox.Job{ID: long, Group: "a", Body: []byte(`2`)})
		grave := &inboxtest.Graveyard{}
		n, err := sqs.Redrive{Client: dead, URL: inboxtest.URL, Queue: "inbox", Graveyard: grave}.Drain(t.Context(), 100)
		if n != 2 || err != nil {
			t.Errorf("got %d, %v, want 2 and no error", n, err)
		}
		reason := "the function failed or timed out 33 times (moved by SQS to its dead-letter queue)"
		want := []inboxtest.Grave{
			{Queue: "inbox", Job: inbox.Job{ID: "a1", Group: "a", Body: []byte(`1`), Attempt: 33}, Reason: reason},
			{Queue: "inbox", Job: inbox.Job{ID: long, Group: "a", Body: []byte(`2`), Attempt: 33}, Reason: reason},
		}
		if diff := cmp.Diff(want, grave.Graves()); diff != "" {
			t.Errorf("dead letters (-want +got):\n%s", diff)
		}
		if dead.Len() != 0 {
			t.Errorf("got %d messages left, want none", dead.Len())
		}
	})
}

func TestDrainStopsAtItsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dead := deadQueue(t, numbered(25, own)...)
		redrive := sqs.Redrive{Client: dead, URL: inboxtest.URL, Queue: "inbox", Graveyard: &inboxtest.Graveyard{}}
		for i, want := range []int{12, 12, 1, 0} {
			if n, err := redrive.Drain(t.Context(), 12); n != want || err != nil {
				t.Errorf("run %d: got %d, %v, want %d and no error", i+1, n, err, want)
			}
		}
	})
}

func TestDrainKeepsWhatTheGraveyardDoesNotTake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dead := deadQueue(t, numbered(3, own)...)
		busy := errors.New("the table is busy")
		grave := &inboxtest.Graveyard{Fail: func(job inbox.Job) error {
			if job.ID == "j001" {
				return busy
			}
			return nil
		}}
		redrive := sqs.Redrive{Client: dead, URL: inboxtest.URL, Queue: "inbox", Graveyard: grave}
		if n, err := redrive.Drain(t.Context(), 100); n != 1 || !errors.Is(err, busy) || dead.Len() != 2 {
			t.Errorf("got %d, %v and %d left, want 1, the graveyard's error and 2 left", n, err, dead.Len())
		}
		grave.Fail = nil
		time.Sleep(time.Minute) // of the bubble's time: the next run
		if n, err := redrive.Drain(t.Context(), 100); n != 2 || err != nil || dead.Len() != 0 {
			t.Errorf("a minute later: got %d, %v and %d left, want 2, no error and none left", n, err, dead.Len())
		}
	})
}

func TestDrainErrorsShowNothingOfTheJobs(t *testing.T) {
	for _, call := range []string{"ReceiveMessage", "DeleteMessage"} {
		t.Run(call, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dead := deadQueue(t, inbox.Job{ID: "a1", Group: "a", Body: []byte(`"my name is Ada"`)})
				dead.Fail = failCall(call, "InternalError", "my name is Ada")
				_, err := sqs.Redrive{Client: dead, URL: inboxtest.URL, Queue: "inbox", Graveyard: &inboxtest.Graveyard{}}.Drain(t.Context(), 10)
				if got := fmt.Sprint(err); !strings.HasSuffix(got, "of queue inbox: SQS answered InternalError") {
					t.Errorf("got %q, want the queue and the code alone", got)
				}
			})
		})
	}
}
