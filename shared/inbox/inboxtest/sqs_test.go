package inboxtest_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/inbox/inboxtest"
)

func entry(id, group, body string) types.SendMessageBatchRequestEntry {
	return types.SendMessageBatchRequestEntry{Id: &id, MessageGroupId: &group, MessageDeduplicationId: aws.String(id + group), MessageBody: &body}
}

func send(t *testing.T, q *inboxtest.SQS, entries ...types.SendMessageBatchRequestEntry) (*sqs.SendMessageBatchOutput, error) {
	t.Helper()
	return q.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: aws.String(inboxtest.URL), Entries: entries})
}

func TestSQSRefusesBatches(t *testing.T) {
	eleven := make([]types.SendMessageBatchRequestEntry, 11)
	for i := range eleven {
		eleven[i] = entry(fmt.Sprint(i), "g", "1")
	}
	half := strings.Repeat("x", 1<<19)
	cases := map[string]struct {
		entries []types.SendMessageBatchRequestEntry
		code    string
	}{
		"none":               {nil, "EmptyBatchRequest"},
		"eleven":             {eleven, "TooManyEntriesInBatchRequest"},
		"one Id twice":       {[]types.SendMessageBatchRequestEntry{entry("a", "g", "1"), entry("a", "h", "2")}, "BatchEntryIdsNotDistinct"},
		"an Id with a space": {[]types.SendMessageBatchRequestEntry{entry("a b", "g", "1")}, "InvalidBatchEntryId"},
		"over 1 MiB":         {[]types.SendMessageBatchRequestEntry{entry("a", "g", half), entry("b", "g", half+"x")}, "BatchRequestTooLong"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := send(t, &inboxtest.SQS{}, c.entries...); err == nil || !strings.Contains(err.Error(), c.code) {
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

func TestSQSRefusesEntries(t *testing.T) {
	delayed := entry("a", "g", "1")
	delayed.DelaySeconds = 1
	cases := map[string]struct {
		entry types.SendMessageBatchRequestEntry
		code  string
	}{
		"a group with a space":         {entry("a", "g g", "1"), "InvalidParameterValue"},
		"a group that is too long":     {entry("a", strings.Repeat("g", 129), "1"), "InvalidParameterValue"},
		"no body":                      {entry("a", "g", ""), "InvalidParameterValue"},
		"a delay of its own":           {delayed, "InvalidParameterValue"},
		"a character outside XML":      {entry("a", "g", "\uFFFF"), "InvalidMessageContents"},
		"a control character":          {entry("a", "g", "\x01"), "InvalidMessageContents"},
		"a body that is not UTF-8":     {entry("a", "g", "\xff"), "InvalidMessageContents"},
		"a good one (to compare with)": {entry("a", "g", "请问 👋\n"), ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			out, err := send(t, &inboxtest.SQS{}, c.entry)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, failed := range out.Failed {
				got = *failed.Code
			}
			if got != c.code {
				t.Errorf("got %q, want %q", got, c.code)
			}
		})
	}
}

func receive(t *testing.T, q *inboxtest.SQS, n int32) (bodies []string, handles []*string) {
	t.Helper()
	out, err := q.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(inboxtest.URL), MaxNumberOfMessages: n})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range out.Messages {
		bodies, handles = append(bodies, *m.Body), append(handles, m.ReceiptHandle)
	}
	return bodies, handles
}

func hide(t *testing.T, q *inboxtest.SQS, handle *string, seconds int32) error {
	t.Helper()
	_, err := q.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{
		QueueUrl: aws.String(inboxtest.URL), ReceiptHandle: handle, VisibilityTimeout: seconds,
	})
	return err
}

func TestSQSBlocksAGroupWhileOneOfItIsHidden(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &inboxtest.SQS{}
		if _, err := send(t, q, entry("1", "a", "a1"), entry("2", "b", "b1"), entry("3", "a", "a2")); err != nil {
			t.Fatal(err)
		}
		check := func(when string, want ...string) (handles []*string) {
			t.Helper()
			got, handles := receive(t, q, 2)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", when, diff)
			}
			return handles
		}
		handles := check("as many of one group as possible", "a1", "a2")
		check("then other groups", "b1")
		if err := hide(t, q, handles[1], 0); err != nil {
			t.Fatal(err)
		}
		check("a2 is visible and a1 is not")
		if err := hide(t, q, handles[1], 5); err == nil {
			t.Error("hiding what is visible: got no error, want MessageNotInflight")
		}
		if err := hide(t, q, handles[0], 12*3600); err != nil {
			t.Errorf("hiding for 12 h at once: got %v, want no error", err)
		}
		time.Sleep(time.Second)
		if err := hide(t, q, handles[0], 12*3600); err == nil {
			t.Error("hiding for 12 h a second later: got no error, want one")
		}
		if err := hide(t, q, handles[0], 0); err != nil {
			t.Fatal(err)
		}
		check("both are visible", "a1", "a2")
	})
}

func TestSQSForgetsAReceiptHandleWithItsTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &inboxtest.SQS{Visibility: time.Minute}
		for range 2 { // the second time as a repeat that SQS drops
			if _, err := send(t, q, entry("1", "a", "a1")); err != nil {
				t.Fatal(err)
			}
		}
		_, handles := receive(t, q, 10)
		if len(handles) != 1 {
			t.Fatalf("got %d messages, want one without its repeat", len(handles))
		}
		remove := func() error {
			_, err := q.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: aws.String(inboxtest.URL), ReceiptHandle: handles[0]})
			return err
		}
		time.Sleep(time.Minute)
		if err := remove(); err == nil {
			t.Error("deleting after the visibility timeout: got no error, want one")
		}
		_, handles = receive(t, q, 10)
		if err := remove(); err != nil || q.Len() != 0 {
			t.Errorf("deleting in time: got %v and %d left, want no error and none", err, q.Len())
		}
	})
}
