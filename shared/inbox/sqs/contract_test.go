package sqs_test

import (
	"context"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"frontdesk/shared/inbox"
	"frontdesk/shared/inbox/inboxtest"
	"frontdesk/shared/inbox/sqs"
)

func TestContract(t *testing.T) {
	inboxtest.Contract(t, func(t *testing.T, s inboxtest.Setup) inboxtest.Engine {
		queue := &inboxtest.SQS{}
		consumer, err := sqs.NewConsumer(queue, inboxtest.URL, sqs.Options{
			Name: inboxtest.Name, Policy: s.Policy, Graveyard: s.Graveyard, Reserve: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		run := func(ctx context.Context, handler inbox.Handler, workers int) error {
			inboxtest.Lambda{Queue: queue}.Run(ctx, func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
				return consumer.Handle(ctx, event, handler)
			}, workers)
			return nil
		}
		return inboxtest.Engine{Queue: sqs.New(queue, inboxtest.URL), Run: run}
	})
}
