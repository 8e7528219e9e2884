// Package deadletter keeps what could not be worked on, with the reason, until
// an operator puts it back or drops it. The parts of the program that fail bury;
// the admin API and the command line list, show, retry and drop.
//
// A reason is listed and logged, so numbers and ids of persons are cut out of it.
// The body is what a customer sent; only showing one dead letter shows it.
package deadletter

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
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

// NoWayBack says that a dead letter came from a queue that is not here.
type NoWayBack struct{ ID, Queue string }

func (n *NoWayBack) Error() string {
	return fmt.Sprintf("dead letter %s came from %q, which is not here", n.ID, n.Queue)
}

// private is what a reason must not hold: words in quotation marks, with which
// errors quote what a customer wrote, a phone number, a message id (which encodes
// one) and a business-scoped user id.
var private = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\bwamid\.[A-Za-z0-9+/=_-]+|\b[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{8,128}\b|\+?\b[0-9]{8,}\b`)

// maxReason is how many bytes of a reason are kept.
const maxReason = 500

// clean makes a reason fit to be listed and logged.
func clean(reason string) string {
	reason = strings.ToValidUTF8(private.ReplaceAllString(reason, "…"), "?")
	if len(reason) <= maxReason {
		return reason
	}
	return strings.ToValidUTF8(reason[:maxReason], "") + "…"
}

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
	reason = clean(reason)
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
// stays listed, and a second retry is recognised as a repeat by the desk. Errors:
// [record.ErrNotFound], a [*NoWayBack], and whatever the queue says.
func (k *Keeper) Retry(ctx context.Context, id string) error {
	d, body, err := k.Store.DeadLetter(ctx, id)
	if err != nil {
		return fmt.Errorf("read dead letter: %w", err)
	}
	back, ok := k.Back[d.Queue]
	if !ok {
		return &NoWayBack{ID: id, Queue: d.Queue}
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
