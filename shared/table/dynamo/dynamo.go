// Package dynamo keeps the table in one DynamoDB table: partition key pk, sort key
// sk, and the attributes body (text), v (the version) and ttl (expiry in seconds
// since 1970, absent for never), which is the table's TTL attribute.
//
// Every call of the table is one call of DynamoDB; only a Get of several items may
// need more, when DynamoDB hands it back in parts. All reads are consistent. DynamoDB
// deletes what has expired days late, so expired items are passed over here
// and conditions look at ttl too.
//
// Retries are the SDK's. A transaction carries a token that makes them harmless. A
// single conditional write has none: when its answer is lost, the retry meets the first
// try's own result and reports a conflict whose current item is what the
// caller wanted to write. Callers that must know put something of their own in the body.
package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"frontdesk/shared/table"
)

// API is what the engine needs of DynamoDB; [*dynamodb.Client] has it.
type API interface {
	reader
	writer
}

type reader interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
}

type writer interface {
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
}

// Options say how the table is used. The zero value is right for production.
type Options struct {
	// Now tells the time, for expiry; time.Now when nil.
	Now func() time.Time
	// Meter is told of every answered call (GetItem, Query, …) and the read and write
	// units that DynamoDB says it consumed. DynamoDB is not asked when nil. It
	// does not tell for calls that fail.
	Meter func(op string, read, write float64)
}

// Table is one DynamoDB table. It is safe for concurrent use.
type Table struct {
	api   API
	name  string
	now   func() time.Time
	meter func(op string, read, write float64)
}

var _ table.Table = (*Table)(nil)

// New returns the table with this name. It calls nothing.
func New(client API, tableName string, o Options) *Table {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Table{api: client, name: tableName, now: o.Now, meter: o.Meter}
}

func (t *Table) seconds() int64 { return t.now().Unix() }

// capacity is what to ask of DynamoDB about the units consumed.
func (t *Table) capacity() types.ReturnConsumedCapacity {
	if t.meter == nil {
		return ""
	}
	return types.ReturnConsumedCapacityTotal
}

func (t *Table) meterReads(op string, consumed ...types.ConsumedCapacity) {
	if t.meter != nil {
		t.meter(op, units(consumed), 0)
	}
}

func (t *Table) meterWrites(op string, consumed ...types.ConsumedCapacity) {
	if t.meter != nil {
		t.meter(op, 0, units(consumed))
	}
}

func units(consumed []types.ConsumedCapacity) float64 {
	sum := 0.0
	for _, c := range consumed {
		sum += aws.ToFloat64(c.CapacityUnits)
	}
	return sum
}

// one is the list of a capacity that may be missing.
func one(c *types.ConsumedCapacity) []types.ConsumedCapacity {
	if c == nil {
		return nil
	}
	return []types.ConsumedCapacity{*c}
}

// Put implements [table.Table].
func (t *Table) Put(ctx context.Context, item table.Item, cond table.Condition) error {
	return t.single(ctx, table.Write{Item: item, If: cond})
}

// Delete implements [table.Table].
func (t *Table) Delete(ctx context.Context, key table.Key, cond table.Condition) error {
	return t.single(ctx, table.Write{Item: table.Item{Key: key}, If: cond, Delete: true})
}

// Transact implements [table.Table]. One step alone is an ordinary write, at half
// the price.
func (t *Table) Transact(ctx context.Context, writes ...table.Write) error {
	if len(writes) == 1 && !writes[0].Check {
		return t.single(ctx, writes[0])
	}
	if err := table.CheckWrites(writes); err != nil {
		return err
	}
	steps, keys := t.steps(writes)
	if len(steps) == 0 {
		return nil
	}
	out, err := t.api.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{
		TransactItems: steps, ReturnConsumedCapacity: t.capacity(),
	})
	if err != nil {
		return t.transactError(err, keys)
	}
	t.meterWrites("TransactWriteItems", out.ConsumedCapacity...)
	return nil
}

func (t *Table) single(ctx context.Context, w table.Write) error {
	if err := table.CheckWrites([]table.Write{w}); err != nil {
		return err
	}
	write := t.update
	if w.Delete {
		write = t.delete
	}
	err := write(ctx, t.request(w))
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return t.conflict(w.Item.Key, failed.Item)
	}
	if err != nil {
		return explain("write an item", err)
	}
	return nil
}

func (t *Table) update(ctx context.Context, r request) error {
	out, err := t.api.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &t.name, Key: r.key, UpdateExpression: r.update,
		ConditionExpression: r.cond, ExpressionAttributeNames: r.names, ExpressionAttributeValues: r.values,
		ReturnValuesOnConditionCheckFailure: r.onFailure, ReturnConsumedCapacity: t.capacity(),
	})
	if err != nil {
		return err
	}
	t.meterWrites("UpdateItem", one(out.ConsumedCapacity)...)
	return nil
}

func (t *Table) delete(ctx context.Context, r request) error {
	out, err := t.api.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &t.name, Key: r.key,
		ConditionExpression: r.cond, ExpressionAttributeNames: r.names, ExpressionAttributeValues: r.values,
		ReturnValuesOnConditionCheckFailure: r.onFailure, ReturnConsumedCapacity: t.capacity(),
	})
	if err != nil {
		return err
	}
	t.meterWrites("DeleteItem", one(out.ConsumedCapacity)...)
	return nil
}

// conflict makes the answer from the item that DynamoDB returned with its refusal.
func (t *Table) conflict(k table.Key, old attributes) error {
	c := &table.Conflict{Key: k}
	if len(old) == 0 {
		return c
	}
	item, err := decode(old)
	if err != nil {
		return fmt.Errorf("write an item: %w", err)
	}
	if alive(item, t.seconds()) {
		c.Current = &item
	}
	return c
}
