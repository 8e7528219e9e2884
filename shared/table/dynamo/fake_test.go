package dynamo_test

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// fakeAPI answers each call with a function, and notes the calls.
type fakeAPI struct {
	calls    []string
	get      func(*dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error)
	batch    func(*dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error)
	query    func(*dynamodb.QueryInput) (*dynamodb.QueryOutput, error)
	update   func(*dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error)
	remove   func(*dynamodb.DeleteItemInput) (*dynamodb.DeleteItemOutput, error)
	transact func(*dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error)
}

type callOptions = func(*dynamodb.Options)

func (f *fakeAPI) GetItem(_ context.Context, in *dynamodb.GetItemInput, _ ...callOptions) (*dynamodb.GetItemOutput, error) {
	f.calls = append(f.calls, "GetItem")
	return f.get(in)
}

func (f *fakeAPI) BatchGetItem(_ context.Context, in *dynamodb.BatchGetItemInput, _ ...callOptions) (*dynamodb.BatchGetItemOutput, error) {
	f.calls = append(f.calls, "BatchGetItem")
	return f.batch(in)
}

func (f *fakeAPI) Query(_ context.Context, in *dynamodb.QueryInput, _ ...callOptions) (*dynamodb.QueryOutput, error) {
	f.calls = append(f.calls, "Query")
	return f.query(in)
}

func (f *fakeAPI) UpdateItem(_ context.Context, in *dynamodb.UpdateItemInput, _ ...callOptions) (*dynamodb.UpdateItemOutput, error) {
	f.calls = append(f.calls, "UpdateItem")
	return f.update(in)
}

func (f *fakeAPI) DeleteItem(_ context.Context, in *dynamodb.DeleteItemInput, _ ...callOptions) (*dynamodb.DeleteItemOutput, error) {
	f.calls = append(f.calls, "DeleteItem")
	return f.remove(in)
}

func (f *fakeAPI) TransactWriteItems(_ context.Context, in *dynamodb.TransactWriteItemsInput, _ ...callOptions) (*dynamodb.TransactWriteItemsOutput, error) {
	f.calls = append(f.calls, "TransactWriteItems")
	return f.transact(in)
}

// failing answers every call with one error.
func failing(err error) *fakeAPI {
	return &fakeAPI{
		get:      func(*dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) { return nil, err },
		batch:    func(*dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) { return nil, err },
		query:    func(*dynamodb.QueryInput) (*dynamodb.QueryOutput, error) { return nil, err },
		update:   func(*dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error) { return nil, err },
		remove:   func(*dynamodb.DeleteItemInput) (*dynamodb.DeleteItemOutput, error) { return nil, err },
		transact: func(*dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error) { return nil, err },
	}
}

func cancelled(codes ...string) error {
	e := &types.TransactionCanceledException{}
	for _, c := range codes {
		e.CancellationReasons = append(e.CancellationReasons, types.CancellationReason{Code: aws.String(c)})
	}
	return e
}

func stored(pk, sk, body, version string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"pk":   &types.AttributeValueMemberS{Value: pk},
		"sk":   &types.AttributeValueMemberS{Value: sk},
		"body": &types.AttributeValueMemberS{Value: body},
		"v":    &types.AttributeValueMemberN{Value: version},
	}
}
