// Command rollup is the bare night: who was active, what they wrote, one row.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"frontdesk/bench/bare"
)

// shards is over how many partitions a day's list is spread.
const shards = 16

type roller struct {
	db    *dynamodb.Client
	table string
	zone  *time.Location
}

func main() {
	cfg, err := bare.Config(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	zone, err := time.LoadLocation(os.Getenv("FRONTDESK_TIMEZONE"))
	if err != nil {
		log.Fatal(err)
	}
	r := roller{dynamodb.NewFromConfig(cfg), os.Getenv("FRONTDESK_TABLE"), zone}
	lambda.Start(r.night)
}

type event struct{ At time.Time }

func (r roller) night(ctx context.Context, e event) error {
	yesterday := e.At.In(r.zone).AddDate(0, 0, -1)
	year, week := yesterday.ISOWeek()
	day, rows := yesterday.Format(time.DateOnly), fmt.Sprintf("KPI#%d-W%02d", year, week)
	messages := 0
	for shard := range shards {
		homes, err := r.query(ctx, fmt.Sprintf("DAY#%s#%02d", day, shard))
		if err != nil {
			return err
		}
		for _, home := range homes {
			found, err := r.query(ctx, "C#"+home["sk"].(*types.AttributeValueMemberS).Value)
			if err != nil {
				return err
			}
			messages += len(found)
		}
	}
	for _, pk := range []string{rows, "REDO"} {
		if _, err := r.query(ctx, pk); err != nil {
			return err
		}
	}
	if messages == 0 {
		return nil
	}
	_, err := r.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &r.table, Item: bare.Item(rows, day, 1000)})
	return err
}

func (r roller) query(ctx context.Context, pk string) ([]bare.Attributes, error) {
	out, err := r.db.Query(ctx, bare.Query(r.table, pk))
	if err != nil {
		return nil, err
	}
	return out.Items, nil
}
