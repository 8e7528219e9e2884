package sqs_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/inbox"
	"frontdesk/shared/inbox/inboxtest"
	"frontdesk/shared/inbox/sqs"
)

// A job with which the function times out takes the jobs behind it along each time;
// in the end it alone becomes a dead letter.
func TestAJobThatKillsTheFunctionDoesNotTakeItsGroupAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		grave := &inboxtest.Graveyard{}
		queue := &inboxtest.SQS{MaxReceive: inbox.Default.MaxAttempts + 20, DeadLetter: &inboxtest.SQS{}}
		if err := sqs.New(queue, inboxtest.URL).Put(t.Context(), numbered(3, same)...); err != nil {
			t.Fatal(err)
		}
		consumer := newConsumer(t, queue, sqs.Options{Graveyard: grave})
		var done []string
		handler := func(_ context.Context, job inbox.Job) error {
			if job.ID == "j000" {
				time.Sleep(6 * time.Second) // beyond the function's timeout, in the bubble's time
				return nil
			}
			done = append(done, job.ID)
			return nil
		}
		function := func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
			return consumer.Handle(ctx, event, handler)
		}
		for queue.Len() > 0 {
			inboxtest.Lambda{Queue: queue}.Poll(t.Context(), function)
		}
		if diff := cmp.Diff([]string{"j001", "j002"}, done); diff != "" {
			t.Errorf("done (-want +got):\n%s", diff)
		}
		graves := grave.Graves()
		if len(graves) != 1 || graves[0].Job.ID != "j000" || graves[0].Reason != "the function failed or timed out, delivered 23 times" {
			t.Errorf("got dead letters %v, want j000 alone with its reason", graves)
		}
		if got := queue.DeadLetter.Len(); got != 0 {
			t.Errorf("got %d messages in the dead-letter queue, want none", got)
		}
	})
}

func BenchmarkHandle(b *testing.B) {
	var records []events.SQSMessage
	for _, job := range numbered(10, own) {
		records = append(records, record(job.ID, job.Group, "1"))
	}
	consumer := newConsumer(b, &visibility{}, sqs.Options{})
	ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
	defer cancel()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := consumer.Handle(ctx, batch(records...), failing(nil)); err != nil {
			b.Fatal(err)
		}
	}
}
