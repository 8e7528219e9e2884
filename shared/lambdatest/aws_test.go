package lambdatest

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/ses"
	sestypes "github.com/aws/aws-sdk-go-v2/service/ses/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"
)

const queue = "https://sqs.eu-central-1.amazonaws.com/123456789012/frontdesk-inbox.fifo"

func client(t *testing.T, service http.Handler) aws.Config {
	t.Helper()
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	return aws.Config{
		Region: "eu-central-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}
}

func TestTheSDKSendsToTheQueue(t *testing.T) {
	var q SQS
	c := sqs.NewFromConfig(client(t, &q))
	entry := func(id, body string) types.SendMessageBatchRequestEntry {
		return types.SendMessageBatchRequestEntry{Id: &id, MessageBody: &body, MessageGroupId: aws.String("g"), MessageDeduplicationId: &id}
	}
	out, err := c.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{
		QueueUrl: aws.String(queue), Entries: []types.SendMessageBatchRequestEntry{entry("0", "hello"), entry("1", "你好")},
	})
	if err != nil || len(out.Successful) != 2 || *out.Successful[1].Id != "1" {
		t.Fatalf("got %+v, %v, want two entries that the SDK's MD5 check accepts", out, err)
	}
	want := []Sent{{"hello", "g", "0"}, {"你好", "g", "1"}}
	if d := cmp.Diff(want, q.Sent(queue)); d != "" {
		t.Error(d)
	}
}

func TestTheSDKReceivesPausesAndDeletes(t *testing.T) {
	var q SQS
	q.Load(queue, Sent{Body: "one", Group: "g"}, Sent{Body: "two", Group: "g"})
	c := sqs.NewFromConfig(client(t, &q))
	got, err := c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(queue), MaxNumberOfMessages: 10})
	if err != nil || len(got.Messages) != 2 || *got.Messages[0].Body != "one" || got.Messages[0].Attributes["MessageGroupId"] != "g" {
		t.Fatalf("got %+v, %v, want both messages with their group", got, err)
	}
	if _, err := c.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{
		QueueUrl: aws.String(queue), ReceiptHandle: got.Messages[1].ReceiptHandle, VisibilityTimeout: 4}); err != nil {
		t.Fatal(err)
	}
	if q.Pauses()[*got.Messages[1].ReceiptHandle] != 4 {
		t.Errorf("got pauses %v, want 4 s on the second", q.Pauses())
	}
	if _, err := c.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: aws.String(queue), ReceiptHandle: got.Messages[0].ReceiptHandle}); err != nil {
		t.Fatal(err)
	}
	if q.Left(queue) != 1 {
		t.Errorf("got %d left, want 1", q.Left(queue))
	}
	again, err := c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(queue)})
	if err != nil || len(again.Messages) != 0 {
		t.Errorf("got %+v, %v, want nothing: the rest is with its receiver", again, err)
	}
}

func TestARefusingQueueIsAnErrorAndKeepsNothing(t *testing.T) {
	var q SQS
	q.Refuse(true)
	c := sqs.NewFromConfig(client(t, &q))
	if _, err := c.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(queue), MessageBody: aws.String("x")}); err == nil {
		t.Error("got no error, want one")
	}
	if got := q.Sent(queue); len(got) != 0 {
		t.Errorf("got %v kept, want nothing", got)
	}
}

func TestTheSDKReadsASecret(t *testing.T) {
	s := Secrets{Values: map[string]string{"arn:channels": "[]"}}
	c := secretsmanager.NewFromConfig(client(t, &s))
	out, err := c.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("arn:channels")})
	if err != nil || *out.SecretString != "[]" {
		t.Errorf("got %+v, %v, want the secret", out, err)
	}
	if _, err := c.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("another")}); err == nil {
		t.Error("got no error for an unknown secret, want one")
	}
	if s.Reads() != 2 {
		t.Errorf("got %d reads, want 2", s.Reads())
	}
}

func TestTheSDKSendsAMail(t *testing.T) {
	s := SES{Refuse: func(m Mail) string {
		if m.Source == "stranger@example.com" {
			return "Email address is not verified."
		}
		return ""
	}}
	c := ses.NewFromConfig(client(t, &s))
	send := func(from string) error {
		_, err := c.SendRawEmail(t.Context(), &ses.SendRawEmailInput{
			Source: &from, Destinations: []string{"boss@example.com"}, RawMessage: &sestypes.RawMessage{Data: []byte("Subject: 周报\r\n\r\nhi")},
		})
		return err
	}
	if err := send("desk@example.com"); err != nil {
		t.Fatal(err)
	}
	if err := send("stranger@example.com"); err == nil {
		t.Error("got no error for an unverified sender, want one")
	}
	want := []Mail{{Source: "desk@example.com", Destinations: []string{"boss@example.com"}, Raw: []byte("Subject: 周报\r\n\r\nhi")}}
	if d := cmp.Diff(want, s.Mails()); d != "" {
		t.Error(d)
	}
}
