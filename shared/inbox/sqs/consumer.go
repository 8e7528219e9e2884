package sqs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"golang.org/x/sync/errgroup"

	"frontdesk/shared/inbox"
)

// VisibilityAPI is the one call that pausing a failed job needs.
type VisibilityAPI interface {
	ChangeMessageVisibility(context.Context, *sqs.ChangeMessageVisibilityInput, ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityOutput, error)
}

const (
	// maxPause stays below SQS's 12 h, which count from the delivery and so
	// include the up to 15 min that the function has been running (AWS,
	// "Amazon SQS visibility timeout").
	maxPause = 12*time.Hour - 15*time.Minute
	// crashMargin is how many deliveries beyond the last attempt a job may have
	// had through no fault of its own; see [Consumer].
	crashMargin = maxEntries
)

// Options of a [Consumer].
type Options struct {
	// Name of the queue in dead letters and logs.
	Name string
	// Policy says how often jobs are tried; inbox.Default when zero.
	Policy inbox.Policy
	// Graveyard keeps what is given up. Required.
	Graveyard inbox.Graveyard
	// Chance spreads pauses (see inbox.Jitter); default none.
	Chance func() float64
	// Groups is how many groups of a batch are worked on at once; default 10, a whole batch.
	Groups int
	// Waits is how many deliveries a job may have had beyond its attempts because its
	// turn had not come (see inbox.Wait): SQS counts these too.
	Waits int
	// Reserve is kept free before the function's deadline, default 4 s: no job
	// begins in it, and a job's context ends when half of it is left.
	Reserve time.Duration
	// Now is the clock, default time.Now.
	Now func() time.Time
	// Log gets each failure; default none.
	Log *slog.Logger
}

// Consumer works on the batches that Lambda delivers.
//
// When a job fails, it and all later ones of its group are reported as not
// done, as the partial batch response of a FIFO queue wants. The failed one is
// made invisible for its pause. The later ones are made visible at once: an
// invisible message of a group holds the whole group back (AWS, "Interleaving multiple
// ordered message groups"), so they still wait for the failed one, and it need
// not wait for them.
//
// Because the later ones are delivered again together with the failed one,
// their receive counts grow without being tried. So a job that was delivered
// behind another of its group is neither given up for its count, nor paused by
// it; that is left to the delivery in which it comes first. By then its
// count can be past Policy.MaxAttempts by at most nine, the rest of a batch. One that is
// delivered more than ten times (and Waits) beyond gets no verdict because the function
// dies with it: it is buried untried, before SQS's own limit
// (maxReceiveCount, MaxAttempts + Waits + 20) takes the jobs behind it as well.
//
// SQS cannot tell a delivery that only waited from one that failed. So after a long
// wait the first real failure can be a job's last: it is a dead letter then, earlier
// than its attempts alone would say.
type Consumer struct {
	client VisibilityAPI
	url    string
	o      Options
}

// NewConsumer returns a consumer of the queue behind a URL.
func NewConsumer(client VisibilityAPI, url string, o Options) (*Consumer, error) {
	if o.Graveyard == nil {
		return nil, errors.New("consume queue: no graveyard for dead letters")
	}
	o.Policy = cmp.Or(o.Policy, inbox.Default)
	o.Groups = cmp.Or(o.Groups, maxEntries)
	o.Reserve = cmp.Or(o.Reserve, 4*time.Second)
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Chance == nil {
		o.Chance = func() float64 { return 0 }
	}
	return &Consumer{client: client, url: url, o: o}, nil
}

// Handle works on one batch, groups side by side and each in order, and answers
// with the messages that are not done. Near the deadline of ctx it begins no
// more jobs and gives the rest back for another run; SQS counts that as a delivery.
// The error, which fails the whole batch, says that the queue is not FIFO.
func (c *Consumer) Handle(ctx context.Context, event events.SQSEvent, handler inbox.Handler) (events.SQSEventResponse, error) {
	groups, err := byGroup(event.Records)
	if err != nil {
		return events.SQSEventResponse{}, fmt.Errorf("handle batch of queue %s: %w", c.o.Name, err)
	}
	undone := make([][]events.SQSMessage, len(groups))
	if len(groups) == 1 { // the caller's stack has grown already; a new one would grow for every batch
		undone[0] = c.group(ctx, groups[0], handler)
		return response(undone), nil
	}
	var work errgroup.Group
	work.SetLimit(c.o.Groups)
	for i, group := range groups {
		work.Go(func() error {
			undone[i] = c.group(ctx, group, handler)
			return nil
		})
	}
	_ = work.Wait() // the functions above return no error
	return response(undone), nil
}

