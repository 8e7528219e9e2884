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

// rowSize is about what a KPI row of a small day has, in bytes.
const rowSize = 1500

func (r roller) night(ctx context.Context, e event) error {
	yesterday := e.At.In(r.zone).AddDate(0, 0, -1)
	year, week := yesterday.ISOWeek()
	day, rows := yesterday.Format(time.DateOnly), fmt.Sprintf("KPI#%d-W%02d", year, week)
	if _, err := r.query(ctx, bare.Between(r.table, "ROLLED", yesterday.AddDate(0, 0, -13).Format(time.DateOnly), "9")); err != nil {
		return err
	}
	messages, err := r.messages(ctx, day)
	if err != nil {
		return err
	}
	for _, q := range []*dynamodb.QueryInput{bare.Between(r.table, rows, day+"#", day+"$"), bare.Query(r.table, "REDO")} {
		if _, err := r.query(ctx, q); err != nil {
			return err
		}
	}
	if messages == 0 {
		return nil
	}
	row := fmt.Sprintf(`{"in":%d,"rest":%q}`, messages, bare.Body(rowSize))
	if _, err := r.db.UpdateItem(ctx, bare.Alone(bare.Lasting(r.table, bare.Key(rows, day+"#wa-main#"), row))); err != nil {
		return err
	}
	_, err = r.db.UpdateItem(ctx, bare.Alone(bare.Lasting(r.table, bare.Key("ROLLED", day), "{}")))
	return err
}

// messages reads what the conversations of a day hold, and adds it up.
func (r roller) messages(ctx context.Context, day string) (n int, err error) {
	for shard := range shards {
		homes, err := r.query(ctx, bare.Query(r.table, fmt.Sprintf("DAY#%s#%02d", day, shard)))
		if err != nil {
			return 0, err
		}
		for _, home := range homes {
			pk := "C#" + home["sk"].(*types.AttributeValueMemberS).Value
			for _, kind := range []string{"M", "R"} {
				found, err := r.query(ctx, bare.Between(r.table, pk, kind+"#", kind+"$"))
				if err != nil {
					return 0, err
				}
				if err := add(found); err != nil {
					return 0, err
				}
				n += len(found)
			}
		}
	}
	return n, nil
}

// add decodes what a row cannot do without, and adds it up.
func add(found []bare.Attributes) error {
	counts, waited := map[string]int64{}, int64(0)
	for _, item := range found {
		var m struct {
			Direction, Status, Filter string
			Facts                     struct {
				Waited int64 `json:"waited_ms"`
			}
		}
		if err := bare.Decode(item, &m); err != nil {
			return err
		}
		counts[m.Direction+m.Status+m.Filter]++
		waited += m.Facts.Waited
	}
	return nil
}

func (r roller) query(ctx context.Context, q *dynamodb.QueryInput) ([]bare.Attributes, error) {
	out, err := r.db.Query(ctx, q)
	if err != nil {
		return nil, err
	}
	return out.Items, nil
}
