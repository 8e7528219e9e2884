package inboxtest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// ReceiveMessage delivers what is visible, as many of one group as possible
// before the next group, and waits for WaitTimeSeconds when there is nothing.
func (q *SQS) ReceiveMessage(ctx context.Context, in *sqs.ReceiveMessageInput, _ ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
	if err := q.begin(ctx, "ReceiveMessage", in.QueueUrl); err != nil {
		return nil, err
	}
	if in.MaxNumberOfMessages < 1 || in.MaxNumberOfMessages > 10 || in.WaitTimeSeconds > 20 {
		return nil, answer("InvalidParameterValue", "1 to 10 messages, at most 20 s")
	}
	end := time.Now().Add(time.Duration(in.WaitTimeSeconds) * time.Second)
	for {
		messages, changed, next := q.take(in)
		if len(messages) > 0 || !time.Now().Before(end) {
			return &sqs.ReceiveMessageOutput{Messages: messages}, nil
		}
		if err := waitFor(ctx, changed, earlier(next, end)); err != nil {
			return nil, err
		}
	}
}

// take delivers at once; without messages it returns what to wait for.
func (q *SQS) take(in *sqs.ReceiveMessageInput) (out []types.Message, changed <-chan struct{}, next time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	for _, m := range q.available(now) {
		if len(out) == int(in.MaxNumberOfMessages) {
			break
		}
		if q.MaxReceive > 0 && m.receives >= q.MaxReceive {
			q.bury(m)
			continue
		}
		q.deliver(m, now, in.VisibilityTimeout)
		out = append(out, m.wire())
	}
	if q.changed == nil {
		q.changed = make(chan struct{})
	}
	for _, m := range q.messages {
		if m.hiddenUntil.After(now) {
			next = earlier(m.hiddenUntil, next)
		}
	}
	return out, q.changed, next
}

// available returns the messages that may be delivered, group by group. A group
// with a hidden message delivers nothing (AWS, "Interleaving multiple ordered message groups").
func (q *SQS) available(now time.Time) []*message {
	hidden := make(map[string]bool)
	for _, m := range q.messages {
		if m.hiddenUntil.After(now) {
			hidden[*m.entry.MessageGroupId] = true
		}
	}
	first := make(map[string]int)
	var free []*message
	for i, m := range q.messages {
		if group := *m.entry.MessageGroupId; !hidden[group] {
			if _, known := first[group]; !known {
				first[group] = i
			}
			free = append(free, m)
		}
	}
	slices.SortStableFunc(free, func(a, b *message) int {
		return first[*a.entry.MessageGroupId] - first[*b.entry.MessageGroupId]
	})
	return free
}

func (q *SQS) deliver(m *message, now time.Time, seconds int32) {
	visibility := q.Visibility
	if visibility == 0 {
		visibility = 30 * time.Second
	}
	if seconds > 0 {
		visibility = time.Duration(seconds) * time.Second
	}
	m.receives++
	m.received = now
	m.hiddenUntil = now.Add(visibility)
	m.handle = fmt.Sprintf("%s-receipt-%d", m.id, m.receives)
}

func (q *SQS) bury(m *message) {
	q.messages = slices.DeleteFunc(q.messages, func(other *message) bool { return other == m })
	if dead := q.DeadLetter; dead != nil {
		dead.mu.Lock()
		defer dead.mu.Unlock()
		dead.messages = append(dead.messages, m)
		dead.change()
	}
}

func (m *message) wire() types.Message {
	return types.Message{
		MessageId: &m.id, ReceiptHandle: aws.String(m.handle), Body: m.entry.MessageBody,
		MessageAttributes: m.entry.MessageAttributes,
		Attributes: map[string]string{
			"ApproximateReceiveCount": strconv.Itoa(m.receives),
			"MessageGroupId":          *m.entry.MessageGroupId,
			"MessageDeduplicationId":  *m.entry.MessageDeduplicationId,
			"SentTimestamp":           strconv.FormatInt(m.sent.UnixMilli(), 10),
		},
	}
}

// ChangeMessageVisibility hides or shows a delivered message. The total since
// its delivery may not pass 12 h (AWS, "Amazon SQS visibility timeout").
func (q *SQS) ChangeMessageVisibility(ctx context.Context, in *sqs.ChangeMessageVisibilityInput, _ ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error) {
	if err := q.begin(ctx, "ChangeMessageVisibility", in.QueueUrl); err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	m, err := q.inFlight(in.ReceiptHandle)
	if err != nil {
		return nil, err
	}
	until := time.Now().Add(time.Duration(in.VisibilityTimeout) * time.Second)
	if in.VisibilityTimeout < 0 || until.Sub(m.received) > 12*time.Hour {
		return nil, answer("InvalidParameterValue", "the total visibility timeout is over 12 hours")
	}
	m.hiddenUntil = until
	q.change()
	return &sqs.ChangeMessageVisibilityOutput{}, nil
}

// DeleteMessage removes a delivered message. On a FIFO queue a receipt handle
// ends with its visibility timeout.
func (q *SQS) DeleteMessage(ctx context.Context, in *sqs.DeleteMessageInput, _ ...func(*sqs.Options)) (*sqs.DeleteMessageOutput, error) {
	if err := q.begin(ctx, "DeleteMessage", in.QueueUrl); err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	gone, err := q.inFlight(in.ReceiptHandle)
	if err != nil {
		return nil, err
	}
	q.messages = slices.DeleteFunc(q.messages, func(m *message) bool { return m == gone })
	q.change()
	return &sqs.DeleteMessageOutput{}, nil
}

func (q *SQS) inFlight(handle *string) (*message, error) {
	for _, m := range q.messages {
		if m.handle != "" && m.handle == aws.ToString(handle) {
			if !m.hiddenUntil.After(time.Now()) {
				return nil, answer("MessageNotInflight", "the receipt handle has expired")
			}
			return m, nil
		}
	}
	return nil, answer("ReceiptHandleIsInvalid", "no such receipt handle")
}

func (q *SQS) change() {
	if q.changed != nil {
		close(q.changed)
	}
	q.changed = nil
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func waitFor(ctx context.Context, changed <-chan struct{}, until time.Time) error {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}
