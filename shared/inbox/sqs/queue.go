// Package sqs is the durable queue on AWS: an SQS FIFO queue whose message
// group is the job's group.
//
// [Queue] puts jobs in. [Consumer] works on the batches that Lambda's event
// source mapping delivers and answers which of them are not done. [Redrive]
// empties the dead-letter queue that SQS itself fills into the graveyard.
//
// What the queue must look like: FIFO, content-based deduplication off, partial
// batch responses (ReportBatchItemFailures) on, visibility timeout six times the
// function's timeout (AWS, "Configuring a queue for use with Lambda"),
// maxReceiveCount at least Policy.MaxAttempts + 20 (see [Consumer] for why).
//
// SQS drops a job whose ID it has seen in the last five minutes, even one that
// was finished meanwhile. Whoever puts a dead letter back on purpose gives it a
// new ID.
package sqs

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"frontdesk/shared/inbox"
)

// SendAPI is the one call that putting needs.
type SendAPI interface {
	SendMessageBatch(context.Context, *sqs.SendMessageBatchInput, ...func(*sqs.Options)) (*sqs.SendMessageBatchOutput, error)
}

// Limits of one SendMessageBatch (AWS, SendMessageBatch: ten entries, 1 MiB
// together; we keep a margin) and of one Put.
const (
	maxEntries = 10
	maxBytes   = 1_000_000
	maxLanes   = 8
	maxTries   = 3
	firstPause = 50 * time.Millisecond
)

// Queue puts jobs into one SQS FIFO queue. It is safe for concurrent use.
type Queue struct {
	client SendAPI
	url    string
}

// New returns the queue behind a queue URL.
func New(client SendAPI, url string) *Queue { return &Queue{client: client, url: url} }

// Put sends the jobs in batches of ten, up to eight batches at a time. All jobs
// of one group travel in one lane, one batch after the other, so they arrive in
// order. Entries that SQS refuses for reasons of its own are sent again, twice
// at most. One exception to the order is left: when SQS takes a batch but refuses an
// earlier entry of a group than one that it accepts, the refused one arrives later.
//
// An error names how many jobs were not kept and SQS's code, never what they
// hold; inbox.ErrBadJob when a job breaks the rules and none was sent.
func (q *Queue) Put(ctx context.Context, jobs ...inbox.Job) error {
	if err := inbox.CheckAll(jobs); err != nil {
		return err
	}
	lanes := split(jobs)
	errs := make([]error, len(lanes))
	if len(lanes) == 1 { // the caller's stack has grown already; a new one would grow for every call
		errs[0] = q.putLane(ctx, lanes[0])
		lanes = nil
	}
	var wg sync.WaitGroup
	for i, lane := range lanes {
		wg.Go(func() { errs[i] = q.putLane(ctx, lane) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("put %d jobs: %w", len(jobs), err)
	}
	return nil
}

// putLane sends one lane's jobs in order and stops at the first batch that is
// not kept whole.
func (q *Queue) putLane(ctx context.Context, jobs []inbox.Job) error {
	sent := 0
	for batch := range batches(jobs) {
		left, err := q.send(ctx, batch)
		if err != nil {
			return fmt.Errorf("%d not kept: %w", len(jobs)-sent-len(batch)+left, err)
		}
		sent += len(batch)
	}
	return nil
}

// send sends one batch; left is how many entries were not kept.
func (q *Queue) send(ctx context.Context, batch []types.SendMessageBatchRequestEntry) (left int, err error) {
	pause := firstPause
	for try := 1; ; try++ {
		out, err := q.client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &q.url, Entries: batch})
		if err != nil {
			return len(batch), hush(err)
		}
		if len(out.Failed) == 0 {
			return 0, nil
		}
		batch = refusedOf(batch, out.Failed)
		if fault := worst(out.Failed); fault.SenderFault || try == maxTries {
			return len(batch), refusalOf(fault)
		}
		if err := wait(ctx, pause); err != nil {
			return len(batch), err
		}
		pause *= 2
	}
}

// refusedOf returns the entries that are to be sent again, in their order.
func refusedOf(batch []types.SendMessageBatchRequestEntry, failed []types.BatchResultErrorEntry) []types.SendMessageBatchRequestEntry {
	refused := make(map[string]bool, len(failed))
	for _, f := range failed {
		refused[aws.ToString(f.Id)] = true
	}
	var again []types.SendMessageBatchRequestEntry
	for _, entry := range batch {
		if refused[*entry.Id] {
			again = append(again, entry)
		}
	}
	return again
}

// worst returns a failure that is our fault if there is one, else the first.
func worst(failed []types.BatchResultErrorEntry) types.BatchResultErrorEntry {
	for _, f := range failed {
		if f.SenderFault {
			return f
		}
	}
	return failed[0]
}

// split deals the jobs into as many lanes as fill batches well. A group stays
// in one lane, the emptiest when the group first appears.
func split(jobs []inbox.Job) [][]inbox.Job {
	lanes := make([][]inbox.Job, min(maxLanes, (len(jobs)+maxEntries-1)/maxEntries))
	laneOf := make(map[string]int)
	for _, job := range jobs {
		lane, known := laneOf[job.Group]
		if !known {
			lane = emptiest(lanes)
			laneOf[job.Group] = lane
		}
		lanes[lane] = append(lanes[lane], job)
	}
	return lanes
}

func emptiest(lanes [][]inbox.Job) int {
	best := 0
	for i, lane := range lanes {
		if len(lane) < len(lanes[best]) {
			best = i
		}
	}
	return best
}

// batches yields the jobs as entries in batches that SQS takes.
func batches(jobs []inbox.Job) iter.Seq[[]types.SendMessageBatchRequestEntry] {
	return func(yield func([]types.SendMessageBatchRequestEntry) bool) {
		var batch []types.SendMessageBatchRequestEntry
		size := 0
		for _, job := range jobs {
			entry, bytes := entryOf(job)
			if len(batch) == maxEntries || size+bytes > maxBytes {
				if !yield(batch) {
					return
				}
				batch, size = nil, 0
			}
			entry.Id = aws.String(strconv.Itoa(len(batch)))
			batch, size = append(batch, entry), size+bytes
		}
		if len(batch) > 0 {
			yield(batch)
		}
	}
}

func wait(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
