package inboxtest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
)

// URL is the address of every fake queue.
const URL = "https://sqs.us-east-1.amazonaws.com/123456789012/inbox.fifo"

// SQS is a FIFO queue in memory that keeps AWS's documented rules for the calls
// that Frontdesk makes: the limits and character sets of SendMessageBatch,
// five minutes of deduplication, order and blocking of message groups,
// visibility timeouts and their 12 h, receipt handles that end with them, and the
// move to a dead-letter queue. It knows no standard queues, no attributes
// that Frontdesk does not use and no throttling, except through Refuse and Fail.
type SQS struct {
	// Visibility is the queue's visibility timeout; 30 s when zero.
	Visibility time.Duration
	// MaxReceive moves a message to DeadLetter instead of delivering it more often; 0 for never.
	MaxReceive int
	DeadLetter *SQS
	// Refuse, when set, may answer an entry of a batch with a failure.
	Refuse func(entry types.SendMessageBatchRequestEntry) *types.BatchResultErrorEntry
	// Fail, when set, may answer a whole call with an error.
	Fail func(call string) error

	mu       sync.Mutex
	changed  chan struct{} // closed when a message may have become visible
	messages []*message
	seen     map[string]time.Time // by deduplication ID
	made     int
	batches  [][]string
}

type message struct {
	id, handle  string
	entry       types.SendMessageBatchRequestEntry
	sent        time.Time
	received    time.Time
	hiddenUntil time.Time
	receives    int
}

// Sent returns the bodies of every batch in the order in which SQS took them.
func (q *SQS) Sent() [][]string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.batches
}

// Len is how many messages the queue holds, hidden ones included.
func (q *SQS) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.messages)
}

// SendMessageBatch keeps what it can and reports the rest in Failed.
func (q *SQS) SendMessageBatch(ctx context.Context, in *sqs.SendMessageBatchInput, _ ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error) {
	if err := q.begin(ctx, "SendMessageBatch", in.QueueUrl); err != nil {
		return nil, err
	}
	if err := checkBatch(in.Entries); err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	out := &sqs.SendMessageBatchOutput{}
	var bodies []string
	for _, entry := range in.Entries {
		if failure := q.refused(entry); failure != nil {
			failure.Id = entry.Id
			out.Failed = append(out.Failed, *failure)
			continue
		}
		out.Successful = append(out.Successful, types.SendMessageBatchResultEntry{Id: entry.Id})
		bodies = append(bodies, *entry.MessageBody)
		q.keep(entry)
	}
	q.batches = append(q.batches, bodies)
	return out, nil
}

func (q *SQS) refused(entry types.SendMessageBatchRequestEntry) *types.BatchResultErrorEntry {
	if code := checkEntry(entry); code != "" {
		return &types.BatchResultErrorEntry{Code: &code, SenderFault: true, Message: entry.MessageBody}
	}
	if q.Refuse == nil {
		return nil
	}
	return q.Refuse(entry)
}

// keep adds a message unless its deduplication ID was seen in the last five minutes.
func (q *SQS) keep(entry types.SendMessageBatchRequestEntry) {
	now := time.Now()
	if seen, ok := q.seen[*entry.MessageDeduplicationId]; ok && now.Sub(seen) < 5*time.Minute {
		return
	}
	if q.seen == nil {
		q.seen = make(map[string]time.Time)
	}
	q.seen[*entry.MessageDeduplicationId] = now
	q.made++
	q.messages = append(q.messages, &message{id: fmt.Sprintf("message-%d", q.made), entry: entry, sent: now})
	q.change()
}

func (q *SQS) begin(ctx context.Context, call string, url *string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if aws.ToString(url) != URL {
		return answer("QueueDoesNotExist", "no such queue")
	}
	if q.Fail != nil {
		return q.Fail(call)
	}
	return nil
}

// checkBatch holds the rules whose breach fails a whole batch (AWS, SendMessageBatch, "Errors").
func checkBatch(entries []types.SendMessageBatchRequestEntry) error {
	if len(entries) == 0 {
		return answer("EmptyBatchRequest", "there are no entries")
	}
	if len(entries) > 10 {
		return answer("TooManyEntriesInBatchRequest", "more than 10 entries")
	}
	total := 0
	ids := make(map[string]bool)
	for _, entry := range entries {
		id := aws.ToString(entry.Id)
		if id == "" || len(id) > 80 || strings.ContainsFunc(id, notInBatchID) {
			return answer("InvalidBatchEntryId", "an Id is not 1 to 80 letters, digits, - and _")
		}
		if ids[id] {
			return answer("BatchEntryIdsNotDistinct", "an Id occurs twice")
		}
		ids[id] = true
		total += sizeOf(entry)
	}
	if total > 1<<20 {
		return answer("BatchRequestTooLong", "the batch is over 1,048,576 bytes")
	}
	return nil
}

// checkEntry holds the rules of one message; it returns a code or nothing.
func checkEntry(entry types.SendMessageBatchRequestEntry) string {
	body := aws.ToString(entry.MessageBody)
	switch {
	case body == "" || entry.DelaySeconds != 0:
		return "InvalidParameterValue"
	case badName(aws.ToString(entry.MessageGroupId)), badName(aws.ToString(entry.MessageDeduplicationId)):
		return "InvalidParameterValue"
	case !utf8.ValidString(body) || strings.ContainsFunc(body, notInBody):
		return "InvalidMessageContents"
	case sizeOf(entry) > 1<<20:
		return "InvalidParameterValue"
	}
	return ""
}

func sizeOf(entry types.SendMessageBatchRequestEntry) int {
	size := len(aws.ToString(entry.MessageBody))
	for name, value := range entry.MessageAttributes {
		size += len(name) + len(aws.ToString(value.DataType)) + len(aws.ToString(value.StringValue)) + len(value.BinaryValue)
	}
	return size
}

// badName: group and deduplication IDs have 1 to 128 letters, digits and ASCII punctuation.
func badName(s string) bool {
	return s == "" || len(s) > 128 || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

func notInBatchID(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
}

func notInBody(r rune) bool {
	switch {
	case r == 0x9, r == 0xA, r == 0xD, r >= 0x20 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000:
		return false
	}
	return true
}

func answer(code, message string) error {
	return &smithy.GenericAPIError{Code: code, Message: message}
}
