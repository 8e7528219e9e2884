package cloud

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// Templates are rendered with reflection, and a program that looks methods up by
// name makes the linker keep every exported method of every type that an
// interface value can lead to: all 60 calls of a DynamoDB client. So clients are
// handed on as the few functions that we call, which takes megabytes off each
// function and time off its start.

// call is one call of an AWS client.
type call[In, Out, Options any] func(context.Context, *In, ...func(*Options)) (*Out, error)

// tableCalls are the calls of the table engine.
type tableCalls struct {
	get      call[dynamodb.GetItemInput, dynamodb.GetItemOutput, dynamodb.Options]
	batch    call[dynamodb.BatchGetItemInput, dynamodb.BatchGetItemOutput, dynamodb.Options]
	query    call[dynamodb.QueryInput, dynamodb.QueryOutput, dynamodb.Options]
	update   call[dynamodb.UpdateItemInput, dynamodb.UpdateItemOutput, dynamodb.Options]
	delete   call[dynamodb.DeleteItemInput, dynamodb.DeleteItemOutput, dynamodb.Options]
	transact call[dynamodb.TransactWriteItemsInput, dynamodb.TransactWriteItemsOutput, dynamodb.Options]
}

func narrow(c *dynamodb.Client) tableCalls {
	return tableCalls{c.GetItem, c.BatchGetItem, c.Query, c.UpdateItem, c.DeleteItem, c.TransactWriteItems}
}

func (t tableCalls) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return t.get(ctx, in, o...)
}

func (t tableCalls) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	return t.batch(ctx, in, o...)
}

func (t tableCalls) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return t.query(ctx, in, o...)
}

func (t tableCalls) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, o ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	return t.update(ctx, in, o...)
}

func (t tableCalls) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput, o ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return t.delete(ctx, in, o...)
}

func (t tableCalls) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput, o ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error) {
	return t.transact(ctx, in, o...)
}

// sending and pausing are the calls of a queue's two ends.
type (
	sending call[sqs.SendMessageBatchInput, sqs.SendMessageBatchOutput, sqs.Options]
	pausing call[sqs.ChangeMessageVisibilityInput, sqs.ChangeMessageVisibilityOutput, sqs.Options]
)

func (s sending) SendMessageBatch(ctx context.Context, in *sqs.SendMessageBatchInput, o ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error) {
	return s(ctx, in, o...)
}

func (p pausing) ChangeMessageVisibility(ctx context.Context, in *sqs.ChangeMessageVisibilityInput, o ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error) {
	return p(ctx, in, o...)
}
