package sqs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/inbox"
	"frontdesk/shared/inbox/inboxtest"
	"frontdesk/shared/inbox/sqs"
)

// numbered returns n jobs; groupOf says the group of each.
func numbered(n int, groupOf func(i int) string) []inbox.Job {
	jobs := make([]inbox.Job, n)
	for i := range jobs {
		jobs[i] = inbox.Job{ID: fmt.Sprintf("j%03d", i), Group: groupOf(i), Body: fmt.Appendf(nil, "%d", i)}
	}
	return jobs
}

func own(i int) string { return fmt.Sprintf("g%03d", i) }
func same(int) string  { return "g" }

func TestPutFillsBatches(t *testing.T) {
	big := numbered(25, same)
	for i := range big {
		big[i].Body = []byte(`"` + strings.Repeat("x", inbox.MaxBody-2) + `"`)
	}
	escaped := numbered(10, same)
	for i := range escaped {
		escaped[i].Body = []byte(`"` + strings.Repeat("\uFFFF", 33_000) + `"`) // 198,002 bytes when escaped
	}
	cases := []struct {
		name string
		jobs []inbox.Job
		want []int // sizes of the batches in any order
	}{
		{"nothing", nil, nil},
		{"one job", numbered(1, own), []int{1}},
		{"ten groups fit one batch", numbered(10, own), []int{10}},
		{"eleven groups take two lanes", numbered(11, own), []int{6, 5}},
		{"one group takes one lane", numbered(25, same), []int{10, 10, 5}},
		{"many groups take eight lanes at most", numbered(96, own), []int{10, 10, 10, 10, 10, 10, 10, 10, 2, 2, 2, 2, 2, 2, 2, 2}},
		{"ten of the largest jobs fit one batch", big, []int{10, 10, 5}},
		{"what grows by escaping still fits", escaped, []int{5, 5}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			queue := &inboxtest.SQS{}
			if err := sqs.New(queue, inboxtest.URL).Put(t.Context(), c.jobs...); err != nil {
				t.Fatal(err)
			}
			got := make(map[int]int)
			for _, batch := range queue.Sent() {
				got[len(batch)]++
			}
			want := make(map[int]int)
			for _, n := range c.want {
				want[n]++
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("batches by size (-want +got):\n%s", diff)
			}
			if queue.Len() != len(c.jobs) {
				t.Errorf("got %d messages, want %d", queue.Len(), len(c.jobs))
			}
		})
	}
}

func TestPutSendsEightBatchesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		queue := &inboxtest.SQS{Fail: func(string) error {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			time.Sleep(time.Second) // the round trip, in the bubble's time
			return nil
		}}
		if err := sqs.New(queue, inboxtest.URL).Put(t.Context(), numbered(200, own)...); err != nil {
			t.Fatal(err)
		}
		if got := most.Load(); got != 8 {
			t.Errorf("got %d batches at once, want 8", got)
		}
	})
}

func TestPutNamesGroupAndDeduplicationID(t *testing.T) {
	cases := []struct {
		name, id, want string
	}{
		{"an ID that SQS takes", "wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQz==", "wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQz=="},
		{"128 bytes are taken", strings.Repeat("a", 128), strings.Repeat("a", 128)},
		{"129 bytes are hashed", strings.Repeat("a", 129), "c12cb024a2e5551cca0e08fce8f1c5e314555cc3fef6329ee994a3db752166ae"},
		{"a space is hashed", "hello world", "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got types.SendMessageBatchRequestEntry
			queue := &inboxtest.SQS{Refuse: func(e types.SendMessageBatchRequestEntry) *types.BatchResultErrorEntry { got = e; return nil }}
			job := inbox.Job{ID: c.id, Group: "conversation-1", Body: []byte("{}")}
			if err := sqs.New(queue, inboxtest.URL).Put(t.Context(), job); err != nil {
				t.Fatal(err)
			}
			if *got.MessageDeduplicationId != c.want || *got.MessageGroupId != "conversation-1" {
				t.Errorf("got deduplication ID %s and group %s, want %s and conversation-1", *got.MessageDeduplicationId, *got.MessageGroupId, c.want)
			}
		})
	}
}

