package inboxtest

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Lambda is an event source mapping in memory: it receives batches, calls the
// function, and deletes what the answer does not report as failed (AWS, "Handling
// errors for an SQS event source in Lambda").
type Lambda struct {
	Queue *SQS
	// Timeout of the function; 5 s, a sixth of the queue's default, when zero.
	Timeout time.Duration
	// Batch is the most messages of one call; 10 when zero.
	Batch int32
}

// Function is what a Lambda function does with a batch.
type Function func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error)

// Run calls the function, at most concurrency at once, until ctx ends; then it
// finishes the calls that it began.
func (l Lambda) Run(ctx context.Context, function Function, concurrency int) {
	var wg sync.WaitGroup
	for range concurrency {
		wg.Go(func() {
			for ctx.Err() == nil {
				l.Poll(ctx, function)
			}
		})
	}
	wg.Wait()
}

// Poll receives one batch, waiting for it up to 20 s, and works on it. It
// returns how many messages the batch had.
func (l Lambda) Poll(ctx context.Context, function Function) int {
	batch := l.Batch
	if batch == 0 {
		batch = 10
	}
	out, err := l.Queue.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(URL), MaxNumberOfMessages: batch, WaitTimeSeconds: 20,
	})
	if err != nil || len(out.Messages) == 0 {
		return 0
	}
	l.call(context.WithoutCancel(ctx), out.Messages, function)
	return len(out.Messages)
}

func (l Lambda) call(ctx context.Context, messages []types.Message, function Function) {
	timeout := l.Timeout
	if timeout == 0 {
		timeout = 5 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	response, err := function(ctx, Event(messages...))
	if err != nil || ctx.Err() != nil {
		return
	}
	for _, m := range succeeded(messages, response) {
		// A message that became visible meanwhile is delivered again, as on AWS.
		_, _ = l.Queue.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: aws.String(URL), ReceiptHandle: m.ReceiptHandle})
	}
}

// succeeded returns what was not reported. An empty or unknown identifier fails the whole batch.
func succeeded(messages []types.Message, response events.SQSEventResponse) []types.Message {
	left := make(map[string]types.Message)
	for _, m := range messages {
		left[*m.MessageId] = m
	}
	for _, failure := range response.BatchItemFailures {
		if _, ok := left[failure.ItemIdentifier]; !ok {
			return nil
		}
		delete(left, failure.ItemIdentifier)
	}
	var done []types.Message
	for _, m := range messages {
		if _, ok := left[*m.MessageId]; ok {
			done = append(done, m)
		}
	}
	return done
}

// Event returns received messages as Lambda passes them to a function.
func Event(messages ...types.Message) events.SQSEvent {
	var event events.SQSEvent
	for _, m := range messages {
		record := events.SQSMessage{
			MessageId: *m.MessageId, ReceiptHandle: *m.ReceiptHandle, Body: *m.Body, Attributes: m.Attributes,
			EventSource: "aws:sqs", EventSourceARN: "arn:aws:sqs:us-east-1:123456789012:inbox.fifo", AWSRegion: "us-east-1",
			MessageAttributes: make(map[string]events.SQSMessageAttribute),
		}
		for name, value := range m.MessageAttributes {
			record.MessageAttributes[name] = events.SQSMessageAttribute{
				StringValue: value.StringValue, BinaryValue: value.BinaryValue, DataType: aws.ToString(value.DataType),
			}
		}
		event.Records = append(event.Records, record)
	}
	return event
}
