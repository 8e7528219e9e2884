// Package intake puts what a channel said on the queues: messages of customers and
// what people did in the channel's own client on the inbox, in the group of their
// conversation; receipts and notices on the receipts queue; what cannot be used among
// the dead letters. In this order, and repeating all of it does no harm.
//
// It refuses nothing: what no queue would take becomes a dead letter, because refusing
// it would make the sender repeat the whole delivery, and then lose what stands
// beside it. An error says that a queue or the graveyard did not answer.
package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"frontdesk/shared/conversation"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
)

// Heard is what a channel said.
type Heard struct {
	// Inbox are messages of customers, and what people did elsewhere, in their order.
	Inbox    []Said
	Receipts []message.Receipt
	Notices  []message.Notice
	// Strays are authentic and cannot be used.
	Strays []Stray
}

// Said is one thing about one conversation: exactly one field is set.
type Said struct {
	Inbound   *message.Inbound
	Elsewhere *message.Elsewhere
}

// Stray is what is kept as a dead letter of a queue.
type Stray struct {
	// Queue is where an operator's retry puts it (see package deadletter).
	Queue string
	Job   inbox.Job
	// Reason is a sentence without personal data.
	Reason string
}

// Unread is a body that came through the door and cannot be used.
func Unread(body []byte, reason string) Stray {
	return Stray{Queue: deadletter.Webhook, Job: inbox.Job{ID: Hash(body), Body: body}, Reason: reason}
}

// Intake is where everything goes.
type Intake struct {
	// Inbox takes what is answered, Receipts what must never delay a reply.
	Inbox, Receipts inbox.Queue
	Grave           inbox.Graveyard
}

// Messages are inbound messages as [Heard.Inbox] holds them.
func Messages(all []message.Inbound) []Said {
	said := make([]Said, len(all))
	for i := range all {
		said[i].Inbound = &all[i]
	}
	return said
}

// Keep keeps everything durably, or returns an error after which some may have been
// kept: the caller repeats the whole call.
func (in Intake) Keep(ctx context.Context, h Heard) error {
	for _, s := range h.Strays {
		if err := in.Grave.Bury(ctx, s.Queue, s.Job, s.Reason); err != nil {
			return err
		}
	}
	spoken, err := spokenJobs(h.Inbox)
	if err != nil {
		return err
	}
	reports, err := reportJobs(h)
	if err != nil {
		return err
	}
	if err := in.put(ctx, in.Inbox, deadletter.Inbox, spoken); err != nil {
		return err
	}
	return in.put(ctx, in.Receipts, deadletter.Receipts, reports)
}

func (in Intake) put(ctx context.Context, q inbox.Queue, name string, jobs []inbox.Job) error {
	fit := jobs[:0]
	for _, job := range jobs {
		bad := inbox.Check(job)
		if bad == nil {
			fit = append(fit, job)
			continue
		}
		if err := in.Grave.Bury(ctx, name, job, bad.Error()); err != nil {
			return err
		}
	}
	if len(fit) == 0 {
		return nil
	}
	if err := q.Put(ctx, fit...); err != nil {
		return fmt.Errorf("put on the %s queue: %w", name, err)
	}
	return nil
}

func spokenJobs(all []Said) ([]inbox.Job, error) {
	jobs := make([]inbox.Job, 0, len(all))
	for _, s := range all {
		job, err := s.job()
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, job)
	}
	return jobs, nil
}

func (s Said) job() (inbox.Job, error) {
	if e := s.Elsewhere; e != nil {
		body, err := message.EncodeElsewhere(*e)
		return inbox.Job{ID: e.Channel + "/" + e.ID, Group: conversation.ID(e.Channel, e.To), Body: body}, err
	}
	m := s.Inbound
	body, err := json.Marshal(m)
	if err != nil {
		return inbox.Job{}, fmt.Errorf("encode a message: %w", err)
	}
	return inbox.Job{ID: m.Channel + "/" + m.ID, Group: conversation.ID(m.Channel, m.From), Body: body}, nil
}

func reportJobs(h Heard) ([]inbox.Job, error) {
	jobs := make([]inbox.Job, 0, len(h.Receipts)+len(h.Notices))
	for i := range h.Receipts {
		r := &h.Receipts[i]
		id := r.Channel + "/" + r.ID + "/" + string(r.Status) + "/" + member(r.Participant)
		job, err := reportJob(message.Report{Receipt: r}, id, receiptGroup(r))
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, job)
	}
	for i := range h.Notices {
		n := &h.Notices[i]
		id := n.Account + "/" + n.Field + "/" + strconv.FormatInt(n.Time.Unix(), 10) + "/" + Hash(n.Value)
		job, err := reportJob(message.Report{Notice: n}, id, "notices")
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, job)
	}
	return jobs, nil
}

func reportJob(r message.Report, id, group string) (inbox.Job, error) {
	body, err := json.Marshal(r)
	if err != nil {
		return inbox.Job{}, fmt.Errorf("encode a report: %w", err)
	}
	return inbox.Job{ID: id, Group: group, Body: body}, nil
}

// member stands for a member of a group in the id of a job, which shows in logs.
func member(participant string) string {
	if participant == "" {
		return ""
	}
	return Hash([]byte(participant))
}

// receiptGroup keeps the receipts of one reply together, and no more: what holds one up
// must not hide the others from the desk. Those without a reference of ours go by their
// own id.
func receiptGroup(r *message.Receipt) string {
	if home, reply, ok := conversation.ParseRef(r.Ref); ok {
		return conversation.ReceiptGroup(home, reply)
	}
	return Hash([]byte(r.ID))
}

// Hash stands for what may be long or personal in the id of a job.
func Hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}
