// Command timers does what is due every minute.
package main

import (
	"context"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"frontdesk/shared/approved"
	"frontdesk/shared/clockwork"
	"frontdesk/shared/cloud"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/due"
	"frontdesk/shared/figures"
	inboxsqs "frontdesk/shared/inbox/sqs"
	"frontdesk/shared/intake"
	"frontdesk/shared/menus"
	"frontdesk/shared/notice"
	"frontdesk/shared/pull"
	"frontdesk/shared/rota"
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
	c, err := cloud.Open(ctx, "FRONTDESK_INBOX_QUEUE_URL", "FRONTDESK_INBOX_DEAD_QUEUE_URL", "FRONTDESK_RECEIPTS_DEAD_QUEUE_URL")
	if err != nil {
		return nil, err
	}
	client, keeper := sqs.NewFromConfig(c.AWS), c.Keeper()
	queue := inboxsqs.New(client, c.InboxQueue)
	pulls := &pull.Timer{Store: c.Store, Now: time.Now, Intake: intake.Intake{Inbox: queue, Grave: keeper}}
	call, book := rota.Calling(queue, c.Log), c.Live()
	people := rota.New(c.Store, book, time.Now, c.Log)
	people.Given = call
	timers := clockwork.Timers{
		inboxsqs.Redrive{Client: client, URL: c.InboxDeadQueue, Queue: deadletter.Inbox, Graveyard: keeper}.Drain,
		inboxsqs.Redrive{Client: client, URL: c.ReceiptsDeadQueue, Queue: deadletter.Receipts, Graveyard: keeper}.Drain,
		pulls.Due,
		(&menus.Timer{Store: c.Store, Inbox: queue, Now: time.Now}).Due,
		(&figures.Timer{Store: c.Store, Inbox: queue, Now: time.Now}).Due,
		(&approved.Timer{Store: c.Store, Inbox: queue, Now: time.Now}).Due,
		due.New(due.Config{Store: c.Store, Live: book, Now: time.Now, Log: c.Log, HandedOff: call}).Due,
		people.Due,
		(&notice.Timer{Store: c.Store, Inbox: queue, Now: time.Now}).Due,
	}
	return func(ctx context.Context, _ clockwork.Event) error { return timers.Minute(ctx) }, nil
}
