// Command rollup turns finished days into KPI rows, every night.
package main

import (
	"context"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"frontdesk/shared/clockwork"
	"frontdesk/shared/cloud"
	"frontdesk/shared/report"
)

func main() {
	handler, err := wire(context.Background())
	if err != nil {
		cloud.Fatal(err)
		os.Exit(1)
	}
	lambda.Start(handler)
}

// readers is how many conversations are read at once: a read waits for DynamoDB for some
// milliseconds.
const readers = 32

// last is how much time must be left to begin another day.
const last = 5 * time.Minute

func wire(ctx context.Context) (func(context.Context, clockwork.Event) (report.Redone, error), error) {
	c, err := cloud.Open(ctx)
	if err != nil {
		return nil, err
	}
	job := &clockwork.Rollup{Store: c.Store, Zone: c.Zone, Now: time.Now, Log: c.Log, Readers: readers}
	return func(ctx context.Context, e clockwork.Event) (report.Redone, error) {
		if e.From == "" && e.To == "" && !e.All {
			return report.Redone{}, job.Nightly(ctx, e.Time(time.Now()))
		}
		until, bounded := ctx.Deadline()
		if bounded {
			until = until.Add(-last)
		}
		return job.Redo(ctx, e.From, e.To, until, func(string) {})
	}, nil
}
