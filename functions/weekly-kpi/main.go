// Command weekly-kpi mails the figures of a week, every Monday.
package main

import (
	"context"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	sesapi "github.com/aws/aws-sdk-go-v2/service/ses"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/cloud"
	"frontdesk/shared/mail/ses"
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
	c, err := cloud.Open(ctx)
	if err != nil {
		return nil, err
	}
	rollup := &clockwork.Rollup{Store: c.Store, Zone: c.Zone, Now: time.Now, Log: c.Log}
	job := &clockwork.Weekly{
		Store: c.Store, Live: c.Live(), Zone: c.Zone, From: c.MailFrom, Now: time.Now, Log: c.Log, RollUp: rollup.Day,
		Send: ses.New(sesapi.NewFromConfig(c.AWS), c.SESSet).Send,
	}
	return func(ctx context.Context, e clockwork.Event) error {
		if e.Week == "" {
			e.Week = job.Last(e.Time(time.Now()))
		}
		return job.Run(ctx, e.Week)
	}, nil
}
