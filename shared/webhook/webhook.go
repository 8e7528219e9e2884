// Package webhook is the door. For each delivery of WhatsApp it does, in this
// order: read the body (at most [MaxBody]), check the signature over its bytes,
// split it into jobs, put these on the inbox and receipts queues, answer 200.
//
//	401  signature missing or wrong; nothing is stored
//	403  wrong verify token
//	413  body too large
//	503  a queue refused: the sender tries again, so nothing is lost between
//	200  everything is kept. What is signed but cannot be read is kept as a dead
//	     letter with its reason.
package webhook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"

	"frontdesk/shared/conversation"
	"frontdesk/shared/deadletter"
	"frontdesk/shared/inbox"
	"frontdesk/shared/message"
	"frontdesk/shared/whatsapp"
)

// MaxBody is the largest delivery in bytes: Meta sends up to 3 MB (webhooks/overview).
const MaxBody = 3<<20 + 64<<10

// Door takes deliveries in.
type Door struct {
	WhatsApp *whatsapp.Door
	// Inbox takes inbound messages, Receipts what must never delay a reply.
	Inbox, Receipts inbox.Queue
	Grave           inbox.Graveyard
	// Heard, when set, is told how many messages came in on a channel.
	Heard func(channel string, n int)
	Log   *slog.Logger
}

// Routes adds the door's paths to a mux.
func (d *Door) Routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /webhooks/whatsapp", d.subscribe)
	mux.HandleFunc("POST /webhooks/whatsapp", d.deliver)
}

// Healthy answers GET /healthz of a door that has nothing of its own to look at.
func Healthy(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"status":"ok"}`+"\n")
}

func (d *Door) subscribe(w http.ResponseWriter, r *http.Request) {
	challenge, ok := d.WhatsApp.Subscribe(r.URL.Query())
	if !ok {
		http.Error(w, "wrong verify token", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, challenge)
}

func (d *Door) deliver(w http.ResponseWriter, r *http.Request) {
	body, err := readBody(w, r)
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		http.Error(w, "body too large", http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		http.Error(w, "body not received", http.StatusBadRequest)
		return
	}
	signed, ok := d.WhatsApp.Verify(body, r.Header.Get("X-Hub-Signature-256"))
	if !ok {
		http.Error(w, "wrong signature", http.StatusUnauthorized)
		return
	}
	if err := d.take(r.Context(), signed, body); err != nil {
		d.Log.Error("delivery refused", "alarm", "webhook_unavailable", "error", err)
		http.Error(w, "not accepted, try again", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// readBody reads the whole body into one buffer of the right size when the
// length is given.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	limited := http.MaxBytesReader(w, r.Body, MaxBody)
	if n := r.ContentLength; n > 0 && n <= MaxBody {
		body := make([]byte, n)
		_, err := io.ReadFull(limited, body)
		return body, err
	}
	return io.ReadAll(limited)
}

// take keeps everything that a verified body holds.
func (d *Door) take(ctx context.Context, signed whatsapp.Signed, body []byte) error {
	parsed, err := d.WhatsApp.Parse(signed, body)
	if err != nil {
		return d.bury(ctx, body, "the body cannot be read: "+err.Error())
	}
	for _, stray := range parsed.Strays {
		raw, err := json.Marshal(stray)
		if err != nil {
			return fmt.Errorf("encode a stray: %w", err)
		}
		if err := d.bury(ctx, raw, stray.Reason); err != nil {
			return err
		}
	}
	d.heard(parsed.Inbound)
	inbound, err := inboundJobs(parsed.Inbound)
	if err != nil {
		return err
	}
	reports, err := reportJobs(parsed)
	if err != nil {
		return err
	}
	if err := d.put(ctx, d.Inbox, deadletter.Inbox, inbound); err != nil {
		return err
	}
	return d.put(ctx, d.Receipts, deadletter.Receipts, reports)
}

func (d *Door) heard(messages []message.Inbound) {
	if d.Heard == nil {
		return
	}
	for _, m := range messages {
		d.Heard(m.Channel, 1)
	}
}

// put queues jobs. One that no queue would take (too large, an impossible id) is
// kept as a dead letter: refusing it would make the sender repeat the whole
// delivery for days, and then lose what stands beside it.
func (d *Door) put(ctx context.Context, q inbox.Queue, name string, jobs []inbox.Job) error {
	fit := jobs[:0]
	for _, job := range jobs {
		bad := inbox.Check(job)
		if bad == nil {
			fit = append(fit, job)
			continue
		}
		if err := d.Grave.Bury(ctx, name, job, bad.Error()); err != nil {
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

func (d *Door) bury(ctx context.Context, body []byte, reason string) error {
	return d.Grave.Bury(ctx, deadletter.Webhook, inbox.Job{ID: hash(body), Body: body}, reason)
}

func inboundJobs(messages []message.Inbound) ([]inbox.Job, error) {
	jobs := make([]inbox.Job, 0, len(messages))
	for _, m := range messages {
		body, err := json.Marshal(m)
		if err != nil {
			return nil, fmt.Errorf("encode a message: %w", err)
		}
		jobs = append(jobs, inbox.Job{ID: m.Channel + "/" + m.ID, Group: conversation.ID(m.Channel, m.From), Body: body})
	}
	return jobs, nil
}

func reportJobs(p whatsapp.Parsed) ([]inbox.Job, error) {
	jobs := make([]inbox.Job, 0, len(p.Receipts)+len(p.Notices))
	for i := range p.Receipts {
		r := &p.Receipts[i]
		id := r.Channel + "/" + r.ID + "/" + string(r.Status) + "/" + member(r.Participant)
		job, err := reportJob(message.Report{Receipt: r}, id, receiptGroup(r))
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, job)
	}
	for i := range p.Notices {
		n := &p.Notices[i]
		id := n.Account + "/" + n.Field + "/" + strconv.FormatInt(n.Time.Unix(), 10) + "/" + hash(n.Value)
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
	return hash([]byte(participant))
}

// receiptGroup keeps the receipts of one conversation together; those without a
// reference of ours go by their own id.
func receiptGroup(r *message.Receipt) string {
	if home, _, ok := conversation.ParseRef(r.Ref); ok {
		return home
	}
	return hash([]byte(r.ID))
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}
