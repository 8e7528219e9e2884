package dynamo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"frontdesk/shared/table"
)

// Get implements [table.Table].
func (t *Table) Get(ctx context.Context, keys ...table.Key) ([]table.Item, error) {
	if err := table.CheckKeys(keys); err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, ctx.Err()
	}
	fetch := t.getSeveral
	if len(keys) == 1 {
		fetch = t.getOne
	}
	found, err := fetch(ctx, keys)
	if err != nil {
		return nil, explain("get", err)
	}
	items, err := appendAlive(make([]table.Item, 0, len(found)), found, t.seconds())
	if err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	return items, nil
}

func (t *Table) getOne(ctx context.Context, keys []table.Key) ([]attributes, error) {
	out, err := t.api.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.name, Key: keyOf(keys[0]), ConsistentRead: aws.Bool(true), ReturnConsumedCapacity: t.capacity(),
	})
	if err != nil {
		return nil, err
	}
	t.meterReads("GetItem", one(out.ConsumedCapacity)...)
	if len(out.Item) == 0 {
		return nil, nil
	}
	return []attributes{out.Item}, nil
}

// How often a batch is asked for again when nothing more of it came, and the first pause
// before that; it doubles each time.
const (
	batchTries = 6
	batchPause = 25 * time.Millisecond
)

// getSeveral asks until everything has come. DynamoDB returns at most 16 MB at once,
// and less when throttled, and says what is left.
func (t *Table) getSeveral(ctx context.Context, keys []table.Key) ([]attributes, error) {
	var found []attributes
	left := types.KeysAndAttributes{Keys: distinct(keys), ConsistentRead: aws.Bool(true)}
	for idle := 0; ; {
		out, err := t.api.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
			RequestItems: map[string]types.KeysAndAttributes{t.name: left}, ReturnConsumedCapacity: t.capacity(),
		})
		if err != nil {
			return nil, err
		}
		t.meterReads("BatchGetItem", out.ConsumedCapacity...)
		found = append(found, out.Responses[t.name]...)
		before := len(left.Keys)
		left = out.UnprocessedKeys[t.name]
		if len(left.Keys) == 0 {
			return found, nil
		}
		if len(left.Keys) < before {
			idle = 0
			continue
		}
		if idle++; idle == batchTries {
			return nil, fmt.Errorf("%d items did not come: %w", before, table.ErrBusy)
		}
		if err := pause(ctx, batchPause<<(idle-1)); err != nil {
			return nil, err
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// distinct drops repeated keys, which DynamoDB refuses.
func distinct(keys []table.Key) []attributes {
	list := make([]attributes, 0, len(keys))
	for i, k := range keys {
		if !slices.Contains(keys[:i], k) {
			list = append(list, keyOf(k))
		}
	}
	return list
}

// Query implements [table.Table]. A page may be short, or even empty, and still have a next.
func (t *Table) Query(ctx context.Context, q table.Query) (table.Page, error) {
	if err := table.CheckQuery(q); err != nil {
		return table.Page{}, err
	}
	q, empty := normalise(q)
	if empty {
		return table.Page{}, ctx.Err()
	}
	out, err := t.api.Query(ctx, t.queryInput(q))
	if err != nil {
		return table.Page{}, explain("query", err)
	}
	t.meterReads("Query", one(out.ConsumedCapacity)...)
	items, err := appendAlive(make([]table.Item, 0, len(out.Items)), out.Items, t.seconds())
	if err != nil {
		return table.Page{}, fmt.Errorf("query: %w", err)
	}
	page := table.Page{Items: withoutEnd(items, q)}
	if sk, ok := out.LastEvaluatedKey["sk"].(*types.AttributeValueMemberS); ok {
		page.Next = sk.Value
	}
	return page, nil
}

// normalise puts a query into the form that DynamoDB takes: a start inside the bounds,
// and going down no To, because continuing behind To says the same. It reports
// whether the query can find nothing at all.
func normalise(q table.Query) (table.Query, bool) {
	if q.To != "" && q.From >= q.To {
		return q, true
	}
	if q.Descending {
		if q.To != "" && (q.After == "" || q.After > q.To) {
			q.After = q.To
		}
		q.To = ""
		return q, q.After != "" && q.After <= q.From
	}
	beyond := q.To != "" && q.After >= q.To
	if q.After < q.From {
		q.After = ""
	}
	return q, beyond
}

func (t *Table) queryInput(q table.Query) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{
		TableName: &t.name, ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(!q.Descending),
		ReturnConsumedCapacity: t.capacity(),
	}
	in.ExpressionAttributeValues = attributes{":pk": text(q.PK)}
	in.KeyConditionExpression = aws.String("pk = :pk" + bounds(q, in.ExpressionAttributeValues))
	if q.Limit > 0 {
		in.Limit = aws.Int32(int32(min(q.Limit, 1<<30)))
	}
	if q.After != "" {
		in.ExclusiveStartKey = keyOf(table.Key{PK: q.PK, SK: q.After})
	}
	return in
}

// bounds returns the condition on sk. DynamoDB takes one only, so that both bounds
// together include To; [withoutEnd] takes it off again.
func bounds(q table.Query, values attributes) string {
	if q.From != "" {
		values[":from"] = text(q.From)
	}
	if q.To != "" {
		values[":to"] = text(q.To)
	}
	switch {
	case q.From != "" && q.To != "":
		return " AND sk BETWEEN :from AND :to"
	case q.From != "":
		return " AND sk >= :from"
	case q.To != "":
		return " AND sk < :to"
	}
	return ""
}

func withoutEnd(items []table.Item, q table.Query) []table.Item {
	if q.To == "" {
		return items
	}
	return slices.DeleteFunc(items, func(it table.Item) bool { return it.SK == q.To })
}
