package lambdatest

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// Sent is one message as a queue got it.
type Sent struct {
	Body  string
	Group string
	Dedup string
}

// SQS plays the queue calls of functions in SQS's JSON protocol, for
// AWS_ENDPOINT_URL_SQS. A queue exists as soon as it is named. It records what is
// sent and hands out what [SQS.Load] put in; nothing sent is handed out again,
// because on AWS it would go to another function.
//
// Source: AWS, "SQS API reference" and "Amazon SQS AWS JSON protocol".
type SQS struct {
	mu     sync.Mutex
	refuse bool
	sent   map[string][]Sent
	ready  map[string][]held
	paused map[string]int
	ids    int
}

// held is a message that waits for, or is with, a receiver.
type held struct {
	id     string
	body   Sent
	handed bool
}

// Refuse makes every call fail with 503 until it is told otherwise.
func (s *SQS) Refuse(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = on
}

// Sent returns what was sent to a queue, named by its URL, in order.
func (s *SQS) Sent(queue string) []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Sent(nil), s.sent[queue]...)
}

// Load puts messages into a queue, to be received.
func (s *SQS) Load(queue string, messages ...Sent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ready == nil {
		s.ready = map[string][]held{}
	}
	for _, m := range messages {
		s.ready[queue] = append(s.ready[queue], held{id: s.nextID(), body: m})
	}
}

// Left returns how many loaded messages were not deleted.
func (s *SQS) Left(queue string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.ready[queue])
}

// Pauses returns the visibility timeouts that were set, in seconds, by receipt handle.
func (s *SQS) Pauses() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]int, len(s.paused))
	for handle, seconds := range s.paused {
		out[handle] = seconds
	}
	return out
}

func (s *SQS) nextID() string {
	s.ids++
	return fmt.Sprintf("5fea7756-0ea4-451a-a703-%012d", s.ids)
}

// sqsEntry has the fields of every call and of every entry of a batch.
type sqsEntry struct {
	ID                string `json:"Id"`
	MessageBody       string
	MessageGroupID    string `json:"MessageGroupId"`
	DeduplicationID   string `json:"MessageDeduplicationId"`
	ReceiptHandle     string
	VisibilityTimeout int
}

type sqsCall struct {
	sqsEntry
	QueueURL            string `json:"QueueUrl"`
	MaxNumberOfMessages int
	Entries             []sqsEntry
}

func (s *SQS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var call sqsCall
	if err := json.NewDecoder(r.Body).Decode(&call); err != nil || call.QueueURL == "" {
		awsError(w, http.StatusBadRequest, "com.amazonaws.sqs#InvalidParameterValueException", "not a queue call")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse {
		awsError(w, http.StatusServiceUnavailable, "com.amazon.coral.service#ServiceUnavailable", "the queue refuses")
		return
	}
	action := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
	answer := s.do(action, call)
	if answer == nil {
		awsError(w, http.StatusBadRequest, "com.amazonaws.sqs#UnsupportedOperation", action+" is not played here")
		return
	}
	awsAnswer(w, answer)
}

func (s *SQS) do(action string, call sqsCall) any {
	switch action {
	case "SendMessage":
		return s.send(call.QueueURL, call.sqsEntry)
	case "ReceiveMessage":
		return s.receive(call)
	case "DeleteMessage":
		return s.remove(call.QueueURL, call.sqsEntry)
	case "ChangeMessageVisibility":
		return s.pause(call.QueueURL, call.sqsEntry)
	case "SendMessageBatch":
		return each(call, s.send)
	case "DeleteMessageBatch":
		return each(call, s.remove)
	case "ChangeMessageVisibilityBatch":
		return each(call, s.pause)
	}
	return nil
}

// each does one step per entry; a batch answers with the entries' own names.
func each(call sqsCall, step func(string, sqsEntry) map[string]any) any {
	done := make([]map[string]any, 0, len(call.Entries))
	for _, e := range call.Entries {
		result := step(call.QueueURL, e)
		result["Id"] = e.ID
		done = append(done, result)
	}
	return map[string]any{"Successful": done, "Failed": []any{}}
}

func (s *SQS) send(queue string, e sqsEntry) map[string]any {
	if s.sent == nil {
		s.sent = map[string][]Sent{}
	}
	s.sent[queue] = append(s.sent[queue], Sent{Body: e.MessageBody, Group: e.MessageGroupID, Dedup: e.DeduplicationID})
	id := s.nextID()
	return map[string]any{"MessageId": id, "MD5OfMessageBody": digest(e.MessageBody), "SequenceNumber": strconv.Itoa(s.ids)}
}

func (s *SQS) receive(call sqsCall) any {
	var out []map[string]any
	for i := range s.ready[call.QueueURL] {
		m := &s.ready[call.QueueURL][i]
		if m.handed || len(out) >= max(call.MaxNumberOfMessages, 1) {
			continue
		}
		m.handed = true
		out = append(out, map[string]any{
			"MessageId": m.id, "ReceiptHandle": m.id, "Body": m.body.Body, "MD5OfBody": digest(m.body.Body),
			"Attributes": map[string]string{
				"MessageGroupId": m.body.Group, "MessageDeduplicationId": m.body.Dedup, "ApproximateReceiveCount": "1",
			},
		})
	}
	return map[string]any{"Messages": out}
}

func (s *SQS) remove(queue string, e sqsEntry) map[string]any {
	for i, m := range s.ready[queue] {
		if m.id == e.ReceiptHandle {
			s.ready[queue] = append(s.ready[queue][:i:i], s.ready[queue][i+1:]...)
			break
		}
	}
	return map[string]any{}
}

func (s *SQS) pause(_ string, e sqsEntry) map[string]any {
	if s.paused == nil {
		s.paused = map[string]int{}
	}
	s.paused[e.ReceiptHandle] = e.VisibilityTimeout
	return map[string]any{}
}

// digest is the MD5 that the SDK compares with its own.
func digest(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}
