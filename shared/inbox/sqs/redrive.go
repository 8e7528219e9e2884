package sqs

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"frontdesk/shared/inbox"
)

// DrainAPI is what emptying a dead-letter queue needs.
type DrainAPI interface {
	ReceiveMessage(context.Context, *sqs.ReceiveMessageInput, ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error)
	DeleteMessage(context.Context, *sqs.DeleteMessageInput, ...func(*sqs.Options)) (*sqs.DeleteMessageOutput, error)
}

// drainVisibility is how long received dead letters are ours, in seconds. It is
// under a minute so that the next run finds what this one could not bury.
const drainVisibility = 50

// Redrive moves what SQS put on its dead-letter queue into the graveyard.
type Redrive struct {
	Client DrainAPI
	// URL of the dead-letter queue.
	URL string
	// Queue is the name of the queue that the jobs were on.
	Queue     string
	Graveyard inbox.Graveyard
}

// Drain buries up to limit dead letters and returns how many. Each is durable in the
// graveyard before it leaves the queue; one that was buried but could not be
// deleted is buried again by the next run.
func (r Redrive) Drain(ctx context.Context, limit int) (int, error) {
	done := 0
	for done < limit {
		messages, err := r.receive(ctx, min(limit-done, maxEntries))
		if err != nil || len(messages) == 0 {
			return done, err
		}
		for _, message := range messages {
			if err := r.move(ctx, message); err != nil {
				return done, err
			}
			done++
		}
	}
	return done, nil
}

func (r Redrive) receive(ctx context.Context, n int) ([]types.Message, error) {
	out, err := r.Client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl:                    &r.URL,
		MaxNumberOfMessages:         int32(n),
		VisibilityTimeout:           drainVisibility,
		MessageAttributeNames:       []string{idAttribute},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	})
	if err != nil {
		return nil, fmt.Errorf("receive dead letters of queue %s: %w", r.Queue, hush(err))
	}
	return out.Messages, nil
}

func (r Redrive) move(ctx context.Context, message types.Message) error {
	job := deadJob(message)
	reason := fmt.Sprintf("the function failed or timed out %d times (moved by SQS to its dead-letter queue)", job.Attempt)
	if err := r.Graveyard.Bury(ctx, r.Queue, job, reason); err != nil {
		return fmt.Errorf("bury dead letter of queue %s: %w", r.Queue, err)
	}
	_, err := r.Client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &r.URL, ReceiptHandle: message.ReceiptHandle})
	if err != nil {
		return fmt.Errorf("delete buried dead letter of queue %s: %w", r.Queue, hush(err))
	}
	return nil
}

func deadJob(message types.Message) inbox.Job {
	id := message.Attributes["MessageDeduplicationId"]
	if attribute, ok := message.MessageAttributes[idAttribute]; ok {
		id = string(attribute.BinaryValue)
	}
	return inbox.Job{
		ID:      id,
		Group:   message.Attributes["MessageGroupId"],
		Body:    []byte(aws.ToString(message.Body)),
		Attempt: receiveCount(message.Attributes),
	}
}