func TestPutKeepsTheMeaningOfTextThatSQSWouldNotTake(t *testing.T) {
	cases := []struct{ name, body, want string }{
		{"characters outside XML", "\"a\uFFFE\uFFFFb\"", `"a\ufffe\uffffb"`},
		{"bytes that are no UTF-8", "\"a\xffb\"", "\"a\uFFFDb\""},
		{"everything else stays", "\"请问 👋\u007f\"", "\"请问 👋\u007f\""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			queue := &inboxtest.SQS{}
			if err := sqs.New(queue, inboxtest.URL).Put(t.Context(), inbox.Job{ID: "1", Group: "g", Body: []byte(c.body)}); err != nil {
				t.Fatal(err)
			}
			if got := queue.Sent()[0][0]; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// refuseTimes refuses the messages with this body so often.
func refuseTimes(body string, n int, failure types.BatchResultErrorEntry) func(types.SendMessageBatchRequestEntry) *types.BatchResultErrorEntry {
	return func(e types.SendMessageBatchRequestEntry) *types.BatchResultErrorEntry {
		if *e.MessageBody != body || n == 0 {
			return nil
		}
		n--
		return &failure
	}
}

func TestPutAfterPartialFailures(t *testing.T) {
	internal := types.BatchResultErrorEntry{Code: aws.String("InternalError"), Message: aws.String("about +16505551234")}
	ours := types.BatchResultErrorEntry{Code: aws.String("AccessDenied"), SenderFault: true}
	cases := []struct {
		name    string
		times   int
		failure types.BatchResultErrorEntry
		want    [][]string
		err     string
	}{
		{"a refused entry is sent again before what follows", 1, internal,
			[][]string{{"0", "1", "2", "3", "4", "5", "6", "7", "8"}, {"9"}, {"10", "11"}}, ""},
		{"twice at most", 2, internal,
			[][]string{{"0", "1", "2", "3", "4", "5", "6", "7", "8"}, nil, {"9"}, {"10", "11"}}, ""},
		{"then its group stops", 3, internal,
			[][]string{{"0", "1", "2", "3", "4", "5", "6", "7", "8"}, nil, nil}, "put 12 jobs: 3 not kept: SQS answered InternalError"},
		{"what is our fault is not sent again", 1, ours,
			[][]string{{"0", "1", "2", "3", "4", "5", "6", "7", "8"}}, "put 12 jobs: 3 not kept: SQS answered AccessDenied"},
		{"a failure without a code is bounded too", 99, types.BatchResultErrorEntry{},
			[][]string{{"0", "1", "2", "3", "4", "5", "6", "7", "8"}, nil, nil}, "put 12 jobs: 3 not kept: SQS answered an unnamed error"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				queue := &inboxtest.SQS{Refuse: refuseTimes("9", c.times, c.failure)}
				err := sqs.New(queue, inboxtest.URL).Put(t.Context(), numbered(12, same)...)
				if fmt.Sprint(err) != c.err && !(err == nil && c.err == "") {
					t.Errorf("got error %q, want %q", err, c.err)
				}
				if diff := cmp.Diff(c.want, queue.Sent()); diff != "" {
					t.Errorf("batches (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestPutErrorsShowTheCodeAndNothingThatWasSent(t *testing.T) {
	cause := &smithy.GenericAPIError{Code: "KMS.AccessDenied", Message: "body \"my name is Ada\" of +16505551234"}
	queue := &inboxtest.SQS{Fail: func(string) error { return fmt.Errorf("operation error SQS: %w", cause) }}
	job := inbox.Job{ID: "+16505551234 1", Group: "g", Body: []byte(`"my name is Ada"`)}
	err := sqs.New(queue, inboxtest.URL).Put(t.Context(), job)
	if got, want := fmt.Sprint(err), "put 1 jobs: 1 not kept: SQS answered KMS.AccessDenied"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(err, cause) {
		t.Error("errors.Is(err, cause): got false, want true")
	}
}

func TestPutStopsWaitingWhenItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := &inboxtest.SQS{Refuse: refuseTimes("0", 99, types.BatchResultErrorEntry{Code: aws.String("InternalError")})}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		err := sqs.New(queue, inboxtest.URL).Put(ctx, numbered(1, own)...)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want context.DeadlineExceeded", err)
		}
	})
}
