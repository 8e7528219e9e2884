// Command desk answers the messages of the inbox queue.
package main

import (
	"context"
	cryptorand "crypto/rand"
	"math/rand/v2"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"frontdesk/shared/cloud"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/desk"
	"frontdesk/shared/errand"
	"frontdesk/shared/inbox"
	"frontdesk/shared/intake"
	"frontdesk/shared/pull"
	"frontdesk/shared/send"
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
	c, err := cloud.Open(ctx, "FRONTDESK_CHANNELS", "FRONTDESK_INBOX_QUEUE_URL", "FRONTDESK_RECEIPTS_QUEUE_URL")
	if err != nil {
		return nil, err
	}
	channels, err := c.Channels(ctx)
	if err != nil {
		return nil, err
	}
	consumer, err := c.Consumer(deadletter.Inbox, c.InboxQueue)
	if err != nil {
		return nil, err
	}
	router, book := send.New(channels, c.Store), c.Live()
	guard := send.NewGuard(channels, send.Options{
		Send: router.Send, Gates: c.Store, Chance: rand.Float64, Processes: c.Desks, Longest: time.Hour, Log: c.Log,
	})
	d := &desk.Desk{
		Store: c.Store, Live: book, Send: guard.Send, Guard: guard, Zone: c.Zone, Now: time.Now,
		Entropy: cryptorand.Reader, Log: c.Log, Attempts: inbox.Default.MaxAttempts, Waits: cloud.Waits,
	}
	inboxQueue, receiptsQueue := c.Queues()
	handle := pull.Dispatch(&pull.Puller{
		Channels: channels, WeCom: router.WeCom(), Store: c.Store, Live: book, Zone: c.Zone, Now: time.Now, Log: c.Log,
		Intake: intake.Intake{Inbox: inboxQueue, Receipts: receiptsQueue, Grave: c.Keeper()},
	}, d, errand.Handlers{})
	return func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
		return consumer.Handle(ctx, event, handle)
	}, nil
}
