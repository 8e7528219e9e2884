// Command webhook is the bare door: signature, decode, SendMessageBatch, 200.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"strconv"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"frontdesk/bench/bare"
)

type (
	request  = events.APIGatewayV2HTTPRequest
	response = events.APIGatewayV2HTTPResponse
)

type door struct {
	queue  *sqs.Client
	url    string
	secret string
}

func main() {
	ctx := context.Background()
	cfg, err := bare.Config(ctx)
	if err != nil {
		log.Fatal(err)
	}
	channels, err := bare.Channels(ctx, cfg)
	if err != nil {
		log.Fatal(err)
	}
	d := door{queue: sqs.NewFromConfig(cfg), url: os.Getenv("FRONTDESK_INBOX_QUEUE_URL"), secret: channels[0].AppSecret}
	lambda.Start(d.handle)
}

func (d door) handle(ctx context.Context, r request) (response, error) {
	if !bare.Signed(d.secret, []byte(r.Body), r.Headers["x-hub-signature-256"]) {
		return response{StatusCode: 401}, nil
	}
	var delivery bare.Delivery
	if err := json.Unmarshal([]byte(r.Body), &delivery); err != nil {
		return response{StatusCode: 200}, nil
	}
	var batch []types.SendMessageBatchRequestEntry
	for i, m := range delivery.Messages() {
		job, err := json.Marshal(m)
		if err != nil {
			return response{}, err
		}
		id, body := strconv.Itoa(i), string(job)
		batch = append(batch, types.SendMessageBatchRequestEntry{Id: &id, MessageBody: &body, MessageGroupId: &m.From, MessageDeduplicationId: &m.ID})
	}
	if _, err := d.queue.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &d.url, Entries: batch}); err != nil {
		return response{StatusCode: 503}, nil
	}
	return response{StatusCode: 200}, nil
}
