// Command webhook is the door: API Gateway in, queues out.
package main

import (
	"context"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"frontdesk/shared/apigateway"
	"frontdesk/shared/cloud"
	"frontdesk/shared/greeting"
	"frontdesk/shared/webhook"
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

func wire(ctx context.Context) (apigateway.Func, error) {
	c, err := cloud.Open(ctx, "FRONTDESK_CHANNELS", "FRONTDESK_INBOX_QUEUE_URL", "FRONTDESK_RECEIPTS_QUEUE_URL")
	if err != nil {
		return nil, err
	}
	channels, err := c.Channels(ctx)
	if err != nil {
		return nil, err
	}
	callbacks, err := wecom.NewDoor(channels)
	if err != nil {
		return nil, err
	}
	inbox, receipts := c.Queues()
	door := &webhook.Door{WhatsApp: whatsapp.NewDoor(channels), WeCom: callbacks, Inbox: inbox, Receipts: receipts, Grave: c.Keeper(), Log: c.Log}
	door.Welcome = (&greeting.Greeter{Store: c.Store, Live: c.Live(), Zone: c.Zone, Now: time.Now, Log: c.Log}).Words
	mux := http.NewServeMux()
	door.Routes(mux)
	mux.HandleFunc("GET /healthz", webhook.Healthy)
	return apigateway.Handler(mux), nil
}
