// Package webhook is the door. For each delivery of WhatsApp it does, in this
// order: look whether it is signed at all, read the body (at most [MaxBody], at a
// minimal pace, with a bound on what all bodies together take of memory), check the
// signature over its bytes, split it into jobs, put these on the inbox and receipts
// queues, answer 200.
//
//	400  the body did not come whole, or too slowly
//	401  signature missing (the body is not read then) or wrong; nothing is stored
//	403  wrong verify token
//	413  body too large
//	503  a queue refused, or too many long bodies came at once: the sender tries
//	     again, so nothing is lost between
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
	"regexp"
	"strconv"
	"sync"

	"golang.org/x/sync/semaphore"

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

	once sync.Once
	room *semaphore.Weighted // of long bodies, in bytes
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
	signature := r.Header.Get(whatsapp.SignatureHeader)
	if !signatureForm.MatchString(signature) {
		refuse(w, http.StatusUnauthorized, "wrong signature")
		return
	}
	body, done, err := d.readBody(w, r)
	defer done()
	if err != nil {
		d.unread(w, err)
		return
	}
	signed, ok := d.WhatsApp.Verify(body, signature)
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

// signatureForm is what any signature looks like. What has none needs no reading.
var signatureForm = regexp.MustCompile(`^sha256=[0-9a-fA-F]{64}$`)

// unread answers a delivery whose body did not come in.
func (d *Door) unread(w http.ResponseWriter, err error) {
	_, large := errors.AsType[*http.MaxBytesError](err)
	switch {
	case large:
		refuse(w, http.StatusRequestEntityTooLarge, "body too large")
	case errors.Is(err, errNoRoom):
		d.Log.Warn("delivery put off", "error", err)
		refuse(w, http.StatusServiceUnavailable, "not accepted, try again")
	default:
		refuse(w, http.StatusBadRequest, "body not received")
	}
}

// refuse answers and closes the connection, so that nothing more of the body is read.
func refuse(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Connection", "close")
	http.Error(w, text, status)
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

// receiptGroup keeps the receipts of one reply together, and no more: what holds one up
// must not hide the others from the desk. Those without a reference of ours go by their
// own id.
func receiptGroup(r *message.Receipt) string {
	if home, reply, ok := conversation.ParseRef(r.Ref); ok {
		return conversation.ReceiptGroup(home, reply)
	}
	return hash([]byte(r.ID))
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}
