// Command weekly-kpi mails the figures of a week: to each recipient at their own hour. It also
// takes what SES tells of a mail, and answers the link to unsubscribe.
package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	sesapi "github.com/aws/aws-sdk-go-v2/service/ses"

	"frontdesk/shared/apigateway"
	"frontdesk/shared/clockwork"
	"frontdesk/shared/cloud"
	"frontdesk/shared/mail/ses"
	"frontdesk/shared/unsubscribe"
)

func main() {
	handler, err := wire(context.Background())
	if err != nil {
		cloud.Fatal(err)
		os.Exit(1)
	}
	lambda.Start(handler)
}

func wire(ctx context.Context) (handler, error) {
	c, err := cloud.Open(ctx)
	if err != nil {
		return nil, err
	}
	rollup := &clockwork.Rollup{Store: c.Store, Zone: c.Zone, Now: time.Now, Log: c.Log}
	job := &clockwork.Weekly{
		Store: c.Store, Live: c.Live(), Zone: c.Zone, From: c.MailFrom, PublicURL: c.PublicURL, Now: time.Now, Entropy: rand.Reader, Log: c.Log,
		RollUp: rollup.Day, Send: ses.New(sesapi.NewFromConfig(c.AWS, ses.Once), c.SESSet).Send,
	}
	mux := http.NewServeMux()
	(&unsubscribe.Page{Off: job.Unsubscribe, Log: c.Log}).Routes(mux)
	return events{job: job, page: apigateway.Handler(mux)}.handle, nil
}
