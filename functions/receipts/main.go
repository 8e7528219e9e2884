// Command receipts records the receipts queue.
package main

import (
	"context"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"frontdesk/shared/cloud"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/receipts"
)

func main() {
	handler, err := wire(context.Background())
	if err != nil {
		cloud.Fatal(err)
		os.Exit(1)
	}
	lambda.Start(handler)
}

func wire(ctx context.Context) (func(context.Context, events.SQSEvent) (events.SQSEventResponse, error), error) {
	c, err := cloud.Open(ctx, "FRONTDESK_INBOX_QUEUE_URL", "FRONTDESK_RECEIPTS_QUEUE_URL")
	if err != nil {
		return nil, err
	}
	consumer, err := c.Consumer(deadletter.Receipts, c.ReceiptsQueue)
	if err != nil {
		return nil, err
	}
	inbox, _ := c.Queues()
	receiver := &receipts.Receiver{Store: c.Store, Inbox: inbox, Live: c.Live(), Zone: c.Zone, Now: time.Now, Log: c.Log}
	return func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
		return consumer.Handle(ctx, event, receiver.Handle)
	}, nil
}
