package sqs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/inbox"
	"frontdesk/shared/inbox/inboxtest"
	"frontdesk/shared/inbox/sqs"
)

var errChannel = errors.New("the channel is busy")

// visibility notes what is hidden for how long.
type visibility struct {
	mu   sync.Mutex
	set  map[string]int32 // seconds by receipt handle
	fail error
}

func (v *visibility) ChangeMessageVisibility(_ context.Context, in *awssqs.ChangeMessageVisibilityInput, _ ...func(*awssqs.Options)) (*awssqs.ChangeMessageVisibilityOutput, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.fail != nil {
		return nil, v.fail
	}
	if v.set == nil {
		v.set = make(map[string]int32)
	}
	v.set[*in.ReceiptHandle] = in.VisibilityTimeout
	return &awssqs.ChangeMessageVisibilityOutput{}, nil
}

func newConsumer(t testing.TB, client sqs.VisibilityAPI, o sqs.Options) *sqs.Consumer {
	t.Helper()
	o.Name = "inbox"
	if o.Graveyard == nil {
		o.Graveyard = &inboxtest.Graveyard{}
	}
	consumer, err := sqs.NewConsumer(client, inboxtest.URL, o)
	if err != nil {
		t.Fatal(err)
	}
	return consumer
}

// record is a message as Lambda delivers it; its receipt handle is its id.
func record(id, group, receives string) events.SQSMessage {
	return events.SQSMessage{MessageId: id, ReceiptHandle: id, Body: `{}`, Attributes: map[string]string{
		"MessageGroupId": group, "MessageDeduplicationId": id, "ApproximateReceiveCount": receives,
	}}
}

func batch(records ...events.SQSMessage) events.SQSEvent { return events.SQSEvent{Records: records} }

// failing fails the jobs with these IDs.
func failing(ids map[string]error) inbox.Handler {
	return func(_ context.Context, job inbox.Job) error { return ids[job.ID] }
}

func undone(t *testing.T, response events.SQSEventResponse, err error) []string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, failure := range response.BatchItemFailures {
		ids = append(ids, failure.ItemIdentifier)
	}
	return ids
}

