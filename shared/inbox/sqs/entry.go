package sqs

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"frontdesk/shared/inbox"
)

// idAttribute carries the job's ID when it cannot be a deduplication ID itself.
const idAttribute = "ID"

// maxDeduplicationID is SQS's limit (AWS, SendMessage, MessageDeduplicationId).
const maxDeduplicationID = 128

// entryOf returns the job as an entry of a batch, without its Id, and how many
// bytes of the batch it takes.
func entryOf(job inbox.Job) (types.SendMessageBatchRequestEntry, int) {
	body := cleanBody(job.Body)
	entry := types.SendMessageBatchRequestEntry{
		MessageBody:            &body,
		MessageGroupId:         &job.Group,
		MessageDeduplicationId: &job.ID,
	}
	size := len(body)
	if !canDeduplicate(job.ID) {
		sum := sha256.Sum256([]byte(job.ID))
		entry.MessageDeduplicationId = aws.String(hex.EncodeToString(sum[:]))
		entry.MessageAttributes = map[string]types.MessageAttributeValue{
			idAttribute: {DataType: aws.String("Binary"), BinaryValue: []byte(job.ID)},
		}
		size += len(idAttribute) + len("Binary") + len(job.ID)
	}
	return entry, size
}

// canDeduplicate reports whether SQS takes the ID as it is: at most 128 letters,
// digits and ASCII punctuation.
func canDeduplicate(id string) bool {
	return len(id) <= maxDeduplicationID &&
		!strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' })
}

// cleanBody returns the JSON text in the characters that SQS keeps (AWS,
// SendMessageBatch: U+FFFE and U+FFFF are refused or replaced). In JSON they can
// only stand inside a string, where an escape means the same. Bytes that
// are no UTF-8 become U+FFFD, which is what a JSON reader makes of them.
func cleanBody(body []byte) string {
	text := strings.ToValidUTF8(string(body), "\uFFFD")
	if !strings.ContainsAny(text, "\uFFFE\uFFFF") {
		return text
	}
	return strings.NewReplacer("\uFFFE", `\ufffe`, "\uFFFF", `\uffff`).Replace(text)
}

// jobOf returns what was put, from the record that Lambda delivers.
func jobOf(record events.SQSMessage) inbox.Job {
	id := record.Attributes["MessageDeduplicationId"]
	if attribute, ok := record.MessageAttributes[idAttribute]; ok {
		id = string(attribute.BinaryValue)
	}
	return inbox.Job{
		ID:      id,
		Group:   record.Attributes["MessageGroupId"],
		Body:    []byte(record.Body),
		Attempt: receiveCount(record.Attributes),
	}
}

func receiveCount(attributes map[string]string) int {
	n, err := strconv.Atoi(attributes["ApproximateReceiveCount"])
	if err != nil {
		return 1
	}
	return max(n, 1)
}
