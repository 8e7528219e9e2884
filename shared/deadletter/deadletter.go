// Package deadletter keeps what could not be worked on, with the reason, until
// an operator puts it back or drops it. The parts of the program that fail bury;
// the admin API and the command line list, show, retry and drop.
package deadletter

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"time"

	"frontdesk/shared/inbox"
	"frontdesk/shared/record"
)

// The places that dead letters come from and go back to.
const (
	Inbox    = "inbox"
	Receipts = "receipts"
	// Webhook holds bodies that were signed but could not be read.
	Webhook = "webhook"
)

// Keeper is the graveyard of every queue.
type Keeper struct {
	Store *record.Store
	Now   func() time.Time
	Log   *slog.Logger
	// Back puts the body of a dead letter back where it came from.
	Back map[string]func(ctx context.Context, job inbox.Job) error
}

// Bury keeps a job with its reason; it is durable when nil is returned. It
// implements [inbox.Graveyard].
func (k *Keeper) Bury(ctx context.Context, queue string, job inbox.Job, reason string) error {
	// The id is made of the job alone: burying the same job twice keeps it once.
	sum := sha256.Sum256([]byte(queue + "\x00" + job.ID))
	d := record.DeadLetter{
		ID: hex.EncodeToString(sum[:10]), At: k.Now(), Queue: queue, Group: job.Group, JobID: job.ID, Reason: reason,
	}
	if err := k.Store.Bury(ctx, d, job.Body); err != nil {
		return fmt.Errorf("keep a dead letter of %s: %w", queue, err)
	}
	k.Log.Error("dead letter", "alarm", "dead_letter", "queue", queue, "id", d.ID, "reason", reason)
	return nil
}

// Retry puts a dead letter back and then removes it. When the removal fails it
// stays listed, and a second retry is recognised as a repeat by the desk.
func (k *Keeper) Retry(ctx context.Context, id string) error {
	d, body, err := k.Store.DeadLetter(ctx, id)
	if err != nil {
		return fmt.Errorf("read dead letter: %w", err)
	}
	back, ok := k.Back[d.Queue]
	if !ok {
		return fmt.Errorf("dead letter %s came from %q, which is not here", id, d.Queue)
	}
	// The job id is made new, or a queue that remembers ids would drop the retry.
	job := inbox.Job{ID: d.ID + "/" + k.Now().UTC().Format(time.RFC3339Nano), Group: d.Group, Body: body}
	if err := back(ctx, job); err != nil {
		return fmt.Errorf("put dead letter back: %w", err)
	}
	return k.Store.Exhume(ctx, d)
}

// Drop removes a dead letter for good.
func (k *Keeper) Drop(ctx context.Context, id string) error {
	d, _, err := k.Store.DeadLetter(ctx, id)
	if err != nil {
		return fmt.Errorf("read dead letter: %w", err)
	}
	return k.Store.Exhume(ctx, d)
}
