// Command timers does what is due every minute.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/cloud"
	"frontdesk/shared/deadletter"
	inboxsqs "frontdesk/shared/inbox/sqs"
)

func main() {
	handler, err := wire(context.Background())
	if err != nil {
		cloud.Fatal(err)
		os.Exit(1)
	}
	lambda.Start(handler)
}

func wire(ctx context.Context) (func(context.Context, clockwork.Event) error, error) {
	c, err := cloud.Open(ctx, "FRONTDESK_INBOX_DEAD_QUEUE_URL", "FRONTDESK_RECEIPTS_DEAD_QUEUE_URL")
	if err != nil {
		return nil, err
	}
	client, keeper := sqs.NewFromConfig(c.AWS), c.Keeper()
	timers := clockwork.Timers{
		inboxsqs.Redrive{Client: client, URL: c.InboxDeadQueue, Queue: deadletter.Inbox, Graveyard: keeper}.Drain,
		inboxsqs.Redrive{Client: client, URL: c.ReceiptsDeadQueue, Queue: deadletter.Receipts, Graveyard: keeper}.Drain,
	}
	return func(ctx context.Context, _ clockwork.Event) error { return timers.Minute(ctx) }, nil
}
