package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	aws "github.com/aws/aws-lambda-go/events"

	"frontdesk/shared/apigateway"
	"frontdesk/shared/clockwork"
	"frontdesk/shared/mail/ses"
	"frontdesk/shared/record"
)

type handler = func(context.Context, json.RawMessage) (any, error)

// events are the three kinds of events that reach this function: of the schedules, of SES
// through EventBridge, and of the page to unsubscribe through API Gateway.
type events struct {
	job  *clockwork.Weekly
	page apigateway.Func
}

func (e events) handle(ctx context.Context, raw json.RawMessage) (any, error) {
	var kind struct {
		RouteKey string `json:"routeKey"`
		Source   string `json:"source"`
	}
	if err := json.Unmarshal(raw, &kind); err != nil {
		return nil, fmt.Errorf("read an event: %w", err)
	}
	switch {
	case kind.RouteKey != "":
		var in aws.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(raw, &in); err != nil {
			return nil, fmt.Errorf("read a request: %w", err)
		}
		return e.page(ctx, in)
	case kind.Source != "":
		return nil, e.stop(ctx, raw)
	}
	var in clockwork.Event
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, fmt.Errorf("read an event: %w", err)
	}
	return nil, e.scheduled(ctx, in)
}

// scheduled sends a week's mails to all who have not had them when the event names one, else
// what is due; and on the weekly schedule the cards, too.
func (e events) scheduled(ctx context.Context, in clockwork.Event) error {
	now := in.Time(time.Now())
	switch {
	case in.Week != "":
		return e.job.Run(ctx, in.Week)
	case in.Mails:
		return e.job.Due(ctx, now)
	}
	return errors.Join(e.job.Cards(ctx, e.job.Last(now)), e.job.Due(ctx, now))
}

// stop keeps mail from an address that SES could not reach, or whose owner complained.
func (e events) stop(ctx context.Context, raw []byte) error {
	news, err := ses.ParseEvent(raw)
	if err != nil {
		return err
	}
	why := record.StopBounced
	if news.Complaint {
		why = record.StopComplained
	}
	var failed error
	for _, address := range news.Addresses {
		failed = errors.Join(failed, e.job.StopAddress(ctx, address, why))
	}
	return failed
}
