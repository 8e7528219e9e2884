// Command receipts is the bare recorder of receipts: one UpdateItem each.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"frontdesk/bench/bare"
)

type recorder struct {
	db    *dynamodb.Client
	table string
}

func main() {
	cfg, err := bare.Config(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	r := recorder{dynamodb.NewFromConfig(cfg), os.Getenv("FRONTDESK_TABLE")}
	lambda.Start(r.handle)
}

func (r recorder) handle(ctx context.Context, e events.SQSEvent) (events.SQSEventResponse, error) {
	for _, record := range e.Records {
		var report struct{ Receipt struct{ Ref, Status string } }
		if err := json.Unmarshal([]byte(record.Body), &report); err != nil {
			return events.SQSEventResponse{}, err
		}
		write := bare.Expiring(r.table, bare.Key("C#"+report.Receipt.Ref, "R#"+report.Receipt.Status), record.Body)
		if _, err := r.db.UpdateItem(ctx, bare.Alone(write)); err != nil {
			return events.SQSEventResponse{}, err
		}
	}
	return events.SQSEventResponse{}, nil
}
