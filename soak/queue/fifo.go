package queue

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"frontdesk/soak/sim"
)

// deduplicates is how long SQS remembers the ID of a message (AWS, "Exactly-once
// processing in Amazon SQS").
const deduplicates = 5 * time.Minute

// FIFO is one SQS FIFO queue. It implements what [frontdesk/shared/inbox/sqs] calls.
type FIFO struct {
	Sim        *sim.Sim
	Visibility time.Duration
	// MaxReceive moves a message to Dead instead of delivering it more often.
	MaxReceive int
	// Step is asked before and after each call; an error before it refuses the call.
	Step func(call string, after bool) error
	// Visible is called when a message may have become visible.
	Visible func()

	Dead []types.Message

	groups map[string]*group
	order  []*group
	seen   map[string]time.Time
	made   int
	byID   map[string]*held
}

type group struct {
	name     string
	messages []*held
}

type held struct {
	group    *group
	id       string
	entry    types.SendMessageBatchRequestEntry
	hidden   time.Time // not delivered before
	receives int
	gone     bool
}

// Len is how many messages the queue holds, hidden ones included.
func (q *FIFO) Len() int { return len(q.byID) }

// SendMessageBatch keeps the entries.
func (q *FIFO) SendMessageBatch(_ context.Context, in *sqs.SendMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error) {
	if err := q.Step("SendMessageBatch", false); err != nil {
		return nil, err
	}
	out := &sqs.SendMessageBatchOutput{}
	for _, entry := range in.Entries {
		q.keep(entry)
		out.Successful = append(out.Successful, types.SendMessageBatchResultEntry{Id: entry.Id})
	}
	q.Sim.After(0, q.Visible)
	return out, q.Step("SendMessageBatch", true)
}

func (q *FIFO) keep(entry types.SendMessageBatchRequestEntry) {
	if q.seen == nil {
		q.seen, q.groups, q.byID = map[string]time.Time{}, map[string]*group{}, map[string]*held{}
	}
	now := q.Sim.Now()
	if at, ok := q.seen[*entry.MessageDeduplicationId]; ok && now.Sub(at) < deduplicates {
		return
	}
	q.seen[*entry.MessageDeduplicationId] = now
	g := q.groups[*entry.MessageGroupId]
	if g == nil {
		g = &group{name: *entry.MessageGroupId}
		q.groups[g.name] = g
		q.order = append(q.order, g)
	}
	q.made++
	h := &held{group: g, id: fmt.Sprintf("m%d", q.made), entry: entry}
	g.messages = append(g.messages, h)
	q.byID[h.id] = h
}

// Receive takes up to n messages, whole groups first, none of a group of which
// one is hidden.
func (q *FIFO) Receive(n int) []events.SQSMessage {
	var out []events.SQSMessage
	q.tidy()
	for _, g := range q.order {
		for _, h := range q.ready(g) {
			if len(out) == n {
				return out
			}
			h.receives++
			h.hidden = q.Sim.Now().Add(q.Visibility)
			q.Sim.After(q.Visibility, q.Visible)
			out = append(out, h.record())
		}
	}
	return out
}

// ready are the messages of a group that may be delivered, in order.
func (q *FIFO) ready(g *group) []*held {
	var left []*held
	for _, h := range g.messages {
		if q.Sim.Now().Before(h.hidden) {
			return nil
		}
		if q.MaxReceive > 0 && h.receives >= q.MaxReceive {
			q.die(h)
			continue
		}
		left = append(left, h)
	}
	return left
}

func (q *FIFO) die(h *held) {
	h.gone = true
	delete(q.byID, h.id)
	q.Dead = append(q.Dead, types.Message{
		MessageId: &h.id, ReceiptHandle: &h.id, Body: h.entry.MessageBody, Attributes: h.attributes(),
		MessageAttributes: h.entry.MessageAttributes,
	})
}

// tidy takes away what is gone.
func (q *FIFO) tidy() {
	groups := q.order[:0]
	for _, g := range q.order {
		left := g.messages[:0]
		for _, h := range g.messages {
			if !h.gone {
				left = append(left, h)
			}
		}
		g.messages = left
		if len(left) == 0 {
			delete(q.groups, g.name)
			continue
		}
		groups = append(groups, g)
	}
	q.order = groups
}

func (h *held) attributes() map[string]string {
	return map[string]string{
		"MessageGroupId": h.group.name, "MessageDeduplicationId": *h.entry.MessageDeduplicationId,
		"ApproximateReceiveCount": strconv.Itoa(h.receives),
	}
}

func (h *held) record() events.SQSMessage {
	r := events.SQSMessage{
		MessageId: h.id, ReceiptHandle: h.id, Body: *h.entry.MessageBody, Attributes: h.attributes(),
		MessageAttributes: map[string]events.SQSMessageAttribute{},
	}
	for name, v := range h.entry.MessageAttributes {
		r.MessageAttributes[name] = events.SQSMessageAttribute{StringValue: v.StringValue, BinaryValue: v.BinaryValue, DataType: aws.ToString(v.DataType)}
	}
	return r
}

// Done deletes a message, as Lambda does with those that are not reported.
func (q *FIFO) Done(id string) {
	if h := q.byID[id]; h != nil {
		h.gone = true
		delete(q.byID, id)
		q.Sim.After(0, q.Visible)
	}
}

// ChangeMessageVisibility hides a message for so many seconds from now.
func (q *FIFO) ChangeMessageVisibility(_ context.Context, in *sqs.ChangeMessageVisibilityInput, _ ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error) {
	if err := q.Step("ChangeMessageVisibility", false); err != nil {
		return nil, err
	}
	pause := time.Duration(in.VisibilityTimeout) * time.Second
	if h := q.byID[*in.ReceiptHandle]; h != nil {
		h.hidden = q.Sim.Now().Add(pause)
		q.Sim.After(pause, q.Visible)
	}
	return &sqs.ChangeMessageVisibilityOutput{}, q.Step("ChangeMessageVisibility", true)
}

// ReceiveMessage and DeleteMessage serve the dead-letter queue.
func (q *FIFO) ReceiveMessage(_ context.Context, in *sqs.ReceiveMessageInput, _ ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
	if err := q.Step("ReceiveMessage", false); err != nil {
		return nil, err
	}
	n := min(len(q.Dead), int(in.MaxNumberOfMessages))
	return &sqs.ReceiveMessageOutput{Messages: append([]types.Message(nil), q.Dead[:n]...)}, nil
}

// DeleteMessage takes a message off the dead-letter queue.
func (q *FIFO) DeleteMessage(_ context.Context, in *sqs.DeleteMessageInput, _ ...func(*sqs.Options)) (*sqs.DeleteMessageOutput, error) {
	if err := q.Step("DeleteMessage", false); err != nil {
		return nil, err
	}
	for i, m := range q.Dead {
		if *m.ReceiptHandle == *in.ReceiptHandle {
			q.Dead = append(q.Dead[:i:i], q.Dead[i+1:]...)
			break
		}
	}
	return &sqs.DeleteMessageOutput{}, q.Step("DeleteMessage", true)
}

// Throttled is how SQS refuses for a while.
func Throttled() error {
	return &smithy.GenericAPIError{Code: "RequestThrottled", Message: "slow down"}
}