// group works on the records of one group and returns those not done.
func (c *Consumer) group(ctx context.Context, records []events.SQSMessage, handler inbox.Handler) []events.SQSMessage {
	for i, record := range records {
		if c.late(ctx) {
			c.release(ctx, records[i:])
			return records[i:]
		}
		pause, done := c.job(ctx, jobOf(record), visit{first: i == 0, handler: handler})
		if !done {
			if c.hide(ctx, record, pause) == nil {
				c.release(ctx, records[i+1:])
			}
			return records[i:]
		}
	}
	return nil
}

// visit is how a job is met in a batch.
type visit struct {
	first   bool // of its group
	handler inbox.Handler
}

// job tries one job; when it is neither done nor buried, pause is how long to wait.
func (c *Consumer) job(ctx context.Context, job inbox.Job, v visit) (pause time.Duration, done bool) {
	if v.first && job.Attempt > c.o.Policy.MaxAttempts+crashMargin+c.o.Waits {
		reason := fmt.Sprintf("the function failed or timed out, delivered %d times", job.Attempt)
		return c.bury(ctx, job, reason)
	}
	received := job.Attempt
	if !v.first { // its count grew while it waited: this is its first try
		job.Attempt = 1
	}
	err := c.try(ctx, job, v.handler)
	if err == nil {
		return 0, true
	}
	attempt := job.Attempt
	if reason, dead := c.o.Policy.Verdict(attempt, err); dead {
		return c.bury(ctx, job, reason)
	}
	pause = inbox.Jitter(c.o.Policy.Pause(attempt, err), c.o.Chance())
	if inbox.Waits(err) {
		return pause, false
	}
	c.o.Log.WarnContext(ctx, "job failed", "queue", c.o.Name, "delivery", received, "pause", pause, "error", err)
	return pause, false
}

// try runs the handler under a context that ends early enough to report.
func (c *Consumer) try(ctx context.Context, job inbox.Job, handler inbox.Handler) error {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-c.o.Reserve/2))
		defer cancel()
	}
	return inbox.Try(ctx, handler, job)
}

// bury makes the job a dead letter. When that fails the job stays and is tried
// again after a pause.
func (c *Consumer) bury(ctx context.Context, job inbox.Job, reason string) (pause time.Duration, done bool) {
	if err := c.o.Graveyard.Bury(ctx, c.o.Name, job, reason); err != nil {
		c.o.Log.ErrorContext(ctx, "dead letter not kept", "alarm", "not_buried", "queue", c.o.Name, "error", err)
		return c.o.Policy.Pause(job.Attempt, err), false
	}
	c.o.Log.ErrorContext(ctx, "job given up", "queue", c.o.Name, "delivery", job.Attempt, "reason", reason)
	return 0, true
}

func (c *Consumer) late(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() != nil || ok && deadline.Sub(c.o.Now()) < c.o.Reserve
}

// hide makes a message invisible for the pause, in whole seconds rounded up.
// When that fails, all of its group come back after the queue's own timeout.
func (c *Consumer) hide(ctx context.Context, record events.SQSMessage, pause time.Duration) error {
	pause = min(max(pause, 0), maxPause)
	seconds := int32((pause + time.Second - 1) / time.Second)
	_, err := c.client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &c.url, ReceiptHandle: &record.ReceiptHandle, VisibilityTimeout: seconds,
	})
	if err != nil {
		c.o.Log.WarnContext(ctx, "pause not set", "queue", c.o.Name, "error", hush(err))
	}
	return err
}

// release makes messages visible again that were not tried.
func (c *Consumer) release(ctx context.Context, records []events.SQSMessage) {
	for _, record := range records {
		if c.hide(ctx, record, 0) != nil {
			return
		}
	}
}

// byGroup splits a batch into its groups, each in the order of delivery.
func byGroup(records []events.SQSMessage) ([][]events.SQSMessage, error) {
	index := make(map[string]int, len(records))
	var groups [][]events.SQSMessage
	for _, record := range records {
		name := record.Attributes["MessageGroupId"]
		if name == "" {
			return nil, errors.New("a message has no group, the queue must be FIFO")
		}
		i, known := index[name]
		if !known {
			i = len(groups)
			index[name] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], record)
	}
	return groups, nil
}

func response(undone [][]events.SQSMessage) events.SQSEventResponse {
	out := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for _, group := range undone {
		for _, record := range group {
			out.BatchItemFailures = append(out.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: record.MessageId})
		}
	}
	return out
}
