// Command desk answers the messages of the inbox queue.
package main

import (
	"context"
	cryptorand "crypto/rand"
	"math/rand/v2"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"frontdesk/shared/approved"
	"frontdesk/shared/channel"
	"frontdesk/shared/cloud"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/desk"
	"frontdesk/shared/errand"
	"frontdesk/shared/figures"
	"frontdesk/shared/hook"
	"frontdesk/shared/inbox"
	"frontdesk/shared/intake"
	"frontdesk/shared/live"
	"frontdesk/shared/menus"
	"frontdesk/shared/notice"
	"frontdesk/shared/publish"
	"frontdesk/shared/pull"
	"frontdesk/shared/rota"
	"frontdesk/shared/send"
	"frontdesk/shared/wecom"
	"frontdesk/shared/whatsapp"
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
	router.Files(hook.NewFetcher(&hook.Guard{}).Fetch)
	guard := send.NewGuard(channels, send.Options{
		Send: router.Send, Gates: c.Store, Chance: rand.Float64, Processes: c.Desks, Longest: time.Hour, Log: c.Log,
	})
	sessions := send.NewSessions(channels, router.WeCom())
	d := &desk.Desk{
		Store: c.Store, Live: book, Send: guard.Send, Guard: guard, Zone: c.Zone, Now: time.Now,
		Entropy: cryptorand.Reader, Log: c.Log, Attempts: inbox.Default.MaxAttempts, Waits: cloud.Waits,
		Sessions: sessions, OnEvent: sessions.OnEvent,
	}
	d.Draft = &live.Draft{Store: c.Store, Check: publish.Fit(named(channels), c.Zone)}
	inboxQueue, receiptsQueue := c.Queues()
	handle := pull.Dispatch(&pull.Puller{
		Channels: channels, WeCom: router.WeCom(), Store: c.Store, Live: book, Zone: c.Zone, Now: time.Now, Log: c.Log,
		Intake: intake.Intake{Inbox: inboxQueue, Receipts: receiptsQueue, Grave: c.Keeper()},
		Asker:  d,
	}, d, errands(c, channels, router.WeCom(), book))
	d.Ring = (&notice.Bell{Inbox: inboxQueue, Now: time.Now, Log: c.Log}).Ring
	d.Give = (&rota.Bell{Inbox: inboxQueue, Live: book, Now: time.Now, Log: c.Log}).Ring
	return func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
		return consumer.Handle(ctx, event, handle)
	}, nil
}

// named are the channels as a playbook names them.
func named(channels []channel.Channel) []publish.Channel {
	out := make([]publish.Channel, 0, len(channels))
	for _, ch := range channels {
		out = append(out, publish.Channel{ID: ch.ID, Kind: ch.Kind})
	}
	return out
}

// errands are what is done at a channel besides answering.
func errands(c *cloud.Cloud, channels []channel.Channel, api *wecom.Sender, book *live.Cache) errand.Handlers {
	people := rota.New(c.Store, book, time.Now, c.Log)
	inboxQueue, _ := c.Queues()
	people.Given = rota.Calling(inboxQueue, c.Log)
	return errand.Handlers{
		errand.Assign:  people.Run,
		errand.Menu:    (&menus.Keeper{Channels: channels, WeCom: api, Live: book, Store: c.Store, Now: time.Now, Log: c.Log}).Run,
		errand.Figures: (&figures.Fetcher{Channels: channels, WeCom: api, Store: c.Store, Live: book, Now: time.Now, Log: c.Log}).Run,
		errand.Approved: (&approved.Syncer{
			Channels: channels, WhatsApp: &whatsapp.Sender{HTTP: &http.Client{Timeout: send.Timeout}}, Store: c.Store, Live: book, Now: time.Now, Log: c.Log,
		}).Run,
		errand.Notice: (&notice.Runner{
			Channels: channels, Push: api.Push, Post: hook.New(&hook.Guard{}, time.Now).Post, Store: c.Store, Zone: c.Zone, Now: time.Now, Log: c.Log,
		}).Run,
	}
}
