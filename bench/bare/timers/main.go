// Command timers is the bare minute: one look at each dead-letter queue.
package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"frontdesk/bench/bare"
)

func main() {
	cfg, err := bare.Config(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	client := sqs.NewFromConfig(cfg)
	queues := []string{os.Getenv("FRONTDESK_INBOX_DEAD_QUEUE_URL"), os.Getenv("FRONTDESK_RECEIPTS_DEAD_QUEUE_URL")}
	lambda.Start(func(ctx context.Context) error {
		for _, url := range queues {
			if _, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10}); err != nil {
				return err
			}
		}
		return nil
	})
}