func TestHandleReportsAndHides(t *testing.T) {
	dead := inbox.Dead("blocked", nil)
	cases := []struct {
		name   string
		event  events.SQSEvent
		fails  map[string]error
		undone []string
		hidden map[string]int32
		buried []string
	}{
		{"all done", batch(record("a1", "a", "1"), record("b1", "b", "1")), nil, nil, nil, nil},
		{"the failed one and all behind it in its group",
			batch(record("a1", "a", "1"), record("b1", "b", "1"), record("a2", "a", "1"), record("a3", "a", "1"), record("b2", "b", "1")),
			map[string]error{"a2": errChannel}, []string{"a2", "a3"}, map[string]int32{"a2": 1, "a3": 0}, nil},
		{"the pause doubles with the receive count", batch(record("a1", "a", "4")),
			map[string]error{"a1": errChannel}, []string{"a1"}, map[string]int32{"a1": 8}, nil},
		{"a part of a second counts as a whole one", batch(record("a1", "a", "1")),
			map[string]error{"a1": inbox.Later(1100*time.Millisecond, errChannel)}, []string{"a1"}, map[string]int32{"a1": 2}, nil},
		{"no pause beyond 12 hours less the time of the function", batch(record("a1", "a", "1")),
			map[string]error{"a1": inbox.Later(48*time.Hour, errChannel)}, []string{"a1"}, map[string]int32{"a1": 42300}, nil},
		{"a dead one is done and its group goes on", batch(record("a1", "a", "1"), record("a2", "a", "1")),
			map[string]error{"a1": dead}, nil, nil, []string{"a1"}},
		{"the last attempt", batch(record("a1", "a", "12"), record("a2", "a", "12")),
			map[string]error{"a1": errChannel}, nil, nil, []string{"a1"}},
		{"one behind another is not given up for its count", batch(record("a1", "a", "12"), record("a2", "a", "12")),
			map[string]error{"a1": errChannel, "a2": errChannel}, []string{"a2"}, map[string]int32{"a2": 1}, []string{"a1"}},
		{"but buried when it is dead", batch(record("a1", "a", "1"), record("a2", "a", "1")),
			map[string]error{"a2": dead}, nil, nil, []string{"a2"}},
		{"one that got no verdict 22 times may try once more", batch(record("a1", "a", "22")), nil, nil, nil, nil},
		{"then it is buried untried", batch(record("a1", "a", "23"), record("a2", "a", "23")), nil, nil, nil, []string{"a1"}},
		{"a receive count that is no number is the first", batch(record("a1", "a", "?")),
			map[string]error{"a1": errChannel}, []string{"a1"}, map[string]int32{"a1": 1}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			client, grave := &visibility{}, &inboxtest.Graveyard{}
			response, err := newConsumer(t, client, sqs.Options{Graveyard: grave}).Handle(t.Context(), c.event, failing(c.fails))
			if diff := cmp.Diff(c.undone, undone(t, response, err)); diff != "" {
				t.Errorf("reported as not done (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.hidden, client.set); diff != "" {
				t.Errorf("seconds hidden (-want +got):\n%s", diff)
			}
			var buried []string
			for _, g := range grave.Graves() {
				buried = append(buried, g.Job.ID)
			}
			if diff := cmp.Diff(c.buried, buried); diff != "" {
				t.Errorf("buried (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHandleAnswersAnEmptyListWhenAllIsDone(t *testing.T) {
	response, err := newConsumer(t, &visibility{}, sqs.Options{}).Handle(t.Context(), batch(record("a1", "a", "1")), failing(nil))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(response)
	if want := `{"batchItemFailures":[]}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestHandleReadsASampleEvent(t *testing.T) {
	sample, err := os.ReadFile("testdata/batch.json")
	if err != nil {
		t.Fatal(err)
	}
	var event events.SQSEvent
	if err := json.Unmarshal(sample, &event); err != nil {
		t.Fatal(err)
	}
	var got []inbox.Job
	_, err = newConsumer(t, &visibility{}, sqs.Options{}).Handle(t.Context(), event, func(_ context.Context, job inbox.Job) error {
		got = append(got, job)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []inbox.Job{
		{ID: "wamid.HBgLMTY1MDU1NTEyMzQVAgASGA==", Group: "8k2m4n6p8q0r2s4t6v8w0x2z4b", Body: []byte(`{"text":"hi what is the price?"}`), Attempt: 3},
		{ID: "kf: 消息", Group: "8k2m4n6p8q0r2s4t6v8w0x2z4b", Body: []byte(`{"text":"请问多少钱?"}`), Attempt: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("jobs (-want +got):\n%s", diff)
	}
}

func TestHandleLeavesTheGroupHiddenWhenThePauseCannotBeSet(t *testing.T) {
	client := &visibility{fail: errors.New("no connection")}
	event := batch(record("a1", "a", "1"), record("a2", "a", "1"))
	response, err := newConsumer(t, client, sqs.Options{}).Handle(t.Context(), event, failing(map[string]error{"a1": errChannel}))
	if diff := cmp.Diff([]string{"a1", "a2"}, undone(t, response, err)); diff != "" {
		t.Errorf("reported as not done (-want +got):\n%s", diff)
	}
}

func TestHandleKeepsAReserveBeforeTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := &visibility{}
		consumer := newConsumer(t, client, sqs.Options{Reserve: 4 * time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		var ends []time.Duration
		start := time.Now()
		response, err := consumer.Handle(ctx, batch(record("a1", "a", "1"), record("a2", "a", "1"), record("a3", "a", "1")),
			func(ctx context.Context, _ inbox.Job) error {
				deadline, _ := ctx.Deadline()
				ends = append(ends, deadline.Sub(start))
				time.Sleep(3500 * time.Millisecond) // work, in the bubble's time
				return ctx.Err()
			})
		if diff := cmp.Diff([]string{"a3"}, undone(t, response, err)); diff != "" {
			t.Errorf("reported as not done (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(map[string]int32{"a3": 0}, client.set); diff != "" {
			t.Errorf("given back at once (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]time.Duration{8 * time.Second, 8 * time.Second}, ends); diff != "" {
			t.Errorf("ends of the jobs' contexts (-want +got):\n%s", diff)
		}
	})
}

func TestHandleBoundsTheGroupsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		consumer := newConsumer(t, &visibility{}, sqs.Options{Groups: 2})
		start := time.Now()
		_, err := consumer.Handle(t.Context(), batch(record("a", "a", "1"), record("b", "b", "1"), record("c", "c", "1"), record("d", "d", "1")),
			func(context.Context, inbox.Job) error {
				time.Sleep(time.Second) // work, in the bubble's time
				return nil
			})
		if got := time.Since(start); err != nil || got != 2*time.Second {
			t.Errorf("four jobs of 1 s, two groups at once: got %v, %v, want 2s", got, err)
		}
	})
}

func TestHandleRefusesAQueueThatIsNotFIFO(t *testing.T) {
	r := record("a1", "", "1")
	_, err := newConsumer(t, &visibility{}, sqs.Options{}).Handle(t.Context(), batch(r), failing(nil))
	if err == nil || !strings.Contains(err.Error(), "the queue must be FIFO") {
		t.Errorf("got %v, want an error that says that the queue must be FIFO", err)
	}
}

func TestNewConsumerNeedsAGraveyard(t *testing.T) {
	if _, err := sqs.NewConsumer(&visibility{}, inboxtest.URL, sqs.Options{}); err == nil {
		t.Error("got no error, want one that asks for a graveyard")
	}
}

func TestLogsShowNothingOfTheJobs(t *testing.T) {
	var log bytes.Buffer
	grave := &inboxtest.Graveyard{Fail: func(inbox.Job) error { return errors.New("the table is busy") }}
	consumer := newConsumer(t, &visibility{fail: errors.New("no connection")}, sqs.Options{
		Graveyard: grave, Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	secret := record("wamid.16505551234", "a", "1")
	secret.Body = `{"text":"my name is Ada"}`
	for _, err := range []error{errChannel, inbox.Dead("blocked", nil)} {
		if _, err := consumer.Handle(t.Context(), batch(secret), func(context.Context, inbox.Job) error { return err }); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"job failed", "dead letter not kept", "pause not set"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("got no line %q in the log, want one", want)
		}
	}
	if strings.Contains(log.String(), "Ada") || strings.Contains(log.String(), "16505551234") {
		t.Errorf("the log shows what a job holds:\n%s", log.String())
	}
}
