// Command timers is the bare minute: empty each dead-letter queue into the table, and read
// what may be due; in the first minute of a process also what later ones know.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"frontdesk/bench/bare"
)

type digger struct {
	db    *dynamodb.Client
	sqs   *sqs.Client
	table string
}

func main() {
	cfg, err := bare.Config(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	d := digger{dynamodb.NewFromConfig(cfg), sqs.NewFromConfig(cfg), os.Getenv("FRONTDESK_TABLE")}
	queues := []string{os.Getenv("FRONTDESK_INBOX_DEAD_QUEUE_URL"), os.Getenv("FRONTDESK_RECEIPTS_DEAD_QUEUE_URL")}
	first := true
	lambda.Start(func(ctx context.Context) error {
		if err := d.look(ctx, first); err != nil {
			return err
		}
		first = false
		for _, url := range queues {
			if err := d.drain(ctx, url); err != nil {
				return err
			}
		}
		return nil
	})
}

func (d digger) drain(ctx context.Context, url string) error {
	for {
		out, err := d.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &url, MaxNumberOfMessages: 10, VisibilityTimeout: 50,
			MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		})
		if err != nil || len(out.Messages) == 0 {
			return err
		}
		for _, m := range out.Messages {
			if err := d.bury(ctx, url, m); err != nil {
				return err
			}
		}
	}
}

func (d digger) bury(ctx context.Context, url string, m types.Message) error {
	write := bare.Expiring(d.table, bare.Key("DEAD", *m.MessageId), *m.Body)
	if _, err := d.db.UpdateItem(ctx, bare.Alone(write)); err != nil {
		return err
	}
	_, err := d.sqs.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle})
	return err
}

// look reads the marks of what may be due.
func (d digger) look(ctx context.Context, first bool) error {
	if _, err := d.get(ctx, "PLAYBOOK", "LIVE"); err != nil {
		return err
	}
	lists := []string{"PULLS", "OUTBOX", "APPROVED"}
	if first {
		if _, err := d.get(ctx, "PLAYBOOK", "V#000000001"); err != nil {
			return err
		}
		this, before := week(time.Now()), week(time.Now().AddDate(0, 0, -7))
		lists = append(lists, "MENUS", "FIGURES", this, before, this, before)
	}
	for _, list := range lists {
		if _, err := d.db.Query(ctx, bare.Query(d.table, list)); err != nil {
			return err
		}
	}
	return nil
}

func (d digger) get(ctx context.Context, pk, sk string) (*dynamodb.GetItemOutput, error) {
	return d.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &d.table, Key: bare.Key(pk, sk)})
}

// week is where the figures of a week stand.
func week(at time.Time) string {
	year, number := at.ISOWeek()
	return fmt.Sprintf("KPI#%d-W%02d", year, number)
}
