// Command rollup turns finished days into KPI rows, every night.
package main

import (
	"context"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/cloud"
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
	job := &clockwork.Rollup{Store: c.Store, Zone: c.Zone, Now: time.Now, Log: c.Log}
	return func(ctx context.Context, e clockwork.Event) error {
		return job.Nightly(ctx, e.Time(time.Now()))
	}, nil
}
